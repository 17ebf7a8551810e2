"""What would have made a case unnecessary, as far as the events of its visit say.

Each is asked by itself: a case may have been avoidable in more than one way, and in none of these.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from agents.core.calendar import HOUR_MS, add_business_time
from schemas.records import (
    Cause,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Disagreement,
    Estimate,
    Response,
    Rule,
    Site,
    Stage,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)

ANSWERED_WITHIN_HOURS = 4
"""Of the site's opening time; without the site in the directory, of any time."""


class AvoidableBy(StrEnum):
    """The ways, in the order of a visit."""

    FIRST_DIAGNOSIS_RIGHT = "first-diagnosis-right"
    ASKED_FIRST = "asked-first"
    CLAIM_BY_CAUSE = "claim-by-cause"
    ANSWERED_IN_4_HOURS = "answered-in-4-hours"
    READY_TIME_KEPT = "ready-time-kept"


class VisitEvents(Struct, kw_only=True):
    """The events of a visit, in any order."""

    check_ins: list[CheckIn] = []
    diagnoses: list[Diagnosis] = []
    estimates: list[Estimate] = []
    claims: list[WarrantyDecision] = []
    responses: list[CustomerResponse] = []
    closures: list[Closure] = []

    def until(self, at: int) -> "VisitEvents":
        """Those that had occurred by a moment (epoch milliseconds)."""
        return VisitEvents(
            check_ins=[each for each in self.check_ins if each.occurred_at <= at],
            diagnoses=[each for each in self.diagnoses if each.occurred_at <= at],
            estimates=[each for each in self.estimates if each.occurred_at <= at],
            claims=[each for each in self.claims if each.occurred_at <= at],
            responses=[each for each in self.responses if each.occurred_at <= at],
            closures=[each for each in self.closures if each.occurred_at <= at],
        )


_OF_DIAGNOSES = frozenset(
    {
        Rule.DIAGNOSIS_CHANGED_AFTER_AUTHORISATION,
        Rule.DIAGNOSIS_REMOTE_DIFFERS,
        Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN,
        Rule.WARRANTY_REPEAT_REPAIR,
    }
)
_OF_PRICES = frozenset({Rule.ESTIMATE_OVER_AUTHORISED, Rule.CHARGED_OVER_AUTHORISED})
_OF_CLAIMS = frozenset(
    {Rule.WARRANTY_DENIED_AGAINST_CAUSE, Rule.WARRANTY_REVERSED, Rule.WARRANTY_DISPUTED}
)
_OF_TIMES = frozenset({Rule.SILENCE_READY_TIME_MOVED, Rule.SILENCE_READY_TIME_PASSED})
_WHATEVER = frozenset({Rule.REQUESTED_BY_CUSTOMER, Rule.SILENCE_NO_WORD})
"""What customers ask for when something has gone wrong before."""


def avoidable_by(
    found: Disagreement, events: VisitEvents, site: Site | None
) -> tuple[AvoidableBy, ...]:
    """The ways in which a case could have been avoided.

    Args:
        found: what was found.
        events: those of its visit; what occurred after the decision counts for nothing.
        site: where it is, for its opening hours.
    """
    known = events.until(found.decided_at)
    holds = {
        AvoidableBy.FIRST_DIAGNOSIS_RIGHT: found.rule in _OF_DIAGNOSES
        or (found.rule in (_OF_PRICES | {Rule.DIAGNOSIS_DISPUTED}) and _diagnosis_changed(known)),
        AvoidableBy.ASKED_FIRST: found.rule in _OF_PRICES and not _was_asked(known.responses),
        AvoidableBy.CLAIM_BY_CAUSE: found.rule in _OF_CLAIMS and _denied_against_cause(known),
        AvoidableBy.ANSWERED_IN_4_HOURS: found.rule is Rule.SILENCE_NO_WORD
        or (found.rule is Rule.REQUESTED_BY_CUSTOMER and _kept_waiting(found, known, site)),
        AvoidableBy.READY_TIME_KEPT: found.rule in _OF_TIMES
        or (found.rule in _WHATEVER and _ready_time_broken(found, known)),
    }
    return tuple(way for way in AvoidableBy if holds[way])


def _diagnosis_changed(known: VisitEvents) -> bool:
    """Whether a diagnosis came to another code, or the centre to another than said from afar."""
    codes: dict[str, set[str]] = {}
    for each in known.diagnoses:
        codes.setdefault(each.diagnosis_id, set()).add(each.code)
    if any(len(of) > 1 for of in codes.values()):
        return True
    remote = {each.symptom: each.code for each in known.diagnoses if each.stage is Stage.REMOTE}
    return any(
        each.stage is Stage.CENTRE and remote.get(each.symptom, each.code) != each.code
        for each in known.diagnoses
    )


def _was_asked(responses: Iterable[CustomerResponse]) -> bool:
    """Whether the customer's last word on the price was a no: asked they were."""
    said = [
        each
        for each in responses
        if each.response in {Response.AUTHORISED, Response.DECLINED}
        and each.subject is Subject.ESTIMATE
    ]
    last = max(said, key=lambda each: (each.occurred_at, each.event_id), default=None)
    return last is not None and last.response is Response.DECLINED


def _denied_against_cause(known: VisitEvents) -> bool:
    if not any(each.cause is Cause.MANUFACTURING for each in _valid_diagnoses(known.diagnoses)):
        return False
    newest: dict[str, WarrantyDecision] = {}
    for each in sorted(known.claims, key=lambda each: (each.revision, each.occurred_at)):
        newest[each.claim_id] = each
    return any(each.decision is WarrantyDecisionName.DENIED for each in newest.values())


def _valid_diagnoses(diagnoses: Iterable[Diagnosis]) -> Iterable[Diagnosis]:
    newest: dict[str, Diagnosis] = {}
    for each in sorted(diagnoses, key=lambda each: (each.revision, each.occurred_at)):
        newest[each.diagnosis_id] = each
    return newest.values()


def _kept_waiting(found: Disagreement, known: VisitEvents, site: Site | None) -> bool:
    """Whether a question of before had waited for too long, whether or not a word came then."""
    patience = ANSWERED_WITHIN_HOURS * HOUR_MS
    words = sorted(_words(known))
    for each in known.responses:
        if each.response is not Response.ASKED:
            continue
        answered = next((at for at in words if at > each.occurred_at), found.decided_at)
        due = each.occurred_at + patience
        if site is not None:
            due = add_business_time(site, each.occurred_at, patience)
        if answered > due:
            return True
    return False


def _words(known: VisitEvents) -> Iterator[int]:
    for of in (known.check_ins, known.diagnoses, known.estimates, known.claims, known.closures):
        yield from (each.occurred_at for each in of)


def _ready_time_broken(found: Disagreement, known: VisitEvents) -> bool:
    """Whether the promised time had been put off, or had passed, when the customer spoke."""
    promised = _promised(known)
    if any(after > before for before, after in pairwise(promised)):
        return True
    ended = min((each.occurred_at for each in known.closures), default=found.occurred_at)
    return bool(promised) and promised[-1] < min(ended, found.occurred_at)


def _promised(known: VisitEvents) -> Sequence[int]:
    """The promised times, in the order in which they were promised."""
    said = [
        (each.occurred_at, each.promised_ready_at)
        for each in known.check_ins
        if each.promised_ready_at is not None
    ]
    said += [(each.occurred_at, each.ready_at) for each in known.estimates if each.ready_at]
    return [ready_at for _, ready_at in sorted(said)]
