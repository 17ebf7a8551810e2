"""A unit of work never becomes visible without the one before it."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import pytest

from streams.errors import Fenced
from streams.runtime.commits import AtLeastOnce, Commits, ExactlyOnce, as_writes
from streams.runtime.partition import Partition
from streams.runtime.references import Snapshot
from streams.runtime.unit_of_work import HANDLED_BYTES, UNIT_BYTES, UNIT_RECORDS, UnitOfWork
from streams.topology import RECORD_OVERHEAD_BYTES, Message
from streams.transport.faust import Membership
from streams.transport.kafka import Changelog, Place, Write
from tests.streams.toy import Toy, decode_order, encode_order

TOY = Toy("toy")
SNAPSHOT = Snapshot("r", {TOY.reference: 1})


class RecordedTransactions:
    """Keeps what it is given; waits for `may_end`; fails where it is told to."""

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing
        self.may_end = threading.Event()
        self.committed: list[tuple[list[Write], dict[Place, int]]] = []

    def commit(
        self,
        writes: Sequence[Write],
        offsets: Mapping[Place, int],
        group_metadata: bytes,
        changelogs: Sequence[Changelog],
    ) -> None:
        assert group_metadata.startswith(b"CGMDv2:")
        assert self.may_end.wait(60)
        if self.failing:
            raise Fenced("refused")
        self.committed.append(([*writes, *as_writes(changelogs)], dict(offsets)))

    def start(self) -> None:
        """Nothing is open."""

    def give_up(self) -> None:
        """Nothing waits."""


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    yield
    while MADE:
        MADE.pop().close()


MADE: list[Commits] = []
Way = TypeVar("Way", ExactlyOnce, AtLeastOnce)


def made(commits: Way) -> Way:
    """The same, closed after the test."""
    MADE.append(commits)
    return commits


def unit_over(transactions: RecordedTransactions) -> UnitOfWork:
    commits = made(ExactlyOnce("toy-counting", transactions))
    commits.membership = Membership(1, "m", None)
    return UnitOfWork("counting", commits, TOY.order, encode_order)


def handle(unit: UnitOfWork, partition: Partition, offset: int) -> None:
    message = Message(TOY.left, 2, offset, 1_000 + offset, b"a", b"v")
    partition.merge.add(TOY.left, [message], offset + 1)
    run = partition.merge.pop_run(1)
    assert run is not None
    unit.add(partition, *partition.handle_run(run, SNAPSHOT))


def test_a_unit_holds_outputs_changelog_now_order_and_offsets() -> None:
    transactions = RecordedTransactions()
    transactions.may_end.set()

    async def run() -> None:
        unit, partition = unit_over(transactions), Partition(TOY.stage, 2)
        handle(unit, partition, 4)
        handle(unit, partition, 5)
        await unit.commit()
        await unit.commit()

    asyncio.run(run())
    [(writes, offsets)] = transactions.committed
    order = writes.pop(2)

    assert [(w.topic, w.partition, w.key, w.value, w.timestamp) for w in writes] == [
        (TOY.out, -1, b"a", b"left v is 1 at 1004", 1_004),
        (TOY.out, -1, b"a", b"left v is 2 at 1005", 1_005),
        (TOY.changelog, 2, b"a", b"2", 0),
        (TOY.changelog, 2, b":now", b"1005", 0),
    ]
    assert decode_order(order.value or b"") == (
        "counting", 2, [(TOY.left, 4, 5, {TOY.reference: 1})],
    )  # fmt: skip
    assert offsets == {(TOY.left, 2): 6}


def test_when_a_unit_fails_the_next_one_is_not_handed_over() -> None:
    transactions = RecordedTransactions(failing=True)

    async def run() -> None:
        unit, partition = unit_over(transactions), Partition(TOY.stage, 2)
        handle(unit, partition, 4)
        first = asyncio.create_task(unit.commit())
        await asyncio.sleep(0.05)
        handle(unit, partition, 5)
        second = asyncio.create_task(unit.commit())
        await asyncio.sleep(0.05)
        transactions.may_end.set()
        with pytest.raises(Fenced, match="refused"):
            await first
        transactions.failing = False
        with pytest.raises(Fenced, match="an earlier unit"):
            await second

    asyncio.run(run())

    assert transactions.committed == []


@pytest.mark.parametrize(("sizes", "room"), [([99], True), ([100], False), ([50, 50], False)])
def test_what_waits_for_its_commit_is_bounded_in_bytes(sizes: list[int], *, room: bool) -> None:
    transactions = RecordedTransactions()

    async def run() -> tuple[bool, bool]:
        commits = made(ExactlyOnce("toy-counting", transactions))
        commits.membership = Membership(1, "m", None)
        at_most = 100 + len(sizes) * RECORD_OVERHEAD_BYTES
        unit = UnitOfWork("counting", commits, TOY.order, encode_order, at_most)
        for size in sizes:
            write = Write(TOY.out, -1, b"a", b"x" * size, (), 1_000)
            unit.add(Partition(TOY.stage, 2), [write])
        before = unit.room.is_set()
        commit = asyncio.create_task(unit.commit())
        await asyncio.sleep(0.01)
        during = unit.room.is_set()
        transactions.may_end.set()
        await commit
        return before, during

    assert asyncio.run(run()) == (room, True)


def test_what_is_handled_during_a_commit_belongs_to_the_next_unit() -> None:
    transactions = RecordedTransactions()

    async def run() -> None:
        unit, partition = unit_over(transactions), Partition(TOY.stage, 2)
        handle(unit, partition, 4)
        first = asyncio.create_task(unit.commit())
        await asyncio.sleep(0.05)
        handle(unit, partition, 5)
        transactions.may_end.set()
        await first
        await unit.commit()

    asyncio.run(run())

    assert [offsets for _, offsets in transactions.committed] == [
        {(TOY.left, 2): 5},
        {(TOY.left, 2): 6},
    ]


def test_a_full_unit_has_no_room_until_it_is_committed() -> None:
    transactions = RecordedTransactions()
    transactions.may_end.set()
    large = Write(TOY.out, -1, None, b"x" * (UNIT_BYTES // 2), (), 1_000)

    async def run() -> list[bool]:
        found = []
        unit, partition = unit_over(transactions), Partition(TOY.stage, 2)
        unit.size.bytes = UNIT_BYTES + UNIT_RECORDS * HANDLED_BYTES  # as quick commits make it
        for writes, handled in (([], UNIT_RECORDS - 1), ([], 1), ([large], 1), ([large], 1)):
            unit.add(partition, writes, handled)
            found.append(unit.room.is_set())
            if not found[-1]:
                await unit.commit()
        return [*found, unit.room.is_set()]

    assert asyncio.run(run()) == [True, False, True, False, True]


class RecordedSender:
    """Keeps what it is given, and whether it was acknowledged before the next step."""

    def __init__(self, steps: list[str]) -> None:
        self.steps = steps

    def send(self, write: Write, name: str) -> None:
        assert name
        self.steps.append(write.topic)

    def finish(self) -> None:
        self.steps.append("acknowledged")


class RecordedPlace:
    """A place in a group that somebody else may have taken."""

    def __init__(self, steps: list[str], *, taken: bool = False) -> None:
        self.steps, self.taken = steps, taken

    async def prove(self, membership: Membership) -> None:
        if self.taken:
            raise Fenced("the group has another owner by now")
        self.steps.append(f"owner in generation {membership.generation}")

    async def commit(self, membership: Membership, offsets: Mapping[Place, int]) -> None:
        self.steps.append(f"offsets {dict(offsets)} in generation {membership.generation}")


def at_least_once_over(
    steps: list[str], place: RecordedPlace, session_seconds: float = 60
) -> UnitOfWork:
    sender = RecordedSender(steps)
    commits = made(AtLeastOnce("toy-counting", sender, sender, place, session_seconds))
    commits.membership = Membership(3, "m", None)
    unit = UnitOfWork("counting", commits, None, encode_order)
    handle(unit, Partition(TOY.stage, 2), 4)
    return unit


def test_at_least_once_writes_outputs_then_changelog_then_offsets() -> None:
    steps: list[str] = []

    async def run() -> None:
        await at_least_once_over(steps, RecordedPlace(steps)).commit()

    asyncio.run(run())

    assert steps == [
        TOY.out,
        "acknowledged",
        "owner in generation 3",
        TOY.changelog,
        TOY.changelog,
        "acknowledged",
        f"offsets {{('{TOY.left}', 2): 5}} in generation 3",
    ]


def test_at_least_once_writes_no_state_where_another_is_the_owner() -> None:
    steps: list[str] = []

    async def run() -> None:
        with pytest.raises(Fenced, match="another owner"):
            await at_least_once_over(steps, RecordedPlace(steps, taken=True)).commit()

    asyncio.run(run())

    assert steps == [TOY.out, "acknowledged"]


def test_at_least_once_writes_no_state_long_after_it_was_the_owner() -> None:
    steps: list[str] = []

    async def run() -> None:
        with pytest.raises(Fenced, match="half of a session"):
            await at_least_once_over(steps, RecordedPlace(steps), session_seconds=0).commit()

    asyncio.run(run())

    assert steps == [TOY.out, "acknowledged", "owner in generation 3"]
