"""What a stage does not let pass, without Kafka."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from mode.threads import WorkerThread

from streams.errors import Fenced, ProcessorFailed
from streams.runtime.partition import Partition
from streams.runtime.references import References
from streams.runtime.stage import StageRunner
from streams.settings import Settings
from streams.topology import Listed, Message
from streams.transport.faust import Batch, Membership
from streams.transport.kafka import admin
from tests.streams.toy import Toy, encode_order

TOY = Toy("toy")
NOWHERE = "127.0.0.1:1"


def with_a_runner(act: Callable[[StageRunner, Partition], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = Settings(bootstrap_servers=NOWHERE)
        references = References(TOY.references, NOWHERE)
        client = admin(NOWHERE)
        runner = StageRunner(TOY.stage, settings, references, client, encode_order, partitions=4)
        partition = runner._partitions[2] = Partition(TOY.stage, 2)
        partition.merge.begin_at(dict.fromkeys(TOY.stage.topics, 4))
        try:
            await act(runner, partition)
        finally:
            runner._commits.close()
        if runner.failure.done():
            runner.failure.exception()

    asyncio.run(run())


def batch(first: int, *values: bytes, epoch: int = 0) -> Batch:
    messages = [
        Message(TOY.left, 2, first + i, 1_000 + i, b"k", value) for i, value in enumerate(values)
    ]
    return Batch(TOY.left, 2, [Listed(messages)], first, first + len(values), epoch)


def test_batches_that_follow_each_other_are_taken() -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        runner.accept(batch(4, b"a"))
        runner.accept(batch(5, b"b"))
        assert partition.merge.read_to(TOY.left) == 6

    with_a_runner(act)


@pytest.mark.parametrize("first", [3, 5])
def test_a_batch_that_does_not_follow_the_one_before_stops_the_worker(first: int) -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        with pytest.raises(Fenced, match=rf"read up to 4, and then from {first}"):
            runner.accept(batch(first, b"a"))
        assert partition.merge.read_to(TOY.left) == 4

    with_a_runner(act)


def test_a_batch_of_an_earlier_assignment_is_thrown_away() -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        runner.accept(batch(9, b"a", epoch=-1))
        assert partition.merge.read_to(TOY.left) == 4

    with_a_runner(act)


def test_where_too_much_waits_only_what_one_partition_lacks_is_fetched() -> None:
    """Single batches may be larger than a share: all the topics' together are bounded."""
    everything = {(topic, number) for topic in TOY.stage.topics for number in (1, 2)}

    async def act(runner: StageRunner, _: Partition) -> None:
        other = runner._partitions[1] = Partition(TOY.stage, 1)
        other.merge.begin_at(dict.fromkeys(TOY.stage.topics, 4))
        assert runner.wanted() == everything
        half = bytes(runner._settings.buffer_bytes)
        runner.accept(batch(4, half))
        assert runner.wanted() == everything - {(TOY.left, 2)}
        runner.accept(batch(5, half, half))
        assert runner.wanted() == set()
        tick = Message(TOY.stage.tick_topic, 1, 4, 900, None, b"")
        other.merge.add(TOY.stage.tick_topic, [tick], 5)
        assert runner.wanted() == {(topic, 1) for topic in TOY.stage.inputs}

    with_a_runner(act)


def test_nothing_can_be_committed_once_a_processor_has_raised() -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        runner.accept(batch(4, b"good", b"poison"))
        with pytest.raises(ProcessorFailed):
            runner._handle_slice(partition.number)
        # A commit may come before the loop sees that the task has ended.
        assert runner._unit._touched == {}
        assert runner.failure.done()

    with_a_runner(act)


def test_what_breaks_while_the_worker_stops_is_not_why_it_stopped() -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        del partition

        async def break_down() -> None:
            raise RuntimeError("the loop of a member that has left is closed")

        runner._stopping = True
        runner._spawn(break_down())
        await asyncio.sleep(0.01)
        assert not runner.failure.done()

    with_a_runner(act)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_broker_that_is_away_at_the_start_is_no_defect() -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        del partition
        try:
            await runner._member.start()
        except Fenced as error:
            reason: BaseException | None = error
        else:  # the start came first, and whoever looks for a crash says so (`_commit_regularly`)
            for _ in range(12_000):
                if (reason := runner._member.crashed()) is not None:
                    break
                await asyncio.sleep(0.01)
        assert "Unable to bootstrap" in repr(reason)
        await runner._member.stop(5, for_good=False)
        for thread in threading.enumerate():
            if isinstance(thread, WorkerThread):
                # It ends with the same error: in this test, however busy the machine is. Else the
                # error is the next test's.
                await asyncio.to_thread(thread.join, 120)

    with_a_runner(act)


def test_a_restore_of_an_assignment_that_is_over_does_not_hide_that_the_state_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def act(runner: StageRunner, partition: Partition) -> None:
        del partition
        ends = {1: asyncio.Event(), 2: asyncio.Event()}

        async def take(_: object, membership: Membership, *__: object) -> bool:
            await ends[membership.generation].wait()
            return membership.generation == 2  # the first was overtaken by a rebalance

        monkeypatch.setattr(runner._ownership, "take", take)
        stop = threading.Event()
        takes = [
            asyncio.ensure_future(runner._take([2], Membership(n, "me", None), stop)) for n in ends
        ]
        await asyncio.sleep(0)
        for generation in (2, 1):
            ends[generation].set()
            await takes[generation - 1]
        assert runner.is_restored()

    with_a_runner(act)
