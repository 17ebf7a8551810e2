"""What a state was made from: kept beside it in the changelog, in the same transaction.

It is a header of the record `:now`. A version from before it reads keys and values alone, so it
goes on; what it writes has no header, and is believed once (`streams.runtime.beginning`).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from streams.transport.kafka import Place

HEADER = "checkpoint"


class Position(msgspec.Struct, frozen=True, array_like=True):
    """Up to where one topic is handled."""

    topic_id: str
    """Kafka's id of the topic; empty where Kafka gives none."""
    offset: int
    """The offset after the last handled record."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the state of one partition was made from.

    Fields may be added with a default; none may go or change its type.
    """

    group: str
    """The consumer group that handled the records."""
    partitions: int
    """How many partitions the topics of the stage had."""
    changelog_id: str
    """Kafka's id of the changelog; empty where Kafka gives none."""
    positions: dict[str, Position]
    """By topic: from where on it is to be read."""
    changelog_begin: int = 0
    """The first offset of the changelog's partition; above 0 where a loss was accepted."""
    keys: int | None = None
    """How many keys the state has, `:now` not counted; None where the processor does not count."""
    made_with: dict[str, str] = {}
    """What else decides what comes out, as the stage names it: a version of data, say."""


class Origin(NamedTuple):
    """What of a partition's checkpoints stays the same as long as it is owned."""

    group: str
    partitions: int
    changelog_id: str
    changelog_begin: int
    topic_ids: Mapping[str, str]
    made_with: Mapping[str, str]

    def checkpoint(self, positions: Mapping[Place, int], keys: int | None) -> bytes:
        """The checkpoint of a state that has handled the topics up to `positions`.

        Made for each partition of each commit: of plain values, which is much quicker.
        """
        ids = self.topic_ids
        return _ENCODER.encode(
            {
                "group": self.group,
                "partitions": self.partitions,
                "changelog_id": self.changelog_id,
                "changelog_begin": self.changelog_begin,
                "positions": {place[0]: (ids[place[0]], at) for place, at in positions.items()},
                "keys": keys,
                "made_with": self.made_with,
            }
        )


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Checkpoint)


def encode(checkpoint: Checkpoint) -> bytes:
    """A checkpoint as the header has it."""
    return _ENCODER.encode(checkpoint)


def decode(value: bytes) -> Checkpoint:
    """Reads a checkpoint, also of a later version that knows more fields.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _DECODER.decode(value)


def of_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes | None:
    """The checkpoint among the headers of a record, as bytes; None where there is none."""
    return next((value for name, value in headers if name == HEADER), None)
