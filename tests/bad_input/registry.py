"""A registry in memory: the inputs' own schemas, and what producers might register besides."""

from collections.abc import Mapping
from typing import Any

from agents.records.codecs import Codecs
from schemas.catalogue import TOPICS, schema
from streams.serialisation.codec import NoSuchSchema
from tests.bad_input.good import ESTIMATES, INPUTS, TICKS

_EVOLVED = 1000
IDS = {name: number for number, name in enumerate((*INPUTS, TICKS), 1)}
OWN = {number: schema(TOPICS[name].schema or "") for name, number in IDS.items()}
_ESTIMATE = OWN[IDS[ESTIMATES]]


_LAID_ON = {"string": "uuid", "long": "timestamp-micros"}


def _evolved() -> dict[int, dict[str, Any]]:
    """Each schema with a field less, one of another type (a logical one too), and one more."""
    found: dict[int, dict[str, Any]] = {}
    for original in OWN.values():
        fields = original["fields"]
        for position, field in enumerate(fields):
            before, after = fields[:position], fields[position + 1 :]
            other = "long" if field["type"] == "string" else "string"
            surplus = {"name": "surplus", "type": {"type": "array", "items": "string"}}
            laid_on = {"type": {"type": other, "logicalType": _LAID_ON[other]}}
            instead: tuple[list[Any], ...] = (
                [],
                [field | {"type": other}],
                [field, surplus],
                [field | laid_on],
            )
            for changed in instead:
                number = _EVOLVED + len(found)
                found[number] = original | {"fields": [*before, *changed, *after]}
    return found


def _estimate(name: str | None = None, *instead: dict[str, Any]) -> dict[str, Any]:
    """The schema of an estimate with other fields in place of one (or after all)."""
    fields: list[Any] = []
    for each in _ESTIMATE["fields"]:
        fields += instead if each["name"] == name else (each,)
    return _ESTIMATE | {"fields": fields if name else [*fields, *instead]}


def _with_uuids() -> dict[str, Any]:
    """The schema of an estimate all of whose texts are said to be UUIDs."""
    uuid = {"type": "string", "logicalType": "uuid"}
    fields = [
        each | {"type": uuid} if each["type"] == "string" else each for each in _ESTIMATE["fields"]
    ]
    return _ESTIMATE | {"fields": fields}


_NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}
WITHOUT_TOTAL, TOTAL_IN_WORDS, TOTAL_MAY_BE_NULL, NESTS_WITHOUT_END, HOLDS_NOTHING = range(
    2001, 2006
)
NO_AVRO, NO_RECORD, NO_SCHEMA, SURPLUS, TOTAL_IN_FRACTIONS = range(2006, 2011)
UUIDS, MICROSECONDS, READY_IN_MICROSECONDS, NO_ZONE, TOTAL_IN_DECIMALS = range(2011, 2016)
TOTAL_TWICE = 2016
_MICROSECONDS = {"type": "long", "logicalType": "timestamp-micros"}
_NO_ZONE = {"type": "long", "logicalType": "local-timestamp-millis"}
_DECIMALS = {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}
ODD: dict[int, Any] = {
    WITHOUT_TOTAL: _estimate("total"),
    TOTAL_IN_WORDS: _estimate("total", {"name": "total", "type": "string"}),
    TOTAL_MAY_BE_NULL: _estimate("total", {"name": "total", "type": ["null", "long"]}),
    TOTAL_IN_FRACTIONS: _estimate("total", {"name": "total", "type": "double"}),
    NESTS_WITHOUT_END: _estimate(None, {"name": "tree", "type": _NODE}),
    HOLDS_NOTHING: _estimate(None, {"name": "gaps", "type": {"type": "array", "items": "null"}}),
    SURPLUS: _estimate(None, {"name": "colour", "type": "string"}),
    UUIDS: _with_uuids(),
    MICROSECONDS: _estimate("occurred_at", {"name": "occurred_at", "type": _MICROSECONDS}),
    READY_IN_MICROSECONDS: _estimate(
        "ready_at", {"name": "ready_at", "type": ["null", _MICROSECONDS]}
    ),
    NO_ZONE: _estimate("occurred_at", {"name": "occurred_at", "type": _NO_ZONE}),
    TOTAL_IN_DECIMALS: _estimate("total", {"name": "total", "type": _DECIMALS}),
    TOTAL_TWICE: _estimate(None, {"name": "total", "type": "long"}),
    NO_AVRO: {"type": "record", "name": "Estimate", "fields": [{"name": "total"}]},
    NO_RECORD: {"type": "enum", "name": "Estimate", "symbols": ["A"]},
    NO_SCHEMA: ["null", "string"],
}
SCHEMAS: dict[int, Any] = OWN | _evolved() | ODD


def schema_of(schema_id: int) -> Mapping[str, Any]:
    """What the registry answers."""
    if schema_id not in SCHEMAS:
        raise NoSuchSchema("the registry has none")
    found: Mapping[str, Any] = SCHEMAS[schema_id]
    return found


SINGLE_OBJECT = Codecs(schema_of)
CONFLUENT = Codecs(schema_of, IDS)
