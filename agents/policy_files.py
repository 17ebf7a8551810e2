"""Policy files: what a person writes, checked and merged over the package's default."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pydantic

from agents.core.policy import Jurisdiction, Policy, merge, policy_from
from agents.files import (
    MISSING,
    Document,
    Place,
    UnusableFile,
    parse,
    parse_json,
    read,
    spelled,
    value_at,
)

_PLACE = re.compile(r"^(default|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")


@cache
def default_data() -> dict[str, Any]:
    """The package's policy as data: what holds where a file says nothing else."""
    text = (resources.files("agents.policies") / "default.yaml").read_text(encoding="utf-8")
    data = parse(text, "default.yaml").data
    assert isinstance(data, dict), "the package's policy is a map"
    return data


@cache
def default_policy() -> Policy:
    """The package's policy (LIVE at 100 % everywhere)."""
    return policy_from(default_data(), {})


def load_policy(path: Path) -> Policy:
    """The policy that a file means, over the package's default.

    Raises:
        UnusableFile: the file can't be read, or something in it is not right.
    """
    return policy_in(read(path))


def policy_of_json(text: str | bytes) -> Policy:
    """The policy that a record of `recourse.policies` means.

    Raises:
        UnusableFile: it is no JSON, or no policy.
    """
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise UnusableFile([f"the policy is not UTF-8 (byte {error.start})"]) from error
    return policy_in(parse_json(decoded, "policy"))


def policy_in(document: Document) -> Policy:
    """The policy that a document means, over the package's default.

    Raises:
        UnusableFile: something in it is not right; one sentence for each problem.
    """
    if not isinstance(document.data, dict):
        raise UnusableFile([document.problem((), document.data, "a policy is a map of keys")])
    default = default_data()
    data = _without_empty_parts(document.data, default)
    problems = [
        *_wrong_shapes(document, data, default, ()),
        *_places(document, data),
    ]
    if problems:
        raise UnusableFile(problems)
    problems.extend(_jurisdictions(document, data, default))
    if problems:
        data.pop("jurisdictions")  # said already; what else is wrong is still to be found
    try:
        policy = policy_from(data, default)
    except pydantic.ValidationError as error:
        raise UnusableFile([*problems, *sentences(document, error, ())]) from error
    if problems:
        raise UnusableFile(problems)
    return policy


def _without_empty_parts(data: dict[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """A part that is named and left empty says nothing."""
    return {
        key: _without_empty_parts(value, default[key])
        if isinstance(value, dict) and isinstance(default.get(key), dict)
        else value
        for key, value in data.items()
        if not (value is None and isinstance(default.get(key), dict))
    }


def _wrong_shapes(
    document: Document, data: dict[str, Any], default: Mapping[str, Any], place: Place
) -> Iterable[str]:
    for key, value in data.items():
        below = default.get(key)
        if not isinstance(below, dict):
            continue
        if isinstance(value, dict):
            yield from _wrong_shapes(document, value, below, (*place, key))
        else:
            keys = ", ".join(below) or "keys"
            yield document.problem((*place, key), value, f"must be a map (of {keys})")


def _places(document: Document, data: dict[str, Any]) -> Iterable[str]:
    for place, entry in data.get("jurisdictions", {}).items():
        where: Place = ("jurisdictions", place)
        if not _PLACE.match(place):
            yield document.problem(
                where,
                place,
                "must be default, a country (US) or a subdivision (US-CA), as in ISO 3166",
            )
        elif not isinstance(entry, dict):
            yield document.problem(where, entry, "must be a map of what differs there")


def _jurisdictions(
    document: Document, data: dict[str, Any], default: dict[str, Any]
) -> Iterable[str]:
    merged = merge(default, data)["jurisdictions"]
    for place in data.get("jurisdictions", {}):
        try:
            Jurisdiction.model_validate(merge(merged["default"], merged[place]))
        except pydantic.ValidationError as error:
            yield from sentences(document, error, ("jurisdictions", place))


def sentences(document: Document, error: pydantic.ValidationError, around: Place) -> Iterable[str]:
    """One sentence for each problem that pydantic found: where, field, value, what is right."""
    for problem in error.errors(include_url=False, include_context=True):
        # Pydantic marks a wrong key of a map by "[key]"; the reader's file has no such thing.
        place = (*around, *(part for part in problem["loc"] if part != "[key]"))
        value = value_at(document.data, place)
        if problem["type"] == "extra_forbidden":
            yield f"{document.where(place)}: {spelled(place)} is unknown{_instead(place)}"
        elif problem["type"] == "missing":
            yield f"{document.where(place)}: {spelled(place)} is missing"
        else:
            given = value if value is not MISSING else problem["input"]
            yield document.problem(place, given, _right(problem["msg"]))


def _right(message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return re.sub(r"^(Input|String|Value|Decimal input) should ", "must ", message)


def _instead(place: Place) -> str:
    """What the writer may have meant, or what is possible here."""
    known = value_at(default_data(), place[:-1])
    if place[:1] == ("jurisdictions",):
        known = value_at(default_data(), ("jurisdictions", "default", *place[2:-1]))
    if not isinstance(known, dict):
        return ""
    close = difflib.get_close_matches(str(place[-1]), list(known), n=1)
    return f": did you mean {close[0]}?" if close else f": possible here are {', '.join(known)}"
