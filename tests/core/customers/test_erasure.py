"""What is left of a customer who asked to be forgotten, and for how long."""

from typing import Any

import msgspec
import pytest

from agents.core.customers.state import Customer
from agents.core.handling import DeadLetterCause, Handled, Skipped
from agents.core.pseudonyms import Pseudonyms
from schemas.records import Decision, Disagreement, Erased, Erasure
from tests.core.builders import DAY, at, check_in, closure, policy, said
from tests.core.customers.stage import Stage

SECRET, OTHER = (Pseudonyms(keys=(key,)) for key in (b"k" * 32, b"o" * 32))
BOTH = Pseudonyms(keys=(b"o" * 32, b"k" * 32))


def erase(stage: Stage, occurred_at: int, **fields: Any) -> Handled[Customer]:
    given: dict[str, Any] = {"customer_id": "c1", "occurred_at": occurred_at}
    return stage.take(Erasure(**(given | fields)))


def pressed(event_id: str, visit_id: str = "v1", days: float = 0) -> Any:
    return said(event_id, "REQUESTED", "NONE", visit_id=visit_id, days=days)


def in_bytes(stage: Stage) -> bytes:
    """All that the partition keeps, keys too."""
    return msgspec.msgpack.encode(stage.records)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("pseudonyms", [Pseudonyms(), SECRET])
def test_no_id_of_the_customer_or_of_a_visit_stays(keep: bool, pseudonyms: Pseudonyms) -> None:
    stage = Stage(policy(privacy={"keep_throttle_after_erasure": keep}))
    stage.pseudonyms = pseudonyms
    ids: dict[str, Any] = {"customer_id": "canary-customer", "vehicle_id": "canary-vehicle"}
    stage.take(check_in("canary-in", visit_id="canary-visit", **ids))
    stage.take(said("canary-r", "REQUESTED", "NONE", 1, visit_id="canary-visit", **ids))
    stage.take(closure("canary-c", 2, visit_id="canary-visit", **ids))
    assert b"canary" in in_bytes(stage)

    erase(stage, at(days=1), customer_id="canary-customer")

    assert b"canary" not in in_bytes(stage)
    (kept,) = stage.records.values()
    assert len(kept.entries) == keep
    assert kept.customer_id.startswith("hash=")


def test_only_who_has_the_key_finds_what_stayed() -> None:
    stage = Stage(policy(throttle={"limit": 1}))
    stage.pseudonyms = SECRET
    stage.take(pressed("r1"))
    erase(stage, at(days=1))

    for pseudonyms, found in ((SECRET, True), (OTHER, False), (BOTH, True)):
        assert (stage.partition.erased("c1", pseudonyms) is not None) is found
    assert stage.partition.erased("c2", SECRET) is None


def test_an_erasure_under_a_new_key_takes_over_what_stayed_under_the_old_one() -> None:
    stage = Stage(policy(throttle={"limit": 1}))
    stage.pseudonyms = SECRET
    stage.take(pressed("r1"))
    erase(stage, at(days=1))
    stage.pseudonyms = BOTH
    erase(stage, at(days=2))

    (kept,) = stage.records.values()
    assert kept.customer_id == OTHER.mark("c1")
    assert (kept.erased_at, len(kept.entries)) == (at(days=2), 1)


def test_what_stayed_goes_back_to_who_returns_and_that_there_was_an_erasure_stays() -> None:
    stage = Stage(policy(throttle={"limit": 1}))
    stage.take(pressed("r1"))
    erase(stage, at(days=1))
    stage.take(pressed("r2", "v2", days=2))

    kept = stage.partition.erased("c1", stage.pseudonyms)
    assert kept is not None
    assert (kept.entries, kept.past, kept.erased_at) == ((), (), at(days=1))
    assert [each.disagreement_id for each in stage.customer().entries] == ["erased"]
    assert [each.decision for each in stage.decided] == [Decision.RAISED, Decision.THROTTLED]
    late = stage.take(pressed("late", days=1), at(days=2, hours=1))
    assert late.rejected is not None
    assert late.rejected.reason is DeadLetterCause.ERASED


