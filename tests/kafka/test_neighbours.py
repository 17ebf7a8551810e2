"""The pages for the teams at either end: their lines are copied and run, on a fresh copy."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.broker import Broker
from tests.kafka.page_lines import ROOT, blocks, printed_by

pytestmark = pytest.mark.kafka
NOT_CLONED = (".git", ".venv", "var", "dist", "mutants", ".*_cache", ".hypothesis", "__pycache__")


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """The project as it is cloned, set up, with a Kafka where `recourse kafka up` looks for it."""
    folder = tmp_path / "recourse"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_CLONED))
    (folder / ".venv").symlink_to(ROOT / ".venv")
    yield folder
    Broker(folder / "var" / "kafka").stop(wipe=True)


def run(page: str, clone: Path) -> str:
    """What the lines print that a reader copies; the set-up has been done, or no test would run."""
    lines = "".join(blocks(page, "sh")).replace("make setup\n", "", 1)
    status = Broker(clone / "var" / "kafka").start(owned=True)  # its port is free: 9092 may not be
    return printed_by(lines, clone, RECOURSE_BOOTSTRAP_SERVERS=status.bootstrap_servers)


def test_the_lines_for_producers_work(clone: Path) -> None:
    printed = run("producers.md", clone)

    decided = re.findall(r"^event_id:(ada-v1:\S+)\tus-east$", printed, re.MULTILINE)
    assert sorted(decided) == [
        "ada-v1:ESTIMATE_DISPUTED:1",
        "ada-v1:ESTIMATE_OVER_AUTHORISED:1",
    ]
    sent = [line.partition("[")[0] for line in printed.splitlines() if " has it at " in line]
    assert sorted(sent) == [
        "service.check-ins",
        *["service.customer-responses"] * 2,
        *["service.estimates"] * 2,
    ]
    assert "the value begins with 68 65 6c 6c 6f: must be Avro CheckIn" in printed
    assert re.search(r"UNREADABLE.*service\.check-ins:\d+:\d+.*ada", printed)
    assert re.search(r"^recourse-customers +service.estimates ", printed, re.MULTILINE)


def test_the_lines_for_consumers_work(clone: Path) -> None:
    printed = run("consumers.md", clone)

    steps = re.findall(r"^ben-v1:1 step (\d) (\S+) (.*)$", printed, re.MULTILINE)
    assert [(number, status) for number, status, _ in steps] == [("0", "OPENED")]
    assert steps[0][2].startswith("with ")
    assert "ESTIMATE_DISPUTED" in steps[0][2]
    assert re.search(r"^consumer-escalations +recourse.escalations +\d+ +0", printed, re.MULTILINE)
    assert re.findall(r"^event_id:(ben-v1:\S+)\tus-east$", printed, re.MULTILINE) == [
        "ben-v1:1:0",
    ]
    told = re.findall(r"^(ben-v1:1:\d:\w+) \| \[.*\] \| \d\d:\d\d \| \S", printed, re.MULTILINE)
    assert sorted(told) == [f"ben-v1:1:0:{whom}" for whom in ("customer", "manager")]
