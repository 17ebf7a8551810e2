"""In `make check`: today's schemas read what every released version of them wrote.

BACKWARD_TRANSITIVE, by trying it: records with each branch, symbol and empty list of a released
schema are written with it and read with today's. For the next release copy what changed to
`schemas/released/N+1`; what stands in a released folder is never touched again.
"""

import io
import sys
from collections.abc import Iterator
from typing import Any

from fastavro import schemaless_reader, schemaless_writer

from schemas.catalogue import TOPICS, released, schema
from streams.serialisation.logical import parsed

_PLAIN = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 1,
    "float": 1.0,
    "double": 1.0,
    "bytes": b"b",
    "string": "s",
}


def samples(part: Any, named: dict[str, Any]) -> Iterator[Any]:
    """Values of a schema: enough that each part of it is met once."""
    if isinstance(part, list):
        for branch in part:
            yield from samples(branch, named)
    elif isinstance(part, str):
        if part in _PLAIN:
            yield _PLAIN[part]
        else:
            yield from samples(named[part], named)
    elif part["type"] == "record":
        yield from _records(part, named)
    elif part["type"] == "enum":
        named[part["name"]] = named[f"recourse.{part['name']}"] = part
        yield from part["symbols"]
    elif part["type"] == "array":
        yield []
        yield list(samples(part["items"], named))
    elif part["type"] == "map":
        yield {}
        yield {str(n): each for n, each in enumerate(samples(part["values"], named))}
    else:
        yield from samples(part["type"], named)


def _records(part: dict[str, Any], named: dict[str, Any]) -> Iterator[Any]:
    """One record a value of each field, the other fields as in the first."""
    named[part["name"]] = named[f"recourse.{part['name']}"] = part
    fields = {each["name"]: list(samples(each["type"], named)) for each in part["fields"]}
    first = {name: values[0] for name, values in fields.items()}
    yield first
    for name, values in fields.items():
        for value in values[1:]:
            yield first | {name: value}


def problems(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Why a reader with `new` can't read what `old` wrote; empty when it can."""
    writer, reader = parsed(old), parsed(new)
    found: set[str] = set()
    for sample in samples(old, {}):
        out = io.BytesIO()
        schemaless_writer(out, writer, sample)
        try:
            schemaless_reader(io.BytesIO(out.getvalue()), writer, reader)
        except Exception as error:  # noqa: BLE001 - whatever it is, it can't be read
            found.add(str(error)[:200])
    return sorted(found)


def main() -> None:
    """Exits 1 with a line for each schema that can't read an older one."""
    names = sorted({topic.schema for topic in TOPICS.values() if topic.schema})
    wrong = [
        f"schemas/avro/{name}.avsc can't read release {number}: {problem}"
        for name in names
        for number, old in enumerate(released(name), start=1)
        for problem in problems(old, schema(name))
    ]
    wrong += [
        f"schemas/avro/{name}.avsc was never released" for name in names if not released(name)
    ]
    print("\n".join(wrong), end="\n" if wrong else "")  # noqa: T201
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
