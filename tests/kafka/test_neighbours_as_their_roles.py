"""The pages' programs on a Kafka that asks who one is: each does what its role may, and no more.

The teams have the programs and the schemas, and nothing else of the project.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.broker import Broker
from streams.broker.guard import Guard
from streams.transport.reading import read_all
from tests.kafka.engine_kit import WorkerProcess, wait_until
from tests.kafka.operators import operate
from tests.kafka.page_lines import ROOT, blocks, printed_by, shell

pytestmark = pytest.mark.kafka
HEADING = "On a Kafka that asks who you are"
PROGRAMS = "docs/examples"
WITH_PYTHON = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
DEAD = [
    f"{topic} | eva | INVALID | {kind}: event_id is 'eva v2:{name}': "
    "must be 1 to 64 of A-Z a-z 0-9 . _ : -"
    for topic, kind, name in (
        ("service.check-ins", "CheckIn", "check-in"),
        ("service.estimates", "Estimate", "e1:1"),
        ("service.estimates", "Estimate", "e1:2"),
    )
]


class Told(NamedTuple):
    """What the lines of the pages printed."""

    sent: list[str]
    dead: list[str]
    followed: list[str]
    notices: list[str]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as a team has it, beside a guarded Kafka on which recourse runs."""
    folder = tmp_path_factory.mktemp("team")
    (folder / PROGRAMS).mkdir(parents=True)
    for program in (ROOT / PROGRAMS).glob("*.py"):
        shutil.copy(program, folder / PROGRAMS)
    for part in ("schemas/avro", "schemas/released"):
        shutil.copytree(ROOT / part, folder / part)
    broker, workers = Broker(folder / "var" / "kafka"), list[WorkerProcess]()
    try:
        broker.start(owned=True, guarded=True)
        operate(broker.guard)
        workers.append(worker_as_its_role(broker.guard, folder))
        workers[0].wait_ready()
        yield folder
    finally:
        for each in workers:
            each.kill()
        broker.stop(wipe=True)


@pytest.fixture(scope="module")
def told(team: Path) -> Told:
    files, send, read = blocks("producers.md", "bash", HEADING)
    (follow,) = blocks("consumers.md", "bash", HEADING)
    sent = printed_by(files + send, team, **WITH_PYTHON)
    servers = Broker(team / "var" / "kafka").start(owned=True).bootstrap_servers
    wait_until(
        "all are dead letters",
        lambda: len(list(read_all(servers, {"service.dead-letters": 12}))) == len(DEAD),
    )
    own = "export KAFKA_CONFIG=var/service-system.properties\n"  # as the lines above have left it
    dead = printed_by(own + read, team, **WITH_PYTHON)
    followed = printed_by(follow, team, **WITH_PYTHON)
    notices, _ = blocks("consumers.md", "sh", "Notices: what people are to be told")
    as_consumer = WITH_PYTHON | {"KAFKA_CONFIG": "var/consumer.properties"}
    shown = printed_by(notices, team, **as_consumer)
    return Told(*(each.splitlines() for each in (sent, dead, followed, shown)))


def worker_as_its_role(guard: Guard, folder: Path) -> WorkerProcess:
    settings = guard.environment("worker")
    servers = settings.pop("RECOURSE_BOOTSTRAP_SERVERS")
    access = {name.removeprefix("RECOURSE_").lower(): value for name, value in settings.items()}
    return WorkerProcess(servers, "recourse", 0, folder, module=("agents", "worker"), **access)


def test_a_centre_and_its_customers_channel_each_send_their_own(told: Told) -> None:
    centre = ["service.check-ins", "service.estimates", "service.estimates"]

    assert sorted(line.partition("[")[0] for line in told.sent) == sorted(
        [*centre, "service.customer-responses", "service.customer-responses", *centre]
    )


def test_a_centre_reads_why_its_events_could_not_be_used(told: Told) -> None:
    assert sorted(told.dead) == DEAD


