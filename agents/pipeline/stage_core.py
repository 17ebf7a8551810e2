"""What a stage is made of: the pure functions of its core, and how its records are bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from agents.core.handling import Arrived, Handled, Output, Turns
from agents.core.world import World
from agents.pipeline.dead_letter import VALUE_AT_MOST
from agents.pipeline.state_store import StateStore
from schemas.records import DeadLetter, DeadLetterReason

IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "recourse.disagreements": ("disagreement_id",),
    "recourse.escalations": ("escalation_id", "step"),
    "recourse.cases": ("escalation_id", "step"),
    "recourse.answers": ("event_id", "escalation_id"),
    "recourse.outcomes": ("escalation_id", "status", "occurred_at"),
    "recourse.contact-cards": ("card_id",),
    "recourse.notices": ("notice_id",),
    "recourse.visits": ("visit_id",),
}
"""By topic, the fields by which a record is told from a second one: its header `event_id`."""

R = TypeVar("R", bound=msgspec.Struct)
ToldOf = Callable[[Any, Mapping[str, object], DeadLetter, World], tuple[Output, ...]]


@dataclass(frozen=True, kw_only=True)
class Core(Generic[R]):
    """The pure functions of a stage, and the type of its records.

    `next_due`: the next moment (ms) at which time makes something happen, as of `world.now`.
    `kept`: how the records are kept; as MessagePack, where it is not said. `handle_time` gets the
    keys of records on which it is known to fail; `whose` is the key of the record that made an
    output. `too_much`: why what came makes a record too large that has more than `looked_at_from`
    bytes; None where it does not. `told_of`: by topic, what is written of a record that became a
    dead letter under its own key, from the partition, its fields in their ranges or not,
    and the dead letter. `reads_ids`: whether it tells records apart by
    the header `event_id`, and by no digest. `said_elsewhere`:
    the inputs of which another stage says what could not be used. `is_silent`: it writes no dead
    letters at all: another stage decides on the same records, and says what is wrong with them.
    """

    record: type[R]
    partition: Callable[[], Any]
    handle: Callable[[Any, Arrived, World], Handled[R]]
    handle_time: Callable[[Any, World, Mapping[str, Exception]], Turns[Handled[R]]]
    next_due: Callable[[Any, World], int | None]
    whose: Callable[[msgspec.Struct], str | None]
    kept: Callable[[Any], StateStore[R]] | None = None
    looked_at_from: int = VALUE_AT_MOST
    too_much: Callable[[msgspec.Struct, R, int], str | None] = lambda *_: None
    told_of: Mapping[str, ToldOf] = field(default_factory=dict)
    reads_ids: bool = False
    said_elsewhere: frozenset[str] = frozenset()
    is_silent: bool = False

    def says_nothing_of(self, topic: str, reason: DeadLetterReason) -> bool:
        """Whether it writes no dead letter of a record that could not be used."""
        ours = reason is DeadLetterReason.FAILED
        return self.is_silent or (topic in self.said_elsewhere and not ours)


class Wire(Protocol):
    """How records are bytes: Avro on Kafka (`codecs.Codecs`), JSON in `simulate`."""

    def decode(self, topic: str, value: bytes) -> msgspec.Struct:
        """Bytes to record; raises `codecs.Undecodable`."""

    def plain(self, topic: str, value: bytes) -> object:
        """Bytes to plain data, in its ranges or not; raises `codecs.Undecodable`."""

    def encode(self, topic: str, record: msgspec.Struct) -> bytes:
        """Record to bytes."""
