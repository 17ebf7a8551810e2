"""A replay reads from an archive what it reads from lines, all at once or share by share."""

import json
from pathlib import Path

import msgspec
import pytest

from agents.core.pseudonyms import PLAIN_IDS
from agents.operations.archive.batch import Batch
from agents.operations.archive.stores import FolderStore
from agents.operations.archive.writer import Archive
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.simulation.archived_past import ArchivedPast
from agents.simulation.replay.durations import typical_durations
from agents.simulation.replay.recording import DISAGREEMENTS
from agents.simulation.replay.report import Report, report
from agents.simulation.replay.shards import Question, replayed
from agents.simulation.replay.totals import Totals
from streams.topology import Message
from streams.transport.placing import partition_of
from tests.agents.archive.kit import CUSTOMER, NOW, messages
from tests.agents.replay.small_past import POLICY
from tests.agents.replay.test_policies import asked, policy
from tests.agents.replay.test_replay_command import call

PARTITIONS = 12


def _reference() -> list[Message]:
    """The policy and the directory as they were published before all of it."""
    found = [("recourse.policies", POLICY.version, POLICY.model_dump_json(by_alias=True).encode())]
    directory = demo_directory()
    for topic, entries in (
        ("directory.sites", directory.sites),
        ("directory.managers", directory.managers),
    ):
        found += [(topic, key, codecs.encode(topic, each)) for key, each in entries.items()]
    return [
        Message(topic, 0, number, 1, key.encode(), value)
        for number, (topic, key, value) in enumerate(found)
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small past in an archive, with the partitions that Kafka gives it."""
    folder = tmp_path_factory.mktemp("past") / "archive"
    archive = Archive.taken_over(FolderStore(folder), "life")
    batch = Batch(codecs.PLAIN)
    for number in range(PARTITIONS):
        batch.passed(DISAGREEMENTS, number, 0)
    for number, each in enumerate((*_reference(), *messages())):
        key = each.key or b""
        partition = 0 if each.timestamp == 1 else partition_of(key, PARTITIONS)
        batch.take(each._replace(partition=partition, offset=number))
    archive.write(batch.tables(), batch.positions, NOW)
    archive.close()
    return folder


def _asked(past: ArchivedPast) -> Report:
    totals = Totals()
    for shard in past.shards():
        recording = past.recording(shard)
        if recording.last_at is None:
            continue
        question = Question(
            recording=recording,
            policies={"other": recording.timeline.with_policy(policy({"throttle.limit": 2}), 0)},
            since=0,
            until=recording.last_at,
            took_ms=typical_durations(recording),
            samples=2,
        )
        totals.add(replayed(question, 1))
    return report(totals)


@pytest.mark.parametrize("rows_at_once", [1_000_000, 40, 1])
def test_an_archive_says_what_lines_say(place: Path, rows_at_once: int) -> None:
    expected = asked({"other": policy({"throttle.limit": 2})})
    renamed = msgspec.json.encode(expected).replace(b'"asks', b'"' + CUSTOMER.encode())

    past = ArchivedPast(str(place), PLAIN_IDS, rows_at_once)

    assert len(past.shards()) == {1_000_000: 1, 40: 2, 1: PARTITIONS}[rows_at_once]
    found = _asked(past)
    assert (found.recorded, found.equal, found.failed) == (12, 12, 0)
    assert _without_samples(msgspec.json.encode(found)) == _without_samples(renamed)


def _without_samples(text: bytes) -> object:
    """Which examples are shown, and in which order, follows from ids; one is another here."""
    told = json.loads(text)
    for each in told["effects"]:
        each["samples"] = len(each["samples"])
        each["refused"] = sorted(one["visit_id"] for one in each["refused"])
    return told


def test_the_command_reads_a_folder(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    result = call(
        monkeypatch, "--from", str(place), "--sweep", "throttle.limit=2", "--workers", "1", "--json"
    )

    told = json.loads(result.stdout)
    assert (told["recorded"], told["equal"], told["effects"][0]["cases_after"]) == (12, 12, [6, 6])
    assert result.exit_code == 1  # an upheld case would be refused


def test_a_folder_without_an_archive_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = call(monkeypatch, "--from", str(tmp_path), "--sweep", "throttle.limit=2")

    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}: there is no archive\n")
