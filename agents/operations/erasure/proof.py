"""Where a customer's id lies, record by record: what is kept for good, and what ages out.

An id counts where it stands as a string of its own, in either encoding, or in a text; a part of a
longer id does not. In doubt it counts: a proof may say too much, and never too little.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from io import BytesIO

import msgspec
from fastavro import schemaless_writer
from msgspec import Struct

from agents.core.customers import state_codec
from agents.pipeline.stages import CUSTOMERS, SHADOW
from streams.topology import Message

_IN_AN_ID = b"[A-Za-z0-9_-]"
_SHORT_STRING = 32  # MessagePack has the length of a string below this in its first byte


class Place(StrEnum):
    """What it means that an id is there."""

    STATE = "STATE"
    """The newest record of a key in a compacted topic or changelog: it stays."""
    SUPERSEDED = "SUPERSEDED"
    """A newer record, or a tombstone, stands after it: compaction removes it."""
    AGES_OUT = "AGES_OUT"
    """A record of a topic whose records are removed with time."""
    ARCHIVED = "ARCHIVED"
    """A row of the archive, which keeps it for as long as it is told to (`--keep-days`)."""
    STAYS = "STAYS"
    """The same, but the topic on this Kafka keeps its records for ever."""


class Found(Struct, frozen=True, kw_only=True):
    """Records of a topic that hold the id; `until` when the last has aged out (ms), if it does."""

    topic: str
    place: Place
    records: int
    until: int | None = None


class Proof:
    """What was found; records of a partition are taken in their order.

    `retention_ms`: each topic's retention, None for one that is compacted, -1 for ever. `hashes`:
    what may be kept of the id under a keyed hash until it fades. `public`: the hash that hides
    nothing, for it was made without a key.
    """

    def __init__(
        self,
        customer_id: str,
        retention_ms: Mapping[str, int | None],
        hashes: Iterable[str] = (),
        public: str | None = None,
    ) -> None:
        self._stands_in = _search(customer_id)
        self._hashed_in = [each.encode() for each in hashes if each != public]
        self._public = None if public is None else public.encode()
        self._id = customer_id.encode()
        self._retention_ms = retention_ms
        self._newest: dict[tuple[str, int, bytes], bool] = {}
        self._superseded: dict[str, int] = {}
        self._ageing: dict[str, tuple[int, int]] = {}
        self.looked_at = 0
        self.hashed = 0
        """Records that hold the id under a keyed hash, as domain.md allows until it fades."""
        self.found_by_trying = 0
        """Records that hold it under the hash that was made without a key."""
        self.asked_at: int | None = None
        """When its erasure was last asked for, as far as the topic still says so (ms)."""

    def take(self, message: Message) -> None:
        """Looks at a record."""
        self.looked_at += 1
        if message.topic == "privacy.erasures" and message.key == self._id:
            self.asked_at = max(self.asked_at or 0, message.timestamp)
        value = _plain(message)
        self.hashed += any(each in value for each in self._hashed_in)
        self.found_by_trying += self._public is not None and self._public in value
        held = self._stands_in(message.key or b"") or self._stands_in(value)
        if self._retention_ms[message.topic] is None:
            self._take_compacted(message, held=held)
        elif held:
            records, last = self._ageing.get(message.topic, (0, 0))
            self._ageing[message.topic] = records + 1, max(last, message.timestamp)

    def _take_compacted(self, message: Message, *, held: bool) -> None:
        of = (message.topic, message.partition, message.key or b"")
        if self._newest.pop(of, False):
            self._superseded[message.topic] = self._superseded.get(message.topic, 0) + 1
        if held and message.value is None:  # the tombstone, which has the key still
            self._superseded[message.topic] = self._superseded.get(message.topic, 0) + 1
        elif held:
            self._newest[of] = True

    def found(self) -> list[Found]:
        """Where it lies, what stays first."""
        state: dict[str, int] = {}
        for topic, _, _ in self._newest:
            state[topic] = state.get(topic, 0) + 1
        return [
            *(Found(topic=t, place=Place.STATE, records=n) for t, n in sorted(state.items())),
            *(
                Found(topic=t, place=Place.SUPERSEDED, records=n)
                for t, n in sorted(self._superseded.items())
            ),
            *(self._aged(topic, *each) for topic, each in sorted(self._ageing.items())),
        ]

    def _aged(self, topic: str, records: int, last: int) -> Found:
        retention = self._retention_ms[topic]
        assert retention is not None, "it is not compacted"
        if retention < 0:
            return Found(topic=topic, place=Place.STAYS, records=records)
        until = last + retention
        return Found(topic=topic, place=Place.AGES_OUT, records=records, until=until)


def _plain(message: Message) -> bytes:
    """A value without compression."""
    value = message.value or b""
    if message.topic not in (CUSTOMERS.changelog, SHADOW.changelog) or not value:
        return value
    try:
        return msgspec.msgpack.encode(state_codec.decode(value))
    except (msgspec.MsgspecError, ValueError):
        return value  # `:now`, or what none of us wrote


def _search(id_: str) -> Callable[[bytes], bool]:
    octets = id_.encode()
    avro = BytesIO()
    schemaless_writer(avro, "string", id_)
    short = len(octets) < _SHORT_STRING
    message_pack = bytes([0xA0 | len(octets)]) if short else bytes([0xD9, len(octets)])
    exact = (avro.getvalue(), message_pack + octets)
    in_text = re.compile(
        b"(?<!" + _IN_AN_ID + b")" + re.escape(octets) + b"(?!" + _IN_AN_ID + b")"
    ).search

    def stands_in(value: bytes) -> bool:
        if octets not in value:
            return False
        return any(each in value for each in exact) or in_text(value) is not None

    return stands_in
