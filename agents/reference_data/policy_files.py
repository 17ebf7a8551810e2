"""Policy files: what a person writes, checked and merged over the package's default."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pydantic

from agents.core.policy import Jurisdiction, Policy, policy_from
from agents.core.policy_values import BY_HAND, OFTEN_LATE, merge
from agents.core.tiers import TIERS
from agents.reference_data.files import (
    Document,
    Place,
    UnusableFile,
    parse,
    parse_json,
    read,
)
from agents.reference_data.places import is_country, is_subdivision
from agents.reference_data.problems import keys_of, sentences
from schemas.records import Severity

_OPEN_MAPS: dict[Place, str] = {("pilot", "sites"): "a site_id each"}
"""Maps whose keys are the writer's own."""

_MAPS_OR_NUMBERS: set[Place] = {("late_after_hours",)}
"""Where one number stands for all of a map's."""


@cache
def default_data() -> dict[str, Any]:
    """The package's policy as data: what holds where a file says nothing else."""
    text = (resources.files("agents.reference_data.policies") / "default.yaml").read_text(
        encoding="utf-8"
    )
    data = parse(text, "default.yaml").data
    assert isinstance(data, dict), "the package's policy is a map"
    return data


@cache
def default_policy() -> Policy:
    """The package's policy (LIVE at 100 % everywhere)."""
    return policy_from(default_data(), {})


_WITHOUT_QUIET_HOURS = {"quiet_from": None, "quiet_until": None}

_PLACES_OF_BEFORE = ("default", "US-CA", "US-MI", "US-FL", "US-WA", "US-OH", "CA-ON")
"""The places of the package whose law holds under a record of the topic that does not name them.

What is published names all that it has: a place that came into the package later is none of it."""

_OF_BEFORE: dict[str, Any] = {
    "generation": 1,
    "late_after_hours": dict.fromkeys(OFTEN_LATE, 24),
    "notices": {
        "agreed_beyond_limit": False,
        "survey": False,
        "new_manager_after_minutes": 0,
        "default": dict.fromkeys(default_data()["notices"]["default"], _WITHOUT_QUIET_HOURS),
    },
    "throttle": {"per_vehicle": 0},
    "wish": {"max_tier": "EXECUTIVE"},
    "cards": {"tiers": [each.value for each in TIERS]},
    "clocks": {
        each.value: {"highest_tier": "EXECUTIVE"}
        for each in Severity
        if each is not Severity.UNKNOWN
    },
}
"""What a policy on the topic means that was published before there was such a key: a whole policy
is published, so it lacks no other."""


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
    return policy_in(parse_json(decoded, "policy"), by_hand=False)


def policy_in(document: Document, *, by_hand: bool = True) -> Policy:
    """The policy that a document means, over the package's default.

    `by_hand`: a person wrote it, so that a number is none when it is text.

    Raises:
        UnusableFile: something in it is not right; one sentence for each problem.
    """
    if not isinstance(document.data, dict):
        raise UnusableFile(
            [
                document.problem(
                    (), document.data, "must be a map of keys, as in `throttle: {limit: 3}`"
                )
            ]
        )
    default = default_data() if by_hand else _default_of(document.data)
    data = _without_empty_parts(document.data, default)
    if by_hand:
        data = _with_own_places(data, default)
    problems = [
        *_wrong_shapes(document, data, default, ()),
        *_places(document, data),
        *(_above_ceilings(document, data, default) if by_hand else ()),
    ]
    if problems:
        raise UnusableFile(problems)
    problems.extend(_jurisdictions(document, data, default, by_hand=by_hand))
    if problems:
        data.pop("jurisdictions")  # said already; what else is wrong is still to be found
    try:
        policy = policy_from(data, default, by_hand=by_hand)
    except pydantic.ValidationError as error:
        raise UnusableFile([*problems, *sentences(document, error, (), keys)]) from error
    if problems:
        raise UnusableFile(problems)
    return policy


def _default_of(published: Mapping[str, Any]) -> dict[str, Any]:
    """What a record of the topic means where it says nothing, by its generation."""
    default, of_before = default_data(), _OF_BEFORE
    places = {name: default["jurisdictions"][name] for name in _PLACES_OF_BEFORE}
    default = default | {"jurisdictions": places}
    if published.get("generation", 1) != 1:
        of_before = {"notices": _OF_BEFORE["notices"]}
    else:
        default = default | {"money": {"units": {}}}
    return merge(default, of_before)


