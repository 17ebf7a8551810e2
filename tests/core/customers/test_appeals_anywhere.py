"""An appeal by id is found on whichever visit of the customer it comes, and is the same on each."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.core.world import Directory
from schemas.records import CustomerResponse, Disagreement, Response, Rule, Subject
from tests.core.builders import at, check_in, closure, policy, said, site
from tests.core.customers.stage import Stage

ELSEWHERE = replace(site(), site_id="s2", region_id="r2")
VISITS = st.sampled_from(["v1", "v2", "v3", "v4"])  # its own, one that is open, a closed, a new one
DAYS = st.integers(min_value=0, max_value=16)


def stage(limit: int = 9) -> Stage:
    found = Stage(policy(throttle={"limit": limit, "per_day": 9}))
    found.directory = Directory([site(), ELSEWHERE], ())
    found.take(check_in("other", visit_id="v2", site_id="s2"))
    found.take(closure("closed", visit_id="v3", site_id="s2"))
    return found


def asks(event_id: str, days: float, **fields: Any) -> CustomerResponse:
    whole = {"response": Response.REQUESTED, "subject": Subject.NONE}
    return said(event_id, days=days, **(whole | fields))


def appealed(named: str, on: str, days: float) -> CustomerResponse:
    where = "s1" if on == "v1" else "s2"
    of = {"response": Response.APPEALED, "subject_id": named, "visit_id": on, "site_id": where}
    return asks("appeal", days, **of)


def what_comes_of(found: Stage, named: str, on: str, days: float) -> Disagreement | None:
    before = len(found.decided)
    found.take(appealed(named, on, days))
    records = [each for each in found.decided[before:] if each.rule is Rule.APPEALED_BY_CUSTOMER]
    return records[0] if records else None


def of_outcome(outcome: str, closed: bool, on: str, days: int) -> Disagreement | None:
    """`closed`: the visit's record has gone before its case is decided."""
    found = stage()
    found.take(asks("asks", 0.5))
    if closed:
        found.take(closure("ends", days=1))
    found.tick(at(40))
    found.outcome("RESOLVED", outcome)
    if closed:
        assert "v1" not in found.customer().visits
    return what_comes_of(found, "v1:1", on, 40 + days)


def of_throttle(on: str, days: int) -> Disagreement | None:
    found = stage(limit=0)
    found.take(asks("asks", 0.5))
    named = found.decided[0].disagreement_id
    return what_comes_of(found, named, on, 0.5 + days)


@given(
    st.sampled_from(["UPHELD", "PARTLY_UPHELD", "UNFOUNDED", "ABUSIVE"]),
    st.booleans(),
    VISITS,
    DAYS,
)
@example("UNFOUNDED", True, "v4", 13)
@example("UNFOUNDED", False, "v2", 13)
@example("UNFOUNDED", False, "v2", 14)
def test_the_appeal_of_an_outcome_is_the_same_on_each_visit(
    outcome: str, closed: bool, on: str, days: int
) -> None:
    there, here = of_outcome(outcome, closed, on, days), of_outcome(outcome, closed, "v1", days)

    assert there == here
    assert (there is not None) == (days < 14)
    if there is not None:
        assert (there.visit_id, there.region_id, there.escalation_id) == ("v1", "r1", "v1:1")


@given(VISITS, DAYS)
@example("v2", 13)
@example("v4", 14)
def test_the_appeal_of_a_throttle_is_the_same_on_each_visit(on: str, days: int) -> None:
    there, here = of_throttle(on, days), of_throttle("v1", days)

    assert there == here
    assert (there is not None) == (days < 14)
    if there is not None:
        assert (there.visit_id, there.region_id, there.escalation_id) == ("v1", "r1", "v1:1")


@pytest.mark.parametrize("on", ["v1", "v2", "v4"])
def test_an_id_of_no_visit_is_a_request_where_it_was_said(on: str) -> None:
    found = stage()
    found.take(asks("asks", 0.5))
    found.outcome("RESOLVED", "UNFOUNDED")

    assert what_comes_of(found, "v9:1", on, 1) is None
    assert (found.decided[-1].rule, found.decided[-1].visit_id) == (Rule.REQUESTED_BY_CUSTOMER, on)


def test_an_appeal_from_another_visit_is_kept_with_what_was_said_and_no_ids() -> None:
    found = stage()
    found.take(asks("asks", 0.5))
    found.outcome("RESOLVED", "UNFOUNDED")
    found.take(replace(appealed("v1:1", "v2", 1), words="read it again"))

    (appeal,) = found.visit().appeals
    assert appeal.said is not None
    assert (appeal.said.event_id, appeal.said.words) == ("appeal", "read it again")
    assert (appeal.said.customer_id, appeal.said.visit_id) == ("", "")
    assert found.records == {"c1": found.customer()}
    found.take(asks("later", 2, response=Response.ASKED, visit_id="v1"))
    assert found.decided[-1].trigger_event_id == "appeal"
