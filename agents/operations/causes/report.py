"""What `recourse causes` answers: by site and cause how often, and what would avoid it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from agents.operations.causes.avoidable import AvoidableBy
from agents.operations.causes.case import Case
from agents.operations.causes.cause import Cause, Part, order
from agents.operations.causes.shrinkage import Mixture, Seen, of_network
from agents.operations.causes.standing_out import (
    ENOUGH_CASES,
    Claim,
    Exposure,
    log_evidence,
    part_of,
    said,
)
from agents.operations.causes.watch import Fix, Since, Watched

PER = 1_000
"""Rates are of so many visits."""
_OF_CAUSES = 0.5
"""The part of the error that causes have; the other is that of fixes."""
_SURE = 0.95


class Rate(Struct, frozen=True, kw_only=True):
    """Cases in 1,000 visits: as counted, drawn towards the network's, and between what it lies."""

    counted: float | None
    value: float
    low: float
    high: float


class Handling(Struct, frozen=True, kw_only=True):
    """What a cause's cases asked of managers; of those that had an escalation, and are decided.

    `hours`: the median time from opening to decision, and what all took together.
    """

    decided: int
    upheld: int
    hours_median: float | None
    hours_sum: float
    contacts: int
    acts: int


class Line(Struct, frozen=True, kw_only=True):
    """One cause at one site, or of the network (`site_id` is None).

    `stands_out`: there is enough to say that it is more frequent than elsewhere. `avoidable`: of
    how many cases each way would have avoided it. `example`: the newest case, for `explain`.
    """

    site_id: str | None
    cause: Cause
    cases: int
    visits: int
    handling: Handling
    avoidable: dict[AvoidableBy, int]
    example: str
    rate: Rate | None = None
    elsewhere: float | None = None
    stands_out: bool = False


class Report(Struct, frozen=True, kw_only=True):
    """All lines: what stands out first, then by cases."""

    lines: tuple[Line, ...]
    network: tuple[Line, ...]
    visits: int
    sites: int
    first_day: int | None
    last_day: int | None
    fixes: tuple[Watched, ...] = ()


class Seeing(Struct, frozen=True, kw_only=True):
    """What a report is made of: the cases, and the visits by site and day that began.

    Days are since 1970, UTC.
    """

    cases: Sequence[Case]
    visits: Mapping[str, Mapping[int, int]]

    def since(self, day: int) -> "Seeing":
        """What is of a day or later."""
        return Seeing(
            cases=[each for each in self.cases if each.day >= day],
            visits={
                site_id: {at: count for at, count in days.items() if at >= day}
                for site_id, days in self.visits.items()
            },
        )

    def by(self, parts: Iterable[Part]) -> "Seeing":
        """The same with causes as far as they are looked at; a visit counts once for each."""
        kept = tuple(parts)
        return Seeing(
            cases=[_of_cause(each, each.cause.by(kept)) for each in self.cases], visits=self.visits
        )


def _of_cause(case: Case, cause: Cause) -> Case:
    return case if cause == case.cause else replace(case, cause=cause)


def report(seeing: Seeing, times: float, sites: int = 0, watches: Sequence[Watched] = ()) -> Report:
    """What is to be said of all sites and causes, and of what was done about them.

    Args:
        seeing: the cases and visits.
        times: more than so many times as often as elsewhere stands out.
        sites: how many the directory has; those that were seen count in any case.
        watches: what was done, in the order in which it was declared.
    """
    by_cause = _by_cause(seeing.cases)
    visits = {site_id: sum(days.values()) for site_id, days in seeing.visits.items()}
    every = sorted(visits.keys() | {each.site_id for each in seeing.cases})
    standing, fixes = what_is_said(seeing, times, max(sites, len(every)), watches)
    network = [_line(None, cause, cases, sum(visits.values())) for cause, cases in by_cause.items()]
    lines = [
        replace(line, stands_out=(line.site_id, line.cause) in standing)
        for cause, cases in by_cause.items()
        for line in _at_sites(cause, cases, {each: visits.get(each, 0) for each in every})
    ]
    lines.sort(key=lambda each: (not each.stands_out, -each.cases, each.site_id, order(each.cause)))
    network.sort(key=lambda each: (-each.cases, order(each.cause)))
    days = [day for of in seeing.visits.values() for day in of]
    return Report(
        lines=tuple(lines),
        network=tuple(network),
        visits=sum(visits.values()),
        sites=len(every),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        fixes=fixes,
    )


