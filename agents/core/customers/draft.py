"""The answer to one event while it is made: the customer as it is so far, and the records."""

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.rule_base.facts import later, reason, valid_diagnoses
from agents.core.customers.rules import kind_of
from agents.core.customers.sites import of_unknown_site
from agents.core.customers.state import Customer, EpisodeState, Visit, with_escalation
from agents.core.customers.words import topic_of, words_of
from agents.core.handling import Counted, Output
from agents.core.languages import bounded, said
from agents.core.reasons import ONLY_ESTIMATE, VISIT_CURRENCY
from agents.core.world import World
from schemas.records import (
    Channel,
    CustomerResponse,
    Disagreement,
    Kind,
    Reason,
    Rule,
    Severity,
    Throttle,
    Wish,
)
from schemas.records import Decision as DecisionName

MORE_TODAY = "MORE_TODAY"
_TO_THE_DESK = (DecisionName.RAISED, DecisionName.JOINED)


class Address(Struct, frozen=True, kw_only=True):
    """How a customer is addressed on a visit; quiet hours are `HH:MM` in their time zone."""

    language: str
    channels: tuple[Channel, ...]
    time_zone: str
    quiet_from: str | None = None
    quiet_until: str | None = None


class Draft:
    """The customer so far, and what will be written, in order.

    `now` is the moment that is judged (for what time makes, the due moment), `then` the world at
    it; `world.now` is when it is decided.
    """

    def __init__(self, customer: Customer, world: World, now: int) -> None:
        self.customer = customer
        self.world = world
        self.now = now
        self.then = world if now == world.now else replace(world, now=now)
        self.outputs: list[Output] = []
        self.noted: list[Counted] = []

    def visit(self, visit_id: str) -> Visit:
        """The visit as it is so far."""
        return self.customer.visits[visit_id]

    def put(self, visit: Visit) -> None:
        """Take the visit over."""
        self.customer = replace(
            self.customer, visits={**self.customer.visits, visit.visit_id: visit}
        )

    def stand(self, visit_id: str, standing: EpisodeState) -> None:
        """Take over what stands of one rule and subject."""
        visit = self.visit(visit_id)
        others = tuple(
            each
            for each in visit.standings
            if (each.rule, each.subject_id) != (standing.rule, standing.subject_id)
        )
        self.put(replace(visit, standings=(*others, standing)))

    def has_room(self, visit_id: str, rule: Rule, recorded_as: DecisionName | None = None) -> bool:
        """Whether the rule may have another record on the visit today (UTC).

        `recorded_as`: of a decision that is only recorded, which has as many records of its own.
        """
        name = _counted_as(rule, recorded_as)
        if self.count_today(visit_id, name) < self.world.policy.throttle.records_a_day:
            return True
        self.put(self._counted(self.visit(visit_id), name))
        self.noted.append(Counted.RECORDS_EXCEEDED)
        return False

    def has_room_for_notice(self, visit_id: str, message: str) -> bool:
        """Whether the visit may have another such notice today (UTC): as many as records of a rule.

        If so, it is counted.
        """
        if self.count_today(visit_id, message) >= self.world.policy.throttle.records_a_day:
            return False
        self.put(self._counted(self.visit(visit_id), message))
        return True

    def count_today(self, visit_id: str, name: str) -> int:
        """How many the visit has had today (UTC) of a rule's records, or of a notice."""
        day, count = self.visit(visit_id).records_today.get(name, (0, 0))
        return count if day == self._day else 0

    @property
    def _day(self) -> int:
        return self.world.now // DAY_MS

    def _counted(self, visit: Visit, name: str) -> Visit:
        count = self.count_today(visit.visit_id, name) + 1
        return replace(visit, records_today={**visit.records_today, name: (self._day, count)})

    def next_id(self, visit_id: str, rule: Rule) -> tuple[int, str]:
        """The number and id that the rule's next record on the visit has."""
        number = self.visit(visit_id).counters.get(rule.value, 0) + 1
        return number, f"{visit_id}:{rule.value}:{number}"

    def write(
        self,
        visit_id: str,
        *,
        rule: Rule,
        subject_id: str | None,
        severity: Severity,
        decision: DecisionName,
        trigger_event_id: str,
        occurred_at: int,
        reasons: tuple[Reason, ...],
        asked: bool = False,
        would_be: DecisionName | None = None,
        escalation_id: str | None = None,
        throttle: Throttle | None = None,
        wish: Wish | None = None,
        corrects: str | None = None,
        kind: Kind | None = None,
    ) -> str:
        """Write the record of a decision and count it; returns its id."""
        visit, world, kind = self.visit(visit_id), self.world, kind or kind_of(rule)
        number, disagreement_id = self.next_id(visit_id, rule)
        counted_as = _counted_as(rule, decision)
        count = self.count_today(visit_id, counted_as)
        reasons = (*reasons, *of_unknown_site(visit, world))
        if severity is Severity.SAFETY:
            reasons = _with_safety(reasons, visit)
        if decision in _TO_THE_DESK and world.policy.writes_generation(2):
            reasons = _with_prices(reasons, visit, kind, subject_id)
        if count + 1 == world.policy.throttle.records_a_day:
            reasons = (*reasons, reason(MORE_TODAY, records_a_day=count + 1))
        counters = {**visit.counters, rule.value: number}
        self.put(replace(self._counted(visit, counted_as), counters=counters))
        address = self.address(visit)
        record = Disagreement(
            disagreement_id=disagreement_id,
            n=number,
            visit_id=visit_id,
            customer_id=self.customer.customer_id,
            vehicle_id=visit.vehicle_id,
            site_id=visit.site_id,
            region_id=visit.region_id,
            kind=kind,
            rule=rule,
            subject_id=subject_id,
            severity=severity,
            decision=decision,
            would_be=would_be,
            arm=visit.arm,
            trigger_event_id=trigger_event_id,
            occurred_at=occurred_at,
            decided_at=world.now,
            reasons=reasons,
            escalation_id=escalation_id,
            throttle=throttle,
            wish=wish,
            language=address.language,
            channels=address.channels,
            quiet_from=address.quiet_from,
            quiet_until=address.quiet_until,
            time_zone=address.time_zone,
            policy_version=world.policy.version,
            corrects=corrects,
            asked=asked if world.policy.writes_generation(2) else None,
        )
        said = _said_by(visit, trigger_event_id)
        if said is not None and decision in _TO_THE_DESK and world.policy.writes_generation(2):
            record = replace(record, topic=topic_of(said), words=words_of(said))
        self.outputs.append(Output(topic="recourse.disagreements", record=record))
        if escalation_id is not None:
            self.customer = with_escalation(
                self.customer, escalation_id, visit.region_id, world.now
            )
        return disagreement_id

    def address(self, visit: Visit) -> Address:
        """How the customer wants to be addressed: as checked in, else as the policy says."""
        site = self.world.directory.site(visit.site_id)
        default = self.world.policy.notices.of(site.country)
        language = bounded(default.language)
        if not visit.check_ins:
            return Address(language=language, channels=default.channels, time_zone=site.time_zone)
        check_in = later(visit.check_ins)
        return Address(
            language=said(check_in.language) or language,
            channels=check_in.channels,
            time_zone=check_in.time_zone or site.time_zone,
            quiet_from=check_in.quiet_from,
            quiet_until=check_in.quiet_until,
        )


