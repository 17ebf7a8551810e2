"""Whether a cause is more frequent at a site than elsewhere: evidence that holds at every look.

Each case of a cause happens somewhere. If it is as frequent everywhere, it is at this site with a
chance that the visits of the four weeks before say, whatever came before it. Bets against that are
an e-process (Ramdas, Grünwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid
inference", Statistical Science 38, 2023): who looks every day is misled as seldom as who does once.

Of all sites and causes together no more than one letter in twenty may be wrong, so each has its
part of the error, and those that are said are chosen by e-BH: Wang and Ramdas, "False discovery
rate control with e-values", Journal of the Royal Statistical Society B 84 (2022).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp, inf, log

from msgspec import Struct

ERROR = 0.05
"""The chance that a letter, or a table, says anything of a network in which there is nothing."""
EXPOSED_DAYS = 28
"""A case may come from any visit that began in so many days before it."""
ENOUGH_CASES = 3
"""With fewer cases at a site nothing is asked."""
_BEYOND = (1.25, 1.6, 2.5, 5.0, 10.0)
"""What is bet on: so many times the ratio above which a cause stands out."""


class Exposure:
    """Visits that began at each site, day by day (days since 1970, UTC)."""

    def __init__(self, visits: Mapping[str, Mapping[int, int]]) -> None:
        self._at = {site_id: _Sums(days) for site_id, days in visits.items()}
        whole: Counter[int] = Counter()
        for days in visits.values():
            whole.update(days)
        self._all = _Sums(whole)

    def at(self, site_id: str, day: int) -> tuple[int, int]:
        """Visits of a site from which a case of a day may come, and of all other sites."""
        sums = self._at.get(site_id)
        own = sums.between(day - EXPOSED_DAYS + 1, day) if sums else 0
        return own, self._all.between(day - EXPOSED_DAYS + 1, day) - own


class _Sums:
    """Sums of counts up to each day."""

    def __init__(self, days: Mapping[int, int]) -> None:
        self._first = min(days, default=0)
        self._sums = [0]
        for day in range(self._first, max(days, default=-1) + 1):
            self._sums.append(self._sums[-1] + days.get(day, 0))

    def between(self, first: int, last: int) -> int:
        """The sum from a day to another, both included."""
        return self._up_to(last) - self._up_to(first - 1)

    def _up_to(self, day: int) -> int:
        return self._sums[max(0, min(len(self._sums) - 1, day - self._first + 1))]


def log_evidence(
    site_id: str, cases: Iterable[tuple[int, str]], exposure: Exposure, times: float
) -> float:
    """The logarithm of the evidence that a cause is more frequent at a site.

    Args:
        site_id: the site.
        cases: all of the cause: the day of each, and its site.
        exposure: the visits that they may come from.
        times: more frequent than so many times as often as elsewhere; up to that it does not count.
    """
    counted: Counter[tuple[int, bool]] = Counter((day, at == site_id) for day, at in cases)
    won = [0.0] * len(_BEYOND)
    for (day, here), count in counted.items():
        own, others = exposure.at(site_id, day)
        if not own or not others:
            continue
        usual = times * own / (times * own + others)
        for number, beyond in enumerate(_BEYOND):
            bet = times * beyond * own / (times * beyond * own + others)
            won[number] += count * (log(bet / usual) if here else log((1 - bet) / (1 - usual)))
    highest = max(won)
    return highest + log(sum(exp(each - highest) for each in won) / len(won))


def part_of(number: int) -> float:
    """The part of the error that the first, second, ... of something gets: all add up to 1."""
    return 1 / (number * (number + 1))


class Claim(Struct, frozen=True):
    """Something that may be said: its evidence, and its part of the error, as logarithms."""

    log_evidence: float
    log_part: float

    @property
    def weighed(self) -> float:
        """The evidence as it counts beside all others."""
        return self.log_evidence + self.log_part


def said(claims: Sequence[Claim], error: float = ERROR) -> list[bool]:
    """Which of all that may be said is said; of those that are wrong, a share of `error` at most.

    The parts of all claims, also of those that nobody has evidence for, add up to 1 at most. Where
    none of them is true, anything is said with a chance of `error`, over all looks.
    """
    ranked = sorted((each.weighed for each in claims), reverse=True)
    lowest = inf
    for rank, weighed in enumerate(ranked, 1):
        if weighed >= -log(error * rank):
            lowest = weighed
    return [each.weighed >= lowest for each in claims]
