"""The job as a processor of the engine: bytes in, bytes out."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.reference_job.records import (
    Diagnosis,
    Escalation,
    EstimateRevision,
    Event,
    Manager,
    WarrantyDecision,
)
from benchmarks.reference_job.rules import CHANGED, CONFLICT, INCREASED, Found, State, Visit
from streams.serialisation.codec import Codec
from streams.topology import Emit, Listed, Message, Records

RAISED_A_WINDOW = 3
KINDS = {
    CHANGED: "DIAGNOSIS_CHANGED",
    INCREASED: "ESTIMATE_INCREASED",
    CONFLICT: "WARRANTY_CONFLICT",
}
SCHEMA_IDS = {"Diagnosis": 1, "EstimateRevision": 2, "WarrantyDecision": 3, "Escalation": 4}


class Topics(NamedTuple):
    """The names of this run's topics."""

    diagnoses: str
    estimates: str
    decisions: str
    escalations: str


class World(NamedTuple):
    """What does not change while the job runs."""

    topics: Topics
    codecs: dict[str, Codec[Any]]
    """By record name."""
    managers: dict[str, Manager]


def world(topics: Topics, schemas: Path, managers: Path) -> World:
    """Reads the schemas and the managers by site."""
    by_id = {
        number: json.loads((schemas / f"{name}.avsc").read_text())
        for name, number in SCHEMA_IDS.items()
    }
    records = (Diagnosis, EstimateRevision, WarrantyDecision, Escalation)
    codecs: dict[str, Codec[Any]] = {
        record.__name__: Codec(
            by_id[SCHEMA_IDS[record.__name__]], record, schema_id=SCHEMA_IDS[record.__name__]
        )
        for record in records
    }
    known = msgspec.json.decode(managers.read_bytes(), type=dict[str, Manager])
    return World(topics, codecs, known)


class Job:
    """One partition of the job."""

    def __init__(self, world: World) -> None:
        topics, codecs = world.topics, world.codecs
        self._world = world
        self._state = State()
        self._encode_escalation = codecs["Escalation"].encode
        self._encode_state = msgspec.msgpack.Encoder().encode
        self._decode_state = msgspec.msgpack.Decoder(Visit | int).decode
        self._rules: dict[str, tuple[Codec[Any], Callable[[Sequence[Any]], list[Found]]]] = {
            topics.diagnoses: (codecs["Diagnosis"], self._state.diagnosed),
            topics.estimates: (codecs["EstimateRevision"], self._state.estimated),
            topics.decisions: (codecs["WarrantyDecision"], self._state.decided),
        }

    def restore(self, key: str, value: bytes) -> None:
        """A visit, or the count of a window: its key has a bar in it."""
        kept = self._decode_state(value)
        if isinstance(kept, int):
            self._state.windows[key] = kept
        else:
            self._state.visits[key] = kept

    def restored(self) -> None:
        """There are no indexes."""

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        """The visits and windows that have changed."""
        state, encode = self._state, self._encode_state
        visits, windows = state.visits, state.windows
        changed = [(key, encode(visits[key])) for key in state.changed_visits]
        changed += [(key, encode(windows[key])) for key in state.changed_windows]
        state.changed_visits.clear()
        state.changed_windows.clear()
        return changed

    def records(self) -> Iterable[tuple[str, bytes]]:
        """All visits and windows."""
        encode = self._encode_state
        yield from ((key, encode(each)) for key, each in self._state.visits.items())
        yield from ((key, encode(each)) for key, each in self._state.windows.items())

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        """One event."""
        return self.handle_run(Listed([message]), now, reference)

    def handle_run(self, records: Records, now: int, reference: object) -> Sequence[Emit]:
        """Events of one topic; a tick says nothing.

        An undecodable one stops the job, as it has no fields: the race's input is good.
        """
        del now, reference
        known = self._rules.get(records.topic)
        if known is None:
            return ()
        codec, rule = known
        events: list[Any] = codec.decode_all(records)
        return [self._emit(found, records.timestamp(found.place)) for found in rule(events)]

    def _emit(self, found: Found, triggered_at: int) -> Emit:
        event: Event = found.event
        kind = KINDS[found.bit]
        raised = found.number <= RAISED_A_WINDOW
        record = Escalation(
            escalation_id=f"{event.visit_id}:{kind}",
            visit_id=event.visit_id,
            customer_id=event.customer_id,
            site_id=event.site_id,
            kind=kind,
            status="RAISED" if raised else "THROTTLED",
            occurred_at=found.at,
            trigger_event_id=event.event_id,
            trigger_timestamp=triggered_at,
            manager=self._world.managers[event.site_id] if raised else None,
        )
        topic = self._world.topics.escalations
        return Emit(topic, event.customer_id.encode(), self._encode_escalation(record))
