"""The facts of a reason as an operator reads them: amounts with currency, local times, lists.

Sentences name a fact and how it reads, as in `{excess_minor:money}`; one that says nothing more
than itself is taken as it is, with its times made local.
"""

import re
import string
from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec import Struct

from agents.core.money import minor_units
from agents.core.notices.throttled import entries_in
from agents.explain.amounts import in_figures
from agents.explain.moments import localised
from agents.explain.words import ACTIONS, ARMS, OUTCOMES, SEVERITIES, TIERS
from schemas.records import ActionName, Arm, OutcomeName, Reason, Severity, Tier

_BASE = re.compile(r"(before any estimate|\S+): (\d+(?:/\d+)?) \((lowest revision|\S+?)\)(?:, |$)")
_WHOLE = "1"


class Facts(Struct, frozen=True, kw_only=True):
    """What a reason holds, and the time zone of who reads it."""

    values: Mapping[str, str]
    time_zone: str


def facts_of(reason: Reason, time_zone: str) -> Facts:
    """The facts of a reason."""
    return Facts(values=reason.facts, time_zone=time_zone)


def can_be_filled(sentence: str, facts: Facts) -> bool:
    """Whether all facts that a sentence needs are there and say something."""
    return all(
        facts.values.get(name, "") not in (("", "0") if reads_as == "some" else ("",))
        for _, name, reads_as, _ in string.Formatter().parse(sentence)
        if name
    )


def filled(sentence: str, facts: Facts) -> str:
    """A sentence with its facts, all of which must be there."""
    parts = []
    for text, name, reads_as, _ in string.Formatter().parse(sentence):
        parts.append(text)
        if name:
            value = facts.values[name]
            parts.append(_READS[reads_as](value, facts) if reads_as else _as_it_is(value, facts))
    return "".join(parts)


def _as_it_is(value: str, facts: Facts) -> str:
    return localised(value, facts.time_zone)


def _money(value: str, facts: Facts) -> str:
    return in_figures(value, facts.values.get("currency"))


def _limit(value: str, facts: Facts) -> str:
    """A limit with what it is made of: `50.00 USD (the greater of 10.00 USD and 10 % ...)`."""
    made_of = _made_of(facts)
    return f"{_money(value, facts)} above the base: {made_of}"


def _made_of(facts: Facts) -> str:
    percent = facts.values.get("limit_percent")
    fixed = facts.values.get("limit_fixed_major")
    share = None if percent is None else f"{Decimal(percent):f} % of the base"
    amount = None if fixed is None else _major(fixed, facts)
    if share is not None and amount is not None:
        which = "lesser" if facts.values.get("limit_is") == "LESSER" else "greater"
        made_of = f"the {which} of {amount} and {share}"
    elif percent is not None and Decimal(percent) == 0:
        made_of = "any rise needs a new yes"
    else:
        made_of = share or amount or "any rise needs a new yes"
    if "limit_at_most_major" in facts.values:
        made_of += f", at most {_major(facts.values['limit_at_most_major'], facts)}"
    return made_of


def _major(amount: str, facts: Facts) -> str:
    currency = facts.values.get("currency")
    return in_figures(str(minor_units(Decimal(amount), currency)), currency)


def _bases(value: str, facts: Facts) -> str:
    bases = [
        f"{subject} {_money(minor, facts)}, "
        + ("its lowest revision" if by == "lowest revision" else f"authorised by {by}")
        for subject, minor, by in _BASE.findall(value)
    ]
    return "; ".join(bases) or "nothing was estimated or authorised"


def _entries(value: str, facts: Facts) -> str:
    entries = [
        f"{disagreement_id} of {localised(at, facts.time_zone)} weighs {weight}"
        + ("" if share == _WHOLE else f", faded to {share} of that")
        for disagreement_id, at, weight, share in entries_in(value)
    ]
    return "; ".join(entries) or "none"


def _floor(value: str, facts: Facts) -> str:
    del facts
    return _FLOORS.get(value, "this rule is never throttled")


def _of(words: Mapping[str, str]) -> Callable[[str, Facts], str]:
    return lambda value, _: words.get(value, value.replace("_", " ").lower())


_FLOORS = {
    "SAFETY": "it is a matter of safety",
    "CALLED": "a manager took the customer's call already",
    "FIRST_ESCALATION_OF_FIRST_VISIT": "it is the first escalation of the customer's first visit",
}
_CLAIM = {
    "PENDING": "pending",
    "APPROVED": "approved",
    "GOODWILL": "granted as goodwill",
    "DENIED": "denied",
}
_ASKED = {
    "REQUESTED": "pressed the button for a manager",
    "CALLED": "rang a manager",
    "DISPUTED": "said that they disagree, with nothing in particular",
    "APPEALED": "appealed",
}
_ANSWERED = {
    "AUTHORISED": "agreed to a price",
    "DECLINED": "declined work",
    "DISPUTED": "disputed something",
    "ASKED": "asked something",
    "REQUESTED": "asked for a manager",
    "CALLED": "rang a manager",
    "WITHDRAWN": "took something back",
    "APPEALED": "appealed",
    "RATED": "gave a rating",
}
_AWAY = {
    "OFF_SHIFT": "is off shift",
    "ABSENT": "is absent",
    "LEFT": "is no longer in the directory",
}
_KINDS = {
    "DIAGNOSIS": "diagnosis",
    "ESTIMATE": "estimate",
    "WARRANTY": "warranty",
    "SILENCE": "silence",
    "REQUEST": "request",
}
_BY = {
    "CheckIn": "a check-in",
    "Diagnosis": "a new diagnosis",
    "Estimate": "a new estimate",
    "WarrantyDecision": "a new decision on warranty",
    "CustomerResponse": "what the customer said",
    "Closure": "the closure of the visit",
    "time": "the time that passed",
}

_READS: dict[str, Callable[[str, Facts], str]] = {
    "money": _money,
    "some": _as_it_is,
    "limit": _limit,
    "bases": _bases,
    "entries": _entries,
    "floor": _floor,
    "claim": _of(_CLAIM),
    "asked": _of(_ASKED),
    "answered": _of(_ANSWERED),
    "away": _of(_AWAY),
    "kind": _of(_KINDS),
    "deadline": lambda value, _: value.lower(),
    "record": _of(_BY),
    "cause": lambda value, _: value.lower(),
    "phase": lambda value, _: value.lower(),
    "outcome": lambda value, _: OUTCOMES[OutcomeName(value)],
    "tier": lambda value, _: TIERS[Tier(value)],
    "arm": lambda value, _: ARMS[Arm(value)],
    "action": lambda value, _: ACTIONS[ActionName(value)],
    "severity": lambda value, _: SEVERITIES[Severity(value)],
}
