"""A share of something, such as same-day visits of all visits, with the customer as the unit.

What an arm's customers add up to (their number, sums, squares and products) gives the share and its
variance by the delta method: Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics:
A Practical Guide with Novel Ideas", KDD 2018, section 3. Visits of one customer may be as alike as
they like.
"""

from collections.abc import Iterable

from msgspec import Struct


class Moments(Struct, frozen=True, kw_only=True):
    """Customers of an arm, and their sums of x, y, x², y² and xy; the share is of y in x."""

    customers: int = 0
    x: int = 0
    y: int = 0
    xx: int = 0
    yy: int = 0
    xy: int = 0

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            customers=self.customers + other.customers,
            x=self.x + other.x,
            y=self.y + other.y,
            xx=self.xx + other.xx,
            yy=self.yy + other.yy,
            xy=self.xy + other.xy,
        )

    @property
    def share(self) -> float:
        """How much of y comes on one of x."""
        return self.y / self.x

    @property
    def variance(self) -> float:
        """The variance of the share; there must be two customers, and something of x.

        At least as if one thing of one customer had been otherwise: customers who are all alike
        (nobody was rated, say) do not make it certain that the next one is.
        """
        residuals = self.yy - 2 * self.share * self.xy + self.share**2 * self.xx
        return max(residuals, 1.0) / self.x**2 * self.customers / (self.customers - 1)


def moments_of(customers: Iterable[tuple[int, int]]) -> Moments:
    """The moments of customers, each with their x and y."""
    total = Moments()
    for x, y in customers:
        total += Moments(customers=1, x=x, y=y, xx=x * x, yy=y * y, xy=x * y)
    return total
