"""`make walks`: pretend rules, made by what CONTRIBUTING says and nothing else, as patches.

Each is applied to a copy of the tree. What is generated is written, the fast checks must pass, and
the files that a person wrote are counted. Then each of them is forgotten once: the check must fail
and name it. A patch's lines stand amid others, not last, so that a real rule does not outdate it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PATCHES = Path(__file__).parent
GENERATED = ("symbols", "explanations", "notices", "asyncapi")
COMPLETE = ("tests/test_every_rule.py",)
FAST = (
    *COMPLETE,
    "tests/core/customers/rules",
    "tests/core/notices",
    "tests/schemas/test_contract.py",
)
LANGUAGES = "agents/texts/"
BY_HAND_AT_MOST = 4
"""Files beside one a language."""


def main() -> int:
    """Walks all patches, or those that are named; 0 when each is as it should be."""
    names = sys.argv[1:] or sorted(each.stem for each in PATCHES.glob("*.patch"))
    wrong = [f"{name}: {each}" for name in names for each in _walk(name)]
    sys.stdout.writelines(f"WRONG {each}\n" for each in wrong)
    return 1 if wrong else 0


def _walk(name: str) -> Iterator[str]:
    """What is not as it should be."""
    patch = PATCHES / f"{name}.patch"
    files = re.findall(
        r"^diff --git a/\S+ b/(\S+)$", patch.read_text(encoding="utf-8"), re.MULTILINE
    )
    by_hand = [each for each in files if not each.startswith(LANGUAGES)]
    said = f"{len(by_hand)} files by hand, {len(files) - len(by_hand)} of languages"
    sys.stdout.write(f"{name}: {said}\n")
    if len(by_hand) > BY_HAND_AT_MOST:
        yield f"{said}; {BY_HAND_AT_MOST} at most by hand"
    with TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        _copied(copy)
        applied = _run(copy, "git", "apply", "-C1", str(patch))
        if applied.returncode:
            yield f"the patch no longer applies, make it anew: {applied.stderr.strip()}"
            return
        for each in GENERATED:
            yield from _failed(f"make {each}", _python(copy, "-m", f"tests.{each}"))
        checked = _pytest(copy, FAST)
        yield from _failed("the fast checks", checked)
        sys.stdout.write(f"{name}: {checked.stdout.strip().splitlines()[-1]}\n")
        for each in files:
            yield from _forgotten(copy, each)


def _forgotten(copy: Path, file: str) -> Iterator[str]:
    """Whether the check names a file that somebody forgot."""
    written, before = copy / file, ROOT / file
    text = written.read_text(encoding="utf-8")
    if before.exists():
        shutil.copy(before, written)
    else:
        written.unlink()
    if file.endswith(".avsc"):
        _python(copy, "-m", "tests.symbols")
    checked = _pytest(copy, COMPLETE)
    places = f"{re.escape(file)}|{re.escape(str(Path(file).parent))}: "
    named = re.search(f"(?:{places}).*", checked.stdout)
    if checked.returncode == 0:
        yield f"without {file} nothing fails"
    elif named is None:
        yield f"without {file} something fails, and does not name it: {checked.stdout[-600:]}"
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


def _pytest(copy: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    processes = "2" if tests is FAST else "0"
    return _python(copy, "-m", "pytest", "-q", "-x", "--numprocesses", processes, *tests)


def _python(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(copy, sys.executable, *arguments)


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder), "GIT_CEILING_DIRECTORIES": "/"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
