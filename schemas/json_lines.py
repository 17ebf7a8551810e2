"""Records as JSON: times are RFC 3339 strings, bytes as in Avro's JSON encoding.

Driven by the schemas, so a new field needs nothing here.
"""

from collections.abc import Callable, Mapping
from typing import Any

Convert = Callable[[Any], Any]


def shape(schema: Any, time: Convert, octets: Convert) -> Convert | None:  # noqa: ANN401 - JSON
    """A function that changes the times and bytes in plain data; None: there are none."""
    return _shape(schema, time, octets, {})


def _shape(  # noqa: PLR0911 - one answer for each kind of schema
    schema: Any,  # noqa: ANN401 - JSON
    time: Convert,
    octets: Convert,
    named: dict[str, Any],
) -> Convert | None:
    if isinstance(schema, str):
        if schema == "bytes":
            return octets
        return _shape(named[schema], time, octets, named) if schema in named else None
    if isinstance(schema, list):
        (inner,) = (each for each in schema if each != "null")
        return _nullable(_shape(inner, time, octets, named))
    if schema.get("logicalType") == "timestamp-millis":
        return time
    match schema["type"]:
        case "array":
            return _items(_shape(schema["items"], time, octets, named))
        case "map":
            return _values(_shape(schema["values"], time, octets, named))
        case "record":
            named[schema["name"]] = schema
            return _record(schema, time, octets, named)
        case "enum":
            return None
        case inner:
            return _shape(inner, time, octets, named) if inner != "string" else None


def _record(schema: Any, time: Convert, octets: Convert, named: dict[str, Any]) -> Convert | None:  # noqa: ANN401
    fields = {
        field["name"]: below
        for field in schema["fields"]
        if (below := _shape(field["type"], time, octets, named)) is not None
    }

    def change(value: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(value, Mapping):
            return value
        return {
            name: fields[name](each) if name in fields else each for name, each in value.items()
        }

    return change if fields else None


def _nullable(below: Convert | None) -> Convert | None:
    if below is None:
        return None
    return lambda value: None if value is None else below(value)


def _items(below: Convert | None) -> Convert | None:
    if below is None:
        return None
    return lambda value: (
        [below(each) for each in value] if isinstance(value, list | tuple) else value
    )


def _values(below: Convert | None) -> Convert | None:
    if below is None:
        return None
    return lambda value: (
        {name: below(each) for name, each in value.items()} if isinstance(value, Mapping) else value
    )
