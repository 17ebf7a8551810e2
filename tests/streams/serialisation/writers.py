"""Schemas as other writers might have them, and bytes that they might write: from a seed.

Each is a reader's schema with some of what registries let through: nested records and enumerations
renamed, aliases, namespaces, fields gone, added, named twice or in another order, unions that are
new, gone or in another order, promotions, and many a type that fits nowhere; lists are often empty.
"""

import struct
from collections.abc import Mapping
from copy import deepcopy
from random import Random
from types import ModuleType
from typing import Any

from agents.records.codecs import WORDS
from schemas.catalogue import TOPICS, schema
from streams.serialisation.codec import Codec, NoSuchSchema, Undecodable
from streams.serialisation.framing import confluent
from streams.topology import Listed, Message
from streams.transport.records import read_batch
from tests.streams.test_records import batch

_PROMOTED = {
    "long": ("int", "string", "float", "double"),
    "int": ("long", "boolean"),
    "double": ("float", "int", "long"),
    "string": ("bytes", "long"),
    "bytes": ("string",),
    "boolean": ("int",),
}
_TEXTS = (*("a", "c1", "en") * 8, "", "de-AT", "USD", "10:30", "c" * 65, "é", "\n", "RED")
_NUMBERS = (*(1, 2, 3) * 8, 0, -1, -64, 10**12, 2**31 - 1, 2**31, -(2**63), 2**63 - 1)
_VALUES = 4  # of a writer's schema


class Writers:
    """Draws from one seeded stream, so a run can be had again."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def _one_in(self, count: int) -> bool:
        return self._random.randrange(count) == 0

    # ------------------------------------------------------------------ schemas

    def schema(self, reader: Mapping[str, Any]) -> dict[str, Any]:
        """A writer's schema of the same record; it need not be one that anybody can use."""
        found: dict[str, Any] = self._record(deepcopy(dict(reader)), rename=False)
        return found

    def _part(self, part: Any) -> Any:
        if isinstance(part, list):
            return self._union([self._part(each) for each in part])
        if isinstance(part, str):
            changed = self._random.choice(_PROMOTED.get(part, (part,)))
            part = changed if self._one_in(50) else part
        else:
            part = self._complex(part)
        return self._random.choice((["null", part], [part, "null"])) if self._one_in(40) else part

    def _complex(self, part: dict[str, Any]) -> Any:
        match part["type"]:
            case "record":
                return self._record(part, rename=True)
            case "enum":
                return self._enum(part)
            case "array":
                return part | {"items": self._part(part["items"])}
            case "map":
                return part | {"values": self._part(part["values"])}
            case _:
                if self._one_in(50):
                    return {"type": "fixed", "name": f"F{self._random.randrange(9)}", "size": 2}
                return part

    def _union(self, branches: list[Any]) -> Any:
        if self._one_in(4):
            self._random.shuffle(branches)
        if self._one_in(8):
            branches = [each for each in branches if each != "null"]
        if self._one_in(8):
            branches = [*branches, self._random.choice(("double", "bytes", "boolean"))]
        flat = [one for each in branches for one in (each if isinstance(each, list) else [each])]
        return flat[0] if len(flat) == 1 and self._one_in(2) else flat

    def _record(self, part: dict[str, Any], *, rename: bool) -> dict[str, Any]:
        fields = [each | {"type": self._part(each["type"])} for each in part["fields"]]
        if self._one_in(4):
            self._random.shuffle(fields)
        if self._one_in(6) and len(fields) > 1:
            fields.pop(self._random.randrange(len(fields)))
        if self._one_in(6):
            more = self._random.choice(
                ("string", "double", {"type": "array", "items": "long"}, ["null", "boolean"])
            )
            fields.insert(self._random.randrange(len(fields) + 1), {"name": "more", "type": more})
        if self._one_in(25):
            fields.append(deepcopy(self._random.choice(fields)))
        if self._one_in(12):
            self._random.choice(fields)["name"] = "renamed"
        found = self._named(part, rename=rename)
        if self._one_in(10):
            found["aliases"] = [part["name"], "Other"]
        return found | {"fields": fields}

    def _named(self, part: dict[str, Any], *, rename: bool) -> dict[str, Any]:
        found = dict(part)
        if rename and self._one_in(6):
            found["name"] = f"Renamed{self._random.randrange(3)}"
        if self._one_in(12):
            found["namespace"] = "other.place"
        return found

    def _enum(self, part: dict[str, Any]) -> dict[str, Any]:
        symbols = list(part["symbols"])
        if self._one_in(3):
            self._random.shuffle(symbols)
        if self._one_in(4):
            symbols = [*symbols[1:], "LATER"]
        found = self._named(part, rename=True) | {"symbols": symbols}
        found.pop("default", None)
        return found

    # -------------------------------------------------------------------- bytes

    def body(self, written: Mapping[str, Any]) -> bytes:
        """What a writer with this schema might write."""
        return self._bytes(written, {})

    def _bytes(self, part: Any, named: dict[str, Any]) -> bytes:
        if isinstance(part, list):
            number = self._random.randrange(len(part))
            return _number(number) + self._bytes(part[number], named)
        if isinstance(part, str):
            return self._bytes(named[part], named) if part in named else self._plain(part)
        if "name" in part:
            named[part["name"]] = part
        match part["type"]:
            case "record":
                return b"".join(self._bytes(each["type"], named) for each in part["fields"])
            case "enum":
                return _number(self._random.randrange(len(part["symbols"])))
            case "fixed":
                return self._random.randbytes(part["size"])
            case "array":
                return self._block([self._bytes(part["items"], named) for _ in self._entries()])
            case "map":
                entries = [
                    _octets(b"k") + self._bytes(part["values"], named) for _ in self._entries()
                ]
                return self._block(entries)
            case kind:
                return self._bytes(kind, named)

    def _entries(self) -> range:
        return range(self._random.choice((0, 0, 1, 2)))

    def _block(self, entries: list[bytes]) -> bytes:
        return (_number(len(entries)) + b"".join(entries) if entries else b"") + b"\x00"

    def _plain(self, kind: str) -> bytes:
        match kind:
            case "null":
                return b""
            case "boolean":
                return self._random.choice((b"\x00", b"\x01"))
            case "int":
                return _number(self._random.choice([n for n in _NUMBERS if -(2**31) <= n < 2**31]))
            case "long":
                return _number(self._random.choice(_NUMBERS))
            case "float":
                return struct.pack("<f", self._random.choice((0.0, 1.5, -2.0)))
            case "double":
                return struct.pack("<d", self._random.choice((0.0, 1.5, float("inf"))))
            case _:
                return _octets(self._random.choice(_TEXTS).encode())


