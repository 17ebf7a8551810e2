"""Which version this is, and of which commit: in a wheel and an image as it was built, in a clone
as it stands. Without git, too.
"""  # noqa: D205

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

BUILT: Final = "commit.txt"
"""What `hatch_build.py` writes into a wheel, in the package `agents`; a clone has none."""
UNKNOWN: Final = "unknown"


def told() -> str:
    """Version and commit, as `recourse --version` says it."""
    return f"recourse {version('recourse')} (commit {commit()})"


def commit() -> str:
    """The commit (40 hexadecimal digits) that was built, or that a clone is at; or `unknown`."""
    built = files("agents").joinpath(BUILT)
    if built.is_file():
        return built.read_text(encoding="utf-8").strip()
    return commit_of(Path(__file__).parents[2])


def commit_of(clone: Path) -> str:
    """The commit that a clone is at, read as git keeps it: a worktree's and a packed one, too."""
    try:
        folder = _folder(clone / ".git")
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        return _of_branch(folder, head.removeprefix("ref: "))
    except (OSError, UnicodeDecodeError):
        return UNKNOWN


def _folder(git: Path) -> Path:
    """A worktree's `.git` is a file that names the folder."""
    if git.is_dir():
        return git
    return git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir: ").strip()


def _of_branch(folder: Path, branch: str) -> str:
    common = folder / "commondir"
    if common.is_file():
        folder = folder / common.read_text(encoding="utf-8").strip()
    loose = folder / branch
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    packed = (folder / "packed-refs").read_text(encoding="utf-8").splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {branch}")), UNKNOWN)
