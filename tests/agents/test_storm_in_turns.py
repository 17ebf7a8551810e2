"""A storm of one site: in turns of one record, both stages make what they make in one go."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from benchmarks.storm import press
from schemas.records import Decision, Disagreement, Escalation, EscalationStatus, Tick
from streams.runtime.fold import Fold
from streams.runtime.partition import Partition
from streams.runtime.references import Snapshot
from streams.topology import Message, Stage
from streams.transport.kafka import Change, Write

TICKS, DISAGREEMENTS, ESCALATIONS = (
    "recourse.ticks",
    "recourse.disagreements",
    "recourse.escalations",
)
START = 1_772_460_000_000
MINUTE = 60_000
STORM, OTHERS = 120, 30
CUSTOMERS, DESK, _ = stages()
SNAPSHOT = Snapshot(reference_of(default_policy(), demo_directory()), {})
Given = Mapping[str, Sequence[Message]]


def given() -> dict[str, list[Message]]:
    """A storm within a minute, others meanwhile at other sites, and ticks up to two hours later."""
    sites = sorted(demo_directory().sites)
    presses = [press(f"s{n}", sites[0], START + n * MINUTE // STORM) for n in range(STORM)]
    presses += [
        press(f"o{n}", sites[1 + n % 12], START + n * MINUTE // OTHERS) for n in range(OTHERS)
    ]
    ticks = [START + n * MINUTE for n in (1, 30, 120)]
    return messages(
        [(each.topic, each.key, each.value, each.at) for each in sorted(presses)]
        + [(TICKS, b"0", codecs.encode(TICKS, Tick(now=at)), at) for at in ticks]
    )


def messages(records: Iterable[tuple[str, bytes, bytes, int]]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for topic, key, value, at in records:
        found[topic].append(Message(topic, 0, len(found[topic]), at, key, value))
    return found


def in_turns(stage: Stage, records: Given, until: float) -> tuple[list[Write], list[Change]]:
    """What a stage writes and keeps, in turns that end at `until` (monotonic seconds)."""
    partition, made = Partition(stage, 0), list[Write]()
    partition.fold.restored()
    for topic in stage.topics:
        partition.merge.add(topic, records.get(topic, ()), len(records.get(topic, ())))
    ends = {topic: len(records.get(topic, ())) for topic in stage.topics}
    while True:
        run = partition.merge.pop_run(partition.fold.run_at_most)
        if run is None:
            question = partition.merge.question()
            if question is None:
                return made, [*partition.fold.changes()]
            partition.merge.answer(question, ends)
            continue
        before, turns = partition.now, 0
        writes, handled = partition.handle_run(run, SNAPSHOT, until)
        while partition.is_in_a_tick:
            assert (writes, handled, partition.now) == ([], 0, before)
            assert partition.positions()[TICKS, 0] == run.offset(0)
            writes, handled = partition.go_on(until)
            turns += 1
        assert handled == 1 or until > 0
        assert turns <= 1 or (run.topic, until) == (TICKS, 0.0)
        made += writes


def in_one_go(stage: Stage, records: Given) -> tuple[list[Write], list[Change]]:
    fold, made = Fold(stage, 0), list[Write]()
    fold.restored()
    every = [each for topic in stage.topics for each in records.get(topic, ())]
    for each in sorted(every, key=lambda one: (one.timestamp, one.topic == TICKS, one.topic)):
        made += fold.handle(each, SNAPSHOT.value)
    return made, [*fold.changes()]


def test_in_turns_of_one_record_a_storm_makes_what_it_makes_in_one_go() -> None:
    presses = given()
    decided = in_one_go(CUSTOMERS, presses)
    disagreements = messages(
        (each.topic, each.key or b"", each.value or b"", each.timestamp)
        for each in decided[0]
        if each.topic == DISAGREEMENTS
    )
    for_desk = {DISAGREEMENTS: disagreements[DISAGREEMENTS], TICKS: presses[TICKS]}
    opened = in_one_go(DESK, for_desk)

    for until in (0.0, math.inf):
        assert in_turns(CUSTOMERS, presses, until) == decided
        assert in_turns(DESK, for_desk, until) == opened

    raised = [
        codecs.decode(DISAGREEMENTS, each.value or b"") for each in disagreements[DISAGREEMENTS]
    ]
    assert Counter(_of(each) for each in raised) == Counter(
        [f"s{n}" for n in range(STORM)] + [f"o{n}" for n in range(OTHERS)]
    )
    steps = [
        codecs.decode(ESCALATIONS, w.value or b"") for w in opened[0] if w.topic == ESCALATIONS
    ]
    first = [each for each in steps if isinstance(each, Escalation) and each.step == 0]
    assert Counter(each.customer_id for each in first) == Counter(map(_of, raised))
    assert {each.status for each in first} == {EscalationStatus.OPENED}
    storms = Counter(each.incident_id for each in steps if isinstance(each, Escalation))
    assert len(storms) == 2, "one storm, and those that are part of none"


def _of(record: object) -> str:
    assert isinstance(record, Disagreement)
    assert record.decision is Decision.RAISED
    return record.customer_id
