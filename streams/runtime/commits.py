"""How a unit of work gets into Kafka: all at once, or at least once."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

from streams.errors import Fenced
from streams.transport.faust import Membership, group_metadata
from streams.transport.kafka import Changelog, Place, Write
from streams.transport.sending import NotSent


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


class Owns(Protocol):
    """The worker's place in its group: `streams.transport.faust.GroupMember`."""

    async def prove(self, membership: Membership) -> None:
        """Returns once the broker says that nobody else has the partitions."""

    async def commit(self, membership: Membership, offsets: Mapping[Place, int]) -> None:
        """Commits offsets under the membership."""


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

    No broker refuses a record because the group has another owner by now, and a changelog record
    of before would undo what that owner has counted since. So the changelog is handed over within
    `session_seconds / 2` after the broker was asked whether this worker is still the owner, and the
    `changelog` sender gives up a record that is not acknowledged in the other half.
    """

    def __init__(
        self, group: str, outputs: Sends, changelog: Sends, place: Owns, session_seconds: float
    ) -> None:
        super().__init__(group)
        self._outputs, self._changelog, self._place = outputs, changelog, place
        self._session_seconds = session_seconds

    async def start(self) -> None:
        """Nothing of an earlier life is open."""

    async def commit(self, unit: Unit) -> None:
        """Writes the unit step by step.

        1. The outputs, until they are acknowledged. Crash here: handled again, written twice.
        2. The broker says that this worker is still the owner.
        3. The changelog, likewise acknowledged. Crash: handled again, upon a state that has it
           already.
        4. The input offsets, under the group's generation: an old one is refused.
        """
        membership = self.membership
        assert membership is not None, "handled a record without a place in the group"
        await self._run(lambda: _write(self._outputs, unit.outputs))  # 1
        until = time.monotonic() + self._session_seconds / 2
        await self._place.prove(membership)  # 2
        changes = _in_time(as_writes(unit.changelogs), until)
        await self._run(lambda: _write(self._changelog, changes))  # 3
        await self._place.commit(membership, unit.offsets)  # 4


def _in_time(writes: Iterable[Write], until: float) -> Iterator[Write]:
    for write in writes:
        if time.monotonic() > until:
            raise Fenced("the changelog was not handed over in half of a session")
        yield write


def _write(sender: Sends, writes: Iterable[Write]) -> None:
    try:
        for write in writes:
            sender.send(write, "a record of this stage")
        sender.finish()
    except NotSent as error:
        raise Fenced(str(error)) from error


def as_writes(changelogs: Iterable[Changelog]) -> Iterator[Write]:
    """Changes as single records, each changelog's last one with its headers."""
    for topic, number, changes, headers in changelogs:
        for key, value in changes[:-1]:
            yield Write(topic, number, key.encode(), value, (), 0)
        key, value = changes[-1]
        yield Write(topic, number, key.encode(), value, headers, 0)
