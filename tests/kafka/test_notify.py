"""`recourse notify` on a real Kafka, killed with -9 again and again.

Each notice is sent at least once, and at most once more however often the process dies; what waits
for its time holds nothing back and is not sent early; each notice has one Delivery. With a worker
beside it: whom no channel reaches, the desk replaces by the next.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from confluent_kafka import Producer

from agents.core.case_links import LinkKeys
from agents.core.world import Directory
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import PLAIN
from agents.reference_data.files import parse
from agents.reference_data.policy_files import policy_in
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import POLICIES, Reference
from schemas.records import (
    Addressee,
    AddresseeKind,
    Channel,
    Delivery,
    Escalation,
    Notice,
    Wish,
)
from streams.broker import Broker, Status
from streams.transport.kafka import Transactions, Write, admin
from streams.transport.reading import WholeRead, read_all
from streams.transport.topics import declare
from tests.agents.notifier.notices import a_notice
from tests.agents.notifier.receiver import Got, Receiver, receiving
from tests.core.builders import said, site
from tests.core.desk.world import manager
from tests.kafka.engine_kit import WorkerProcess

pytestmark = pytest.mark.kafka
NOTICES, DELIVERIES = "recourse.notices", "recourse.deliveries"
RESPONSES, ESCALATIONS = "service.customer-responses", "recourse.escalations"
KILLS = 3
AT_ONCE = 3
WAITING = 40
SUPERSEDED = 10
UNREADABLE = (0, 5, 5)
"""Partitions in which a record is none that can be read."""
SECONDS = 120
BOARD, KEY = "https://board.example.com", bytes(range(32))


class Slow(Receiver):
    """Takes its time, so that each kill meets some that are on their way; refuses one address."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, list[float]] = defaultdict(list)

    def take(self, request: Got) -> int:
        super().take(request)
        self.at[request.notice_id or ""].append(time.time())
        time.sleep(0.05)
        return 500 if "refused" in request.path else 200


class Run(NamedTuple):
    """What was written, what the service got, and what was said of it."""

    notices: dict[str, Notice]
    got: list[Got]
    at: dict[str, list[float]]
    deliveries: list[Delivery]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Status]:
    broker = Broker(tmp_path_factory.mktemp("notify") / "kafka")
    try:
        yield broker.start(owned=True)
    finally:
        broker.stop(wipe=True)


@pytest.fixture(scope="module")
def run(kafka: Status, tmp_path_factory: pytest.TempPathFactory) -> Run:
    declare(admin(kafka.bootstrap_servers), topic_specs())
    notices = the_notices(soon=round(time.time() * 1000) + 15_000)
    write(kafka, notices)
    folder = tmp_path_factory.mktemp("ways")
    with receiving(Slow()) as service:
        ways = folder / "ways.yaml"
        ways.write_text(
            f"attempts: 2\nfirst_wait_seconds: 0.1\nat_once: {AT_ONCE}\nways:\n"
            f"- {{addressee: CUSTOMER, channel: SMS, id: picky, to: ['json://127.0.0.1:{service.port}/refused']}}\n"
            f"- {{addressee: CUSTOMER, channel: SMS, to: ['json://127.0.0.1:{service.port}/sms/{{addressee_id}}']}}\n"
            f"- {{addressee: CUSTOMER, channel: EMAIL, to: ['json://127.0.0.1:{service.port}/mail']}}\n"
        )
        for number in range(1, KILLS + 1):
            process = start(kafka, ways)
            wait_for(lambda n=number: len(service.got) >= n * 12, process)
            process.kill()
            process.wait()
        process = start(kafka, ways)
        done = len(notices) - WAITING - SUPERSEDED
        wait_for(lambda: len(deliveries(kafka)) >= done, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert isinstance(service, Slow)
        return Run(notices, service.got, service.at, deliveries(kafka))


def the_notices(soon: int) -> dict[str, Notice]:
    """A hundred that are due; before them, in each partition, some that wait: for long, or not.

    Of those that wait not for long some take the place of others, which come before or after them.
    """
    late = soon + 3_600_000
    waiting = [
        *(a_notice(f"waits-{each}", f"c{each}", not_before=late) for each in range(WAITING)),
        *(a_notice(f"soon-{each}", f"c{each}", not_before=soon) for each in range(10)),
    ]
    due = [a_notice(f"due-{each}", f"c{each % 40}") for each in range(100)]
    picky = a_notice("picky", "picky")
    nowhere = a_notice(
        "nowhere", "lena", addressee=Addressee(kind=AddresseeKind.MANAGER, id="lena")
    )
    silent = a_notice("silent", "c1", channels=())
    only_phone = a_notice("only-phone", "c2", channels=(Channel.PHONE,))
    pairs = [
        (
            a_notice(f"superseded-{each}", f"c{each}", not_before=soon),
            a_notice(
                f"instead-{each}", f"c{each}", not_before=soon, supersedes=(f"superseded-{each}",)
            ),
        )
        for each in range(SUPERSEDED)
    ]
    replaced = [each for n, pair in enumerate(pairs) for each in (pair if n % 2 else pair[::-1])]
    others = (picky, nowhere, silent, only_phone)
    return {each.notice_id: each for each in (*waiting, *replaced, *others, *due)}


def write(kafka: Status, notices: dict[str, Notice]) -> None:
    """In many transactions, so that there are offsets that no record has; first one aborted."""
    given_up = Producer(
        {
            "bootstrap.servers": kafka.bootstrap_servers,
            "transactional.id": "given-up",
            "partitioner": "murmur2_random",
        }
    )
    given_up.init_transactions(30)
    given_up.begin_transaction()
    for number in range(40):
        notice = a_notice(f"aborted-{number}", f"c{number}")
        given_up.produce(NOTICES, PLAIN.encode(NOTICES, notice), notice.addressee.id.encode())
    given_up.flush(30)
    given_up.abort_transaction(30)
    writer = Transactions(kafka.bootstrap_servers, "notices-of-the-test")
    writer.start()
    whole = [
        Write(NOTICES, -1, each.addressee.id.encode(), PLAIN.encode(NOTICES, each), (), 0)
        for each in notices.values()
    ]
    whole[1:1] = [Write(NOTICES, number, b"c1", b"no notice", (), 0) for number in UNREADABLE]
    for place in range(0, len(whole), 7):
        writer.commit(whole[place : place + 7], {})


def start(kafka: Status, ways: Path) -> subprocess.Popen[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "agents", "notify", str(ways)],
        env=environment
        | {
            "RECOURSE_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "RECOURSE_BOARD_ADDRESS": BOARD,
            "RECOURSE_LINK_KEY_FILE": str(key_beside(ways)),
        },
        stdout=subprocess.DEVNULL,
    )


