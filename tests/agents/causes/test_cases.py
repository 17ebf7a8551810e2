"""Cases of causes, from the records of visits."""

from typing import Any

import msgspec
import pytest

from agents.core.calendar import DAY_MS, HOUR_MS, MINUTE_MS
from agents.operations.causes.avoidable import AvoidableBy, VisitEvents, avoidable_by
from agents.operations.causes.case import SAME_DAYS, Case, Collected, cases_of
from agents.operations.causes.cause import Cause, Part
from agents.operations.causes.report import Seeing
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from schemas.records import (
    Arm,
    CustomerResponse,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    EstimateLine,
    Kind,
    OutcomeName,
    Reason,
    Response,
    Rule,
    Severity,
    Stage,
    Subject,
    Tier,
    TopicName,
    WarrantyDecisionName,
)
from schemas.records import Cause as FaultCause
from tests.bad_input.good import (
    NOW,
    check_in,
    claim,
    closure,
    diagnosis,
    driver,
    estimate,
    morning,
    response,
)

SITE = demo_directory().site("columbus")


def found(rule: Rule, at: int = NOW + HOUR_MS, **own: Any) -> Disagreement:
    """What was found on ann's visit."""
    given: dict[str, Any] = {
        "disagreement_id": f"ann-v1:{rule}:1",
        "n": 1,
        "visit_id": "ann-v1",
        "customer_id": "ann",
        "site_id": "columbus",
        "region_id": "us-east",
        "kind": Kind.ESTIMATE,
        "rule": rule,
        "severity": Severity.NORMAL,
        "decision": Decision.RAISED,
        "arm": Arm.LIVE,
        "trigger_event_id": "e",
        "occurred_at": at,
        "decided_at": at,
        "reasons": (Reason(code=str(rule), facts={}),),
        "escalation_id": "ann-v1:1",
        "language": "en",
        "channels": (),
        "time_zone": "UTC",
        "policy_version": "p",
    }
    return Disagreement(**given | own)


def step(number: int, status: EscalationStatus, at: int, **own: Any) -> Escalation:
    """A step of ann's case."""
    given: dict[str, Any] = {
        "escalation_id": "ann-v1:1",
        "step": number,
        "status": status,
        "occurred_at": at,
        "visit_id": "ann-v1",
        "customer_id": "ann",
        "site_id": "columbus",
        "region_id": "us-east",
        "severity": Severity.NORMAL,
        "tier": Tier.LOCAL,
        "kinds": (),
        "disagreement_ids": (),
        "passed_over": (),
        "acknowledge_by": at,
        "decide_by": at,
        "reasons": (),
        "policy_version": "p",
    }
    return Escalation(**given | own)


def cases(*records: msgspec.Struct) -> list[Case]:
    collected = Collected()
    for each in records:
        collected.take(each)
    return cases_of(collected, demo_directory())


