"""A million mutated records, by hand: `make fuzz` (ARGS="--records 100000 --seed 7").

Each must end as applied, passed over or dead letter. Before them come schemas that other writers
might have, one for each hundred records: with and without the compiled part, and in whatever order
they are met, their values must be read the same (tests/streams/serialisation/writers.py).
It prints the seed, so that what it finds can be had again, and ends with 1 when a record failed,
raised, took long, or memory grew too far.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agents.core.handling import Handled
from agents.pipeline.counts import NoCounts
from schemas.records import DeadLetterReason, Tick
from streams.compiled import native
from streams.topology import Message
from tests import strict
from tests.bad_input.good import TICKS, Good, disagreements, driver, morning
from tests.bad_input.mutations import Mutator, seeds
from tests.bad_input.registry import CONFLUENT
from tests.streams.serialisation.writers import compare

RECORDS = 1_000_000
GROWTH_MB_AT_MOST = 600
SECONDS_AT_MOST = 2.0
_ROUND = 2_000  # records, then the stages begin anew, so that their state stays a day's
_GOOD_ONE_IN = 5
_TICK_ONE_IN = 50
_TOLD_EVERY = 500  # records
_RECORDS_A_SCHEMA = 100
_BYTES_AT_MOST = 1_000_000  # of a record that a stage writes, key and headers included
_CUSTOMERS = ("ann", "ben", "cat", "dan", "eve", ":now")


class Ends(NoCounts):
    """How records ended."""

    def __init__(self) -> None:
        self.by_end: Counter[str] = Counter()
        self.failures: list[str] = []

    def handled(self, stage: str, topic: str, handled: Handled[Any]) -> None:  # noqa: ARG002
        """Counts what was applied or passed over."""
        self.by_end[handled.passed_over or "applied"] += 1

    def dead_letter(self, stage: str, topic: str, reason: DeadLetterReason) -> None:  # noqa: ARG002
        """Counts dead letters by reason."""
        self.by_end[reason] += 1

    def failed(self, stage: str, topic: str, error: Exception) -> None:
        """Keeps what was our own error."""
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
        self.failures.append(f"{stage} {topic}: {error!r} at {place}")


class Fuzz:
    """A run: `step` feeds one mutated record, and now and then a good one."""

    def __init__(self, seed: int) -> None:
        self.ends = Ends()
        self.handled = 0
        self.longest: tuple[float, Message | None] = (0.0, None)
        self.too_large: list[Message] = []
        self._resident_before = resident_mb()  # also of tests before this one, in their process
        self._mutator, self._random = Mutator(seed), Random(seed)
        self._good = morning(_CUSTOMERS)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._driver = driver(CONFLUENT, counts=self.ends)
        made = [each for good in self._good for each in self._pipe(self._good_message(good))]
        self._seeds: list[Good] = seeds(self._good, disagreements(made, CONFLUENT))
        self._now = self._good[-1].at

    @staticmethod
    def _good_message(good: Good) -> Message:
        return good.message(CONFLUENT.encode)

    def _pipe(self, message: Message) -> list[Message]:
        found = self._driver.pipe(
            message.topic, message.key, message.value, message.timestamp, message.headers, 0
        )
        self._driver.read()
        return found

    def step(self) -> None:
        """One mutated record."""
        if self.handled % _ROUND == _ROUND - 1:
            self._begin_anew()
        self._now += self._random.choice((0, 1, 1_000, 60_000))
        good = self._random.choice(self._seeds)
        if self._random.randrange(_GOOD_ONE_IN) == 0:
            self._pipe(self._good_message(good)._replace(timestamp=self._now))
        if self.handled % _TICK_ONE_IN == 0:
            self._driver.tick(TICKS, CONFLUENT.encode(TICKS, Tick(now=self._now)), self._now)
        message = self._mutator.mutated(good, self._now)
        began = time.process_time()
        made = self._pipe(message)
        took = time.process_time() - began
        if took > self.longest[0]:
            self.longest = (took, message)
        self.too_large += [each for each in made if _size(each) > _BYTES_AT_MOST]
        self.handled += 1

    def problems(self) -> list[str]:
        """What must not be, a line each."""
        found = [*self.ends.failures]
        found += [f"an output to {each.topic} has {_size(each)} bytes" for each in self.too_large]
        if self.longest[0] > SECONDS_AT_MOST:
            found.append(f"a record took {self.longest[0]:.2f} s of CPU: {self.longest[1]!r:.500}")
        grown = resident_mb() - self._resident_before
        if grown > GROWTH_MB_AT_MOST:
            found.append(f"it grew by {grown} MB: at most {GROWTH_MB_AT_MOST}")
        return found


def _size(message: Message) -> int:
    headers = sum(len(name) + len(content or b"") for name, content in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers


def resident_mb() -> int:
    """The largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(seed: int, records: int, tell: Callable[[Fuzz], None]) -> Fuzz:
    """A run of so many mutated records; `tell` hears of it now and then."""
    strict.of_processors()
    fuzz = Fuzz(seed)
    for number in range(records):
        fuzz.step()
        if number % _TOLD_EVERY == 0:
            tell(fuzz)
    tell(fuzz)
    return fuzz


def main() -> None:
    """Exits 1 with a line for each thing that must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = parser.parse_args()
    console = Console()
    schemas = compare(given.seed, given.records // _RECORDS_A_SCHEMA, native)
    console.print(
        f"seed {given.seed}: {schemas.values:,} values of other writers' schemas, {schemas.read:,} "
        f"of them records; {given.records:,} mutated records"
    )
    began = time.monotonic()
    columns = (TextColumn("{task.fields[said]}"), BarColumn(), MofNCompleteColumn())
    shown = console.is_terminal
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not shown) as progress:
        task = progress.add_task("", total=given.records, said="")

        def tell(fuzz: Fuzz) -> None:
            rate = fuzz.handled / max(time.monotonic() - began, 0.001)
            said = f"{rate:,.0f}/s, {resident_mb()} MB, {len(fuzz.ends.failures)} failed"
            progress.update(task, completed=fuzz.handled, said=said)
            if not shown and fuzz.handled % (given.records // 20 or 1) < _TOLD_EVERY:
                console.print(f"{fuzz.handled:,}: {said}")

        fuzz = run(given.seed, given.records, tell)
    seconds = time.monotonic() - began
    for end, count in fuzz.ends.by_end.most_common():
        console.print(f"{count:>11,} {end}")
    console.print(
        f"{fuzz.handled:,} mutated records in {seconds:,.0f} s ({fuzz.handled / seconds:,.0f}/s); "
        f"longest {fuzz.longest[0] * 1000:.0f} ms; at most {resident_mb()} MB resident"
    )
    problems = [*schemas.differences, *fuzz.problems()]
    for problem, times in Counter(problems).most_common(20):
        console.print(f"PROBLEM ({times} times): {problem}", style="red", markup=False)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
