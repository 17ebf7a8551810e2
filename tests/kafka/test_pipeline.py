"""The real pipeline on a real Kafka: the demo's week, with the worker killed again and again.

The week is played once; each test looks at what it left.
"""

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import avro.io
import avro.schema
import msgspec
import pytest

from agents.commands.running.topics import published
from agents.commands.simulation.demo import STEP_MS
from agents.core.handling import Tombstone
from agents.core.insights import INSIGHTS
from agents.core.pseudonyms import PLAIN_IDS
from agents.core.site_days.published import SITE_DAYS
from agents.operations.causes.case import Collected, cases_of
from agents.operations.causes.reading import of_topics as topics_causes
from agents.operations.effect.reading import Sums, read_into, sums_of
from agents.operations.explain.lookup import Lookup
from agents.operations.explain.story import story_of
from agents.pipeline.dead_letter import DEAD_LETTERS, id_of
from agents.pipeline.stages import CARRIED_CUSTOMERS, CUSTOMERS_INPUTS, stages
from agents.records import codecs
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.reference import REFERENCES
from agents.simulation.archived_past import ArchivedPast
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, END, STORIES, life
from agents.simulation.demo.machine import Machine, reference_records
from agents.simulation.demo.people import People
from agents.simulation.demo.play import WATCHED, Player, Seen, heed, one_in_twenty, play
from agents.simulation.demo.stories import stories
from agents.simulation.replay.durations import typical_durations
from agents.simulation.replay.proof import Why
from agents.simulation.replay.reading import of_topics
from agents.simulation.replay.report import report
from agents.simulation.replay.shards import Question, replayed
from agents.simulation.replay.totals import Totals
from schemas.catalogue import PARTITIONS, TOPICS, released, schema
from schemas.records import (
    Answer,
    Case,
    CustomerOverview,
    DeadLetter,
    DeadLetterReason,
    Decision,
    Disagreement,
    Escalation,
    Insight,
    Receipt,
    ReceiptStatus,
    SiteDay,
)
from streams.broker import Status
from streams.broker.console import console_consumer
from streams.broker.server import any_free_port
from streams.runtime.verify import Report, verify
from streams.serialisation.framing import fingerprint_of, single_object
from streams.settings import load
from streams.transport.placing import partition_of
from streams.transport.reading import read_all
from tests.duckdb_recount import queried
from tests.kafka.engine_kit import wait_until
from tests.site_day_recount import counted, held, recount

pytestmark = pytest.mark.kafka
WRITTEN = tuple(topic for topic in WATCHED if topic != DEAD_LETTERS)
"""Where the week writes: all that could not be used is of what others send."""
KILLS = 10
RECEIPTS_FOR = "service.customer-responses"
UNTOLD = Answer | Insight | Case | CustomerOverview | Receipt | Tombstone
"""What a story is not told from."""
SEED = 7


@dataclass
class Week:
    servers: str
    report: Report
    outputs: list[Seen]
    kills: int


