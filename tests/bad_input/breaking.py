"""Ways to break a record, each a function that a line of the table names."""

import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec
from fastavro import schemaless_writer

from agents.records.codecs import Codecs
from schemas.catalogue import schema
from schemas.records import (
    ActionName,
    Arm,
    Channel,
    Decision,
    Disagreement,
    Rule,
    Severity,
    Tick,
)
from schemas.records import (
    Kind as KindOfFinding,
)
from streams.serialisation.framing import confluent, fingerprint_of, single_object
from streams.serialisation.logical import parsed
from streams.topology import Message
from tests.bad_input.good import (
    ACTIONS,
    CHECK_INS,
    CLAIMS,
    CLOSURES,
    DIAGNOSES,
    DISAGREEMENTS,
    ERASURES,
    ESTIMATES,
    OUTCOMES,
    RESPONSES,
    TICKS,
    action,
    check_in,
    claim,
    closure,
    diagnosis,
    erasure,
    estimate,
    outcome,
    response,
)
from tests.bad_input.registry import CONFLUENT, IDS, SCHEMAS, SINGLE_OBJECT, schema_of

WHO = "ann"  # a good customer, with an open escalation


class Framing(NamedTuple):
    """How a value says by which schema it was written."""

    name: str
    codecs: Codecs

    def framed(self, topic: str, body: bytes) -> bytes:
        """A body with the head of a topic's own schema."""
        if self.name == "confluent":
            return confluent(IDS[topic], body)
        return single_object(fingerprint_of(SCHEMAS[IDS[topic]]), body)

    @property
    def head(self) -> int:
        """Bytes before the body."""
        return 5 if self.name == "confluent" else 10


FRAMINGS = (Framing("single-object", SINGLE_OBJECT), Framing("confluent", CONFLUENT))


class Broken(NamedTuple):
    """A broken record, and the byte at which its detail points (where it names one)."""

    message: Message
    at: int = 0


Break = Callable[[str, Framing, int], Broken]
"""A topic, a framing and the moment of arrival: the broken record."""


def good_record(topic: str, at: int) -> msgspec.Struct:
    """What is broken: a record of a customer that fits among the good ones."""
    service: dict[str, Any] = {"event_id": "x1"}
    made: dict[str, Callable[[], msgspec.Struct]] = {
        CHECK_INS: lambda: check_in(WHO, at, **service),
        DIAGNOSES: lambda: diagnosis(WHO, at, **service),
        ESTIMATES: lambda: estimate(WHO, at, **service, estimate_id="est9"),
        CLAIMS: lambda: claim(WHO, at, **service),
        RESPONSES: lambda: response(WHO, at, **service),
        CLOSURES: lambda: closure(WHO, at, **service),
        ACTIONS: lambda: action(WHO, at, ActionName.ACKNOWLEDGE, action_id="x1"),
        OUTCOMES: lambda: outcome(WHO, at),
        ERASURES: lambda: erasure(WHO, at),
        TICKS: lambda: Tick(now=at),
        DISAGREEMENTS: lambda: _disagreement(at),
    }
    return made[topic]()


def _disagreement(at: int) -> Disagreement:
    return Disagreement(
        disagreement_id=f"{WHO}-v1:ESTIMATE_DISPUTED:9",
        n=9,
        visit_id=f"{WHO}-v1",
        customer_id=WHO,
        site_id="columbus",
        region_id="us-east",
        kind=KindOfFinding.ESTIMATE,
        rule=Rule.ESTIMATE_DISPUTED,
        severity=Severity.NORMAL,
        decision=Decision.RAISED,
        arm=Arm.LIVE,
        trigger_event_id="x1",
        occurred_at=at,
        decided_at=at,
        reasons=(),
        escalation_id=f"{WHO}-v1:1",
        language="en",
        channels=(Channel.SMS,),
        time_zone="UTC",
        policy_version="1",
    )


_KEYS: Mapping[str, bytes] = {
    ACTIONS: b"us-east",
    DISAGREEMENTS: b"us-east",
    TICKS: b"0",
}


def _message(topic: str, at: int, value: bytes | None, **envelope: Any) -> Message:
    made = Message(topic, 0, 0, at, _KEYS.get(topic, WHO.encode()), value)
    return made._replace(**envelope)


def _written(writer: Any, plain: Any) -> bytes:
    out = io.BytesIO()
    schemaless_writer(out, writer, plain)
    return out.getvalue()


