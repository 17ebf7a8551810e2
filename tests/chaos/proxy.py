"""A TCP proxy between workers and their Kafka: slow, cut, stalled, half open, as it is told.

Kafka tells its clients where to connect, so its second listener must advertise the proxy's port
(`broker.ProxiedBroker`).
"""

import asyncio
import threading
import time
from collections.abc import Callable

from streams.broker.server import HOST

_CHUNK = 65_536


class _Connection:
    """One client's connection, both ways."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.ends = (client, server)
        self.silent = False
        """Open at both ends, and nothing passes any more: what is sent is gone."""
        self.unheard = False
        """The server hears the client, and not the other way round."""

    def abort(self) -> None:
        for end in self.ends:
            end.transport.abort()


class Proxy:
    """Listens on a port of its own, in a thread of its own, and passes on to `target`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._connections: set[_Connection] = set()
        self._delay, self._refusing = 0.0, False
        self._flows = asyncio.Event()
        self._flows.set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, HOST, 0), self._loop
        ).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def slow(self, seconds: float) -> None:
        """Each byte arrives so much later, both ways."""
        self._tell(lambda: setattr(self, "_delay", seconds))

    def stall(self) -> None:
        """Nothing passes until `heal`; then everything does, late."""
        self._tell(self._flows.clear)

    def cut(self) -> None:
        """Ends all connections, and every new one at once, until `heal`."""
        self._tell(self._cut)

    def half_open(self) -> None:
        """What is connected now stays so and is never served again; new connections work."""

        def silence() -> None:
            for connection in self._connections:
                connection.silent = True

        self._tell(silence)

    def lose_answers(self) -> None:
        """What clients say arrives, and nothing comes back, until `heal`; then neither does."""

        def lose() -> None:
            for connection in self._connections:
                connection.unheard = True

        self._tell(lose)

    def heal(self) -> None:
        """New connections work, without delay; a half-open one stays what it is."""

        def heal() -> None:
            self._delay, self._refusing = 0.0, False
            self._flows.set()
            for connection in list(self._connections):
                if connection.unheard:
                    connection.abort()

        self._tell(heal)

    def close(self) -> None:
        """Ends everything."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._tell(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._cut()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tell(self, what: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(what)

    def _cut(self) -> None:
        self._refusing = True
        for connection in list(self._connections):
            connection.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            answers, requests = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection(writer, requests)
        self._connections.add(connection)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(connection, reader, requests))
                both.create_task(self._pass_on(connection, answers, writer))
        except* OSError:
            pass
        finally:
            self._connections.discard(connection)
            connection.abort()

    async def _pass_on(
        self, connection: _Connection, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        """One direction; a delay shifts the bytes and does not thin them out."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await self._flows.wait()
                lost = connection.silent or (connection.unheard and sink is connection.ends[0])
                if not lost:
                    sink.write(data)
                    await sink.drain()

        delivery = asyncio.ensure_future(deliver())
        try:
            while data := await source.read(_CHUNK):
                waiting.put_nowait((time.monotonic() + self._delay, data))
        finally:
            delivery.cancel()
            if not connection.silent:
                connection.abort()
