"""Whether a cause has become rarer since something was done about it: looked at every day.

What was done is declared with a day, and cases before it say what the rate was. It was declared
because the rate was high, and a rate that is high by chance falls by itself: so it is drawn towards
the network's first, as far as chance goes. The evidence is how much likelier the cases since then
are at a lower rate than at the same one, over all that the rate may have been: an e-process again,
with the network's rates as the prior (Grünwald, de Heide and Koolen, "Safe testing", Journal of the
Royal Statistical Society B 86, 2024, section 3.1).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from math import exp, log

from msgspec import Struct

from agents.operations.causes.case import Case
from agents.operations.causes.cause import Cause, Part
from agents.operations.causes.shrinkage import Mixture, Seen, of_network

_LOWER = (0.75, 0.5, 0.3, 0.15, 0.05)
_HIGHER = (1.35, 2.0, 4.0)
"""What is bet on: so many times the rate of before."""


class Fix(Struct, frozen=True, kw_only=True):
    """Something that was done about a cause, at a site or at all (`site_id` None).

    A part of the cause that is None stands for any. `day`: from which on it holds.
    """

    name: str
    what: str
    day: date
    declared_on: date
    cause: Cause
    site_id: str | None = None

    @property
    def watched_from(self) -> int:
        """The day from which on it is watched, since 1970: what was known proves nothing."""
        return number_of(max(self.day, self.declared_on))

    def is_of(self, site_id: str, cause: Cause) -> bool:
        """Whether a cause at a site is one that something was done about."""
        named = {part.value: getattr(self.cause, part.value) for part in Part}
        return self.site_id in {None, site_id} and all(
            wanted is None or wanted == getattr(cause, part) for part, wanted in named.items()
        )


class Since(StrEnum):
    """What can be said of the time since a fix."""

    RARER = "rarer"
    MORE_FREQUENT = "more frequent"
    NOT_YET = "not yet"
    NOTHING = "nothing"
    """Nothing was seen before, or nothing since."""


class Counts(Struct, frozen=True, kw_only=True):
    """Cases and visits before a fix and since; and elsewhere, where it was not done."""

    before: Seen
    since: Seen
    elsewhere_before: Seen
    elsewhere_since: Seen


class Watched(Struct, frozen=True, kw_only=True):
    """A fix with what was seen, and the evidence that the rate is lower, or higher, since."""

    fix: Fix
    counts: Counts
    log_rarer: float
    log_more: float
    said: Since = Since.NOT_YET


def watched(fix: Fix, cases: Sequence[Case], visits: Mapping[str, Mapping[int, int]]) -> Watched:
    """What was seen of a fix.

    Args:
        fix: what was done.
        cases: of all causes and sites; of them those count whose customer had none shortly before.
        visits: that began, by site and day (since 1970, UTC).
    """
    begins = number_of(fix.day)
    watched_from = fix.watched_from
    own = [each for each in cases if each.is_first and fix.is_of(each.site_id, each.cause)]
    same = [each for each in cases if each.is_first and _is_elsewhere(fix, each)]
    sites = [site_id for site_id in visits if fix.site_id in {None, site_id}]
    others = [site_id for site_id in visits if site_id not in sites]
    counts = Counts(
        before=_seen(own, visits, sites, last=begins - 1),
        since=_seen(own, visits, sites, first=watched_from),
        elsewhere_before=_seen(same, visits, others, last=begins - 1),
        elsewhere_since=_seen(same, visits, others, first=watched_from),
    )
    known = _known(fix, [*own, *same], visits, begins, counts.before)
    if known is None:
        return Watched(fix=fix, counts=counts, log_rarer=0, log_more=0, said=Since.NOTHING)
    return Watched(
        fix=fix,
        counts=counts,
        log_rarer=_evidence(known, counts.since, _LOWER),
        log_more=_evidence(known, counts.since, _HIGHER),
    )


def _is_elsewhere(fix: Fix, case: Case) -> bool:
    return (
        fix.site_id is not None
        and case.site_id != fix.site_id
        and fix.is_of(fix.site_id, case.cause)
    )


def _seen(
    cases: Sequence[Case],
    visits: Mapping[str, Mapping[int, int]],
    sites: Sequence[str],
    *,
    first: int = 0,
    last: int = 10**9,
) -> Seen:
    once = {each.visit_id for each in cases if first <= each.day <= last}
    began = (
        count
        for site_id in sites
        for day, count in visits.get(site_id, {}).items()
        if first <= day <= last
    )
    return Seen(len(once), sum(began))


def _known(
    fix: Fix,
    cases: Sequence[Case],
    visits: Mapping[str, Mapping[int, int]],
    begins: int,
    before: Seen,
) -> Mixture | None:
    """What was known of the rate when the fix began, the network's rates taken in."""
    if not before.visits or not before.cases:
        return None
    if fix.site_id is None:
        among = of_network([before])
    else:
        among = of_network(
            [
                _seen([each for each in cases if each.site_id == at], visits, [at], last=begins - 1)
                for at in visits
            ]
        )
    return None if among is None else among.of_site(before)


def _evidence(known: Mixture, since: Seen, times: Sequence[float]) -> float:
    if not since.visits:
        return 0.0
    same = known.log_chance(since)
    won = [known.log_chance(since, each) - same for each in times]
    highest = max(won)
    return highest + log(sum(exp(each - highest) for each in won) / len(won))


def number_of(day: date) -> int:
    """The days from 1970's first to a day."""
    return day.toordinal() - date(1970, 1, 1).toordinal()
