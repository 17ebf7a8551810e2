"""What the archive holds: the files, and up to which offset each partition is in them."""

from typing import Final, Protocol, Self

import msgspec
from msgspec import Struct

FORM: Final = 1
"""The newest form of a manifest that this version reads; it writes no other."""


class NotReadable(Exception):  # noqa: N818 - it says what the case is
    """What lies there is no archive that this version reads; one sentence."""


class File(Struct, frozen=True, kw_only=True):
    """A Parquet file: its place, topic and day (UTC, of the records' timestamps)."""

    path: str
    topic: str
    day: str
    rows: int
    size: int


class Going(Struct, frozen=True, kw_only=True):
    """A file that no reader needs any more; it is deleted some time after `since` (ms)."""

    path: str
    since: int


class Gap(Struct, frozen=True, kw_only=True):
    """Offsets that were gone from Kafka before they were read: from, and up to without."""

    topic: str
    partition: int
    begin: int
    end: int


class Manifest(Struct, frozen=True, kw_only=True):
    """All that is in the archive.

    `sequence` counts the manifests, `writer` is who wrote this one: another one has taken over
    where it changes. `cluster` is the Kafka whose offsets `positions` has: by topic and partition
    the next one to be read.
    """

    form: int = FORM
    sequence: int = 0
    writer: str = ""
    cluster: str = ""
    positions: dict[str, dict[int, int]] = {}
    files: tuple[File, ...] = ()
    going: tuple[Going, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def of(cls, text: bytes) -> Self:
        """The manifest in a file.

        Raises:
            NotReadable: it is none, or one of a later version.
        """
        try:
            form = msgspec.json.decode(text, type=_Form).form
            if form <= FORM:
                return msgspec.json.decode(text, type=cls)
        except msgspec.MsgspecError as error:
            raise NotReadable(f"the archive's manifest can't be read: {error}") from error
        raise NotReadable(
            f"the archive's manifest has the form {form}, this version reads up to {FORM}: "
            "a later version wrote it"
        )

    def text(self) -> bytes:
        """The manifest as a file has it, a line a file, so that people can read it."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


class Keeps(Protocol):
    """What has a manifest."""

    def manifest(self) -> bytes | None:
        """The manifest; None where there is none yet."""


def manifest_at(store: Keeps, place: str) -> Manifest:
    """The manifest of an archive that is there.

    Raises:
        NotReadable: there is none that this version reads.
        StoreFailed: the place can't be read.
    """
    text = store.manifest()
    if text is None:
        raise NotReadable(f"{place}: there is no archive")
    return Manifest.of(text)


class _Form(Struct):
    form: int
