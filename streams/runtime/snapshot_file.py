"""The file of a partition's state: written once at a planned stop, believed only when whole.

Layout: a magic line, then frames. A frame is a length and a CRC-32 (4 bytes each, little-endian)
and so many bytes of MessagePack; the CRC runs on from the frame before, so that none can be missing
or in another place. The first frame is the header, then come lists of key and value, and a last one
with their number.
"""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from streams.own_files import opened

MAGIC = b"recourse state 1\n"
"""Also the version of the format: another one is thrown away."""
_FRAME = struct.Struct("<II")
_CHUNK_BYTES = 1_000_000
_CHUNK_RECORDS = 10_000


class Unusable(Exception):  # noqa: N818 - it says what is the matter with a file
    """A snapshot that must not be believed; one sentence says why."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Which state it is: of the changelog up to and without `offset`, committed records only."""

    application: str
    stage: str
    partition: int
    changelog: str
    topic_id: str
    """Kafka's id of the changelog topic: another one after it was made anew, or elsewhere."""
    offset: int
    leader_epoch: int
    """Of the changelog's leader when `offset` was its end; it only grows in the life of a topic."""
    written_at: int
    """Wall clock, milliseconds."""
    checkpoint: bytes | None = None
    """What the state was made from, as in the changelog; None in a file of a version before."""
    loose: int = 0
    """How many changes of the state are not in the checkpoint (a crash under at_least_once)."""


class _End(msgspec.Struct, frozen=True):
    records: int


_ENCODER = msgspec.msgpack.Encoder()
_CHUNK = msgspec.msgpack.Decoder(list[tuple[str, bytes]])
_HEADER = msgspec.msgpack.Decoder(Header)
_END = msgspec.msgpack.Decoder(_End)


def write(file: BinaryIO, header: Header, records: Iterable[tuple[str, bytes]]) -> int:
    """Writes a whole snapshot; gives the number of records.

    Raises:
        OSError: it could not be written; what there is of it would be found torn.
    """
    file.write(MAGIC)
    crc = _write_frame(file, _ENCODER.encode(header), 0)
    count = 0
    for chunk in _chunks(records):
        count += len(chunk)
        crc = _write_frame(file, _ENCODER.encode(chunk), crc)
    _write_frame(file, _ENCODER.encode(_End(count)), crc)
    file.flush()
    return count


def _chunks(records: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    chunk: list[tuple[str, bytes]] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += len(record[1])
        if size >= _CHUNK_BYTES or len(chunk) >= _CHUNK_RECORDS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _write_frame(file: BinaryIO, payload: bytes, crc: int) -> int:
    crc = zlib.crc32(payload, crc)
    file.write(_FRAME.pack(len(payload), crc))
    file.write(payload)
    return crc


def read(path: Path) -> tuple[Header, dict[str, bytes]]:
    """Reads and checks a whole snapshot.

    Raises:
        Unusable: it is torn, changed, or of another format.
        OSError: it can't be read, or is not ours (`streams.own_files`): what anybody could have
            written is no state, whatever its checksum says.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if file.read(len(MAGIC)) != MAGIC:
            raise Unusable("it does not begin as one")
        frames = _frames(file, size)
        try:
            header = _HEADER.decode(next(frames, b""))
            state: dict[str, bytes] = {}
            payload = next(frames, b"")
            count = 0
            for following in frames:
                chunk = _CHUNK.decode(payload)
                state.update(chunk)
                count += len(chunk)
                payload = following
            end = _END.decode(payload)
        except msgspec.DecodeError as error:
            raise Unusable(f"it can't be read: {error}") from None
    if not end.records == count == len(state):
        raise Unusable(f"it has {count} records of {len(state)} keys, and says {end.records}")
    return header, state


def _frames(file: BinaryIO, size: int) -> Iterator[bytes]:
    crc = 0
    while head := file.read(_FRAME.size):
        if len(head) < _FRAME.size:
            raise Unusable("it is torn")
        length, expected = _FRAME.unpack(head)
        if length > size:
            raise Unusable("it is torn")
        payload = file.read(length)
        crc = zlib.crc32(payload, crc)
        if len(payload) < length:
            raise Unusable("it is torn")
        if crc != expected:
            raise Unusable("its checksum does not fit")
        yield payload
