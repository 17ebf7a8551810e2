"""Where two pieces of data differ, place by place; no key of either is left out."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from agents.reference_data.files import MISSING, Place

Ways = Collection[tuple[str, ...]]
"""Ways to a place; `*` stands for any key."""


class Difference(NamedTuple):
    """A value before and after; `MISSING` where there is none."""

    place: Place
    before: object
    after: object


def differences(
    before: object, after: object, whole: Ways = (), place: Place = ()
) -> Iterator[Difference]:
    """All differences, in the order of the keys; maps are gone into, but those at `whole`."""
    if before == after:
        return
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or _is(place, whole):
        yield Difference(place, before, after)
        return
    for key in [*before, *(key for key in after if key not in before)]:
        below = (*place, key)
        yield from differences(before.get(key, MISSING), after.get(key, MISSING), whole, below)


def _is(place: Place, whole: Ways) -> bool:
    return any(
        len(way) == len(place)
        and all(part in ("*", key) for part, key in zip(way, place, strict=True))
        for way in whole
    )
