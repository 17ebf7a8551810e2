"""A registry in memory: the inputs' own schemas, and what producers might register besides."""

from collections.abc import Mapping
from typing import Any

from agents.codecs import Codecs
from schemas.catalogue import TOPICS, schema
from streams.serialisation.codec import NoSuchSchema
from tests.bad_input.good import ESTIMATES, INPUTS, TICKS

_EVOLVED = 1000
IDS = {name: number for number, name in enumerate((*INPUTS, TICKS), 1)}
OWN = {number: schema(TOPICS[name].schema or "") for name, number in IDS.items()}
_ESTIMATE = OWN[IDS[ESTIMATES]]


def _evolved() -> dict[int, dict[str, Any]]:
    """Each schema with a field less, a field of another type, and a field more."""
    found: dict[int, dict[str, Any]] = {}
    for original in OWN.values():
        fields = original["fields"]
        for position, field in enumerate(fields):
            before, after = fields[:position], fields[position + 1 :]
            other = "long" if field["type"] == "string" else "string"
            surplus = {"name": "surplus", "type": {"type": "array", "items": "string"}}
            for changed in ([], [field | {"type": other}], [field, surplus]):
                number = _EVOLVED + len(found)
                found[number] = original | {"fields": [*before, *changed, *after]}
    return found


def _estimate(name: str | None = None, *instead: dict[str, Any]) -> dict[str, Any]:
    """The schema of an estimate with other fields in place of one (or after all)."""
    fields: list[Any] = []
    for each in _ESTIMATE["fields"]:
        fields += instead if each["name"] == name else (each,)
    return _ESTIMATE | {"fields": fields if name else [*fields, *instead]}


_NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}
WITHOUT_TOTAL, TOTAL_IN_WORDS, TOTAL_MAY_BE_NULL, NESTS_WITHOUT_END, HOLDS_NOTHING = range(
    2001, 2006
)
NO_AVRO, NO_RECORD, NO_SCHEMA, SURPLUS, TOTAL_IN_FRACTIONS = range(2006, 2011)
ODD: dict[int, Any] = {
    WITHOUT_TOTAL: _estimate("total"),
    TOTAL_IN_WORDS: _estimate("total", {"name": "total", "type": "string"}),
    TOTAL_MAY_BE_NULL: _estimate("total", {"name": "total", "type": ["null", "long"]}),
    TOTAL_IN_FRACTIONS: _estimate("total", {"name": "total", "type": "double"}),
    NESTS_WITHOUT_END: _estimate(None, {"name": "tree", "type": _NODE}),
    HOLDS_NOTHING: _estimate(None, {"name": "gaps", "type": {"type": "array", "items": "null"}}),
    SURPLUS: _estimate(None, {"name": "colour", "type": "string"}),
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