def what_is_said(
    seeing: Seeing, times: float, sites: int, watches: Sequence[Watched] = ()
) -> tuple[set[tuple[str, Cause]], tuple[Watched, ...]]:
    """Which causes stand out at which sites, and what is said of each fix: one family.

    Where nothing is so, anything of it is said with a chance of 5 % at most, over all looks.
    """
    fixes = [each.fix for each in watches]
    places = list(_claims(seeing, _by_cause(seeing.cases), fixes, sites, times))
    told = said([*(claim for *_, claim in places), *_of_fixes(watches)])
    standing = {(at, cause) for (at, cause, _), yes in zip(places, told, strict=False) if yes}
    return standing, tuple(_judged(watches, told[len(places) :]))


def _of_fixes(watches: Iterable[Watched]) -> Iterator[Claim]:
    """That it is rarer since a fix, and that it is more frequent."""
    for number, each in enumerate(watches, 1):
        log_part = log((1 - _OF_CAUSES) * part_of(number) / 2)
        yield Claim(each.log_rarer, log_part)
        yield Claim(each.log_more, log_part)


def _judged(watches: Sequence[Watched], told: Sequence[bool]) -> Iterator[Watched]:
    for number, each in enumerate(watches):
        rarer, more = told[2 * number : 2 * number + 2]
        if rarer or more:
            yield replace(each, said=Since.RARER if rarer else Since.MORE_FREQUENT)
        else:
            yield each


def _by_cause(cases: Iterable[Case]) -> dict[Cause, list[Case]]:
    """The cases of each cause, in the order in which causes were first seen; one a visit."""
    found: dict[Cause, dict[str, Case]] = {}
    for each in cases:
        found.setdefault(each.cause, {}).setdefault(each.visit_id, each)
    return {cause: list(of.values()) for cause, of in found.items()}


def _claims(
    seeing: Seeing,
    by_cause: Mapping[Cause, Sequence[Case]],
    fixes: Sequence[Fix],
    sites: int,
    times: float,
) -> Iterator[tuple[str, Cause, Claim]]:
    """What may be said to stand out, with the evidence for it.

    Once something was done, what was before it counts no more: it is asked anew, with half of the
    part of the error that is left.
    """
    exposure = Exposure(seeing.visits)
    for number, (cause, cases) in enumerate(by_cause.items(), 1):
        first = [(each.day, each.site_id) for each in cases if each.is_first]
        for site_id in sorted({at for _, at in first}):
            done = [each.watched_from for each in fixes if each.is_of(site_id, cause)]
            counted = [each for each in first if each[0] >= max(done, default=0)]
            if sum(at == site_id for _, at in counted) >= ENOUGH_CASES:
                part = _OF_CAUSES * part_of(number) / sites / 2 ** (1 + len(done))
                evidence = log_evidence(site_id, counted, exposure, times)
                yield site_id, cause, Claim(evidence, log(part))


def _at_sites(cause: Cause, cases: Sequence[Case], visits: Mapping[str, int]) -> Iterator[Line]:
    """The cause at each site that has cases of it."""
    own: dict[str, list[Case]] = defaultdict(list)
    for each in cases:
        own[each.site_id].append(each)
    seen = {site_id: Seen(len(own.get(site_id, ())), visits[site_id]) for site_id in visits}
    among = of_network(list(seen.values()))
    whole = sum(visits.values())
    for site_id, of_site in own.items():
        line = _line(site_id, cause, of_site, visits[site_id])
        others = whole - visits[site_id]
        yield replace(
            line,
            rate=None if among is None else _rate(among, seen[site_id]),
            elsewhere=(len(cases) - len(of_site)) * PER / others if others else None,
        )


def _rate(among: Mixture, seen: Seen) -> Rate:
    known = among.of_site(seen)
    return Rate(
        counted=seen.cases * PER / seen.visits if seen.visits else None,
        value=known.mean * PER,
        low=known.quantile((1 - _SURE) / 2) * PER,
        high=known.quantile((1 + _SURE) / 2) * PER,
    )


def _line(site_id: str | None, cause: Cause, cases: Sequence[Case], visits: int) -> Line:
    return Line(
        site_id=site_id,
        cause=cause,
        cases=len(cases),
        visits=visits,
        handling=_handling(cases),
        avoidable={
            way: count
            for way in AvoidableBy
            if (count := sum(way in each.avoidable_by for each in cases))
        },
        example=cases[-1].example,
    )


def _handling(cases: Iterable[Case]) -> Handling:
    decided = [each for each in cases if each.upheld is not None]
    hours = [each.hours for each in decided if each.hours is not None]
    return Handling(
        decided=len(decided),
        upheld=sum(bool(each.upheld) for each in decided),
        hours_median=median(hours) if hours else None,
        hours_sum=sum(hours),
        contacts=sum(each.contacts for each in decided),
        acts=sum(each.acts for each in decided),
    )
