"""Stage insights on a real Kafka: away, then there, killed, and started anew."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.core.site_days.published import SITE_DAYS
from agents.pipeline.stages import SITE_DAYS_STAGE
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from schemas.catalogue import PARTITIONS
from streams.broker import Broker
from streams.transport.kafka import admin
from streams.transport.reading import read_all
from tests.kafka.test_operations import ROOT, Crew, Kafka, call, presses
from tests.site_day_recount import Counts, held, recount

pytestmark = pytest.mark.kafka
SITES = demo_directory().sites.values()
OPENED = "cases_opened"
"""Of each press one."""


@pytest.fixture(name="kafka")
def _kafka(tmp_path: Path) -> Iterator[Kafka]:
    broker = Broker(tmp_path / "kafka")
    try:
        status = broker.start(owned=True)
        yield Kafka(status.bootstrap_servers, broker.guard)
    finally:
        broker.stop(wipe=True)


def kept(servers: str) -> dict[str, bytes]:
    """What the stage's changelog holds."""
    found: dict[str, bytes] = {}
    for each in read_all(servers, {SITE_DAYS_STAGE.changelog: PARTITIONS}):
        found[(each.key or b"").decode()] = each.value or b""
    return found


def opened(servers: str) -> int:
    return sum(counts[OPENED] for counts in held(kept(servers)).values())


def recounted(servers: str) -> Counts:
    """The same in plain Python, from all records."""
    read = [
        codecs.decode(each.topic, each.value or b"")
        for each in read_all(servers, dict.fromkeys(SITE_DAYS_STAGE.inputs, PARTITIONS))
    ]
    return recount(read, {site.site_id: site.time_zone for site in SITES})


def wait_until(condition: Callable[[], bool]) -> None:
    """A busy machine has five minutes."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.2)


def test_without_its_topic_it_delays_nobody_and_later_it_counts_all_that_was(
    kafka: Kafka, tmp_path: Path
) -> None:
    plain = {"RECOURSE_BOOTSTRAP_SERVERS": kafka.servers}
    assert call(plain, "topics", "apply").code == 0
    client = admin(kafka.servers)
    client.delete_topics([SITE_DAYS])[SITE_DAYS].result(60)
    wait_until(lambda: SITE_DAYS not in client.list_topics(timeout=30).topics)
    for kind, file in (
        ("policy", "docs/examples/strict.yaml"),
        ("directory", "agents/reference_data/directories/demo.yaml"),
    ):
        assert call(plain, kind, "publish", str(ROOT / file)).code == 0
    events = tmp_path / "events.jsonl"
    events.write_text(presses(), encoding="utf-8")
    count = len(events.read_text().splitlines()) - 1
    crew = Crew(kafka, tmp_path)
    try:
        address = crew.start(0)
        assert call(plain, "play", str(events), "--as-they-are").code == 0
        wait_until(lambda: len(call(plain, "cases").lines) == count)
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
            shown = answer.read().decode()
        said = json.loads(call(plain, "status", "--json").out)

        assert 'recourse_stage_absent{stage="insights"} 1.0' in shown
        assert '"stage_absent"' in (tmp_path / "worker-0.log").read_text()
        assert said["site_days"]["there"] is False
        assert [each for each in said["look_at"] if "RecourseStageAbsent" in each]
        assert kept(kafka.servers) == {}

        crew.end()
        assert call(plain, "topics", "apply").code == 0
        crew.start(0)
        wait_until(lambda: opened(kafka.servers) == count)
        crew.end()  # kill -9
        crew.start(0)
        assert call(plain, "play", str(events), "--as-they-are").code == 0
        wait_until(lambda: held(kept(kafka.servers)) == recounted(kafka.servers))
        assert opened(kafka.servers) == count
    finally:
        crew.end()
