"""Where an archive lies: a folder, or an object store.

Both keep a file whole or not at all, and replace the manifest only where it is still the one that
was read: so of two that write into one archive, one is refused.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotSupportedError,
    PreconditionError,
)
from obstore.store import from_url

MANIFEST: Final = "manifest.json"
_LOCK: Final = ".lock"
_PART: Final = ".part"
_FIRST_LINE: Final = re.compile(r"[^\n]*")


class StoreFailed(Exception):  # noqa: N818 - it says what the case is
    """The store did not do what it was asked for; it may later. One sentence."""


class TakenOver(Exception):  # noqa: N818 - it says what the case is
    """Another process writes into the archive; one sentence."""


class Store(Protocol):
    """What an archive needs of its place."""

    def get(self, path: str) -> bytes:
        """A file; raises FileNotFoundError, StoreFailed."""

    def put(self, path: str, content: bytes) -> None:
        """Keeps a file: when this returns it is there, whatever dies."""

    def delete(self, path: str) -> None:
        """Removes a file; one that is not there is removed."""

    def paths(self) -> Iterator[str]:
        """All files but the manifest, also what is left of some that were never whole."""

    def manifest(self) -> bytes | None:
        """The manifest; None where there is none yet. From now on it is the one to be replaced."""

    def replace_manifest(self, content: bytes) -> None:
        """Puts another in its place.

        Raises:
            TakenOver: it is not the one that was read, or replaced, last.
            StoreFailed: it may have been replaced, or not; to try again is right.
        """

    def own(self) -> None:
        """Keeps other processes from writing, where the place can; raises TakenOver."""

    def close(self) -> None:
        """Lets others write."""


def store_at(place: str) -> Store:
    """A folder (a path, or file://), or an object store (s3://, gs://, az://).

    Raises:
        StoreFailed: it is no place that is known.
    """
    url = urlsplit(place)
    if url.scheme in ("", "file") or len(url.scheme) == 1:  # a drive's letter is no scheme
        return FolderStore(Path(unquote(url.path) if url.scheme == "file" else place))
    try:
        return ObjectStore(from_url(place, retry_config=_retries()), place)
    except (BaseError, ValueError) as error:
        raise StoreFailed(f"{place}: {_said(error)}") from error


def _retries() -> Any:  # noqa: ANN401 - obstore's type is known to its stub alone
    from datetime import timedelta  # noqa: PLC0415 - nobody else here needs it

    return {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}


class FolderStore:
    """A folder. A file is written beside its place, synced, and put there by a rename."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None

    def get(self, path: str) -> bytes:
        """A file; raises FileNotFoundError, StoreFailed."""
        try:
            return (self._folder / path).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._failed(path, error) from error

    def put(self, path: str, content: bytes) -> None:
        """Keeps a file."""
        target = self._folder / path
        part = target.with_name(target.name + _PART)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(target)
            except OSError:
                with contextlib.suppress(OSError):
                    part.unlink()  # on a full disk it stands in the way
                raise
            self._sync(target.parent)
        except OSError as error:
            raise self._failed(path, error) from error

    def _sync(self, folder: Path) -> None:
        """Makes names last, up to the archive's folder itself: a new one lies in its parent."""
        while True:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if folder == self._folder:
                return
            folder = folder.parent

    def delete(self, path: str) -> None:
        """Removes a file, and a folder that it leaves empty."""
        target = self._folder / path
        try:
            target.unlink(missing_ok=True)
            for folder in target.parents:
                if folder == self._folder or self._folder not in folder.parents:
                    return
                folder.rmdir()
        except OSError as error:
            if error.errno not in _NOT_EMPTY:
                raise self._failed(path, error) from error

    def paths(self) -> Iterator[str]:
        """All files but the manifest."""
        for each in sorted(self._folder.rglob("*")):
            path = each.relative_to(self._folder).as_posix()
            if each.is_file() and path not in (MANIFEST, _LOCK):
                yield path

    def manifest(self) -> bytes | None:
        """The manifest."""
        try:
            return self.get(MANIFEST)
        except FileNotFoundError:
            return None

    def replace_manifest(self, content: bytes) -> None:
        """Puts another in its place; `own` keeps others from doing so."""
        assert self._lock is not None, "only who owns a folder writes into it"
        self.put(MANIFEST, content)

    def own(self) -> None:
        """Locks the folder for as long as this process lives."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise self._failed(_LOCK, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise TakenOver(f"{self._folder}: another process writes this archive") from error
        self._lock = lock

    def close(self) -> None:
        """Lets others write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _failed(self, path: str, error: OSError) -> StoreFailed:
        return StoreFailed(f"{self._folder / path}: {error.strerror or error}")


_NOT_EMPTY = {39, 66, 17, 2}  # ENOTEMPTY (Linux, macOS), EEXIST, ENOENT


class ObjectStore:
    """A bucket. The manifest is replaced by a conditional put: If-Match, If-None-Match."""

    def __init__(self, store: Any, place: str) -> None:  # noqa: ANN401 - obstore hides its union
        self._store = store
        self._place = place
        self._tag: str | None = None

    def get(self, path: str) -> bytes:
        """A file; raises FileNotFoundError, StoreFailed."""
        try:
            return bytes(obstore.get(self._store, path).bytes())
        except FileNotFoundError:
            raise
        except BaseError as error:
            raise self._failed(path, error) from error

    def put(self, path: str, content: bytes) -> None:
        """Keeps a file."""
        try:
            obstore.put(self._store, path, content)
        except (BaseError, FileNotFoundError) as error:
            raise self._failed(path, error) from error

    def delete(self, path: str) -> None:
        """Removes a file."""
        try:
            obstore.delete(self._store, path)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise self._failed(path, error) from error

    def paths(self) -> Iterator[str]:
        """All files but the manifest."""
        try:
            for some in obstore.list(self._store):
                yield from (each["path"] for each in some if each["path"] != MANIFEST)
        except (BaseError, FileNotFoundError) as error:
            raise self._failed("", error) from error

    def manifest(self) -> bytes | None:
        """The manifest."""
        try:
            found = obstore.get(self._store, MANIFEST)
            content, self._tag = bytes(found.bytes()), found.meta["e_tag"]
        except FileNotFoundError:
            self._tag = None
            return None
        except BaseError as error:
            raise self._failed(MANIFEST, error) from error
        if self._tag is None:
            raise StoreFailed(f"{self._place}: the store gives no ETag, which the archive needs")
        return content

    def replace_manifest(self, content: bytes) -> None:
        """Puts another in its place.

        A put whose answer was lost is refused when it is sent once more, for it is there: then what
        is there says so.
        """
        mode: Any = "create" if self._tag is None else {"e_tag": self._tag}
        try:
            self._tag = obstore.put(self._store, MANIFEST, content, mode=mode)["e_tag"]
        except (AlreadyExistsError, PreconditionError) as error:
            if self.manifest() != content:
                raise TakenOver(f"{self._place}: another process writes this archive") from error
        except (NotSupportedError, NotImplementedError) as error:
            raise TakenOver(
                f"{self._place}: the store has no conditional put, so nothing keeps two processes "
                "apart: use another one"
            ) from error
        except (BaseError, FileNotFoundError) as error:
            raise self._failed(MANIFEST, error) from error

    def own(self) -> None:
        """Nothing: the conditional put refuses the other one."""

    def close(self) -> None:
        """Nothing."""

    def _failed(self, path: str, error: Exception) -> StoreFailed:
        return StoreFailed(f"{self._place}, {path or 'its list'}: {_said(error)}")


def _said(error: Exception) -> str:
    """The first line: what follows is the client's inside."""
    found = _FIRST_LINE.match(str(error))
    return found.group().strip() if found else ""
