"""The stages' own spans as a file, a line a span: OpenTelemetry's JSON of OTLP, without its SDK.

Its Collector reads such a file (receiver `otlpjsonfile`) and sends it wherever traces are kept. A
record that is handled again, after a crash say, has the same span again: an id is kept once there.
"""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from agents.records.headers import Span, span_of
from streams.errors import ConfigurationError
from streams.topology import Message

log = structlog.get_logger()

AT_MOST_BYTES = 64_000_000
"""Of the file, before it becomes `.1` and a new one begins."""
_CONSUMER = 5  # OTLP's span kind
_ERROR = 2  # OTLP's status


class Spans(Protocol):
    """Hears of every record; tells of those whose trace somebody keeps."""

    def begin(self, message: Message) -> int:
        """When it is begun (ns since 1970); 0 where nobody will tell of it."""
        ...

    def end(self, stage: str, message: Message, began: int, error: str = "") -> None:
        """It is handled; `error`: what became of it where it could not be used."""
        ...


class _NoSpans:
    def begin(self, message: Message) -> int:
        del message
        return 0

    def end(self, stage: str, message: Message, began: int, error: str = "") -> None:
        del stage, message, began, error


NO_SPANS: Spans = _NoSpans()


class SpanFile:
    """Written by one process; where it can't be written that is said once, and work goes on."""

    def __init__(self, path: Path, at_most_bytes: int = AT_MOST_BYTES) -> None:
        """Raises `ConfigurationError` where there can be no such file."""
        self._path, self._at_most = path, at_most_bytes
        self._said = False
        try:
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise ConfigurationError(
                f"RECOURSE_SPANS_PATH (environment) is {str(path)!r}: {error.strerror}"
            ) from None

    def begin(self, message: Message) -> int:
        """As `Spans`."""
        return time.time_ns() if message.headers else 0

    def end(self, stage: str, message: Message, began: int, error: str = "") -> None:
        """As `Spans`."""
        span = span_of(message, stage) if began else None
        if span is not None:
            self._write(line(span, stage, message, (began, time.time_ns()), error))

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _write(self, text: bytes) -> None:
        try:
            self._file.write(text)
            if self._file.tell() > self._at_most:
                self._begin_anew()
        except (OSError, ValueError) as problem:
            if not self._said:
                log.warning("spans_not_written", path=str(self._path), error=str(problem))
            self._said = True
        else:
            self._said = False

    def _begin_anew(self) -> None:
        """Where there can be no new file, the old one goes on."""
        with suppress(FileNotFoundError):  # what lay there was moved before
            self._path.replace(f"{self._path}.1")
        fresh = self._path.open("ab", buffering=0)
        self._file.close()
        self._file = fresh


def line(span: Span, stage: str, message: Message, times: tuple[int, int], error: str) -> bytes:
    """A span as OTLP's JSON has it, by the conventions for messaging; no id of a customer."""
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.operation.name": "process",
        "messaging.destination.name": message.topic,
        "messaging.destination.partition.id": str(message.partition),
        "messaging.kafka.offset": message.offset,
        "messaging.consumer.group.name": f"recourse-{stage}",
        "recourse.stage": stage,
    }
    told: dict[str, object] = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "parentSpanId": span.parent_id,
        "name": f"process {message.topic}",
        "kind": _CONSUMER,
        "startTimeUnixNano": str(times[0]),
        "endTimeUnixNano": str(times[1]),
        "attributes": _attributes(attributes),
    }
    if error:
        told["status"] = {"code": _ERROR, "message": error}
    scope = {"scope": {"name": "recourse"}, "spans": [told]}
    resource = {"attributes": _attributes({"service.name": "recourse"})}
    whole = {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}
    return json.dumps(whole, separators=(",", ":")).encode() + b"\n"


def _attributes(values: dict[str, str | int]) -> list[dict[str, object]]:
    return [
        {
            "key": key,
            "value": {"stringValue": value} if isinstance(value, str) else {"intValue": str(value)},
        }
        for key, value in values.items()
    ]
