"""Do the locks fit pyproject.toml, with each Python? Is `avro` away (it spoils avro-python3)?"""

import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests import third_party

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("linux", "darwin")
LOCKS = (
    "requirements.lock", "requirements-uv.txt", "deploy/requirements.lock", "deploy/build.lock",
    "deploy/audit.lock",
)  # fmt: skip
_LINE = re.compile(
    r"^([A-Za-z0-9_.-]+)==([^ \\;]+) *(?:; *([^\\\n]+))?(.*(?:\n +--hash=.*)*)", re.MULTILINE
)


def problems() -> Iterator[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    right = SpecifierSet(declared["project"]["requires-python"])
    for python in ("3.10", *PYTHONS, "3.15"):
        if (f"{python}.0" in right) != (python in PYTHONS):
            yield f"requires-python is {right}: must be for {PYTHONS[0]} to {PYTHONS[-1]}"
    for name in LOCKS:
        text = (ROOT / name).read_text()
        if "://" in text:
            yield f"{name} names a host"
        yield from (
            f"{name}: {package} is without hashes"
            for package, _, _, hashes in _LINE.findall(text)
            if "--hash=sha256:" not in hashes
        )
    groups = declared["dependency-groups"]
    named = [
        *declared["project"]["dependencies"],
        *(
            each
            for extra in declared["project"]["optional-dependencies"].values()
            for each in extra
        ),
        *groups["build"],
        *(each for each in groups["dev"] if isinstance(each, str)),
    ]
    yield from third_party.problems()
    if _apart():
        yield f"deploy/*.lock and requirements.lock differ in {', '.join(_apart())}: make lock"
    whole = (ROOT / "requirements.lock").read_text()
    for python in PYTHONS:
        for machine in MACHINES:
            yield from unfit(named, whole, python, machine)
    if "avro" in {each.metadata["Name"].lower() for each in importlib.metadata.distributions()}:
        yield "the package `avro` is installed: it overwrites avro-python3"


def _apart() -> list[str]:
    """Packages of which the image, or what builds it, has another version than the tests have."""
    whole = third_party.locked("requirements.lock")
    parts = third_party.locked("deploy/requirements.lock") | third_party.locked("deploy/build.lock")
    return [name for name, version in parts.items() if whole.get(name, version) != version]


def unfit(named: list[str], lock: str, python: str, machine: str) -> Iterator[str]:
    """What the lock has not, or twice, for a Python on a machine."""
    there = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": machine,
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    locked: dict[str, str] = {}
    for package, version, only, _ in _LINE.findall(lock):
        if only and not Marker(only).evaluate(there):
            continue
        if package in locked:
            yield f"requirements.lock has {package} twice for Python {python} on {machine}"
        locked[package] = version
    for requirement in map(Requirement, named):
        version = locked.get(requirement.name.lower())
        where = f"for Python {python} on {machine}: run `make lock`"
        if version is None:
            yield f"{requirement.name} is not in requirements.lock {where}"
        elif version not in requirement.specifier:
            yield f"requirements.lock has {requirement.name} {version} {where}"


if __name__ == "__main__":
    sys.exit("\n".join(dict.fromkeys(problems())) or None)
