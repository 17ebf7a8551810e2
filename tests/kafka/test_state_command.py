"""`recourse state`: what it shows of a refused start, and that its ways out lead out."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner

from agents.commands import app
from agents.commands.running import state
from agents.operations.doctor.check_state import state_checks
from agents.operations.doctor.checks import Verdict
from streams.transport.kafka import topic_ends
from tests.kafka.engine_kit import PARTITIONS, Kit, servers_of, wait_until
from tests.kafka.test_beginning import (
    COUNT,
    allow_cut,
    committed,
    counts,
    cut,
    live,
    once_each,
    refused,
    said,
    set_offsets,
    worker,
)

pytestmark = pytest.mark.kafka


class Done(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture(name="kit")
def _kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"state-{time.monotonic_ns()}", tmp_path)
    kit.create_topics()
    kit.write_reference()
    yield kit
    kit.close()


@pytest.fixture(name="command")
def _command(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`recourse state ...`, of the toy's stage."""
    monkeypatch.setattr(state, "_STAGES", {"counting": kit.toy.stage})
    monkeypatch.setenv("RECOURSE_APPLICATION", kit.toy.prefix)

    def call(*arguments: str, servers: str = kit.servers) -> Done:
        monkeypatch.setattr(sys, "argv", ["recourse", "state", *arguments])
        environment = {"RECOURSE_BOOTSTRAP_SERVERS": servers}
        done = CliRunner().invoke(app, ["state", *arguments], env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return call


def test_offsets_that_have_jumped_ahead_are_shown_and_put_back(kit: Kit, command: Command) -> None:
    live(kit)
    kit.feed(COUNT, COUNT)
    place = (kit.toy.left, 1)
    was, end = committed(kit)[place], topic_ends(kit.admin, [place])[place]
    set_offsets(kit, {place: end})

    shown = command("show", "--json", "--partition", "1")
    [told] = [json.loads(line) for line in shown.out.splitlines()]
    assert shown.code == 1
    assert (told["partition"], told["begins"], len(told["why_not"])) == (1, False, 1)
    assert told["topics"][kit.toy.left] == {"state": was, "group": end, "verdict": "group_ahead"}
    in_lines = command("show")
    assert in_lines.code == 1
    assert f"{kit.toy.left}[1]\t{was}\t{end}\tgroup_ahead" in in_lines.out.splitlines()
    assert in_lines.out.splitlines()[-1].endswith("keys; 1 would not begin.")

    checks = list(state_checks(kit.toy.stage, kit.toy.prefix, kit.servers))
    assert [(each.verdict, each.found.partition(":")[0]) for each in checks] == [
        (Verdict.FIX, "stage counting"),
    ]  # fmt: skip
    assert f"committed offset {end} of {kit.toy.left}[1]" in checks[0].found

    back = command("reset-offsets", "counting", "--every-partition", "--yes")
    assert (back.code, back.out.splitlines()[-1]) == (
        0, f"1 offsets of group {kit.toy.prefix}-counting are what its changelog says.",
    )  # fmt: skip
    assert command("show").code == 0
    assert [each.found for each in state_checks(kit.toy.stage, kit.toy.prefix, kit.servers)] == [
        f"stage counting: {PARTITIONS} partitions fit their offsets"
    ]
    live(kit, COUNT, 2 * COUNT)
    assert counts(kit) == once_each(3 * COUNT)


def test_a_changelog_that_lost_everything_is_accepted_once(kit: Kit, command: Command) -> None:
    live(kit)
    at = committed(kit)
    allow_cut(kit)
    cut(kit, 2, -1)
    assert "the changelog has lost its records" in refused(worker(kit))
    checks = list(state_checks(kit.toy.stage, kit.toy.prefix, kit.servers))
    assert [each.verdict for each in checks] == [Verdict.FIX]

    done = command("accept", "counting", "--partition", "2", "--yes")

    assert done.code == 0, done
    assert done.out.splitlines()[-1] == "1 partitions of stage counting are accepted as they are."
    assert "the changelog has lost its records" in done.err
    assert committed(kit) == at
    live(kit, COUNT, COUNT)
    live(kit, COUNT, 2 * COUNT)  # and it stays accepted
    assert counts(kit) == once_each(3 * COUNT)


def test_what_was_skipped_on_purpose_is_skipped(kit: Kit, command: Command) -> None:
    live(kit)
    kit.feed(COUNT, COUNT)
    assert command("accept", "counting", "--every-partition", "--begin", "end", "--yes").code == 0
    live(kit, COUNT, 2 * COUNT)

    numbers = [*range(COUNT), *range(2 * COUNT, 3 * COUNT)]
    assert counts(kit) == {str(number): 1 for number in numbers}


def test_a_record_of_somebody_else_is_taken_away_and_one_of_ours_is_not(
    kit: Kit, command: Command
) -> None:
    live(kit)
    producer = Producer({"bootstrap.servers": kit.servers})
    offsets: list[int | None] = []
    producer.produce(
        kit.toy.changelog, b"x", b"\xff\xfe", 3,
        on_delivery=lambda _, message: offsets.append(message.offset()),
    )  # fmt: skip
    producer.flush(10)
    assert "has a key that is no text" in refused(worker(kit))
    assert command("show").code == 1

    ours = command("remove", "counting", "--partition", "3", "--offset", "0", "--yes")
    nothing = command("remove", "counting", "--partition", "3", "--offset", "9999999", "--yes")
    theirs = command("remove", "counting", "--partition", "3", "--offset", str(*offsets), "--yes")

    assert (ours.code, "it is state, and stays" in ours.err) == (1, True)
    assert (nothing.code, "has no record with a value" in nothing.err) == (1, True)
    assert theirs.code == 0, theirs
    live(kit, COUNT, COUNT)
    assert counts(kit) == once_each(2 * COUNT)


def test_while_a_worker_runs_nothing_is_set(kit: Kit, command: Command) -> None:
    running = worker(kit).wait_ready()
    kit.feed(0, COUNT)
    kit.wait_handled()
    before = committed(kit)

    done = command("accept", "counting", "--every-partition", "--begin", "first", "--yes")

    assert done.code == 1
    assert "stop its workers first" in done.err
    wait_until("it goes on", lambda: committed(kit) != before)  # ticks
    assert running.terminate() == 0
    assert said(running, "stage_failed") == []
    assert counts(kit) == once_each(COUNT)


def test_a_kafka_that_is_away_is_said_in_time(command: Command) -> None:
    began = time.monotonic()

    done = command("show", servers="127.0.0.1:1")

    assert done.code == 2
    assert done.err
    assert time.monotonic() - began < 60


def test_which_partitions_must_be_said(command: Command) -> None:
    assert command("accept", "counting", "--yes").code == 2
    assert command("accept", "none", "--every-partition", "--yes").code == 2
    assert PARTITIONS > 1
