"""Insights: what an addition to the counts of a site's day is, and by what it is told apart."""

import pytest

from agents.core.customers.delays import with_delay
from agents.core.handling import Arrived
from agents.core.insights import insight
from agents.core.world import Directory, World
from schemas.records import Arm, Insight
from tests.core.builders import START, diagnosis, package_policy, site

MINUTE, HOUR = 60_000, 3_600_000
BERLIN = site(time_zone="Europe/Berlin")


def added(of: str, at: int = START, **counts: int) -> tuple[Insight, str | None]:
    world = World(now=at, policy=package_policy(), directory=Directory(sites=(BERLIN,)))
    output = insight(
        of, counts, world, at=at, site_id=BERLIN.site_id, region_id="r1", arm=Arm.SHADOW
    )
    assert isinstance(output.record, Insight)
    return output.record, output.id


def test_what_is_nothing_is_left_out() -> None:
    record, _ = added("v1:END", visits_ended=1, visits_silent=0)

    assert (record.counts, record.arm, record.manager_id) == ({"visits_ended": 1}, Arm.SHADOW, None)


@pytest.mark.parametrize(
    ("hours", "day"), [(13.999, "2026-03-02"), (14, "2026-03-03"), (14.001, "2026-03-03")]
)
def test_the_day_is_the_sites_own(hours: float, day: str) -> None:
    """Monday 09:00 UTC is 10:00 in Berlin."""
    record, _ = added("v1:END", round(START + hours * HOUR), visits_ended=1)

    assert record.day.isoformat() == day


def test_the_same_has_the_same_id_and_another_thing_another() -> None:
    ids = [added(of, visits_ended=1)[1] for of in ("v1:END", "v1:END", "v2:END")]

    assert ids[0] == ids[1] != ids[2]
    assert "v1" not in str(ids[0])


@pytest.mark.parametrize(
    ("delay", "counted"),
    [
        *[(-1, 0), (0, 0), (MINUTE, 0), (MINUTE + 1, 1), (HOUR, 1), (HOUR + 1, 2)],
        *[(4 * HOUR, 2), (4 * HOUR + 1, 3), (24 * HOUR, 3), (24 * HOUR + 1, 4)],
    ],
)
def test_an_event_counts_in_the_first_class_that_holds(delay: int, counted: int) -> None:
    event = diagnosis()
    arrived = Arrived(topic="any", record=event, timestamp=event.occurred_at + delay)
    before = (1, 1, 1, 1, 1)

    once = with_delay((), arrived, event)
    assert [once.index(1), sum(once), len(once)] == [counted, 1, 5]
    assert with_delay(before, arrived, event)[counted] == 2
