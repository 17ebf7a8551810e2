"""What goes into a stage's pure `handle`, and what comes out of it."""

from collections.abc import Generator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

R = TypeVar("R")
Turns: TypeAlias = Generator[None, None, R]
"""Work that may be left for a while wherever it yields; what it gives is what it comes to.

It changes nothing that others see before that, so work that is never gone on with never began."""


def in_one_go(turns: Turns[R]) -> R:
    """The work done at once."""
    while True:
        try:
            next(turns)
        except StopIteration as done:
            result: R = done.value
            return result


class Arrived(Struct, frozen=True, kw_only=True):
    """One record as it arrived: decoded, its fields in range, its key that of the record.

    `timestamp` is the Kafka record's own (ms); `first_arrived_at` that of the first record, where
    this
    one was sent again from the dead letters: lateness counts from it. `digest` is of the content.
    `offset` is its place in its partition; `record_id` the header `event_id`, where a stage asks.
    """

    topic: str
    record: Struct
    timestamp: int
    first_arrived_at: int | None = None
    digest: int = 0
    offset: int = 0
    record_id: str | None = None

    @property
    def arrived_at(self) -> int:
        """From when lateness counts (ms)."""
        return self.timestamp if self.first_arrived_at is None else self.first_arrived_at


class DeadLetterCause(StrEnum):
    """Why a readable record could not be applied (a dead letter's reason)."""

    INVALID = "INVALID"
    TOO_LATE = "TOO_LATE"
    ERASED = "ERASED"


class DeadLettered(Struct, frozen=True, kw_only=True):
    """A record that could not be applied, with a detail that its producer's engineer can act on."""

    reason: DeadLetterCause
    detail: str


class Skipped(StrEnum):
    """A record that was read and changed nothing, for a reason that is counted."""

    DUPLICATE = "DUPLICATE"
    DUPLICATE_OTHER_CONTENT = "DUPLICATE_OTHER_CONTENT"
    OF_LATER_VERSION = "OF_LATER_VERSION"  # a record of ours says what only a newer one knows
    NOT_KNOWN = "NOT_KNOWN"  # an Outcome or Answer for what this stage does not keep


class Counted(StrEnum):
    """What an operator wants counted, though no record says it."""

    OTHER_REGION = "OTHER_REGION"  # a check-in at a site of another region than the visit's
    WITHOUT_REMEDY = "WITHOUT_REMEDY"  # a case was decided for the customer, who got nothing named
    CLOSURE_NOT_JUDGED = "CLOSURE_NOT_JUDGED"  # it came late, and nothing says what was agreed to
    NOBODY_TO_CONFIRM = "NOBODY_TO_CONFIRM"  # what was found ABUSIVE can only an operator confirm
    UNDELIVERED = "UNDELIVERED"  # a notice that concerns no escalation could not be delivered
    RECORDS_EXCEEDED = "RECORDS_EXCEEDED"  # a visit and rule had its records of the day


class Tombstone(Struct, frozen=True, kw_only=True):
    """There is no record of a key any more, in a topic that keeps the newest of each."""

    key: str


class Output(Struct, frozen=True, kw_only=True):
    """A record to be written; its key is the field that the catalogue names for the topic.

    Of a `Tombstone` the value is null. `id`: what tells it from any other, where no field of it
    does.
    """

    topic: str
    record: Struct
    id: str | None = None


TRIED_AGAIN_MS = 15 * 60_000
"""After so long time is tried again on a record on which it failed by a defect of ours: late, for
nothing that is due is lost, but soon after a mended release runs."""


NOTHING: Mapping[str, Exception] = MappingProxyType({})


class Failure(Struct, frozen=True, kw_only=True):
    """Our own code failed on one record when time passed; the record is as before, but that it is
    tried again later. The others' time goes on.
    """  # noqa: D205

    key: str
    error: Exception


class Handled(Struct, Generic[R], frozen=True, kw_only=True):
    """A stage's answer: records changed (None: gone), outputs in order, or why nothing changed.

    `failures`: on which records time failed. What is `rejected` changes nothing, and may be counted
    by an output.
    """

    changed: Mapping[str, R | None] = {}
    outputs: tuple[Output, ...] = ()
    noted: tuple[Counted, ...] = ()
    failures: tuple[Failure, ...] = ()
    rejected: DeadLettered | None = None
    passed_over: Skipped | None = None


def unknown(field: str, symbols: type[StrEnum], *own: StrEnum) -> str:
    """The detail of a record whose symbol is UNKNOWN where a rule needs it.

    `own`: the symbols that recourse alone writes.
    """
    *most, last = (str(each) for each in symbols if each != "UNKNOWN" and each not in own)
    return f"{field} is UNKNOWN: must be {', '.join(most)} or {last}"


def too_far_ahead(arrived: Arrived, occurred_at: int, at_most_minutes: int) -> DeadLettered | None:
    """INVALID when the event occurred too long after its own record's timestamp."""
    ahead = occurred_at - arrived.arrived_at
    if ahead <= at_most_minutes * 60_000:
        return None
    return DeadLettered(
        reason=DeadLetterCause.INVALID,
        detail=f"occurred_at is {span_in_words(ahead)} after the record's timestamp: "
        f"at most {at_most_minutes} minutes are allowed; check the producer's clock",
    )


_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000))


def span_in_words(milliseconds: int) -> str:
    """A span of time to the millisecond, as in `1 d 6 h 2.859 s`."""
    parts = []
    for unit, length in _UNITS:
        count, milliseconds = divmod(milliseconds, length)
        if count:
            parts.append(f"{count} {unit}")
    if milliseconds or not parts:
        parts.append(f"{milliseconds / 1000:g} s")
    return " ".join(parts)