def _without_empty_parts(data: dict[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """A part that is named and left empty says nothing."""
    return {
        key: _without_empty_parts(value, default[key])
        if isinstance(value, dict) and isinstance(default.get(key), dict)
        else value
        for key, value in data.items()
        if not (value is None and isinstance(default.get(key), dict))
    }


def _with_own_places(data: dict[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says of a place is its writer's: in force, and checked, unless they say not.

    The package's marks are on what the package says: of a place that the file names with something
    of its own, and of a limit that has the file's source.
    """
    places = data.get("jurisdictions")
    if not isinstance(places, dict):
        return data
    own = {
        place: _own(entry, default["jurisdictions"].get(place, {}))
        if isinstance(entry, dict) and entry
        else entry
        for place, entry in places.items()
    }
    return data | {"jurisdictions": own}


def _own(entry: dict[str, Any], packages: Mapping[str, Any]) -> dict[str, Any]:
    changed = {
        name: {"unchecked": False} | part
        if isinstance(part, dict) and "source" in part and packages.get(name)
        else part
        for name, part in entry.items()
    }
    return changed if packages.get("in_force", True) else {"in_force": True} | changed


def _wrong_shapes(
    document: Document, data: dict[str, Any], default: Mapping[str, Any], place: Place
) -> Iterable[str]:
    for key, value in data.items():
        below = default.get(key)
        if not isinstance(below, dict) or (*place, key) in _MAPS_OR_NUMBERS:
            continue
        if isinstance(value, dict):
            yield from _wrong_shapes(document, value, below, (*place, key))
        else:
            wanted = ", ".join(below) or _OPEN_MAPS.get((*place, key), "keys")
            yield document.problem((*place, key), value, f"must be a map (of {wanted})")


def _above_ceilings(
    document: Document, data: dict[str, Any], default: Mapping[str, Any]
) -> Iterable[str]:
    """Moves that a file names and that its own ceiling takes away: they would never happen."""
    clocks = data.get("clocks")
    for severity, clock in (clocks if isinstance(clocks, dict) else {}).items():
        after = clock.get("next_tier_after_minutes") if isinstance(clock, dict) else None
        if not isinstance(after, dict) or severity not in default["clocks"]:
            continue
        highest = clock.get("highest_tier", default["clocks"][severity]["highest_tier"])
        for tier, minutes in after.items():
            if minutes is None or not {tier, highest} <= set(TIERS):
                continue
            if TIERS.index(tier) > TIERS.index(highest):
                where: Place = ("clocks", severity, "next_tier_after_minutes", tier)
                yield (
                    f"{document.where(where)}: {'.'.join(map(str, where))} is above "
                    f"clocks.{severity}.highest_tier, which is {highest}: "
                    "raise that, or leave this out"
                )


def _places(document: Document, data: dict[str, Any]) -> Iterable[str]:
    default = default_data()
    for place, entry in data.get("jurisdictions", {}).items():
        where: Place = ("jurisdictions", place)
        country, _, subdivision = place.partition("-")
        if place != "default" and not (
            is_subdivision(place) if subdivision else is_country(country)
        ):
            yield (
                f"{document.where(where)}: jurisdictions has the key {place!r}: must be default, "
                "a country (US) or a subdivision (US-CA), as in ISO 3166"
            )
        elif not isinstance(entry, dict) and place not in default["jurisdictions"]:
            wanted = ", ".join(keys(where))
            yield document.problem(where, entry, f"must be a map (of {wanted})")
        elif isinstance(entry, dict) and "in_force" in entry:
            yield from _in_force(document, place, entry["in_force"])
    notices = data.get("notices", {}).get("default", {})
    for country in notices:
        if country != "*" and not is_country(country):
            where = ("notices", "default", country)
            yield (
                f"{document.where(where)}: notices.default has the key {country!r}: must be a "
                "country of ISO 3166, such as US, or * for all others"
            )


def _in_force(document: Document, place: str, given: object) -> Iterable[str]:
    """It is asked of the entry as it stands, so it must be true or false and nothing like that."""
    where: Place = ("jurisdictions", place, "in_force")
    if not isinstance(given, bool):
        yield document.problem(where, given, "must be true or false")
    elif place == "default":
        yield document.problem(where, given, "must be left out: the default holds everywhere else")


def _jurisdictions(
    document: Document, data: dict[str, Any], default: dict[str, Any], *, by_hand: bool
) -> Iterable[str]:
    merged = merge(default, data)["jurisdictions"]
    for place in data.get("jurisdictions", {}):
        try:
            Jurisdiction.model_validate(
                merge(merged["default"], merged[place]), context={BY_HAND: by_hand}
            )
        except pydantic.ValidationError as error:
            yield from sentences(document, error, ("jurisdictions", place), keys)


def keys(place: Place) -> Iterable[str]:
    """The keys that a policy may have at a place."""
    if place[:1] == ("jurisdictions",):
        if len(place) == 1:
            return tuple(default_data()["jurisdictions"])
        return keys_of(Jurisdiction, place[2:])
    return keys_of(Policy, place)
