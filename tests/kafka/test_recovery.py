"""Restarts and hand-overs: what is kept is what a full restore would give."""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kafka.engine_kit import PARTITIONS, Kit, WorkerProcess, servers_of, wait_until

pytestmark = pytest.mark.kafka
OWNED = 'recourse_partitions_assigned{stage="counting"}'
ALL = list(range(PARTITIONS))


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"r{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    kit.write_reference()
    yield kit
    kit.close()


def said(worker: WorkerProcess, event: str, stage: str = "counting") -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in worker.said().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event and line.get("stage") == stage]


def run(kit: Kit, first: int, count: int, folder: Path) -> WorkerProcess:
    """A worker from its start to its planned stop, over so many records."""
    worker = kit.worker(stages="counting", state_dir=folder).wait_ready()
    kit.feed(first, count)
    kit.wait_handled()
    assert worker.terminate() == 0
    return worker


def test_a_planned_restart_goes_on_from_its_files_and_an_old_or_spoilt_one_changes_nothing(
    kit: Kit, tmp_path: Path
) -> None:
    folder, copy = tmp_path / "state", tmp_path / "copy"
    first = run(kit, 0, 1_000, folder)
    assert [line["partition"] for line in said(first, "snapshot_written")] == ALL
    shutil.copytree(folder, copy)
    second = run(kit, 1_000, 1_000, folder)
    (restored,) = said(second, "partitions_restored")
    assert restored["from_snapshot"] == ALL
    assert restored["records"] == 0

    # Files of the first stop: right, but old. One of them spoilt.
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    spoilt = sorted(folder.iterdir())[2]
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"\x00")
    third = run(kit, 2_000, 1_000, folder)
    (restored,) = said(third, "partitions_restored")
    assert restored["from_snapshot"] == [0, 1, 3]
    assert restored["records"] > 0
    (thrown,) = said(third, "snapshot_thrown_away")
    assert thrown["partition"] == 2

    assert kit.verdict(second=False).differences == []


def test_a_folder_that_cannot_be_written_harms_neither_stop_nor_data(
    kit: Kit, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    worker = run(kit, 0, 500, tmp_path / "file" / "state")

    assert {line["reason"] for line in said(worker, "snapshot_not_written")} == {"Not a directory"}
    assert kit.verdict(second=False).differences == []


def test_a_worker_keeps_its_state_while_another_joins_and_goes_for_good(
    kit: Kit, tmp_path: Path
) -> None:
    session = {"session_timeout_ms": 300_000}
    first = kit.worker(0, "counting", **session).wait_ready()
    kit.feed(0, 2_000)
    second = kit.worker(1, "counting", state_dir=tmp_path / "state", **session).wait_ready()
    wait_until("shared", lambda: first.metric(OWNED) == second.metric(OWNED) == 2)
    kit.feed(2_000, 2_000)
    kit.wait_handled()
    second.process.send_signal(signal.SIGUSR1)
    assert second.ended() == 0
    # Within the session time-out of a member with a place of its own: it said goodbye.
    wait_until("handed over", lambda: first.metric(OWNED) == PARTITIONS)
    kit.feed(4_000, 2_000)
    kit.wait_handled()
    assert first.terminate() == 0

    assert [len(line["partitions"]) for line in said(first, "partitions_kept")] == [2, 2]
    assert not (tmp_path / "state").exists()
    assert kit.verdict(second=False).differences == []
