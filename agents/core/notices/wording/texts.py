"""A notice in words: a Fluent file a language in `agents/texts/notices`, and the rules' beside it.

A message has a title, a text and a short text (`.title`, `.text`, `.sms`). It is made from the
notice's parameters alone, which are facts: times in RFC 3339, amounts in minor units, symbols of
the contract. So who has texts of their own can make them from the same.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

from fluent.syntax.ast import Resource
from msgspec import Struct

from agents.core.languages import bounded, primary
from agents.core.notices import entries
from agents.core.notices.rule_texts import for_notices
from agents.core.notices.text_files import NOTICES, languages_in, texts_in
from agents.core.notices.wording import formats
from agents.core.notices.wording.gsm import MOST_PARTS, fitting, gsm, is_writable, parts
from agents.core.notices.wording.patterns import Patterns
from agents.core.notices.wording.plain import clipped
from agents.core.rfc3339 import milliseconds

FALLBACK: Final = "en"
NONE: Final = "none"  # what a message sees of an optional parameter that is not there
_SPACES: Final = re.compile(r"[ \n]+")  # none that hold an amount or a time together
_TWO_STOPS: Final = re.compile(r"(?<!\.)\.\.(?!\.)")  # of `a.m.`, and of the sentence that it ends

# Parameters that are no plain words, and what a message gets of them.
MOMENTS: Final = frozenset(
    {
        "acknowledge_by",
        "appeal_until",
        "call_not_before",
        "decide_by",
        "next_at",
        "promised_by",
        "remedy_by",
        "until",
    }
)
# Whether a moment has passed by when the notice may be sent: yes or no.
PASSED: Final = {
    "acknowledge_passed": "acknowledge_by",
    "appeal_passed": "appeal_until",
    "call_passed": "call_not_before",
    "decide_passed": "decide_by",
    "next_passed": "next_at",
    "promised_passed": "promised_by",
    "remedy_passed": "remedy_by",
    "until_passed": "until",
}
_ADDED: Final = {"amount_minor": "amount", "base_minor": "base", "excess_minor": "excess"}
"""Base and excess are the amount, where all three are there."""
AMOUNTS: Final = _ADDED | {"remedy_minor": "remedy_amount"}
COUNTS: Final = frozenset(
    {"attempts", "cases", "days", "limit", "percent", "remaining", "times", "visits", "window_days"}
)
NAMES: Final = frozenset({"manager", "site", "who"})
LANGUAGES: Final = frozenset({"customer_language", "wish_language"})
QUOTE: Final = "quote"
WORDS: Final = "words"
"""What a manager, and what a customer wrote, which is shown word for word: nothing that is done to
a text touches it. A message has one of them at most."""
_QUOTES: Final = (QUOTE, WORDS)
_QUOTE: Final = "\ue000"  # stands for it meanwhile; in no text, and in no quote
_SHORTEST_QUOTE: Final = 24  # characters; less of it says nothing
_TITLE_AT_MOST: Final = 200
_SHORT_NAME: Final = 26  # characters of a name in a short text
_SHORT_ID: Final = 40
_IDS: Final = frozenset({"escalation_id", "estimate_id", "incident_id"})


class Rendered(Struct, frozen=True, kw_only=True):
    """A notice as it is read; `short` fits into two parts of a text message."""

    title: str
    text: str
    short: str


def language_for(wanted: Iterable[str], country: str = "") -> str:
    """The first language (BCP 47) of those wanted that has texts, else English.

    `country`: the site's. One without a region is what people speak there: `en-US` of `en`.
    """
    tag = next((each for each in wanted if primary(each) in languages()), FALLBACK)
    return _spoken_at(bounded(tag), country)


@lru_cache(maxsize=1_024)
def _spoken_at(tag: str, country: str) -> str:
    """A language with the country's region, where that makes a difference to what people read."""
    spoken = primary(tag)
    if tag.lower() != spoken:
        return tag
    regional = f"{spoken}-{country}"
    differs = regional in languages() or formats.is_of_its_own(spoken, country)
    return regional if differs else tag


