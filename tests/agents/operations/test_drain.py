"""Which processes are workers, what speaks against a stop, and who has got what by it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.operations.status.handing_over import Had, had, hindrance, taken_over
from agents.operations.status.local_workers import (
    LocalWorker,
    chosen_of,
    runs_a_worker,
    snapshots_since,
    told,
    worker_of,
)
from streams.transport.groups import Group, Member

HERE = Path("/srv")


@pytest.mark.parametrize(
    ("command", "is_one"),
    [
        ("/opt/recourse/bin/python /opt/recourse/bin/recourse worker", True),
        ("python -m agents worker --stage desk", True),
        ("python /srv/agents/__main__.py worker", True),
        ("recourse worker", True),
        ("recourse status --worker worker", False),
        ("vim worker", False),
        ("recourse", False),
        ("other worker", False),
    ],
)
def test_a_worker_is_known_by_its_command_line(command: str, is_one: bool) -> None:
    assert runs_a_worker(command.split()) is is_one


def test_a_worker_is_what_its_command_line_and_environment_say() -> None:
    environment = {
        "RECOURSE_WORKER_NUMBER": "3",
        "RECOURSE_APPLICATION": "shop",
        "RECOURSE_STATE_DIR": "state",
        "RECOURSE_STATIC_MEMBERSHIP": "false",
    }
    found = worker_of(7, ["recourse", "worker", "--stage", "desk"], environment, HERE)

    assert (found.number, found.member("desk")) == (3, "shop-desk-3")
    assert (found.stages, found.state_dir) == (("desk",), HERE / "state")
    assert (found.keeps_its_place, found.session_ms) == (False, 10_000)


def test_the_command_line_goes_before_the_environment() -> None:
    arguments = ["recourse", "worker", "--worker-number=5"]

    assert worker_of(7, arguments, {"RECOURSE_WORKER_NUMBER": "3"}, HERE).number == 5
    assert worker_of(7, ["recourse", "worker"], {}, HERE).stages == (
        "customers",
        "desk",
        "insights",
    )


def a_worker(pid: int, number: int, servers: str) -> LocalWorker:
    environment = {
        "RECOURSE_BOOTSTRAP_SERVERS": servers,
        "RECOURSE_WORKER_NUMBER": str(number),
    }
    return worker_of(pid, ["recourse", "worker"], environment, HERE)


@pytest.mark.parametrize(
    ("number", "pid", "servers", "pids"),
    [
        (None, None, "b:9092", [3]),
        (None, None, "a:9092", [1, 2]),
        (1, None, "a:9092", [2]),
        (0, None, "b:9092", [3]),
        (0, None, None, [1, 3]),
        (None, None, "elsewhere:9092", [1, 2, 3]),
        (None, 1, "b:9092", [1]),
        (7, None, "b:9092", []),
    ],
)
def test_of_several_workers_those_of_the_given_kafka_are_meant(
    number: int | None, pid: int | None, servers: str | None, pids: list[int]
) -> None:
    every = [a_worker(1, 0, "a:9092"), a_worker(2, 1, "a:9092"), a_worker(3, 0, "b:9092")]

    assert [each.pid for each in chosen_of(every, number, pid, servers)] == pids


def test_the_only_worker_is_meant_whatever_its_kafka_is_called() -> None:
    only = a_worker(1, 0, "127.0.0.1:9092")

    assert chosen_of([only], None, None, "localhost:9092") == [only]


WORKER = worker_of(7, ["recourse", "worker", "--stage", "desk"], {}, HERE)


def a_group(*members: Member, state: str = "STABLE") -> dict[str, Group]:
    return {"recourse-desk": Group("recourse-desk", state, members)}


OWN, OTHER = Member("recourse-desk-0", "a", (0, 1)), Member("recourse-desk-1", "b", (2,))


def test_what_a_worker_has_is_by_its_name_or_all_where_it_is_alone() -> None:
    (named,) = had(WORKER, a_group(OWN, OTHER))
    (alone,) = had(WORKER, a_group(Member("id-4711", "a", (0, 1, 2))))
    (neither,) = had(WORKER, a_group(Member("id-1", "a", (0,)), OTHER))

    assert (named.numbers, named.others) == ((0, 1), 1)
    assert (alone.numbers, alone.others) == ((0, 1, 2), 0)
    assert (neither.numbers, neither.others) == ((), 2)


@pytest.mark.parametrize(
    ("groups", "for_good", "says"),
    [
        (a_group(OWN, OTHER), False, None),
        (a_group(OWN, OTHER), True, None),
        (a_group(OWN), False, None),
        (a_group(OWN), True, "no other worker is there to take over its 2 partitions"),
        (a_group(state="EMPTY"), True, None),
        (a_group(OWN, OTHER, state="COMPLETING_REBALANCE"), False, "its group moves"),
    ],
)
def test_a_stop_is_hindered_where_it_would_do_harm(
    groups: dict[str, Group], for_good: bool, says: str | None
) -> None:
    found = hindrance(WORKER, groups, for_good=for_good)

    assert found is None if says is None else says in (found or "")


@pytest.mark.parametrize(
    ("groups", "taken"),
    [
        (a_group(OTHER), None),
        (a_group(Member("recourse-desk-1", "b", (0, 1, 2)), state="PREPARING_REBALANCE"), None),
        (
            a_group(Member("recourse-desk-1", "b", (0, 2)), Member("recourse-desk-2", "c", (1,))),
            {"desk": {"recourse-desk-1": (0,), "recourse-desk-2": (1,)}},
        ),
    ],
)
def test_a_take_over_is_done_when_everything_has_an_owner(
    groups: dict[str, Group], taken: Any
) -> None:
    before = (Had(stage="desk", group="recourse-desk", numbers=(0, 1), others=1),)

    assert taken_over(before, groups) == taken


def test_an_end_is_seen_also_where_nobody_asks_for_the_exit_code(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    program = (
        "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); "
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    try:
        while not ready.exists():
            assert process.poll() is None
        worker = worker_of(process.pid, ["recourse", "worker"], {}, HERE)
        assert told(worker, 0, 0.2) is None
        assert told(worker, 15, 30) is not None
    finally:
        process.kill()
        process.wait()


def test_files_of_state_are_counted_from_the_stop_on(tmp_path: Path) -> None:
    worker = worker_of(1, ["recourse", "worker"], {"RECOURSE_STATE_DIR": str(tmp_path)}, HERE)
    (tmp_path / "recourse-desk-3.state").write_bytes(b"12345")
    (tmp_path / "other-desk-3.state").write_bytes(b"1")
    began = (tmp_path / "recourse-desk-3.state").stat().st_mtime

    assert snapshots_since(worker, began) == (1, 5)
    assert snapshots_since(worker, began + 1) == (0, 0)
    assert snapshots_since(_without_state(worker), began) == (0, 0)


def _without_state(worker: LocalWorker) -> LocalWorker:
    return worker_of(worker.pid, ["recourse", "worker"], {}, HERE)
