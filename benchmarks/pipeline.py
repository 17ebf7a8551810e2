"""The real pipeline: all rules, outputs and state, on the realistic stream.

In memory (what the code itself costs, without Kafka), and as a worker on one core with its Kafka on
the other. On Kafka each stage has its inputs whole before it starts, ticks and managers' actions
too, so that it does what it would do in a week. Both stages in one worker at once read the same
topics, but the disagreements are then made while the actions lie there already: most are refused.
"""

import time
from collections.abc import Sequence

from msgspec import Struct
from rich.console import Console

from agents.core.world import Directory
from agents.pipeline.stages import stages
from agents.simulation.demo.machine import reference_records
from benchmarks.report import Table, shown
from benchmarks.rig import Rig, input_count, named, watch
from benchmarks.stream import (
    DISAGREEMENTS,
    TICKS,
    Timed,
    customers_for,
    directory_for,
    is_event,
    read_by,
    reference,
)
from benchmarks.usage import Used, between
from schemas.catalogue import PARTITIONS
from streams.runtime.collector import collect_rarely
from streams.runtime.fold import Fold
from streams.topology import Message, Stage
from streams.transport.kafka import partition_of

COMMIT_EVERY = 2_000
"""Records between two drains of the changed keys, in memory; about a checkpoint under a backlog."""
WARM_UP_RECORDS = 20_000
"""Of the stream, in a run that does not count: until then Kafka compiles itself."""
GUARANTEES = ("exactly_once", "at_least_once")


class InMemory(Struct, frozen=True, kw_only=True):
    """What one stage cost without Kafka; times in µs of CPU."""

    stage: str
    records: int
    handle_a_record: float
    drain_a_record: float
    a_event: float
    outputs: int
    keys: int


def messages(chosen: Stage, records: Sequence[Timed]) -> list[Message]:
    """What a stage reads, as it comes out of the merge: in the order of time."""
    made: list[Message] = []
    for offset, record in enumerate(read_by(chosen.topics, records)):
        if record.topic == TICKS:
            made += [
                Message(record.topic, number, offset, record.at, b"%d" % number, record.value)
                for number in range(PARTITIONS)
            ]
        else:
            number = partition_of(record.key, PARTITIONS)
            made.append(Message(record.topic, number, offset, record.at, record.key, record.value))
    return made


def in_memory(chosen: Stage, records: Sequence[Timed], directory: Directory) -> InMemory:
    """Folds all that a stage reads, and drains its changes as checkpoints do."""
    world, given = reference(directory), messages(chosen, records)
    folds = [Fold(chosen, number) for number in range(PARTITIONS)]
    for each in folds:
        each.restored()
    outputs, keys, handling, draining = 0, set[bytes | None](), 0.0, 0.0
    collect_rarely()
    for first in range(0, len(given), COMMIT_EVERY):
        began = time.process_time()
        for message in given[first : first + COMMIT_EVERY]:
            outputs += len(folds[message.partition].handle(message, world))
        handled = time.process_time()
        changed = [write for each in folds for write in each.changelog()]
        draining += time.process_time() - handled
        handling += handled - began
        keys.update(write.key for write in changed)
    events = sum(map(is_event, records))
    return InMemory(
        stage=chosen.name,
        records=len(given),
        handle_a_record=handling / len(given) * 1e6,
        drain_a_record=draining / len(given) * 1e6,
        a_event=(handling + draining) / events * 1e6,
        outputs=outputs,
        keys=len(keys),
    )


def memory_table(records: Sequence[Timed], found: Sequence[InMemory]) -> Table:
    """Each stage's cost without Kafka, and both together."""
    events = sum(map(is_event, records))
    total = sum(each.a_event for each in found)
    rows = tuple(
        (
            each.stage,
            each.records,
            each.outputs,
            each.keys,
            each.handle_a_record,
            each.drain_a_record,
            each.a_event,
            1e6 / each.a_event,
        )
        for each in found
    )
    return Table(
        title=f"The real pipeline in memory, {events:,} events",
        columns=(
            "stage",
            "records",
            "outputs",
            "keys of state",
            "handle µs a record",
            "changelog µs a record",
            "µs an event",
            "events/s",
        ),
        rows=(*rows, ("both", None, None, None, None, None, total, 1e6 / total)),
        note=(
            "CPU time of one core: decode, rules, encode; no Kafka. An event is a record of "
            "service.*; records also count ticks, outcomes, disagreements and actions."
        ),
    )


