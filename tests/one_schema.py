"""`make asyncapi`: schemas/one-file/recourse.avsc, the types of all schemas in one file, each once.

For code generators that take a folder as one whole: avro-maven-plugin 1.12.0 does not take a type
that stands in two of its files.
"""

import json
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[1] / "schemas"
ONE_FILE = SCHEMAS / "one-file" / "recourse.avsc"
_NAMESPACE = "recourse"


def text() -> str:
    """The file as the schemas say it: a union of their records."""
    known: set[str] = set()
    records = [
        once(json.loads(path.read_text(encoding="utf-8")), known)
        for path in sorted((SCHEMAS / "avro").glob("*.avsc"))
    ]
    return json.dumps(records, indent=1, ensure_ascii=False) + "\n"


def once(part: Any, known: set[str]) -> Any:
    """The part with each named type by its name alone, where it was met before."""
    if isinstance(part, list):
        return [once(each, known) for each in part]
    if isinstance(part, str):
        return part
    if "name" in part:
        name = f"{_NAMESPACE}.{part['name']}"
        if name in known:
            return name
        known.add(name)
    inner = {name: once(part[name], known) for name in ("items", "values") if name in part}
    if "fields" in part:
        inner["fields"] = [field | {"type": once(field["type"], known)} for field in part["fields"]]
    return part | inner
