"""How the programs in other languages are made and run."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SECONDS = 900
TRIES = 3


class Language(NamedTuple):
    """How a program is made and run, in a copy of its folder."""

    tool: str
    make: tuple[str, ...]
    run: Callable[[str, str], tuple[str, ...]]


def by_maven(program: str, arguments: str) -> tuple[str, ...]:
    goal = (f"-Dexec.mainClass={program.capitalize()}", f"-Dexec.args={arguments}")
    return (
        "mvn",
        "-q",
        "-B",
        "-Dstyle.color=never",
        f"-Dschemas={ROOT / 'schemas'}",
        "exec:java",
        *goal,
    )


LANGUAGES = {
    "go": Language(
        "go",
        ("go", "build", "-o", "bin/", "./..."),
        lambda name, said: (f"bin/{name}", *said.split()),
    ),
    "java": Language(
        "mvn",
        ("mvn", "-q", "-B", f"-Dschemas={ROOT / 'schemas'}", "compile", "exec:help"),
        by_maven,
    ),
    "node": Language(
        "npm",
        ("npm", "ci", "--no-audit", "--no-fund"),
        lambda name, said: ("node", f"{name}.js", *said.split()),
    ),
}
ASKED_FOR = os.environ.get("LANGUAGES", "go java node").split()


def say(command: tuple[str, ...], folder: Path, **environment: str) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def made(name: str, within: Path) -> Path:
    """A copy of a language's folder, made; what this machine lacks of its libraries is fetched."""
    language, folder = LANGUAGES[name], within / name
    assert shutil.which(language.tool), f"{language.tool} is missing: LANGUAGES= leaves it out"
    shutil.copytree(
        ROOT / "docs" / "examples" / name,
        folder,
        ignore=shutil.ignore_patterns("node_modules", "target"),
    )
    patiently(language.make, folder)
    return folder


def patiently(command: tuple[str, ...], folder: Path, **environment: str) -> None:
    """Runs what fetches something, again where that did not come."""
    for left in range(TRIES)[::-1]:
        try:
            say(command, folder, **environment)
        except AssertionError:
            if not left:
                raise
        else:
            break
