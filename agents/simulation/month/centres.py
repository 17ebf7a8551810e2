"""What the centres do about what managers decide for their customers: mostly they keep it.

A rise decided for the customer is not charged; one decided partly for them they agree to. A claim
decided for the customer is approved some hours later, when the vehicle has gone home.
"""

from heapq import heappop, heappush
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import MINUTE_MS
from agents.records import codecs
from agents.simulation.demo.event_generator import Arrival
from agents.simulation.demo.people import drawn
from schemas.records import (
    Closure,
    CustomerResponse,
    Disagreement,
    Escalation,
    EscalationStatus,
    OutcomeName,
    Response,
    Rule,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)

KEPT_PERCENT: Final = 95
"""Of a hundred decisions for a customer the centres keep so many."""
APPROVED_AFTER_MINUTES: Final = (300, 420)
"""How long after a decision its claim is approved, if it is."""
_AGREED_AFTER_MINUTES: Final = 10
_CLOSURES, _CLAIMS, _RESPONSES = (
    "service.closures",
    "service.warranty-decisions",
    "service.customer-responses",
)
_LAST_REVISION: Final = 9  # above those of the plots
_LOOKED_AT: Final = (Rule.WARRANTY_DENIED_AGAINST_CAUSE, Rule.ESTIMATE_OVER_AUTHORISED)


class _Price(Struct, frozen=True):
    """What a rise was decided to be: instead of `amount` the customer pays `base`."""

    base: int
    amount: int


class Centres:
    """All sites of a part of the network."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._grounds: dict[str, Disagreement] = {}
        self._prices: dict[str, _Price] = {}
        self._plans: list[tuple[int, str, bytes, bytes]] = []

    def take(self, record: object) -> None:
        """Takes notice of what was found, and of what a manager decided about it."""
        if isinstance(record, Disagreement) and record.rule in _LOOKED_AT:
            self._grounds[record.disagreement_id] = record
        elif isinstance(record, Escalation) and record.status is EscalationStatus.RESOLVED:
            for each in record.disagreement_ids:
                ground = self._grounds.get(each)
                if ground is not None and self._is_kept(record.escalation_id):
                    self._keep(record, ground)

    def due(self, until: int) -> list[Arrival]:
        """What they and their customers do about it up to `until` (epoch milliseconds)."""
        arrivals = []
        while self._plans and self._plans[0][0] <= until:
            at, topic, key, value = heappop(self._plans)
            arrivals.append(Arrival(at, topic, key, value))
        return arrivals

    def as_decided(self, arrival: Arrival) -> Arrival:
        """A closure charges what was decided; any other record is as it was."""
        if arrival.topic != _CLOSURES or not self._prices:
            return arrival
        closure = _closure(arrival)
        price = self._prices.get(closure.visit_id)
        if price is None or closure.charged_total is None:
            return arrival
        total, before_tax = closure.charged_total, closure.charged_subtotal
        charged = replace(
            closure,
            charged_total=total * price.base // price.amount,
            charged_subtotal=before_tax and before_tax * price.base // price.amount,
        )
        return Arrival(arrival.at, _CLOSURES, arrival.key, codecs.encode(_CLOSURES, charged))

    def _is_kept(self, case: str) -> bool:
        return drawn(self._seed, case, "kept by the centre", 0, 99) < KEPT_PERCENT

    def _keep(self, step: Escalation, ground: Disagreement) -> None:
        upheld = step.outcome is OutcomeName.UPHELD
        if ground.rule is Rule.WARRANTY_DENIED_AGAINST_CAUSE:
            if upheld:
                self._approve(step, ground)
        elif upheld:
            facts = ground.reasons[0].facts
            price = _Price(int(facts["base_minor"]), int(facts["amount_minor"]))
            self._prices[ground.visit_id] = price
        elif step.outcome is OutcomeName.PARTLY_UPHELD:
            self._agree(step, ground)

    def _approve(self, step: Escalation, ground: Disagreement) -> None:
        minutes = drawn(self._seed, step.escalation_id, "approved", *APPROVED_AFTER_MINUTES)
        at = step.occurred_at + minutes * MINUTE_MS
        assert ground.subject_id is not None, "a claim has its id"
        approved = WarrantyDecision(
            event_id=f"{ground.subject_id}-kept",
            occurred_at=at,
            customer_id=ground.customer_id,
            visit_id=ground.visit_id,
            vehicle_id=f"{ground.customer_id}-car",
            site_id=ground.site_id,
            claim_id=ground.subject_id,
            revision=_LAST_REVISION,
            decision=WarrantyDecisionName.APPROVED,
            reason_code="W17",
            operations=("brake pads",),
        )
        self._plan(at, _CLAIMS, approved)

    def _agree(self, step: Escalation, ground: Disagreement) -> None:
        at = step.occurred_at + _AGREED_AFTER_MINUTES * MINUTE_MS
        said = CustomerResponse(
            event_id=f"{ground.disagreement_id}-agreed",
            occurred_at=at,
            customer_id=ground.customer_id,
            visit_id=ground.visit_id,
            site_id=ground.site_id,
            response=Response.AUTHORISED,
            subject=Subject.ESTIMATE,
        )
        self._plan(at, _RESPONSES, said)

    def _plan(self, at: int, topic: str, record: CustomerResponse | WarrantyDecision) -> None:
        key = record.customer_id.encode()
        heappush(self._plans, (at, topic, key, codecs.encode(topic, record)))


def _closure(arrival: Arrival) -> Closure:
    closure = codecs.decode(arrival.topic, arrival.value)
    assert isinstance(closure, Closure), "the topic's records"
    return closure
