"""What is fetched is given out at once, and a broker is not asked for each record."""

import asyncio
import time

from streams.transport.fetching import FETCH_EVERY_SECONDS, _Fetcher


class _Fetched(_Fetcher):
    """Without a broker: each fetch brings something at once."""

    def __init__(self, *, found: bool = True) -> None:
        self._found = found
        self._fetch_waiters = {asyncio.get_running_loop().create_future()}
        self._records: dict[object, object] = {}

    async def _ask(self, *_: object) -> bool:
        return self._found

    @property
    def told(self) -> bool:
        """Whether who waits for records knows that there are some."""
        (waiting,) = self._fetch_waiters
        return bool(waiting.done())


async def _begun(fetcher: _Fetched) -> "asyncio.Task[bool]":
    task = asyncio.create_task(fetcher._proc_fetch_request(None, 0, None))
    await asyncio.sleep(0)
    return task


def test_who_waits_is_told_before_the_rest_and_the_next_fetch_goes_out_after_it() -> None:
    async def play() -> None:
        began = time.monotonic()
        fetcher = _Fetched()
        task = await _begun(fetcher)

        assert fetcher.told
        assert not task.done()
        assert await task is True
        assert time.monotonic() - began >= FETCH_EVERY_SECONDS

    asyncio.run(play())


def test_nobody_is_told_of_nothing() -> None:
    async def play() -> None:
        fetcher = _Fetched(found=False)
        assert await (await _begun(fetcher)) is False
        assert not fetcher.told

    asyncio.run(play())


def test_the_end_of_the_fetcher_awaits_a_fetch_that_rests() -> None:
    async def play() -> None:
        task = await _begun(_Fetched())
        task.cancel()

        assert await task is True  # as Fetcher.close does, which expects no CancelledError

    asyncio.run(play())
