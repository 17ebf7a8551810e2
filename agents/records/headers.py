"""What the headers of a record say that is passed on: its trace, and when it first arrived."""

import re
from hashlib import blake2b
from typing import NamedTuple

from streams.serialisation.words import shown
from streams.topology import Message

FIRST_ARRIVED_AT = "first_arrived_at"
TRACE = "traceparent"
TRACE_STATE = "tracestate"
_TRACEPARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})\Z")
_TRACE_ID = len("00-") + 32  # what all spans of a trace begin with
_SAMPLED = 1
_TRACE_AT_MOST = 512  # bytes; W3C's have 55. It goes into every output
_TIME_DIGITS = 15  # of epoch milliseconds; more than any time has


class WrongHeader(Exception):  # noqa: N818 - it says what the case is
    """A header does not hold what it must; one sentence."""


def time_in(content: bytes | None) -> int | None:
    """The epoch milliseconds that a header holds; None where it holds no time."""
    if content is None or not content.isdigit() or len(content) > _TIME_DIGITS:
        return None
    return int(content)


def first_arrived_at(message: Message) -> int | None:
    """When the first record of it came (ms), where this one was sent again.

    Raises:
        WrongHeader: it is no such time.
    """
    for name, content in message.headers:
        if name == FIRST_ARRIVED_AT:
            at = time_in(content)
            if at is not None and at <= message.timestamp:
                return at
            given = "null" if content is None else shown(content.decode("utf-8", "replace"))
            raise WrongHeader(
                f"the header {FIRST_ARRIVED_AT} is {given}: must be epoch milliseconds, "
                "not after the record's timestamp"
            )
    return None


class Span(NamedTuple):
    """What a stage does with one record, as a part of that record's trace (OpenTelemetry).

    Its id follows from the record and its place, so it is the same whenever that is handled again.
    """

    trace_id: str
    span_id: str
    parent_id: str
    flags: str

    @property
    def header(self) -> bytes:
        """As what is caused by the record carries it on."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}".encode()


def trace_of(message: Message, stage: str) -> tuple[tuple[str, bytes], ...]:
    """The headers to pass on: each where there is one and it is short.

    A trace that somebody keeps (W3C's flag `sampled`) goes on from the stage's own span; another
    one, and what is no trace as W3C has it, goes on as it is.
    """
    if not message.headers:
        return ()
    trace = _first(message, TRACE)
    if trace is None:
        return ()
    span = _span(message, trace, stage)
    passed = (TRACE, trace if span is None else span.header)
    state = _first(message, TRACE_STATE)
    return (passed,) if state is None else (passed, (TRACE_STATE, state))


def span_of(message: Message, stage: str) -> Span | None:
    """The stage's own span; None where the record has no trace that somebody keeps."""
    trace = _first(message, TRACE) if message.headers else None
    return None if trace is None else _span(message, trace, stage)


def is_of_trace(message: Message, traceparent: bytes) -> bool:
    """Whether a record belongs to the same trace, whichever span of it made the record."""
    return any(
        name == TRACE and content is not None and content[:_TRACE_ID] == traceparent[:_TRACE_ID]
        for name, content in message.headers
    )


def _first(message: Message, header: str) -> bytes | None:
    for name, content in message.headers:
        if name == header and content is not None and len(content) <= _TRACE_AT_MOST:
            return content
    return None


def _span(message: Message, trace: bytes, stage: str) -> Span | None:
    found = _TRACEPARENT.match(trace)
    if found is None:
        return None
    trace_id, parent_id, flags = (each.decode() for each in found.groups())
    if not int(flags, 16) & _SAMPLED or not int(trace_id, 16) or not int(parent_id, 16):
        return None
    place = f"{stage} {message.topic} {message.partition} {message.offset}"
    made = blake2b(trace + place.encode(), digest_size=8).hexdigest()
    return Span(trace_id, made, parent_id, flags)


def id_in(message: Message) -> str | None:
    """The record's id as its header gives it (`event_id`), where it does."""
    for name, content in message.headers:
        if name == "event_id" and content is not None:
            return content.decode("utf-8", "replace")
    return None
