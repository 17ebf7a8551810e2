"""How a partition keeps the records of its stage: as they are, or as the changelog's bytes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, Protocol, TypeVar

import msgspec

from agents.core.released import decoded

R = TypeVar("R", bound=msgspec.Struct)
Taken_contra = TypeVar("Taken_contra", bound=msgspec.Struct, contravariant=True)


class StateStore(Protocol[Taken_contra]):
    """The records of one partition, between the core and the changelog."""

    def encode(self, record: Taken_contra) -> bytes:
        """A record as the changelog has it."""

    def size(self, value: bytes) -> int:
        """How many bytes such a value stands for; a limit is set on them."""

    def restore(self, values: Mapping[str, bytes]) -> None:
        """Takes over what a changelog holds."""

    def apply(
        self, changed: Mapping[str, Taken_contra | None], values: Mapping[str, bytes | None]
    ) -> None:
        """Takes over what a handling changed, with the same as bytes; None takes away."""

    def records(self) -> Iterable[tuple[str, bytes]]:
        """All that is kept, as the changelog has it."""

    def count(self) -> int:
        """How many records are kept."""


class LatePartition(Protocol[Taken_contra]):
    """A partition that makes the changelog's bytes itself, once a commit."""

    def restore(self, values: Mapping[str, bytes]) -> None:
        """Takes over what a changelog holds."""

    def apply(self, changed: Mapping[str, Taken_contra | None]) -> None:
        """Takes over what a handling changed."""

    def drain(self) -> Iterable[tuple[str, bytes | None]]:
        """What has changed since the last time, as bytes; None deletes a key."""

    def records(self) -> Iterable[tuple[str, bytes]]:
        """All that is kept."""

    def count(self) -> int:
        """How many records are kept."""


class RecordPartition(Protocol[R]):
    """A partition that keeps its records as they are."""

    @property
    def records(self) -> Mapping[str, R]:
        """All records by key."""

    def apply(self, changed: Mapping[str, R | None]) -> None:
        """Takes changed records over; None deletes."""


class AsRecords(Generic[R]):
    """For a partition of records; MessagePack in the changelog."""

    def __init__(self, record: type[R], partition: RecordPartition[R]) -> None:
        self._partition = partition
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(record)

    def encode(self, record: R) -> bytes:
        """A record as MessagePack."""
        return self._encoder.encode(record)

    def size(self, value: bytes) -> int:
        """Its length: nothing is compressed."""
        return len(value)

    def restore(self, values: Mapping[str, bytes]) -> None:
        """Reads them all."""
        self._partition.apply({key: decoded(self._decoder, values[key]) for key in values})

    def apply(self, changed: Mapping[str, R | None], values: Mapping[str, bytes | None]) -> None:
        """The records are enough."""
        del values
        self._partition.apply(changed)

    def records(self) -> Iterable[tuple[str, bytes]]:
        """Makes the bytes of each."""
        return ((key, self.encode(each)) for key, each in self._partition.records.items())

    def count(self) -> int:
        """As many as the partition has."""
        return len(self._partition.records)


class BytesPartition(Protocol[Taken_contra]):
    """A partition that keeps the changelog's bytes itself."""

    def restore(self, values: Mapping[str, bytes]) -> None:
        """Takes over what a changelog holds."""

    def apply(
        self,
        changed: Mapping[str, Taken_contra | None],
        values: Mapping[str, bytes | None] | None = None,
    ) -> None:
        """Takes over what a handling changed, with the same as bytes."""

    def records(self) -> Iterable[tuple[str, bytes]]:
        """All that is kept."""

    def count(self) -> int:
        """How many records are kept."""


class AsBytes(Generic[R]):
    """For a partition of bytes."""

    def __init__(
        self,
        partition: BytesPartition[R],
        encode: Callable[[R], bytes],
        size: Callable[[bytes], int],
    ) -> None:
        self.encode, self.size = encode, size
        self.restore = partition.restore
        self.apply = partition.apply
        self.records = partition.records
        self.count = partition.count


class AsLateBytes(Generic[R]):
    """For a partition that makes its bytes once a commit; no record of it grows with its producer.

    So nothing is encoded when a record is handled, and nothing is looked at for its size.
    """

    def __init__(self, partition: LatePartition[R], encode: Callable[[R], bytes]) -> None:
        self._partition = partition
        self.encode = encode
        self.restore = partition.restore
        self.drain = partition.drain
        self.records = partition.records
        self.count = partition.count

    def size(self, value: bytes) -> int:
        """Its length."""
        return len(value)

    def apply(self, changed: Mapping[str, R | None], values: Mapping[str, bytes | None]) -> None:
        """The records are enough."""
        del values
        self._partition.apply(changed)
