"""`make bench`: the parts that are asked for, one after the other."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from enum import StrEnum
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from msgspec import to_builtins
from rich.console import Console

from benchmarks import (
    against,
    cost,
    handover,
    latency,
    memory,
    open_cases,
    pipeline,
    race,
    restore,
    scaling,
    storm,
)
from benchmarks.machine import ROOT, about
from benchmarks.report import Table, show
from benchmarks.rig import Stuck
from benchmarks.stream import stream
from streams.broker import BrokerError
from streams.broker.jars import JarsError
from streams.runtime import logs

FOLDER = ROOT / "var" / "benchmarks"


class Part(StrEnum):
    """What can be measured."""

    RACE = "race"
    PIPELINE = "pipeline"
    LATENCY = "latency"
    SCALING = "scaling"
    COST = "cost"
    RESTORE = "restore"
    HANDOVER = "handover"
    MEMORY = "memory"
    OPEN_CASES = "open-cases"
    STORM = "storm"
    AGAINST = "against"


NEED_NO_STREAM = {
    Part.RACE, Part.HANDOVER, Part.MEMORY, Part.OPEN_CASES, Part.STORM, Part.AGAINST,
}  # fmt: skip


def main(
    part: Annotated[
        list[Part] | None, typer.Argument(help="What to measure; all for none.")
    ] = None,
    *,
    events: Annotated[
        int, typer.Option(min=10_000, help="About how many service events; the race has its own.")
    ] = 300_000,
    turns: Annotated[int, typer.Option(min=1, help="How often each is run, by turns.")] = 1,
    race_events: Annotated[int, typer.Option(min=10_000, help="Events of the race.")] = 1_000_000,
    engine: Annotated[
        list[str] | None, typer.Option(help="Who takes part in the race; may be given often.")
    ] = None,
    guarantee: Annotated[
        list[str] | None, typer.Option(help="exactly_once, at_least_once; may be given twice.")
    ] = None,
    rate: Annotated[
        list[int] | None, typer.Option(help="Events a second of latency; may be given often.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=2, help="How long at each rate.")] = 15.0,
    storm_cases: Annotated[
        int, typer.Option(min=100, help="Cases of one site in the storm.")
    ] = storm.STORM_CASES,
    storm_seconds: Annotated[
        float, typer.Option(min=5, help="Within so long, and as long without a storm before.")
    ] = storm.STORM_SECONDS,
    keys: Annotated[
        int, typer.Option(min=1_000, help="Of restore, memory, open-cases.")
    ] = 1_000_000,
    version: Annotated[
        str, typer.Option(help="Of against: a git revision that this version is compared with.")
    ] = against.VERSION_BEFORE,
    in_memory: Annotated[
        bool, typer.Option("--in-memory", help="Of pipeline, cost, storm only what needs no Kafka.")
    ] = False,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only make and build what the parts need.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables for a page.")] = False,
) -> None:
    """Measure the engine and the pipeline on this machine.

    Kafka and this program run on core 0, the worker on core 1: leave the machine alone meanwhile.
    Numbers are kept in var/benchmarks.
    """
    console = Console(stderr=True)
    logs.configure("ERROR", "auto")
    guarantees = () if in_memory else tuple(guarantee or pipeline.GUARANTEES)

    def race_() -> list[Table]:
        if prepare:
            race.prepared(race_events, FOLDER, console)
            return []
        return race.measure(engine or (), race_events, turns, FOLDER, console)

    def on_stream(measure: Callable[[], list[Table]]) -> list[Table]:
        return [] if prepare else measure()

    chosen = part or list(Part)
    records = stream(events, FOLDER) if set(chosen) - NEED_NO_STREAM else []
    parts: dict[Part, Callable[[], list[Table]]] = {
        Part.RACE: race_,
        Part.PIPELINE: lambda: pipeline.measure(records, guarantees, turns, console),
        Part.LATENCY: lambda: latency.measure(
            records, rate or latency.RATES, seconds, (guarantees or pipeline.GUARANTEES)[0], console
        ),
        Part.SCALING: lambda: scaling.measure(records, turns, console),
        Part.COST: lambda: (
            cost.in_memory(records, events, FOLDER, console)
            if in_memory
            else cost.measure(records, FOLDER, console)
        ),
        Part.RESTORE: lambda: restore.measure(records, keys, console),
        Part.HANDOVER: lambda: handover.measure(console),
        Part.MEMORY: lambda: _in_a_fresh_process(memory.measure, keys),
        Part.OPEN_CASES: lambda: _in_a_fresh_process(open_cases.measure, keys),
        Part.STORM: lambda: storm.measure(
            console, storm_cases, storm_seconds, on_kafka=not in_memory
        ),
        Part.AGAINST: lambda: against.measure(version, events, console),
    }
    facts, tables = about(), list[Table]()
    how = "json" if json_ else "markdown" if markdown else "shown"
    for each in chosen:
        console.print(f"{each.value} ...", highlight=False)
        try:
            found = parts[each]() if each is Part.RACE else on_stream(parts[each])
        except (race.NoRace, against.NoVersion) as missing:
            console.print(str(missing), highlight=False, soft_wrap=True)
            continue
        except (Stuck, BrokerError, JarsError) as problem:
            console.print(str(problem), highlight=False, soft_wrap=True)
            raise typer.Exit(1) from None
        tables += found
        _keep(each, found, facts)
    show(tables, how, facts)


def _in_a_fresh_process(measure: Callable[[int], list[Table]], keys: int) -> list[Table]:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(measure, keys).result()


def _keep(part: Part, tables: list[Table], facts: dict[str, object]) -> Path | None:
    if not tables:
        return None
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{time.strftime('%Y%m%d-%H%M%S')}-{part.value}.json"
    path.write_text(json.dumps({"about": facts, "tables": to_builtins(tables)}, indent=1) + "\n")
    return path


if __name__ == "__main__":
    typer.run(main)