class Killer:
    """Kills the worker at random moments of its life, ten times; the machine starts it again."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._random = machine, Random(SEED)
        self.kills = 0
        self._next = self._soon()

    def _soon(self) -> float:
        return time.monotonic() + self._random.uniform(1.5, 4.5)

    def __call__(self) -> None:
        if self.kills < KILLS and time.monotonic() > self._next:
            self.kills += 1
            self._machine.kill_worker()
            self._next = self._soon()
        self._machine.watch_worker()


@pytest.fixture(scope="module")
def week(broker: Status) -> Iterator[Week]:
    machine = Machine(keep=False)
    people, outputs = People(SEED), list[Seen]()

    def show(seen: Seen) -> None:
        outputs.append(seen)
        heed(people, seen)

    try:
        machine.use(broker.bootstrap_servers)
        killer = Killer(machine)
        player = Player(machine.bootstrap_servers, killer, show, one_in_twenty)
        player.publish(reference_records())
        machine.start_worker()
        steps = iter(range(BEGIN + 3 * STEP_MS, END + 3 * STEP_MS, 3 * STEP_MS))
        for _ in play(player, people, life(SEED, 80, demo_directory()), steps, 0.8):
            pass
        player.close()
        assert machine.stop_worker() == 0, machine.worker_log.read_text()
        settings = load(bootstrap_servers=broker.bootstrap_servers)
        report = verify(stages(), REFERENCES, settings, decode_order, WATCHED)
        yield Week(broker.bootstrap_servers, report, outputs, killer.kills)
    finally:
        machine.close()


def test_the_week_was_killed_ten_times_and_is_equal_to_the_pure_core(week: Week) -> None:
    assert week.kills == KILLS
    assert week.report.differences == []


def test_a_consumer_saw_each_output_once(week: Week) -> None:
    ids = [s.record.disagreement_id for s in week.outputs if isinstance(s.record, Disagreement)]

    assert len(ids) == len(set(ids)) > 0
    seen = {topic: n for topic, n in week.report.outputs.items() if topic in WATCHED}
    assert sum(seen.values()) == len(week.outputs)


def test_each_thing_said_had_its_receipt_once_through_all_that(week: Week) -> None:
    said = list[tuple[str, str]]()
    for message in read_all(week.servers, {RECEIPTS_FOR: PARTITIONS}):
        try:
            plain: Any = codecs.PLAIN.plain(RECEIPTS_FOR, message.value or b"")
        except codecs.Undecodable:
            continue
        if message.key == plain["customer_id"].encode():  # under another key there is no receipt
            said.append((plain["customer_id"], plain["event_id"]))
    dead = {
        id_of(seen.record)
        for seen in week.outputs
        if isinstance(seen.record, DeadLetter) and seen.record.reason is DeadLetterReason.ERASED
    }
    receipts = [seen.record for seen in week.outputs if isinstance(seen.record, Receipt)]
    first = [each for each in receipts if each.status is not ReceiptStatus.ALREADY]

    assert len({(each.customer_id, each.event_id) for each in first}) == len(first) > 100
    assert {(each.customer_id, each.event_id) for each in first} <= set(said)
    assert len(said) - len(receipts) <= len(dead)


def test_what_one_producer_misplaced_was_carried_once_through_all_that(week: Week) -> None:
    misplaced = [
        message
        for topic in CUSTOMERS_INPUTS
        for message in read_all(week.servers, {topic: PARTITIONS})
        if partition_of(message.key or b"", PARTITIONS) != message.partition
    ]

    assert week.report.outputs[CARRIED_CUSTOMERS] == len(misplaced) > 10


def test_the_week_has_every_decision_and_every_output_topic(week: Week) -> None:
    decisions = {s.record.decision for s in week.outputs if isinstance(s.record, Disagreement)}

    assert decisions == set(Decision) - {Decision.UNKNOWN}
    assert {s.topic for s in week.outputs} == set(WRITTEN)


def test_who_reads_recourse_cases_alone_has_each_case_as_its_newest_step_says(week: Week) -> None:
    """A newcomer, who keeps the last record of each key, as compaction does."""
    shown: dict[str, Case] = {}
    for message in read_all(week.servers, {"recourse.cases": PARTITIONS}):
        assert partition_of(message.key or b"", PARTITIONS) == message.partition
        key = (message.key or b"").decode()
        if message.value is None:
            shown.pop(key, None)  # Kafka may have compacted what it deletes
            continue
        record = codecs.decode("recourse.cases", message.value)
        assert isinstance(record, Case)
        shown[key] = record
    steps: dict[str, Escalation] = {}
    erased: set[str] = set()
    for seen in week.outputs:
        if isinstance(seen.record, Escalation):
            steps[seen.record.escalation_id] = seen.record
            if any(each.code == "ERASED" for each in seen.record.reasons):
                erased.add(seen.record.escalation_id)

    assert shown.keys() == steps.keys() - erased
    assert len(shown) > 10
    for key, record in shown.items():
        step = steps[key]
        assert (record.step, record.status, record.tier) == (step.step, step.status, step.tier)
        assert (record.manager, record.decide_by) == (step.manager, step.decide_by)


def test_the_days_of_sites_are_those_of_a_recount_and_written_as_they_are_kept(week: Week) -> None:
    """Ten kills; from all records at once, every number: in plain Python, and by DuckDB."""
    *_, counting = stages()
    read = [
        (each.topic, codecs.decode(each.topic, each.value or b""))
        for each in read_all(week.servers, dict.fromkeys(counting.inputs, PARTITIONS))
    ]
    kept, written = dict[str, bytes](), dict[str, SiteDay]()
    for each in read_all(week.servers, {counting.changelog: PARTITIONS}):
        kept[(each.key or b"").decode()] = each.value or b""
    for each in read_all(week.servers, {SITE_DAYS: PARTITIONS}):
        record = codecs.decode(SITE_DAYS, each.value or b"")
        assert isinstance(record, SiteDay)
        written[record.site_day_id] = record
    zones = {site.site_id: site.time_zone for site in demo_directory().sites.values()}
    counts = held(kept)

    assert len(counts) > 50
    assert counts == recount((record for _, record in read), zones)
    assert counts == queried(
        ((topic, msgspec.json.encode(codecs.to_json(topic, each))) for topic, each in read), zones
    )
    unchanged = {key: value for key, value in kept.items() if b"changed_since" not in value}
    assert len(held(unchanged)) > 50
    assert held(unchanged) == {
        place: found
        for place, found in counted(written.values()).items()
        if place in held(unchanged)
    }
    assert {each.whole_since for each in written.values()} == {None}


def test_who_reads_recourse_customers_alone_has_what_is_open_of_each(week: Week) -> None:
    shown: dict[str, CustomerOverview] = {}
    for message in read_all(week.servers, {"recourse.customers": PARTITIONS}):
        assert partition_of(message.key or b"", PARTITIONS) == message.partition
        key = (message.key or b"").decode()
        shown.pop(key, None)
        if message.value is not None:
            record = codecs.decode("recourse.customers", message.value)
            assert isinstance(record, CustomerOverview)
            shown[key] = record
    raised = {
        seen.record.escalation_id: seen.record.customer_id
        for seen in week.outputs
        if isinstance(seen.record, Disagreement) and seen.record.escalation_id is not None
    }

    assert len(shown) > 5
    for customer_id, record in shown.items():
        assert {raised[each] for each in record.open_cases} <= {customer_id}


def test_every_story_is_told(week: Week) -> None:
    told = dict(stories(week.outputs))

    assert {title: lines for title, lines in told.items() if len(lines) < 3} == {}
    assert len(told) == len(STORIES)


def test_explain_finds_the_whole_story_whatever_the_id(week: Week) -> None:
    told = [seen.record for seen in week.outputs if not isinstance(seen.record, UNTOLD)]
    known: list[Any] = told
    of_ben = [each for each in known if getattr(each, "customer_id", "") == "ben"]
    letters = [id_of(each) for each in known if isinstance(each, DeadLetter)]
    ids = {each.visit_id for each in of_ben} | set(letters[:3])
    ids |= {each.disagreement_id for each in of_ben if isinstance(each, Disagreement)}
    ids |= {each.escalation_id for each in of_ben if isinstance(each, Escalation)}

    for id_ in sorted(ids):
        found = Lookup(week.servers, codecs.PLAIN, None).story(id_, lambda *_: None)
        expected = story_of(id_, known)
        assert found is not None
        assert found == expected, id_


def _is_untold(seen: Seen) -> bool:
    return isinstance(seen.record, UNTOLD)


def test_explain_says_how_much_it_looked_through_when_it_knows_nothing(week: Week) -> None:
    lookup = Lookup(week.servers, codecs.PLAIN, None)

    assert lookup.story("nobody:1", lambda *_: None) is None
    told = [s for s in week.outputs if isinstance(s.record, Answer) or not _is_untold(s)]
    assert lookup.looked_at >= len(told)


def test_explain_looks_no_further_back_than_told(week: Week) -> None:
    year_2100 = 4_102_444_800_000  # a commit's own record has the broker's time, not the week's
    lookup = Lookup(week.servers, codecs.PLAIN, year_2100)

    assert lookup.story("ben-v3:1", lambda *_: None) is None
    assert lookup.looked_at == 0


def test_effect_adds_up_the_topic_as_it_was_written(week: Week) -> None:
    """Two sites are LIVE for a share: there are arms to compare, of this week and no other."""
    read: list[tuple[int, int]] = []
    sums = Sums()
    read_into(sums, week.servers, codecs.PLAIN, lambda *at: read.append(at), topic=INSIGHTS)

    expected = sums_of(s.record for s in week.outputs if isinstance(s.record, Insight))
    assert sums == expected
    assert {each.site_id for each in sums.drawn} == {"oakland", "nuernberg"}
    assert sums.records <= read[-1][0] <= read[-1][1]


def test_effect_reads_what_each_day_came_to_where_that_is_added_up(week: Week) -> None:
    folded, added = Sums(), Sums()
    read_into(folded, week.servers, codecs.PLAIN, lambda *_: None)
    read_into(added, week.servers, codecs.PLAIN, lambda *_: None, topic=INSIGHTS)

    assert folded.records < added.records
    for arms in ("inside", "outside"):
        found, expected = (
            {
                drawn: {name: counts[name] for name in ("visits_ended", "customers", "ratings")}
                for drawn, counts in getattr(sums, arms).items()
            }
            for sums in (folded, added)
        )
        assert found == expected
    assert (folded.days, folded.weeks.live_from) == (added.days, added.weeks.live_from)


def test_causes_reads_from_the_topics_what_was_sent_and_decided(week: Week) -> None:
    """Events that could not be read, and those that lay under a wrong key, count for nothing."""
    read: list[tuple[int, int]] = []
    collected, left_out = topics_causes(week.servers, codecs.PLAIN, lambda *at: read.append(at))
    expected = Collected()
    for seen in week.outputs:
        expected.take(seen.record)
    for each in life(SEED, 80, demo_directory()):
        try:
            record: Any = codecs.decode(each.topic, each.value)
        except codecs.Undecodable:
            continue
        if record.customer_id.encode() == each.key:
            expected.take(record)

    assert left_out == ""
    assert collected.visits == expected.visits
    directory = demo_directory()
    assert cases_of(collected, directory) == cases_of(expected, directory) != []
    assert 0 < read[-1][0] <= read[-1][1]


@pytest.mark.parametrize("topic", WRITTEN)
def test_the_console_consumer_of_kafka_reads_every_output_topic(week: Week, topic: str) -> None:
    lines = console_consumer(
        week.servers,
        topic,
        extra=["--property", "print.key=true", "--property", "print.value=false"],
    )

    # Keys only: a value may hold a line break.
    assert len(lines.splitlines()) == week.report.outputs[topic] > 0


@pytest.mark.parametrize("topic", WATCHED)
def test_avro_python3_reads_every_output_as_we_do(week: Week, topic: str) -> None:
    name = TOPICS[topic].schema or ""
    own = avro.schema.parse(_plain(schema(name)))
    readers = {
        single_object(fingerprint_of(each), b""): avro.io.DatumReader(
            avro.schema.parse(_plain(each)), own
        )
        for each in (*released(name), schema(name))
    }
    records = list(read_all(week.servers, {topic: TOPICS[topic].partitions}))

    assert len(records) == week.report.outputs[topic]
    for each in records:
        if each.value is None:
            assert topic in ("recourse.cases", "recourse.customers")
            continue
        reader = readers[each.value[:10]]  # what stages read may be written with an older schema
        theirs = reader.read(avro.io.BinaryDecoder(io.BytesIO(each.value[10:])))
        if "day" in theirs:  # a date, which it reads as the days since 1970
            theirs["day"] = date(1970, 1, 1) + timedelta(days=theirs["day"])
        ours = codecs.decode(topic, each.value)
        assert msgspec.convert(theirs, type(ours)) == ours


def _plain(of: dict[str, Any]) -> str:
    """A schema without logical types, which avro-python3 would turn into datetimes."""
    text = json.dumps(of)
    return text.replace('{"type": "long", "logicalType": "timestamp-millis"}', '"long"')


def test_the_auditor_finds_nothing_in_the_week(week: Week) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agents", "audit", "--json"],
        env=os.environ | {"RECOURSE_BOOTSTRAP_SERVERS": week.servers},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    told = json.loads(done.stdout)

    assert (done.returncode, told["findings"]) == (0, [])
    assert told["looked_at"]["cases"] > 10


def test_the_auditor_watches_and_ends_when_told(week: Week) -> None:
    port = any_free_port()
    watcher = subprocess.Popen(
        [sys.executable, "-m", "agents", "audit", "--watch", "--http-port", str(port)],
        env=os.environ | {"RECOURSE_BOOTSTRAP_SERVERS": week.servers},
    )
    try:
        wait_until("it has looked", lambda: _metric(port, "recourse_audit_heartbeat") > 0)
        assert _metric(port, 'recourse_audit_problems{what="STEPS_WITH_GAPS"}') == 0
        assert _metric(port, 'recourse_audit_open_cases{tier="EXECUTIVE"}') >= 0
    finally:
        watcher.send_signal(signal.SIGTERM)
        assert watcher.wait(60) == 0


def _metric(port: int, name: str) -> float:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return -1.0
    return next((float(line.split()[-1]) for line in lines if line.startswith(name)), -1.0)


def test_the_recorded_past_comes_out_again_whatever_was_killed(week: Week) -> None:
    """Also what lay in a wrong partition, and was carried: the order log says when."""
    recording = of_topics(week.servers, codecs.PLAIN, published(week.servers))
    policy = recording.timeline.last.policies[0]
    question = Question(
        recording=recording,
        policies={"the same": recording.timeline.with_policy(policy, 0)},
        since=0,
        until=END + DAY_MS,
        took_ms=typical_durations(recording),
        samples=0,
    )

    found = report(replayed(question, workers=1))

    recorded = sum(isinstance(each.record, Disagreement) for each in week.outputs)
    assert (found.recorded, found.equal, found.other_moment) == (recorded, recorded, 0)
    assert (found.failed, found.differences, found.effects[0].lines) == (0, {}, ())


def test_without_the_order_only_the_order_is_missing(week: Week) -> None:
    """Time is told every three hours here, so what lies between may have come before or after."""
    recording = of_topics(week.servers, codecs.PLAIN, published(week.servers), with_order=False)
    question = Question(
        recording=recording,
        policies={},
        since=0,
        until=END + DAY_MS,
        took_ms=typical_durations(recording),
        samples=0,
        order_ms=3 * STEP_MS,
    )

    found = report(replayed(question, workers=1))

    assert found.equal > found.recorded / 2
    assert found.differences[Why.ORDER] > 0
    assert found.equal + sum(found.differences.values()) >= found.recorded


def test_the_archive_proves_what_kafka_proves(week: Week, tmp_path: Path) -> None:
    """By the order log, which is archived with the ticks; who was erased is not in it."""
    place = tmp_path / "archive"
    done = subprocess.run(
        [sys.executable, "-m", "agents", "archive", str(place), "--once", "--http-port", "0"],
        env=os.environ | {"RECOURSE_BOOTSTRAP_SERVERS": week.servers},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    past, totals = ArchivedPast(str(place), PLAIN_IDS, rows_at_once=1_000), Totals()
    for shard in past.shards():
        recording = past.recording(shard)
        question = Question(
            recording=recording,
            policies={},
            since=0,
            until=END + DAY_MS,
            took_ms={},
            samples=0,
        )
        totals.add(replayed(question, workers=1))

    found = report(totals)

    assert (found.equal, found.other_moment, found.failed) == (found.recorded, 0, 0)
    assert found.in_order == found.customers
    assert set(found.differences) <= {Why.BEGUN_BEFORE}  # of who came back after an erasure
    assert found.recorded > 50
