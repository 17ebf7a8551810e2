"""The order in which facts came never changes what is found."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.core.customers.rule_base.facts import moment
from agents.core.customers.rules import RULES
from schemas.records import Cause, Stage
from tests.core.builders import (
    check_in,
    closure,
    context,
    diagnosis,
    estimate,
    line,
    said,
    site,
    visit,
    warranty,
)

HOURS = st.integers(0, 6)
REVISIONS = st.integers(1, 3)
IDS = st.sampled_from(["a", "b"])
OPERATIONS = st.lists(st.sampled_from(["brakes", "oil"]), unique=True).map(tuple)
MAYBE_ID = st.none() | IDS
CODES = st.sampled_from(["A", "B"])

FACTS = st.one_of(
    st.builds(check_in, event_id=st.none(), hours=HOURS),
    st.builds(
        diagnosis,
        event_id=st.none(),
        hours=HOURS,
        diagnosis_id=IDS,
        revision=REVISIONS,
        code=CODES,
        symptom=st.sampled_from(["rattle", "smoke", None]),
        stage=st.sampled_from([Stage.REMOTE, Stage.CENTRE]),
        cause=st.sampled_from([Cause.WEAR, Cause.MANUFACTURING]),
        fault_found=st.booleans(),
        safety=st.booleans(),
    ),
    st.builds(
        estimate,
        event_id=st.none(),
        hours=HOURS,
        estimate_id=IDS,
        revision=REVISIONS,
        total=st.sampled_from([0, 9_000, 10_000, 10_500, 20_000]),
        subtotal=st.sampled_from([0, 8_000, 9_000]),
        lines=OPERATIONS.map(lambda names: tuple(line(each) for each in names)),
    ),
    st.builds(
        warranty,
        event_id=st.none(),
        decision=st.sampled_from(["PENDING", "APPROVED", "GOODWILL", "DENIED"]),
        hours=HOURS,
        claim_id=IDS,
        revision=REVISIONS,
        operations=OPERATIONS,
    ),
    st.builds(
        said,
        event_id=st.none(),
        response=st.sampled_from(
            ["AUTHORISED", "DECLINED", "DISPUTED", "WITHDRAWN", "REQUESTED", "CALLED"]
        ),
        subject=st.sampled_from(["ESTIMATE", "DIAGNOSIS", "WARRANTY", "NONE"]),
        hours=HOURS,
        subject_id=MAYBE_ID,
        subject_revision=st.none() | REVISIONS,
        authorised_total=st.none() | st.sampled_from([0, 9_000, 10_000]),
    ),
    st.builds(
        closure,
        event_id=st.none(),
        hours=HOURS,
        charged_total=st.none() | st.sampled_from([0, 9_000, 30_000]),
        charged_subtotal=st.none() | st.just(25_000),
        operations_done=OPERATIONS,
    ),
)


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[Any], list[Any]]:
    """Facts with ids of their own, in two orders."""
    drawn = draw(st.lists(FACTS, max_size=12))
    facts = [replace(each, event_id=f"e{number:02}") for number, each in enumerate(drawn)]
    return facts, draw(st.permutations(facts))


PLACES = st.sampled_from(["US-TX", "US-WA", "US-CA"]).map(lambda law: site(subdivision=law))


@settings(deadline=None)
@given(orders(), PLACES)
def test_the_order_of_facts_never_changes_the_findings(
    both: tuple[list[Any], list[Any]], place: Any
) -> None:
    one, other = (context(visit(*facts), place=place) for facts in both)
    assert [rule(one) for rule in RULES.values()] == [rule(other) for rule in RULES.values()]


@settings(deadline=None)
@given(orders(), PLACES)
def test_a_finding_is_one_a_subject_and_its_trigger_is_one_of_the_facts_it_reads(
    both: tuple[list[Any], list[Any]], place: Any
) -> None:
    facts = {each.event_id: each for each in both[0]}
    judged = context(visit(*both[0]), place=place)
    for rule in RULES.values():
        found = rule(judged)
        assert len({each.subject_id for each in found}) == len(found)
        for each in found:
            assert each.rule is rule.name
            assert each.trigger_event_id in each.reads
            assert moment(facts[each.trigger_event_id]) == (
                each.occurred_at,
                each.trigger_event_id,
            )
