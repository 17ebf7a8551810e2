"""The programs in Go, Java and Node, as the pages for the neighbours have them.

Each sends a visit in both framings, and reads back what was decided of it.
"""

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.pipeline.topic_specs import topic_specs
from agents.records import codecs
from streams.broker import Status
from streams.transport.kafka import admin
from streams.transport.placing import partition_of
from streams.transport.reading import read_all
from streams.transport.topics import declare
from tests.kafka.engine_kit import wait_until
from tests.registry.rig import PRESSES, Away, Upstream, Worker, pressed

pytestmark = [pytest.mark.kafka, pytest.mark.registry, pytest.mark.languages]
ROOT = Path(__file__).parents[2]
SECONDS = 900
TRIES = 3
ESCALATIONS = "recourse.escalations"


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


@pytest.fixture(scope="module")
def upstream(broker: Status) -> Upstream:
    declare(admin(broker.bootstrap_servers), topic_specs())
    team = Upstream(broker.bootstrap_servers)
    team.publish_reference()
    return team


@pytest.fixture
def start(broker: Status, registry: Away, tmp_path: Path) -> Iterator[Callable[[str], Worker]]:
    """Starts a worker that writes in a framing, in the place of the one before."""
    workers: list[Worker] = []

    def started(framing: str) -> Worker:
        for each in workers:
            each.stop()
        log = tmp_path / f"{len(workers)}.log"
        settings = {"REGISTRY_URL": registry.url, "FRAMING": framing}
        workers.append(Worker(broker.bootstrap_servers, log, **settings))
        return workers[-1]

    yield started
    for each in workers:
        assert each.stop() == 0, each.log.read_text()


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


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_program_reads_back_what_was_decided_of_what_it_wrote(  # noqa: PLR0917 - fixtures
    name: str,
    broker: Status,
    registry: Away,
    upstream: Upstream,
    start: Callable[[str], Worker],
    tmp_path: Path,
) -> None:
    language = LANGUAGES[name]
    assert shutil.which(language.tool), f"{language.tool} is missing: LANGUAGES= leaves it out"
    folder = tmp_path / name
    shutil.copytree(
        ROOT / "docs" / "examples" / name,
        folder,
        ignore=shutil.ignore_patterns("node_modules", "target"),
    )
    made(language, folder)
    servers = {"RECOURSE_BOOTSTRAP_SERVERS": broker.bootstrap_servers}

    for framing, known in (("single-object", {}), ("confluent", {"REGISTRY": registry.url})):
        who = f"{name}-{framing}"
        schemas = {"SCHEMAS": str(ROOT / "schemas")}
        start(framing)

        sent = say(
            language.run("producer", f"{who} {who}-v1"), folder, **servers, **schemas, **known
        )

        assert sent.count(" has it at ") == 5, sent
        first = b"\xc3\x01" if framing == "single-object" else b"\x00"
        wait_until(f"the step of {who}", lambda: steps(upstream, who, first))  # noqa: B023 - at once
        assert not upstream.dead()
    both = {"REGISTRY": registry.url, "SCHEMAS": str(ROOT / "schemas"), "GROUP": f"follower-{name}"}
    read = say(language.run("consumer", "10"), folder, **servers, **both)

    # Maven puts a terminal's codes before the first line.
    assert sorted(re.findall(rf"({name}-\S+) step (\d+) ([A-Z]+) ", read)) == [
        (f"{name}-confluent-v1:1", "0", "OPENED"),
        (f"{name}-single-object-v1:1", "0", "OPENED"),
    ]


def made(language: Language, folder: Path) -> None:
    """Its libraries are fetched, where this machine has them not."""
    for left in range(TRIES)[::-1]:
        try:
            say(language.make, folder)
        except AssertionError:
            if not left:
                raise
        else:
            return


def steps(upstream: Upstream, who: str, first: bytes) -> bool:
    return any(f"{who}-v1:1".encode() in each for each in upstream.values(ESCALATIONS, first))


@pytest.mark.skipif("go" not in ASKED_FOR, reason="Go is left out")
def test_what_gos_usual_client_places_anywhere_is_carried_to_where_it_belongs(
    broker: Status, upstream: Upstream, start: Callable[[str], Worker], tmp_path: Path
) -> None:
    start("single-object")
    folder = tmp_path / "kafka_go"
    shutil.copytree(ROOT / "tests" / "registry" / "kafka_go", folder)
    say(("go", "build", "-o", "sends", "."), folder)
    customers = [f"misplaced-{number}" for number in range(24)]
    lines = [
        b" ".join(
            (base64.b64encode(who.encode()), base64.b64encode(codecs.encode(PRESSES, pressed(who))))
        )
        for who in customers
    ]

    subprocess.run(
        [folder / "sends", broker.bootstrap_servers, PRESSES],
        input=b"\n".join(lines),
        check=True,
        timeout=SECONDS,
    )

    wait_until("all are raised", lambda: upstream.raised() >= set(customers))
    lies = read_all(broker.bootstrap_servers, {PRESSES: 12})
    ours = [each for each in lies if each.key and each.key.startswith(b"misplaced-")]
    assert any(partition_of(each.key or b"", 12) != each.partition for each in ours)
