"""What differs between two policies, in words: a sentence for each difference, and none left out.

A place that has no words of its own is told by its name: what a policy may hold grows faster than
the words for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, get_args

import holidays
from babel import Locale

from agents.core.policy import (
    AuthorisationLimit,
    Combine,
    Gate,
    Policy,
    RepeatRepair,
    SiteGate,
)
from agents.core.policy_numbers import Part
from agents.core.policy_values import Phrase, Unit, epoch_milliseconds
from agents.core.pseudonyms import key_of
from agents.core.rfc3339 import text_of
from agents.reference_data.board_words import revoked_differ, roles_differ
from agents.reference_data.differences import Difference, differences
from agents.reference_data.files import MISSING, spelled
from schemas.records import Tier

_WHOLE = (("pilot",), ("lists",), ("jurisdictions",), ("operators",), ("notices", "default", "*"))
_MOVED_TO = (Tier.REGIONAL.value, Tier.EXECUTIVE.value)
_HASH_SHOWN = 18  # characters of a keyed hash: key and begin are enough to tell two apart


def changes(before: Policy, after: Policy, called: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each difference, but of version and time.

    `called` gives ids for keyed hashes, as far as the reader has them.
    """
    sentences: list[str] = []
    for each in raw_changes(before, after):
        match each.place[0]:
            case "pilot":
                sentences += _pilot(before, after)
            case "lists":
                sentences += _lists(before, after, called)
            case "jurisdictions":
                sentences += _jurisdictions(before, after)
            case "operators":
                sentences += _operators(before, after)
            case "board" if each.place[1] == "roles":
                sentences += roles_differ(before.board.roles, after.board.roles)
            case "board" if each.place[-1] == "revoked":
                sentences += revoked_differ(before.board.links.revoked, after.board.links.revoked)
            case _:
                sentences.append(_in_words(each))
    return tuple(sentences)


@cache
def phrases() -> Mapping[tuple[str, ...], tuple[str, str]]:
    """What each number of the policy is, by its place: its phrase and its unit."""
    return dict(_phrases(Policy, (), ""))


def _phrases(
    part: type[Part], place: tuple[str, ...], of: str
) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    for name, field in part.model_fields.items():
        here = (*place, name)
        called = [each.text for each in field.metadata if isinstance(each, Phrase)]
        if isinstance(field.annotation, type) and issubclass(field.annotation, Part):
            yield from _phrases(field.annotation, here, called[-1] if called else of)
        elif called:
            unit = next((each.text for each in field.metadata[::-1] if isinstance(each, Unit)), "")
            keys = _keys(field.annotation) if "{key}" in called[-1] else (None,)
            for key in keys:
                at = here if key is None else (*here, key)
                yield at, (called[-1].format(of=of, key=key), unit)


def _keys(kind: Any) -> Iterable[str]:  # noqa: ANN401 - a map's type as annotated
    """The keys of a map of the policy, in order: those of the type of its keys."""
    symbols = get_args(get_args(kind)[0])[0]
    return _MOVED_TO if symbols is Tier else tuple(each.value for each in symbols)


