"""The weekly letter to a site, in its language: three causes with an example, and what changed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle
from msgspec import Struct

from agents.core.languages import primary
from agents.core.notices.text_files import languages_in, texts_in
from agents.operations.causes.case import Case
from agents.operations.causes.cause import Cause
from agents.operations.causes.report import PER, Line, Report, Seeing
from agents.operations.causes.sentences import number_of
from agents.operations.causes.shrinkage import Seen
from agents.operations.causes.watch import Since, Watched
from streams.printable import printable

TEXTS: Final = ("texts", "causes")
FALLBACK: Final = "en"
CAUSES: Final = 3
_WEEK = 7


class Letter(Struct, frozen=True, kw_only=True):
    """What a letter is made of: a site, a week by its Monday, and what is known at its end.

    `locale` (CLDR) is how numbers and days are written.
    """

    site_id: str
    name: str
    language: str
    locale: str
    monday: date
    seeing: Seeing
    found: Report

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(_WEEK - 1)


def until(seeing: Seeing, last: date) -> Seeing:
    """What is known at the end of a day."""
    day = number_of(last)
    return Seeing(
        cases=[each for each in seeing.cases if each.day <= day],
        visits={
            site_id: {at: count for at, count in days.items() if at <= day}
            for site_id, days in seeing.visits.items()
        },
    )


def language_of(wanted: str) -> str:
    """The language that a letter is written in, for a wanted one: English where it has no texts."""
    spoken = primary(wanted)
    return spoken if spoken in languages_in(TEXTS) else FALLBACK


def text(letter: Letter) -> str:
    """The letter, as lines of plain text with an end each."""
    return "".join(f"{line}\n" for line in _lines(letter))


def _lines(letter: Letter) -> Iterator[str]:
    say = _Said(letter.language, letter.locale)
    year, week, _ = letter.monday.isocalendar()
    yield say("title", site=letter.name, week=str(week), year=str(year))
    yield ""
    yield say(
        "period",
        first=say.day(letter.monday),
        last=say.day(letter.sunday),
        visits=_visits(letter),
        cases=len(_of_week(letter)),
    )
    own = [each for each in letter.found.lines if each.site_id == letter.site_id]
    if own:
        yield ""
        yield say("causes")
        for number, line in enumerate(own[:CAUSES], 1):
            yield from _cause(say, number, line)
    about = [each for each in letter.found.fixes if each.fix.site_id in {None, letter.site_id}]
    done = [each for each in about if each.fix.day <= letter.sunday]
    if done:
        yield ""
        yield say("fixes")
        yield from (_fix(say, each) for each in done)
    yield ""
    yield say("reading")


def _of_week(letter: Letter) -> list[Case]:
    first, last = number_of(letter.monday), number_of(letter.sunday)
    return [
        each
        for each in letter.seeing.cases
        if each.site_id == letter.site_id and first <= each.day <= last
    ]


def _visits(letter: Letter) -> int:
    days = letter.seeing.visits.get(letter.site_id, {})
    first, last = number_of(letter.monday), number_of(letter.sunday)
    return sum(count for day, count in days.items() if first <= day <= last)


def _cause(say: "_Said", number: int, line: Line) -> Iterator[str]:
    yield ""
    named = say.cause(line.cause)
    rate = say.number(line.rate.value) if line.rate else "?"
    yield say("cause", number=str(number), cause=named, cases=line.cases, rate=rate)
    if line.stands_out:
        elsewhere = "0" if line.elsewhere is None else say.number(line.elsewhere)
        yield f"   {say('stands-out', elsewhere=elsewhere)}"
    for way, count in sorted(line.avoidable.items(), key=lambda each: -each[1])[:1]:
        share = say.number(100 * count / line.cases, 0)
        yield f"   {say('avoidable', way=say(way.value), share=share)}"
    yield f"   {say('example', example=line.example)}"


def _fix(say: "_Said", watch: Watched) -> str:
    fix, counts = watch.fix, watch.counts
    message = {
        Since.RARER: "rarer",
        Since.MORE_FREQUENT: "more-frequent",
        Since.NOT_YET: "not-yet",
        Since.NOTHING: "nothing-before",
    }[watch.said]
    since = say(message, before=say.per_1000(counts.before), since=say.per_1000(counts.since))
    return f"- {say('since', what=fix.what, day=say.day(fix.day))} {since}"


class _Said:
    """The messages of a language, with numbers and days as it writes them."""

    def __init__(self, language: str, locale: str) -> None:
        self._language, self._locale = language, locale
        self._bundle = _bundle(language)

    def __call__(self, message: str, **values: str | int) -> str:
        entry = self._bundle.get_message(message)
        assert entry.value is not None, f"{message} has no text in {self._language}"
        on_a_line = {
            name: printable(each) if isinstance(each, str) else each
            for name, each in values.items()
        }
        said, errors = self._bundle.format_pattern(entry.value, on_a_line)
        assert not errors, f"{message} in {self._language}: {errors}"
        return str(said)

    def cause(self, cause: Cause) -> str:
        """The rule in words, and the other parts as they are."""
        rule = cause.rule.value if cause.rule else ""
        name = f"cause-{rule}"
        words = self(name) if self._bundle.has_message(name) else rule
        parts = [each for each in (cause.code, cause.reason, cause.operation) if each]
        return f"{words} ({', '.join(parts)})" if parts else words

    def number(self, value: float, digits: int = 1) -> str:
        """A number, with so many digits after its point."""
        form = "#,##0.0" if digits else "#,##0"
        return str(format_decimal(value, format=form, locale=self._locale))

    def per_1000(self, seen: Seen) -> str:
        """Cases in 1,000 visits."""
        return self.number(seen.cases * PER / seen.visits) if seen.visits else "-"

    def day(self, day: date) -> str:
        """A day, as it is written out."""
        return str(format_date(day, format="long", locale=self._locale))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(texts_in(TEXTS, language))
    return bundle


def messages(language: str) -> Mapping[str, object]:
    """The messages of a language, by name."""
    return {each.id.name: each for each in texts_in(TEXTS, language).body if hasattr(each, "id")}
