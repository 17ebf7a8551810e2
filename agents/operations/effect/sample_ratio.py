"""Whether the arms have the customers that the draw gave them.

Where they have not, what is lost on the way is lost of one arm more than of the other, and no
difference between the arms can be believed. The check holds at every look, as the likelihood of
other odds than those drawn, over that of the odds drawn, is an e-value: Lindon and Malek,
"Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022 (there with a Dirichlet mixture;
here with a few odds, as shares differ by site and time).
"""

from collections.abc import Iterable
from math import exp, log

from msgspec import Struct

ALARM = 0.001
"""With a chance of this over all looks it is raised though all is well."""
_WHOLE = 10_000
_ODDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Natural logarithms of how many times the odds are others than drawn, in either direction."""


class Drawn(Struct, frozen=True, kw_only=True):
    """Customers at a site while so many of 10,000 were to be inside (`share`)."""

    share: int
    inside: int
    outside: int


class Ratio(Struct, frozen=True, kw_only=True):
    """Customers inside, and how many were to be expected of all; `p` holds at every look."""

    customers: int
    inside: int
    expected: float
    p: float

    @property
    def is_off(self) -> bool:
        """Whether the arms can't be compared."""
        return self.p < ALARM


def ratio_of(drawn: Iterable[Drawn]) -> Ratio:
    """The customers of all sites, against what was drawn at each."""
    known = tuple(drawn)
    evidence = [_log_likelihood(known, sign * step) for step in _ODDS for sign in (1, -1)]
    highest = max(evidence)
    log_mean = highest + log(sum(exp(each - highest) for each in evidence) / len(evidence))
    return Ratio(
        customers=sum(each.inside + each.outside for each in known),
        inside=sum(each.inside for each in known),
        expected=sum((each.inside + each.outside) * each.share / _WHOLE for each in known),
        p=min(1.0, exp(-log_mean)),
    )


def _log_likelihood(drawn: Iterable[Drawn], log_odds: float) -> float:
    """Of odds that are exp(log_odds) times those drawn, over that of those drawn."""
    total = 0.0
    for each in drawn:
        share = each.share / _WHOLE
        scale = 1 - share + share * exp(log_odds)
        total += each.inside * (log_odds - log(scale)) - each.outside * log(scale)
    return total
