"""Small pilots from events, through stage customers and stage insights (`make pilots`)."""

from collections import Counter

import pytest

from agents.operations.effect.reading import Sums
from tests.pilots_from_events import Network, looked_at

SMALL = Network(sites=3, days=21, customers=40, visits=4)


@pytest.mark.parametrize("seed", range(3))
def test_arms_that_do_not_differ_are_not_said_to_and_no_visit_is_lost_on_the_way(seed: int) -> None:
    said, pilot = looked_at(seed, SMALL)
    folded, one_by_one = Sums(), Sums()
    for day in pilot.days.values():
        folded.take(day)
    for addition in pilot.added:
        one_by_one.take(addition)

    assert not said
    assert len(pilot.added) > 100
    for arm in ("inside", "outside"):
        assert without_nothing(getattr(folded, arm)) == without_nothing(getattr(one_by_one, arm))
        assert len(getattr(folded, arm)) == SMALL.sites


def without_nothing(arm: dict[object, Counter[str]]) -> dict[object, dict[str, int]]:
    return {key: {name: n for name, n in counts.items() if n} for key, counts in arm.items()}
