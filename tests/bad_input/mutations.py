"""Mutated records: bytes flipped, cut, inserted, spliced; fields, frames, keys and headers changed.

Everything comes of one seeded stream, so a run can be had again.
"""

import io
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import msgspec
from fastavro import schemaless_writer
from fastavro.schema import SchemaParseException, UnknownType
from msgspec.structs import replace

from schemas.records import Disagreement
from streams.serialisation.framing import confluent, fingerprint_of, single_object
from streams.serialisation.logical import parsed
from streams.topology import Message
from tests.bad_input.good import INPUTS, NOW, Good
from tests.bad_input.registry import CONFLUENT, IDS, ODD, SCHEMAS, SINGLE_OBJECT

_IDENTITIES = ("event_id", "action_id", "disagreement_id")
_MOST_BYTES = 4_000  # of an inserted stretch
NUMBERS = (
    b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\xff\xff\xff\xff\x0f",
    b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\x80" * 12, b"\xff" * 12, b"\x00\x00\x00\x00\x07", b"\xc3\x01",
)  # fmt: skip
INTEGERS = (
    0, 1, -1, 2, 5, 6, 100, 2**31 - 1, 2**31, -(2**31), 2**53 - 1, 2**53, 2**63 - 1, -(2**63),
    NOW, NOW + 10**9, NOW - 10**9, -62_135_596_800_000, 253_402_300_799_999,
    -62_135_596_800_001, 253_402_300_800_000, -62_100_000_000_000, 253_402_200_000_000,
)  # fmt: skip
TEXTS = (
    "", " ", "a", ":", ":now", "shadow", "UNKNOWN", "NONE", "e" * 64, "e" * 65, "e" * 160,
    "e" * 161, "x" * 2_001, "ä", "\0", "\n", "\u202e", "\U0001f697" * 64, "\ufeff", "a b", "a/b",
    "usd", "USD", "EUR", "XXX", "en", "de-AT", "no language", "24:00", "25:00", "Mars/Base",
    "Europe/Berlin", "../../etc/passwd", "US", "columbus", "muenchen", "m-brooks", "est1",
    "ann-v1:1", "us-east", "{}", "%s%n", "'; --",
)  # fmt: skip


_PLAIN: dict[str, tuple[Any, ...]] = {
    "string": TEXTS,
    "int": tuple(each for each in INTEGERS if -(2**31) <= each < 2**31),
    "long": INTEGERS,
    "boolean": (True, False),
    "double": (0.0, -1.0, float("nan"), float("inf"), 1e308),
    "null": (None,),
}
_UNWRITABLE = (
    ValueError, TypeError, OverflowError, AttributeError, KeyError,
    SchemaParseException, UnknownType,
)  # fmt: skip


@cache
def _print_of(number: int) -> bytes:
    return fingerprint_of(SCHEMAS[number])


@cache
def _of_record(name: str) -> list[int]:
    """The ids of all schemas of a record."""
    return [n for n, each in SCHEMAS.items() if n not in ODD and each["name"] == name]


