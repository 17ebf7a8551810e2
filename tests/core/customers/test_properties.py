"""What must hold for any stream: order and duplication, the limit in every window, replay."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.core.customers.throttle import in_last_day, used
from schemas.records import Decision, Response, Rule
from tests.core.builders import (
    HOUR,
    at,
    check_in,
    closure,
    diagnosis,
    estimate,
    line,
    policy,
    said,
    warranty,
)
from tests.core.customers.stage import Stage

HOURS = st.integers(0, 22)
LINES = (line("brakes", 5_000), line("oil", 5_000, "claim1"))


def _events() -> st.SearchStrategy[Any]:
    """One fact of visit v1, somewhen within the time that events may be late."""
    return st.one_of(
        st.builds(check_in, st.just("in"), HOURS),
        st.builds(
            diagnosis,
            st.just("d"),
            HOURS,
            diagnosis_id=st.sampled_from(["dia1", "dia2"]),
            revision=st.integers(1, 3),
            code=st.sampled_from(["P1", "P2"]),
            stage=st.sampled_from(["REMOTE", "CENTRE"]),
            cause=st.sampled_from(["WEAR", "MANUFACTURING"]),
            symptom=st.sampled_from(["rattle", None]),
            fault_found=st.booleans(),
            safety=st.booleans(),
        ),
        st.builds(
            estimate,
            st.just("e"),
            HOURS,
            revision=st.integers(1, 4),
            total=st.sampled_from([10_000, 10_500, 11_001, 20_000]),
            lines=st.just(LINES),
        ),
        st.builds(
            warranty,
            st.just("w"),
            st.sampled_from(["PENDING", "APPROVED", "DENIED"]),
            HOURS,
            revision=st.integers(1, 3),
            operations=st.just(("brakes",)),
        ),
        st.builds(
            said,
            st.just("r"),
            st.sampled_from(
                ["AUTHORISED", "DECLINED", "DISPUTED", "REQUESTED", "WITHDRAWN", "ASKED"]
            ),
            st.sampled_from(["ESTIMATE", "DIAGNOSIS", "WARRANTY", "NONE"]),
            HOURS,
            subject_revision=st.sampled_from([None, 1, 2]),
        ),
        st.builds(
            closure,
            st.just("c"),
            HOURS,
            charged_total=st.sampled_from([None, 0, 10_000, 30_000]),
            operations_done=st.sampled_from([(), ("brakes",)]),
        ),
    )


def _typed(event: Any) -> Any:
    """Symbols as the records have them, where a builder was given their text."""
    return msgspec.convert(msgspec.to_builtins(event), type(event))


@st.composite
def visits(draw: st.DrawFn) -> list[Any]:
    facts = draw(st.lists(_events(), min_size=1, max_size=9))
    return [
        _typed(msgspec.structs.replace(fact, event_id=f"{fact.event_id}{number}"))
        for number, fact in enumerate(facts)
    ]


def _standing(events: Sequence[Any]) -> set[tuple[str, Rule, str | None]]:
    """The findings whose ground stands at the end; all arrive within the time they may be late."""
    stage = Stage()
    for event in events:
        stage.take(event, at(0, 23))
    return {
        (visit.visit_id, each.rule, each.subject_id)
        for visit in stage.customer().visits.values()
        for each in visit.standings
        if each.true
    }


@given(visits(), st.randoms(use_true_random=False), st.data())
def test_order_and_duplication_leave_the_same_findings(
    facts: list[Any], random: Any, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(facts), max_size=3))
    other = [*facts, *again]
    random.shuffle(other)

    assert _standing(other) == _standing(facts)


def _judged_by_time(events: Sequence[Any]) -> set[tuple[Any, ...]]:
    """The findings that stand, and what was judged, once the prices have waited."""
    stage = Stage()
    for event in events:
        stage.take(event, at(0, 23))
    stage.tick(at(3))
    visit = stage.visit()
    return {(each.rule, each.subject_id) for each in visit.standings if each.true} | {
        (each.base, each.due_at) for each in visit.graces
    }


@given(visits(), st.randoms(use_true_random=False), st.data())
def test_a_price_waits_alike_in_any_order_of_arrival_and_with_duplicates(
    facts: list[Any], random: Any, data: st.DataObject
) -> None:
    other = [*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=3))]
    random.shuffle(other)

    assert _judged_by_time(other) == _judged_by_time(facts)


@given(visits())
def test_a_price_waits_once_a_revision_and_is_judged_once_a_due_moment(facts: list[Any]) -> None:
    stage = Stage()
    for event in sorted(facts, key=lambda each: each.occurred_at):
        stage.tick(event.occurred_at)
        stage.take(event)
    stage.tick(at(3))
    waited = [
        (record.reasons[0].facts["estimate_id"], record.reasons[0].facts["revision"])
        for record in stage.decided
        if record.decision is Decision.AWAITING
    ]
    judged = [(each.estimate_id, each.base, each.due_at) for each in stage.visit().graces]
    assert len(waited) == len(set(waited))
    assert len(judged) == len(set(judged))
    assert all(
        record.would_be is None and record.escalation_id is None and record.throttle is None
        for record in stage.decided
        if record.decision is Decision.AWAITING
    )


PRESSES = st.lists(
    st.tuples(st.integers(0, 45 * 24), st.integers(0, 23), st.sampled_from(["", "UNFOUNDED"])),
    min_size=1,
    max_size=12,
)


@given(PRESSES, st.integers(1, 3))
def test_the_limit_holds_in_every_window_floor_and_lists_aside(
    presses: list[tuple[int, int, str]], cars: int
) -> None:
    """More for each car in service beyond the first; what only a response names is none."""
    stage = Stage()
    stage.take(check_in("first"))
    for number in range(2, cars + 1):
        stage.take(check_in(f"in{number}", visit_id=f"in{number}", vehicle_id=f"car{number}"))
    arrivals = sorted(((hours + late, number, hours) for number, (hours, late, _) in
                       enumerate(presses)))  # fmt: skip
    for arrives, number, hours in arrivals:
        of: dict[str, Any] = {"visit_id": f"x{number}", "vehicle_id": f"named{number}"}
        event = said(f"p{number}", "REQUESTED", "NONE", hours=hours + 1, **of)
        stage.take(event, at(0, arrives + 1))
    limits = policy().throttle
    entries = [each for each in stage.customer().entries if not each.escalation_id.startswith("v1")]

    for entry in entries:
        assert used(entries, entry.occurred_at, limits) <= limits.limit + cars - 1
        assert in_last_day(entries, entry.occurred_at) <= limits.per_day + cars - 1


_OWN_WORDS = (Response.ASKED, Response.DISPUTED, Response.REQUESTED)


@given(visits(), st.sampled_from(["LIVE", "SHADOW"]))
def test_who_says_nothing_of_their_own_never_meets_the_throttle_or_a_list(
    facts: list[Any], gate: str
) -> None:
    stage = Stage(
        policy(
            throttle={"limit": 0, "per_day": 1, "per_vehicle": 0},
            lists={"block": [{"customer_id": "c1", "reason": "any"}]},
            pilot={"default": {"gate": gate}},
        )
    )
    for fact in facts:
        if getattr(fact, "response", None) not in _OWN_WORDS:
            stage.take(fact, at(0, 23))

    for record in stage.decided:
        assert (record.asked, record.throttle) == (False, None)
        assert Decision.THROTTLED not in (record.decision, record.would_be)
    if stage.decided:
        assert stage.customer().entries == stage.customer().would_be_entries == ()


def _played(events: Sequence[Any], *, restarts: bool) -> tuple[list[Any], dict[str, bytes]]:
    stage = Stage()
    for event in sorted(events, key=lambda each: each.occurred_at):
        if restarts:
            fresh = Stage()
            fresh.partition.restore(dict(stage.partition.records()))
            fresh.now, fresh.outputs = stage.now, stage.outputs
            stage = fresh
        stage.take(event)
    stage.tick(at(120))
    return stage.outputs, dict(stage.partition.records())


@settings(max_examples=60)
@given(visits())
def test_a_replay_gives_the_same_also_with_restarts_in_between(facts: list[Any]) -> None:
    assert _played(facts, restarts=True) == _played(facts, restarts=False)


@given(visits())
def test_every_record_is_numbered_without_gaps_and_every_correction_names_its_record(
    facts: list[Any],
) -> None:
    stage = Stage()
    for fact in facts:
        stage.take(fact, at(0, 23) + HOUR)
    known: set[str] = set()
    for rule in Rule:
        numbers = [each.n for each in stage.decided if each.rule is rule]
        assert numbers == list(range(1, len(numbers) + 1))
    for record in stage.decided:
        if record.decision is Decision.CORRECTED:
            assert record.corrects in known
        known.add(record.disagreement_id)


_SHORT = {
    "jurisdictions": {
        "default": {"repeat_repair": {"within_months": 1, "days_out_of_service": [3, 5]}}
    },
    "kept": {"silent_visit_closed_after_days": 9, "closed_visit_days": 2, "past_visit_months": 1},
}
"""Everything that time does to what is kept comes within weeks."""


@st.composite
def _stays(draw: st.DrawFn) -> list[Any]:
    """Facts of three visits of one vehicle within some weeks; ratings, which no rule reads."""
    days, ids = st.integers(0, 70), st.sampled_from(["v1", "v2", "v3"])
    of = {"visit_id": ids, "days": days}
    facts = st.one_of(
        st.builds(check_in, st.just("in"), **of),
        st.builds(
            diagnosis,
            st.just("d"),
            fault_found=st.sampled_from([True, True, False]),
            diagnosis_id=st.sampled_from(["dia1", "dia2"]),
            **of,
        ),
        st.builds(closure, st.just("c"), operations_done=st.just(("brakes",)), **of),
        st.builds(said, st.just("a"), st.sampled_from(["ASKED", "DISPUTED"]), **of),
        st.builds(said, st.just("rated"), st.just("RATED"), rating=st.just(3), **of),
    )
    drawn = draw(st.lists(facts, min_size=2, max_size=14))
    named = [
        _typed(msgspec.structs.replace(fact, event_id=f"{fact.event_id}{number}"))
        for number, fact in enumerate(drawn)
    ]
    return sorted(named, key=lambda each: (each.occurred_at, each.event_id))


def _no_fault(visit_id: str, day: int) -> Any:
    return _typed(diagnosis("d", visit_id=visit_id, days=day, fault_found=False))


@settings(max_examples=150)
@given(_stays())
@example([_no_fault("v1", 0), _no_fault("v2", 31)])  # it begins as the line before it goes
@example(  # the line is kept for `v2`, which goes; `v3` began too late for it
    [_no_fault("v1", 0), _typed(check_in("in", visit_id="v2", days=21)), _no_fault("v3", 32)]
)
def test_time_takes_no_ground_away(facts: list[Any]) -> None:
    stage = Stage(policy(**_SHORT))
    facts_by_day = {
        day: [each for each in facts if each.occurred_at == at(day)] for day in range(71)
    }
    for day in range(110):
        for fact in facts_by_day.get(day, []):
            before = len(stage.outputs)
            stage.take(fact)
            if fact.event_id.startswith("rated"):
                assert _corrected(stage.outputs[before:]) == []
        before = len(stage.outputs)
        stage.tick(at(day, 23))
        assert _corrected(stage.outputs[before:]) == []


def _corrected(outputs: list[Any]) -> list[Any]:
    return [each for each in outputs if getattr(each, "decision", None) is Decision.CORRECTED]
