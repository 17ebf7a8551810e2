"""Policy and directory change while two workers run at full speed, on a real Kafka of their own.

The week is played once, without a pause: while the events of one tenth are worked off, policy and
directory of the next are published, and the policy turns in the middle of that tenth. Then what
cannot be used, a manager's absence, and the commands. Each test looks at what it left.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from agents.commands.reference_data import directory, policy
from agents.core.policy import in_force
from agents.core.pseudonyms import Pseudonyms
from agents.core.rfc3339 import text_of
from agents.core.world import Directory
from agents.pipeline.settings import PRIVACY_KEY
from agents.pipeline.stages import CUSTOMERS_INPUTS, stages
from agents.records import codecs
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import MANAGERS, SITES, demo_directory
from agents.reference_data.files import parse, written
from agents.reference_data.publish import Record, directory_to_publish, policy_to_publish
from agents.reference_data.reference import POLICIES, Reference, fold, references
from agents.reference_data.written import directory_as_file
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, HOUR_MS, Arrival, life
from agents.simulation.demo.machine import Machine
from agents.simulation.demo.play import WATCHED, Player, Seen
from schemas.catalogue import TOPICS
from schemas.records import Absence, ContactCard, Disagreement, Escalation, PassedOverManager, Why
from streams.runtime.verify import Report, verify
from streams.settings import load
from streams.topology import Message
from streams.transport.kafka import Place, admin, stable_offsets, topic_ends
from streams.transport.reading import read_all
from tests.kafka.engine_kit import WorkerProcess, wait_until

pytestmark = pytest.mark.kafka
KEY = "5c" * 16
KEYS = Pseudonyms(keys=(bytes.fromhex(KEY),))
ROUNDS = 10
TENTH = DAY_MS // 2  # so that each has events: it is always day in Germany or in America
END = BEGIN + ROUNDS * TENTH
MONDAY = BEGIN + 7 * DAY_MS + 14 * HOUR_MS  # 10:00 in Columbus, a week later
HANDLE = "round-"
BAD_POLICY = b'{"version": "v4", "throttle": {"limit": -1}}'


@dataclass
class Live:
    servers: str
    workers: list[WorkerProcess]
    player: Player
    folder: Path
    outputs: list[Seen] = field(default_factory=list)
    reference: Reference = field(default_factory=lambda: Reference(pseudonyms=KEYS))
    written: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    report: Report = field(default_factory=Report)
    said: dict[str, Any] = field(default_factory=dict)

    def publish(self, records: list[Record]) -> None:
        """Publishes, and waits until every worker has it: what the 60 seconds ahead are for."""
        self.player.publish(records)
        for topic, key, value in records:
            message = Message(topic, 0, self.written[topic], 0, key.encode(), value)
            self.reference = fold(self.reference, message)
            self.written[topic] += 1
        for topic, end in self.written.items():
            line = f'recourse_reference_offset{{topic="{topic}"}}'
            for worker in self.workers:
                wait_until(f"{topic} is read", partial(_shows, worker, line, end))

    def publish_directory(self, entries: Directory) -> None:
        self.publish(directory_to_publish(entries, self.reference))

    def command(self, name: str, app: Any, *arguments: str) -> None:
        self.said[name] = CliRunner().invoke(
            app, [*arguments, "--bootstrap-servers", self.servers], env={PRIVACY_KEY: KEY}
        )

    def of(self, kind: type[Any], **fields: object) -> list[Any]:
        return [
            seen.record
            for seen in self.outputs
            if isinstance(seen.record, kind)
            and all(getattr(seen.record, name) == value for name, value in fields.items())
        ]


def _shows(worker: WorkerProcess, line: str, value: int) -> bool:
    return worker.metric(line) == value


def policy_of_round(number: int, reference: Reference) -> list[Record]:
    """Another limit each time; in force from the middle of its tenth (the first from the start)."""
    begin = BEGIN + number * TENTH
    effective_from = begin if number == 0 else begin + TENTH // 2
    text = (
        f"version: v{number}\neffective_from: {text_of(effective_from)}\n"
        f"throttle: {{limit: {1 + number % 3}}}\n"
        f"clocks: {{HIGH: {{decide_minutes: {60 + number}}}}}\n"
        "lists: {block: [{customer_id: listed, reason: fraud}]}\n"
    )
    return policy_to_publish(parse(text, "p.yaml"), reference, begin, None, KEYS)[1]


def directory_of_round(number: int) -> Directory:
    """All local managers under another handle."""
    managers = [
        msgspec.structs.replace(each, app_handle=f"{HANDLE}{number}") if each.site_ids else each
        for each in demo_directory().managers.values()
    ]
    return Directory(demo_directory().sites.values(), managers)


def request(customer_id: str, visit: int, at: int) -> Arrival:
    topic = "service.customer-responses"
    value = {
        "event_id": f"{customer_id}-{visit}",
        "occurred_at": text_of(at),
        "customer_id": customer_id,
        "visit_id": f"{customer_id}-v{visit}",
        "site_id": "columbus",
        "response": "REQUESTED",
        "subject": "NONE",
    }
    encoded = codecs.encode(topic, codecs.from_json(topic, value))
    return Arrival(at, topic, customer_id.encode(), encoded)


def _worked_off(live: Live, ends: dict[Place, int]) -> bool:
    done = stable_offsets(live.servers, "recourse-customers", ends)
    return all(done.get(place, 0) >= end for place, end in ends.items())


def swap_ten_times(live: Live) -> None:
    """What is published meets the tenth before it at the earliest, however slow the machine is."""
    arrivals = life(3, 150, demo_directory())
    places = [
        (topic, number)
        for topic in CUSTOMERS_INPUTS
        if topic.startswith("service.")
        for number in range(TOPICS[topic].partitions)
    ]
    client, ends = admin(live.servers), list[dict[Place, int]]()
    for number in range(ROUNDS):
        if number > 1:
            before = partial(_worked_off, live, ends[number - 2])
            wait_until(f"tenth {number - 2} worked off", before)
        if number:
            live.publish(policy_of_round(number, live.reference))
            live.publish_directory(directory_of_round(number))
        begin = BEGIN + number * TENTH
        live.player.send([each for each in arrivals if begin <= each.at < begin + TENTH])
        ends.append(topic_ends(client, places))
        if number == 5:
            bad = codecs.encode(MANAGERS, live.reference.managers["m-brooks"])
            live.publish([(POLICIES, "v4", BAD_POLICY), (MANAGERS, "m-huber", bad)])
            live.publish([(SITES, "columbus", b"\x00")])
    live.player.tick(END)
    live.player.settle()


def be_absent(live: Live) -> None:
    """A request before, and one after the manager's absence was published."""
    live.player.send([request("before", 1, MONDAY), request("listed", 1, MONDAY)])
    live.player.settle()
    away = Absence(from_=MONDAY, until=MONDAY + 72 * HOUR_MS)
    brooks = msgspec.structs.replace(live.reference.managers["m-brooks"], absences=(away,))
    managers = dict(live.reference.managers) | {"m-brooks": brooks}
    live.publish_directory(Directory(live.reference.sites.values(), managers.values()))
    live.player.send([request("after", 1, MONDAY + 1), request("listed", 2, MONDAY + 1)])
    live.player.settle()


