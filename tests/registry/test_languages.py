"""The programs in Go, Java and Node, as the pages for the neighbours have them.

Each sends visits in both framings as its roles on a Kafka that asks who one is, and one on a Kafka
that asks nobody; then it reads back what was decided of all.
"""

import base64
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.records import codecs
from streams.broker import Broker
from streams.broker.guard import Guard
from streams.transport.placing import partition_of
from streams.transport.reading import read_all
from tests.kafka.engine_kit import wait_until
from tests.kafka.operators import operate
from tests.kafka.page_lines import blocks
from tests.registry.rig import (
    CONFLUENT,
    PRESSES,
    SINGLE_OBJECT,
    Away,
    Upstream,
    Worker,
    pressed,
)
from tests.registry.toolchains import ASKED_FOR, LANGUAGES, SECONDS, made, say

pytestmark = [pytest.mark.kafka, pytest.mark.registry, pytest.mark.languages]
ROOT = Path(__file__).parents[2]
ESCALATIONS = "recourse.escalations"
FIRST = {"single-object": SINGLE_OBJECT, "confluent": CONFLUENT}


class Kafka(NamedTuple):
    """Where it is for its owner, its guard, and the folder of its users' files."""

    plain: str
    guard: Guard
    folder: Path


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A guarded Kafka with the plain listener beside it; a role's file for each who comes."""
    folder = tmp_path_factory.mktemp("guarded")
    broker = Broker(folder / "kafka")
    try:
        plain = broker.start(owned=True, guarded=True).bootstrap_servers
        operate(broker.guard)
        for user in ("service-system", "customer-channel", "consumer"):
            (folder / f"{user}.properties").write_text(properties(broker.guard, user))
        yield Kafka(plain, broker.guard, folder)
    finally:
        broker.stop(wipe=True)


def properties(guard: Guard, user: str) -> str:
    """The file of the pages, for this user."""
    (lines, *_) = blocks("consumers.md", "bash", "On a Kafka that asks who you are")
    made = lines[lines.index("bootstrap.servers") : lines.index("END\nKAFKA_CONFIG")]
    made = made.replace("$(cat var/kafka/guard/port)", str(guard.port))
    password = guard.password_file(user).read_text()
    made = made.replace("$(cat var/kafka/guard/consumer.password)", password)
    made = made.replace("var/kafka/guard", str(guard.folder))
    return made.replace("sasl.username=consumer", f"sasl.username={user}")


@pytest.fixture(scope="module")
def upstream(kafka: Kafka) -> Upstream:
    return Upstream(kafka.plain)


@pytest.fixture
def start(kafka: Kafka, registry: Away, tmp_path: Path) -> Iterator[Callable[[str], Worker]]:
    """Starts a worker that writes in a framing, in the place of the one before."""
    workers: list[Worker] = []

    def started(framing: str) -> Worker:
        for each in workers:
            each.stop()
        log = tmp_path / f"{len(workers)}.log"
        known = {"REGISTRY_URL": registry.url, "FRAMING": framing}
        given = kafka.guard.environment("worker")
        who = {name.removeprefix("RECOURSE_"): value for name, value in given.items()}
        workers.append(Worker(who.pop("BOOTSTRAP_SERVERS"), log, **who, **known))
        return workers[-1]

    yield started
    for each in workers:
        assert each.stop() == 0, each.log.read_text()


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_program_reads_back_what_was_decided_of_what_it_wrote(  # noqa: PLR0917 - fixtures
    name: str,
    kafka: Kafka,
    registry: Away,
    upstream: Upstream,
    start: Callable[[str], Worker],
    tmp_path: Path,
) -> None:
    language, folder = LANGUAGES[name], made(name, tmp_path)
    schemas = {"SCHEMAS": str(ROOT / "schemas")}

    def sends(visit: str, role: str = "", **environment: str) -> int:
        said = f"{visit.removesuffix('-v1')} {visit} {role}".strip()
        sent = say(language.run("producer", said), folder, **schemas, **environment)
        return sent.count(" has it at ")

    for framing, known in (("single-object", {}), ("confluent", {"REGISTRY": registry.url})):
        visit = f"{name}-{framing}-v1"
        start(framing)
        for role, count in (("service-system", 3), ("customer-channel", 2)):
            own = known | {"KAFKA_CONFIG": str(kafka.folder / f"{role}.properties")}
            assert sends(visit, role, **own) == count
        wait_until(f"the step of {visit}", lambda: steps(upstream, visit, framing))  # noqa: B023 - at once
    visit = f"{name}-plain-v1"
    assert sends(visit, RECOURSE_BOOTSTRAP_SERVERS=kafka.plain) == 5
    wait_until(f"the step of {visit}", lambda: steps(upstream, visit, "confluent"))
    assert not upstream.dead()
    group = tmp_path / "consumer.properties"
    settings = (kafka.folder / "consumer.properties").read_text()
    group.write_text(f"{settings}group.id=consumer-escalations-{name}\n")
    own = {"REGISTRY": registry.url, "KAFKA_CONFIG": str(group)}
    read = say(language.run("consumer", "10"), folder, **own, **schemas)

    # Maven puts a terminal's codes before the first line; and the cases of all languages together
    # are a bad day of the site, which is a step more.
    assert sorted(re.findall(rf"({name}-\S+) step 0 ([A-Z]+) ", read)) == [
        (f"{name}-{of}-v1:1", "OPENED") for of in ("confluent", "plain", "single-object")
    ]


@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_program_that_lacks_the_role_is_refused(name: str, kafka: Kafka, tmp_path: Path) -> None:
    language, folder = LANGUAGES[name], made(name, tmp_path)
    own = {"KAFKA_CONFIG": str(kafka.folder / "service-system.properties")}

    with pytest.raises(AssertionError, match=r"(?i)not.authorized|authorization"):
        say(
            language.run("producer", "who who-v1 customer-channel"),
            folder,
            SCHEMAS=str(ROOT / "schemas"),
            **own,
        )


def steps(upstream: Upstream, visit: str, framing: str) -> bool:
    values = upstream.values(ESCALATIONS, FIRST[framing])
    return any(f"{visit}:1".encode() in each for each in values)


@pytest.mark.skipif("go" not in ASKED_FOR, reason="Go is left out")
def test_what_gos_usual_client_places_anywhere_is_carried_to_where_it_belongs(
    kafka: Kafka, upstream: Upstream, start: Callable[[str], Worker], tmp_path: Path
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
        [folder / "sends", kafka.plain, PRESSES],
        input=b"\n".join(lines),
        check=True,
        timeout=SECONDS,
    )

    wait_until("all are raised", lambda: upstream.raised() >= set(customers))
    lies = read_all(kafka.plain, {PRESSES: 12})
    ours = [each for each in lies if each.key and each.key.startswith(b"misplaced-")]
    assert any(partition_of(each.key or b"", 12) != each.partition for each in ours)