def render(message: str, parameters: Mapping[str, str], language: str) -> Rendered:
    """A message in a language that has texts, from its parameters."""
    spoken, _ = spoken_in(language)
    values = values_of(parameters, language, message)
    short = values | _differs_in_short(parameters, language)
    text = _attribute(spoken, message, "text", values)
    return Rendered(
        title=clipped(_attribute(spoken, message, "title", values), _TITLE_AT_MOST),
        text=text.replace(_QUOTE, _quote_in(parameters)) if _QUOTE in text else text,
        short=fitting(_with_quote(_attribute(spoken, message, "sms", short), parameters)),
    )


def unworded(message: str) -> Rendered:
    """In place of a message, for who does not read it: its name."""
    return Rendered(title=message, text=message, short=message)


def _with_quote(text: str, parameters: Mapping[str, str]) -> str:
    """A short text with as much of a quote as there is room for; too little is left out."""
    if _QUOTE not in text:
        return text
    quote = _quote_in(parameters)
    for at_most in range(len(quote), _SHORTEST_QUOTE - 1, -1):
        whole = text.replace(_QUOTE, clipped(quote, at_most))
        if parts(gsm(whole)) <= MOST_PARTS:
            return whole
    short = text.replace(_QUOTE, quote)
    fits = parts(gsm(short)) <= MOST_PARTS
    return short if fits else _in_a_line(text.replace(f'"{_QUOTE}"', "")).strip()


def _quote_in(parameters: Mapping[str, str]) -> str:
    return next(parameters[name] for name in _QUOTES if name in parameters)


def in_short(message: str, parameters: Mapping[str, str], language: str) -> str:
    """The short text before it is made to fit; the messages are such that it does (tests)."""
    short = values_of(parameters, language, message) | _differs_in_short(parameters, language)
    spoken, _ = spoken_in(language)
    return gsm(_with_quote(_attribute(spoken, message, "sms", short), parameters))


def values_of(
    parameters: Mapping[str, str], language: str, message: str | None = None
) -> dict[str, str | int]:
    """What messages get of parameters: times and amounts as they are written in the language.

    `message`: the one that they are for; else there is something for all that any uses.
    """
    spoken, locale = spoken_in(language)
    values = dict(_nothing(spoken, message))
    parameters = _adding_up(parameters)
    zones, with_year = _zones(parameters), _lie_in_several_years(parameters)
    for name, given in parameters.items():
        if name in MOMENTS:
            values[name] = _moment(given, *zones, spoken, locale, with_year=with_year)
        elif name in AMOUNTS:
            values[AMOUNTS[name]] = formats.money(given, parameters.get("currency"), locale)
        elif name in COUNTS:
            values[name] = int(given) if given.isdecimal() else given
        elif name in _QUOTES:
            values[name] = _QUOTE
        elif name in LANGUAGES:
            values[name] = formats.language_name(given, locale)
        else:
            values[name] = given
    return values


def _adding_up(parameters: Mapping[str, str]) -> Mapping[str, str]:
    """With `excess_minor` as what is shown of the other two leaves: a base may be a fraction."""
    if "/" not in parameters.get("excess_minor", "") or not parameters.keys() >= _ADDED.keys():
        return parameters
    base, amount = (
        round(formats.exact(parameters[each])) for each in ("base_minor", "amount_minor")
    )
    return {**parameters, "excess_minor": str(amount - base)}


@cache
def _nothing(spoken: str, message: str | None) -> dict[str, str | int]:
    """What messages get where there are no parameters."""
    return dict.fromkeys(variables(spoken, message), NONE)


def _zones(parameters: Mapping[str, str]) -> tuple[str, str]:
    """The addressee's time zone, and the site's."""
    time_zone = parameters.get("time_zone", "UTC")
    return time_zone, parameters.get("site_time_zone", time_zone)


def _lie_in_several_years(parameters: Mapping[str, str]) -> bool:
    """Whether a day alone would not say when: the one moment may be months after the other."""
    years = {given[:4] for name, given in parameters.items() if name in MOMENTS}
    return len(years) > 1


@lru_cache(maxsize=1_024)
def spoken_in(language: str) -> tuple[str, str]:
    """The texts that a language is read in (`en-US` of `en-US`), and its locale (CLDR)."""
    spoken = primary(language)
    locale = formats.locale_of(language) or spoken
    regional = f"{spoken}-{formats.region_of(locale)}"
    return regional if regional in languages() else spoken, locale


