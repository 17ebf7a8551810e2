"""With which of its released schemas a record is written."""

from typing import Any, Literal

import msgspec
import pytest

from streams.compiled import native
from streams.serialisation.codec import Codec
from streams.serialisation.framing import fingerprint_of, split


class Said(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    tone: Literal["KIND", "LOUD", "FLAT"] = "KIND"
    where: str | None = None


def schema(*symbols: str, more: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    tone = {"type": "enum", "name": "Tone", "symbols": list(symbols)}
    fields = [{"name": "text", "type": "string"}, {"name": "tone", "type": tone}, *more]
    return {"type": "record", "name": "Said", "fields": fields}


def nullable(name: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "type": ["null", kind], "default": None}


FIRST = schema("KIND", "LOUD")
SECOND = schema("KIND", "LOUD", "FLAT")
THIRD = schema("KIND", "LOUD", "FLAT", more=(nullable("where"),))


def codec(*others: dict[str, Any], compiled: bool, **more: Any) -> Codec[Said]:
    return Codec(
        THIRD, Said, others=others, oldest=True, compiled=native if compiled else None, **more
    )


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("record", "written_with"),
    [
        (Said(text="a"), FIRST),
        (Said(text="a", tone="FLAT"), SECOND),
        (Said(text="a", where="b"), THIRD),
        (Said(text="a", tone="FLAT", where="b"), THIRD),
    ],
)
def test_a_record_is_written_with_the_oldest_schema_that_holds_all_of_it(
    record: Said,
    written_with: dict[str, Any],
    compiled: bool,
) -> None:
    value = codec(FIRST, SECOND, THIRD, compiled=compiled).encode(record)
    framed = split(value)

    assert framed is not None
    assert framed.fingerprint == fingerprint_of(written_with)
    # Who knows that schema alone reads it, and so does who knows all.
    alone = Codec(written_with, Said, compiled=None)
    assert alone.decode(value) == codec(FIRST, SECOND, compiled=compiled).decode(value) == record


def test_a_schema_that_differs_otherwise_is_read_and_never_written() -> None:
    other = schema("KIND", "LOUD", "FLAT", more=(nullable("where", "bytes"),))
    moved = schema("KIND", "LOUD", "FLAT", more=())
    moved["fields"].reverse()
    framed = split(codec(other, moved, compiled=False).encode(Said(text="a")))

    assert framed is not None
    assert framed.fingerprint == fingerprint_of(THIRD)


def test_under_a_registry_id_the_current_schema_is_written() -> None:
    framed = split(codec(FIRST, compiled=False, schema_id=7).encode(Said(text="a")))

    assert framed is not None
    assert framed.schema_id == 7
