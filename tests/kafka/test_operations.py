"""`recourse status`, `cases`, `doctor` and `drain` on a real Kafka with two workers.

One night is lived through once; each test looks at what an operator was shown of it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)
from typer.testing import CliRunner, Result

from agents.commands import app
from streams.broker import Broker
from streams.broker.guard import Guard
from streams.transport.kafka import admin

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[2]
CASES = 8
SECONDS = 60


class Shown(NamedTuple):
    """What a command said."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]


class Kafka(NamedTuple):
    servers: str
    guard: Guard


class Night(NamedTuple):
    """What was shown, in the order in which it happened."""

    before: Shown
    status: Shown
    plain: Shown
    cases: Shown
    of_a_site: Shown
    checked: Shown
    refused: Shown
    drained: Shown
    last: Shown
    came_back: Shown
    behind: Shown
    audited: Shown
    forbidden: Shown
    redriven: Shown


def call(environment: dict[str, str], *arguments: str) -> Shown:
    """A command in this process: starting another takes seconds."""
    clean = {name: None for name in os.environ if name.startswith("RECOURSE_")}
    argv, sys.argv = sys.argv, ["recourse", *arguments]
    try:
        done: Result = CliRunner().invoke(app, list(arguments), env={**clean, **environment})
    finally:
        sys.argv = argv
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Shown(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    broker = Broker(tmp_path_factory.mktemp("night") / "kafka")
    try:
        status = broker.start(owned=True, guarded=True)
        servers = status.bootstrap_servers
        done = call({}, "topics", "apply", "--access", "--bootstrap-servers", servers)
        assert done.code == 0, done
        yield Kafka(servers, broker.guard)
    finally:
        broker.stop(wipe=True)


class Crew:
    """The workers of the night, as a supervisor would start them."""

    def __init__(self, kafka: Kafka, folder: Path) -> None:
        self._kafka, self._folder = kafka, folder
        self.state = folder / "state"
        self._processes: list[subprocess.Popen[bytes]] = []

    def pid(self, number: int) -> str:
        """Named by its process: other workers may run on this machine."""
        return str(self._processes[number].pid)

    def start(self, number: int) -> str:
        """Starts one; gives its address."""
        log = self._folder / f"worker-{number}.log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "agents", "worker", "--worker-number", str(number)],
                env=clean
                | {
                    "RECOURSE_BOOTSTRAP_SERVERS": self._kafka.servers,
                    "RECOURSE_TICK_INTERVAL_MS": "500",
                    "RECOURSE_STATE_DIR": str(self.state),
                    "RECOURSE_LOG_FORMAT": "json",
                },
                cwd=ROOT,
                stdout=stream,
                stderr=stream,
            )
        self._processes.append(process)
        wait_until(lambda: "http_listening" in log.read_text(), log)
        line = next(each for each in log.read_text().splitlines() if "http_listening" in each)
        return f"127.0.0.1:{json.loads(line)['port']}"

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def wait_until(condition: Any, why: object = "") -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, f"it did not come so far: {why}"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def night(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("night")
    plain = {"RECOURSE_BOOTSTRAP_SERVERS": kafka.servers}
    crew = Crew(kafka, folder)
    try:
        yield live_through(kafka, plain, crew, folder)
    finally:
        crew.end()


def live_through(kafka: Kafka, plain: dict[str, str], crew: Crew, folder: Path) -> Night:
    before = call(plain, "status", "--json")
    for kind, file in (
        ("policy", "docs/examples/strict.yaml"),
        ("directory", "agents/reference_data/directories/demo.yaml"),
    ):
        assert call(plain, kind, "publish", str(ROOT / file)).code == 0
    addresses = [crew.start(number) for number in (0, 1)]
    workers = [part for address in addresses for part in ("--worker", address)]
    wait_until(lambda: call(plain, "status", *workers).code == 0)
    events = folder / "events.jsonl"
    events.write_text(presses(), encoding="utf-8")
    assert call(plain, "play", str(events), "--as-they-are").code == 0
    wait_until(lambda: len(call(plain, "cases").lines) == CASES)
    status = call(plain, "status", "--json", *workers)
    checked = call(kafka.guard.environment("operator"), "doctor", "--role", "operator", "--json")
    shown = [
        call(plain, "status", *workers),
        call(plain, "cases"),
        call(plain, "cases", "--site", "muenchen", "--json"),
    ]
    drained = call(plain, "drain", "1", "--pid", crew.pid(1), "--for-good", "--json")
    last = call(plain, "drain", "--pid", crew.pid(0), "--for-good")
    refused = call(plain, "drain", "7", "--pid", crew.pid(0))
    # What it took over a moment ago it must have restored, to leave it in files.
    wait_until(lambda: has(call(plain, "status", "--json", *workers[:2])) == [12, 12, 12])
    came_back = call(plain, "drain", "0", "--pid", crew.pid(0), "--json")
    assert call(plain, "play", str(events), "--as-they-are").code == 0
    behind = call(plain, "status", "--json")
    audited = call(kafka.guard.environment("auditor"), "audit", "--json")
    again = ("dead-letters", "redrive", "--all", "--yes")
    forbidden = call(kafka.guard.environment("operator"), *again)
    redriven = call(kafka.guard.environment("redriver"), *again)
    all_of_them, cases, of_a_site = shown
    return Night(
        before, status, all_of_them, cases, of_a_site, checked, refused, drained, last, came_back,
        behind, audited, forbidden, redriven,
    )  # fmt: skip


def test_the_auditor_reads_all_that_it_compares_with_no_right_to_write(night: Night) -> None:
    assert (night.audited.code, night.audited.error) in {(0, ""), (1, "")}
    assert night.audited.json["looked_at"]["cases"] == CASES


def test_a_redrive_is_the_redrivers_and_not_the_operators(night: Night) -> None:
    assert night.forbidden.code != 0
    assert night.forbidden.error.endswith("; the role redriver may (docs/security.md)\n")
    assert night.redriven.code == 0, night.redriven
    assert night.redriven.out.endswith("redriven.\n")


def has(status: Shown) -> list[int]:
    """How many partitions the one worker that was asked has, restored, by stage."""
    (worker,) = status.json["workers"]
    return list(worker["partitions"].values())


def presses() -> str:
    """Customers press the button now, at two sites; and an estimate that is none."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lines = [
        {
            "topic": "service.customer-responses",
            "value": {
                "event_id": f"press-{number}",
                "occurred_at": at,
                "customer_id": f"c-{number}",
                "visit_id": f"v-{number}",
                "vehicle_id": None,
                "site_id": "muenchen" if number < 3 else "columbus",
                "response": "REQUESTED",
                "subject": "NONE",
            },
        }
        for number in range(CASES)
    ]
    lines.append({"topic": "service.estimates", "value": {"event_id": "bad"}})
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_before_anybody_works_status_says_what_lacks(night: Night) -> None:
    assert night.before.code == 1
    assert night.before.json["unknown"] == []
    assert night.before.json["look_at"] == [
        "stage customers: no worker runs it",
        "stage desk: no worker runs it",
        "stage insights: no worker runs it",
        "no tick is there: no worker has run, or it may not write recourse.ticks",
        "no policy: publish one with `recourse policy publish FILE`",
    ]


def test_status_says_who_has_what_and_that_nothing_is_behind(night: Night) -> None:
    said = night.status.json

    assert (night.status.code, said["look_at"], said["unknown"]) == (0, [], [])
    for stage, name in zip(said["stages"], ("customers", "desk", "insights"), strict=True):
        assert {key: stage[key] for key in ("stage", "state", "partitions", "owned")} == {
            "stage": name,
            "state": "STABLE",
            "partitions": 12,
            "owned": 12,
        }
        # A tick may be on its way.
        assert {each["topic"] for each in stage["behind_by_partition"]} <= {"recourse.ticks"}
        assert [each["name"] for each in stage["members"]] == [
            f"recourse-{name}-0",
            f"recourse-{name}-1",
        ]
        assert sorted(n for each in stage["members"] for n in each["partitions"]) == [*range(12)]


def test_status_says_what_is_in_force_and_what_is_open(night: Night) -> None:
    said = night.status.json

    assert said["policy"]["version"] == "strict-2026"
    assert said["directory"]["sites"] == 13
    assert said["dead_letters"]["by_reason"] == {"UNREADABLE": 1}
    assert (said["cases"]["open"], said["cases"]["steps_since"]) == (CASES, None)
    assert said["cases"]["oldest_unacknowledged"] == said["cases"]["oldest_open"]
    assert said["last_tick"] is not None


def test_workers_say_their_version_and_what_they_have(night: Night) -> None:
    for worker in night.status.json["workers"]:
        assert (worker["problem"], worker["version"]) == (None, "0.1.0")
        assert worker["partitions"] == {"customers": 6, "desk": 6, "insights": 6}


def test_a_pipe_gets_plain_lines(night: Night) -> None:
    assert "\x1b" not in night.plain.out
    assert [row[1:5] for row in night.plain.lines if row[0] == "stage"] == [
        ["customers", "stable", "2", "12 of 12"],
        ["desk", "stable", "2", "12 of 12"],
        ["insights", "stable", "2", "12 of 12"],
    ]
    assert [row[0] for row in night.plain.lines].count("member") == 6


def test_cases_are_one_a_line_with_what_is_next(night: Night) -> None:
    assert {row[0] for row in night.cases.lines} == {f"v-{number}:1" for number in range(CASES)}
    assert {(row[3], row[7]) for row in night.cases.lines} == {("OPENED", "acknowledge")}
    here = [json.loads(line) for line in night.of_a_site.out.splitlines()]
    assert {each["case"] for each in here} == {"v-0:1", "v-1:1", "v-2:1"}
    assert "c-1" not in night.cases.out


def test_a_worker_drained_for_good_hands_over_at_once(night: Night) -> None:
    said = night.drained.json

    assert (night.drained.code, said["worker"], said["comes_back"]) == (0, 1, False)
    assert {stage: len(numbers) for stage, numbers in said["had"].items()} == {
        "customers": 6,
        "desk": 6,
        "insights": 6,
    }
    assert said["taken_over"] == {
        stage: {f"recourse-{stage}-0": numbers} for stage, numbers in said["had"].items()
    }


def test_the_last_worker_is_not_drained_for_good_unasked(night: Night) -> None:
    assert (night.last.code, night.last.out) == (1, "")
    assert night.last.error == (
        "Not stopped: stage customers: no other worker is there to take over its 12 partitions; "
        "--anyway stops it\n"
    )


def test_a_worker_that_is_not_there_is_named_among_those_that_are(night: Night) -> None:
    assert night.refused.code == 2
    assert night.refused.error == "No such worker runs here.\n"


def test_a_worker_that_comes_back_leaves_its_state_in_files(night: Night) -> None:
    said = night.came_back.json

    assert (night.came_back.code, said["comes_back"], said["taken_over"]) == (0, True, None)
    assert said["files"] == 36
    assert said["bytes"] > 0


def test_what_nobody_handles_is_behind(night: Night) -> None:
    stage = night.behind.json["stages"][0]
    waits = {each["topic"]: each["behind"] for each in stage["behind_by_partition"]}

    assert set(waits) >= {"service.customer-responses", "service.estimates"}
    assert all(each["waits_ms"] >= 0 for each in stage["behind_by_partition"])


def test_doctor_finds_nothing_to_fix_where_all_is_as_declared(night: Night) -> None:
    checks = [json.loads(line) for line in night.checked.out.splitlines()]

    assert night.checked.code == 0, checks
    assert {"kafka", "topics", "permissions", "policy", "state", "clock"} <= {
        each["area"] for each in checks if each["verdict"] == "ok"
    }


def fixes(shown: Shown) -> list[tuple[str, str, str]]:
    return [tuple(row[1:]) for row in shown.lines if row[0] == "fix"]  # type: ignore[misc]


def test_doctor_names_the_setting_for_each_way_to_be_turned_away(
    kafka: Kafka, tmp_path: Path
) -> None:
    right = kafka.guard.environment("worker")
    wrong = tmp_path / "password"
    wrong.write_text("wrong")
    other_ca = tmp_path / "ca.pem"
    other_ca.write_text(foreign_ca())
    cases = {
        "RECOURSE_SASL_USERNAME is 'worker'": right | {"RECOURSE_SASL_PASSWORD_FILE": str(wrong)},
        "RECOURSE_TLS_CA_FILE is": right | {"RECOURSE_TLS_CA_FILE": str(other_ca)},
        "RECOURSE_SECURITY_PROTOCOL is PLAINTEXT": {
            "RECOURSE_BOOTSTRAP_SERVERS": kafka.guard.bootstrap_servers
        },
        "RECOURSE_SECURITY_PROTOCOL is SASL_SSL": right
        | {"RECOURSE_BOOTSTRAP_SERVERS": kafka.servers},
        "RECOURSE_BOOTSTRAP_SERVERS is localhost:1": {"RECOURSE_BOOTSTRAP_SERVERS": "localhost:1"},
    }
    for begin, environment in cases.items():
        shown = call(environment, "doctor")
        found = [each for each in fixes(shown) if each[0] == "kafka"]
        assert (shown.code, len(found)) == (2, 1), shown
        assert found[0][1].startswith(begin), found


def test_what_doctor_takes_as_the_servers_both_clients_take(kafka: Kafka) -> None:
    plain = {"RECOURSE_BOOTSTRAP_SERVERS": f" PLAINTEXT://{kafka.servers}, "}
    right = kafka.guard.environment("worker")
    guarded = right | {
        "RECOURSE_BOOTSTRAP_SERVERS": f"SASL_SSL://{kafka.guard.bootstrap_servers}",
    }
    for environment in (plain, guarded):
        shown = call(environment, "doctor")
        found = [row[2] for row in shown.lines if row[:2] == ["ok", "kafka"]]
        assert len(found) == 2, shown
        assert "answers: 1 broker" in found[0]
        assert found[1] == "both of the worker's clients (librdkafka, aiokafka) connect"

    other = call(right | {"RECOURSE_BOOTSTRAP_SERVERS": f"PLAINTEXT://{kafka.servers}"}, "doctor")

    (said,) = [row for row in other.lines if row[0] == "fix"]
    assert said[2].endswith("which is SASL_SSL: must be the same, or host:port alone")
    assert said[3] == "a worker ends with 78 by it"


def foreign_ca() -> str:
    """A CA that vouches for others."""
    folder = Path(tempfile.mkdtemp())
    try:
        Guard(folder).prepare(1)
        return (folder / "ca.pem").read_text()
    finally:
        shutil.rmtree(folder)


def test_doctor_says_what_a_principal_may_not(kafka: Kafka) -> None:
    shown = call(kafka.guard.environment("consumer"), "doctor", "--role", "worker")
    lacking = {each[1] for each in fixes(shown) if each[0] == "permissions"}

    assert shown.code == 1
    assert "consumer may not write recourse.ticks" in lacking
    assert "consumer may not read service.estimates" in lacking
    assert "consumer may not be in the group recourse-doctor" in lacking
    assert "consumer may not have the transaction recourse-doctor" in lacking
    assert "consumer may not read recourse.escalations" not in lacking


def test_doctor_finds_a_topic_that_is_not_as_declared(kafka: Kafka) -> None:
    asked = admin(kafka.servers)
    set_retention(asked, "1000")
    try:
        shown = call({"RECOURSE_BOOTSTRAP_SERVERS": kafka.servers}, "doctor")
        found = [each for each in fixes(shown) if each[0] == "topics"]
    finally:
        set_retention(asked, "604800000")
    assert shown.code == 1
    assert found == [
        (
            "topics",
            "recourse.notices: retention.ms is 1000, declared is 604800000",
            "`recourse topics apply` sets it",
        )
    ]


def set_retention(asked: AdminClient, value: str) -> None:
    entry = ConfigEntry("retention.ms", value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, "recourse.notices", incremental_configs=[entry])
    for future in asked.incremental_alter_configs([resource]).values():
        future.result(30)
