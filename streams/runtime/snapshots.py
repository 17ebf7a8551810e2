"""Local snapshots: what makes a planned restart short. The changelog is the truth, they are copies.

At a planned stop the state of each partition is written to a file with the offset of the changelog
up to which it holds; the next start reads the file and only the rest of the changelog. A file is
taken away before it is used; one that could be wrong is thrown away, and the changelog is read
whole. Whether a file can be written or not changes nothing but the time that a restart takes.

A file is believed only where this process's user made it and nobody else can write it. Why such a
file, of whatever age and worker, can only be right or refused: the state of the changelog up to an
offset is the same whoever had it. What came later is read from there, deletions too as long as
their tombstones are kept: hence the limit of age.
"""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import structlog

from streams.metrics import SNAPSHOTS
from streams.own_files import made
from streams.runtime.snapshot_file import Header, Unusable, read, write
from streams.topology import Stage

log = structlog.get_logger()

OLD_SECONDS = 3_600
"""A file that old is not used: the tombstones of what was deleted since may be gone."""
_ENDING = ".state"
_UNFINISHED = ".part"


class Topic(NamedTuple):
    """The changelog as Kafka has it now."""

    topic_id: str
    tombstones_kept_ms: int
    """`delete.retention.ms`: for so long a deletion can be read."""


class Bounds(NamedTuple):
    """A partition of the changelog as Kafka has it now."""

    begin: int
    end: int
    leader_epoch: int


class Snapshots:
    """The files of one stage in `folder`."""

    def __init__(self, folder: Path, application: str, stage: Stage, topic: Topic) -> None:
        self._folder = folder
        self._application = application
        self._stage = stage
        self._topic = topic
        self._old_ms = min(OLD_SECONDS * 1000, topic.tombstones_kept_ms // 2)

    def path(self, number: int) -> Path:
        """Where the state of a partition is."""
        return self._folder / f"{self._application}-{self._stage.name}-{number}{_ENDING}"

    def save(
        self,
        number: int,
        bounds: Bounds,
        records: Iterable[tuple[str, bytes]],
        checkpoint: bytes | None = None,
        loose: int = 0,
    ) -> bool:
        """Writes a partition's state as of the end of its changelog; false if that failed."""
        path = self.path(number)
        unfinished = path.with_suffix(f".{os.getpid()}{_UNFINISHED}")
        header = Header(
            application=self._application,
            stage=self._stage.name,
            partition=number,
            changelog=self._stage.changelog,
            topic_id=self._topic.topic_id,
            offset=bounds.end,
            leader_epoch=bounds.leader_epoch,
            written_at=int(time.time() * 1000),
            checkpoint=checkpoint,
            loose=loose,
        )
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # For the owner alone: it is the customers' data. Not synced to the disk: a machine
            # that goes down leaves a torn file, and that is found.
            with made(unfinished) as file:
                count = write(file, header, records)
            unfinished.rename(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            self.failed(number, error.strerror or repr(error))
            return False
        SNAPSHOTS.labels(self._stage.name, "written").inc()
        log.info("snapshot_written", stage=self._stage.name, partition=number, records=count)
        return True

    def failed(self, number: int | None, reason: str) -> None:
        """Says that a snapshot was not written; the next start reads the changelog whole."""
        SNAPSHOTS.labels(self._stage.name, "failed").inc()
        log.warning("snapshot_not_written", stage=self._stage.name, partition=number,
                    folder=str(self._folder), reason=reason)  # fmt: skip

    def take(self, number: int, bounds: Bounds) -> tuple[Header, dict[str, bytes]] | None:
        """State and its header (up to which offset it holds), if there is a file to be trusted.

        The file is gone then: state goes on from here, and the next stop writes it anew.
        """
        path = self.path(number)
        if not os.path.lexists(path):
            return None
        try:
            header, state = read(path)
            self._check(number, header, bounds)
        except (Unusable, OSError) as error:
            reason = str(error)
        else:
            # Kept where it can't be removed: it stays right, and gets too old.
            self._remove(path)
            SNAPSHOTS.labels(self._stage.name, "used").inc()
            return header, state
        SNAPSHOTS.labels(self._stage.name, "thrown_away").inc()
        log.warning("snapshot_thrown_away", stage=self._stage.name, partition=number,
                    file=str(path), reason=reason)  # fmt: skip
        self._remove(path)
        return None

    def _check(self, number: int, header: Header, bounds: Bounds) -> None:
        age = int(time.time() * 1000) - header.written_at
        same = {
            "application": (header.application, self._application),
            "stage": (header.stage, self._stage.name),
            "partition": (header.partition, number),
            "changelog": (header.changelog, self._stage.changelog),
            "topic id": (header.topic_id, self._topic.topic_id),
        }
        for what, (found, expected) in same.items():
            if found != expected:
                raise Unusable(f"its {what} is {found}: must be {expected}")
        if not bounds.begin <= header.offset <= bounds.end:
            raise Unusable(
                f"it holds up to offset {header.offset}: "
                f"the changelog has {bounds.begin} to {bounds.end}"
            )
        if header.leader_epoch > bounds.leader_epoch:
            raise Unusable(
                f"it knows leader epoch {header.leader_epoch}, "
                f"but the changelog has only {bounds.leader_epoch}"
            )
        if not 0 <= age <= self._old_ms:
            raise Unusable(f"it is {age} ms old: must be at most {self._old_ms}")

    def clean(self) -> None:
        """Removes what is too old to be used by anybody, and what was never finished."""
        oldest = time.time() - self._old_ms / 1000
        with contextlib.suppress(OSError):
            for path in self._folder.glob(f"{self._application}-{self._stage.name}-*"):
                if path.suffix in {_ENDING, _UNFINISHED} and path.stat().st_mtime < oldest:
                    self._remove(path)

    def _remove(self, path: Path) -> None:
        try:
            path.unlink()
        except OSError as error:
            log.warning("snapshot_not_removed", file=str(path), reason=error.strerror)