def _parts(topic: str, at: int, changes: Mapping[str, Any]) -> dict[str, bytes]:
    """Each field's bytes by its name, in their order."""
    plain = msgspec.to_builtins(good_record(topic, at)) | changes
    parts: dict[str, bytes] = {}
    so_far = 0
    for name, writer in _prefixes(topic):
        body = _written(writer, plain)
        parts[name], so_far = body[so_far:], len(body)
    return parts


@cache
def _prefixes(topic: str) -> list[tuple[str, Any]]:
    """For each field the schema that ends with it."""
    whole = SCHEMAS[IDS[topic]]
    names = [each["name"] for each in whole["fields"]]
    return [
        (name, parsed(whole | {"fields": whole["fields"][: position + 1]}))
        for position, name in enumerate(names)
    ]


def fields(**changes: Any) -> Break:
    """Good Avro whose fields have these values; times of events are given as they arrive."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        given = {name: value(at) if callable(value) else value for name, value in changes.items()}
        body = b"".join(_parts(topic, at, given).values())
        return Broken(_message(topic, at, framing.framed(topic, body)))

    return make


def keyed(key: bytes, **changes: Any) -> Break:
    """As `fields`, under another key."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        broken = fields(**changes)(topic, framing, at)
        return broken._replace(message=broken.message._replace(key=key))

    return make


def after(milliseconds: int) -> Callable[[int], int]:
    """So long after the record arrives (before, where negative)."""
    return lambda at: at + milliseconds


def raw(name: str, octets: bytes) -> Break:
    """One field has these bytes."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        parts = _parts(topic, at, {})
        begin = framing.head
        for each, known in parts.items():
            if each == name:
                break
            begin += len(known)
        value = framing.framed(topic, b"".join((parts | {name: octets}).values()))
        return Broken(_message(topic, at, value), begin)

    return make


def cut(name: str, more: int = 0) -> Break:
    """The value ends where a field begins, or some bytes further on."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        _, begin = raw(name, b"")(topic, framing, at)
        value = framing.framed(topic, b"".join(_parts(topic, at, {}).values()))
        return Broken(_message(topic, at, value[: begin + more]), begin)

    return make


def trailing(octets: bytes) -> Break:
    """Bytes follow the record."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        value = framing.framed(topic, b"".join(_parts(topic, at, {}).values()))
        return Broken(_message(topic, at, value + octets), len(value))

    return make


def value(octets: bytes | None) -> Break:
    """The whole value is this, whatever the framing."""
    return lambda topic, _, at: Broken(_message(topic, at, octets))


def head(octets: bytes, **changes: Any) -> Break:
    """The record's body after another head, and with other headers."""

    def make(topic: str, _: Framing, at: int) -> Broken:
        body = b"".join(_parts(topic, at, {}).values())
        return Broken(_message(topic, at, octets + body, **changes))

    return make


def head_of(other: str) -> Break:
    """The record's body under the schema of another topic's record."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        body = b"".join(_parts(topic, at, {}).values())
        return Broken(_message(topic, at, framing.framed(other, body)))

    return make


def envelope(**changes: Any) -> Break:
    """A good record with another key, headers or timestamp."""

    def make(topic: str, framing: Framing, at: int) -> Broken:
        body = b"".join(_parts(topic, at, {}).values())
        return Broken(_message(topic, at, framing.framed(topic, body), **changes))

    return make


def written_with(schema_id: int, **values: Any) -> Break:
    """Written with a schema of a producer's own, registered under this id."""

    def make(topic: str, _: Framing, at: int) -> Broken:
        plain = msgspec.to_builtins(good_record(topic, at)) | values
        body = _written(parsed(schema_of(schema_id)), plain)
        return Broken(_message(topic, at, confluent(schema_id, body)), 5)

    return make


def under_id(schema_id: int, body: bytes = b"\0") -> Break:
    """Confluent's framing with an id of the registry's."""
    return lambda topic, _, at: Broken(_message(topic, at, confluent(schema_id, body)))


def unreleased(**changed: Any) -> Break:
    """In single-object encoding with a schema that was never released."""

    def make(topic: str, _: Framing, at: int) -> Broken:
        other = schema("estimate") | changed
        return Broken(_message(topic, at, single_object(fingerprint_of(other), b"\0")))

    return make
