"""What an app may show of a customer: what the state gives, and every moment in it is true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.core.customers import overview_walk, overviews
from agents.core.customers.overviews import overview_of
from agents.core.handling import Handled, Tombstone
from agents.core.pseudonyms import Pseudonyms
from schemas.records import CustomerAppeal, CustomerOverview, Decision, Erasure, PlacesFrom
from tests.core.builders import DAY, MINUTE, at, check_in, closure, policy, said
from tests.core.customers.stage import Stage
from tests.core.customers.test_properties import visits

RELEASED = Path(__file__).with_name("released")


class Watched(Stage):
    """A stage, and what a reader of the topic has by now."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.written: list[tuple[str, CustomerOverview | None]] = []

    def _took(self, handled: Handled[Any]) -> Handled[Any]:
        for each in handled.outputs:
            if isinstance(each.record, Tombstone):
                self.written.append((each.record.key, None))
            elif isinstance(each.record, CustomerOverview):
                self.written.append((each.record.customer_id, each.record))
        return super()._took(handled)

    @property
    def there(self) -> dict[str, CustomerOverview]:
        newest = dict(self.written)
        return {key: each for key, each in newest.items() if each is not None}

    def again(self) -> "Watched":
        """The same after a restart."""
        fresh = Watched(self.rules)
        fresh.partition.restore(dict(self.partition.records()))
        fresh.directory, fresh.now, fresh.pseudonyms = self.directory, self.now, self.pseudonyms
        fresh.outputs, fresh.written = self.outputs, self.written
        return fresh


def by_now(record: CustomerOverview | None, now: int) -> tuple[Any, ...]:
    """What a reader makes of a record at a moment: all that it says of what is still to come."""
    if record is None:
        return (), (), ()
    steps = [(record.as_of, record.free), *((each.from_, each.free) for each in record.changes)]
    come = [free for from_, free in steps if from_ <= now]
    ahead = tuple((from_, free) for from_, free in steps if from_ > now)
    appeals = tuple(
        (each.of, each.until, each.from_ if each.from_ and each.from_ > now else None)
        for each in record.appeals
        if now < each.until
    )
    return record.open_cases, ((come[-1], *ahead) if ahead or record.open_cases else ()), appeals


def assert_true(stage: Watched) -> None:
    """The record that is there says by now what the state gives."""
    world = stage.world()
    for key, customer in stage.records.items():
        expected = None if customer.erased_at else overview_of(customer, world)
        found = stage.there.get(key)
        if expected is None or not (expected.changes or expected.open_cases):
            assert by_now(found, stage.now)[::2] == by_now(expected, stage.now)[::2]
        else:
            assert by_now(found, stage.now) == by_now(expected, stage.now)
    assert stage.there.keys() <= stage.records.keys()


STEPS = st.lists(
    st.tuples(
        st.integers(1, 40 * 24),
        st.sampled_from(
            [
                *("ask", "ask", "ask", "UPHELD", "PARTLY_UPHELD", "UNFOUNDED", "ABUSIVE"),
                *("WITHDRAWN", "appeal", "tick", "car", "leaves"),
            ]
        ),
    ),
    min_size=1,
    max_size=14,
)


