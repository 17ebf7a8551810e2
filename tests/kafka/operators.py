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
    commands = [("admin", "topics", "apply", "--access")]
    commands += [("operator", kind, "publish", file) for kind, file in PUBLISHED.items()]
    clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
    for user, *arguments in commands:
        done = subprocess.run(
            [sys.executable, "-m", "agents", *arguments],
            env=clean | guard.environment(user),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stdout + done.stderr
