"""schemas/one-file: every type once, and the same records as the files one by one."""

import json
from typing import Any

import pytest

from tests.one_schema import ONE_FILE, SCHEMAS, text

FILES = sorted((SCHEMAS / "avro").glob("*.avsc"))
TYPES = json.loads(ONE_FILE.read_text(encoding="utf-8"))


def test_it_is_what_make_asyncapi_writes() -> None:
    assert ONE_FILE.read_text(encoding="utf-8") == text(), "make asyncapi"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_record_is_that_of_its_own_file(file: Any) -> None:
    own = json.loads(file.read_text(encoding="utf-8"))
    named: dict[str, Any] = {}
    for each in TYPES:
        remember(each, named)

    assert whole(f"recourse.{own['name']}", named, set()) == own


def remember(part: Any, named: dict[str, Any]) -> None:
    """Every named type; one that stands there twice is what the file is to avoid."""
    if isinstance(part, dict):
        if "symbols" in part or "fields" in part:
            name = f"recourse.{part['name']}"
            assert name not in named, name
            named[name] = part
        for each in part.values():
            remember(each, named)
    elif isinstance(part, list):
        for each in part:
            remember(each, named)


def full_name(part: Any) -> str:
    """A reference to a type with its namespace; "" for anything else."""
    return "" if not isinstance(part, str) else f"recourse.{part.removeprefix('recourse.')}"


def whole(part: Any, named: dict[str, Any], met: set[str]) -> Any:
    """A type with those that it names, each where it is met first, as in a file of its own."""
    name = full_name(part)
    if name in named and name in met:
        return name.removeprefix("recourse.")  # in a file of its own
    if name in named:
        met.add(name)
        part = named[name]
    if isinstance(part, list):
        return [whole(each, named, met) for each in part]
    if not isinstance(part, dict):
        return part
    if "symbols" in part or "fields" in part:
        met.add(f"recourse.{part['name']}")
    changed = dict(part)
    for name in ("items", "values", "type"):
        if isinstance(part.get(name), (dict, list)) or full_name(part.get(name)) in named:
            changed[name] = whole(part[name], named, met)
    if "fields" in part:
        changed["fields"] = [
            field | {"type": whole(field["type"], named, met)} for field in part["fields"]
        ]
    return changed