def lived(steps: list[tuple[int, str]], **throttle: int) -> Iterator[Watched]:
    """A customer who asks for managers on visit after visit, and what managers find."""
    stage = Watched(policy(throttle={"per_vehicle": 1, **throttle}))
    stage.take(check_in("in0"))
    hours = 0
    for number, (gap, step) in enumerate(steps, 1):
        hours += gap
        visit_id, when = f"v{number + 1}", {"hours": float(hours)}
        known = [each.escalation_id for each in stage.decided if each.escalation_id]
        match step:
            case "ask":
                stage.take(said(f"r{number}", "REQUESTED", "NONE", visit_id=visit_id, **when))
            case "appeal":
                throttled = [d for d in stage.decided if d.decision is Decision.THROTTLED]
                if throttled:
                    of = throttled[-1]
                    fields: Any = {"visit_id": of.visit_id, "subject_id": of.disagreement_id}
                    stage.take(said(f"r{number}", "APPEALED", "NONE", **fields, **when))
            case "car":
                stage.take(check_in(f"in{number}", visit_id=visit_id, vehicle_id=visit_id, **when))
            case "leaves":
                stage.take(closure(f"out{number}", **when))
            case "tick":
                stage.tick(at(hours=hours))
            case result if known:
                stage.now = max(stage.now, at(hours=hours))
                case = known[number % len(known)]
                status = "WITHDRAWN" if result == "WITHDRAWN" else "RESOLVED"
                stage.outcome(
                    status,
                    None if status == "WITHDRAWN" else result,
                    escalation_id=case,
                    visit_id=case.split(":")[0],
                )
            case _:
                pass
        yield stage


@settings(max_examples=60)
@given(STEPS, st.sampled_from([1, 2, 3]))
def test_the_record_is_what_the_state_gives_whatever_happens(
    steps: list[tuple[int, str]], limit: int
) -> None:
    for stage in lived(steps, limit=limit):
        assert_true(stage)
        assert_true(stage.again())


@settings(max_examples=40)
@given(STEPS, st.sampled_from([1, 2, 3]))
def test_a_moment_at_which_a_place_is_free_again_is_true_to_the_millisecond(
    steps: list[tuple[int, str]], limit: int
) -> None:
    stage = list(lived(steps, limit=limit))[-1]
    record = stage.there.get("c1")
    if record is None:
        return
    free = record.free
    assert is_throttled(stage, record.as_of) == (free == 0)
    for change in record.changes:
        assert is_throttled(stage, change.from_ - 1) == (free == 0)
        assert is_throttled(stage, change.from_) == (change.free == 0)
        free = change.free
    if record.throttled_until is not None:
        assert is_throttled(stage, record.throttled_until - 1)
        assert not is_throttled(stage, record.throttled_until)


def is_throttled(stage: Watched, moment: int) -> bool:
    """Whether a request at a moment, on a visit of its own, would be."""
    other = stage.again()
    other.outputs, other.written = [], []
    event = msgspec.structs.replace(
        said("asked", "REQUESTED", "NONE"), visit_id="one-more", occurred_at=moment
    )
    other.take(event)
    (decided,) = (each for each in other.decided if each.trigger_event_id == "asked")
    return decided.decision is Decision.THROTTLED


@settings(max_examples=30)
@given(visits())
def test_who_asks_for_nothing_and_has_no_case_has_no_record(facts: list[Any]) -> None:
    stage = Watched(policy(pilot={"default": {"gate": "OFF"}}))
    for fact in facts:
        stage.take(fact, at(0, 23))
    stage.tick(at(120))

    assert stage.written == []


def overview(**differs: Any) -> CustomerOverview:
    whole: dict[str, Any] = {
        "customer_id": "c1", "as_of": at(), "open_cases": ("v1:1",), "window_days": 30, "limit": 3,
        "used": 1.0, "free": 1, "changes": (PlacesFrom(from_=at(1), free=2),),
        "throttled_until": None, "appeals": (), "policy_version": policy().version,
    }  # fmt: skip
    return CustomerOverview(**(whole | differs))


def test_a_case_its_end_its_appeal_and_nothing_left_are_four_records() -> None:
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    assert stage.written == [("c1", overview())]
    stage.take(said("r1", "ASKED", "NONE", 1))
    stage.take(check_in("in", 2))
    stage.now = at(0, 3)
    stage.outcome("RESOLVED", "UPHELD")
    appeal = CustomerAppeal(of="v1:1", until=at(14, 3))
    assert stage.written[1:] == [
        (
            "c1",
            overview(
                as_of=at(0, 3), open_cases=(), used=0.0, free=2, changes=(), appeals=(appeal,)
            ),
        )
    ]
    for when in (at(14, 3) - 1, at(14, 3), at(14, 3) + 1):
        stage.tick(when)
        assert stage.written[2:] == ([] if when < at(14, 3) else [("c1", None)])