def _said_by(visit: Visit, event_id: str) -> CustomerResponse | None:
    """What the customer said by an event, if it was one of theirs."""
    said = (*visit.responses, *(each.said for each in visit.appeals if each.said is not None))
    return next((each for each in said if each.event_id == event_id), None)


_ONLY_RECORDED = (DecisionName.BELOW_THRESHOLD, DecisionName.AWAITING)


def _counted_as(rule: Rule, decision: DecisionName | None) -> str:
    """Under which name a record counts: what is only recorded never holds back a decision."""
    return f"{rule.value}:{decision.value}" if decision in _ONLY_RECORDED else rule.value


def _with_safety(reasons: tuple[Reason, ...], visit: Visit) -> tuple[Reason, ...]:
    """Which valid diagnoses make it a matter of safety, said with the first reason."""
    unsafe = ", ".join(each.event_id for each in valid_diagnoses(visit) if each.safety)
    if not unsafe:
        return reasons
    return _with_facts(reasons, {"safety_by": unsafe})


def _with_prices(
    reasons: tuple[Reason, ...], visit: Visit, kind: Kind, subject_id: str | None
) -> tuple[Reason, ...]:
    """What a manager's remedy may leave out: the currency, and an estimate that is the only one."""
    facts = {}
    if visit.currency is not None and "currency" not in reasons[0].facts:
        facts[VISIT_CURRENCY] = visit.currency
    of_estimate = kind is Kind.ESTIMATE and subject_id is not None
    estimates = {each.estimate_id for each in visit.estimates}
    if len(estimates) == 1 and not of_estimate:
        facts[ONLY_ESTIMATE] = estimates.pop()
    return _with_facts(reasons, facts) if facts else reasons


def _with_facts(reasons: tuple[Reason, ...], facts: dict[str, str]) -> tuple[Reason, ...]:
    """The reasons with facts that are said with the first."""
    first, *others = reasons
    return reason(first.code, **{**first.facts, **facts}), *others
