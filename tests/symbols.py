"""`make symbols`: schemas/records/symbols.py with the members that the enums of the contract have.

The schema is what is edited; a class keeps its docstring, and an enum without a class is left to
`tests/schemas`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[1] / "schemas"
SYMBOLS = SCHEMAS / "records" / "symbols.py"
_CLASS = re.compile(
    r'^(?P<head>class (?P<name>\w+)\(Symbol\):\n    """[^"]+"""\n\n)(?:    \w+ = "\w+"\n)+',
    re.MULTILINE,
)


def text() -> str:
    """The file as the contract says it."""
    found = {
        enum["name"]: enum["symbols"]
        for path in sorted((SCHEMAS / "avro").glob("*.avsc"))
        for enum in _enums(json.loads(path.read_text(encoding="utf-8")))
    }

    def anew(known: re.Match[str]) -> str:
        symbols = found.get(known["name"])
        if symbols is None:
            return known[0]
        return known["head"] + "".join(f'    {each} = "{each}"\n' for each in symbols)

    return _CLASS.sub(anew, SYMBOLS.read_text(encoding="utf-8"))


def _enums(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        for each in part:
            yield from _enums(each)
    elif isinstance(part, dict):
        if part.get("type") == "enum":
            yield part
        for each in part.values():
            yield from _enums(each)


if __name__ == "__main__":
    SYMBOLS.write_text(text(), encoding="utf-8")
