"""Logs: an event name and pairs; JSON lines, or readable on a terminal."""

import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

QUIET = ("faust", "mode", "aiokafka", "asyncio", "kafka", "streams.transport.faust")
"""Libraries that say nothing below WARNING: an unseen debug record costs CPU all the same."""

AGAIN_SECONDS = 10.0
"""How soon a line that others would bury is said again; a broker that is away made 150 a second."""
_LINES_AT_MOST = 1_000
_OFTEN = frozenset({"kafka_unreachable"})
"""Our own lines that a library's thread makes as often as it likes."""


class Repeats:
    """Which lines are to be said: each at once, and again after a while if it still comes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._turn = threading.Lock()  # aiokafka's and librdkafka's threads log, too

    def since_said(self, line: str) -> int | None:
        """How often it was kept back since it was last said; None where it is kept back now."""
        with self._turn:
            now = self._clock()
            at, kept_back = self._said.get(line, (now - AGAIN_SECONDS, 0))
            if now - at < AGAIN_SECONDS:
                self._said[line] = (at, kept_back + 1)
                return None
            self._said[line] = (now, 0)
            self._said.move_to_end(line)
            if len(self._said) > _LINES_AT_MOST:
                self._said.popitem(last=False)
            return kept_back


class _LibrariesSeldom(logging.Filter):
    """Of the libraries' lines, those that are to be said."""

    def __init__(self, repeats: Repeats) -> None:
        super().__init__()
        self._repeats = repeats

    def filter(self, record: logging.LogRecord) -> bool:
        since = self._repeats.since_said(f"{record.name} {record.getMessage()}")
        if since:
            record.repeated = since
        return since is not None


def _ours_seldom(repeats: Repeats) -> structlog.typing.Processor:
    def processor(
        _: object, __: str, line: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        if line.get("event") not in _OFTEN:
            return line
        since = repeats.since_said(f"{line['event']} {line.get('fatal')}")
        if since is None:
            raise structlog.DropEvent
        return {**line, "repeated": since} if since else line

    return processor


def configure(level: str, form: str) -> None:
    """Sends our own and the libraries' lines to stderr in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    console = form == "console" or (form == "auto" and sys.stderr.isatty())
    renderer: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    repeats = Repeats()
    structlog.configure(
        processors=[_ours_seldom(repeats), *shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_LibrariesSeldom(repeats))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=["repeated"]),
                *shared,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
