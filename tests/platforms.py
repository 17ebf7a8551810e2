"""Writes docs/platforms.md anew: for which systems the locked packages have wheels.

It asks the package registry what there is, and installs nothing; a test compares the page with the
locks, so that it is written anew when they change.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.check_lock import PYTHONS
from tests.smoke import lock_with
from tests.third_party import extras

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "platforms.md"
_LACKS = re.compile(r"Because ([a-z0-9-]+)==\S+ has no (?:usable )?wheels")
_MOST = 20  # packages without a wheel: more is no platform to speak of
PLATFORMS = {
    "Linux x86-64": ("x86_64-manylinux_2_28", "**yes**: every run of the tests"),
    "Linux arm64": (
        "aarch64-manylinux_2_28",
        "the image, which makes that wheel of hashed source and tools; not run there yet",
    ),
    "macOS arm64": ("aarch64-apple-darwin", "installs; the tests have not been run there"),
    "macOS x86-64": ("x86_64-apple-darwin", "no: what lacks is compiled, untried"),
    "Linux musl x86-64": ("x86_64-unknown-linux-musl", "no (Alpine): what lacks is compiled"),
    "Linux musl arm64": ("aarch64-unknown-linux-musl", "no (Alpine): the same"),
    "Windows": ("x86_64-pc-windows-msvc", "no: the code itself needs `fcntl` and signals of Unix"),
}
_HEAD = """# Where it runs

Python {first} to {last}, each with the same locks. What lacks a wheel for a system, by the locked
versions, for all of them unless one is named; in brackets what the extras add. glibc 2.28
or newer. Made by `make platforms` of locks with the SHA-256 {digest}.

| system | without a wheel | supported |
|---|---|---|
"""
_FOOT = """
Supported means: an error there is an error of ours. The wheel of recourse itself names its platform
(`linux_x86_64`) where its hot path was compiled in, and `any` where not: it is for machines like
the one that built it, and goes to no index. The project's workflow runs the tests on Linux x86-64
with each Python; `make smoke` installs the wheel in an environment of its own, with and without the
extra.
"""


def digest() -> str:
    """Of both locks, the first 16 digits."""
    return hashlib.sha256(lock_with(*extras()).encode()).hexdigest()[:16]


def lacking(lock: str, platform: str, python: str) -> list[str]:
    """The packages of a lock that have no wheel there."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.lock"
        while len(found) < _MOST:
            path.write_text(lock, encoding="utf-8")
            done = subprocess.run(
                [
                    sys.executable, ROOT / "settings_as_pip.py", sys.executable, "-m", "uv", "pip",
                    "install", "--dry-run", "--no-deps", "--target", folder, "--only-binary",
                    ":all:", "--python-platform", platform, "--python-version", python, "-r", path,
                ],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                return found
            lacks = _LACKS.search(" ".join(done.stderr.split()))
            if lacks is None:
                sys.exit(done.stderr)
            found.append(lacks[1])
            lock = re.sub(rf"^{lacks[1]}==.*(?:\n +--hash=.*)*\n", "", lock, flags=re.MULTILINE)
    return found


def _named(platform: str, lock: str) -> list[str]:
    by_python = {python: lacking(lock, platform, python) for python in PYTHONS}
    names = dict.fromkeys(name for each in by_python.values() for name in each)
    told = []
    for name in names:
        where = [python for python, each in by_python.items() if name in each]
        told.append(name if len(where) == len(PYTHONS) else f"{name} ({', '.join(where)})")
    return told


def main() -> None:
    """Asks, and writes the page."""
    rows = []
    for name, (platform, supported) in PLATFORMS.items():
        bare, whole = _named(platform, lock_with()), _named(platform, lock_with(*extras()))
        more = [each for each in whole if each not in bare]
        lacks = ", ".join(bare) or "none"
        added = f" ({', '.join(more)})" if more else ""
        rows.append(f"| {name} | {lacks}{added} | {supported} |")
    head = _HEAD.format(first=PYTHONS[0], last=PYTHONS[-1], digest=digest())
    PAGE.write_text(head + "\n".join(rows) + "\n" + _FOOT, encoding="utf-8")


if __name__ == "__main__":
    main()
