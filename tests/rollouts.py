"""Roll-outs that never were: sites that go live one after the other, to be looked at.

python -m tests.rollouts --rollouts 400              # being live makes no difference
python -m tests.rollouts --rollouts 400 --points 12
"""

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from agents.commands.console.output import say
from agents.operations.effect.measures import MetricName
from agents.operations.effect.planning import drawn_order
from agents.operations.effect.reading import sums_of
from agents.operations.effect.report import Asked
from agents.operations.effect.rollout import rollout
from agents.operations.effect.stepped_wedge import Stepped
from agents.reference_data.policy_files import default_policy
from schemas.records import Arm, Insight

NUMBERS = default_policy().worthwhile
SALT = default_policy().pilot.salt
FIRST = date(2026, 3, 2)
SITES = [f"s{number:02}" for number in range(10)]
SAME_DAY = Asked(metrics=(MetricName.SAME_DAY,))


def week(number: int) -> date:
    """The Monday of a week."""
    return FIRST + timedelta(7 * number)


def wedge(seed: int, points: float, *, weeks: int = 16, before: int = 4) -> Iterator[Insight]:
    """Ten sites of their own level, of which one more is live each week; all gets better anyway, by
    a point a week."""
    chance = Random(seed)
    levels = {site: 0.5 + chance.gauss(0, 0.06) for site in SITES}
    turns = {site: before + turn for turn, site in enumerate(drawn_order(SITES, SALT))}
    for number in range(weeks):
        common = 0.01 * number + chance.gauss(0, 0.03)
        for site in SITES:
            live = number >= turns[site]
            likely = levels[site] + common + (points / 100 if live else 0)
            for visit in range(50):
                yield Insight(
                    site_id=site,
                    day=week(number) + timedelta(visit % 5),
                    arm=Arm.LIVE if live else Arm.SHADOW,
                    counts={"visits_ended": 1, "visits_same_day": int(chance.random() < likely)},
                    region_id="r",
                )


def found_in(insights: Iterator[Insight]) -> Stepped:
    """What is said of visits that end on their day."""
    steps = rollout(sums_of(insights), NUMBERS, SALT, SAME_DAY)
    assert steps is not None
    (line,) = steps.lines
    assert line.found is not None
    return line.found


def holds(found: Stepped, effect: float) -> bool:
    """Whether an effect is in the interval."""
    assert found.low is not None
    assert found.high is not None
    return found.low <= effect <= found.high


def main() -> None:
    """Roll-outs from a seed on, and how often what was planted is found and held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rollouts", type=int, default=100)
    parser.add_argument("--points", type=float, default=0.0)
    given = parser.parse_args()
    seen = [found_in(wedge(seed, given.points)) for seed in range(given.rollouts)]
    count = len(seen)
    said = sum(not holds(each, 0) for each in seen)
    held = sum(holds(each, given.points / 100) for each in seen)
    say(f"{count} roll-outs at {len(SITES)} sites, {given.points:g} points planted")
    say(f"said something: {said / count:.3f}")
    say(f"the interval holds what was planted: {held / count:.3f}")


if __name__ == "__main__":
    main()
