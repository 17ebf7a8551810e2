"""Reading a stage's changelog: the state of its partitions, and what it was made from."""

import threading
from collections.abc import Iterable, Mapping

import msgspec
from confluent_kafka import Message as KafkaMessage

from streams.errors import ConfigurationError, UnreadableState
from streams.runtime import checkpoint
from streams.runtime.beginning import State
from streams.runtime.checkpoint import Checkpoint
from streams.runtime.snapshots import Bounds
from streams.topology import NOW_KEY, Stage
from streams.transport.kafka import (
    Place,
    admin,
    described,
    ends_with_epoch,
    patiently,
    topic_ends,
    topic_starts,
)
from streams.transport.private_apis import headers_of
from streams.transport.reading import WholeRead

TAIL_RECORDS = 200
"""How far from its end a partition is looked at for the last `:now`: each transaction ends so."""
REMOVE_COMMAND = "recourse state remove"


class Found:
    """What is known of one partition, while its changelog is read."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.begin = 0
        """From where on the changelog is read."""
        self.keys: dict[str, bytes] = {}
        """The last value of each key, `:now` too."""
        self.now_offset: int | None = None
        """Where the last `:now` lies; None where it came from a snapshot, or there is none."""
        self.checkpoint: bytes | None = None
        self.loose = 0
        self._no_text: dict[str, int] = {}

    def take(self, record: KafkaMessage) -> None:
        """Takes one record. A million of them come: only what is needed is asked of each."""
        raw, value = record.key() or b"", record.value()
        try:
            key = raw.decode()
        except UnicodeDecodeError:
            key = raw.decode("utf-8", "surrogateescape")
            self._no_text[key] = record.offset() or 0
        if value is None:
            self.keys.pop(key, None)
            self._no_text.pop(key, None)
        else:
            self.keys[key] = value
        if key != NOW_KEY:
            self.loose += 1
            return
        self.loose = 0
        self.now_offset = record.offset()
        self.checkpoint = checkpoint.of_headers(headers_of(record))

    def state(self, changelog: str) -> State:
        """What the comparison with the group needs.

        Raises:
            ConfigurationError: there is something that no version of ours writes.
        """
        for offset in self._no_text.values():
            raise ConfigurationError(
                f"{changelog}[{self.number}] offset {offset} has a key that is no text: no version "
                f"of ours wrote it; `{REMOVE_COMMAND}` takes such a record away"
            )
        now = self.keys.get(NOW_KEY)
        if now is not None and not now.isdigit():
            raise ConfigurationError(
                f"{changelog}[{self.number}] offset {self.now_offset} has {len(now)} bytes under "
                f"{NOW_KEY!r} that are no time in digits: somebody else has written over what the "
                "state was made from; `recourse state accept` goes on from the group's offsets"
            )
        has_now = now is not None
        return State(has_now, len(self.keys) - has_now, self.loose, self._decoded(changelog))

    def _decoded(self, changelog: str) -> Checkpoint | None:
        if self.checkpoint is None:
            return None
        try:
            return checkpoint.decode(self.checkpoint)
        except msgspec.DecodeError as error:
            raise ConfigurationError(
                f"{changelog}[{self.number}] offset {self.now_offset} has a header "
                f"`{checkpoint.HEADER}` under `{NOW_KEY}` that can't be read ({error}): a newer "
                "version wrote it, so run that one, or go on with `recourse state accept`"
            ) from None


def bounds(
    stage: Stage, bootstrap_servers: str, numbers: Iterable[int], stop: threading.Event
) -> dict[int, Bounds]:
    """Begin, high watermark and leader epoch of the changelog's partitions as they are now."""
    client = admin(bootstrap_servers)
    places = [(stage.changelog, number) for number in numbers]
    starts = patiently("ask for starts", lambda: topic_starts(client, places), stop)
    ends = patiently("ask for ends", lambda: ends_with_epoch(client, places), stop)
    return {place[1]: Bounds(starts[place], *ends[place]) for place in places}


def read(
    stage: Stage,
    bootstrap_servers: str,
    found: Mapping[int, Found],
    stop: threading.Event,
) -> int:
    """Folds the changelog, from where each begins, into what is found; gives how many it read.

    A key not yet compacted comes several times.

    Raises:
        ConfigurationError: there is something in it that no version of ours writes.
        Fenced: stopped.
    """
    count = 0
    reader = WholeRead(
        bootstrap_servers,
        f"{stage.changelog}-restore",
        [(stage.changelog, number) for number in found],
        {(stage.changelog, number): each.begin for number, each in found.items()},
    )
    try:
        for records in reader.found_to_end(stop):
            count += len(records)
            for record in records:
                found[record.partition()].take(record)  # type: ignore[index]  # of one that was read
    finally:
        reader.close()
    return count


def last_checkpoints(
    changelog: str, bootstrap_servers: str, numbers: Iterable[int], stop: threading.Event
) -> dict[int, Checkpoint]:
    """The last checkpoint of partitions, from the ends of their changelogs alone.

    One that is not found there (an older version wrote last, or much was aborted) is left out.
    """
    client = admin(bootstrap_servers)
    places = [(changelog, number) for number in numbers]
    if not places:
        return {}
    ends = patiently("ask for ends", lambda: topic_ends(client, places), stop)
    begins: dict[Place, int] = {place: max(0, end - TAIL_RECORDS) for place, end in ends.items()}
    reader = WholeRead(bootstrap_servers, f"{changelog}-tail", places, begins)
    headers: dict[int, bytes | None] = {}
    try:
        for messages in reader.to_end(stop):
            for each in messages:
                if each.key == NOW_KEY.encode():
                    headers[each.partition] = checkpoint.of_headers(each.headers)
    finally:
        reader.close()
    return {number: made for number, value in headers.items() if (made := _known(value))}


def _known(value: bytes | None) -> Checkpoint | None:
    try:
        return None if value is None else checkpoint.decode(value)
    except msgspec.DecodeError:
        return None  # said where the partition is restored


def unreadable(
    stage: Stage,
    bootstrap_servers: str,
    number: int,
    error: UnreadableState,
    stop: threading.Event,
) -> ConfigurationError:
    """Where it lies that a processor can't read, and the way out: for people."""
    offset = _last_of_key(stage.changelog, bootstrap_servers, number, error.key, stop)
    where = "" if offset is None else f" offset {offset}"
    return ConfigurationError(
        f"stage {stage.name}: {stage.changelog}[{number}]{where} {error.reason}, and "
        f"`{REMOVE_COMMAND}` takes it away (docs/disaster-recovery.md)"
    )


def _last_of_key(
    changelog: str, bootstrap_servers: str, number: int, key: str, stop: threading.Event
) -> int | None:
    """Where a key was last written: read anew, since nothing remembers it."""
    reader = WholeRead(bootstrap_servers, f"{changelog}-key", [(changelog, number)])
    found = None
    try:
        for messages in reader.to_end(stop):
            for each in messages:
                if each.key == key.encode("utf-8", "surrogateescape"):
                    found = each.offset
    finally:
        reader.close()
    return found


def partitions(stage: Stage, bootstrap_servers: str, stop: threading.Event) -> int:
    """How many partitions the changelog has."""
    client, name = admin(bootstrap_servers), stage.changelog
    return patiently("look at the changelog", lambda: described(client, [name]), stop)[
        name
    ].partitions