def languages() -> frozenset[str]:
    """The languages that have texts; of a country's (`en-US`), its own words alone."""
    return languages_in(NOTICES)


@cache
def resource(language: str) -> Resource:
    """The texts of a language, with what notices say of the rules; read once."""
    return Resource([*texts_in(NOTICES, language).body, *for_notices(language)])


@lru_cache(maxsize=8_192)
def _moment(
    given: str, time_zone: str, site_time_zone: str, spoken: str, locale: str, *, with_year: bool
) -> str:
    """A moment by the addressee's wall clock; with the zone's name where the site has another."""
    at = milliseconds(given)
    if at is None:
        return given
    with_zone = site_time_zone != time_zone
    return moment(at, time_zone, spoken, locale, with_year=with_year, with_zone=with_zone)


def moment(
    at: int, time_zone: str, spoken: str, locale: str, *, with_year: bool, with_zone: bool
) -> str:
    """A moment (ms) by the wall clock of a time zone, in the words of a language."""
    zone = formats.zone_name(at, time_zone, locale) if with_zone else NONE
    shown = formats.day_and_clock(at, time_zone, locale, with_year=with_year)
    return say(spoken, "moment", shown | {"zone": zone})


@lru_cache(maxsize=8_192)
def _short_moment(given: str, time_zone: str, spoken: str, locale: str, *, with_year: bool) -> str:
    """A moment as a short text says it: in fewer letters, and without the zone."""
    at = milliseconds(given)
    if at is None:
        return given
    shown = formats.day_and_clock(at, time_zone, locale, with_year=with_year)
    return say(spoken, "moment-short", shown)


def _differs_in_short(parameters: Mapping[str, str], language: str) -> dict[str, str | int]:
    """What a short text gets of parameters otherwise: names, ids and moments, each shorter.

    A name that its alphabet cannot write is left out.
    """
    spoken, locale = spoken_in(language)
    time_zone, _ = _zones(parameters)
    with_year = _lie_in_several_years(parameters)
    short: dict[str, str | int] = {}
    for name, given in parameters.items():
        if name in NAMES:
            short[name] = _short_name(name, given, spoken)
        elif name in _IDS:
            short[name] = clipped(given, _SHORT_ID)
        elif name in MOMENTS:
            short[name] = _short_moment(given, time_zone, spoken, locale, with_year=with_year)
    return short


@lru_cache(maxsize=8_192)
def _short_name(name: str, given: str, spoken: str) -> str:
    return clipped(given, _SHORT_NAME) if is_writable(given) else say(spoken, f"some-{name}", {})


def say(spoken: str, message: str, values: Mapping[str, str | int]) -> str:
    """A message that has no attributes."""
    return _patterns(spoken).say(message, None, values)


def _attribute(spoken: str, message: str, name: str, values: Mapping[str, str | int]) -> str:
    return tidied(_patterns(spoken).say(message, name, values))


def tidied(text: str) -> str:
    """A text in one line, without what parts that are not there leave behind."""
    text = _in_a_line(text).strip()
    return _TWO_STOPS.sub(".", text) if ".." in text else text


def _in_a_line(text: str) -> str:
    return _SPACES.sub(" ", text) if "\n" in text or "  " in text else text


@cache
def _patterns(language: str) -> Patterns:
    return Patterns(language, resource(language), _in_a_line)


@cache
def variables(language: str, message: str | None = None) -> frozenset[str]:
    """Every variable that a message uses, itself or by what it refers to; without one, that any."""
    known, used = _entries(language)
    begin = known.values() if message is None else (known[message],)
    return used.used_by(*begin)


@cache
def _entries(language: str) -> tuple[dict[str, entries.Entry], entries.Variables]:
    known = entries.entries_of(resource(language))
    return known, entries.Variables(known)


@cache
def parameters_of(message: str) -> tuple[str, ...]:
    """The names of the parameters that a message is made of, in order; English has all of them."""
    used = variables(FALLBACK, message)
    raw = {minor for minor, name in AMOUNTS.items() if name in used}
    moments = {"time_zone", "site_time_zone"} if used & MOMENTS else set()
    currency = {"currency"} if raw else set()
    return tuple(sorted((used - set(AMOUNTS.values())) | raw | moments | currency))