def command(live: Live) -> None:
    file = live.folder / "friday.yaml"
    file.write_text(
        "version: friday\nthrottle: {limit: 1}\nclocks: {HIGH: {decide_minutes: 69}}\n"
        "lists: {block: [{customer_id: listed, reason: fraud}]}\n"
        "jurisdictions: {US-OH: {authorisation_limit: {percent: 5}}}\n"
    )
    live.command("diff", policy.app, "diff", str(file))
    live.command("publish", policy.app, "publish", str(file))
    live.command("again", policy.app, "diff", str(file))
    live.command("shadow", policy.app, "publish", str(file), "--shadow")
    live.command("show", policy.app, "show", "--json")
    live.command("shown", policy.app, "show")
    live.command("drop", policy.app, "drop-shadow")
    live.command("version", policy.app, "show", "--version", "friday")
    live.command("unknown", policy.app, "show", "--version", "saturday")
    live.command("yaml", directory.app, "show", "--yaml")
    (live.folder / "same.yaml").write_text(live.said["yaml"].stdout)
    live.command("same", directory.app, "diff", str(live.folder / "same.yaml"))
    (live.folder / "other.yaml").write_text(written(directory_as_file(directory_of_round(9))))
    live.command("other", directory.app, "diff", str(live.folder / "other.yaml"))
    live.command("managers", directory.app, "show")