def _number(value: int) -> bytes:
    bits, found = (value << 1) ^ (value >> 63), bytearray()
    while bits > 0x7F:
        found.append(bits & 0x7F | 0x80)
        bits >>= 7
    return bytes((*found, bits))


def _octets(value: bytes) -> bytes:
    return _number(len(value)) + value


# -------------------------------------------------------------------------- the comparison


def said(codec: Codec[Any], value: bytes) -> str:
    """A record, or what is wrong with its bytes; NaN is not equal to itself, and 1 is 1.0."""
    try:
        return repr(codec.decode(value))
    except Undecodable as error:
        return f"{error.reason}: {error.detail}"


class Comparison:
    """Readers that read the same in another order, with and without the compiled part."""

    def __init__(self, seed: int, compiled: ModuleType | None) -> None:
        self._writers = Writers(seed)
        self._compiled = compiled
        self.values = self.read = self.by_plan = 0
        self.differences: list[str] = []

    def step(self, topic: str) -> None:
        """One more writer's schema, read by processes that met its values in another order."""
        declared = TOPICS[topic]
        reader, record = schema(declared.schema or ""), declared.record
        assert record is not None
        written = self._writers.schema(reader)
        values = [confluent(7, self._writers.body(written)) for _ in range(_VALUES)]

        def codec(compiled: ModuleType | None) -> Codec[Any]:
            def schema_of(number: int) -> Mapping[str, Any]:
                if number != 7:
                    raise NoSuchSchema(str(number))
                return written

            return Codec(reader, record, schema_of=schema_of, words=WORDS, compiled=compiled)

        right = [said(codec(None), value) for value in values]  # each the first of its process
        fast, slow = codec(self._compiled), codec(None)
        found = {
            "in order": [said(fast, value) for value in values],
            "once more": [said(fast, value) for value in values],
            "backwards": [said(slow, value) for value in values[::-1]][::-1],
            "as a batch": _batched(fast, values),
        }
        for order, each in found.items():
            if each != right:
                self.differences.append(f"{topic}, {order}: {written!r}: {each} not {right}")
        self.values += len(values)
        self.read += sum(each.startswith(record.__name__) for each in right)
        if fast._fast is not None:
            self.by_plan += sum(fast._fast.read(value) is not fast._odd for value in values)


def _batched(codec: Codec[Any], values: list[bytes]) -> list[str]:
    records = read_batch("t", 0, batch([(5, b"k", value, []) for value in values]))
    if codec._fast is None:
        records = Listed([Message("t", 0, n, 5, b"k", each) for n, each in enumerate(values)])
    found = codec.decode_all(records)
    return [
        f"{each.reason}: {each.detail}" if isinstance(each, Undecodable) else repr(each)
        for each in found
    ]


TOPICS_READ = sorted(name for name, topic in TOPICS.items() if topic.schema and not topic.carried)


def compare(seed: int, schemas: int, compiled: ModuleType | None) -> Comparison:
    """So many writers' schemas, of every record in turn."""
    found = Comparison(seed, compiled)
    for number in range(schemas):
        found.step(TOPICS_READ[number % len(TOPICS_READ)])
    return found
