"""What the headers of a record say that is passed on: its trace, and when it first arrived."""

from streams.serialisation.words import shown
from streams.topology import Message

FIRST_ARRIVED_AT = "first_arrived_at"
TRACE = "traceparent"
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


def trace_of(message: Message) -> tuple[tuple[str, bytes], ...]:
    """The header to pass on: there is one, and it is short, or it is none."""
    for name, content in message.headers:
        if name == TRACE and content is not None and len(content) <= _TRACE_AT_MOST:
            return ((name, content),)
    return ()
