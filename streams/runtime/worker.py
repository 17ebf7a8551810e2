"""A worker: several stages in one event loop, one end for all.

Every stage has its own Faust app, group, producer and unit of work. They share the loop, the
references and the HTTP port. If one stage can't go on, the worker ends with an exit code, and all
its stages restore at the next start (docs/decisions: several stages in one loop).
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

import structlog
from confluent_kafka.admin import AdminClient

from streams.compiled import native
from streams.errors import (
    EXIT_CONFIGURATION,
    EXIT_DEFECT,
    EXIT_OK,
    ConfigurationError,
    EngineError,
)
from streams.runtime import logs
from streams.runtime.checks import check_topics
from streams.runtime.health import HealthServer
from streams.runtime.references import References
from streams.runtime.stage import StageRunner
from streams.runtime.ticks import TickWriter
from streams.settings import Settings
from streams.topology import EncodeOrder, EncodeTick, ReferenceTopics, Stage
from streams.transport.kafka import PlainProducer, admin, patiently, timestamp_type

log = structlog.get_logger()

LEAVE_SECONDS = 4.0
"""How long leaving a group may take; everything is committed by then."""
LIVE_SECONDS = 10.0
"""A loop that has not turned for so long is dead."""
COMMIT_LATE_SECONDS = 30.0
"""A record handled and not committed for so long: not ready."""


class Worker:
    """The stages of one process."""

    def __init__(
        self,
        stages: Sequence[Stage],
        references: ReferenceTopics,
        settings: Settings,
        encode_tick: EncodeTick,
        encode_order: EncodeOrder,
    ) -> None:
        self._stages = stages
        self._reference_topics = references
        self._settings = settings
        self._encode_tick = encode_tick
        self._encode_order = encode_order
        self._references = References(references, settings.bootstrap_servers)
        self._runners: list[StageRunner] = []
        self._stop = asyncio.Event()
        self._started = False
        self._for_good = False
        self._turned_at = time.monotonic()

    async def run(self) -> int:
        """Runs until a signal or a failure; gives the exit code.

        SIGTERM and SIGINT: it will come back (its partitions wait for it, where it is a static
        member). SIGUSR1: it goes for good.
        """
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._stop.set)
        loop.add_signal_handler(signal.SIGUSR1, self._go_for_good)
        health = self._health_server()
        health.start()
        heart = loop.create_task(self._beat())
        starting = loop.create_task(self._start())
        stopping = loop.create_task(self._stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                return EXIT_OK
            starting.result()
            failures = [runner.failure for runner in self._runners]
            ends: list[asyncio.Future[Any]] = [stopping, *failures]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            return await self._end()
        finally:
            heart.cancel()
            stopping.cancel()
            health.stop()
            self._references.stop()

    def _health_server(self) -> HealthServer:
        host, port = self._settings.http_host, self._settings.http_port
        try:
            return HealthServer(host, port, self.live, self.ready)
        except OSError as error:
            raise ConfigurationError(
                f"RECOURSE_HTTP_PORT is {port}, on {host}: can't listen there, {error.strerror}"
            ) from None

    async def _start(self) -> None:
        settings = self._settings
        client = admin(settings.bootstrap_servers)
        counts = await asyncio.to_thread(
            check_topics, self._stages, self._reference_topics, settings, client
        )
        await asyncio.to_thread(self._references.load)
        writers = [
            await asyncio.to_thread(self._tick_writer, stage, counts, client)
            for stage in self._stages
        ]
        self._runners = [
            StageRunner(
                stage,
                settings,
                self._references,
                client,
                self._encode_order,
                partitions=counts[stage.tick_topic],
            )
            for stage in self._stages
        ]
        await asyncio.gather(
            *(runner.start(writer) for runner, writer in zip(self._runners, writers, strict=True))
        )
        self._started = True
        log.info(
            "started",
            stages=[stage.name for stage in self._stages],
            compiled=native is not None,
        )

    def _tick_writer(
        self, stage: Stage, counts: dict[str, int], client: AdminClient
    ) -> TickWriter | None:
        """Only where the broker gives the time: elsewhere others write ticks with their own."""
        topic = stage.tick_topic
        if not stage.writes_ticks:
            return None
        kind = patiently("look at the tick topic", lambda: timestamp_type(client, topic))
        if kind != "LogAppendTime":
            log.info("ticks_not_written", topic=topic, timestamp_type=kind)
            return None
        producer = PlainProducer(self._settings.bootstrap_servers)
        return TickWriter(stage, counts[topic], self._encode_tick, producer)

    def _go_for_good(self) -> None:
        self._for_good = True
        self._stop.set()

    async def _end(self) -> int:
        log.info("stopping", for_good=self._for_good)
        await asyncio.gather(
            *(runner.stop(LEAVE_SECONDS, for_good=self._for_good) for runner in self._runners)
        )
        code = EXIT_OK
        for runner in self._runners:
            if runner.failure.done():
                error = runner.failure.exception()
                assert error is not None, "a failure without a reason"
                code = error.exit_code if isinstance(error, EngineError) else EXIT_DEFECT
                log.error("stage_failed", stage=runner.stage.name, reason=str(error),
                          exit_code=code, exc_info=error)  # fmt: skip
            else:
                runner.failure.cancel()
        log.info("stopped", exit_code=code)
        return code

    # ------------------------------------------------------------------ health

    async def _beat(self) -> None:
        while True:
            self._turned_at = time.monotonic()
            await asyncio.sleep(0.5)

    def live(self) -> str | None:
        """None if the event loop turns."""
        silent = time.monotonic() - self._turned_at
        return f"the event loop stands still for {silent:.0f} s" if silent > LIVE_SECONDS else None

    def ready(self) -> str | None:
        """None if every stage works: assigned, restored, committing."""
        if not self._references.loaded:
            return "the reference topics are not loaded yet"
        if not self._started:
            return "not all stages have started"
        for runner in self._runners:
            if not runner.is_restored():
                return f"stage {runner.stage.name} has no partitions restored yet"
            late = runner.uncommitted_seconds()
            if late > COMMIT_LATE_SECONDS:
                return f"stage {runner.stage.name} has not committed for {late:.0f} s"
        return None


def run(
    stages: Sequence[Stage],
    references: ReferenceTopics,
    settings: Settings,
    encode_tick: EncodeTick,
    encode_order: EncodeOrder,
) -> int:
    """Runs a worker until it is told to stop; gives the exit code (streams/errors.py)."""
    logs.configure(settings.log_level, settings.log_format)
    try:
        # Not asyncio.run: it would wait for threads, and one may wait for a lost broker.
        loop = asyncio.new_event_loop()
        return loop.run_until_complete(
            _run(stages, references, settings, encode_tick, encode_order)
        )
    except EngineError as error:
        if error.exit_code == EXIT_CONFIGURATION:
            log.error("not_started", reason=str(error))  # noqa: TRY400 - a sentence, no traceback
        else:
            log.exception("failed")
        return error.exit_code
    except Exception:
        log.exception("failed")
        return EXIT_DEFECT


async def _run(
    stages: Sequence[Stage],
    references: ReferenceTopics,
    settings: Settings,
    encode_tick: EncodeTick,
    encode_order: EncodeOrder,
) -> int:
    return await Worker(stages, references, settings, encode_tick, encode_order).run()


def leave(code: int) -> NoReturn:
    """Ends the process now: a thread that still waits for a lost broker must not hold it up."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
