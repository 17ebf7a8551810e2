"""What is true of customers' decisions, told simply: places in the throttle, and episodes."""

from collections import defaultdict

from msgspec import Struct

from agents.core.policy_numbers import Throttle
from schemas.records import (
    Arm,
    CheckIn,
    Decision,
    Disagreement,
    Erasure,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Rule,
    Severity,
    WithdrawnBy,
)
from tests.model.pipeline import Done
from tests.model.world import DAY

ALWAYS_ASKED = {
    Rule.ESTIMATE_DISPUTED, Rule.DIAGNOSIS_DISPUTED, Rule.WARRANTY_DISPUTED,
    Rule.REQUESTED_BY_CUSTOMER, Rule.APPEALED_BY_CUSTOMER,
}  # fmt: skip
GRAVITY = [Severity.NORMAL, Severity.HIGH, Severity.SAFETY]
WEIGHTS = {
    OutcomeName.UPHELD: 0.0, OutcomeName.PARTLY_UPHELD: 0.5, OutcomeName.UNFOUNDED: 2.0,
    OutcomeName.ABUSIVE: 4.0,
}  # fmt: skip
WINDOW = 30 * DAY


class Place(Struct):
    """One RAISED of a customer, and what it weighs."""

    escalation_id: str
    at: int
    weight: float = 1.0
    outcome: OutcomeName | None = None
    withdrawn: bool = False
    taken_back: bool = False

    def counts(self, at: int) -> float:
        age = at - self.at
        if age < 0:
            return 0.0
        if age < WINDOW:
            return self.weight
        if self.outcome not in (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE):
            return 0.0
        fade = 0.5 ** ((age - WINDOW) / (90 * DAY))
        return self.weight * fade if fade >= 0.25 else 0.0


class Episode(Struct):
    """A rule that has fired for a visit and subject, until its ground goes or its case closes."""

    ids: set[str]
    severity: Severity
    escalation_id: str | None
    since: int


Finding = tuple[str, Rule, str | None]


