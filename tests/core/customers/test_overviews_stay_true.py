"""An app's record of a customer stays true and goes, whatever becomes of the policy and visits."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.core.customers import handle as handle_module
from agents.core.customers import overview_walk
from agents.core.pseudonyms import Pseudonyms
from schemas.records import Erasure
from tests.core.builders import DAY, at, policy, said
from tests.core.customers.test_overviews import STEPS, Watched, assert_true, lived

FIRST = policy(generation=1)


def test_a_record_that_is_there_stays_true_and_goes_under_an_older_policy_too() -> None:
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.tick(at(0, 1))
    stage.rules = FIRST
    stage.tick(at(0, 2))
    stage.outcome("RESOLVED", "UPHELD")
    assert_true(stage)
    for number, when in enumerate((at(14, 2) - 1, at(14, 2), at(20))):
        stage.tick(when)
        assert ("c1" in stage.there) is (number == 0)

    assert [each is None for _, each in stage.written] == [False, False, True]


def test_who_asked_to_be_forgotten_under_an_older_policy_has_no_record_left() -> None:
    stage = Watched()
    stage.pseudonyms = Pseudonyms(keys=(b"k" * 32,))
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.rules = FIRST
    stage.take(Erasure(customer_id="c1", occurred_at=at(0, 1)))

    assert (stage.there, stage.written[-1]) == ({}, ("c1", None))


def test_who_asked_while_the_policy_was_taken_back_has_a_record_once_it_is_there_again() -> None:
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.tick(at(0, 1))
    stage.rules = FIRST
    other = said("r1", "REQUESTED", "NONE", 2, visit_id="v2")
    stage.take(msgspec.structs.replace(other, customer_id="c2"))
    stage.tick(at(0, 3))
    assert stage.there.keys() == {"c1"}
    stage.rules = policy()
    stage.tick(at(0, 4))

    assert stage.there.keys() == {"c1", "c2"}
    assert_true(stage)


def test_what_a_version_before_forgot_of_a_record_that_has_nothing_to_say_goes_all_the_same() -> (
    None
):
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.outcome("RESOLVED", "UPHELD")
    stage.rules = FIRST
    of_before = msgspec.structs.replace(stage.customer(), shown=None)
    stage.partition.apply({"c1": of_before, overview_walk.KEY: None})
    stage.tick(at(15))
    stage.rules = policy()
    stage.tick(at(15, 1))

    assert stage.written[-1] == ("c1", None)


def test_a_case_of_a_visit_that_opened_anew_ends_and_can_be_appealed_there() -> None:
    """Its record had gone while the case was open, so that the line alone knew of it."""
    stage = Watched()
    stage.take(said("r0", "REQUESTED", "NONE"))
    for day in range(1, 95):
        stage.tick(at(day))
    assert stage.customer().visits == {}
    stage.take(said("r1", "ASKED", "NONE", days=95))
    assert stage.there["c1"].open_cases == ("v1:1",)

    stage.outcome("RESOLVED", "UNFOUNDED")
    assert stage.there["c1"].open_cases == ()
    assert [each.of for each in stage.there["c1"].appeals] == ["v1:1"]
    stage.take(said("r2", "APPEALED", "ESCALATION", days=96, subject_id="v1:1"))
    assert stage.decided[-1].rule == "APPEALED_BY_CUSTOMER"
    stage.outcome("REOPENED")
    assert stage.there["c1"].open_cases == ("v1:1",)


POLICIES = {
    "generation 1": FIRST,
    "all sites out": policy(pilot={"default": {"gate": "OFF"}}),
    "no survey": policy(notices={"survey": False}),
    "kept shorter": policy(kept={"closed_visit_days": 1, "silent_visit_closed_after_days": 2}),
    "as it is": policy(),
}
MOST = 1_000
"""Moments of one customer within two months: of a hundred visits there are some hundreds."""


@settings(max_examples=15)
@given(STEPS, st.lists(st.sampled_from(sorted(POLICIES)), min_size=14, max_size=14))
def test_time_acts_on_what_is_due_and_is_done_with_it_whatever_becomes_of_the_policy(
    steps: list[tuple[int, str]], names: list[str]
) -> None:
    """What comes due again and again makes a tick of a day one of 86 million moments."""
    acted, one_moment = 0, handle_module._at

    def counted(*given: Any) -> Any:
        nonlocal acted
        acted += 1
        if acted > MOST:
            pytest.fail("time comes to no end")
        return one_moment(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(handle_module, "_at", counted)
        for stage, name in zip(lived(steps), names, strict=False):
            stage.rules = POLICIES[name]
            stage.tick(stage.now + 60 * DAY)
            acted = 0