@pytest.mark.parametrize(
    ("found", "days"), [("PARTLY_UPHELD", 30), ("UNFOUNDED", 210), ("ABUSIVE", 210)]
)
def test_the_record_goes_when_the_last_entry_counts_no_more(found: str, days: int) -> None:
    stage = Watched(policy(appeals={"within_days": 1}))
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.outcome("RESOLVED", found)
    moments = {when + step for when in range(at(2), at(500), DAY) for step in (-1, 0, 1)}
    gone = next(
        when for when in sorted(moments) if (stage.tick(when), stage.there.get("c1"))[1] is None
    )

    assert at(days) - DAY < gone <= at(days) + DAY
    assert stage.written[-1] == ("c1", None)
    assert [each for _, each in stage.written].count(None) == 1


def test_a_second_vehicle_makes_room_and_that_changes_when_it_has_gone_for_long() -> None:
    stage = Watched(policy(throttle={"limit": 1, "per_day": 9}))
    stage.take(check_in("in"))
    stage.take(said("r0", "REQUESTED", "NONE"))
    assert (stage.there["c1"].limit, stage.there["c1"].free) == (1, 0)
    assert stage.there["c1"].throttled_until == at(30)
    stage.take(check_in("in2", 1, visit_id="v2", vehicle_id="car2"))
    assert (stage.there["c1"].limit, stage.there["c1"].free) == (2, 1)
    stage.take(closure("out2", 2, visit_id="v2", vehicle_id="car2"))
    assert stage.there["c1"].changes == (
        PlacesFrom(from_=at(30), free=2),
        PlacesFrom(from_=at(30, 2), free=1),
    )
    assert_true(stage)


def test_what_is_shut_for_a_while_can_be_appealed_from_then_on_or_is_left_out() -> None:
    rules = policy(
        throttle={"limit": 1}, appeals={"within_days": 14, "throttle_appeal_every_days": 10}
    )
    stage = Watched(rules)
    stage.take(said("r0", "REQUESTED", "NONE"))
    for number in (1, 2):
        stage.take(said(f"r{number}", "REQUESTED", "NONE", number, visit_id=f"v{number + 1}"))
    throttled = [f"v{n}:REQUESTED_BY_CUSTOMER:1" for n in (2, 3)]
    assert stage.there["c1"].appeals == tuple(
        CustomerAppeal(of=of, until=at(14, hours)) for hours, of in enumerate(throttled, 1)
    )
    stage.take(said("a", "APPEALED", "NONE", 3, visit_id="v2", subject_id=throttled[0]))
    assert stage.there["c1"].appeals == ()  # not before the first one is decided
    stage.outcome("RESOLVED", "UPHELD", escalation_id="v2:1", visit_id="v2")

    assert stage.there["c1"].appeals == (
        CustomerAppeal(of=throttled[1], from_=at(10, 3), until=at(14, 2)),
        CustomerAppeal(of="v2:1", until=at(14, 3)),
    )


def test_no_list_is_in_it() -> None:
    listed = policy(lists={"block": [{"customer_id": "c1", "reason": "any"}]})
    stage, other = Watched(listed), Watched()
    for each in (stage, other):
        each.take(said("r0", "CALLED", "NONE"))
        each.take(said("r1", "ASKED", "NONE", 1, visit_id="v2"))

    assert stage.written == other.written != []


def test_who_asked_to_be_forgotten_has_no_record_and_nor_has_the_hash_of_them() -> None:
    stage = Watched()
    stage.pseudonyms = Pseudonyms(keys=(b"k" * 32,))
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.take(Erasure(customer_id="c1", occurred_at=at(0, 1)))
    for day in range(1, 400, 7):
        stage.tick(at(day))

    assert [key for key, _ in stage.written] == ["c1", "c1"]
    assert stage.there == {}


