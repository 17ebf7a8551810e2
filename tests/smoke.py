"""The wheel in an environment of its own, with and without `[local]`: what is installed works, what
is not says so; and what it weighs. Two minutes; from uv's cache where that has the packages.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.third_party import of_the_extra

ROOT = Path(__file__).parents[1]
LINT = ("policy", "lint", str(ROOT / "docs" / "examples" / "strict.yaml"))
SIMULATE = ("simulate", str(ROOT / "docs" / "examples" / "rise.jsonl"))


def _run(*command: str | Path, ends: int = 0) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode != ends:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}")
    return done.stdout + done.stderr


def _uv(*command: str | Path) -> None:
    _run(sys.executable, ROOT / "settings_as_pip.py", sys.executable, "-m", "uv", *command)


def _wheel(folder: Path) -> Path:
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    _run(sys.executable, *build)
    return next(folder.glob("*.whl"))


def lock_with(*extras: str) -> str:
    """The lock of the image; with extras, what these bring, too, by the whole lock."""
    text = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8")
    names = {name for extra in extras for name in of_the_extra(extra)}
    taken = False
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").split("\n"):
        if not line.startswith((" ", "#")):
            taken = line.partition("==")[0] in names
        text += f"{line}\n" if taken else ""
    return text


def _megabytes(folder: Path) -> float:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 1e6


def main() -> None:
    """Tries both; says what they weigh and how long they took."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheel = _wheel(folder)
        for local in (False, True):
            began = time.monotonic()
            here = folder / f"local-{local}"
            _uv("venv", "--quiet", "--python", sys.executable, here)
            python, recourse = here / "bin" / "python", here / "bin" / "recourse"
            lock = folder / f"local-{local}.lock"
            lock.write_text(lock_with(*(["local"] if local else [])), encoding="utf-8")
            _uv("pip", "sync", "--quiet", "--require-hashes", "--python", python, lock)
            _uv("pip", "install", "--quiet", "--no-deps", "--python", python, wheel)
            took, weighs = time.monotonic() - began, _megabytes(here)
            _uv("pip", "check", "--quiet", "--python", python)
            print(_run(recourse, "--version").strip())  # noqa: T201 - a program
            _run(recourse, *LINT)
            _run(recourse, *SIMULATE)
            said = _run(recourse, "kafka", "--help", ends=0 if local else 2)
            if local != ("recourse[local]" not in said):
                sys.exit(f"`recourse kafka` says: {said}")
            named = "with" if local else "without"
            print(f"{named} [local]: {weighs:.0f} MB, installed in {took:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
