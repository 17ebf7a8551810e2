"""The facts of a reason as an operator reads them: amounts with currency, local times, lists.

Sentences name a fact and how it reads, as in `{ MONEY($excess_minor) }`; one that says nothing more
than itself is taken as it is, with its times made local.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from agents.core.money import minor_units
from agents.core.notices.throttled import entries_in
from agents.operations.explain.wording.amounts import in_figures
from agents.operations.explain.wording.sentences import Facts, Reads
from agents.operations.explain.wording.time_format import localised
from agents.operations.explain.wording.words import (
    ACTIONS,
    ARMS,
    OUTCOMES,
    REMEDIES,
    SEVERITIES,
    TIERS,
)
from schemas.records import ActionName, Arm, OutcomeName, RemedyKind, Severity, Tier

_BASE = re.compile(
    r"(before any estimate|\S+): (\d+(?:/\d+)?) \((lowest revision|declined in \S+?|\S+?)\)(?:, |$)"
)
_WHOLE = "1"


def plainly(_name: str, value: str, facts: Facts) -> str:
    """A fact as it is, with its times made local."""
    return localised(value, facts.time_zone)


def _money(value: str, facts: Facts) -> str:
    return in_figures(value, facts.values.get("currency"))


def _major(value: str, facts: Facts) -> str:
    currency = facts.values.get("currency")
    return in_figures(str(minor_units(Decimal(value), currency)), currency)


def _percent(value: str, _: Facts) -> str:
    return f"{Decimal(value):f}"


def _sign(value: str, _: Facts) -> str:
    return "zero" if Decimal(value) == 0 else "positive"


def _some(value: str, _: Facts) -> str:
    return "" if value == "0" else value


def _bases(value: str, facts: Facts) -> str:
    bases = [
        f"{subject} {_money(minor, facts)}, {_of_base(by)}"
        for subject, minor, by in _BASE.findall(value)
    ]
    return "; ".join(bases) or "nothing was estimated or authorised"


def _of_base(by: str) -> str:
    if by == "lowest revision":
        return "its lowest revision"
    return f"as it was {by}" if by.startswith("declined in ") else f"authorised by {by}"


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


def _of(words: Mapping[str, str]) -> Reads:
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

FUNCTIONS: Mapping[str, Reads] = {
    "MONEY": _money,
    "MAJOR": _major,
    "PERCENT": _percent,
    "SIGN": _sign,
    "SOME": _some,
    "BASES": _bases,
    "ENTRIES": _entries,
    "FLOOR": _floor,
    "CLAIM": _of(_CLAIM),
    "ASKED": _of(_ASKED),
    "ANSWERED": _of(_ANSWERED),
    "AWAY": _of(_AWAY),
    "KIND": _of(_KINDS),
    "DEADLINE": lambda value, _: value.lower(),
    "RECORD": _of(_BY),
    "CAUSE": lambda value, _: value.lower(),
    "PHASE": lambda value, _: value.lower(),
    "OUTCOME": lambda value, _: OUTCOMES[OutcomeName(value)],
    "TIER": lambda value, _: TIERS[Tier(value)],
    "ARM": lambda value, _: ARMS[Arm(value)],
    "ACTION": lambda value, _: ACTIONS[ActionName(value)],
    "REMEDY": lambda value, _: REMEDIES[RemedyKind(value)],
    "SEVERITY": lambda value, _: SEVERITIES[Severity(value)],
}
"""How a fact reads, by the function that a sentence shows it with."""
