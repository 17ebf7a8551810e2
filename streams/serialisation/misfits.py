"""Where a writer's schema does not fit a reader's, in words that its producer can act on."""

from collections.abc import Mapping
from typing import Any

from streams.serialisation.logical import LAID_ON, definitions

_PROMOTED = {
    ("int", "long"),
    ("int", "float"),
    ("int", "double"),
    ("long", "float"),
    ("long", "double"),
    ("float", "double"),
    ("string", "bytes"),
    ("bytes", "string"),
}
"""What Avro reads as another type than was written."""


def misfit_of(writer: Any, reader: Any) -> str | None:  # noqa: ANN401 - fastavro's schemas
    """The first field that a reader can never have from a writer, or else not always.

    Both as `streams.serialisation.logical` parsed them. None: nothing was found.
    """
    search = _Search(writer, reader)
    return search.record("", writer, reader) or search.record("", writer, reader, always=True)


class _Search:
    def __init__(self, writer: Any, reader: Any) -> None:  # noqa: ANN401 - the same
        self._written = {each["name"]: each for each in definitions(writer)}
        self._wanted = {each["name"]: each for each in definitions(reader)}

    def record(
        self,
        at: str,
        written: Mapping[str, Any],
        wanted: Mapping[str, Any],
        *,
        always: bool = False,
    ) -> str | None:
        """The first misfit of a record's fields; `always`: of any branch that may be written."""
        types = {each["name"]: each["type"] for each in written["fields"]}
        for field in wanted["fields"]:
            name = f"{at}{field['name']}"
            if field["name"] not in types:
                if "default" not in field:
                    return f"{name} is missing, and it has no default"
                continue
            found = self._part(name, types[field["name"]], field["type"], always=always)
            if found is not None:
                return found
        return None

    def _part(self, at: str, written: Any, wanted: Any, *, always: bool) -> str | None:  # noqa: ANN401
        if isinstance(written, list):
            found = [self._part(at, each, wanted, always=always) for each in written]
            misfits = [each for each in found if each is not None]
            if not misfits or (len(misfits) < len(found) and not always):
                return None
            is_deeper = not misfits[0].startswith(f"{at} ")
            return misfits[0] if is_deeper else _said(at, written, wanted)
        written = self._written.get(written, written) if isinstance(written, str) else written
        inner = None
        for each in wanted if isinstance(wanted, list) else [wanted]:
            one = self._wanted.get(each, each) if isinstance(each, str) else each
            if _kind(written) != _kind(one):
                if (_kind(written), _kind(one)) in _PROMOTED:
                    return None
                continue
            inner = self._within(at, written, one, always=always)
            if inner is None:
                return None
        return inner or _said(at, written, wanted)

    def _within(self, at: str, written: Any, wanted: Any, *, always: bool) -> str | None:  # noqa: ANN401
        """What does not fit within two parts of the same kind."""
        match _kind(written):
            case "array":
                return self._part(f"{at}[]", written["items"], wanted["items"], always=always)
            case "map":
                return self._part(f"{at}[]", written["values"], wanted["values"], always=always)
            case "record" | "enum" | "fixed" if _name(written) != _name(wanted):
                return _said(at, written, wanted)
            case "record":
                return self.record(f"{at}.", written, wanted, always=always)
            case _:
                return None


def _kind(part: Any) -> str:  # noqa: ANN401 - a part of a schema
    return str(part["type"] if isinstance(part, dict) else part)


def _name(part: Mapping[str, Any]) -> str:
    """Without its namespace: Avro compares no more."""
    return str(part["name"]).rpartition(".")[2]


def _said(at: str, written: Any, wanted: Any) -> str:  # noqa: ANN401 - parts of schemas
    return f"{at} is written as {_words(written)}: must be {_words(wanted)}"


def _words(part: Any) -> str:  # noqa: ANN401 - a part of a schema
    if isinstance(part, list):
        return " or ".join(_words(each) for each in part)
    if not isinstance(part, dict):
        return str(part)
    if "name" in part:
        return f"{part['name']} ({part['type']})"
    return str(part.get(LAID_ON, part["type"]))
