"""`make walks`: pretend additions, made by what CONTRIBUTING says and nothing else, as patches.

Each is applied to a copy of the tree. What is generated is written, the fast checks must pass, and
the files that a person wrote are counted. Then each of them is forgotten once: the check must fail
and name it. A patch's lines stand amid others, not last, so that a real addition does not outdate
it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

ROOT = Path(__file__).parents[2]
PATCHES = Path(__file__).parent
LANGUAGES = "agents/texts/"


class Walk(NamedTuple):
    """One kind of addition."""

    generated: tuple[str, ...]
    """The programs of `make` that write what follows from it."""
    complete: tuple[str, ...]
    """The tests that name what somebody forgot."""
    fast: tuple[str, ...] = ()
    """What must pass beside these."""
    by_hand: int = 4
    """Files at most, beside one a language."""


_RULE: Final = Walk(
    ("symbols", "explanations", "notices", "asyncapi"),
    ("tests/test_every_rule.py",),
    (
        "tests/core/customers/rules",
        "tests/core/notices",
        "tests/schemas/test_contract.py",
    ),
)
_PARTS: Final = ("tests/test_every_part.py",)
WALKS: Final = {
    "rule_on_events": _RULE,
    "rule_on_time": _RULE,
    "command": Walk(("commands_page",), _PARTS, ("tests/agents/operations/test_commands.py",)),
    "setting": Walk(("settings_page",), _PARTS, ("tests/streams/test_settings.py",), 2),
    "metric": Walk(("metrics_page", "dashboard"), _PARTS, ("tests/agents/test_metrics.py",), 2),
    "number": Walk(("policy_page",), _PARTS, ("tests/core/test_policy.py",), 3),
    "field": Walk(("symbols", "asyncapi"), _PARTS, ("tests/schemas/test_contract.py",), 3),
    "topic": Walk(
        ("symbols", "asyncapi", "strimzi", "policy_page"),
        _PARTS,
        (
            "tests/schemas/test_contract.py",
            "tests/schemas/test_evolution.py",
            "tests/agents/test_access.py",
            "tests/core/customers/test_state_codec.py",
        ),
        12,
    ),
    "language": Walk(("notices",), _PARTS, ("tests/test_every_rule.py",), 0),
    "notice": Walk(("notices",), _PARTS, ("tests/core/notices/test_steps.py",), 1),
}


def _italian(copy: Path) -> list[str]:
    """Another language, in French: whether it is well said no test can tell."""
    made = []
    for folder in ("notices", "rules"):
        file = f"{LANGUAGES}{folder}/it.ftl"
        shutil.copy(copy / LANGUAGES / folder / "fr.ftl", copy / file)
        made.append(file)
    return made


MADE: Final[dict[str, Callable[[Path], list[str]]]] = {"language": _italian}
"""What is made by a function instead of a patch, which every new message would outdate."""


def main() -> int:
    """Walks all, or those that are named; 0 when each is as it should be."""
    names = sys.argv[1:] or list(WALKS)
    patches = {each.stem for each in PATCHES.glob("*.patch")}
    wrong = [f"{name}: a patch without its line in WALKS" for name in patches - WALKS.keys()]
    wrong += [f"{name}: {each}" for name in names for each in _walk(name, WALKS[name])]
    sys.stdout.writelines(f"WRONG {each}\n" for each in wrong)
    return 1 if wrong else 0


def _walk(name: str, walk: Walk) -> Iterator[str]:
    """What is not as it should be."""
    with TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        _copied(copy)
        if name in MADE:
            files = MADE[name](copy)
        else:
            patch = PATCHES / f"{name}.patch"
            text = patch.read_text(encoding="utf-8")
            files = re.findall(r"^diff --git a/\S+ b/(\S+)$", text, re.MULTILINE)
            applied = _run(copy, "git", "apply", "-C1", str(patch))
            if applied.returncode:
                yield f"the patch no longer applies, make it anew: {applied.stderr.strip()}"
                return
        by_hand = [each for each in files if not each.startswith(LANGUAGES)]
        said = f"{len(by_hand)} files by hand, {len(files) - len(by_hand)} of languages"
        sys.stdout.write(f"{name}: {said}\n")
        if len(by_hand) > walk.by_hand:
            yield f"{said}; {walk.by_hand} at most by hand"
        for each in walk.generated:
            yield from _failed(f"make {each}", _python(copy, "-m", f"tests.{each}"))
        checked = _pytest(copy, (*walk.complete, *walk.fast), "-x", "--numprocesses", "2")
        yield from _failed("the fast checks", checked)
        sys.stdout.write(f"{name}: {checked.stdout.strip().splitlines()[-1]}\n")
        for each in files:
            yield from _forgotten(copy, each, walk)


def _forgotten(copy: Path, file: str, walk: Walk) -> Iterator[str]:
    """Whether the check names a file that somebody forgot, or the folder that it is in."""
    written, before = copy / file, ROOT / file
    text = written.read_text(encoding="utf-8")
    if before.exists():
        shutil.copy(before, written)
    else:
        written.unlink()
    if file.endswith(".avsc"):
        _python(copy, "-m", "tests.symbols")
    # Without the source of the check, which holds the names, too.
    checked = _pytest(copy, walk.complete, "--numprocesses", "0", "--tb=short", "-vv")
    folders = (f"{re.escape(str(each))}: " for each in Path(file).parents if str(each) != ".")
    module = re.escape(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    places = "|".join((re.escape(file), f"{module}' has no", *folders))
    said = (checked.stdout + checked.stderr).replace(f"{copy}/", "")
    named = re.search(f"(?<![\\w/])(?:{places}).*", said)
    if checked.returncode == 0:
        yield f"without {file} nothing fails"
    elif named is None:
        yield f"without {file} something fails, and does not name it: {said[-600:]}"
    else:
        sys.stdout.write(f"  without {file}: {named[0][:120]}\n")
    written.write_text(text, encoding="utf-8")
    if file.endswith(".avsc"):
        _python(copy, "-m", "tests.symbols")


def _copied(copy: Path) -> None:
    """The files of the tree, as they are now, with what is compiled."""
    listed = _run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    compiled = (str(each.relative_to(ROOT)) for each in ROOT.glob("streams/compiled/*.so"))
    for name in (*listed.stdout.split("\0"), *compiled):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)


def _failed(what: str, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    if done.returncode:
        yield f"{what} failed:\n{(done.stdout + done.stderr)[-3_000:]}"


def _pytest(copy: Path, tests: tuple[str, ...], *options: str) -> subprocess.CompletedProcess[str]:
    return _python(copy, "-m", "pytest", "-q", *options, *tests)


def _python(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(copy, sys.executable, *arguments)


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder), "GIT_CEILING_DIRECTORIES": "/"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
