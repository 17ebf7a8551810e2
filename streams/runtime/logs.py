"""Logs: an event name and pairs; JSON lines and nothing else, or readable on a terminal.

Whatever dies says so here: uncaught exceptions of the main thread, of any other, of what the
collector takes, of the event loop; warnings; librdkafka's own lines (`streams.transport.kafka`
gives each client a logger). Only what Python itself can't say any more (faulthandler, the
interpreter's own end) goes past it.
"""

import asyncio
import logging
import sys
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog

from streams.printable import printable, printable_lines

QUIET = (
    "faust",
    "mode",
    "aiokafka",
    "asyncio",
    "kafka",
    "streams.transport.faust",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
)
"""Libraries that say nothing below WARNING: an unseen debug record costs CPU all the same, and
those of HTTP say whole addresses."""

AGAIN_SECONDS = 10.0
"""How soon a line that others would bury is said again; a broker that is away made 150 a second."""
_LINES_AT_MOST = 1_000
_REPEATED: Mapping[str, tuple[str, ...]] = {
    "kafka_unreachable": ("fatal",),
    "waiting_for_kafka": ("doing", "error"),
    "waiting_for_registry": ("doing",),
    "tick_not_written": ("error",),
    "abort_failed": ("error",),
    "kafka_throttles": ("client",),
    "record_failed": ("stage", "topic", "error", "at"),
    "reference_refused": ("topic",),
    "notice_not_delivered": ("why",),
    "notify_paused": (),
    "snapshot_not_written": ("reason",),
    "records_gone": ("topic",),
}
"""Our own lines that may come for each record, partition or try, and what of each counts: where
that is the same, it is the same line."""
_BURST = 50
"""Of any other warning or error of ours, whatever it holds, so many in a while."""
_EXPECTED = (OSError, TimeoutError, asyncio.CancelledError)
_EXPECTED_FROM = ("aiokafka.errors", "kafka.errors")
"""What libraries meet when a broker goes: their lines say it, without a traceback."""


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
    """Of the libraries' lines, those that are to be said, and of what a lost broker is no more."""

    def __init__(self, repeats: Repeats) -> None:
        super().__init__()
        self._repeats = repeats

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # what does not fit its form: the handler says so
            return True
        since = self._repeats.since_said(f"{record.name} {text}")
        if since:
            record.repeated = since
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and _is_expected(error):
            record.exc_info, record.exc_text = None, None
            record.error = repr(error)
        return since is not None


def _is_expected(error: BaseException) -> bool:
    if str(error) == "Event loop is closed":  # aiokafka closes what a crash has closed already
        return True
    return isinstance(error, _EXPECTED) or type(error).__module__ in _EXPECTED_FROM


def _ours_seldom(repeats: Repeats) -> structlog.typing.Processor:
    bursts: dict[object, tuple[float, int]] = {}

    def key_of(method: str, line: structlog.typing.EventDict) -> str | None:
        """What the line is said to repeat; None where it is said anyway."""
        event = line.get("event")
        if event in _REPEATED:
            return " ".join([str(event), *(str(line.get(name)) for name in _REPEATED[str(event)])])
        if method not in ("warning", "error"):
            return None
        now = time.monotonic()
        began, count = bursts.get(event, (now, 0))
        if now - began >= AGAIN_SECONDS:
            began, count = now, 0
        if len(bursts) > _LINES_AT_MOST:
            bursts.clear()
        bursts[event] = began, count + 1
        return None if count < _BURST else str(event)

    def processor(
        _: object, method: str, line: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        key = key_of(method, line)
        if key is None:
            return line
        since = repeats.since_said(key)
        if since is None:
            raise structlog.DropEvent
        return {**line, "repeated": since} if since else line

    return processor


def _printable(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """For a terminal; in JSON they are escapes anyway. A traceback stays of several lines."""
    return {name: _as_text(name, value) for name, value in line.items()}


def _as_text(name: str, value: object) -> object:
    if not isinstance(value, str):
        value = repr(value)
    return printable_lines(value) if name in ("exception", "stack") else printable(value)


class _Handler(logging.StreamHandler[Any]):
    """To stderr; a line that can't be made is a line, too."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Instead of a traceback past the log."""
        structlog.get_logger().error(
            "line_not_made",
            logger=record.name,
            message=str(record.msg),
            error=repr(sys.exception()),
        )


def is_json(form: str = "auto") -> bool:
    """Whether lines are JSON: on a terminal they are not, unless that is asked for."""
    return form == "json" or (form == "auto" and not sys.stderr.isatty())


def say_end(problem: Exception, exit_code: int, event: str = "not_started") -> None:
    """The one sentence with which a service ends: a line of the log, or plain on a terminal."""
    if is_json():
        structlog.get_logger().error(event, reason=str(problem), exit_code=exit_code)
    else:
        sys.stderr.write(f"{printable_lines(str(problem))}\n")


def _hooks() -> None:
    """Everything that Python would write to stderr by itself."""

    def died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        structlog.get_logger().error("failed", exc_info=(kind, error, trace))

    def thread_died(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value
        name = args.thread.name if args.thread else None
        if error is None:
            return
        if _is_expected(error):
            structlog.get_logger().warning("thread_ended", thread=name, error=repr(error))
            return
        raised = (args.exc_type, error, args.exc_traceback)
        structlog.get_logger().error("thread_failed", thread=name, exc_info=raised)

    def unraisable(args: Any) -> None:  # noqa: ANN401 - sys.UnraisableHookArgs, of stubs alone
        error = args.exc_value
        structlog.get_logger().error(
            "ignored_failure", what=args.err_msg, of=repr(args.object), exc_info=error or True
        )

    def warned(  # noqa: PLR0917 - as Python calls it
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        del file, line
        structlog.get_logger().warning(
            "python_warning",
            kind=category.__name__,
            message=str(message),
            at=f"{filename}:{lineno}",
        )

    sys.excepthook, threading.excepthook, sys.unraisablehook = died, thread_died, unraisable
    warnings.showwarning = warned


def configure(level: str = "INFO", form: str = "auto") -> None:
    """Sends our own and the libraries' lines to stderr in one form.

    In JSON, also what Python and its threads would write there by themselves.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    console = not is_json(form)
    renderer: list[structlog.typing.Processor] = (
        [
            structlog.processors.format_exc_info,
            _printable,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
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
    handler = _Handler(sys.stderr)
    handler.addFilter(_LibrariesSeldom(repeats))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=["repeated", "error"]),
                *shared,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if not console:
        _hooks()
