"""Does requirements.lock fit pyproject.toml, and is `avro` absent (it overwrites avro-python3)?"""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def problems() -> list[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = declared["project"]["dependencies"] + declared["dependency-groups"]["dev"]
    lock = (ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ \\]+)", lock, re.MULTILINE))
    found = []
    for requirement in map(Requirement, named):
        version = locked.get(requirement.name.lower())
        if version is None:
            found.append(f"{requirement.name} is not in requirements.lock: run `make lock`")
        elif version not in requirement.specifier:
            found.append(f"requirements.lock has {requirement.name} {version}: run `make lock`")
    if len(re.findall(r"^[A-Za-z0-9_.-]+==", lock, re.MULTILINE)) > lock.count("--hash=sha256:"):
        found.append("requirements.lock has lines without hashes")
    if "://" in lock:
        found.append("requirements.lock names a host")
    if "avro" in {each.metadata["Name"].lower() for each in importlib.metadata.distributions()}:
        found.append("the package `avro` is installed: it overwrites avro-python3")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or None)
