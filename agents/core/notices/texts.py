"""A notice in words: a Fluent file a language in `agents/texts/notices`; that file adds a language.

A message has a title, a text and a short text (`.title`, `.text`, `.sms`). It is made from the
notice's parameters alone, which are facts: times in RFC 3339, amounts in minor units, symbols of
the contract. So who has texts of their own can make them from the same.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from fluent.runtime import FluentResource
from fluent.syntax.ast import BaseNode, Message, MessageReference, Resource, VariableReference
from msgspec import Struct

from agents.core.notices import formats
from agents.core.notices.gsm import fitting, gsm, is_writable
from agents.core.notices.patterns import Patterns
from agents.core.notices.plain import clipped
from agents.rfc3339 import milliseconds

FALLBACK: Final = "en"
NONE: Final = "none"  # what a message sees of an optional parameter that is not there
_SPACES: Final = re.compile(r"[ \n]+")  # none that hold an amount or a time together
_FOLDER: Final = ("texts", "notices")

# Parameters that are no plain words, and what a message gets of them.
MOMENTS: Final = frozenset(
    {
        "acknowledge_by",
        "appeal_until",
        "call_not_before",
        "decide_by",
        "next_at",
        "until",
    }
)
AMOUNTS: Final = {"amount_minor": "amount", "base_minor": "base", "excess_minor": "excess"}
COUNTS: Final = frozenset(
    {"attempts", "cases", "days", "limit", "percent", "remaining", "times", "visits", "window_days"}
)
NAMES: Final = frozenset({"manager", "site", "who"})
LANGUAGES: Final = frozenset({"customer_language"})
_TITLE_AT_MOST: Final = 200
_SHORT_NAME: Final = 26  # characters of a name in a short text
_SHORT_ID: Final = 40
_IDS: Final = frozenset({"escalation_id", "incident_id"})


class Rendered(Struct, frozen=True, kw_only=True):
    """A notice as it is read; `short` fits into two parts of a text message."""

    title: str
    text: str
    short: str


def language_for(wanted: Iterable[str]) -> str:
    """The first language (BCP 47) of those wanted that has texts, else English."""
    return next((tag for tag in wanted if primary(tag) in languages()), FALLBACK)


def render(message: str, parameters: Mapping[str, str], language: str) -> Rendered:
    """A message in a language that has texts, from its parameters."""
    spoken = primary(language)
    values = values_of(parameters, language)
    return Rendered(
        title=clipped(_attribute(spoken, message, "title", values), _TITLE_AT_MOST),
        text=_attribute(spoken, message, "text", values),
        short=fitting(in_short(message, parameters, language)),
    )


def in_short(message: str, parameters: Mapping[str, str], language: str) -> str:
    """The short text before it is made to fit; the messages are such that it does (tests)."""
    spoken = primary(language)
    here = {name: each for name, each in parameters.items() if name != "site_time_zone"}
    short = values_of(here, language) | _short_names(parameters, spoken)
    return gsm(_attribute(spoken, message, "sms", short))


def values_of(parameters: Mapping[str, str], language: str) -> dict[str, str | int]:
    """What messages get of parameters: times and amounts as they are written in the language."""
    spoken = primary(language)
    locale = formats.locale_of(language) or spoken
    values: dict[str, str | int] = dict.fromkeys(variables(spoken), NONE)
    for name, given in parameters.items():
        if name in MOMENTS:
            values[name] = _moment(given, parameters, spoken, locale)
        elif name in AMOUNTS:
            values[AMOUNTS[name]] = formats.money(given, parameters.get("currency"), locale)
        elif name in COUNTS:
            values[name] = int(given) if given.isdecimal() else given
        elif name in LANGUAGES:
            values[name] = formats.language_name(given, locale)
        else:
            values[name] = given
    return values


def primary(tag: str) -> str:
    """The language itself, without region: `de` of `de-AT`."""
    return tag.replace("_", "-").partition("-")[0].lower()


@cache
def languages() -> frozenset[str]:
    """The languages that have texts."""
    folder = files("agents").joinpath(*_FOLDER)
    return frozenset(
        each.name.removesuffix(".ftl") for each in folder.iterdir() if each.name.endswith(".ftl")
    )


@cache
def resource(language: str) -> Resource:
    """The file of a language, read once."""
    file = files("agents").joinpath(*_FOLDER, f"{language}.ftl")
    return FluentResource(file.read_text(encoding="utf-8"))


def _moment(given: str, parameters: Mapping[str, str], spoken: str, locale: str) -> str:
    """A moment by the addressee's wall clock; with the zone's name where the site has another."""
    at = milliseconds(given)
    if at is None:
        return given
    time_zone = parameters.get("time_zone", "UTC")
    day, clock = formats.day_and_clock(at, time_zone, locale)
    elsewhere = parameters.get("site_time_zone", time_zone) != time_zone
    zone = formats.zone_name(at, time_zone, locale) if elsewhere else NONE
    return say(spoken, "moment", {"day": day, "clock": clock, "zone": zone})


def _short_names(parameters: Mapping[str, str], spoken: str) -> dict[str, str | int]:
    """Names for a short text: not too long, and one that its alphabet cannot write left out."""
    short: dict[str, str | int] = {}
    for name, given in parameters.items():
        if name in NAMES:
            known = clipped(given, _SHORT_NAME)
            short[name] = known if is_writable(given) else say(spoken, f"some-{name}", {})
        elif name in _IDS:
            short[name] = clipped(given, _SHORT_ID)
    return short


def say(spoken: str, message: str, values: Mapping[str, str | int]) -> str:
    """A message that has no attributes."""
    return _patterns(spoken).say(message, None, values)


def _attribute(spoken: str, message: str, name: str, values: Mapping[str, str | int]) -> str:
    return _SPACES.sub(" ", _patterns(spoken).say(message, name, values)).strip()


@cache
def _patterns(language: str) -> Patterns:
    return Patterns(language, resource(language))


@cache
def variables(language: str, message: str | None = None) -> frozenset[str]:
    """Every variable that a message uses, itself or by what it refers to; without one, that any."""
    found: set[str] = set()
    entries = {each.id.name: each for each in resource(language).body if isinstance(each, Message)}
    waiting: list[object] = [*entries.values()] if message is None else [entries.pop(message)]
    while waiting:
        node = waiting.pop()
        match node:
            case VariableReference():
                found.add(node.id.name)
            case MessageReference() if node.id.name in entries:
                waiting.append(entries.pop(node.id.name))
            case list():
                waiting.extend(node)
            case BaseNode():
                waiting.extend(vars(node).values())
            case _:
                pass
    return frozenset(found)


@cache
def parameters_of(message: str) -> frozenset[str]:
    """The names of the parameters that a message is made of; English has all of them."""
    used = variables(FALLBACK, message)
    raw = {minor for minor, name in AMOUNTS.items() if name in used}
    moments = {"time_zone", "site_time_zone"} if used & MOMENTS else set()
    return (used - set(AMOUNTS.values())) | raw | moments | ({"currency"} if raw else set())
