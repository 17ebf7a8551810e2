"""What arms are compared by: each metric, what it counts, and which way is better."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from agents.core.policy_effect import Worthwhile
from agents.operations.effect.moments import Moments


class MetricName(StrEnum):
    """The metrics, the most telling one first."""

    SAME_DAY = "same-day"
    RETURNED = "returned"
    FINDINGS = "findings"
    RATING = "rating"


class Metric(Struct, frozen=True, kw_only=True):
    """How much of `part` comes on one of `base`: names of customers' sums, and of counts.

    `scale` makes of it what is shown, in `unit`; `counted` is what the base is made of.
    """

    name: MetricName
    title: str
    base: str
    part: str
    base_count: str
    part_count: str
    higher_is_better: bool
    scale: float
    unit: str
    counted: str

    @property
    def heading(self) -> str:
        """The title, as a sentence begins with it."""
        return f"{self.title[:1].upper()}{self.title[1:]}"

    def amount(self, shown: float) -> str:
        """A difference without its sign, as it is shown: 2 points."""
        return f"{shown:g} {self.unit.removesuffix('s') if shown == 1 else self.unit}"

    def moments(self, counts: Mapping[str, int]) -> Moments:
        """The moments in counts of `recourse.insights` that have been added up."""
        return Moments(
            customers=counts.get("customers", 0),
            x=counts.get(self.base_count, 0),
            y=counts.get(self.part_count, 0),
            xx=counts.get(f"customers_{self.base}_squared", 0),
            yy=counts.get(f"customers_{self.part}_squared", 0),
            xy=counts.get(f"customers_{self.base}_by_{self.part}", 0),
        )

    def worthwhile(self, numbers: Worthwhile) -> float:
        """The smallest difference that the policy calls worth knowing, as a share."""
        shown = {
            MetricName.SAME_DAY: numbers.same_day_points,
            MetricName.RETURNED: numbers.returned_points,
            MetricName.FINDINGS: numbers.findings_points,
            MetricName.RATING: numbers.rating_stars,
        }[self.name]
        return float(shown) / self.scale


def _of_visits(
    name: MetricName, title: str, part: str, count: str, *, higher_is_better: bool
) -> Metric:
    return Metric(
        name=name,
        title=title,
        base="visits",
        part=part,
        base_count="visits_ended",
        part_count=count,
        higher_is_better=higher_is_better,
        scale=100,
        unit="points",
        counted="visits",
    )


METRICS = {
    each.name: each
    for each in (
        _of_visits(
            MetricName.SAME_DAY,
            "visits that end on their day",
            "same_day",
            "visits_same_day",
            higher_is_better=True,
        ),
        _of_visits(
            MetricName.RETURNED,
            "visits that are a return for the same symptom",
            "returned",
            "visits_returned",
            higher_is_better=False,
        ),
        _of_visits(
            MetricName.FINDINGS,
            "disagreements found, in 100 visits",
            "findings",
            "findings",
            higher_is_better=False,
        ),
        Metric(
            name=MetricName.RATING,
            title="rating, of 5",
            base="rated",
            part="ratings",
            base_count="visits_rated",
            part_count="ratings",
            higher_is_better=True,
            scale=1,
            unit="stars",
            counted="ratings",
        ),
    )
}
