"""Rates of sites with few visits and with many, judged alike: gamma-Poisson, empirical Bayes.

A site of forty visits with one case seems to have 25 in 1,000. So its rate is drawn towards the
network's, the more the fewer visits it has, and the more alike the sites are: Clayton and Kaldor,
"Empirical Bayes estimates of age-standardized relative risks for use in disease mapping",
Biometrics 43 (1987). How alike they are is known as badly as the rates themselves, so no single
estimate is taken for it: the answer is averaged over a few, by how likely each makes what was seen.
"""

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

from msgspec import Struct

_SPREADS = (0.25, 0.45, 0.8, 1.4, 2.5)
"""How different sites may be: the standard deviation of their rates, in the network's rate."""
_OFF = (-1.7, 0.0, 1.7)
"""How far the network's own rate may be off, in its standard deviations."""
_NEGLIGIBLE = 2e-3
_HALVINGS = 40
_EXACT = 1e-12
_CLOSE = 1e-4


class Seen(Struct, frozen=True):
    """Cases in so many visits."""

    cases: int
    visits: int


class Gamma(Struct, frozen=True):
    """A rate's distribution: `shape` cases in `visits` visits, so to say."""

    shape: float
    visits: float

    @property
    def mean(self) -> float:
        """The rate to be expected."""
        return self.shape / self.visits

    def after(self, seen: Seen) -> "Gamma":
        """What is known once so much was seen."""
        return Gamma(self.shape + seen.cases, self.visits + seen.visits)

    def log_chance(self, seen: Seen, times: float = 1.0) -> float:
        """The logarithm of how likely it is to see so much, if the rate is so many times as high.

        It is the negative binomial distribution's.
        """
        expected = self.visits / times + seen.visits
        return (
            lgamma(self.shape + seen.cases)
            - lgamma(self.shape)
            - lgamma(seen.cases + 1)
            + self.shape * log(self.visits / times / expected)
            + (seen.cases * log(seen.visits / expected) if seen.cases else 0.0)
        )


class Mixture(Struct, frozen=True):
    """A rate's distribution as a mixture: weights, which add up to 1, and what they are of."""

    parts: tuple[tuple[float, Gamma], ...]

    @property
    def mean(self) -> float:
        """The rate to be expected."""
        return sum(weight * part.mean for weight, part in self.parts)

    def of_site(self, seen: Seen) -> "Mixture":
        """What is known of a site of the network, of which so much was seen.

        The weights stay: they come from what was seen at all sites, this one included.
        """
        return Mixture(tuple((weight, part.after(seen)) for weight, part in self.parts))

    def log_chance(self, seen: Seen, times: float = 1.0) -> float:
        """The same of each part, added up."""
        return _log_sum([log(w) + part.log_chance(seen, times) for w, part in self.parts])

    def quantile(self, share: float) -> float:
        """The rate below which it lies with a chance of `share`."""
        low, high = 0.0, max(p.mean + 12 * sqrt(p.shape) / p.visits for _, p in self.parts)
        high += 12 * max(1 / p.visits for _, p in self.parts)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._below(middle) < share:
                low = middle
            else:
                high = middle
            if high - low < high * _CLOSE:
                break
        return high

    def _below(self, rate: float) -> float:
        whole = sum(weight for weight, _ in self.parts)
        return (
            sum(w * gamma_below(part.shape, rate * part.visits) for w, part in self.parts) / whole
        )


def of_network(sites: Sequence[Seen]) -> Mixture | None:
    """How rates of sites are distributed, by what was seen at each; None: nothing was seen."""
    cases, visits = sum(each.cases for each in sites), sum(each.visits for each in sites)
    if not cases or not visits:
        return None
    rate = cases / visits
    parts = [
        Gamma(shape=1 / spread**2, visits=1 / spread**2 / (rate * exp(off / sqrt(cases))))
        for spread in _SPREADS
        for off in _OFF
    ]
    with_some = [each for each in sites if each.visits]
    weights = _weights([_log_likelihood(part, with_some) for part in parts])
    known = [(w, part) for w, part in zip(weights, parts, strict=True) if w > _NEGLIGIBLE]
    whole = sum(weight for weight, _ in known)
    return Mixture(tuple((weight / whole, part) for weight, part in known))


def _log_likelihood(part: Gamma, sites: Sequence[Seen]) -> float:
    """The same as the sum of `log_chance`, but for what does not depend on the part."""
    shape, before = part.shape, log(part.visits)
    total, lgamma_of_shape = 0.0, lgamma(shape)
    for cases, visits in ((each.cases, each.visits) for each in sites):
        after = log(part.visits + visits)
        total += shape * (before - after)
        if cases:
            total += lgamma(shape + cases) - lgamma_of_shape - cases * after
    return total


def _weights(logs: Sequence[float]) -> list[float]:
    highest = max(logs)
    raw = [exp(each - highest) for each in logs]
    whole = sum(raw)
    return [each / whole for each in raw]


def _log_sum(logs: Sequence[float]) -> float:
    highest = max(logs)
    return highest + log(sum(exp(each - highest) for each in logs))


def gamma_below(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x).

    By its series below the mean and by the continued fraction of Legendre above it.
    """
    if x <= 0:
        return 0.0
    scale = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        number = shape
        while abs(term) > abs(total) * _EXACT:
            number += 1
            term *= x / number
            total += term
        return min(1.0, total * scale)
    return max(0.0, 1 - scale * _fraction(shape, x))


def _fraction(shape: float, x: float) -> float:
    """Lentz's way of working out the continued fraction."""
    tiny = 1e-300
    b = x + 1 - shape
    c, d = 1 / tiny, 1 / b
    value = d
    for i in range(1, 500):
        a = -i * (i - shape)
        b += 2
        d = a * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + a / c
        c = c if abs(c) > tiny else tiny
        value *= d * c
        if abs(d * c - 1) < _EXACT:
            break
    return value