class Customers:
    """All customers, as the committed records of stage customers tell of them."""

    def __init__(self) -> None:
        self.places: dict[str, list[Place]] = defaultdict(list)
        self.episodes: dict[Finding, Episode] = {}
        self.unsure: set[Finding] = set()  # their case closed; reopened, they may stand again
        self.numbers: dict[tuple[str, Rule], int] = defaultdict(int)
        self.counts: dict[str, int] = defaultdict(int)
        self.of_visit: dict[str, str] = {}
        self.erased_at: dict[str, int] = defaultdict(int)
        self.vehicles: dict[str, set[str]] = defaultdict(set)  # that were ever checked in

    def saw(self, done: Done) -> None:
        """What stage customers made of one record must be what the model says."""
        record = done.record
        if isinstance(record, CheckIn):
            self.vehicles[record.customer_id].add(record.vehicle_id)
        if isinstance(record, Outcome):
            self._outcome(record)
        if isinstance(record, Erasure):
            self._forget(record)
        for each in done.outputs:
            if isinstance(each, Disagreement):
                self._decided(each, done)

    def _forget(self, record: Erasure) -> None:
        if record.occurred_at <= self.erased_at[record.customer_id]:
            return  # a duplicate
        self.erased_at[record.customer_id] = record.occurred_at
        for finding in list(self.episodes):
            if self.of_visit[finding[0]] == record.customer_id:
                del self.episodes[finding]
        for place in self.places[record.customer_id]:
            place.escalation_id = ""  # it waits for no outcome any more

    def _decided(self, record: Disagreement, done: Done) -> None:
        self.counts[record.decision] += 1
        self.of_visit[record.visit_id] = record.customer_id
        self.numbers[record.visit_id, record.rule] += 1
        assert record.n == self.numbers[record.visit_id, record.rule], record
        assert record.asked is not None
        assert record.asked or record.rule not in ALWAYS_ASKED, record
        assert not record.asked or record.rule in ALWAYS_ASKED | {Rule.SILENCE_NO_WORD}, record
        if not record.asked:
            assert record.throttle is None, record
            assert Decision.THROTTLED not in (record.decision, record.would_be), record
        if record.arm is not Arm.LIVE:
            return
        if record.decision is Decision.CORRECTED:
            for finding, episode in list(self.episodes.items()):
                if record.corrects in episode.ids:
                    del self.episodes[finding]
            return
        if record.throttle is not None:
            self._throttled(record, done)
        if record.decision in (Decision.RAISED, Decision.JOINED):
            self._begin(record)

    def _begin(self, record: Disagreement) -> None:
        finding = record.visit_id, record.rule, record.subject_id
        stands = self.episodes.get(finding)
        fresh = (
            stands is None or finding in self.unsure or stands.since < record.decided_at - WINDOW
        )
        # A silence takes the place of the one before; so does what is asked for again.
        if not fresh and stands is not None and record.rule is not Rule.SILENCE_NO_WORD:
            assert record.decision is Decision.JOINED, f"{record.disagreement_id} fires twice"
            graver = GRAVITY.index(record.severity) > GRAVITY.index(stands.severity)
            assert graver, f"{record.disagreement_id} fires twice, of one severity"
            stands.ids.add(record.disagreement_id)
            stands.severity = record.severity
            return
        self.unsure.discard(finding)
        self.episodes[finding] = Episode(
            {record.disagreement_id}, record.severity, record.escalation_id, record.decided_at
        )

    def _throttled(self, record: Disagreement, done: Done) -> None:
        assert record.throttle is not None
        limits = done.reference.world(done.now).policy.throttle
        places, at = self.places[record.customer_id], record.occurred_at
        used = sum(each.counts(at) for each in places)
        assert abs(used - record.throttle.used) < 1e-6, (used, places, record)
        codes = {reason.code for reason in record.reasons}
        most = max(0, len(self.vehicles[record.customer_id]) - 1) * limits.per_vehicle
        assert limits.limit <= record.throttle.limit <= limits.limit + most, record
        if "THROTTLE" in codes:
            # Which vehicles were in service when is not told here: between the two it may be both.
            might = {_passes(places, at, limits, more) for more in (0, most)}
            assert (record.decision is Decision.RAISED) in might, (places, record)
        else:
            assert codes & {"FLOOR", "ALLOW_LIST", "BLOCK_LIST"}
        if record.decision is Decision.RAISED:
            places.append(Place(record.escalation_id or "", at))

    def _outcome(self, record: Outcome) -> None:
        for place in self.places[record.customer_id]:
            if place.escalation_id == record.escalation_id:
                _weigh(place, record)
        for finding, episode in list(self.episodes.items()):
            if episode.escalation_id != record.escalation_id:
                continue
            if record.status is OutcomeStatus.MERGED:
                episode.escalation_id = record.merged_into
            else:
                self.unsure.add(finding)


def _passes(places: list[Place], at: int, limits: Throttle, more: int) -> bool:
    moments = {at} | {each.at for each in places if at < each.at < at + WINDOW}
    return all(
        sum(each.counts(moment) for each in places) + 1 <= limits.limit + more
        and (
            moment >= at + DAY
            or sum(each.weight > 0 and moment - DAY < each.at <= moment for each in places)
            < limits.per_day + more
        )
        for moment in moments
    )


def _weigh(place: Place, record: Outcome) -> None:
    match record.status:
        case OutcomeStatus.RESOLVED if record.outcome is not None:
            place.outcome, place.weight = record.outcome, WEIGHTS[record.outcome]
            if record.outcome is OutcomeName.UNFOUNDED and record.on_appeal:
                place.weight = 3.0
        case OutcomeStatus.WITHDRAWN:
            by_customer = record.withdrawn_by is WithdrawnBy.CUSTOMER
            place.outcome, place.weight = None, 1.0 if by_customer else 0.0
            place.taken_back = place.taken_back or by_customer
        case OutcomeStatus.MERGED:
            place.weight = 0.0
        case OutcomeStatus.REOPENED if place.withdrawn:
            place.weight = 1.0
        case _:
            pass
    place.withdrawn = record.status in (OutcomeStatus.WITHDRAWN, OutcomeStatus.MERGED)
    if place.taken_back:
        place.outcome, place.weight = None, min(place.weight, 1.0)
