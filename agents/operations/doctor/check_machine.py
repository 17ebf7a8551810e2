"""This process's own side: settings, keys, versions, the folder for state."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from packaging.markers import Marker

import agents
from agents.operations.doctor.checks import Check, fine, fix
from agents.pipeline.data_packages import data_versions
from agents.pipeline.settings import PRIVACY_KEY_FILE, pseudonyms
from streams.compiled import native
from streams.errors import ConfigurationError
from streams.own_files import NotOurs, check_folder
from streams.settings import Settings
from streams.transport.private_apis import VERSIONS

PYTHONS = range(11, 15)  # 3.11 to 3.14
_ROOM_BYTES = 1_000_000_000
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+) *(?:;([^\\\n]+))?", re.MULTILINE)
_SHOWN = 5
_NO_KEY = "none: what stays of an erased customer can be found by trying ids"
_KEY_RIGHT = (
    f"set {PRIVACY_KEY_FILE} to a file with what `openssl rand -hex 32` makes, the same for every "
    "worker (docs/security.md)"
)


def machine_checks(settings: Settings, *, erases: bool = False) -> Iterator[Check]:
    """Everything that needs no broker; `erases`: this process carries out erasures."""
    yield from _versions()
    yield _key(erases=erases)
    yield _temporary_folder()
    yield from _state(settings.state_dir)


def _versions() -> Iterator[Check]:
    running = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info.major == 3 and sys.version_info.minor in PYTHONS:
        yield fine("python", running)
    else:
        yield fix("python", running, "must be Python 3.11 to 3.14: nothing is tried on another")
    locked, where = _locked()
    wrong = differing(locked)
    if not wrong:
        yield fine("packages", f"{len(locked)} are as {where} has them")
    for sentence in wrong[:_SHOWN]:
        yield fix("packages", sentence, f"install what {where} names (`make setup`)")
    if len(wrong) > _SHOWN:
        yield fix("packages", f"and {len(wrong) - _SHOWN} more", f"see {where}")
    yield _data()
    compiled = "the hot path is the one in C" if native is not None else "the hot path is Python's"
    yield fine("packages", compiled)


def _data() -> Check:
    """Whether they are the locked ones is said with the other packages."""
    try:
        found = data_versions()
    except ConfigurationError as problem:
        return fix("data", str(problem), "make setup")
    named = ", ".join(f"{name} {version}" for name, version in found.items())
    return fine("data", f"{named}; time zones are tzdata's alone, never the system's")


def _locked() -> tuple[dict[str, str], str]:
    """Which package must have which version: by the lock beside the code, else by what is pinned.

    An image has no lock beside the code; it was built by one.
    """
    lock = Path(agents.__file__).parents[1] / "requirements.lock"
    if lock.is_file():
        return pinned(lock.read_text(encoding="utf-8")), "requirements.lock"
    required = "\n".join(distribution("recourse").requires or ())
    return pinned(required) | VERSIONS, "pyproject.toml"


def pinned(lines: str) -> dict[str, str]:
    """The packages of a lock with their versions, without those that are for other machines."""
    return {
        name: version
        for name, version, only in _PINNED.findall(lines)
        if not only or Marker(only).evaluate()
    }


def differing(locked: Mapping[str, str]) -> list[str]:
    """Packages that are not there as they are locked, a sentence each."""
    found = []
    for name, right in sorted(locked.items()):
        try:
            installed = version(name)
        except PackageNotFoundError:
            found.append(f"{name} is not installed, locked is {right}")
            continue
        if installed != right:
            found.append(f"{name} is {installed}, locked is {right}")
    return found


def _key(*, erases: bool) -> Check:
    try:
        keys = len(pseudonyms().keys)
    except ConfigurationError as problem:
        return fix("privacy key", str(problem), "docs/policy.md, The lists")
    if keys:
        return fine("privacy key", f"{keys} given, the first writes")
    if erases:
        return fix("privacy key", _NO_KEY, _KEY_RIGHT)
    return fine("privacy key", f"none: needed where lists name customers ({PRIVACY_KEY_FILE})")


def _state(folder: str | None) -> Iterator[Check]:
    if folder is None:
        yield fine("state", "RECOURSE_STATE_DIR is not set: every start reads the changelog")
        return
    path = Path(folder)
    area = "state"
    named = f"RECOURSE_STATE_DIR is {folder}"
    there = next(each for each in (path, *path.resolve().parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        why = f"{there} must be a folder that this user may write ({error.strerror})"
        yield fix(area, named, why)
        return
    try:
        if path.exists():
            check_folder(path)
    except NotOurs as error:
        yield fix(area, str(error), "must be this user's alone: it holds customers' data")
    else:
        yield fine(area, f"{named}: it can be written")
    free = shutil.disk_usage(there).free
    room = f"{free / 1_000_000_000:.1f} GB are free there"
    if free < _ROOM_BYTES:
        yield fix("disk", room, "must be 1 GB at least: a planned stop writes all state")
    else:
        yield fine("disk", room)


def _temporary_folder() -> Check:
    """Python and its packages may need one; with a read-only root file system it is forgotten."""
    try:
        with tempfile.TemporaryFile():
            return fine("temporary files", f"{tempfile.gettempdir()} can be written")
    except OSError as error:
        right = f"mount one that this user may write, or set TMPDIR ({error.strerror or error})"
        return fix("temporary files", "no folder for them can be written", right)
