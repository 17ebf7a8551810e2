"""Whatever comes in whatever order: what holds of the desk always."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, msgpack

from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.reasons import RECORDED_CALL
from schemas.records import (
    ActionName,
    Decision,
    Kind,
    OutcomeName,
    Reason,
    Rule,
    Severity,
    Tier,
    Wish,
)
from tests.core.desk.world import (
    HOUR,
    NOW,
    Desk,
    action,
    disagreement,
    manager,
)

RULES = (Rule.ESTIMATE_DISPUTED, Rule.DIAGNOSIS_DISPUTED, Rule.WARRANTY_DISPUTED)
KINDS = (Kind.ESTIMATE, Kind.DIAGNOSIS, Kind.WARRANTY)
NUMBERS = st.integers(1, 3)
DISAGREEMENTS = st.builds(
    lambda decision, number, escalation, severity, called, corrects: disagreement(
        f"v1:R:{number}",
        decision=decision,
        escalation_id=f"v1:{escalation}",
        severity=severity,
        rule=RULES[number % 3],
        kind=KINDS[number % 3],
        reasons=(Reason(code=RECORDED_CALL, facts={}),) if called else (),
        wish=Wish(manager_id="anna") if called else None,
        corrects=f"v1:R:{corrects}",
    ),
    st.sampled_from([Decision.RAISED, Decision.JOINED, Decision.CORRECTED]),
    st.integers(1, 12),
    NUMBERS,
    st.sampled_from([Severity.SAFETY, Severity.HIGH, Severity.NORMAL]),
    st.booleans(),
    st.integers(1, 12),
)
ACTIONS = st.builds(
    lambda what, number, escalation, by: action(
        what,
        by=by,
        action_id=f"a{number}",
        escalation_id=f"v1:{escalation}",
        outcome=OutcomeName.UPHELD,
    ),
    st.sampled_from([each for each in ActionName if each is not ActionName.UNKNOWN]),
    st.integers(1, 20),
    NUMBERS,
    st.sampled_from(["anna", "bert", "rita", "nobody"]),
)
INPUTS = st.lists(
    st.tuples(st.one_of(DISAGREEMENTS, ACTIONS, st.none()), st.integers(0, 40 * HOUR)),
    max_size=25,
)
MANAGERS = (
    manager("anna", max_open=1, max_new_a_day=2),
    manager("bert", languages=("en",), max_open=1, max_new_a_day=2),
    manager("rita", Tier.REGIONAL, max_new_a_day=3),
)


@given(INPUTS)
def test_steps_have_no_gaps_and_a_visit_at_most_one_open_escalation(
    inputs: list[tuple[Struct | None, int]],
) -> None:
    desk = Desk(*MANAGERS)
    now = NOW
    for record, passes in inputs:
        now += passes
        steps_before = {each.escalation_id: each.steps for each in desk.partition.records.values()}
        if record is None:
            desk.ticks(now)
        else:
            desk.hears(record, now)  # the driver compares each step with the one before
        _holds(desk.partition)
        for each in desk.partition.records.values():
            assert each.steps >= steps_before.get(each.escalation_id, 0)
            assert each.steps == desk.steps[each.escalation_id] + 1
        for gone in steps_before.keys() - desk.partition.records.keys():
            del desk.steps[gone]


def _holds(partition: Partition) -> None:
    states = list(partition.records.values())
    assert sum(each.is_open for each in states) <= 1
    held = [held_id for each in states for held_id in set(each.action_ids)]
    assert all(count <= 3 for count in Counter(held).values())
    for each in states:
        assert each.opened_at <= each.last_step_at
        if each.manager_id is not None:
            assert each.assignments[-1].manager_id == each.manager_id
        assert msgpack.decode(msgpack.encode(each), type=EscalationState) == each


@given(INPUTS)
def test_the_same_inputs_leave_the_same_records_and_indexes(
    inputs: list[tuple[Struct | None, int]],
) -> None:
    desk, twin = Desk(*MANAGERS), Desk(*MANAGERS)
    now = NOW
    for record, passes in inputs:
        now += passes
        if record is None:
            said, again = desk.ticks(now), twin.ticks(now)
        else:
            said, again = desk.hears(record, now).outputs, twin.hears(record, now).outputs
        assert list(said) == list(again)
        twin.partition = Partition(twin.partition.records)  # as after a restart
        for each in (*desk.steps.keys() - desk.partition.records.keys(),):
            del desk.steps[each], twin.steps[each]

    assert desk.partition.records == twin.partition.records
