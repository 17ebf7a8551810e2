"""`recourse simulate`: lines in, lines out, time that moves by itself."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from msgspec import Struct
from typer.testing import CliRunner

from agents.commands.simulation.simulate import simulate
from agents.core.handling import Arrived, Handled, Output, Turns
from agents.core.rfc3339 import milliseconds
from agents.core.world import World
from agents.pipeline.processor import TICKS, StageProcessor
from agents.pipeline.stage_core import Core
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from agents.simulation.simulate import JSON, Simulation, lines_of
from schemas.records import Action, CheckIn, Outcome, OutcomeStatus
from streams.topology import Stage

MINUTE = 60_000


class Alarm(Struct, frozen=True, kw_only=True):
    """The state of a toy stage: an alarm set by a check-in, that goes off a minute later."""

    key: str
    due: int


class Alarms:
    def __init__(self) -> None:
        self.records: dict[str, Alarm] = {}

    def apply(self, changed: dict[str, Alarm | None]) -> None:
        for key, record in changed.items():
            if record is None:
                del self.records[key]
            else:
                self.records[key] = record


def told(visit_id: str, at: int) -> Output:
    return Output(
        topic="recourse.outcomes",
        record=Outcome(
            escalation_id=f"{visit_id}:1",
            visit_id=visit_id,
            customer_id="c1",
            occurred_at=at,
            status=OutcomeStatus.WITHDRAWN,
            on_appeal=False,
        ),
    )


def first(partition: Alarms, arrived: Arrived, world: World) -> Handled[Alarm]:
    del partition
    record = arrived.record
    if isinstance(record, Outcome):
        return Handled()
    assert isinstance(record, CheckIn)
    if record.visit_id == "fails":
        raise KeyError(record.visit_id)
    alarm = Alarm(key=record.visit_id, due=world.now + MINUTE)
    return Handled(changed={record.visit_id: alarm}, outputs=(told(record.visit_id, world.now),))


def first_time(partition: Alarms, world: World, aside: object) -> Turns[Handled[Alarm]]:
    del aside
    yield
    due = sorted(
        (each.due, key) for key, each in partition.records.items() if each.due <= world.now
    )
    if any(key == "stuck" for _, key in due):
        raise KeyError("stuck")
    return Handled(
        changed={key: None for _, key in due},
        outputs=tuple(told(f"{key}-rang", at) for at, key in due),
    )


def second_time(*_: object) -> Turns[Handled[Alarm]]:
    yield
    return Handled()


def second(partition: Alarms, arrived: Arrived, world: World) -> Handled[Alarm]:
    del partition
    assert isinstance(arrived.record, Outcome | Action)
    if isinstance(arrived.record, Outcome) and arrived.record.visit_id.endswith("seen"):
        return Handled()
    return Handled(outputs=(told(f"{world.policy.version}-seen", world.now),))


def stage(name: str, core: Core[Alarm], inputs: tuple[str, ...]) -> Stage:
    return Stage(
        name=name,
        inputs=inputs,
        tick_topic=TICKS,
        changelog="unused",
        processor=lambda _: StageProcessor(name, core, wire=JSON),
    )


PIPELINE = (
    stage(
        "first",
        Core(
            record=Alarm,
            partition=Alarms,
            handle=first,
            handle_time=first_time,
            next_due=lambda partition, _: min(
                (each.due for each in partition.records.values()), default=None
            ),
            whose=lambda _: None,
        ),
        ("service.check-ins",),
    ),
    stage(
        "second",
        Core(
            record=Alarm,
            partition=Alarms,
            handle=second,
            handle_time=second_time,
            next_due=lambda _partition, _world: None,
            whose=lambda _: None,
        ),
        ("recourse.outcomes",),
    ),
)


def check_in(visit_id: str, at: str, **more: Any) -> dict[str, Any]:
    value = {
        "event_id": f"{visit_id}-in",
        "occurred_at": at,
        "customer_id": "c1",
        "visit_id": visit_id,
        "vehicle_id": "car1",
        "site_id": "columbus",
        "language": "en",
        "channels": ["SMS"],
        "symptoms": [],
    }
    return {"topic": "service.check-ins", "value": value} | more


def run(*lines: dict[str, Any] | str) -> list[tuple[str, str, str]]:
    """What comes out: topic, what it is about, and when."""
    texts = [(each if isinstance(each, str) else json.dumps(each)).encode() for each in lines]
    simulation = Simulation(reference_of(default_policy(), demo_directory()), PIPELINE)
    found = []
    for written in simulation.run(lines_of(texts)):
        for each in written:
            value = json.loads(bytes(each.value))
            about = value.get("visit_id") or f"{value['reason']} {value['topic']}"
            found.append((each.topic.removeprefix("recourse."), about, each.at))
    return found


def test_what_a_stage_writes_is_handled_by_the_next_before_the_next_line() -> None:
    assert run(check_in("v1", "2026-03-02T09:00:00Z"), check_in("v2", "2026-03-02T09:00:01Z")) == [
        ("outcomes", "v1", "2026-03-02T09:00:00Z"),
        ("outcomes", "default-seen", "2026-03-02T09:00:00Z"),
        ("outcomes", "v2", "2026-03-02T09:00:01Z"),
        ("outcomes", "default-seen", "2026-03-02T09:00:01Z"),
    ]


def test_time_moves_by_itself_and_what_is_due_comes_after_the_lines_of_its_moment() -> None:
    assert [
        (about, at[11:])
        for _, about, at in run(
            check_in("v1", "2026-03-02T09:00:00Z"),
            check_in("v2", "2026-03-02T09:01:00Z"),
            check_in("v3", "2026-03-02T09:02:30Z"),
        )
        if not about.endswith("seen")
    ] == [
        ("v1", "09:00:00Z"),
        ("v2", "09:01:00Z"),
        ("v1-rang", "09:01:00Z"),
        ("v2-rang", "09:02:00Z"),
        ("v3", "09:02:30Z"),
    ]


def test_what_is_due_at_the_last_lines_time_is_still_made() -> None:
    assert [
        about
        for _, about, _ in run(
            check_in("v1", "2026-03-02T09:00:00Z"), check_in("v2", "2026-03-02T09:01:00Z")
        )
    ][-2:] == ["v1-rang", "default-seen"]


def test_a_tick_moves_time() -> None:
    tick = {"topic": TICKS, "value": {"now": "2026-03-02T09:05:00Z"}}

    assert run(check_in("v1", "2026-03-02T09:00:00Z"), tick)[2:] == [
        ("outcomes", "v1-rang", "2026-03-02T09:01:00Z"),
        ("outcomes", "default-seen", "2026-03-02T09:01:00Z"),
    ]


def test_lines_are_sorted_by_arrival_and_equal_ones_stay_in_order() -> None:
    assert [
        about
        for _, about, _ in run(
            check_in("v3", "2026-03-02T09:00:00Z", arrived_at="2026-03-02T09:00:10Z"),
            check_in("v1", "2026-03-02T09:00:05Z"),
            check_in("v2", "2026-03-02T09:00:05Z"),
        )
        if not about.endswith("seen")
    ] == ["v1", "v2", "v3"]


def test_what_cannot_be_used_is_a_dead_letter_at_the_time_of_the_line_before() -> None:
    found = run(
        check_in("v1", "2026-03-02T09:00:00Z"),
        "no json",
        "[1]",
        '{"value": {}}',
        {"topic": "service.nothing", "value": {}},
        {"topic": "service.check-ins", "value": {"customer_id": "c1"}},
        check_in("v2", "2026-03-02T09:00:00Z", key="c2"),
        check_in("v2", "2026-03-02T09:00:00Z", arrived_at="soon"),
        check_in("fails", "2026-03-02T09:00:00Z"),
        {"topic": "recourse.policies", "value": {"version": "v2", "throttle": {"limmit": 1}}},
        {"topic": ["x"], "value": None},
    )

    assert found[2:] == [
        ("dead-letters", "UNREADABLE ", "2026-03-02T09:00:00Z"),
        ("dead-letters", "INVALID ", "2026-03-02T09:00:00Z"),
        ("dead-letters", "INVALID ", "2026-03-02T09:00:00Z"),
        ("service.dead-letters", "INVALID service.nothing", "2026-03-02T09:00:00Z"),
        ("service.dead-letters", "INVALID service.check-ins", "2026-03-02T09:00:00Z"),
        ("service.dead-letters", "INVALID service.check-ins", "2026-03-02T09:00:00Z"),
        ("service.dead-letters", "INVALID service.check-ins", "2026-03-02T09:00:00Z"),
        ("service.dead-letters", "FAILED service.check-ins", "2026-03-02T09:00:00Z"),
        ("dead-letters", "INVALID recourse.policies", "2026-03-02T09:00:00Z"),
        ("dead-letters", "INVALID ", "2026-03-02T09:00:00Z"),
    ]


DEEP = "[" * 200_000


@pytest.mark.parametrize(
    ("line", "reason", "topic", "detail"),
    [
        (DEEP, "UNREADABLE", "", "JSON that is nested too deep to be read"),
        (f'{{"topic": "service.check-ins", "value": {DEEP}', "UNREADABLE", "", "nested too deep"),
        ('{"topic": "service.check-ins", "value": {"total": NaN}}', "UNREADABLE", "", "not JSON"),
        ("null", "INVALID", "", "a line must be an object"),
        ({"topic": TICKS, "value": {"now": "noon"}}, "INVALID", TICKS, "Tick: now is 'noon': must"),
        ({"topic": TICKS, "value": {}}, "INVALID", TICKS, "Tick: now is missing"),
        ({"topic": TICKS}, "INVALID", TICKS, "Tick: it is null: must be an object"),
        (
            check_in("v1", "2026-03-02T09:00:00"),
            "INVALID",
            "service.check-ins",
            (
                "CheckIn: occurred_at is '2026-03-02T09:00:00': must be a time of RFC 3339 "
                "with its offset from UTC, such as 2026-03-02T09:00:00Z"
            ),
        ),
        ({"topic": "directory.sites", "value": None}, "INVALID", "directory.sites", "no key"),
    ],
)
def test_a_dead_line_says_what_would_be_right(
    line: dict[str, Any] | str, reason: str, topic: str, detail: str
) -> None:
    text = line if isinstance(line, str) else json.dumps(line)
    simulation = Simulation(reference_of(default_policy(), demo_directory()))
    (written,) = [each for batch in simulation.run(lines_of([text.encode()])) for each in batch]
    value = json.loads(bytes(written.value))

    assert (value["reason"], value["topic"]) == (reason, topic)
    service = topic.startswith("service.")
    assert written.topic == ("service.dead-letters" if service else "recourse.dead-letters")
    assert detail in value["detail"]


@pytest.mark.parametrize(
    "more", [{"key": None}, {"arrived_at": None}, {"key": None, "arrived_at": None}, {"key": "c1"}]
)
def test_key_and_arrival_that_are_null_are_those_of_the_value(more: dict[str, Any]) -> None:
    assert run(check_in("v1", "2026-03-02T09:00:00Z", **more)) == [
        ("outcomes", "v1", "2026-03-02T09:00:00Z"),
        ("outcomes", "default-seen", "2026-03-02T09:00:00Z"),
    ]


@pytest.mark.parametrize(
    "text",
    ["2026-03-02T09:00:00z", "2026-03-02t09:00:00Z", "2026-03-02T10:00:00+01:00"],
)
def test_times_are_any_that_rfc_3339_allows(text: str) -> None:
    assert run(check_in("v1", text))[0] == ("outcomes", "v1", "2026-03-02T09:00:00Z")


def test_what_fails_when_time_acts_is_a_dead_letter_once_and_time_goes_on() -> None:
    found = run(check_in("stuck", "2026-03-02T09:00:00Z"), check_in("v2", "2026-03-02T09:03:00Z"))

    assert [(topic, about) for topic, about, _ in found if not about.endswith("seen")] == [
        ("outcomes", "stuck"),
        ("dead-letters", f"FAILED {TICKS}"),
        ("outcomes", "v2"),
    ]


def test_a_policy_of_the_file_is_in_force_from_its_line_on() -> None:
    policy = {
        "topic": "recourse.policies",
        "value": {"version": "v2"},
        "arrived_at": "2026-03-02T09:00:30Z",
    }

    assert [
        about
        for _, about, _ in run(
            check_in("v1", "2026-03-02T09:00:00Z"), policy, check_in("v2", "2026-03-02T09:00:40Z")
        )
        if about.endswith("seen")
    ] == ["default-seen", "v2-seen"]


def test_a_topic_that_no_stage_reads_is_passed_over() -> None:
    line = {
        "topic": "recourse.insights",
        "value": {"region_id": "r1"},
        "arrived_at": "2026-03-02T09:00:00Z",
    }

    assert run(line) == []


def test_the_same_file_gives_the_same_lines() -> None:
    lines = [check_in(f"v{n}", f"2026-03-02T09:0{n}:00Z") for n in range(5)]

    assert run(*lines) == run(*lines)


app = typer.Typer()
app.command()(simulate)


def test_the_command_writes_lines_to_a_file(tmp_path: Path) -> None:
    events, out = tmp_path / "events.jsonl", tmp_path / "out.jsonl"
    events.write_text("no json\n")
    result = CliRunner().invoke(app, [str(events), "--out", str(out)])

    assert (result.exit_code, result.stdout) == (0, "")
    (line,) = out.read_text().splitlines()
    assert json.loads(line).keys() == {"topic", "key", "value", "at"}
    assert milliseconds(json.loads(line)["at"]) == 0


def test_a_file_that_is_not_there_is_one_sentence_and_exit_1(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    result = CliRunner().invoke(app, [str(path)])

    assert result.exit_code == 1
    assert result.stderr == f"{path} can't be read: No such file or directory\n"


def test_a_policy_that_is_not_right_is_said_and_exit_1(tmp_path: Path) -> None:
    events, policy = tmp_path / "events.jsonl", tmp_path / "policy.yaml"
    events.write_text("")
    policy.write_text("throttle: {limmit: 1}\n")
    result = CliRunner().invoke(app, [str(events), "--policy", str(policy)])

    assert result.exit_code == 1
    assert result.stderr == f"{policy}:1: throttle.limmit is unknown: did you mean limit?\n"


def test_a_directory_file_may_name_sites_that_the_events_declare(tmp_path: Path) -> None:
    events, directory = tmp_path / "events.jsonl", tmp_path / "directory.json"
    events.write_text("")
    ann = {
        "manager_id": "ann",
        "name": "Ann",
        "tier": "LOCAL",
        "site_ids": ["later"],
        "languages": ["en"],
        "shifts": [],
        "time_zone": "UTC",
    }
    directory.write_text(json.dumps({"sites": [], "managers": [ann]}))
    result = CliRunner().invoke(app, [str(events), "--directory", str(directory)])

    assert (result.exit_code, result.stderr) == (0, "")