def repair(live: Live) -> None:
    """A bad site and a bad policy lie over good ones that are in force."""
    at_risk, refused = "recourse_reference_at_risk", "recourse_reference_refused"
    live.said["at_risk"] = [each.metric(at_risk) for each in live.workers]
    live.command("repair_dry", directory.app, "repair", "--dry-run")
    live.command("repair", directory.app, "repair")
    live.command("repair_policy", policy.app, "repair")
    for worker in live.workers:
        wait_until("all is mended", partial(_shows, worker, refused, 0))
    live.said["at_risk_after"] = [each.metric(at_risk) for each in live.workers]
    live.command("repaired", directory.app, "repair")
    live.command("repaired_policy", policy.app, "repair")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    machine = Machine(keep=False)
    workers: list[WorkerProcess] = []
    try:
        machine.start_broker(Console(quiet=True))
        servers, outputs = machine.bootstrap_servers, list[Seen]()

        def watch() -> None:
            for each in workers:
                assert each.process.poll() is None, each.said()

        played = Live(servers, workers, Player(servers, watch, outputs.append), folder, outputs)
        played.publish(policy_of_round(0, Reference()))
        played.publish_directory(directory_of_round(0))
        workers += [
            WorkerProcess(
                servers,
                "recourse",
                number,
                folder,
                module=("agents", "worker"),
                commit_interval_ms=100,
                privacy_key=KEY,
            )
            for number in range(2)
        ]
        for each in workers:
            each.wait_ready()
        swap_ten_times(played)
        be_absent(played)
        assigned = 'recourse_partitions_assigned{stage="customers"}'
        played.said["partitions"] = [each.metric(assigned) for each in workers]
        played.said["refused"] = [each.metric("recourse_reference_refused") for each in workers]
        command(played)
        repair(played)
        played.player.close()
        assert [each.terminate() for each in workers] == [0, 0], workers[0].said()
        settings = load(bootstrap_servers=servers)
        played.report = verify(
            stages(), references(pseudonyms=KEYS), settings, decode_order, WATCHED
        )
        yield played
    finally:
        for each in workers:
            each.kill()
        machine.close()


def test_everything_equals_the_pure_core(live: Live) -> None:
    assert live.report.differences == []
    assert live.report.outputs["recourse.disagreements"] > 100


def test_each_output_carries_the_version_in_force_at_its_now(live: Live) -> None:
    versions = [
        (seen.topic, seen.timestamp, version)
        for seen in live.outputs
        if (version := getattr(seen.record, "policy_version", None)) is not None
    ]

    assert [
        (topic, text_of(now), version)
        for topic, now, version in versions
        if version != in_force(live.reference.policies, now).version
    ] == []
    assert {version for _, _, version in versions} == {f"v{number}" for number in range(ROUNDS)}


def test_the_policy_turned_within_transactions_on_both_workers(live: Live) -> None:
    turns = [each.effective_from_milliseconds for each in live.reference.policies][1:]
    order = list(read_all(live.servers, {"recourse.order": TOPICS["recourse.order"].partitions}))
    stamps = {
        (m.topic, m.partition, m.offset): m.timestamp
        for stage in stages()
        for m in read_all(live.servers, {t: TOPICS[t].partitions for t in stage.topics})
    }
    within = 0
    for record in order:
        _, partition, runs = decode_order(record.value or b"")
        handled = [
            stamps[run.topic, partition, offset]
            for run in runs
            for offset in range(run.first, run.last + 1)
            if (run.topic, partition, offset) in stamps
        ]
        within += any(min(handled) < turn <= max(handled) for turn in turns) if handled else 0

    assert within > 0
    assert min(live.said["partitions"]) > 0
    assert sum(live.said["partitions"]) == TOPICS["recourse.ticks"].partitions


def test_the_directory_of_each_round_was_used_from_its_round_on(live: Live) -> None:
    """A card made in a tenth has the handle of that tenth, or the one published meanwhile."""
    used = set()
    for seen in live.outputs:
        if not isinstance(seen.record, ContactCard) or seen.timestamp >= END:
            continue
        number = (seen.timestamp - BEGIN) // TENTH
        for each in seen.record.managers:
            handle = each.manager.app_handle or ""
            if handle.startswith(HANDLE):
                used.add(int(handle.removeprefix(HANDLE)))
                assert int(handle.removeprefix(HANDLE)) in (number, number + 1)

    assert used & {ROUNDS - 1, ROUNDS - 2}  # the very last may come when all is worked off
    assert len(used) >= ROUNDS // 2


