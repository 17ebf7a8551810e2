"""What the worker fetches, as producers may have packed it."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from confluent_kafka import Producer

from tests.kafka.engine_kit import Kit, servers_of, wait_until
from tests.streams.test_records import batch, with_crc

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kit]:
    kit = Kit(servers_of(request), f"i{time.time_ns() // 1_000_000}", tmp_path)
    kit.create_topics()
    kit.write_reference()
    yield kit
    kit.close()


async def _produce(servers: str, topic: str, raw: bytes) -> None:
    client = AIOKafkaClient(bootstrap_servers=servers)
    await client.bootstrap()
    try:
        await client.force_metadata_update()
        (node,) = {broker.nodeId for broker in client.cluster.brokers()}
        await client.send(
            node,
            ProduceRequest(
                transactional_id=None,
                required_acks=-1,
                timeout=10_000,
                topics=[(topic, [(0, raw)])],
            ),
        )
    finally:
        await client.close()


def test_every_compression_and_a_header_that_is_no_text_are_read(kit: Kit) -> None:
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    for codec in codecs:
        producer = Producer({"bootstrap.servers": kit.servers, "compression.type": codec})
        for number in range(20):
            producer.produce(kit.toy.left, f"{codec}{number}", b"k", partition=0)
        producer.flush(10)
    spoilt = batch([(0, b"k", b"spoilt", [("name", b"x")])]).replace(b"name", b"\xff\xfeme")
    asyncio.run(_produce(kit.servers, kit.toy.left, with_crc(spoilt)))
    kit.write(kit.toy.left, "k", "behind", partition=0)
    kit.producer.flush(10)
    worker = kit.worker(stages="counting").wait_ready()
    wait_until("the one behind", lambda: any("behind" in said for said in kit.outputs()))
    assert worker.terminate() == 0
    said = [line.split()[1] for line in kit.outputs() if line.startswith("left")]

    assert sorted(said) == sorted(
        [f"{codec}{number}" for codec in codecs for number in range(20)] + ["spoilt", "behind"]
    )
    assert kit.verdict(second=False).differences == []
