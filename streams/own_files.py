"""Files that this process writes and later believes: it made them, and nobody else can change them.

Several users share a machine, and a folder may be everybody's: what lies there under the right name
may be a link, or somebody else's. Contents prove nothing (whoever writes them can make a checksum),
the owner does.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_WRITTEN_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class NotOurs(OSError):  # noqa: N818 - it says what the case is
    """A file or folder is not to be believed; one sentence says why."""

    def __str__(self) -> str:
        return str(self.args[0])


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file of our own to read, never through a link.

    Raises:
        NotOurs: it is a link or no file, another user's, or others may write it.
        OSError: it can't be read.
    """
    if path.is_symlink():  # for the sentence; O_NOFOLLOW is what refuses it
        raise NotOurs(f"{path} is a link: must be a file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotOurs(f"{path} is no file")
        _check(path, found, _WRITTEN_BY_OTHERS)
        yield file


@contextlib.contextmanager
def made(path: Path) -> Iterator[BinaryIO]:
    """A new file that nobody else may read or write; what is there under its name is taken away.

    Raises:
        OSError: it can't be made.
    """
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        yield file


def check_folder(path: Path, *, strictly: bool = False) -> None:
    """Asks that only this user (and root) may put a file into a folder under another's name.

    Its group may, where it is not `strictly` asked: a volume of Kubernetes is its pod's group's.

    Raises:
        NotOurs: it is a link (strictly), another user's, or anybody may write there.
        OSError: it is not there.
    """
    found = os.lstat(path) if strictly else path.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotOurs(f"{path} is no folder")
    _check(path, found, _WRITTEN_BY_OTHERS if strictly else stat.S_IWOTH, root=not strictly)


def _check(path: Path, found: os.stat_result, forbidden: int, *, root: bool = False) -> None:
    own = os.geteuid()
    if found.st_uid != own and not (root and found.st_uid == 0):
        raise NotOurs(f"{path} is user {found.st_uid}'s: must be this user's ({own})")
    if found.st_mode & forbidden:
        raise NotOurs(
            f"{path} has the mode {stat.S_IMODE(found.st_mode):04o}: others must not write it"
        )