def key_beside(ways: Path) -> Path:
    file = ways.parent / "links"
    file.write_text(KEY.hex())
    return file


def wait_for(condition: object, process: subprocess.Popen[bytes]) -> None:
    assert callable(condition)
    end = time.monotonic() + SECONDS
    while not condition():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.05)


def deliveries(kafka: Status) -> list[Delivery]:
    read = WholeRead(
        kafka.bootstrap_servers, "deliveries", [(DELIVERIES, number) for number in range(12)]
    )
    found = [each for batch in read.to_end() for each in batch]
    read.close()
    records = [PLAIN.decode(DELIVERIES, each.value or b"") for each in found]
    return [each for each in records if isinstance(each, Delivery)]


def sent(run: Run) -> set[str]:
    return {name for name in run.notices if not name.startswith(("waits", "superseded"))}


def test_each_notice_was_sent_and_none_more_than_once_again(run: Run) -> None:
    times = Counter(each.notice_id for each in run.got if "refused" not in each.path)

    assert set(times) == sent(run) - {"nowhere", "silent", "only-phone"}
    assert max(times.values()) <= 2
    # A kill meets what is on its way, and nothing else is sent again.
    assert 0 < sum(times.values()) - len(times) <= KILLS * AT_ONCE


def test_what_waits_is_not_sent_early_and_holds_nothing_back(run: Run) -> None:
    soon = [at[0] for name, at in run.at.items() if name.startswith("soon")]

    assert len(soon) == 10
    assert min(soon) * 1000 >= run.notices["soon-0"].not_before
    assert {name for name in run.notices if name.startswith("due")} < run.at.keys()
    assert not [name for name in run.at if name.startswith("waits")]


def test_what_another_takes_the_place_of_is_never_sent_in_either_order_and_after_a_kill(
    run: Run,
) -> None:
    assert [name for name in run.at if name.startswith("superseded")] == []
    assert len([name for name in run.at if name.startswith("instead")]) == SUPERSEDED


def test_each_notice_has_one_delivery_that_says_what_became_of_it(run: Run) -> None:
    by_id = {each.notice_id: each for each in run.deliveries}

    assert Counter(each.notice_id for each in run.deliveries) == Counter(sent(run))
    failed = {name: each.reason for name, each in by_id.items() if not each.delivered}
    assert failed == {
        "nowhere": "SMS: no way is configured; EMAIL: no way is configured",
        "silent": "the notice names no channel",
        "only-phone": "PHONE: no way is configured",
    }
    assert {(each.escalation_id, each.region_id) for each in run.deliveries} == {("v1:1", "r1")}


