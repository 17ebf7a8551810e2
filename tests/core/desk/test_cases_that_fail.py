"""Where our own code makes no record of one case, the others are shown, and their time goes on."""

import pytest
from msgspec.structs import replace

from agents.core.desk import case_records
from agents.core.desk.state import EscalationState
from agents.core.handling import TRIED_AGAIN_MS
from agents.core.world import World
from schemas.records import Case, Escalation
from tests.core.desk.test_case_records import OPENED, ROSE, opened
from tests.core.desk.world import MINUTE, NOW, Desk, policy


def failing_on(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own code makes no record of a case any more."""
    whole = case_records.case_of

    def broken(state: EscalationState, step: Escalation | None, world: World) -> Case:
        if state.escalation_id == bad:
            raise ZeroDivisionError
        return whole(state, step, world)

    monkeypatch.setattr(case_records, "case_of", broken)


def test_a_case_of_before_that_fails_to_be_shown_is_told_tried_later_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(case_records, "SHOWN_AT_ONCE", 1)
    desk = opened(3)
    desk.fields["holds"] = policy()
    with monkeypatch.context() as patched:
        failing_on("v0:1", patched)
        told = [desk.ticked(NOW + number * MINUTE).failures for number in (1, 2, 3)]
    assert [[each.key for each in failures] for failures in told] == [["v0:1"], [], []]
    assert desk.cases.records.keys() == {"v1:1", "v2:1"}

    desk.ticks(NOW + MINUTE + TRIED_AGAIN_MS)

    assert desk.cases.records.keys() == {"v0:1", "v1:1", "v2:1"}


def test_time_goes_on_for_the_others_where_a_step_of_a_case_fails_to_be_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    for visit in ("v1", "v2"):
        desk.says(replace(ROSE, disagreement_id=f"{visit}:R:1", visit_id=visit,
                          escalation_id=f"{visit}:1"))  # fmt: skip
    failing_on("v1:1", monkeypatch)
    before = desk.state("v1:1")

    handled = desk.ticked(OPENED.acknowledge_by)

    assert [each.key for each in handled.failures] == ["v1:1"]
    assert desk.state("v1:1") == replace(
        before, tried_again_at=OPENED.acknowledge_by + TRIED_AGAIN_MS
    )
    assert desk.cases.records["v2:1"].step > 0


def test_a_case_of_before_whose_record_would_be_none_to_read_is_told_and_tried_later() -> None:
    """Its bytes are made by whoever calls, and that it fails is known from there."""
    desk = opened(2)
    desk.fields["holds"] = policy()

    handled = desk.ticked(NOW + MINUTE, aside={"v0:1": ZeroDivisionError()})

    assert [each.key for each in handled.failures] == ["v0:1"]
    assert desk.cases.records.keys() == {"v1:1"}
