"""The recorded past comes out again; where something is wrong with it, the proof names it."""

import json
from collections.abc import Callable

import pytest

from agents.simulation.replay.durations import typical_durations
from agents.simulation.replay.proof import Why
from agents.simulation.replay.report import Report, report
from agents.simulation.replay.shards import Question, replayed
from agents.simulation.replay.timeline import Timeline
from schemas.records import Severity
from tests.agents.replay.recorded_week import week
from tests.agents.replay.small_past import inputs, lines, recorded, simulated
from tests.agents.replay.test_policies import policy

Line = dict[str, object]


def proof_of(texts: list[bytes], change: Callable[[Timeline], Timeline] = lambda t: t) -> Report:
    recording = recorded(texts)
    recording.timeline = change(recording.timeline)
    assert recording.last_at is not None
    question = Question(
        recording=recording,
        policies={},
        since=0,
        until=recording.last_at,
        took_ms=typical_durations(recording),
        samples=0,
    )
    return report(replayed(question, 1))


def edited(edit: Callable[[Line], Line | None]) -> list[bytes]:
    """The small past, each line as an edit leaves it; None takes it away."""
    found = (edit(json.loads(text)) for text in lines())
    return [json.dumps(each).encode() for each in found if each is not None]


def value(line: Line) -> dict[str, object]:
    assert isinstance(line["value"], dict)
    return line["value"]


def test_a_small_past_comes_out_as_it_was_recorded() -> None:
    proof = proof_of(list(lines()))

    assert (proof.recorded, proof.equal, proof.other_moment, proof.apart) == (12, 12, 0, 0)
    assert not proof.turns(0)


@pytest.mark.parametrize("seed", [1, 5])
def test_a_week_with_managers_comes_out_as_it_was_recorded(seed: int) -> None:
    """Its time is told by ticks, so some is decided later than it was due; nothing else differs."""
    proof = proof_of(week(seed, customers=60))

    assert proof.recorded > 50
    assert (proof.equal, proof.apart, proof.failed) == (proof.recorded, 0, 0)
    assert 0 < proof.other_moment < proof.recorded / 10


def test_another_number_in_the_policy_of_then_is_seen() -> None:
    def limited(timeline: Timeline) -> Timeline:
        return timeline.with_policy(policy({"throttle.limit": 2}), 0)

    proof = proof_of(list(lines()), limited)

    # Each record of what was asked names the places that there are; two decisions turn.
    assert proof.differences == {Why.OTHER: 9}
    assert {
        (each.of, each.recorded, each.recomputed)
        for each in proof.named
        if each.recorded != each.recomputed
    } == {
        ("asks-1:REQUESTED_BY_CUSTOMER:1", "RAISED", "THROTTLED"),
        ("asks-2:REQUESTED_BY_CUSTOMER:1", "RAISED", "THROTTLED"),
    }
    assert proof.apart == 3
    assert proof.turns(0)


def test_an_event_that_was_lost_is_seen() -> None:
    def without_a_yes(line: Line) -> Line | None:
        return None if value(line).get("event_id") == "agrees-0-e3" else line

    proof = proof_of(edited(without_a_yes))

    assert proof.differences == {Why.OTHER: 1}
    assert [(each.of, each.recorded, each.recomputed) for each in proof.named] == [
        # What it rose from is the first estimate now, not a yes to it.
        ("agrees-0:ESTIMATE_OVER_AUTHORISED:1", "AWAITING", "AWAITING")
    ]


def test_a_check_in_that_lies_before_the_recording_is_the_reason_that_is_given() -> None:
    def begun_before(line: Line) -> Line | None:
        return None if value(line).get("event_id") == "waits-0-e1" else line

    proof = proof_of(edited(begun_before))

    assert proof.differences == {Why.BEGUN_BEFORE: 2}


@pytest.mark.parametrize(
    ("field", "other"), [("decision", "THROTTLED"), ("severity", "HIGH"), ("site_id", "detroit")]
)
def test_a_recorded_decision_that_was_changed_is_seen(field: str, other: str) -> None:
    def changed(line: Line) -> Line:
        if value(line).get("disagreement_id") == "disputes-0:ESTIMATE_DISPUTED:1":
            value(line)[field] = other
        return line

    proof = proof_of(edited(changed))

    assert proof.differences == {Why.OTHER: 1}
    assert [each.of for each in proof.named] == ["disputes-0:ESTIMATE_DISPUTED:1"]


def test_what_only_the_order_can_decide_is_told_apart() -> None:
    """The outcome is stamped seconds before a request, and was handled seconds after it."""
    second_morning = "2026-03-03T15:10:0{}Z"  # the request: at 15:10:00

    def found_later(line: Line) -> Line:
        if value(line).get("action_id") == "asks-0-a":
            line["arrived_at"] = value(line)["occurred_at"] = second_morning.format(5)
        return line

    def stamped_earlier(line: Line) -> Line:
        if line["topic"] == "recourse.outcomes" and value(line)["escalation_id"] == "asks-0:1":
            line["at"] = "2026-03-03T15:09:55Z"
        return line

    sent = [json.dumps(found_later(json.loads(each))).encode() for each in inputs()]
    written = simulated(sent)
    as_it_was = proof_of([*sent, *written])
    stamped = [json.dumps(stamped_earlier(json.loads(each))).encode() for each in written]

    proof = proof_of([*sent, *stamped])

    assert as_it_was.differences == {}
    assert proof.differences == {Why.ORDER: 1}
    assert [each.of for each in proof.named] == ["asks-1:REQUESTED_BY_CUSTOMER:1"]
    assert not proof.turns(0)


def test_how_long_cases_took_is_the_median_by_severity() -> None:
    durations = typical_durations(recorded(lines()))

    # Seven normal ones: six 50 minutes after they were opened, one after 40; the low one an hour.
    minutes = {severity: took // 60_000 for severity, took in durations.items()}
    assert minutes[Severity.NORMAL] == 50
    assert minutes[Severity.LOW] == 60
    assert minutes[Severity.HIGH] == 50  # none was decided: as all