def test_what_sms_refuses_goes_by_mail(run: Run) -> None:
    paths = [each.path.partition("?")[0] for each in run.got if each.notice_id == "picky"]

    assert paths[-1] == "/mail"
    assert set(paths[:-1]) == {"/refused"}
    assert len(paths) >= 3


def test_each_customer_got_a_link_to_their_case(run: Run) -> None:
    keys, now = LinkKeys(keys=(KEY,)), round(time.time() * 1000)
    bodies = [str(each.body["message"]) for each in run.got]
    links = [each.rpartition(f"{BOARD}/c/")[2] for each in bodies]

    assert len(links) > 100
    assert {each and each.escalation_id for each in (keys.believed(t, now) for t in links)} == {
        "v1:1"
    }


def test_whom_no_channel_reaches_is_replaced_by_the_next_contact(
    kafka: Status, run: Run, tmp_path: Path
) -> None:
    """The desk gives the case to Lena; no try to reach her succeeds, and Leo gets it and hears."""
    del run  # what it left waits in the topic, and harms nobody
    publish(kafka, Directory([site()], [manager("lena"), manager("leo")]))
    with receiving(Slow()) as service:
        ways = tmp_path / "ways.yaml"
        ways.write_text(
            "attempts: 3\nfirst_wait_seconds: 0.2\nways:\n"
            f"- {{addressee: MANAGER, channel: EMAIL, id: lena, to: ['json://127.0.0.1:{service.port}/refused']}}\n"
            f"- {{addressee: MANAGER, channel: EMAIL, to: ['json://127.0.0.1:{service.port}/{{to_email}}']}}\n"
            f"- {{addressee: CUSTOMER, channel: SMS, to: ['json://127.0.0.1:{service.port}/sms']}}\n"
        )
        worker = WorkerProcess(
            kafka.bootstrap_servers, "recourse", 0, tmp_path, module=("agents", "worker")
        )
        notifier = start(kafka, ways)
        try:
            ask_for(kafka, "lena")
            wait_for(lambda: "v9:1:1:manager" in by_notice(service), notifier)
            notifier.send_signal(signal.SIGTERM)
            assert notifier.wait(60) == 0
            assert worker.terminate() == 0, worker.said()
        finally:
            notifier.kill()
            worker.kill()
        assert isinstance(service, Slow)
        paths, tried = by_notice(service), service.at["v9:1:0:manager"]

    assert [each.path for each in paths["v9:1:0:manager"]] == ["/refused"] * 3
    assert [each.path for each in paths["v9:1:1:manager"]] == ["/leo@example.com"]
    assert tried[1] - tried[0] >= 0.2
    assert tried[2] - tried[1] >= 0.4
    lena, leo = steps(kafka)
    assert (lena.status, lena.manager and lena.manager.manager_id) == ("OPENED", "lena")
    assert (leo.status, leo.manager and leo.manager.manager_id) == ("REASSIGNED", "leo")
    assert leo.reasons[0].code == "MANAGER_NOT_REACHED"
    assert leo.reasons[0].facts == {
        "manager_id": "lena",
        "notice_id": "v9:1:0:manager",
        "reason": "EMAIL: the service did not take it (3 tries)",
    }


def by_notice(service: Receiver) -> dict[str, list[Got]]:
    found: dict[str, list[Got]] = defaultdict(list)
    for each in list(service.got):
        found[each.notice_id or ""].append(each._replace(path=each.path.partition("?")[0]))
    return found


def publish(kafka: Status, directory: Directory) -> None:
    policy = policy_in(parse("version: v1", "policy"))
    records = [(POLICIES, policy.version, policy.model_dump_json().encode())]
    producer = Producer({"bootstrap.servers": kafka.bootstrap_servers})
    for topic, key, value in (*records, *directory_to_publish(directory, Reference())):
        producer.produce(topic, value, key.encode())
    producer.flush(30)


def ask_for(kafka: Status, manager_id: str) -> None:
    """A customer presses the button, and names who shall call."""
    now = round(time.time() * 1000)
    response = said(
        "r", "REQUESTED", "NONE", occurred_at=now, customer_id="c9", visit_id="v9",
        wish=Wish(manager_id=manager_id),
    )  # fmt: skip
    producer = Producer(
        {"bootstrap.servers": kafka.bootstrap_servers, "partitioner": "murmur2_random"}
    )
    producer.produce(RESPONSES, PLAIN.encode(RESPONSES, response), b"c9")
    producer.flush(30)


def steps(kafka: Status) -> list[Escalation]:
    records = [
        PLAIN.decode(ESCALATIONS, each.value or b"")
        for each in read_all(kafka.bootstrap_servers, {ESCALATIONS: 12})
    ]
    return [each for each in records if isinstance(each, Escalation)]
