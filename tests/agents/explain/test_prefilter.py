"""What is looked for in bytes, and when a story needs nothing older."""

import pytest

from agents.operations.explain.prefilter import is_whole, wanted
from agents.operations.explain.story import story_of
from agents.records import codecs
from schemas.records import Decision, EscalationStatus, Rule
from tests.agents.explain.records import AT, a_disagreement, a_letter, a_step

RAISED = a_disagreement(escalation_id="v1:1")
OPENED = a_step()
TAKEN = a_step(step=1, status=EscalationStatus.ACKNOWLEDGED)


@pytest.mark.parametrize(
    ("id_", "found"),
    [
        ("v1", True),
        ("v1:1", True),
        ("v1:ESTIMATE_DISPUTED:7", True),
        ("v", False),
        ("v10", False),
        ("1", False),
    ],
)
def test_records_of_the_visit_are_found_by_their_bytes(id_: str, *, found: bool) -> None:
    value = codecs.encode("recourse.disagreements", RAISED)

    assert wanted(id_)(value) is found


@pytest.mark.parametrize(
    ("id_", "found"),
    [
        ("service.estimates:3:17", True),
        ("service.estimates:3:18", False),
        ("service.estimates:4:17", False),
        ("service.closures:3:17", False),
    ],
)
def test_a_dead_letter_is_found_by_its_place(id_: str, *, found: bool) -> None:
    assert wanted(id_)(codecs.encode("recourse.dead-letters", a_letter())) is found


def test_a_dead_letter_is_found_by_the_visit_that_its_original_names() -> None:
    original = codecs.encode("recourse.disagreements", RAISED)
    letter = codecs.encode("recourse.dead-letters", a_letter(value=original))

    assert wanted("v1")(letter)
    assert not wanted("v2")(letter)


def whole(id_: str, *known: object) -> bool:
    story = story_of(id_, known)  # type: ignore[arg-type]
    assert story is not None
    return is_whole(story)


def test_a_disagreement_is_whole_with_the_opening_of_its_escalation() -> None:
    assert whole(RAISED.disagreement_id, RAISED, OPENED)
    assert whole(RAISED.disagreement_id, a_disagreement(decision=Decision.THROTTLED))
    assert not whole(RAISED.disagreement_id, RAISED)
    assert not whole(RAISED.disagreement_id, RAISED, TAKEN)


def test_an_escalation_is_whole_with_its_opening_and_all_its_grounds() -> None:
    assert whole("v1:1", RAISED, OPENED, TAKEN)
    assert not whole("v1:1", RAISED, TAKEN)
    assert not whole("v1:1", OPENED)


def test_a_correction_and_an_appeal_need_what_they_are_of() -> None:
    of = RAISED.disagreement_id
    second = "v1:ESTIMATE_DISPUTED:2"
    correction = a_disagreement(
        disagreement_id=second, decision=Decision.CORRECTED, corrects=of, decided_at=AT + 1
    )
    appeal = a_disagreement(
        rule=Rule.APPEALED_BY_CUSTOMER, decision=Decision.SHADOWED, subject_id=of
    )

    assert not whole(second, correction)
    assert whole(second, correction, RAISED, OPENED)
    assert not whole(appeal.disagreement_id, appeal)
    assert whole(appeal.disagreement_id, appeal, a_disagreement(decision=Decision.THROTTLED))


def test_a_merged_escalation_needs_the_opening_of_the_one_it_went_into() -> None:
    merged = a_step(
        escalation_id="v1:2",
        status=EscalationStatus.MERGED,
        merged_into="v1:1",
        disagreement_ids=(),
    )

    assert not whole("v1:2", merged, TAKEN)
    assert whole("v1:2", merged, OPENED, RAISED)


def test_where_a_visit_begins_no_record_says() -> None:
    assert not whole("v1", RAISED, OPENED)


def test_a_dead_letter_is_whole_alone() -> None:
    assert whole("service.estimates:3:17", a_letter())
