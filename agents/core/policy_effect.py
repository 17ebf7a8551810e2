"""What the policy says of effects: which differences between the pilot's arms are worth knowing."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from agents.core.policy_numbers import Part
from agents.core.policy_values import Phrase, Unit, decimal_number

_Points = Annotated[Decimal, BeforeValidator(decimal_number), Field(gt=0, le=100), Unit("points")]
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
