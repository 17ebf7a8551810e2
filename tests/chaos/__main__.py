"""Chaos by hand: `make chaos` (ARGS="--kind zombies --seed 7 --rounds 10").

A seed is one plan of faults, printed before it happens; the same seed gives the same plan again.
Ends with 1 when a guarantee did not hold.
"""

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Self

from tests.chaos import pipeline
from tests.chaos.broker import Ground
from tests.chaos.pipeline import PipelineRound
from tests.chaos.plans import KINDS, OF_THE_PIPELINE_ALONE, OF_WORKERS_ALONE, plan
from tests.chaos.rounds import Outcome, Round
from tests.chaos.storm import StormRound
from tests.chaos.storm import told as waits

KEPT = Path("var/chaos")
"""Where the logs of a round that went wrong are kept."""
PIPELINE = "pipeline-"
"""Begins a kind that plays with the real pipeline: exactly once, against the pure core."""
GUARANTEES = ("exactly_once", "at_least_once")


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _told(kind: str, guarantee: str, seed: int, outcome: Outcome) -> dict[str, object]:
    found = outcome.verdict
    return {
        "kind": kind,
        "guarantee": guarantee,
        "seed": seed,
        "records": found.records,
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "different": len(found.different),
        "peak_mb": outcome.peak_mb,
        "ends": dict(outcome.ends),
        "wrong": outcome.wrong(guarantee),
        "doubled_ids": list(found.doubled),
    }


def _round(ground: Ground, kind: str, guarantee: str, seed: int) -> dict[str, object]:
    named, real = f"{kind} {guarantee} {seed}:", kind.startswith(PIPELINE)
    planned = plan(kind.removeprefix(PIPELINE), seed)
    told = [f"{named} {dict(planned.settings)}"]
    _tell("\n".join([*told, *(f"{named} {fault}" for fault in planned.faults)]))
    folder = Path(tempfile.mkdtemp(dir=ground.folder))
    if kind == PIPELINE + "storm":
        storm = StormRound(ground, planned, seed, folder)
        outcome = storm.run()
        _tell(
            f"{named} of the others {waits(storm.calm)} before it, {waits(storm.later)} from then"
        )
    elif real:
        outcome = PipelineRound(ground, planned, seed, folder).run()
    else:
        outcome = Round(ground, planned, guarantee, seed, folder).run()
    found, wrong = outcome.verdict, outcome.wrong(guarantee)
    counted = f"{found.records} records, {len(found.lost)} lost, {len(found.doubled)} doubled"
    ends = f"workers ended with {dict(outcome.ends)}, at most {outcome.peak_mb} MB"
    told = [f"{named} {counted}, {len(found.different)} different; {ends}"]
    if found.doubled:
        told.append(f"{named} doubled: {' '.join(found.doubled)}")
    told += [f"{named} WRONG: {problem}" for problem in wrong]
    if wrong:
        kept = KEPT / f"{kind}-{seed}-{guarantee}"
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        told.append(f"{named} the workers' logs: {kept}")
    _tell("\n".join(told))
    return _told(kind, guarantee, seed, outcome)


class Grounds:
    """One Kafka for all rounds of the toy; each of the pipeline's has one of its own."""

    def __init__(self) -> None:
        self._toys: Ground | None = None
        self._last: Ground | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_last()
        if self._toys is not None:
            self._toys.close()

    def _close_last(self) -> None:
        if self._last is not None:
            self._last.close()
            self._last = None

    def of(self, kind: str) -> Ground:
        """The Kafka for a round of this kind."""
        self._close_last()
        if kind.startswith(PIPELINE):
            self._last = Ground()
            return self._last
        with self._lock:
            if self._toys is None:
                self._toys = Ground()
            return self._toys


def main() -> None:
    """Runs rounds; exits 1 where one went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    real = (*pipeline.KINDS, *OF_THE_PIPELINE_ALONE)
    kinds_known = [each for each in KINDS if each not in OF_THE_PIPELINE_ALONE]
    kinds_known += [PIPELINE + kind for kind in real]
    parser.add_argument("--kind", choices=[*kinds_known, "all"], default=["all"], nargs="+")
    parser.add_argument("--guarantee", choices=[*GUARANTEES, "both"], default="both")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--rounds", type=int, default=1, help="so many seeds, from --seed on")
    parser.add_argument(
        "--at-once", type=int, default=1, help="so many rounds, if workers alone fail"
    )
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no round after that")
    parser.add_argument("--results", type=Path, help="adds a JSON line for each round")
    given = parser.parse_args()
    kinds = kinds_known if "all" in given.kind else given.kind
    guarantees = GUARANTEES if given.guarantee == "both" else (given.guarantee,)
    seeds = range(given.seed, given.seed + given.rounds)
    end, wrong = time.monotonic() + given.minutes * 60, list[bool]()
    with Grounds() as grounds, ThreadPoolExecutor(given.at_once) as together:

        def run(kind: str, guarantee: str, seed: int) -> None:
            if time.monotonic() > end:
                return
            told = _round(grounds.of(kind), kind, guarantee, seed)
            wrong.append(bool(told["wrong"]))
            if given.results:
                with given.results.open("a") as results:
                    results.write(json.dumps(told) + "\n")

        for seed in seeds:
            rounds = [
                (kind, guarantee, seed)
                for kind, guarantee in product(kinds, guarantees)
                if guarantee == GUARANTEES[0] or not kind.startswith(PIPELINE)
            ]
            for one in [r for r in rounds if r[0] not in OF_WORKERS_ALONE]:
                run(*one)
            running = [together.submit(run, *r) for r in rounds if r[0] in OF_WORKERS_ALONE]
            for each in running:
                each.result()
    sys.exit(any(wrong))


if __name__ == "__main__":
    main()