def test_what_occurred_after_the_request_to_be_forgotten_has_a_record_of_its_own() -> None:
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.take(said("r1", "REQUESTED", "NONE", 3, visit_id="v2"))
    stage.take(Erasure(customer_id="c1", occurred_at=at(0, 1)), at(0, 4))

    assert_true(stage)
    assert "v1:1" not in repr(stage.there)


def test_before_generation_2_there_is_none_and_then_the_next_tick_writes_those_that_lack() -> None:
    stage = Watched(policy(generation=1))
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.tick(at(0, 1))
    assert (stage.written, stage.partition.get(overview_walk.KEY)) == ([], None)
    stage.rules = policy()
    stage.tick(at(0, 2))
    stage.tick(at(0, 3))

    assert stage.written == [("c1", overview(as_of=at(0, 2)))]


def test_another_limit_is_shown_at_once_and_another_policy_alone_writes_nothing() -> None:
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.tick(at(0, 1))
    stage.rules = policy(version="other", lists={"allow": [{"customer_id": "c9", "reason": "x"}]})
    stage.tick(at(0, 2))
    assert len(stage.written) == 1
    stage.rules = policy(version="wider", throttle={"limit": 7, "per_day": 7})
    stage.tick(at(0, 3))

    wider = overview(
        as_of=at(0, 3), limit=7, free=6, policy_version="wider",
        changes=(PlacesFrom(from_=at(30), free=7),),
    )  # fmt: skip
    assert stage.written[1:] == [("c1", wider)]


def of_before(form: str) -> dict[str, bytes]:
    """What a version before kept of a partition's customers."""
    return msgspec.msgpack.decode(
        (RELEASED / f"{form}.msgpack").read_bytes(), type=dict[str, bytes]
    )


def filled(restored: dict[str, bytes], now: int, *, restarts: bool) -> Watched:
    """Ticks until all customers have their record."""
    stage = Watched()
    stage.partition.restore(restored)
    stage.now = now
    for number in range(40):
        if restarts:
            stage = stage.again()
        stage.tick(now + number * MINUTE)
        walk = stage.partition.get(overview_walk.KEY)
        assert walk is not None
        assert walk.walk is not None
        if walk.walk.until is None:
            assert number >= len(stage.records) // overview_walk.AT_ONCE
            return stage
    raise AssertionError("it comes to no end")


@pytest.mark.parametrize("form", ["form_2", "without_a_form"])
def test_customers_of_a_version_before_get_their_records_some_at_each_tick(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview_walk, "AT_ONCE", 2)
    restored = of_before(form)
    now = max(each.last_visit_at for each in _customers(restored))
    one = filled(restored, now, restarts=False)
    other = filled(restored, now, restarts=True)

    assert_true(one)
    keys = [key for key, _ in one.written]
    assert len(keys) == len(set(keys)) >= 1
    assert other.written == one.written
    assert dict(other.partition.records()) == dict(one.partition.records())


def _customers(restored: dict[str, bytes]) -> Iterator[Any]:
    stage = Watched()
    stage.partition.restore(restored)
    yield from stage.records.values()


def test_who_fails_in_it_is_told_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Watched(policy(generation=1))
    for number in range(3):
        event = said(f"r{number}", "REQUESTED", "NONE", visit_id=f"v{number + 1}")
        stage.take(msgspec.structs.replace(event, customer_id=f"c{number}"))
    stage.rules = policy()
    whole = overviews.overview_of

    def broken(customer: Any, world: Any) -> CustomerOverview | None:
        if customer.customer_id == "c1":
            raise ZeroDivisionError
        return whole(customer, world)

    monkeypatch.setattr(overviews, "overview_of", broken)
    handled = stage.tick(at(0, 1))

    assert [each.key for each in handled.failures] == ["c1"]
    assert stage.there.keys() == {"c0", "c2"}
