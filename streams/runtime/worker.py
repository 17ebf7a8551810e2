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
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NoReturn

import structlog
from confluent_kafka.admin import AdminClient

from streams.compiled import native
from streams.errors import (
    EXIT_CONFIGURATION,
    EXIT_DEFECT,
    EXIT_OK,
    EXIT_RESTART,
    ConfigurationError,
    EngineError,
)
from streams.metrics import STAGE_ABSENT
from streams.runtime import logs
from streams.runtime.absence import own_topics, why_without
from streams.runtime.checks import absent_stages, check_topics
from streams.runtime.cluster_watch import Apart, ClusterWatch, groups_of
from streams.runtime.health import HealthServer
from streams.runtime.open_files import explained, make_room
from streams.runtime.references import References
from streams.runtime.stage import StageRunner
from streams.runtime.ticks import TickWriter
from streams.settings import Settings
from streams.topology import EncodeOrder, EncodeTick, ReferenceTopics, Stage
from streams.transport.coordinators import Coordinators
from streams.transport.kafka import PlainProducer, admin, patiently, timestamp_type
from streams.transport.reaching import check_believed, check_reader

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
        self._watch: ClusterWatch | None = None
        self._watching: asyncio.Task[NoReturn] | None = None
        self._changed: BaseException | None = None
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
            assert self._watching is not None, "started without a look at the topics"
            await self._work_until_the_end(stopping, self._watching)
            return await self._end()
        finally:
            heart.cancel()
            stopping.cancel()
            health.stop()
            self._references.stop()

    async def _work_until_the_end(self, *ends: asyncio.Future[Any]) -> None:
        """Returns at one of the ends, or where a stage failed without which there is no going on.

        One that may be absent is left out, unless a start mends what it failed of.
        """
        while True:
            failures = [runner.failure for runner in self._runners]
            await asyncio.wait([*ends, *failures], return_when=asyncio.FIRST_COMPLETED)
            failed = [runner for runner in self._runners if runner.failure.done()]
            if any(end.done() for end in ends) or not failed:
                return
            if not all(runner.stage.may_be_absent for runner in failed):
                return
            asking = asyncio.ensure_future(
                why_without(failed[0], self._stages, self._reference_topics, self._settings)
            )
            others = [each for each in failures if not each.done()]
            await asyncio.wait([asking, *ends, *others], return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                asking.cancel()
                return
            why = asking.result()
            if why is None or len(self._runners) == 1:
                return
            await self._leave_out(failed[0], why)

    async def _leave_out(self, runner: StageRunner, why: str) -> None:
        assert self._watch is not None, "the worker has started"
        log.error("stage_absent", stage=runner.stage.name, reason=why)
        STAGE_ABSENT.labels(runner.stage.name).set(1)
        self._watch.leave_out(runner.stage)
        self._runners = [each for each in self._runners if each is not runner]
        self._stages = [each for each in self._stages if each is not runner.stage]
        try:
            await runner.stop(LEAVE_SECONDS, for_good=True)
        except Exception as error:  # noqa: BLE001 - it may not even have begun; the others go on
            log.warning("left_without_goodbye", stage=runner.stage.name, reason=str(error))

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
        await asyncio.to_thread(check_believed, settings.bootstrap_servers)
        client = admin(settings.bootstrap_servers)
        await self._leave_out_absent(client)
        counts = await asyncio.to_thread(
            check_topics, self._stages, self._reference_topics, settings, client
        )
        await asyncio.to_thread(check_reader, settings.bootstrap_servers, client)
        self._watch = ClusterWatch(
            client,
            Coordinators(settings.bootstrap_servers),
            counts,
            groups_of(settings.application, self._stages),
            self._suspect,
            apart=[
                Apart(stage.name, topics, partial(self._hold, stage), partial(self._lose, stage))
                for stage in self._stages
                if (topics := own_topics(stage, self._stages))
            ],
        )
        await self._watch.begin()
        await asyncio.to_thread(self._references.load)
        due = {topic: await self._ticks_due(topic, client) for topic in self._tick_topics()}
        writers = [self._tick_writer(stage, counts) if due[stage.tick_topic] else None
                   for stage in self._stages]  # fmt: skip
        self._runners = [
            StageRunner(
                stage,
                settings,
                self._references,
                client,
                self._encode_order,
                partitions=counts[stage.tick_topic],
                ticks_due=due[stage.tick_topic],
            )
            for stage in self._stages
        ]
        await asyncio.gather(*map(self._start_runner, self._runners, writers))
        self._watching = asyncio.get_running_loop().create_task(self._watch.run())
        self._started = True
        log.info(
            "started",
            stages=[stage.name for stage in self._stages],
            compiled=native is not None,
        )

    async def _start_runner(self, runner: StageRunner, writer: TickWriter | None) -> None:
        try:
            await runner.start(writer)
        except Exception as error:
            if not runner.stage.may_be_absent:
                raise
            runner.fail(error)

    async def _leave_out_absent(self, client: AdminClient) -> None:
        """Goes on without the stages that may be absent and lack a topic or a right."""
        absent = await asyncio.to_thread(
            absent_stages, self._stages, self._reference_topics, self._settings, client
        )
        for stage in self._stages:
            if stage.may_be_absent:
                STAGE_ABSENT.labels(stage.name).set(stage.name in absent)
        for name, why in absent.items():
            log.error("stage_absent", stage=name, reason=why)
        self._stages = [stage for stage in self._stages if stage.name not in absent]

    def _tick_topics(self) -> set[str]:
        return {stage.tick_topic for stage in self._stages}

    async def _ticks_due(self, topic: str, client: AdminClient) -> bool:
        """Only where the broker gives the time: elsewhere others write ticks with their own."""
        kind = await asyncio.to_thread(
            patiently, "look at the tick topic", lambda: timestamp_type(client, topic)
        )
        if kind != "LogAppendTime":
            log.info("ticks_not_written", topic=topic, timestamp_type=kind)
        return kind == "LogAppendTime"

    def _tick_writer(self, stage: Stage, counts: dict[str, int]) -> TickWriter | None:
        if not stage.writes_ticks:
            return None
        producer = PlainProducer(self._settings.bootstrap_servers)
        return TickWriter(stage, counts[stage.tick_topic], self._encode_tick, producer)

    def _suspect(self, changed: bool) -> None:  # noqa: FBT001 - a callback
        """While topics look changed nothing is handled: keys may lie apart from their state."""
        for runner in self._runners:
            runner.hold(changed)

    def _hold(self, stage: Stage, held: bool) -> None:  # noqa: FBT001 - a callback
        for runner in self._runners:
            if runner.stage is stage:
                runner.hold(held)

    def _lose(self, stage: Stage, error: ConfigurationError) -> None:
        for runner in self._runners:
            if runner.stage is stage:
                runner.fail(error)

    def _go_for_good(self) -> None:
        self._for_good = True
        self._stop.set()

    async def _end(self) -> int:
        await self._find_changed_topics()
        log.info("stopping", for_good=self._for_good)
        await asyncio.gather(
            *(runner.stop(LEAVE_SECONDS, for_good=self._for_good) for runner in self._runners)
        )
        codes = {self._code_of(runner) for runner in self._runners}
        # A topic that must change says more than what came of it, and so does a defect.
        by_weight = (EXIT_CONFIGURATION, EXIT_DEFECT, EXIT_RESTART)
        code = next((each for each in by_weight if each in codes), EXIT_OK)
        log.info("stopped", exit_code=code)
        return code

    async def _find_changed_topics(self) -> None:
        """Topics that have changed may be why a stage failed: then they are what is said."""
        assert self._watch is not None, "ends before it has started"
        assert self._watching is not None, "ends before it has started"
        self._watching.cancel()
        failed = any(runner.failure.done() for runner in self._runners)
        if self._watching.done() and not self._watching.cancelled():
            self._changed = self._watching.exception()
        elif failed:
            self._changed = await self._watch.explanation()
        if self._changed is not None:
            for runner in self._runners:
                runner.fail(self._changed)

    def _code_of(self, runner: StageRunner) -> int:
        """With what a stage ends, said aloud if it failed: a traceback is for defects alone."""
        if not runner.failure.done():
            runner.failure.cancel()
            return EXIT_OK
        error = runner.failure.exception()
        assert error is not None, "a failure without a reason"
        told = self._changed or explained(error)
        code = told.exit_code if isinstance(told, EngineError) else EXIT_DEFECT
        seen = {} if told is error else {"seen_as": str(error)}
        log.error("stage_failed", stage=runner.stage.name, reason=str(told), exit_code=code,
                  exc_info=told if code == EXIT_DEFECT else None, **seen)  # fmt: skip
        return code

    # ------------------------------------------------------------------ health

    async def _beat(self) -> None:
        while True:
            self._turned_at = time.monotonic()
            await asyncio.sleep(0.5)

    def live(self) -> str | None:
        """None while the event loop turns: nothing else is healed by a restart."""
        silent = time.monotonic() - self._turned_at
        return f"the event loop stands still for {silent:.0f} s" if silent > LIVE_SECONDS else None

    def ready(self) -> str | None:
        """None if every stage works: assigned, restored, committing, its time going on."""
        if not self._references.loaded:
            return "the reference topics are not loaded yet"
        if not self._started or self._watch is None:
            return "not all stages have started"
        return self.live() or self._watch.problem() or next(filter(None, self._standstills()), None)

    def _standstills(self) -> Iterator[str | None]:
        for runner in self._runners:
            name = runner.stage.name
            if not runner.is_restored():
                yield f"stage {name} has no partitions restored yet"
            late = runner.uncommitted_seconds()
            if late > COMMIT_LATE_SECONDS:
                yield f"stage {name} has not committed for {late:.0f} s"
            yield runner.time_stands_still()


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
        make_room()
        # Not asyncio.run: it would wait for threads, and one may wait for a lost broker.
        loop = asyncio.new_event_loop()
        return loop.run_until_complete(
            _run(stages, references, settings, encode_tick, encode_order)
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said and has a code
        return _say_end(explained(error))


def _say_end(error: BaseException) -> int:
    """A sentence for what is by design, a traceback for a defect; gives the exit code."""
    code = error.exit_code if isinstance(error, EngineError) else EXIT_DEFECT
    if code == EXIT_CONFIGURATION:
        log.error("not_started", reason=str(error))
    elif code == EXIT_RESTART:
        log.error("failed", reason=str(error), exit_code=code)
    else:
        log.error("failed", exc_info=error)
    return code


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
