"""What a replay looks at where its window, its policies or its orders have a border."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import reference_of
from agents.simulation.replay.durations import typical_durations
from agents.simulation.replay.recording import Recording, of_lines
from agents.simulation.replay.report import Report, report
from agents.simulation.replay.shards import Ended, Question, replayed
from agents.simulation.simulate import Simulation, lines_of
from tests.agents.replay.small_past import HOUR, MORNING, Day, lines, recorded
from tests.agents.replay.test_policies import policy
from tests.agents.replay.test_replay_command import call, past

__all__ = ["past"]
GRACE = "rules.estimate_over_authorised.grace_business_minutes"


def question(recording: Recording, changes: Mapping[str, Any], **more: Any) -> Question:
    assert recording.last_at is not None
    return Question(
        recording=recording,
        policies={"other": recording.timeline.with_policy(policy(changes), 0)},
        since=0,
        until=more.pop("until", recording.last_at),
        took_ms=typical_durations(recording),
        samples=0,
        **more,
    )


def asked(recording: Recording, changes: Mapping[str, Any], **more: Any) -> Report:
    return report(replayed(question(recording, changes, **more), 1))


def under(then: Mapping[str, Any], days: Sequence[Day]) -> Recording:
    """Visits as `simulate` plays them under a policy."""
    sent = [msgspec.json.encode(line) for day in days for line in day.lines]
    reference = reference_of(policy(then), demo_directory())
    written = [each for made in Simulation(reference).run(lines_of(sent)) for each in made]
    return of_lines([*sent, *map(msgspec.json.encode, written)], reference)


@pytest.mark.parametrize(
    ("until", "cases"),
    [
        # At ten past ten `asks` presses the button and `rings` calls; then two more on that day.
        (MORNING + 10 * 60_000 - 1, 0),
        (MORNING + 10 * 60_000, 2),
        (MORNING + 24 * HOUR, 4),
    ],
)
def test_the_proof_is_of_the_whole_recording_whatever_is_asked_about(
    until: int, cases: int
) -> None:
    found = asked(recorded(lines()), {}, until=until)

    assert (found.recorded, found.equal, found.differences) == (12, 12, {})
    assert (found.effects[0].cases_before, found.effects[0].cases_after) == (cases, (cases, cases))
    assert found.effects[0].lines == ()


def test_what_would_be_due_after_the_recording_is_not_asked_about(
    monkeypatch: pytest.MonkeyPatch, past: list[str]
) -> None:
    later = call(
        monkeypatch, *past, "--sweep", "throttle.limit=3", "--until", "2027-01-01T00:00:00Z"
    )

    assert later.exit_code == 0
    assert later.stderr.startswith("12 of 12 decisions as recorded; in order by timestamps.\n")


def test_another_directory_or_number_leaves_the_rest_of_the_policies_of_then(
    monkeypatch: pytest.MonkeyPatch, past: list[str], tmp_path: Path
) -> None:
    """The policy that came when all was over has another limit; nobody asked what it would do."""
    last = json.loads(policy({"throttle.limit": 2, "version": "last"}).model_dump_json())
    line = {
        "topic": "recourse.policies",
        "at": "2026-03-07T12:00:00Z",
        "value": last | {"effective_from": "2026-03-07T12:00:00Z"},
    }
    (tmp_path / "last.jsonl").write_text(json.dumps(line))
    with_last = [*past, "--from", str(tmp_path / "last.jsonl"), "--json"]

    swept = call(monkeypatch, *with_last, "--sweep", f"{GRACE}=120")

    (effect,) = json.loads(swept.stdout)["effects"]
    assert (effect["policy"], effect["lines"]) == (f"{GRACE}=120", [])
    assert swept.exit_code == 0


def test_a_case_that_opens_after_what_was_decided_of_it_is_decided_all_the_same() -> None:
    """The outcome came an hour after the opening; it opens ninety minutes later under the other."""
    day = Day("waits", 0)
    day.check_in()
    day.estimate(10, 1, 10_000)
    day.says(20, "AUTHORISED", "ESTIMATE", subject_id=f"{day.visit}-q")
    day.estimate(60, 2, 11_500)
    day.found(240, "UPHELD")
    day.says(290, "REQUESTED")  # a case of its own: the first one is decided
    day.close(400)

    found = asked(under({}, [day]), {GRACE: 210})

    assert (found.effects[0].cases_before, found.effects[0].cases_after) == (2, (2, 2))
    assert found.effects[0].lines == ()


@pytest.mark.parametrize("rules", [frozenset[str](), frozenset({"SILENCE_NO_WORD"})])
def test_a_case_that_another_rule_opens_instead_is_not_refused(rules: frozenset[str]) -> None:
    """Silence was found first, and the button joined it; without that the button opens the case."""
    hours = "rules.silence_no_word.business_hours"
    day = Day("quiet", 0)
    day.check_in()
    day.says(10, "ASKED")
    day.says(120, "REQUESTED")
    day.found(180, "UPHELD")
    day.close(420)

    found = asked(under({hours: 1}, [day]), {hours: 4}, rules=rules)

    (effect,) = found.effects
    assert (effect.spared, effect.refused_upheld, effect.floor_turned) == (0, 0, 0)
    assert ("SILENCE_NO_WORD", "RAISED", "none", 1) in {
        (each.rule, each.before, each.after, each.count) for each in effect.lines
    }


def _dies(_: Sequence[str]) -> None:
    os._exit(9)


def test_a_process_that_is_ended_ends_the_replay_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.simulation.replay.shards._AT_ONCE", 1)
    monkeypatch.setattr("agents.simulation.replay.shards._of_piece", _dies)

    with pytest.raises(Ended, match="was ended from outside"):
        replayed(question(recorded(lines()), {}), 2)
