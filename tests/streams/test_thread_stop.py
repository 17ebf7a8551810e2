"""A thread of Faust that, as it stops, still waits for the event loop that stops it."""

import asyncio
from typing import Any

from mode.threads import ServiceThread

from streams.transport.faust import _ConsumerThread

SECONDS = 30.0  # a bound against standing still, not a measure


class _Waiting(ServiceThread):
    """As aiokafka's coordinator does, where a rebalance has just begun."""

    stop: Any = _ConsumerThread.stop

    async def _gather_remaining_tasks(self) -> None:
        asked = asyncio.run_coroutine_threadsafe(asyncio.sleep(0, "answered"), self.parent_loop)
        self.answer = await asyncio.wrap_future(asked)


def test_a_stop_answers_what_its_thread_still_asks() -> None:
    async def life() -> str:
        thread = _Waiting()
        await thread.start()
        await asyncio.wait_for(thread.stop(), SECONDS)
        return str(thread.answer)

    assert asyncio.run(life()) == "answered"
