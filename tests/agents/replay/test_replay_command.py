"""`recourse replay`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from agents.commands.simulation.replay import replay
from tests.agents.replay.small_past import POLICY, inputs, simulated


@pytest.fixture
def past(tmp_path: Path) -> list[str]:
    """The options that name a small past: what was sent, what was written, the policy of then."""
    files = {"in.jsonl": inputs(), "out.jsonl": simulated(inputs())}
    for name, texts in files.items():
        (tmp_path / name).write_bytes(b"\n".join(texts))
    then = tmp_path / "then.yaml"
    then.write_text(f"version: {POLICY.version}\noperators: [op]\n")
    sent, written = (str(tmp_path / name) for name in files)
    return ["--from", sent, "--from", written, "--then", str(then), "--workers", "1"]


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", "replay", *arguments])
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    app = typer.Typer()
    app.command()(replay)
    return CliRunner().invoke(app, list(arguments))


def test_a_pipe_gets_a_line_a_kind_of_difference_and_examples(
    monkeypatch: pytest.MonkeyPatch, past: list[str]
) -> None:
    result = call(monkeypatch, *past, "--sweep", "throttle.limit=2", "--samples", "1")

    assert result.exit_code == 1  # an upheld case would be refused
    assert result.stdout.splitlines()[:2] == [
        "policy\trule\tthen\tnow\tfindings\twhat became of the cases then",
        "throttle.limit=2\tREQUESTED_BY_CUSTOMER\tRAISED\tTHROTTLED\t2\t1 UNFOUNDED, 1 UPHELD",
    ]
    assert "throttle.limit=2: Upheld then, refused now" in result.stdout
    assert result.stderr == (
        "12 of 12 decisions as recorded; in order by timestamps.\n"
        "throttle.limit=2: 6 cases for 8, 0 of them new; what managers would say of those is not "
        "known.\n"
        "It spares 2 cases, 1 of them unfounded or abusive, and refuses 1 that managers had "
        "upheld.\n"
        "Throttled at least once: 1 customer, for 1.\n"
    )


def test_what_is_allowed_to_be_refused_is_no_reason_to_stop(
    monkeypatch: pytest.MonkeyPatch, past: list[str]
) -> None:
    result = call(monkeypatch, *past, "--sweep", "throttle.limit=2", "--allow", "1", "--json")

    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["recorded"], found["equal"], found["apart"]) == (12, 12, 0)
    (effect,) = found["effects"]
    assert (effect["cases_before"], effect["cases_after"], effect["refused_upheld"]) == (
        8,
        [6, 6],
        1,
    )


def test_a_policys_file_is_said_in_what_it_changes(
    monkeypatch: pytest.MonkeyPatch, past: list[str], tmp_path: Path
) -> None:
    friday = tmp_path / "friday.yaml"
    friday.write_text("version: friday\nthrottle: {limit: 2}\n")  # names no operator

    result = call(monkeypatch, *past, "--policy", str(friday), "--allow", "1", "--json")
    said = call(monkeypatch, *past, "--policy", str(friday), "--allow", "1").stderr

    changed = [
        "The number of escalations that a customer may ask for within the window goes from 3 to 2.",
        "op is no longer an operator.",
    ]
    assert json.loads(result.stdout)["effects"][0]["changes"] == changed
    assert said.splitlines()[1:4] == [
        "friday differs from the policy in force in 2:",
        *(f"  {each}" for each in changed),
    ]


def test_only_what_is_asked_about_is_compared(
    monkeypatch: pytest.MonkeyPatch, past: list[str]
) -> None:
    grace = "rules.estimate_over_authorised.grace_business_minutes=0"

    every = call(monkeypatch, *past, "--sweep", grace, "--json")
    other = call(monkeypatch, *past, "--sweep", grace, "--rule", "ESTIMATE_DISPUTED", "--json")
    elsewhere = call(monkeypatch, *past, "--sweep", grace, "--site", "miami", "--json")
    later = call(monkeypatch, *past, "--sweep", grace, "--since", "2026-03-03T00:00:00Z", "--json")

    assert json.loads(every.stdout)["effects"][0]["cases_after"] == [9, 9]
    assert json.loads(other.stdout)["effects"][0]["cases_before"] == 1
    assert json.loads(other.stdout)["effects"][0]["lines"] == []
    assert json.loads(elsewhere.stdout)["effects"][0]["cases_before"] == 0
    assert json.loads(later.stdout)["effects"][0]["lines"] == []


def test_without_what_was_decided_then_the_policy_of_then_is_run_instead(
    monkeypatch: pytest.MonkeyPatch, past: list[str]
) -> None:
    only_events = [*past[:2], *past[4:]]

    result = call(monkeypatch, *only_events, "--sweep", "throttle.limit=1")

    assert result.stderr.startswith("No decision is recorded, so there is no proof")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "nothing to compare with: give --policy, --directory or --sweep"),
        (("--sweep", "throttle.limit"), "must be KEY=V1,V2, as throttle.limit=2,3,5"),
        (("--sweep", "throttle.size=2"), "throttle.size: the policy has no such number"),
        (("--sweep", "throttle.limit=many"), "limit"),
        (("--policy", "nowhere.yaml"), "nowhere.yaml can't be read"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, past: list[str], arguments: tuple[str, ...], sentence: str
) -> None:
    result = call(monkeypatch, *past, *arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rule", "NONE"), "must be the name of a rule"),
        (("--since", "Friday"), "must be a time of RFC 3339"),
    ],
)
def test_an_option_that_says_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, past: list[str], arguments: tuple[str, ...], sentence: str
) -> None:
    result = call(monkeypatch, *past, "--sweep", "throttle.limit=2", *arguments)

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.replace("│", "").split())


def test_a_line_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"topic": "service.closures", "value": {}}\n{"topic": 1}\n')

    result = call(monkeypatch, "--from", str(file), "--sweep", "throttle.limit=2")

    assert result.exit_code == 2
    assert "line 2 is none that `simulate` reads or writes" in result.stderr
