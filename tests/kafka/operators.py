"""What operators of a guarded Kafka have done before anybody else comes."""

import os
import subprocess
import sys

from streams.broker.guard import Guard
from tests.kafka.page_lines import ROOT

PUBLISHED = {
    "policy": "agents/reference_data/policies/default.yaml",
    "directory": "agents/reference_data/directories/demo.yaml",
}


def operate(guard: Guard) -> None:
    """What operators have done before: topics and rights, policy and directory."""
    apply_access(guard)
    for kind, file in PUBLISHED.items():
        recourse(guard, "operator", kind, "publish", file)


def apply_access(guard: Guard) -> None:
    """The topics and rights that are declared."""
    recourse(guard, "admin", "topics", "apply", "--access")


def recourse(guard: Guard, user: str, *arguments: str, plain: bool = False) -> None:
    """A command of somebody, that must go well; `plain`: over the listener that asks nobody."""
    clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "agents", *arguments],
        env=clean if plain else clean | guard.environment(user),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
