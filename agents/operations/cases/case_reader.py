"""Cases as the steps in `recourse.escalations` tell them, from the newest steps back.

A topic may hold millions of steps, of cases that are nearly all closed. So it is read back in
spans, each as long as all before it, until it is whole or a time has passed; what was not looked at
is said.
"""

import time
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from agents.operations.audit.cases import Case
from agents.operations.cases.case_lines import CaseLine, line_of
from agents.operations.left_out import LeftOut
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from schemas.records import Escalation
from streams.topology import Message
from streams.transport.kafka import Place, admin, partition_counts, readable_ends, topic_starts
from streams.transport.ranges import Range, RangeReader

ESCALATIONS = "recourse.escalations"
_FIRST, _MOST = 12_000, 96_000
"""How many steps are read at first and at most at once, of all partitions together."""


class CasesRead(Struct, frozen=True, kw_only=True):
    """What was found; `since` (ms): older steps were not looked at, None where all were."""

    lines: tuple[CaseLine, ...]
    steps: int
    since: int | None
    left_out: str = ""
    """Which steps could not be read, in a sentence; empty where all could."""


class NoCases(Exception):  # noqa: N818 - it says what the case is
    """There is no topic of cases; one sentence."""


def read_cases(
    bootstrap_servers: str, wire: Codecs, seconds: float | None, *, closed_too: bool = True
) -> CasesRead:
    """All cases that have a step in what could be read in so many seconds (None: everything).

    Raises:
        NoCases: there is no such topic.
        KafkaException: the broker can't be asked.
    """
    client = admin(bootstrap_servers)
    counts = partition_counts(client, [ESCALATIONS])
    if not counts:
        raise NoCases(not_shown(bootstrap_servers, [ESCALATIONS]))
    places = [(ESCALATIONS, number) for number in range(counts[ESCALATIONS])]
    begins, ends = topic_starts(client, places), readable_ends(client, places)
    reader = RangeReader(bootstrap_servers)
    book = CasesByStep(wire, closed_too=closed_too)
    until = None if seconds is None else time.monotonic() + seconds
    try:
        for ranges in spans(begins, ends):
            if until is not None and book.steps and time.monotonic() > until:
                return CasesRead(
                    lines=book.lines(),
                    steps=book.steps,
                    left_out=str(book.left_out),
                    since=max(
                        (book.oldest[each] for each in ranges if each in book.oldest), default=None
                    ),
                )
            for _, messages in reader.read(ranges, lambda _: True):
                book.take(messages, ranges)
            book.close_span()
    finally:
        reader.close()
    return CasesRead(lines=book.lines(), steps=book.steps, since=None, left_out=str(book.left_out))


def cases_of(steps: Iterable[Escalation]) -> tuple[CaseLine, ...]:
    """The cases of steps that are all there."""
    cases: dict[str, Case] = {}
    for step in steps:
        cases.setdefault(step.escalation_id, Case(step.escalation_id)).take(step)
    return tuple(line_of(case) for case in cases.values())


def spans(begins: Mapping[Place, int], ends: Mapping[Place, int]) -> Iterator[dict[Place, Range]]:
    """Ranges from the ends back to the beginnings, of each partition as many."""
    upto, at_once = dict(ends), _FIRST
    while upto:
        upto = {place: end for place, end in upto.items() if end > begins[place]}
        each = at_once // max(1, len(upto))
        cuts = {place: max(begins[place], end - each) for place, end in upto.items()}
        if cuts:
            yield {place: (cut, upto[place]) for place, cut in cuts.items()}
        upto, at_once = cuts, min(_MOST, at_once * 2)


class CasesByStep:
    """Cases by their steps, newest spans first."""

    def __init__(self, wire: Codecs, *, closed_too: bool) -> None:
        self._wire = wire
        self._closed_too = closed_too
        self._cases: dict[str, Case] = {}
        self._closed: set[str] = set()
        self.left_out = LeftOut()
        self.steps = 0
        self.oldest: dict[Place, int] = {}
        """The time (ms) of the oldest step that was read of each partition."""

    def take(self, messages: Iterable[Message], ranges: Mapping[Place, Range]) -> None:
        """Steps of a span; those of a case that is known to be closed are not kept."""
        for message in messages:
            place = message.topic, message.partition
            begin, end = ranges.get(place, (0, 0))
            if not message.value or not begin <= message.offset < end:
                continue
            self.oldest[place] = min(self.oldest.get(place, message.timestamp), message.timestamp)
            self.steps += 1
            try:
                step = self._wire.decode(ESCALATIONS, message.value)
            except Undecodable as why:
                self.left_out.add(message, why)
                continue
            if isinstance(step, Escalation) and step.escalation_id not in self._closed:
                case = self._cases.setdefault(step.escalation_id, Case(step.escalation_id))
                case.take(step)

    def close_span(self) -> None:
        """Where a case is closed by its last step, older steps add nothing but its age."""
        if self._closed_too:
            return
        for name in [name for name, case in self._cases.items() if not case.is_open]:
            del self._cases[name]
            self._closed.add(name)

    def lines(self) -> tuple[CaseLine, ...]:
        """All that are kept."""
        return tuple(line_of(case) for case in self._cases.values())