def test_what_the_stages_write_of_a_morning_becomes_cases() -> None:
    """Ann disputes; her case is decided as upheld before the price rises."""
    stages = driver(codecs.PLAIN)
    collected = Collected()
    for each in morning(("ann",)):
        collected.take(each.record)
        message = each.message(codecs.encode)
        assert message.key is not None
        for written in stages.pipe(each.topic, message.key, message.value, each.at):
            if written.value is not None and written.topic.startswith("recourse."):
                collected.take(codecs.decode(written.topic, written.value))

    made = cases_of(collected, demo_directory())

    assert [str(each.cause) for each in made] == [
        "WARRANTY_DENIED_AGAINST_CAUSE, P0420, WEAR, brakes",
        "ESTIMATE_DISPUTED, P0420",
        "CHARGED_OVER_AUTHORISED, P0420",
    ]
    denied = made[0]
    assert (denied.upheld, denied.contacts, denied.acts) == (True, 0, 2)
    assert denied.hours == pytest.approx(4 / 3600)
    assert denied.avoidable_by == (AvoidableBy.CLAIM_BY_CAUSE,)
    assert collected.visits == {"columbus": {NOW // DAY_MS: 1}}
    assert collected.customers == {"ann"}


@pytest.mark.parametrize(
    ("decision", "would_be", "counts"),
    [
        (Decision.RAISED, None, True),
        (Decision.JOINED, None, True),
        (Decision.SHADOWED, Decision.RAISED, True),
        (Decision.NOT_ELIGIBLE, Decision.JOINED, True),
        (Decision.NOT_ELIGIBLE, Decision.THROTTLED, False),
        (Decision.THROTTLED, None, False),
        (Decision.AWAITING, None, False),
        (Decision.BELOW_THRESHOLD, None, False),
        (Decision.CORRECTED, None, False),
    ],
)
def test_a_case_is_what_calls_for_a_manager_or_would_outside_the_pilot(
    decision: Decision, would_be: Decision | None, *, counts: bool
) -> None:
    record = found(Rule.REQUESTED_BY_CUSTOMER, decision=decision, would_be=would_be)
    assert bool(cases(record)) is counts


def test_a_cause_counts_once_a_visit_however_often_it_is_found_and_read() -> None:
    first, again = found(Rule.ESTIMATE_DISPUTED), found(Rule.ESTIMATE_DISPUTED, NOW + 2 * HOUR_MS)
    again = msgspec.structs.replace(again, disagreement_id="ann-v1:ESTIMATE_DISPUTED:2")
    other = found(Rule.DIAGNOSIS_DISPUTED)

    made = cases(again, first, first, other)

    assert [each.example for each in made] == [
        "ann-v1:DIAGNOSIS_DISPUTED:1",
        "ann-v1:ESTIMATE_DISPUTED:1",
    ]


@pytest.mark.parametrize(
    ("days", "first"), [(SAME_DAYS - 1, False), (SAME_DAYS, True), (SAME_DAYS + 1, True)]
)
def test_a_customers_next_case_of_a_cause_is_new_only_four_weeks_later(
    days: int, *, first: bool
) -> None:
    later = found(
        Rule.ESTIMATE_DISPUTED, NOW + days * DAY_MS, disagreement_id="d2", visit_id="ann-v2"
    )
    before, after = cases(found(Rule.ESTIMATE_DISPUTED, NOW), later)
    assert (before.is_first, after.is_first) == (True, first)


def test_what_managers_did_is_that_of_the_escalation_each_step_once() -> None:
    status = EscalationStatus
    steps = [
        step(0, status.OPENED, NOW),
        step(1, status.ACKNOWLEDGED, NOW + HOUR_MS, by="m"),
        step(2, status.CONTACTED, NOW + 2 * HOUR_MS, by="m"),
        step(3, status.WARNED, NOW + 2 * HOUR_MS),
        step(4, status.REFUSED, NOW + 2 * HOUR_MS, by="m"),
        step(5, status.RESOLVED, NOW + 3 * HOUR_MS, by="m", outcome=OutcomeName.UNFOUNDED),
        step(6, status.REOPENED, NOW + 4 * HOUR_MS, by="m"),
        step(7, status.RESOLVED, NOW + 9 * HOUR_MS, by="m", outcome=OutcomeName.PARTLY_UPHELD),
    ]
    (case,) = cases(*reversed(steps), *steps, found(Rule.ESTIMATE_DISPUTED))
    assert (case.upheld, case.hours, case.contacts, case.acts) == (True, 9, 1, 5)


def test_a_visit_begins_once_at_its_first_check_in() -> None:
    collected = Collected()
    for each in (
        check_in("ann", NOW),
        check_in("ann", NOW + DAY_MS, event_id="again", site_id="miami"),
        check_in("ben", NOW + DAY_MS),
    ):
        collected.take(each)
    day = NOW // DAY_MS
    assert collected.visits == {"columbus": {day: 1, day + 1: 1}}


def events(*records: Any) -> tuple[msgspec.Struct, ...]:
    return records


@pytest.mark.parametrize(
    ("record", "known", "expected"),
    [
        # the code that the finding names, before the newest diagnosis
        (
            found(
                Rule.DIAGNOSIS_REMOTE_DIFFERS,
                reasons=(Reason(code="r", facts={"centre_code": "B1", "remote_code": "B2"}),),
            ),
            events(diagnosis("ann", NOW, code="B9")),
            "DIAGNOSIS_REMOTE_DIFFERS, B1",
        ),
        # the centre's before what was said from afar, the newest first, none from after
        (
            found(Rule.REQUESTED_BY_CUSTOMER, topic=TopicName.PRICE),
            events(
                diagnosis("ann", NOW, code="B1", event_id="d1"),
                diagnosis("ann", NOW + 1, code="B2", event_id="d2"),
                diagnosis("ann", NOW + 2, code="B3", event_id="d3", stage=Stage.REMOTE),
                diagnosis("ann", NOW + 2 * HOUR_MS, code="B4", event_id="d4"),
            ),
            "REQUESTED_BY_CUSTOMER, B2, PRICE",
        ),
        # a claim's newest revision says why
        (
            found(Rule.WARRANTY_DISPUTED, subject_id="w1"),
            events(
                claim("ann", NOW, reason_code="OLD", event_id="c1"),
                claim("ann", NOW, revision=2, operations=("hub", "axle"), event_id="c2"),
            ),
            "WARRANTY_DISPUTED, WEAR, axle",
        ),
        # the line that rose most
        (
            found(
                Rule.ESTIMATE_OVER_AUTHORISED,
                subject_id="est1",
                reasons=(Reason(code="r", facts={"base_revision": "1", "revision": "2"}),),
            ),
            events(
                estimate("ann", NOW, lines=(EstimateLine(operation="hub", amount=900),)),
                estimate(
                    "ann",
                    NOW,
                    revision=2,
                    event_id="e2",
                    lines=(
                        EstimateLine(operation="hub", amount=1_000),
                        EstimateLine(operation="axle", amount=500),
                    ),
                ),
            ),
            "ESTIMATE_OVER_AUTHORISED, axle",
        ),
        # without the base's revision nobody knows
        (
            found(
                Rule.ESTIMATE_OVER_AUTHORISED,
                subject_id="est1",
                reasons=(Reason(code="r", facts={"revision": "1"}),),
            ),
            events(estimate("ann", NOW)),
            "ESTIMATE_OVER_AUTHORISED",
        ),
        (
            found(
                Rule.ESTIMATE_DECLINED_WORK_DONE,
                reasons=(Reason(code="r", facts={"operations_done": "axle, hub"}),),
            ),
            events(),
            "ESTIMATE_DECLINED_WORK_DONE, axle",
        ),
        (found(Rule.SILENCE_NO_WORD, reasons=()), events(), "SILENCE_NO_WORD"),
    ],
)
def test_a_cause_is_what_the_finding_names_and_else_what_the_visit_has(
    record: Disagreement, known: tuple[msgspec.Struct, ...], expected: str
) -> None:
    (case,) = cases(record, *known)
    assert str(case.cause) == expected


def test_causes_are_looked_at_by_some_of_their_parts() -> None:
    cause = Cause(rule=Rule.WARRANTY_DISPUTED, code="B1", reason="W1", operation="hub")
    assert cause.by([Part.RULE, Part.REASON]) == Cause(rule=Rule.WARRANTY_DISPUTED, reason="W1")
    assert cause.by(Part) is cause


def asked(at: int = NOW, **own: Any) -> CustomerResponse:
    given = {"response": Response.ASKED, "subject": Subject.NONE, "subject_id": None}
    return response("ann", at, **given | own)


def answer(name: Response, at: int) -> CustomerResponse:
    return response("ann", at, response=name, event_id=f"{name}-{at}")


def ways(rule: Rule, *records: Any, at: int = NOW + HOUR_MS) -> set[AvoidableBy]:
    collected = Collected()
    for each in records:
        collected.take(each)
    known = collected.events.get("ann-v1", VisitEvents())
    return set(avoidable_by(found(rule, at), known, SITE))


NOTHING: set[AvoidableBy] = set()
OPEN = NOW + 5 * HOUR_MS
"""Monday at noon in Columbus, where it opens at 7:00 or later."""


def test_a_higher_price_is_avoidable_by_asking_unless_the_customer_said_no() -> None:
    for rule in (Rule.ESTIMATE_OVER_AUTHORISED, Rule.CHARGED_OVER_AUTHORISED):
        assert ways(rule) == {AvoidableBy.ASKED_FIRST}
        assert ways(rule, answer(Response.AUTHORISED, NOW)) == {AvoidableBy.ASKED_FIRST}
        assert ways(rule, answer(Response.DECLINED, NOW)) == NOTHING
        assert ways(rule, answer(Response.DECLINED, NOW + 2 * HOUR_MS)) == {AvoidableBy.ASKED_FIRST}
        assert ways(rule, answer(Response.DECLINED, NOW), answer(Response.AUTHORISED, NOW + 1)) == {
            AvoidableBy.ASKED_FIRST
        }
    assert ways(Rule.ESTIMATE_DISPUTED) == NOTHING


def test_a_diagnosis_that_changed_would_better_have_been_right_at_first() -> None:
    right = AvoidableBy.FIRST_DIAGNOSIS_RIGHT
    first = diagnosis("ann", NOW)
    other = diagnosis("ann", NOW, code="B9", revision=2, event_id="d2")
    afar = diagnosis("ann", NOW, code="B9", stage=Stage.REMOTE, diagnosis_id="d9", event_id="d3")
    assert right in ways(Rule.CHARGED_OVER_AUTHORISED, first, other)
    assert right in ways(Rule.CHARGED_OVER_AUTHORISED, first, afar)
    assert right not in ways(Rule.CHARGED_OVER_AUTHORISED, first)
    assert ways(Rule.DIAGNOSIS_DISPUTED, first, other) == {right}
    assert ways(Rule.DIAGNOSIS_REMOTE_DIFFERS) == {right}
    assert ways(Rule.REQUESTED_BY_CUSTOMER, first, other) == NOTHING


@pytest.mark.parametrize(
    ("decision", "cause", "avoidable"),
    [
        (WarrantyDecisionName.DENIED, FaultCause.MANUFACTURING, True),
        (WarrantyDecisionName.DENIED, FaultCause.WEAR, False),
        (WarrantyDecisionName.APPROVED, FaultCause.MANUFACTURING, False),
    ],
)
def test_a_claim_is_to_be_decided_by_its_cause(
    decision: WarrantyDecisionName, cause: FaultCause, *, avoidable: bool
) -> None:
    known = (diagnosis("ann", NOW, cause=cause), claim("ann", NOW, decision=decision))
    expected = {AvoidableBy.CLAIM_BY_CAUSE} if avoidable else NOTHING
    assert ways(Rule.WARRANTY_DISPUTED, *known) == expected
    assert ways(Rule.ESTIMATE_DISPUTED, *known) == NOTHING


def test_what_counts_of_a_claim_and_a_diagnosis_is_the_newest_revision() -> None:
    denied = claim("ann", NOW, revision=2, event_id="c2")
    granted = claim("ann", NOW, revision=3, decision=WarrantyDecisionName.GOODWILL, event_id="c3")
    fault = diagnosis("ann", NOW)
    worn = diagnosis("ann", NOW, revision=2, cause=FaultCause.WEAR, event_id="d2")
    assert ways(Rule.WARRANTY_DISPUTED, denied, fault) == {AvoidableBy.CLAIM_BY_CAUSE}
    assert ways(Rule.WARRANTY_DISPUTED, granted, denied, fault) == NOTHING
    assert ways(Rule.WARRANTY_DISPUTED, denied, worn, fault) == NOTHING


@pytest.mark.parametrize(
    ("answered", "avoidable"),
    [(4 * HOUR_MS - 1, False), (4 * HOUR_MS, False), (4 * HOUR_MS + 1, True)],
)
def test_a_question_is_to_be_answered_within_four_hours_of_opening(
    answered: int, *, avoidable: bool
) -> None:
    known = (asked(OPEN), estimate("ann", OPEN + answered))
    found_at = OPEN + 6 * HOUR_MS
    expected = {AvoidableBy.ANSWERED_IN_4_HOURS} if avoidable else NOTHING
    assert ways(Rule.REQUESTED_BY_CUSTOMER, *known, at=found_at) == expected
    assert ways(Rule.ESTIMATE_DISPUTED, *known, at=found_at) == NOTHING
    assert ways(Rule.SILENCE_NO_WORD, at=found_at) == {AvoidableBy.ANSWERED_IN_4_HOURS}


@pytest.mark.parametrize(("second", "kept"), [(-MINUTE_MS, True), (0, True), (MINUTE_MS, False)])
def test_a_ready_time_that_is_put_off_is_not_kept(second: int, *, kept: bool) -> None:
    promised = NOW + 10 * HOUR_MS
    known = (
        check_in("ann", NOW, promised_ready_at=promised),
        estimate("ann", NOW + 1, ready_at=promised + second),
    )
    expected = NOTHING if kept else {AvoidableBy.READY_TIME_KEPT}
    assert ways(Rule.REQUESTED_BY_CUSTOMER, *known) == expected
    assert ways(Rule.ESTIMATE_DISPUTED, *known) == NOTHING


@pytest.mark.parametrize(
    ("promised", "closed", "kept"),
    [
        (HOUR_MS, None, True),
        (HOUR_MS - 1, None, False),
        (HOUR_MS - 2, HOUR_MS - 2, True),
        (HOUR_MS - 2, HOUR_MS - 1, False),
    ],
)
def test_a_ready_time_that_passed_while_the_visit_was_open_is_not_kept(
    promised: int, closed: int | None, *, kept: bool
) -> None:
    known: list[Any] = [check_in("ann", NOW, promised_ready_at=NOW + promised)]
    if closed is not None:
        known.append(closure("ann", NOW + closed))
    expected = NOTHING if kept else {AvoidableBy.READY_TIME_KEPT}
    assert ways(Rule.REQUESTED_BY_CUSTOMER, *known) == expected


def test_a_day_of_the_past_can_be_left_out() -> None:
    day = NOW // DAY_MS
    seen = Seeing(cases=cases(found(Rule.ESTIMATE_DISPUTED)), visits={"a": {day: 2, day + 1: 3}})
    assert seen.since(day) == seen
    assert seen.since(day + 1) == Seeing(cases=[], visits={"a": {day + 1: 3}})