def test_after_sixty_days_even_the_erasure_is_forgotten() -> None:
    stage = Stage()
    stage.take(check_in())
    erase(stage, at(days=1))
    end = at(days=61)
    assert stage.partition.next_due() == end

    stage.tick(end - 1)
    assert len(stage.records) == 1
    stage.tick(end)
    assert stage.records == {}
    assert stage.partition.erased("c1", stage.pseudonyms) is None


def test_entries_stay_as_long_as_they_could_count() -> None:
    # 30 days whole, then fading until a quarter of it is left after two half-lives of 90 days; and
    # 30 days more, for an event that is as late as any may be.
    stage = Stage()
    stage.take(pressed("r1"))
    erase(stage, at(days=1))

    assert stage.partition.next_due() == at() + (30 + 180 + 30) * DAY + 1


def test_the_same_erasure_again_and_an_earlier_one_are_passed_over() -> None:
    stage = Stage()
    stage.take(check_in())
    erase(stage, at(days=1))

    for occurred_at in (at(days=1), at(hours=23)):
        assert erase(stage, occurred_at).passed_over is Skipped.DUPLICATE
    assert erase(stage, at(days=1) + 1).passed_over is None


def test_facts_that_occurred_after_the_request_stay_and_none_before() -> None:
    stage = Stage()
    stage.take(check_in("in"))
    stage.take(said("before", "AUTHORISED", "NONE", 10))
    stage.take(said("at", "AUTHORISED", "NONE", 11))
    stage.take(said("after", "AUTHORISED", "NONE", 12))
    stage.take(Erasure(customer_id="c1", occurred_at=at(hours=11)), at(hours=13))

    visit = stage.visit()
    assert [each.event_id for each in visit.responses] == ["after"]
    assert visit.check_ins == ()
    assert set(stage.customer().seen) == {"after"}
    again = stage.take(said("after", "AUTHORISED", "NONE", 12), at(hours=14))
    assert again.passed_over is Skipped.DUPLICATE


def test_the_regions_hear_of_an_escalation_until_sixty_days_after_its_end() -> None:
    for days, named in ((59, True), (60, False)):
        stage = Stage()
        stage.take(pressed("r1"))
        stage.take(closure("c", 1))
        stage.take(pressed("r2", "v2", days=0.1))
        stage.take(closure("c2", days=0.2, visit_id="v2"))
        stage.outcome("RESOLVED", "UPHELD", occurred_at=at(days=0.2))
        ended = stage.now
        stage.take(Erasure(customer_id="c1", occurred_at=ended + days * DAY))

        told = next(each for each in stage.outputs if isinstance(each, Erased))
        expected = ("v1:1", "v2:1") if named else ("v2:1",)
        assert (told.region_id, told.escalation_ids) == ("r1", expected)


def test_time_forgets_what_an_erasure_need_not_name_any_more() -> None:
    stage = Stage()
    stage.take(pressed("r1"))
    stage.take(closure("c", 1))
    stage.outcome("RESOLVED", "UPHELD")
    stage.tick(at(hours=1) + 60 * DAY - 1)
    assert [each.escalation_id for each in stage.customer().escalations] == ["v1:1"]

    stage.tick(at(hours=1) + 60 * DAY)

    assert stage.customer().escalations == ()


def test_who_is_forgotten_twice_on_one_visit_gets_no_id_twice() -> None:
    """What is left of the first time must not hide what the counters had come to by the second."""
    stage = Stage(policy(throttle={"per_day": 9}))
    ids: list[str] = []
    for number in (1, 2, 3):
        made = stage.take(pressed(f"r{number}", days=number))
        ids += [r.disagreement_id for o in made.outputs if isinstance(r := o.record, Disagreement)]
        erase(stage, at(days=number + 0.5))

    assert ids == [f"v1:REQUESTED_BY_CUSTOMER:{number}" for number in (1, 2, 3)]


DISAGREEMENTS = "recourse.disagreements"
