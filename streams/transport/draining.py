# ruff: noqa: SLF001 - beside faust.py and fetching.py, where aiokafka's private interfaces are used
"""Taking what aiokafka has fetched: without a gap, and never what another assignment fetched.

aiokafka lets a call that waits for records live on over a rebalance: it then gives out the first
records of the new assignment to who asked under the old one, and moves the position past them.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, NoOffsetForPartitionError

from streams.topology import Records
from streams.transport.fetching import Fetched

Place = tuple[str, int]
"""Topic and partition."""


class Drained(NamedTuple):
    """Batches of a partition, which was given out up to `begin`, and with these up to `end`."""

    batches: list[Records]
    begin: int
    end: int


class Drain:
    """Of one consumer, in its thread alone."""

    def __init__(self) -> None:
        self._given: dict[Place, int] = {}
        self._seeks = 0
        self._waiting: asyncio.Future[Any] | None = None

    async def fetched(
        self, consumer: AIOKafkaConsumer, places: set[Place], wait_seconds: float, at_most: int
    ) -> dict[Place, Drained]:
        """What has come of partitions; without batches where only control records were passed.

        `at_most`: how many bytes, unpacked; what is more stays packed until the next call. Nothing
        where a `seek` comes while this waits.
        """
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError
        wanted, seeks = {TopicPartition(*place) for place in places}, self._seeks
        fetcher.give_out(at_most)
        self._waiting = asyncio.ensure_future(fetcher.fetched_records(wanted, timeout=wait_seconds))
        try:
            with fetcher._subscriptions.fetch_context():
                records = await self._waiting
        except NoOffsetForPartitionError:
            return {}  # of a new assignment, which is still to be sought
        except asyncio.CancelledError:
            if seeks != self._seeks:
                return {}
            raise
        _let_others_be_fetched(fetcher, wanted)
        # In the same step of this thread: a position never runs ahead of the records given out.
        subscription = fetcher._subscriptions.subscription
        assignment = subscription.assignment if subscription else None
        found: dict[Place, Drained] = {}
        for place in wanted:
            if assignment is None or place not in assignment.tps or place not in self._given:
                continue
            state = assignment.state_value(place)
            if state.has_valid_position:
                begin, self._given[place] = self._given[place], state._position
                found[place] = Drained(list(records.get(place, ())), begin, state._position)
        return found

    def seek(self, consumer: AIOKafkaConsumer, offsets: Mapping[Place, int]) -> bool:
        """Moves to the offsets; false where a rebalance has taken the partitions away.

        Who waits for records gets none: they would be taken from the new position.
        """
        self._seeks += 1
        if self._waiting is not None:
            self._waiting.cancel()
        try:
            for place, offset in offsets.items():
                consumer.seek(TopicPartition(*place), offset)
                self._given[place] = offset
        except IllegalStateError:
            return False
        return True


def _let_others_be_fetched(fetcher: Any, wanted: set[TopicPartition]) -> None:  # noqa: ANN401 - private interfaces
    """What lies ready and is not taken yet must not hold up the next fetch: else it does, 0.1 s.

    So long aiokafka waits for somebody to take what it has, before it asks for the rest. It is not
    wanted yet, or there was no more room.
    """
    held = [
        ready
        for place, ready in fetcher._records.items()
        if place not in wanted or isinstance(ready, Fetched)
    ]
    if any(ready._backoff for ready in held):
        for ready in held:
            ready._backoff = 0
        fetcher._notify(fetcher._wait_consume_future)
