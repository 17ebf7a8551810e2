"""What the policy says of effects: which are worth knowing, and what a step of the pilot needs."""

import itertools
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from agents.core.policy_numbers import Part
from agents.core.policy_values import Count, Days, Phrase, Share, Unit, decimal_number, few

_Points = Annotated[Decimal, BeforeValidator(decimal_number), Field(gt=0, le=100), Unit("points")]
_Times = Annotated[Decimal, BeforeValidator(decimal_number), Field(ge=1, le=100), Unit("times")]
_Stars = Annotated[Decimal, BeforeValidator(decimal_number), Field(gt=0, le=4), Unit("stars")]


class Worthwhile(Part):
    """The smallest difference between arms that would change what is done, of each metric.

    To be named before the first look: intervals are narrowest for a difference of this size, and
    what is missing is counted for it. Points are percentage points, or findings in 100 visits.
    """

    same_day_points: Annotated[
        _Points, Phrase("The smallest difference worth knowing in visits that end on their day")
    ]
    returned_points: Annotated[
        _Points, Phrase("The smallest difference worth knowing in visits that are a return")
    ]
    findings_points: Annotated[
        _Points, Phrase("The smallest difference worth knowing in disagreements found")
    ]
    rating_stars: Annotated[_Stars, Phrase("The smallest difference worth knowing in ratings")]
    cause_times: Annotated[
        _Times, Phrase("How much more frequent than elsewhere a cause must be to stand out")
    ]


def _rising(steps: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if not steps or steps[0] <= 0 or any(a >= b for a, b in itertools.pairwise(steps)):
        raise ValueError("must rise, from above 0")
    return steps


_Steps = Annotated[tuple[Share, ...], few(20), AfterValidator(_rising)]
_PointsAbove = Annotated[
    Decimal, BeforeValidator(decimal_number), Field(ge=0, le=100), Unit("points")
]
_StarsLower = Annotated[Decimal, BeforeValidator(decimal_number), Field(ge=0, le=4), Unit("stars")]
_PerThousand = Annotated[
    Decimal, BeforeValidator(decimal_number), Field(ge=0, le=1_000), Unit("in 1,000 visits")
]
_PerCent = Annotated[Share, Unit("%")]


class Success(Part):
    """What must hold before the pilot takes its next step: to be written before the first look.

    A demand that is None is not made. `recourse pilot propose` works it out.
    """

    steps_percent: Annotated[
        _Steps, Phrase("The steps of the share of customers inside"), Unit("% of customers")
    ]
    days_at_least: Annotated[Days, Phrase("The time that a step of the pilot lasts at least")]
    same_day_points_above: Annotated[
        _PointsAbove | None,
        Phrase("What the interval of visits that end on their day must lie above for a step"),
        Unit("points"),
    ]
    rating_lower_at_most: Annotated[
        _StarsLower | None,
        Phrase("How much lower ratings may be for a step"),
        Unit("stars"),
    ]
    executive_at_most: Annotated[
        _PerThousand | None,
        Phrase("The number of cases that may reach EXECUTIVE for a step"),
        Unit("in 1,000 visits"),
    ]
    throttled_upheld_at_most: Annotated[
        _PerCent | None,
        Phrase("The share of throttled requests found right on appeal up to which a step is taken"),
        Unit("%"),
    ]
    safety_late_at_most: Annotated[
        Count | None, Phrase("The number of SAFETY cases that may be late for a step")
    ]
    promises_kept_at_least: Annotated[
        _PerCent | None,
        Phrase("The share of promised calls that must have been made for a step"),
        Unit("%"),
    ]
