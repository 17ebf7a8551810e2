"""Whatever comes in whatever order: what holds of the desk always."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, msgpack

from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.timers.due import next_due
from agents.core.reasons import RECORDED_CALL
from schemas.records import (
    ActionName,
    Answer,
    Decision,
    Delivery,
    Erased,
    Escalation,
    Hours,
    Kind,
    OutcomeName,
    Reason,
    Response,
    Rule,
    Severity,
    Subject,
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
    lambda what, number, escalation, by, until, to: action(
        what,
        by=by,
        action_id=f"a{number}",
        escalation_id=f"v1:{escalation}",
        outcome=OutcomeName.UPHELD,
        until=None if until is None else NOW + until,
        to_manager_id=to,
    ),
    st.sampled_from([each for each in ActionName if each is not ActionName.UNKNOWN]),
    st.integers(1, 20),
    NUMBERS,
    st.sampled_from(["anna", "bert", "rita", "nobody"]),
    st.one_of(st.none(), st.integers(0, 100 * HOUR)),
    st.sampled_from(["anna", "bert", "rita", "nobody"]),
)
HEARD = st.one_of(
    st.builds(
        lambda number, escalation: Answer(
            event_id=f"e{number}",
            occurred_at=NOW,
            escalation_id=f"v1:{escalation}",
            visit_id="v1",
            region_id="r1",
            response=Response.ASKED,
            subject=Subject.NONE,
        ),
        st.integers(1, 9),
        NUMBERS,
    ),
    st.builds(
        lambda escalation, step, whom, delivered: Delivery(
            notice_id=f"v1:{escalation}:{step}:{whom}",
            escalation_id=f"v1:{escalation}",
            region_id="r1",
            occurred_at=NOW,
            delivered=delivered,
        ),
        NUMBERS,
        st.integers(0, 9),
        st.sampled_from(["manager", "customer"]),
        st.booleans(),
    ),
    st.builds(
        lambda escalation: Erased(
            region_id="r1", occurred_at=NOW, escalation_ids=(f"v1:{escalation}",)
        ),
        NUMBERS,
    ),
)
INPUTS = st.lists(
    st.tuples(st.one_of(DISAGREEMENTS, ACTIONS, HEARD, st.none()), st.integers(0, 40 * HOUR)),
    max_size=25,
)
WEEK = (1, 2, 3, 4, 5, 6, 7)
MANAGERS = (
    manager(
        "anna", max_open=1, max_new_a_day=2, shifts=(Hours(days=WEEK, from_="08:00", to="14:00"),)
    ),
    manager("bert", languages=("en",), max_open=1, max_new_a_day=2),
    manager("rita", Tier.REGIONAL, max_new_a_day=3),
)


@given(INPUTS)
@settings(deadline=None)
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
            assert each.steps == desk.steps.get(each.escalation_id, -1) + 1
        for gone in steps_before.keys() - desk.partition.records.keys():
            desk.steps.pop(gone, None)


@given(INPUTS)
@settings(deadline=None)
def test_a_warning_comes_once_for_a_deadline_and_nothing_is_said_twice(
    inputs: list[tuple[Struct | None, int]],
) -> None:
    desk = Desk(*MANAGERS)
    now = NOW
    warned: Counter[tuple[str, ...]] = Counter()
    for record, passes in inputs:
        now += passes
        said = desk.ticks(now) if record is None else desk.hears(record, now).outputs
        if record is None:
            assert desk.ticks(now) == [], "a second tick of one moment"
        for each in (getattr(output, "record", output) for output in said):
            if not isinstance(each, Escalation):
                continue
            for reason in each.reasons:
                if reason.code in ("WARNING", "OVERDUE"):
                    since = str(each.acknowledge_by), str(each.decide_by)
                    about = reason.facts.get("deadline", ""), reason.facts.get("percent", "")
                    warned[each.escalation_id, *since, *about] += 1
        for gone in [each for each in desk.steps if each not in desk.partition.records]:
            del desk.steps[gone]
    assert all(count == 1 for count in warned.values()), warned


def _holds(partition: Partition) -> None:
    states = list(partition.records.values())
    assert sum(each.is_open for each in states) <= 1
    held = [held_id for each in states for held_id in set(each.action_ids)]
    assert all(count <= 3 for count in Counter(held).values())
    for each in states:
        assert each.opened_at <= each.last_step_at
        if each.is_open:
            assert next_due(each) is not None or each.clocks.decide_passed, "a live clock"
            assert each.manager_id is not None or each.escalation_id in partition.without_manager
        else:
            assert next_due(each) is None
        if each.manager_id is not None:
            assert each.assignments[-1].manager_id == each.manager_id
        assert msgpack.decode(msgpack.encode(each), type=EscalationState) == each


@given(INPUTS)
@settings(deadline=None)
def test_the_same_inputs_leave_the_same_records_and_indexes(
    inputs: list[tuple[Struct | None, int]],
) -> None:
    desk, twin = Desk(*MANAGERS), Desk(*MANAGERS)
    now = NOW
    for record, passes in inputs:
        now += passes
        if record is None:
            assert desk.ticks(now) == twin.ticks(now)
        else:
            assert desk.hears(record, now).outputs == twin.hears(record, now).outputs
        twin.partition = Partition(twin.partition.records)  # as after a restart
        for each in (*desk.steps.keys() - desk.partition.records.keys(),):
            del desk.steps[each], twin.steps[each]

    assert desk.partition.records == twin.partition.records
