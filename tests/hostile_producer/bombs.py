"""Batches that unpack to far more than they are, valid for a broker, which unpacks them too."""

import asyncio
import struct
from collections.abc import Callable, Iterator

from aiokafka import codec
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record._crc32c import crc as crc32c

from streams.transport.records import HEAD

CODECS: dict[int, Callable[[bytes], bytes]] = {
    1: lambda body: codec.gzip_encode(body, 1),
    2: codec.snappy_encode,
    3: codec.lz4_encode,
    4: codec.zstd_encode,
}
_AT_CRC = 17


def number(value: int) -> bytes:
    """A zigzag number of variable length."""
    value, found = (value << 1) ^ (value >> 63), b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def record(place: int, size: int) -> bytes:
    """A record without key and headers, whose value is so many zeros; -1: it has none."""
    value = number(-1) if size < 0 else number(size) + bytes(size)
    inside = b"\0" + number(0) + number(place) + number(-1) + value + number(0)
    return number(len(inside)) + inside


def bomb(codec_number: int, size: int, count: int, at: int) -> bytes:
    """A batch of so many records, each with a value of so many zeros."""
    packed = CODECS[codec_number](b"".join(record(place, size) for place in range(count)))
    length = HEAD.size + len(packed) - 12
    head = HEAD.pack(0, length, -1, 2, 0, codec_number, count - 1, at, at, -1, -1, -1, count)
    raw = head + packed
    return raw[:_AT_CRC] + struct.pack(">I", crc32c(raw[_AT_CRC + 4 :])) + raw[_AT_CRC + 4 :]


def bombs(at: int, megabytes: int, records: int) -> Iterator[bytes]:
    """One of each codec, and one of very many records."""
    for each in CODECS:
        # A megabyte is what a broker takes; these codecs pack 200 and 20 times.
        size = min(megabytes, 10 if each == 2 else 80 if each != 4 else megabytes) * 1_000_000
        yield bomb(each, size, 1, at)
    yield bomb(4, -1, records, at)


async def _sent(servers: str, raws: list[tuple[str, int, bytes]]) -> list[int]:
    client = AIOKafkaClient(bootstrap_servers=servers)
    await client.bootstrap()
    try:
        await client.force_metadata_update()
        (node,) = {broker.nodeId for broker in client.cluster.brokers()}
        errors = []
        for topic, partition, raw in raws:
            asked = ProduceRequest(
                transactional_id=None,
                required_acks=-1,
                timeout=30_000,
                topics=[(topic, [(partition, raw)])],
            )
            answer = await client.send(node, asked)
            errors.append(int(answer.topics[0][1][0][1]))
        return errors
    finally:
        await client.close()


def send_raw(servers: str, raws: list[tuple[str, int, bytes]]) -> list[int]:
    """Writes batches as they are; the broker's error code of each, 0 for none."""
    return asyncio.run(_sent(servers, raws))
