"""Who holds the event loop, and for how long: of a slow partition one record at a time."""

import asyncio
from collections.abc import Generator, Sequence
from dataclasses import replace

import pytest

from streams.runtime import fold, partition, stage
from streams.runtime.commits import Unit
from streams.runtime.fold import RUN_AT_MOST, SINGLY_AT_MOST, Fold
from streams.runtime.partition import Partition
from streams.runtime.references import References
from streams.runtime.stage import StageRunner
from streams.settings import Settings
from streams.topology import Emit, Listed, Message, Records, Run, Stage
from streams.transport.kafka import Write, admin
from tests.streams.toy import Counting, Toy, decode_order, encode_order

TOY = Toy("toy")
NOWHERE = "127.0.0.1:1"


class Clock:
    """Seconds that pass when something is handled, and else not."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (fold, partition, stage):
        monkeypatch.setattr(module, "time", made)
    return made


class Slow(Counting):
    """Records of key `slow` take 0.4 seconds, others a hundredth of a millisecond."""

    def __init__(self, clock: Clock, number: int) -> None:
        super().__init__(TOY.ticks, TOY.out, number)
        self._clock = clock

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        self._clock.now += 0.4 if message.key == b"slow" else 1e-5
        return super().handle(message, now, reference)


class SlowRuns(Slow):
    """The same in runs."""

    def handle_run(self, records: Records, now: int, reference: object) -> Sequence[Emit]:
        emits = list[Emit]()
        for each in records:
            now = max(now, each.timestamp)
            emits += [emit._replace(at=now) for emit in self.handle(each, now, reference)]
        return emits


class SlowTicks(Slow):
    """A tick has 100 parts of a hundredth of a second each."""

    def handle_in_turns(
        self, message: Message, now: int, reference: object
    ) -> Generator[None, None, Sequence[Emit]]:
        for _ in range(100):
            self._clock.now += 0.01
            yield
        return self.handle(message, now, reference)


def tick(number: int, at: int) -> Message:
    return Message(TOY.ticks, number, 0, at, b"%d" % number, b"")


def messages(number: int, key: bytes, count: int) -> list[Message]:
    return [Message(TOY.left, number, n, 1_000 + n, key, b"%d" % n) for n in range(count)]


def two_partitions(stage_: Stage) -> tuple[StageRunner, dict[int, Partition]]:
    """A runner that has two partitions; to be made in an event loop."""
    settings = Settings(bootstrap_servers=NOWHERE, order_log=True)
    references = References(TOY.references, NOWHERE)
    runner = StageRunner(stage_, settings, references, admin(NOWHERE), encode_order, partitions=4)
    parts = {number: Partition(stage_, number) for number in (0, 1)}
    runner._partitions = parts
    return runner, parts


def test_while_one_partition_is_slow_the_others_wait_for_one_of_its_records(clock: Clock) -> None:
    slow_stage = replace(TOY.stage, processor=lambda number: Slow(clock, number))

    async def run() -> None:
        runner, parts = two_partitions(slow_stage)
        for number, key in ((0, b"slow"), (1, b"quick")):
            parts[number].merge.add(TOY.left, messages(number, key, 40), 40)
        waited, handled = list[float](), list[tuple[int | None, int | None]]()
        for _ in range(4):
            for number in (0, 1):
                began = clock.now
                runner._handle_slice(number)
                waited.append(clock.now - began)
            handled.append((parts[0].merge.position(TOY.left), parts[1].merge.position(TOY.left)))
        assert max(waited) <= 0.4 + stage.SLICE_SECONDS
        assert handled == [(1, 40), (2, 40), (3, 40), (4, 40)]
        unit = runner._unit._cut()
        assert (unit.offsets[TOY.left, 0], unit.offsets[TOY.left, 1]) == (4, 40)
        order = [each.value or b"" for each in unit.outputs if each.topic.endswith("order")]
        runs = [run for value in order for run in decode_order(value)[2]]
        assert [(run.first, run.last) for run in runs] == [(0, 3), (0, 39)]
        runner._commits.close()

    asyncio.run(run())


def test_while_much_is_due_at_one_tick_the_others_go_on_and_a_commit_holds_nothing_of_it(
    clock: Clock,
) -> None:
    slow_stage = replace(TOY.stage, processor=lambda number: SlowTicks(clock, number))

    async def run() -> None:
        runner, parts = two_partitions(slow_stage)
        fill_around_a_tick(parts[0])
        waited, units = list[float](), list[Unit]()
        for turn in range(1, 200):
            one = replace_offsets(messages(1, b"quick", 1), turn - 1, 0)
            parts[1].merge.add(TOY.left, one, turn)
            for number in (0, 1):
                began = clock.now
                runner._handle_slice(number)
                waited.append(clock.now - began)
            if (asked := parts[0].merge.question()) is not None:
                parts[0].merge.answer(asked, {TOY.right: 0, TOY.carried: 0})
            assert parts[1].merge.position(TOY.left) == turn
            if turn % 25 == 0:
                units.append(runner._unit._cut())
            if parts[0].merge.position(TOY.left) == 5:
                break
        assert turn > 45
        assert max(waited) <= 2 * stage.SLICE_SECONDS + 1e-9
        half, whole, tick_at = units[0], runner._unit._cut(), (TOY.ticks, 0)
        assert (half.offsets[tick_at], whole.offsets[tick_at]) == (0, 1)
        assert all(tick_at not in each.offsets for each in units[1:])
        assert not [each for each in half.outputs if (each.value or b"").startswith(b"tick")]
        last = {each.partition: each.changes[-1] for each in half.changelogs}
        assert last[0] == (":now", b"1001")
        said = [each.value for each in whole.outputs if each.key == b"0"]
        assert said[0] == b"tick 0 total 2 now 1500 reference none"
        runner._commits.close()

    asyncio.run(run())


def fill_around_a_tick(given: Partition) -> None:
    """Two records, a tick, three records."""
    merge = given.merge
    merge.begin_at(dict.fromkeys(TOY.stage.topics, 0))
    merge.add(TOY.left, messages(0, b"quick", 2), 2)
    merge.add(TOY.ticks, [tick(0, 1_500)], 1)
    merge.add(TOY.left, replace_offsets(messages(0, b"quick", 3), 2, 2_000), 5)
    for topic in (TOY.right, TOY.carried):
        merge.add(topic, [], 0)


def replace_offsets(given: list[Message], first: int, later: int) -> list[Message]:
    return [
        each._replace(offset=each.offset + first, timestamp=each.timestamp + later)
        for each in given
    ]


def test_a_tick_that_is_handled_in_part_is_begun_anew_by_whoever_takes_over(clock: Clock) -> None:
    slow_stage = replace(TOY.stage, processor=lambda number: SlowTicks(clock, number))
    snapshot = References(TOY.references, NOWHERE).current
    part, whole = Partition(slow_stage, 0), Partition(slow_stage, 0)
    for each in (part, whole):
        each.handle_run(Listed(messages(0, b"quick", 2)), snapshot)
        each.take_runs()
        each.fold.changes()

    assert part.handle_run(Listed([tick(0, 1_500)]), snapshot, clock.now) == ([], 0)
    part.begin_anew()
    assert not part.is_in_a_tick
    assert (part.now, part.take_runs(), part.fold.changes()) == (1_001, [], [(":now", b"1001")])
    made, expected = (each.handle_run(Listed([tick(0, 1_500)]), snapshot) for each in (part, whole))
    assert made == expected
    assert part.take_runs() == whole.take_runs() == [Run(TOY.ticks, 0, 0, snapshot.offsets)]


@pytest.mark.parametrize("processor", [Slow, SlowRuns])
@pytest.mark.parametrize("until", [0.0, 1.0, 1e9])
def test_however_a_run_is_cut_it_makes_what_it_makes_whole(
    clock: Clock, processor: type[Slow], until: float
) -> None:
    slow_stage = replace(TOY.stage, processor=lambda number: processor(clock, number))
    cut, whole = Partition(slow_stage, 0), Fold(TOY.stage, 0)
    given = messages(0, b"slow", 30)
    cut.merge.add(TOY.left, given, 30)
    snapshot, made = References(TOY.references, NOWHERE).current, list[Write]()
    while (run := cut.merge.pop_run(cut.fold.run_at_most)) is not None:
        writes, handled = cut.handle_run(run, snapshot, until)
        assert 1 <= handled <= len(run)
        made += writes

    assert made == [write for each in given for write in whole.handle(each, None)]
    assert [(each.first, each.last) for each in cut.take_runs()] == [(0, 29)]
    assert cut.fold.changes() == whole.changes()


def test_runs_of_a_slow_processor_become_short_and_long_again(clock: Clock) -> None:
    slow_stage = replace(TOY.stage, processor=lambda number: SlowRuns(clock, number))
    made = Fold(slow_stage, 0)
    assert made.run_at_most == RUN_AT_MOST

    made.handle_run(Listed(messages(0, b"slow", 10)), None)
    assert made.run_at_most == 1
    made.handle_run(Listed(messages(0, b"quick", 10)), None)
    assert made.run_at_most == RUN_AT_MOST
    assert Fold(replace(TOY.stage), 0).run_at_most == SINGLY_AT_MOST
