"""`recourse causes`, as it is called, on lines that `simulate` reads and writes."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from agents.commands import app
from agents.core.calendar import DAY_MS
from agents.core.rfc3339 import text_of
from agents.records import codecs
from schemas.catalogue import TOPICS
from schemas.records import Disagreement, Rule
from tests.agents.causes.test_cases import found
from tests.bad_input.good import NOW, check_in

HERE = ("columbus", 60)
ELSEWHERE = ("miami", 240)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    return CliRunner().invoke(app, list(arguments))


def line(topic: str, record: msgspec.Struct, at: int) -> str:
    assert topic in TOPICS
    return json.dumps({"topic": topic, "at": text_of(at), "value": codecs.to_json(topic, record)})


def network(path: Path, *, planted: int) -> Path:
    """Two sites whose customers request a manager now and then; one has so many cases more."""
    lines = list[str]()
    number = 0
    for site_id, visits in (HERE, ELSEWHERE):
        for visit in range(visits):
            number += 1
            at = NOW + visit % 20 * DAY_MS
            who = f"c{number}"
            begun = check_in(who, at, site_id=site_id)
            lines.append(line("service.check-ins", begun, at))
            if visit < (2 if site_id == "miami" else planted):
                lines.append(line("recourse.disagreements", request(who, site_id, at), at))
    path.write_text("\n".join(lines))
    return path


def request(who: str, site_id: str, at: int) -> Disagreement:
    return found(
        Rule.REQUESTED_BY_CUSTOMER,
        at,
        disagreement_id=f"{who}-v1:REQUESTED_BY_CUSTOMER:1",
        visit_id=f"{who}-v1",
        customer_id=who,
        site_id=site_id,
    )


def test_a_cause_that_is_more_frequent_at_a_site_stands_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = network(tmp_path / "made.jsonl", planted=20)

    shown = call(monkeypatch, "causes", "--from", str(path))

    assert shown.exit_code == 0, shown.output
    titles, first, second = [each.split("\t") for each in shown.stdout.splitlines()]
    assert titles == [
        "site", "rule", "code", "reason", "operation", "cases", "per 1,000", "from", "to",
        "elsewhere", "upheld", "hours", "acts", "avoidable by", "so far", "example",
    ]  # fmt: skip
    assert (first[0], first[1], first[5], first[14]) == (
        "columbus", "REQUESTED_BY_CUSTOMER", "20", "stands out",
    )  # fmt: skip
    assert (second[0], second[5], second[14]) == ("miami", "2", "")
    counted, sentence = shown.stderr.splitlines()
    assert counted == (
        "22 cases by cause, in 300 visits that began from 2026-03-02 to 2026-03-21, at 2 sites."
    )
    assert sentence.startswith("columbus: REQUESTED_BY_CUSTOMER stands out with ")
    assert sentence.endswith("in 1,000 visits, elsewhere 8.3. An example: recourse explain "
                             "c20-v1:REQUESTED_BY_CUSTOMER:1")  # fmt: skip


def test_where_nothing_stands_out_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = network(tmp_path / "made.jsonl", planted=1)

    shown = call(monkeypatch, "causes", "--from", str(path))

    assert shown.stderr.splitlines()[1] == (
        "No cause stands out: none is at a site more than 1.5 times as frequent as elsewhere, as "
        "far as can be said by now."
    )


def test_machines_get_all_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = network(tmp_path / "made.jsonl", planted=20)

    shown = call(monkeypatch, "causes", "--from", str(path), "--json", "--site", "columbus")

    (only,) = [json.loads(each) for each in shown.stdout.splitlines()]
    assert 0 < only.pop("low") < only.pop("rate") < only.pop("high")
    assert only == {
        "site": "columbus", "rule": "REQUESTED_BY_CUSTOMER", "code": None, "reason": None,
        "operation": None, "cases": 20, "visits": 60, "counted": 333.3333, "elsewhere": 8.3333,
        "stands_out": True, "decided": 0, "upheld": 0, "hours_median": None, "hours_sum": 0,
        "contacts": 0, "acts": 0, "avoidable_by": {},
        "example": "c20-v1:REQUESTED_BY_CUSTOMER:1",
        "since": "2026-03-02", "until": "2026-03-21",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (["--rule", "REQUESTED_BY_CUSTOMER"], 2),
        (["--rule", "SILENCE_NO_WORD"], 0),
        (["--code", "P1"], 0),
        (["--site", "miami", "--site", "columbus"], 2),
        (["--since", "2026-03-03"], 2),
        (["--since", "2026-03-04"], 1),
    ],
)
def test_what_is_shown_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: list[str], left: int
) -> None:
    path = network(tmp_path / "made.jsonl", planted=20)
    shown = call(monkeypatch, "causes", "--from", str(path), "--json", *asked)
    assert (shown.exit_code, len(shown.stdout.splitlines())) == (0, left)


def test_columns_of_what_is_not_looked_at_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = network(tmp_path / "made.jsonl", planted=20)
    shown = call(monkeypatch, "causes", "--from", str(path), "--by", "rule", "--top", "1")
    titles, only = [each.split("\t") for each in shown.stdout.splitlines()]
    assert titles[:3] == ["site", "rule", "cases"]
    assert only[:3] == ["columbus", "REQUESTED_BY_CUSTOMER", "20"]
    assert shown.stderr.splitlines()[-1] == "1 more line: --top, --site, --rule or --json."


def test_nothing_is_said_of_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    path.write_text("\n")
    shown = call(monkeypatch, "causes", "--from", str(path))
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == "Nothing to say: no visit has begun yet.\n"


@pytest.mark.parametrize("text", ["{}", "no JSON"])
def test_what_is_none_of_simulates_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "made.jsonl"
    path.write_text(f"\n{text}\n")
    shown = call(monkeypatch, "causes", "--from", str(path))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr.startswith("line 2 is none that `simulate` reads or writes: ")


def test_a_record_that_the_pipeline_cannot_use_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = network(tmp_path / "made.jsonl", planted=1)
    bad = {"topic": "service.check-ins", "value": {"visit_id": "v"}, "arrived_at": text_of(NOW)}
    gone = {"topic": "service.check-ins", "value": None}
    path.write_text(f"{path.read_text()}\n{json.dumps(bad)}\n{json.dumps(gone)}\n")
    shown = call(monkeypatch, "causes", "--from", str(path))
    assert shown.exit_code == 0
    assert "3 cases by cause, in 300 visits" in shown.stderr


def test_a_day_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = network(tmp_path / "made.jsonl", planted=1)
    shown = call(monkeypatch, "causes", "--from", str(path), "--since", "spring")
    assert shown.exit_code == 2
    assert "'spring' is no day: must be as 2026-04-01" in " ".join(shown.stderr.split())


def test_a_kafka_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.transport.kafka.PATIENCE_SECONDS", 0.2)
    shown = call(monkeypatch, "causes", "--bootstrap-servers", "localhost:1")
    assert shown.exit_code == 2
    assert "Kafka at localhost:1 can't be asked: " in shown.stderr
