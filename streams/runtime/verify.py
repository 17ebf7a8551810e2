"""The verdict: do the topics hold what the pure core answers to them?

Reads everything committed, replays each stage in the order of its order log, and compares outputs
and changelogs. Run it when the workers have stopped: what they write meanwhile looks unexpected.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from streams.runtime.carrying import Placement
from streams.runtime.replay import ReferenceHistory, Replayed, illegalities, replay
from streams.settings import Settings
from streams.topology import DecodeOrder, Message, ReferenceTopics, Run, Stage
from streams.transport.kafka import (
    Place,
    Write,
    admin,
    partition_counts,
    partition_of,
    timestamp_type,
)
from streams.transport.reading import read_all

ANYWHERE = -1
"""Records without a key lie in any partition, so their order is open."""
SHOWN = 20
"""Differences spelled out; the rest is counted."""

Fact = tuple[bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...], int]
"""Key, value, headers and timestamp of an output."""
Source = tuple[str, int]
"""Stage and its partition."""


@dataclass
class Report:
    """The verdict and what it rests on."""

    handled: Counter[str] = field(default_factory=Counter)
    """Inputs by "stage topic"."""
    outputs: Counter[str] = field(default_factory=Counter)
    """Committed outputs by topic."""
    state_keys: Counter[str] = field(default_factory=Counter)
    """Changelog keys by stage."""
    differences: list[str] = field(default_factory=list)
    """One sentence each."""

    @property
    def equal(self) -> bool:
        """Whether the topics hold exactly what the core answers, in a legal order."""
        return not self.differences

    def summary(self) -> str:
        """A few lines for people."""
        lines = [f"handled {name}: {count}" for name, count in sorted(self.handled.items())]
        lines += [f"output {name}: {count}" for name, count in sorted(self.outputs.items())]
        lines += [
            f"state of {name}: {count} keys" for name, count in sorted(self.state_keys.items())
        ]
        lines += self.differences[:SHOWN]
        if len(self.differences) > SHOWN:
            lines.append(f"and {len(self.differences) - SHOWN} more differences")
            places = Counter(each.partition("[")[0] for each in self.differences)
            lines += [f"{count} of them at {place}" for place, count in sorted(places.items())]
        return "\n".join([*lines, "EQUAL" if self.equal else "NOT EQUAL"])


def verify(
    stages: Sequence[Stage],
    references: ReferenceTopics,
    settings: Settings,
    decode_order: DecodeOrder,
    outputs: Iterable[str],
) -> Report:
    """Compares all that the stages committed with the core's answer.

    Args:
        stages: all stages that write to `outputs`.
        references: the reference topics the workers had.
        settings: where Kafka is, and the application's name.
        decode_order: reads a record of the order topic.
        outputs: topics that only these stages write to; their topics of carried records are added.
    """
    servers, client = settings.bootstrap_servers, admin(settings.bootstrap_servers)
    order_topic = f"{settings.application}.order"
    carrying = (stage for stage in stages if not stage.leaves_misplaced)
    outputs = {*outputs, *(each.carried for each in carrying if each.carried is not None)}
    read = {t for s in stages for t in (*s.topics, s.changelog)} | {*references.topics, order_topic}
    counts = partition_counts(client, read | outputs)
    orders = _orders(read_all(servers, {order_topic: counts[order_topic]}), decode_order)
    history = ReferenceHistory(
        references, list(read_all(servers, {t: counts[t] for t in references.topics}))
    )
    broker_timed = {t for t in counts if timestamp_type(client, t) == "LogAppendTime"}
    report = Report()
    expected: dict[Place, dict[Source, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for stage in stages:
        inputs = _by_place(read_all(servers, {t: counts[t] for t in stage.topics}))
        placement = Placement(counts[stage.changelog], settings.misplaced == "carry")
        states = _last_values(read_all(servers, {stage.changelog: counts[stage.changelog]}))
        for number in range(counts[stage.changelog]):
            runs = orders.get((stage.name, number), [])
            report.differences += illegalities(stage, number, runs, inputs, broker_timed)
            answer = replay(stage, number, runs, inputs, history, placement=placement)
            _count(report, stage, runs, inputs, number)
            _compare_state(report, stage, number, answer, states.get(number, {}))
            for write in answer.writes:
                if write.topic not in counts:
                    continue  # compacted, say: it is not among the outputs to be compared
                place = _place(write.topic, write.key, counts)
                expected[place][stage.name, number].append(_expected(write, broker_timed))
    _compare_outputs(report, expected, servers, {t: counts[t] for t in outputs}, broker_timed)
    return report


def _orders(records: Iterable[Message], decode: DecodeOrder) -> dict[Source, list[Run]]:
    orders: dict[Source, list[Run]] = defaultdict(list)
    # A key has one partition, so a stage's partition is in order whatever the topic's partitions.
    for record in records:
        stage, partition, runs = decode(record.value or b"")
        orders[stage, partition] += runs
    return orders


def _by_place(records: Iterable[Message]) -> dict[Place, list[Message]]:
    places: dict[Place, list[Message]] = defaultdict(list)
    for record in records:
        places[record.topic, record.partition].append(record)
    return places


def _last_values(records: Iterable[Message]) -> dict[int, dict[str, bytes]]:
    states: dict[int, dict[str, bytes]] = defaultdict(dict)
    for record in records:
        key = (record.key or b"").decode()
        if record.value is None:
            states[record.partition].pop(key, None)
        else:
            states[record.partition][key] = record.value
    return states


def _count(
    report: Report,
    stage: Stage,
    runs: Sequence[Run],
    inputs: Mapping[Place, Sequence[Message]],
    number: int,
) -> None:
    last = {run.topic: run.last for run in runs}
    for topic in stage.topics:
        committed = inputs.get((topic, number), ())
        report.handled[f"{stage.name} {topic}"] += sum(
            message.offset <= last.get(topic, -1) for message in committed
        )


def _compare_state(
    report: Report, stage: Stage, number: int, answer: Replayed, committed: Mapping[str, bytes]
) -> None:
    report.state_keys[stage.name] += len(committed)
    for key in sorted(answer.state.keys() | committed.keys()):
        if answer.state.get(key) != committed.get(key):
            report.differences.append(
                f"{stage.changelog}[{number}] key {key}: the core has {answer.state.get(key)!r}, "
                f"the topic {committed.get(key)!r}"
            )


def _place(topic: str, key: bytes | None, counts: Mapping[str, int]) -> Place:
    return topic, ANYWHERE if key is None else partition_of(key, counts[topic])


def _expected(write: Write, broker_timed: Iterable[str]) -> Fact:
    at = 0 if write.topic in broker_timed else write.timestamp
    return write.key, write.value, write.headers, at


def _compare_outputs(
    report: Report,
    expected: Mapping[Place, Mapping[Source, list[Fact]]],
    servers: str,
    topics: Mapping[str, int],
    broker_timed: Iterable[str],
) -> None:
    committed: dict[Place, list[Fact]] = defaultdict(list)
    for record in read_all(servers, topics):
        at = 0 if record.topic in broker_timed else record.timestamp
        place = _place(record.topic, record.key, topics)
        if place[1] not in (record.partition, ANYWHERE):
            report.differences.append(
                f"{record.topic}[{record.partition}] offset {record.offset} is not where murmur2 "
                f"places its key"
            )
        committed[place].append((record.key, record.value, record.headers, at))
        report.outputs[record.topic] += 1
    for place in sorted(expected.keys() | committed.keys()):
        if place[0] in topics:
            report.differences += _unlike(place, expected.get(place, {}), committed.get(place, []))


def _unlike(place: Place, expected: Mapping[Source, list[Fact]], found: list[Fact]) -> list[str]:
    """Compares one output partition: the same records, each source's in its order."""
    wanted = Counter(fact for facts in expected.values() for fact in facts)
    had = Counter(found)
    if wanted != had:
        return [
            f"{place[0]}[{place[1]}] {word} {sum(facts.values())} of {sum(wanted.values())} "
            f"expected records, first: {next(iter(facts))!r}"
            for word, facts in (("lacks", wanted - had), ("has too many:", had - wanted))
            if facts
        ]
    if place[1] == ANYWHERE:
        return []
    position = dict.fromkeys(expected, 0)
    for fact in found:
        for source, facts in expected.items():
            if position[source] < len(facts) and facts[position[source]] == fact:
                position[source] += 1
                break
        else:
            return [f"{place[0]}[{place[1]}] has its records in another order, first: {fact!r}"]
    return []
