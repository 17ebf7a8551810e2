"""`recourse archive` on a real Kafka, killed with -9 again and again: each record is there once."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest
from confluent_kafka import Producer

from agents.operations.archive.columns import records_in, table_in
from agents.operations.archive.manifest import Manifest
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import PLAIN
from schemas.catalogue import TOPICS
from schemas.records import Erasure
from streams.broker import Broker, Status
from streams.topology import Message
from streams.transport.kafka import Transactions, Write, admin
from streams.transport.reading import read_all
from streams.transport.topics import declare
from tests.agents.archive.kit import CUSTOMER, messages

pytestmark = pytest.mark.kafka
KILLS = 3
SECONDS = 300


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Status]:
    broker = Broker(tmp_path_factory.mktemp("archive") / "kafka")
    try:
        yield broker.start(owned=True)
    finally:
        broker.stop(wipe=True)


@pytest.fixture(scope="module")
def archived(kafka: Status, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small past that came while the archive was killed, and then read to its end."""
    declare(admin(kafka.bootstrap_servers), topic_specs())
    place = tmp_path_factory.mktemp("kept") / "archive"
    _give_up(kafka)
    every = [each for each in messages() if each.topic != "privacy.erasures"]
    writer = Transactions(kafka.bootstrap_servers, "past-of-the-test")
    writer.start()
    for kill in range(KILLS):
        process = _start(kafka, place, "--every", "1")
        part = every[kill * len(every) // KILLS : (kill + 1) * len(every) // KILLS]
        for at in range(0, len(part), 7):
            whole = [Write(e.topic, -1, e.key, e.value, (), 0) for e in part[at : at + 7]]
            writer.commit(whole, {})
        _wait_for(partial(_is_beyond, place, _sequence(place)), process)
        process.kill()
        process.wait()
    assert _start(kafka, place, "--once").wait(SECONDS) == 0
    return place


def _give_up(kafka: Status) -> None:
    """Records of a transaction that was aborted: nobody is to see them."""
    given_up = Producer(
        {"bootstrap.servers": kafka.bootstrap_servers, "transactional.id": "given-up"}
    )
    given_up.init_transactions(30)
    given_up.begin_transaction()
    for each in messages()[:40]:
        given_up.produce(each.topic, each.value, each.key)
    given_up.flush(30)
    given_up.abort_transaction(30)


def _start(kafka: Status, place: Path, *options: str) -> subprocess.Popen[bytes]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "agents", "archive", str(place), "--http-port", "0", *options],
        env=clean | {"RECOURSE_BOOTSTRAP_SERVERS": kafka.bootstrap_servers},
        stdout=subprocess.DEVNULL,
    )


def _sequence(place: Path) -> int:
    try:
        return _manifest(place).sequence
    except FileNotFoundError:
        return 0


def _is_beyond(place: Path, sequence: int) -> bool:
    return _sequence(place) > sequence


def _manifest(place: Path) -> Manifest:
    return Manifest.of((place / "manifest.json").read_bytes())


def _wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.05)


def _kept(place: Path) -> list[Message]:
    """All that is archived, with the values that its records would have."""
    found = list[Message]()
    for file in _manifest(place).files:
        for message, record in records_in(file.topic, table_in((place / file.path).read_bytes())):
            value = message.value if record is None else PLAIN.encode(file.topic, record)
            found.append(message._replace(value=value))
    return sorted(found)


def _on_kafka(kafka: Status) -> list[Message]:
    counts = {name: topic.partitions for name, topic in TOPICS.items()}
    return sorted(read_all(kafka.bootstrap_servers, counts))


def test_each_committed_record_is_archived_once(kafka: Status, archived: Path) -> None:
    assert _kept(archived) == [
        each for each in _on_kafka(kafka) if each.topic != "privacy.erasures"
    ]
    assert len(_kept(archived)) > 200
    files = {path.relative_to(archived).as_posix() for path in archived.rglob("*.parquet")}
    manifest = _manifest(archived)
    named = {each.path for each in manifest.files} | {each.path for each in manifest.going}
    assert (files, manifest.gaps) == (named, ())


def test_another_program_reads_it(kafka: Status, archived: Path) -> None:
    paths = [
        str(archived / each.path)
        for each in _manifest(archived).files
        if each.topic == "recourse.disagreements"
    ]

    found = duckdb.execute(
        "SELECT rule, decision, count(*) FROM read_parquet($files, union_by_name = true) "
        "GROUP BY ALL",
        {"files": paths},
    ).fetchall()

    records = [
        PLAIN.decode(each.topic, each.value or b"")
        for each in _on_kafka(kafka)
        if each.topic == "recourse.disagreements"
    ]
    assert {(rule, decision): count for rule, decision, count in found} == Counter(
        (each.rule.value, each.decision.value)  # type: ignore[attr-defined]
        for each in records
    )


def test_whoever_asks_to_be_forgotten_is_in_no_file(
    kafka: Status, archived: Path, tmp_path: Path
) -> None:
    archived = Path(shutil.copytree(archived, tmp_path / "copy"))
    before = _kept(archived)
    assert _prove(archived, CUSTOMER)["erased"] is False
    record = Erasure(customer_id=CUSTOMER, occurred_at=int(time.time() * 1_000))
    value = PLAIN.encode("privacy.erasures", record)
    writer = Transactions(kafka.bootstrap_servers, "erasure-of-the-test")
    writer.start()
    writer.commit([Write("privacy.erasures", -1, CUSTOMER.encode(), value, (), 0)], {})

    assert _start(kafka, archived, "--once").wait(SECONDS) == 0

    assert _prove(archived, CUSTOMER) == {
        "erased": True,
        "looked_at": len(_kept(archived)),
        "found": [],
    }
    theirs = CUSTOMER.encode()
    assert _kept(archived) == [
        each for each in before if theirs not in (each.key or b"") + (each.value or b"")
    ]


def _prove(place: Path, customer_id: str) -> dict[str, object]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "agents",
            "erasure",
            "prove",
            customer_id,
            "--json",
            "--from",
            place,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.stdout, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told