def test_what_cannot_be_used_leaves_what_was_there_and_is_told(live: Live) -> None:
    assert live.said["refused"] == [2.0, 2.0]  # of three, m-huber was published right afterwards
    for worker in live.workers:
        lines = [json.loads(line) for line in worker.said().splitlines() if line.startswith("{")]
        refused = [line for line in lines if line["event"] == "reference_refused"]
        assert sorted((line["topic"], line.get("key"), line["see"]) for line in refused) == [
            (MANAGERS, None, "recourse directory show"),
            (SITES, "columbus", "recourse directory show"),
            (POLICIES, "v4", "recourse policy show"),
        ]
        assert "m-huber" not in worker.said()


def test_a_good_record_under_a_bad_one_is_at_risk_until_it_is_published_again(live: Live) -> None:
    """Kafka would compact it away, and the next start would not know the site and the manager."""
    assert (live.said["at_risk"], live.said["at_risk_after"]) == ([2.0, 2.0], [0.0, 0.0])
    dry, done = live.said["repair_dry"].stdout, live.said["repair"].stdout
    assert done.startswith("Published:\n  directory.sites columbus: the record of offset ")
    assert dry == done.replace("Published:", "What would be published:")
    assert live.said["repair_policy"].stdout.startswith(
        "Published:\n  recourse.policies v4: the record of offset "
    )
    for said in ("repaired", "repaired_policy"):
        assert live.said[said].stdout == "Nothing is refused.\n"
    reference = Reference(pseudonyms=KEYS)
    for message in read_all(live.servers, {POLICIES: 1, SITES: 1, MANAGERS: 1}):
        reference = fold(reference, message)
    assert reference.standing == ()
    assert reference.sites == live.reference.sites
    assert reference.managers == live.reference.managers


def test_an_absence_is_respected_by_the_next_choice(live: Live) -> None:
    (before,) = live.of(Escalation, visit_id="before-v1")
    (after,) = live.of(Escalation, visit_id="after-v1")

    assert before.manager.manager_id == "m-brooks"
    # Those of the region may have as many cases as they can.
    assert after.manager is None or after.manager.manager_id != "m-brooks"
    assert PassedOverManager(manager_id="m-brooks", why=Why.ABSENT) in after.passed_over


def test_a_list_finds_its_customer_by_hash_and_the_topic_does_not_name_them(live: Live) -> None:
    (second,) = live.of(Disagreement, visit_id="listed-v2")

    assert second.reasons[-1].code == "BLOCK_LIST"
    for message in read_all(live.servers, {POLICIES: 1}):
        assert b"listed" not in (message.value or b"")


def test_show_says_what_is_published_and_what_was_refused(live: Live) -> None:
    shown = json.loads(live.said["show"].stdout)

    assert [each["version"] for each in shown["policies"]] == [
        *(f"v{number}" for number in range(ROUNDS)),
        "friday",
    ]
    assert [each["state"] for each in shown["policies"]] == [
        *["was in force"] * 9,
        "in force",
        "will be in force",
    ]
    assert shown["shadow"] == "friday"
    assert [each["key"] for each in shown["refused"]] == ["v4"]
    text = live.said["shown"].stdout
    assert "friday\tto compare with (shadow)" in text
    assert "recourse.policies v4: policy: throttle.limit is -1" in text
    assert "\n  In Ohio (US-OH) the limit of a rise goes from 10 %" in text
    assert "is taken away" in live.said["drop"].stdout
    assert live.said["version"].stdout.startswith("# Policy friday, published with effective_from")
    assert (live.said["unknown"].exit_code, live.said["unknown"].stdout) == (1, "")


def test_diff_says_what_would_change_and_ends_with_its_code(live: Live) -> None:
    first, *rest = live.said["diff"].stdout.splitlines()

    assert "Compared with v9 (from " in first
    assert rest == [
        "  In Ohio (US-OH) the limit of a rise goes from 10 % of the base to 5 % of the base."
    ]
    assert live.said["diff"].exit_code == 1
    assert live.said["publish"].stdout.startswith("Published policy friday, in force from 20")
    assert live.said["again"].exit_code == 0
    assert "Nothing changes." in live.said["again"].stdout
    assert "is published already: take a new one" in live.said["again"].stdout


def test_a_directory_is_shown_as_a_file_and_compared(live: Live) -> None:
    assert (live.said["same"].exit_code, live.said["other"].exit_code) == (0, 1)
    assert live.said["other"].stdout.splitlines()[1:] == [
        (
            "  Terrence Brooks (m-brooks) is no longer absent from Mon 2026-09-21 10:00 until "
            "Thu 2026-09-24 10:00 (America/New_York)."
        )
    ]
    assert "directory.sites columbus: " in live.said["managers"].stdout
    assert "m-huber: " not in live.said["managers"].stdout  # a right record came after it