class Run(Struct, frozen=True, kw_only=True):
    """One run of a worker on Kafka."""

    stages: str
    guarantee: str
    events: int
    inputs: int
    used: Used

    @property
    def events_a_second(self) -> float:
        """Service events whose consequences these stages handle in a second."""
        return self.used.records_a_second * self.events / self.inputs

    def cells(self) -> tuple[str | float, ...]:
        """The row of the table; what is a million is a million service events."""
        share = self.inputs / self.events
        return (
            self.stages,
            self.guarantee,
            self.events_a_second,
            self.used.records_a_second,
            self.used.worker_cpu_a_million * share,
            self.used.broker_cpu_a_million * share,
            self.used.peak_memory_mb,
            self.used.cores,
            self.used.others_on_core,
        )


COLUMNS = (
    "stages",
    "guarantee",
    "events/s",
    "records/s",
    "CPU s a million events",
    "broker's CPU s a million",
    "peak RSS MB",
    "cores busy",
    "others on core",
)


def given_to(names: Sequence[str], records: Sequence[Timed]) -> list[Timed]:
    """What lies in the topics before these stages start: all that they do not write themselves."""
    chosen = named(names)
    inputs = read_by([topic for stage in chosen for topic in stage.topics], records)
    if len(chosen) == 1:
        return inputs
    return [record for record in inputs if record.topic != DISAGREEMENTS]


def on_kafka(rig: Rig, names: Sequence[str], guarantee: str, records: Sequence[Timed]) -> Run:
    """Runs a worker over a backlog of the whole stream."""
    given, chosen = given_to(names, records), named(names)
    rig.begin_run(given)
    expected = input_count(chosen, given)
    with rig.worker(stage_names=names, RECOURSE_GUARANTEE=guarantee) as worker:
        moments = watch(rig, worker, chosen, expected)
    return Run(
        stages=" + ".join(stage.name for stage in chosen),
        guarantee=guarantee,
        events=sum(map(is_event, records)),
        inputs=moments[-1].records,
        used=between(moments),
    )


def kafka_table(runs: Sequence[Run]) -> Table:
    """All runs, and what the two stages one after the other come to."""
    rows = [run.cells() for run in runs]
    for guarantee in GUARANTEES:
        alone = [run for run in runs if run.guarantee == guarantee and "+" not in run.stages]
        if len(alone) == len(stages()):
            rows.append(_one_after_the_other(guarantee, alone))
    return Table(
        title=f"The real pipeline on Kafka, one worker on one core, {runs[0].events:,} events",
        columns=COLUMNS,
        rows=tuple(rows),
        note=(
            "events/s: records of service.* whose consequences are handled in a second. Kafka and "
            "the measuring program run on the other core. Nothing else was on the worker's core "
            "as far as `others on core` says (cores)."
        ),
    )


def _one_after_the_other(guarantee: str, alone: Sequence[Run]) -> tuple[str | float, ...]:
    seconds_an_event = sum(1 / run.events_a_second for run in alone)
    return (
        "one after the other",
        guarantee,
        1 / seconds_an_event,
        sum(run.inputs for run in alone) / alone[0].events / seconds_an_event,
        *(
            sum(float(run.cells()[column]) for run in alone)
            for column in (COLUMNS.index("CPU s a million events"), 5)
        ),
        max(run.used.peak_memory_mb for run in alone),
        "-",
        "-",
    )


def measure(
    records: Sequence[Timed], guarantees: Sequence[str], turns: int, console: Console
) -> list[Table]:
    """In memory, then on Kafka: each stage alone, then both."""
    directory = directory_for(customers_for(sum(map(is_event, records))))
    found = []
    for stage in stages():
        console.print(f"  in memory: {stage.name} ...", highlight=False)
        found.append(in_memory(stage, records, directory))
    tables = [memory_table(records, found)]
    if not guarantees:
        return tables
    rig = Rig(reference_records(directory), console)
    try:
        runs = []
        on_kafka(rig, ("customers",), guarantees[0], records[:WARM_UP_RECORDS])
        for turn in range(turns):
            for guarantee in guarantees:
                for names in (("customers",), ("desk",), ()):
                    run = on_kafka(rig, names, guarantee, records)
                    console.print(
                        f"  turn {turn + 1}: {run.stages}, {guarantee}: "
                        f"{shown(run.events_a_second)} events/s",
                        highlight=False,
                    )
                    runs.append(run)
    finally:
        rig.close()
    return [*tables, kafka_table(runs)]
