"""The words on the pages: Fluent, a language a reader, with what notices and rules say."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from fluent.runtime import FluentBundle
from msgspec import Struct

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.languages import primary
from agents.core.notices.rule_parameters import rule_parameters
from agents.core.notices.rule_texts import message_of, rule_texts
from agents.core.notices.text_files import languages_in, texts_in
from agents.core.notices.wording import formats
from agents.core.notices.wording.texts import (
    FALLBACK,
    moment,
    resource,
    spoken_in,
    tidied,
    values_of,
)
from schemas.records import Case, CaseGround, Disagreement, Remedy, Rule

BOARD: Final = ("texts", "board")
_HOUR_MS: Final = 60 * MINUTE_MS
_LANGUAGE_PARTS: Final = 12
"""How many of the languages that a browser names are looked at."""


class Words(Struct, frozen=True, kw_only=True):
    """The words of a language; `locale` (CLDR) is how amounts and times are written."""

    language: str
    locale: str

    @property
    def tag(self) -> str:
        """The language as pages name it (BCP 47)."""
        return self.locale.replace("_", "-")

    def __call__(self, message: str, **values: str | int) -> str:
        """A message with its values; it and they must be there."""
        return _said(self.language, message, None, tuple(sorted(values.items())))

    def moment(self, at: int, zone: str) -> str:
        """A moment (ms) by the clock of a time zone, with the zone's name."""
        return _moment(at, zone, self.language, self.locale)

    def money(self, minor: int, currency: str | None) -> str:
        """An amount in minor units."""
        return formats.money(str(minor), currency, self.locale)

    def span(self, lasting_ms: int) -> str:
        """How long something lasts, in its two greatest units, to the minute."""
        minutes = abs(lasting_ms) // MINUTE_MS
        if abs(lasting_ms) >= DAY_MS:
            return self("span-days", days=minutes // 1440, hours=minutes % 1440 // 60)
        if abs(lasting_ms) >= _HOUR_MS:
            return self("span-hours", hours=minutes // 60, minutes=minutes % 60)
        return self("span-minutes", minutes=minutes)

    def countdown(self, due_at: int, now: int) -> str:
        """How long until a moment, or since."""
        if due_at < now:
            return self("late-by", span=self.span(now - due_at))
        return self("in-time", span=self.span(due_at - now))

    def language_name(self, tag: str) -> str:
        """What a language is called."""
        return formats.language_name(tag, self.locale)

    def ground(self, found: Disagreement) -> str:
        """What a case rests on, in short, by what was decided."""
        return self._ground(found.rule, rule_parameters(found.rule, found.reasons))

    def matter(self, case: Case) -> str:
        """What a case is about, in short, by its newest record: its first ground."""
        if not case.grounds:
            return self("phase-WITHDRAWN")
        return self._ground(case.grounds[0].rule, _parameters(case.grounds[0]))

    def remedy(self, remedy: Remedy, zone: str) -> str:
        """What a decision gives the customer."""
        text = self(f"remedy-{remedy.kind.value}")
        if remedy.amount is not None:
            text = self("remedy-of", remedy=text, amount=self.money(remedy.amount, remedy.currency))
        if remedy.by is not None:
            text = self("remedy-until", remedy=text, by=self.moment(remedy.by, zone))
        return text

    def _ground(self, rule: Rule, parameters: Mapping[str, str]) -> str:
        if rule is Rule.UNKNOWN:
            return self("phase-UNKNOWN")
        return _short(self.language, self.tag, rule, tuple(sorted(parameters.items())))


def words_for(*wanted: str | None) -> Words:
    """The words in the first of some languages (BCP 47) that has texts, else in English."""
    for each in wanted:
        if each is not None and primary(each) in languages():
            spoken, locale = spoken_in(each)
            return Words(language=spoken, locale=locale)
    return Words(language=FALLBACK, locale=FALLBACK)


def languages() -> frozenset[str]:
    """The languages that have texts of the board."""
    return languages_in(BOARD)


def accepted(header: str | None) -> tuple[str, ...]:
    """The languages that a browser asks for (Accept-Language), the dearest first."""
    found = []
    for place, part in enumerate((header or "").split(",")[:_LANGUAGE_PARTS]):
        tag, _, weight = part.partition(";q=")
        try:
            found.append((-float(weight or 1), place, tag.strip()))
        except ValueError:
            continue
    return tuple(tag for _, _, tag in sorted(found) if tag.replace("-", "").isalnum())


def _parameters(ground: CaseGround) -> dict[str, str]:
    """What a case's record says of a ground, as the rule's sentence takes it."""
    said = {"rule": ground.rule.value, "kind": ground.kind.value}
    price = ground.price
    if price is None:
        return said
    said |= {
        "amount_minor": str(price.amount),
        "currency": price.currency,
        "tax": "before" if price.before_tax else "with",
    }
    if price.base is not None:
        said["base_minor"] = str(price.base)
    if price.excess is not None:
        said["excess_minor"] = str(price.excess)
    return said


@lru_cache(maxsize=16_384)
def _moment(at: int, zone: str, language: str, locale: str) -> str:
    """Deadlines stay as they are, and a list is asked for again and again."""
    return moment(at, zone, language, locale, with_year=False, with_zone=True)


@lru_cache(maxsize=4_096)
def _short(language: str, tag: str, rule: Rule, parameters: tuple[tuple[str, str], ...]) -> str:
    values = values_of(dict(parameters), tag)
    text = _said(language, message_of(rule), "manager", tuple(sorted(values.items())))
    return f"{text[:1].upper()}{text[1:]}"


@lru_cache(maxsize=16_384)
def _said(
    language: str, message: str, attribute: str | None, values: tuple[tuple[str, str | int], ...]
) -> str:
    bundle = _bundle(language) if attribute is None else _rules(language)
    entry = bundle.get_message(message)
    pattern = entry.value if attribute is None else entry.attributes[attribute]
    assert pattern is not None, f"{message} has no text in {language}"
    text, errors = bundle.format_pattern(pattern, dict(values))
    assert not errors, f"{message} in {language}: {errors}"
    return tidied(str(text))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(texts_in(BOARD, language))
    return bundle


@cache
def _rules(language: str) -> FluentBundle:
    """What rules and notices say; apart, as both have names of their own for messages."""
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(rule_texts(language))
    bundle.add_resource(resource(language))
    return bundle
