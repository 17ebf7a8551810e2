"""What belongs to an id, in which order."""

from agents.operations.explain.page import explained
from agents.operations.explain.story import Kind, Record, story_of, visits_of
from schemas.records import (
    DeadLetterReason,
    Decision,
    EscalationStatus,
    Outcome,
    OutcomeStatus,
    Reason,
    Rule,
)
from tests.agents.explain.records import AT, a_disagreement, a_letter, a_step

RAISED = a_disagreement(escalation_id="v1:1")
CORRECTED = a_disagreement(
    disagreement_id="v1:ESTIMATE_DISPUTED:2",
    n=2,
    decision=Decision.CORRECTED,
    corrects=RAISED.disagreement_id,
    escalation_id="v1:1",
    decided_at=AT + 10,
)
OPENED, RESOLVED = a_step(), a_step(step=2, status=EscalationStatus.RESOLVED)
OTHER = a_disagreement(visit_id="v10", decision=Decision.THROTTLED)
LATE = a_letter(value=b'{"visit_id": "v1"}', reason=DeadLetterReason.TOO_LATE, occurred_at=AT + 5)
KNOWN: list[Record] = [RESOLVED, LATE, OTHER, CORRECTED, OPENED, RAISED]


def told(id_: str, known: list[Record] = KNOWN) -> tuple[Kind, tuple[Record, ...]] | None:
    story = story_of(id_, known)
    return None if story is None else (story.kind, story.records)


def test_a_visit_is_all_of_it_in_order_dead_letters_included() -> None:
    assert told("v1") == (Kind.VISIT, (RAISED, OPENED, RESOLVED, LATE, CORRECTED))


def test_a_disagreement_is_told_with_its_escalation_and_correction() -> None:
    whole = (RAISED, OPENED, RESOLVED, CORRECTED)

    assert told(RAISED.disagreement_id) == (Kind.DISAGREEMENT, whole)
    assert told(CORRECTED.disagreement_id) == (Kind.DISAGREEMENT, whole)


def test_an_escalation_is_told_with_what_it_rests_on() -> None:
    assert told("v1:1") == (Kind.ESCALATION, (RAISED, OPENED, RESOLVED, CORRECTED))


def test_an_appeal_is_told_with_what_it_appeals_against() -> None:
    thrown = a_disagreement(decision=Decision.THROTTLED)
    appeal = a_disagreement(
        rule=Rule.APPEALED_BY_CUSTOMER,
        subject_id=thrown.disagreement_id,
        escalation_id="v1:1",
        decided_at=AT + 1,
    )
    step = a_step(disagreement_ids=(appeal.disagreement_id,), step=2)
    known: list[Record] = [step, appeal, thrown]

    for id_ in (thrown.disagreement_id, appeal.disagreement_id, "v1:1"):
        found = told(id_, known)
        assert found is not None
        assert found[1] == (thrown, appeal, step)


def test_a_merged_escalation_is_told_with_the_one_it_went_into() -> None:
    merged = a_step(
        escalation_id="v1:2",
        status=EscalationStatus.MERGED,
        merged_into="v1:1",
        disagreement_ids=(),
    )
    outcome = Outcome(
        escalation_id="v1:2",
        visit_id="v1",
        customer_id="c1",
        occurred_at=AT,
        status=OutcomeStatus.MERGED,
        on_appeal=False,
        merged_into="v1:1",
    )

    assert told("v1:2", [OPENED, outcome, merged]) == (Kind.ESCALATION, (OPENED, merged, outcome))


def test_a_dead_letter_is_called_by_its_place() -> None:
    assert told("service.estimates:3:17") == (Kind.DEAD_LETTER, (LATE,))


def test_a_record_that_came_twice_is_told_once() -> None:
    assert told("v10", [OTHER, OTHER]) == (Kind.VISIT, (OTHER,))


def test_an_unknown_id_has_no_story() -> None:
    assert told("v11") is None


def test_the_visits_that_an_id_may_belong_to() -> None:
    assert visits_of("v1:ESTIMATE_DISPUTED:2") == (
        "v1",
        "v1:ESTIMATE_DISPUTED",
        "v1:ESTIMATE_DISPUTED:2",
    )
    assert visits_of("a:1") == ("a", "a:1")
    assert visits_of("v1") == ("v1",)


def test_a_code_of_a_newer_version_is_said_to_be_one() -> None:
    record = a_disagreement(reasons=(Reason(code="FULL_MOON", facts={"night": "1"}),))
    story = story_of(record.disagreement_id, [record])
    assert story is not None
    lines = [line.text for line in explained(story).happened[0].lines]

    assert "A reason for which this version has no words: full moon." in lines


def test_until_when_it_can_be_appealed_counts_from_the_decision() -> None:
    record = a_disagreement(decision=Decision.THROTTLED)
    story = story_of(record.disagreement_id, [record])
    assert story is not None

    assert explained(story).next == (
        "v1:ESTIMATE_DISPUTED:1: possible again from Tue 3 Mar 2026 09:00 EST.",
        (
            "The customer may appeal until Mon 16 Mar 2026 10:00 EDT: a customer response APPEALED "
            "with the subject v1:ESTIMATE_DISPUTED:1."
        ),
    )


def test_who_has_acknowledged_has_only_the_decision_before_them() -> None:
    taken = a_step(step=1, status=EscalationStatus.ACKNOWLEDGED)
    story = story_of("v1:1", [RAISED, OPENED, taken])
    assert story is not None

    assert explained(story).next == (
        (
            "v1:1 is with Terrence Brooks (m-brooks): to be decided by Mon 2 Mar 2026 17:00 EST; "
            "the tier after local is regional."
        ),
    )
