"""What is wrong with a file, in words that say what is right; none of pydantic's own."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pydantic
from pydantic_core import PydanticCustomError

from agents.reference_data.files import MISSING, Document, Place, spelled, value_at

Keys = Callable[[Place], Iterable[str]]
"""The keys that are possible in the map at a place."""

_ALIKE = 0.65  # of 1: "form" is like "from", "colour" not like "country"

FIELD_PROBLEM = "field_problem"
"""Type of a problem of a map that is one field's: its context names `field` and `right`."""

_KEY = "[key]"  # how pydantic marks that the key of a map is wrong
_OURS = "Value error, "  # what it puts before the words of our own checks
_MAPS = {"model_type", "model_attributes_type", "dict_type", "mapping_type"}
_RIGHT = {
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of at most 19 digits",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text: put it in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must not be empty",
    "tuple_type": "must be a list, as in [first, second]",
    "list_type": "must be a list, as in [first, second]",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
}


def field_problem(field: str, right: str) -> PydanticCustomError:
    """What a check of a whole map raises when it is one field that is wrong."""
    return PydanticCustomError(FIELD_PROBLEM, "{right}", {"field": field, "right": right})


def sentences(
    document: Document, error: pydantic.ValidationError, around: Place, keys: Keys
) -> Iterable[str]:
    """One sentence for each problem: where, field, value, what is right."""
    problems = error.errors(include_url=False, include_context=True)
    places = [(*around, *(part for part in each["loc"] if part != _KEY)) for each in problems]
    for problem, place in zip(problems, places, strict=True):
        inside = any(other[: len(place)] == place and other != place for other in places)
        if not inside:  # else what is inside it says it better
            yield _sentence(document, problem, place, keys)


def _sentence(document: Document, problem: Mapping[str, Any], place: Place, keys: Keys) -> str:
    if problem["type"] == "extra_forbidden":
        return unknown_key(document, place, keys(place[:-1]))
    if problem["type"] == "missing":
        return f"{document.where(place)}: {spelled(place)} is missing: each needs it"
    context = problem.get("ctx", {})
    if _KEY in problem["loc"]:
        right = str(problem["msg"]).removeprefix(_OURS)
        around, key = spelled(place[:-1]), place[-1]
        return f"{document.where(place)}: {around} has the key {key!r}: {right}"
    if problem["type"] == FIELD_PROBLEM:
        place = (*place, context["field"])
        return document.problem(place, value_at(document.data, place), context["right"])
    value = value_at(document.data, place)
    given = value if value is not MISSING else problem["input"]
    if problem["type"] in _MAPS:
        return document.problem(place, given, f"must be a map (of {', '.join(keys(place))})")
    right = _RIGHT.get(problem["type"], problem["msg"]).format(**context)
    return document.problem(place, given, right.removeprefix(_OURS))


def keys_of(kind: Any, place: Place) -> tuple[str, ...]:  # noqa: ANN401 - a type as annotated
    """The keys that the map at a place may have, by the model that a file must make."""
    for part in place:
        kind = _below(_bare(kind), part)
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return tuple(field.alias or name for name, field in kind.model_fields.items())
    return ()


def _bare(kind: Any) -> Any:  # noqa: ANN401
    """A type without what is annotated, and without None beside it."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(each for each in get_args(kind) if each is not type(None)))
    return kind


def _below(kind: Any, part: str | int) -> Any:  # noqa: ANN401
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    inside = get_args(kind)
    return (inside[0] if get_origin(kind) is tuple else inside[-1]) if inside else None


def unknown_key(document: Document, place: Place, possible: Iterable[str]) -> str:
    """A key that is not there: what the writer may have meant, or what is possible."""
    known = list(possible)
    close = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=_ALIKE)
    meant = f"did you mean {close[0]}?" if close else f"possible here are {', '.join(known)}"
    return f"{document.where(place)}: {spelled(place)} is unknown: {meant}"