class Mutator:
    """Gives a broken (or still good) version of a record."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._parsed: dict[int, Any] = {}
        self._last = b""
        self._count = 0
        self._ways: tuple[Callable[[Message, msgspec.Struct], Message], ...] = (
            self._bytes,
            self._bytes,
            self._bytes,
            self._fields,
            self._fields,
            self._fields,
            self._fields,
            self._writer,
            self._envelope,
            self._frame,
        )

    def mutated(self, good: Good, now: int) -> Message:
        """A record with one to three things changed, that arrives now."""
        random = self._random
        good = self._anew(good, now) if random.random() < 0.8 else good
        codecs = random.choice((SINGLE_OBJECT, CONFLUENT))
        message = good.message(codecs.encode)
        way = random.choice(self._ways)
        changed = way(message, good.record)
        for _ in range(random.choice((0, 0, 0, 1, 2))):
            changed = random.choice((self._bytes, self._envelope))(changed, good.record)
        self._last = message.value or b""
        return changed._replace(timestamp=now)

    def _anew(self, good: Good, now: int) -> Good:
        """As a new event that has just occurred, so that it is neither a duplicate nor late."""
        self._count += 1
        plain = {field: f"n{self._count}" for field in _IDENTITIES if hasattr(good.record, field)}
        return Good(good.topic, replace(good.record, occurred_at=now, **plain), now)

    def _bytes(self, message: Message, record: msgspec.Struct) -> Message:
        del record
        value, random = bytearray(message.value or b""), self._random
        for _ in range(random.choice((1, 1, 1, 2, 5))):
            at, to = sorted(random.randrange(len(value) + 1) for _ in "at")
            match random.randrange(8):
                case 0 if value:
                    value[at % len(value)] ^= 1 << random.randrange(8)
                case 1 if value:
                    value[at % len(value)] = random.randrange(256)
                case 2:
                    del value[at:]
                case 3:
                    del value[at : min(to, at + 16)]
                case 4:
                    value[at:at] = random.choice(NUMBERS)
                case 5:
                    number = random.choice(NUMBERS)
                    value[at : at + len(number)] = number
                case 6:
                    value[at:] = self._last[random.randrange(len(self._last) + 1) :]
                case _:
                    value[at:at] = random.choice(
                        (b"\x02", b"\x80", b"\xff", bytes(value[at:to]))
                    ) * (random.randrange(1, 1 + _MOST_BYTES // 100))
        return message._replace(value=bytes(value))

    def _fields(self, message: Message, record: msgspec.Struct) -> Message:
        """The record with fields as no type of ours would let them be, in good Avro."""
        plain = msgspec.to_builtins(record)
        fields = {each["name"]: each["type"] for each in SCHEMAS[IDS[message.topic]]["fields"]}
        for _ in range(self._random.choice((1, 1, 2, 3))):
            name = self._random.choice(list(fields))
            plain[name] = self._value(fields[name])
        return self._written(message, IDS[message.topic], plain)

    def _writer(self, message: Message, record: msgspec.Struct) -> Message:
        """Written with a schema that its producer changed, and registered."""
        name = SCHEMAS[IDS[message.topic]]["name"]
        number = self._random.choice(_of_record(name))
        plain = msgspec.to_builtins(record)
        for field in SCHEMAS[number]["fields"]:
            known = plain.get(field["name"])
            if field["name"] not in plain or (
                isinstance(field["type"], str) and field["type"] in ("string", "long")
                and isinstance(known, str) != (field["type"] == "string")
            ):  # fmt: skip
                plain[field["name"]] = self._value(field["type"])
        return self._written(message, number, plain, framed=True)

    def _written(
        self, message: Message, number: int, plain: dict[str, Any], *, framed: bool = False
    ) -> Message:
        out = io.BytesIO()
        try:
            writer = self._parsed.get(number) or parsed(SCHEMAS[number])
            self._parsed[number] = writer
            schemaless_writer(out, writer, plain)
        except _UNWRITABLE:
            return message._replace(value=confluent(number, (message.value or b"")[10:]))
        body = out.getvalue()
        if framed or self._random.random() < 0.5:
            return message._replace(value=confluent(number, body))
        return message._replace(value=single_object(_print_of(number), body))

    def _value(self, part: Any) -> Any:
        """A value that the schema can write, seldom one that is right."""
        random = self._random
        if isinstance(part, list):
            return self._value(random.choice(part))
        if isinstance(part, str):
            return random.choice(_PLAIN.get(part, ("UNKNOWN",)))
        match part["type"]:
            case "array":
                return [self._value(part["items"])] * random.choice((0, 1, 1, 3, 50, 51, 501))
            case "map":
                return {random.choice(TEXTS): self._value(part["values"])}
            case "record":
                return {each["name"]: self._value(each["type"]) for each in part["fields"]}
            case "enum":
                return random.choice(part["symbols"])
            case inner:
                return self._value(inner)

    def _envelope(self, message: Message, _: msgspec.Struct) -> Message:
        random = self._random
        match random.randrange(6):
            case 0:
                keys = (None, b"", b"\xff\xfe", b"k" * 1_001, b"ann", b":now", b"0")
                return message._replace(key=random.choice(keys))
            case 1:
                return message._replace(
                    value=random.choice((None, b"", b"{}", b"\x00", b"\xc3\x01"))
                )
            case 2 | 3:
                at = random.choice(
                    (b"", b"soon", b"-1", b"9" * 5_000, b"1", str(NOW).encode(), None)
                )
                return message._replace(headers=(("first_arrived_at", at),))
            case 4:
                odd = (("", b""), ("traceparent", b"t" * 600), ("note", b"n" * 60_000), ("x", None))
                return message._replace(headers=odd)
            case _:
                return message._replace(topic=random.choice((*INPUTS, "recourse.ticks")))

    def _frame(self, message: Message, _: msgspec.Struct) -> Message:
        value, random = message.value or b"", self._random
        body = value[5:] if value[:1] == b"\x00" else value[10:]
        match random.randrange(4):
            case 0:
                number = random.choice((*IDS.values(), 0, 999, 2**32 - 1))
                return message._replace(value=confluent(number, body))
            case 1:
                other = fingerprint_of(SCHEMAS[random.choice(list(IDS.values()))])
                return message._replace(value=single_object(other, body))
            case 2:
                return message._replace(value=random.randbytes(random.randrange(40)))
            case _:
                return message._replace(value=random.choice((b"\x01", b"{", b"\xc3\x02")) + body)


def seeds(made: list[Good], decided: list[Disagreement]) -> list[Good]:
    """What is mutated: good records of every input, the desk's included."""
    return made + [Good("recourse.disagreements", each, made[-1].at) for each in decided]
