"""What guards a customer against a manager's convenience: waits, promises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import (
    ActionName,
    EscalationStatus,
    OutcomeName,
    Reason,
    Response,
    Rule,
    Severity,
    Tier,
    Wish,
)
from tests.core.desk.test_inbound import answer
from tests.core.desk.world import (
    DAY,
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    SPOKE,
    Desk,
    action,
    at,
    disagreement,
    joined,
    manager,
    policy,
)

S = EscalationStatus
CALLED = Reason(code="RECORDED_CALL", facts={})


def opened(*managers: Any, **fields: Any) -> Desk:
    desk = Desk(*(managers or (LENA, RUTH, EVA)), holds=policy(operators=["op"]))
    desk.says(disagreement(**fields))
    return desk


def of_before(**fields: Any) -> Desk:
    """A case that was opened under generation 1, when generation 2 has come."""
    desk = Desk(LENA, RUTH, EVA, holds=policy(generation=1))
    desk.says(disagreement(**fields))
    desk.fields["holds"] = policy(operators=["op"])
    return desk


def told(steps: list[Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.status.value, tuple(one.code for one in each.reasons)) for each in steps]


def wait(number: int, until: int | None = None, **fields: Any) -> Any:
    return action(ActionName.WAIT, action_id=f"w{number}", until=until, **fields)


def promise(number: int, until: int, **fields: Any) -> Any:
    return action(ActionName.PROMISE, action_id=f"p{number}", until=until, **fields)


# Waits


@pytest.mark.parametrize(
    ("severity", "most"),
    [(Severity.NORMAL, 3 * DAY), (Severity.HIGH, 3 * DAY), (Severity.SAFETY, 30 * MINUTE)],
)
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_wait_lasts_as_long_as_the_severity_allows(
    severity: Severity, most: int, beyond: int
) -> None:
    desk = opened(severity=severity)
    desk.says(SPOKE)

    (step,) = desk.says(wait(1, NOW + most + beyond))

    if beyond <= 0:
        assert (step.status, step.until) == (S.WAITING, NOW + most + beyond)
    else:
        assert (step.status, step.reasons[0].code) == (S.REFUSED, "WAIT_TOO_LONG")
        assert step.reasons[0].facts["left_minutes"] == str(most // MINUTE)
        assert desk.state().wait is None


def test_a_wait_without_a_time_lasts_as_long_as_is_left() -> None:
    desk = opened()
    desk.says(SPOKE)
    assert desk.says(wait(1))[0].until == NOW + 3 * DAY
    desk.says(answer(), NOW + DAY)

    (step,) = desk.says(wait(2), NOW + 2 * DAY)

    assert step.until == NOW + 4 * DAY  # two of the three days are left


def test_a_wait_that_is_too_long_is_refused_with_what_is_left() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(wait(1, NOW + 2 * DAY))

    (step,) = desk.says(wait(2, NOW + 4 * DAY), NOW + DAY)

    assert step.reasons == (
        Reason(
            code="WAIT_TOO_LONG",
            facts={
                "action": "WAIT",
                "by": "lena",
                "at_most_minutes": "4320",
                "left_minutes": "2880",
                "possible_until": "2026-03-05T09:00:00Z",
            },
        ),
    )
    assert desk.state().wait is not None  # what could not be ends nothing
    (step,) = desk.says(wait(3, NOW + 3 * DAY), NOW + DAY)
    assert (step.status, step.until) == (S.WAITING, NOW + 3 * DAY)


def test_a_case_that_has_waited_for_all_its_days_waits_no_more() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(wait(1))
    desk.ticks(NOW + 3 * DAY)

    for number, until in ((2, None), (3, NOW + 4 * DAY)):
        (step,) = desk.says(wait(number, until), NOW + 3 * DAY + HOUR)
        assert told([step]) == [("REFUSED", ("WAIT_TOO_LONG",))]


def test_a_case_that_is_opened_again_has_only_left_what_it_had() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(wait(1))
    resolve = action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD)
    desk.says(resolve, NOW + 2 * DAY)
    desk.says(action(ActionName.REOPEN, action_id="o"), NOW + 2 * DAY)

    (step,) = desk.says(wait(2), NOW + 2 * DAY)
    assert told([step]) == [("REFUSED", ("NOT_CONTACTED",))]  # nobody spoke with them since
    desk.says(action(ActionName.CONTACTED, action_id="c2"), NOW + 2 * DAY)
    assert desk.says(wait(3), NOW + 2 * DAY)[0].until == NOW + 3 * DAY


def test_what_has_risen_to_safety_may_wait_as_long_as_safety_may() -> None:
    desk = opened()
    desk.says(SPOKE)
    desk.says(wait(1))
    desk.says(joined(severity=Severity.SAFETY), NOW + HOUR)

    (step,) = desk.says(wait(2), NOW + HOUR)

    assert step.reasons[0].facts["left_minutes"] == "0"


@pytest.mark.parametrize("by", ["lena", "op", "ruth"])
def test_whoever_spoke_with_the_customer_the_case_may_wait(by: str) -> None:
    desk = opened()
    assert told(desk.says(wait(1))) == [("REFUSED", ("NOT_CONTACTED",))]
    desk.says(action(ActionName.CONTACTED, by, "c"))

    assert desk.says(wait(2, by=desk.state().manager_id or ""))[0].status is S.WAITING


@pytest.mark.parametrize(("rang", "status"), [("lena", S.WAITING), ("nobody-knows", S.REFUSED)])
def test_a_call_that_a_manager_took_is_a_contact(rang: str, status: EscalationStatus) -> None:
    desk = opened(rule=Rule.REQUESTED_BY_CUSTOMER, reasons=(CALLED,), wish=Wish(manager_id=rang))

    assert desk.says(wait(1))[-1].status is status


def test_a_call_that_joins_is_a_contact_also_where_somebody_has_acknowledged() -> None:
    desk = opened()
    desk.says(action(ActionName.ACKNOWLEDGE))
    desk.says(
        joined(rule=Rule.REQUESTED_BY_CUSTOMER, reasons=(CALLED,), wish=Wish(manager_id="ruth"))
    )
    assert (desk.state().manager_id, desk.state().acknowledged_by) == ("lena", "lena")

    assert desk.says(wait(1))[0].status is S.WAITING


def test_a_case_that_was_open_before_waits_as_it_did() -> None:
    desk = of_before()

    assert desk.says(wait(1))[0].until == NOW + 3 * DAY
    assert desk.says(wait(2, NOW + 300 * DAY), NOW + 2 * DAY)[0].until == NOW + 5 * DAY


MOMENTS = st.lists(
    st.tuples(
        st.integers(1, 2 * DAY // MINUTE),  # minutes until the next act
        st.one_of(st.none(), st.integers(1, 5 * DAY // MINUTE)),  # how long they want to wait
        st.sampled_from(["wait", "answer", "reopen", "snooze", "rise"]),
    ),
    max_size=12,
)


@given(MOMENTS)
def test_the_waits_of_a_case_are_three_days_in_sum_whatever_happens(
    acts: list[tuple[int, int | None, str]],
) -> None:
    desk, now, waited = opened(LENA), NOW, 0
    desk.says(SPOKE)
    for number, (minutes, wanted, what) in enumerate(acts):
        since, waits = now, desk.state().wait
        now += minutes * MINUTE
        desk.ticks(now)
        waited += 0 if waits is None else min(waits.until, now) - since
        name = str(number)
        if what == "wait":
            until = None if wanted is None else now + wanted * MINUTE
            (step,) = desk.says(wait(number, until), now)
            if step.status is S.WAITING:
                assert (step.until or 0) - now <= 3 * DAY - waited
            else:
                assert wanted is None or wanted * MINUTE > 3 * DAY - waited
        elif what == "answer":
            desk.says(answer(name, response=Response.ASKED), now)
        elif what == "rise":
            desk.says(joined(f"j{name}", severity=Severity.HIGH, subject_id=name), now)
        elif what == "snooze":
            desk.says(action(ActionName.SNOOZE, action_id=name, until=now + MINUTE), now)
        else:
            desk.says(action(ActionName.RESOLVE, action_id=name, outcome=OutcomeName.UPHELD), now)
            desk.says(disagreement(f"d{name}", subject_id=name, occurred_at=now), now)
            desk.says(action(ActionName.CONTACTED, action_id=f"c{name}"), now)
    assert waited <= 3 * DAY


# Promises


@pytest.mark.parametrize(("late", "missed"), [(-1, False), (0, False), (1, True)])
def test_a_promise_replaced_after_its_moment_was_missed(late: int, missed: bool) -> None:
    desk = opened()
    desk.says(promise(1, NOW + HOUR))

    steps = desk.says(promise(2, NOW + 2 * HOUR), NOW + HOUR + late)

    acted = [("MOVED_UP", ("SILENCE_PROMISE_MISSED",))]
    assert told(steps) == [("PROMISED", ()), *(acted if missed else [])]
    if missed:
        assert steps[1].reasons[0].facts == {
            "promised_until": "2026-03-02T10:00:00Z",
            "tier": "LOCAL",
        }
    assert desk.state().promised_until == NOW + 2 * HOUR  # the new one stands
    assert desk.state().manager_id == ("ruth" if missed else "lena")


def test_the_third_promise_in_a_row_that_is_replaced_in_time_was_missed() -> None:
    desk = opened()
    made = [
        told(desk.says(promise(number, NOW + (number + 1) * HOUR), NOW + number * MINUTE))
        for number in (1, 2, 3, 4)
    ]

    assert made[:3] == [[("PROMISED", ())]] * 3
    assert made[3] == [("PROMISED", ()), ("MOVED_UP", ("SILENCE_PROMISE_MISSED",))]


def test_a_contact_between_lets_promises_be_counted_anew() -> None:
    desk = opened()
    for number in (1, 2, 3):
        desk.says(promise(number, NOW + (number + 1) * HOUR), NOW + number * MINUTE)
    desk.says(SPOKE, NOW + 4 * MINUTE)

    for number in (5, 6, 7):
        steps = desk.says(promise(number, NOW + number * HOUR), NOW + number * MINUTE)
        assert told(steps) == [("PROMISED", ())]
    steps = desk.says(promise(8, NOW + 9 * HOUR), NOW + 8 * MINUTE)
    assert told(steps)[1] == ("MOVED_UP", ("SILENCE_PROMISE_MISSED",))


def test_where_nobody_is_above_each_promise_missed_is_said() -> None:
    desk = opened(EVA, wish=Wish(tier=Tier.EXECUTIVE))
    until = NOW + MINUTE
    desk.says(promise(0, until, by="eva"))
    for number in (1, 2, 3):
        now, until = until + 1, until + 2 * MINUTE
        steps = desk.says(promise(number, until, by="eva"), now)
        assert told(steps) == [("PROMISED", ()), ("WARNED", ("SILENCE_PROMISE_MISSED",))]


@pytest.mark.parametrize(("late", "missed"), [(-1, False), (0, True), (1, True)])
def test_a_promise_that_nobody_replaces_is_missed_after_half_an_hour(
    late: int, missed: bool
) -> None:
    desk = opened()
    desk.says(promise(1, NOW + HOUR))

    steps = desk.ticks(NOW + HOUR + 30 * MINUTE + late)

    assert ("MOVED_UP", ("SILENCE_PROMISE_MISSED",)) in told(steps) or not missed
    assert (desk.state().manager_id == "ruth") is missed


def test_a_case_that_was_open_before_is_promised_as_it_was() -> None:
    desk = of_before()
    until = NOW + MINUTE
    desk.says(promise(0, until))
    for number in range(1, 6):
        now, until = until + 1, until + 2 * MINUTE
        assert told(desk.says(promise(number, until), now)) == [("PROMISED", ())]


# A call that joins


@pytest.mark.parametrize("before", [None, "op"])
def test_a_call_that_joins_has_the_case_unless_somebody_had_acknowledged(
    before: str | None,
) -> None:
    desk = opened(LENA, manager("lars"), RUTH)
    if before is not None:
        desk.says(action(ActionName.ACKNOWLEDGE, before))

    steps = desk.says(
        joined(rule=Rule.REQUESTED_BY_CUSTOMER, reasons=(CALLED,), wish=Wish(manager_id="ruth")),
        at("2026-03-02 10:30"),
    )

    assert [each.status for each in steps] == [S.JOINED, S.ACKNOWLEDGED][: 1 + (before is None)]
    has = steps[-1]
    tier = Tier.REGIONAL if before is None else Tier.LOCAL
    assert (has.tier, has.manager.manager_id) == (tier, "ruth" if before is None else "lars")
