"""How a unit of work gets into Kafka: all at once, or at least once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

from streams.transport.faust import Membership, group_metadata
from streams.transport.kafka import Changelog, Place, Write


class Transacts(Protocol):
    """What commits all at once: `streams.transport.kafka.Transactions`."""

    def start(self) -> None:
        """Aborts what an earlier life left open."""

    def commit(
        self,
        writes: Sequence[Write],
        offsets: Mapping[Place, int],
        group_metadata: bytes,
        changelogs: Sequence[Changelog],
    ) -> None:
        """Makes one transaction."""

    def give_up(self) -> None:
        """Ends the waiting of a call that another thread is in."""


class Sends(Protocol):
    """What writes record by record: `streams.transport.sending.Sender`."""

    def send(self, write: Write, name: str) -> None:
        """Hands a record over."""

    def finish(self) -> None:
        """Returns when everything is acknowledged."""


class Unit(NamedTuple):
    """What was handled between two commits: outputs (and order log), changelog, input offsets."""

    outputs: Sequence[Write]
    changelogs: Sequence[Changelog]
    offsets: Mapping[Place, int]


class Commits(Protocol):
    """Commits units of work, one at a time and in their order."""

    membership: Membership | None
    """The worker's place in the group, under which it commits; None before it has one."""

    async def start(self) -> None:
        """Ends what an earlier life of this worker left open."""

    async def commit(self, unit: Unit) -> None:
        """Makes a unit visible.

        Raises:
            EngineError: it is not, or not whole; nothing in memory is to be trusted.
        """

    def close(self) -> None:
        """Gives up what is under way."""


class _InThread:
    """A thread of its own, so that the event loop goes on while Kafka is waited for."""

    def __init__(self, name: str) -> None:
        self.membership: Membership | None = None
        self._executor = ThreadPoolExecutor(1, f"{name}-commit")

    async def _run(self, call: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


class ExactlyOnce(_InThread):
    """One Kafka transaction a unit, fenced by the generation of the consumer group."""

    def __init__(self, group: str, transactions: Transacts) -> None:
        super().__init__(group)
        self._group = group
        self._transactions = transactions

    async def start(self) -> None:
        """Aborts an open transaction of an earlier life."""
        await self._run(self._transactions.start)

    async def commit(self, unit: Unit) -> None:
        """All of the unit becomes visible, or nothing (`Transactions.commit` has the steps)."""
        assert self.membership is not None, "handled a record without a place in the group"
        metadata = group_metadata(self._group, self.membership)
        await self._run(
            lambda: self._transactions.commit(unit.outputs, unit.offsets, metadata, unit.changelogs)
        )

    def close(self) -> None:
        """Ends the waiting of a commit under way."""
        self._transactions.give_up()
        super().close()


class AtLeastOnce(_InThread):
    """Without transactions, in the order in which a crash loses nothing.

    An output may then come twice, also with another content (the throttle has counted it): of two
    with one id the last one counts.
    """

    def __init__(
        self,
        group: str,
        sender: Sends,
        commit_offsets: Callable[[Mapping[Place, int]], Awaitable[None]],
    ) -> None:
        super().__init__(group)
        self._sender = sender
        self._commit_offsets = commit_offsets

    async def start(self) -> None:
        """Nothing of an earlier life is open."""

    async def commit(self, unit: Unit) -> None:
        """Writes the unit step by step.

        1. The outputs, until they are acknowledged. Crash here: handled again, written twice.
        2. The changelog, likewise. Crash: handled again, upon a state that has it already.
        3. The input offsets, under the group's generation: an old one is refused.
        """
        await self._run(lambda: self._write(unit.outputs))  # 1
        await self._run(lambda: self._write(as_writes(unit.changelogs)))  # 2
        await self._commit_offsets(unit.offsets)  # 3

    def _write(self, writes: Iterable[Write]) -> None:
        for write in writes:
            self._sender.send(write, "a record of this stage")
        self._sender.finish()


def as_writes(changelogs: Iterable[Changelog]) -> Iterator[Write]:
    """Changes as single records."""
    for changelog in changelogs:
        for key, value in changelog.changes:
            yield Write(changelog.topic, changelog.partition, key, value, (), 0)
