"""`recourse effect`, as it is called, on records that `simulate` could have written."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agents.commands import app
from tests.pilots import Network, insights

NETWORK = Network(sites=2, customers=200, visits=20)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    return CliRunner().invoke(app, list(arguments))


def written(path: Path, records: list[dict[str, Any]]) -> Path:
    lines = [
        {"topic": "recourse.insights", "at": "2026-03-02T09:00:00Z", "value": each}
        for each in records
    ]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return path


def pilot(path: Path, *, points: float, lost: int = 0) -> Path:
    """A pilot's records; every `lost`th of those inside is not there."""
    found = [each for day in insights(1, points, NETWORK) for each in day]
    records: list[dict[str, Any]] = [
        {
            "site_id": each.site_id,
            "day": each.day.isoformat(),
            "arm": each.arm.value,
            "counts": each.counts,
            "region_id": each.region_id,
            "share": each.share,
        }
        for each in found
    ]
    inside = 0
    kept = []
    for each in records:
        inside += each["arm"] == "LIVE"
        if lost and each["arm"] == "LIVE" and inside % lost == 0:
            continue
        kept.append(each)
    return written(path, kept)


def test_a_pipe_gets_a_line_a_metric_and_site(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = pilot(tmp_path / "out.jsonl", points=25)

    shown = call(monkeypatch, "effect", "--from", str(path), "--metric", "same-day")

    assert shown.exit_code == 0
    titles, network, first, second = [line.split("\t") for line in shown.stdout.splitlines()]
    assert titles[:2] == ["metric", "site"]
    assert [network[:2], first[:2], second[:2]] == [
        ["same-day", "all"], ["same-day", "s0"], ["same-day", "s1"],
    ]  # fmt: skip
    assert network[-1] == "better"
    assert "enough to say better: +" in shown.stderr


def test_machines_get_all_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = pilot(tmp_path / "out.jsonl", points=0)

    shown = call(
        monkeypatch, "effect", "--from", str(path), "--json", "--metric", "same-day", "--site", "s1"
    )

    network, site = [json.loads(line) for line in shown.stdout.splitlines()]
    assert (network["site"], site["site"]) == (None, "s1")
    assert {**network, "site": "s1"} == site  # one site is all of it
    assert site["answer"] == "not yet"
    assert site["missing"] > 0
    assert site["low"] < site["difference"] < site["high"]
    assert (site["since"], site["until"], site["unit"]) == ("2026-03-02", "2026-05-30", "points")


def test_arms_of_which_one_loses_visits_are_not_to_be_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of every second customer inside nothing comes: said, and the exit code says it, too."""
    path = pilot(tmp_path / "out.jsonl", points=0, lost=2)

    shown = call(monkeypatch, "effect", "--from", str(path))

    assert shown.exit_code == 1
    assert "The arms can't be compared: " in shown.stderr
    assert "enough to say" not in shown.stderr
    _, *lines = [line.split("\t") for line in shown.stdout.splitlines()]
    assert {line[-1] for line in lines} == {"not comparable"}


def test_where_nobody_was_drawn_there_is_nothing_to_compare(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    counted = {"site_id": "s1", "day": "2026-03-02", "arm": "LIVE", "region_id": "r"}
    path = written(tmp_path / "out.jsonl", [{**counted, "counts": {"visits_ended": 1}}])

    shown = call(monkeypatch, "effect", "--from", str(path))

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr.startswith("Nothing to compare: ")


def test_what_is_none_of_simulates_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("{}\n")

    shown = call(monkeypatch, "effect", "--from", str(path))

    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "line 1 is not what `simulate` writes" in shown.stderr