def raw_changes(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """The differences as data, but of version and time."""
    aside = {"version", "effective_from"}
    return tuple(
        differences(before.model_dump(exclude=aside), after.model_dump(exclude=aside), _WHOLE)
    )


def value_in_words(value: object) -> str:
    """A value as a person writes it."""
    if value is None or value is MISSING:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return text_of(epoch_milliseconds(value))
    if isinstance(value, Decimal | float):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {value_in_words(each)}" for key, each in value.items()) or "none"
    if isinstance(value, tuple | list):
        return ", ".join(value_in_words(each) for each in value) or "none"
    return str(value) or "empty"


def _in_words(difference: Difference) -> str:
    before, after = (value_in_words(each) for each in difference[1:])
    if difference.place[:2] == ("notices", "default"):
        where = country_in_words(str(difference.place[-1]))
        return f"Customers of sites in {where} without a check-in: {before} -> {after}."
    if difference.place[:2] == ("money", "units"):
        stands = f"{before} -> {after} {difference.place[-1]}"
        return f"What stands for one US dollar in amounts of the policy: {stands}."
    phrase, unit = phrases().get(tuple(map(str, difference.place)), (spelled(difference.place), ""))
    return f"{phrase} goes from {before} to {after}{' ' if unit else ''}{unit}."


def _pilot(before: Policy, after: Policy) -> Iterable[str]:
    old, new = before.pilot, after.pilot
    drawn_anew = old.salt != new.salt
    if drawn_anew:
        yield (
            f"The pilot's salt goes from {value_in_words(old.salt)} to {value_in_words(new.salt)}: "
            "who is inside is drawn anew at every site that is LIVE below 100 %."
        )
    if old.default != new.default:
        yield (
            f"Sites without an entry of their own: {_gate(old.default)} -> {_gate(new.default)}"
            f"{_inside(old.default, new.default, drawn_anew=drawn_anew)}."
        )
    for site in sorted(old.sites.keys() | new.sites.keys()):
        was, is_now = old.sites.get(site), new.sites.get(site)
        if was == is_now:
            continue
        left = _gate(was or old.default) + ("" if was else " (as sites without an entry)")
        right = _gate(is_now or new.default) + ("" if is_now else " (as sites without an entry)")
        inside = _inside(was or old.default, is_now or new.default, drawn_anew=drawn_anew)
        yield f"Site {site}: {left} -> {right}{inside}."
    for each in differences(old.success.model_dump(), new.success.model_dump()):
        yield _in_words(each._replace(place=("pilot", "success", *each.place)))


def _gate(gate: SiteGate) -> str:
    if gate.gate is Gate.LIVE or gate.percent != 100:  # noqa: PLR2004 - percent of everybody
        return f"{gate.gate} at {value_in_words(gate.percent)} %"
    return gate.gate.value


def _inside(before: SiteGate, after: SiteGate, *, drawn_anew: bool) -> str:
    """What a step of the pilot means for the customers inside, where it can be said."""
    if drawn_anew or {before.gate, after.gate} != {Gate.LIVE}:
        return "; visits that are open keep what they opened with"
    if before.percent < after.percent:
        return ": customers inside stay inside"
    if before.percent > after.percent:
        return ": nobody comes inside; visits that are open keep what they opened with"
    return ""


def _lists(before: Policy, after: Policy, called: Mapping[str, str]) -> Iterable[str]:
    for name in ("allow", "block"):
        old, new = getattr(before.lists, name), getattr(after.lists, name)
        gone = [entry for entry in old if entry not in new]
        come = [entry for entry in new if entry not in old]
        for entry in (*gone, *come):
            who = called.get(entry.customer_id, _short(entry.customer_id))
            until = "" if entry.until is None else f" until {value_in_words(entry.until)}"
            is_now = "is no longer" if entry in gone else "is"
            yield f"Customer {who} {is_now} on the {name}-list{until}: {entry.reason}."
        if old != new and not gone and not come:
            yield f"The order of the {name}-list changes."


def _short(name: str) -> str:
    return name if key_of(name) is None else name[:_HASH_SHOWN] + "…"


def _operators(before: Policy, after: Policy) -> Iterable[str]:
    gone = [each for each in before.operators if each not in after.operators]
    come = [each for each in after.operators if each not in before.operators]
    yield from (f"{each} is no longer an operator." for each in gone)
    yield from (f"{each} becomes an operator." for each in come)
    if not gone and not come:
        yield "The order of the operators changes."


def _jurisdictions(before: Policy, after: Policy) -> Iterable[str]:
    """By what holds in each place that either policy names: it may come from a wider one."""
    names = [*before.jurisdictions, *(each for each in after.jurisdictions)]
    for name in dict.fromkeys(names):
        country, _, subdivision = name.partition("-")
        code = f"{country}-{subdivision}" if subdivision else None
        old, new = before.jurisdiction(country, code), after.jurisdiction(country, code)
        if old == new:
            if before.jurisdictions.get(name, {}) != after.jurisdictions.get(name, {}):
                yield f"{place_in_words(name)}: what is written changes, what holds does not."
            continue
        where = place_in_words(name)
        yield from _limit(where, old.authorisation_limit, new.authorisation_limit)
        yield from _repeat_repair(where, old.repeat_repair, new.repeat_repair)


def _limit(where: str, old: AuthorisationLimit, new: AuthorisationLimit) -> Iterable[str]:
    if old == new:
        return
    before, after = limit_in_words(old), limit_in_words(new)
    if before != after:
        yield f"{where} the limit of a rise goes from {before} to {after}."
    if old.source != new.source:
        yield f"{where} the source of the limit of a rise goes from {old.source} to {new.source}."
    yield from _checked(where, "the limit of a rise", old.unchecked, new.unchecked)
    if before == after and old.combine != new.combine:
        yield (
            f"{where} authorisation_limit.combine goes from {old.combine} to {new.combine}: "
            "it changes nothing while there is only an amount or only a percentage."
        )


def limit_in_words(limit: AuthorisationLimit) -> str:
    """How far a price may rise, as in "the greater of an amount of 10 and 10 % of the base"."""
    percent, fixed = limit.percent, limit.fixed_major
    tax = " before tax" if limit.before_tax else ""
    share = "" if percent is None else f"{value_in_words(percent)} % of the base{tax}"
    amount = "" if fixed is None else f"an amount of {value_in_words(fixed)}"
    if share and amount:
        which = "lesser" if limit.combine is Combine.LESSER else "greater"
        words = f"the {which} of {amount} and {share}"
    else:
        words = share or amount + tax or "nothing"
    most = limit.at_most_major
    return words if most is None else f"{words}, at most {value_in_words(most)}"


def _checked(where: str, what: str, old: bool, new: bool) -> Iterable[str]:  # noqa: FBT001
    if old != new:
        yield f"{where} the source of {what} counts as {'unchecked' if new else 'checked'}."


def _repeat_repair(where: str, old: RepeatRepair, new: RepeatRepair) -> Iterable[str]:
    yield from _checked(where, "the limits of repeated repairs", old.unchecked, new.unchecked)
    old = old.model_copy(update={"unchecked": new.unchecked})
    for each in differences(old.model_dump(), new.model_dump()):
        before, after = (value_in_words(value) for value in each[1:])
        phrase, unit = {
            "attempts": ("the number of attempts that make a repeated repair", ""),
            "within_months": ("the time within which attempts count", " months"),
            "days_out_of_service": ("the number of days out of service that make one", ""),
            "source": ("the source of the limits of repeated repairs", ""),
        }.get(str(each.place[0]), (f"repeat_repair.{each.place[0]}", ""))
        yield f"{where} {phrase} goes from {before} to {after}{unit}."


def country_in_words(code: str) -> str:
    """As in "Germany (DE)"."""
    name = Locale("en").territories.get(code)
    return "any other country" if code == "*" else f"{name} ({code})" if name else code


def place_in_words(code: str) -> str:
    """As in "In Ohio (US-OH)"; of `default`, "Where no place says otherwise"."""
    if code == "default":
        return "Where no place says otherwise,"
    country, _, subdivision = code.partition("-")
    if not subdivision:
        return f"In {country_in_words(country)}"
    known = getattr(holidays, country, None)
    aliases = getattr(known, "subdivisions_aliases", {})
    name = next((alias for alias, short in aliases.items() if short == subdivision), None)
    return f"In {name} ({code})" if name else f"In {code}"