def test_a_consumer_follows_the_case_that_came_of_both(told: Told) -> None:
    (step,) = told.followed

    assert step.startswith("eva-v1:1 step 0 OPENED with ")
    assert step.endswith(" (ESTIMATE_DISPUTED, FLOOR)")


def test_a_consumer_reads_what_people_are_to_be_told_of_it(told: Told) -> None:
    assert sorted(line.partition(" | ")[0] for line in told.notices) == [
        "eva-v1:1:0:customer",
        "eva-v1:1:0:manager",
    ]


@pytest.mark.usefixtures("told")
def test_a_customers_channel_reads_dead_letters_in_a_group_of_its_own(team: Path) -> None:
    code, printed = as_role(team, "customer-channel", "customer-channel-mine", "dead_letters.py 5")

    assert (code, sorted(printed.splitlines())) == (0, DEAD)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("user", "group", "program", "refusal"),
    [
        (
            "service-system",
            "",
            "producer.py eva eva-v3 customer-channel",
            "service.customer-responses did not take it: Broker: Topic authorization failed",
        ),
        (
            "customer-channel",
            "",
            "producer.py eva eva-v3 service-system",
            "service.estimates did not take it: Broker: Topic authorization failed",
        ),
        ("service-system", "", "consumer.py 5", "Group authorization failed"),
        ("service-system", "service-system-mine", "consumer.py 5", "Topic authorization failed"),
        ("consumer", "", "dead_letters.py 5", "Group authorization failed"),
        ("consumer", "consumer-mine", "dead_letters.py 5", "Topic authorization failed"),
    ],
)
def test_what_a_role_may_not_kafka_refuses(
    team: Path, user: str, group: str, program: str, refusal: str
) -> None:
    code, printed = as_role(team, user, group, program)

    assert code == 1
    assert refusal in printed


def as_role(team: Path, user: str, group: str, program: str) -> tuple[int, str]:
    """With the file that the page made, and a group besides."""
    file = team / f"{user}-as-{group or 'it-is'}.properties"
    settings = (team / "var" / f"{user}.properties").read_text()
    file.write_text(settings + (f"group.id={group}\n" if group else ""))
    line = f"python {PROGRAMS}/{program}"
    return shell(line, team, KAFKA_CONFIG=str(file), **WITH_PYTHON)


@pytest.mark.usefixtures("told")
def test_an_app_presses_appeals_and_shows_where_it_stands_from_the_lines_of_its_page(
    team: Path,
) -> None:
    (who,) = blocks("first-hour.md", "sh", "2. Who is who")
    (day,) = blocks("apps.md", "bash", "A day")

    printed = printed_by(who + day, team, **WITH_PYTHON).splitlines()

    said = [line for line in printed if line.startswith(("REQUESTED", "APPEALED"))]
    assert said == [
        "REQUESTED: TAKEN, RAISED REQUESTED_BY_CUSTOMER",
        "APPEALED: TAKEN, JOINED APPEALED_BY_CUSTOMER, APPEAL_TAKEN",
    ]
    screens = printed[printed.index(said[1]) + 1 :]
    assert screens[0] == "card of amy-v1:"
    assert any(line.startswith("  Terrence Brooks: +1-614-555-0105") for line in screens)
    shown = [line for line in screens[1:] if not line.startswith("  ")]
    assert [line.partition(": ")[0] for line in shown[:-1]] == [
        *(f"notice amy-v1:1:{step}:customer" for step in range(3)),
        "case amy-v1:1",
    ]
    assert shown[-2].startswith("case amy-v1:1: OPEN, None, with ")

    def now() -> str:  # the desk's answer is on its way
        show = f"KAFKA_CONFIG=var/customer-app.properties python {PROGRAMS}/app.py amy"
        return printed_by(show, team, **WITH_PYTHON).splitlines()[-1]

    places = "1 of 3 requests free; open: ['amy-v1:1']; to appeal: []"
    wait_until("the places are those after the appeal", lambda: now() == places)
