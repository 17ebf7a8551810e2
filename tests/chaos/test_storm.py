"""What a round with a storm says of how long the others waited."""

import pytest

from tests.chaos.storm import LONGER_SECONDS, held_up, told


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ([0.1, 0.2 + LONGER_SECONDS], []),
        (
            [0.1, 0.3 + LONGER_SECONDS],
            ["others waited 1.30 s at the longest, and 0.20 s before the storm"],
        ),
        ([], []),
    ],
)
def test_who_waits_longer_by_a_second_was_held_up(later: list[float], said: list[str]) -> None:
    assert held_up([0.1, 0.2], later) == said


def test_waits_are_told_with_the_longest() -> None:
    assert told([0.1, 0.1, 0.5]).endswith("at the longest 0.50 s")
    assert told([]) == "nobody waited"
