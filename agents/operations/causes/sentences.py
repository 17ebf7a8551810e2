"""What `recourse causes` says in words."""

from collections.abc import Iterator
from datetime import date, timedelta

from agents.operations.causes.report import PER, Line, Report
from agents.operations.causes.shrinkage import Seen
from agents.operations.causes.watch import Since, Watched

_EPOCH = date(1970, 1, 1)
_NAMED = 5


def day_of(number: int) -> date:
    """The day that so many days after 1970's first is."""
    return _EPOCH + timedelta(number)


def number_of(day: date) -> int:
    """The days from 1970's first to a day."""
    return (day - _EPOCH).days


def sentences(found: Report, times: float) -> Iterator[str]:
    """What was counted, and what stands out."""
    if found.first_day is None or found.last_day is None:
        yield "Nothing to say: no visit has begun yet."
        return
    cases = sum(each.cases for each in found.network)
    sites = "1 site" if found.sites == 1 else f"{found.sites:,} sites"
    yield (
        f"{cases:,} cases by cause, in {found.visits:,} visits that began from "
        f"{day_of(found.first_day)} to {day_of(found.last_day)}, at {sites}."
    )
    standing = [each for each in found.lines if each.stands_out]
    if not standing:
        yield (
            f"No cause stands out: none is at a site more than {times:g} times as frequent as "
            "elsewhere, as far as can be said by now."
        )
    yield from map(stands_out, standing[:_NAMED])
    if len(standing) > _NAMED:
        yield f"{len(standing) - _NAMED} more stand out."
    yield from map(since, found.fixes)


def stands_out(line: Line) -> str:
    """One cause at one site of which enough is known to say that it is more frequent there."""
    rate = f"{line.rate.value:.1f}" if line.rate else "?"
    elsewhere = "none" if line.elsewhere is None else f"{line.elsewhere:.1f}"
    return (
        f"{line.site_id}: {line.cause} stands out with {rate} in 1,000 visits, elsewhere "
        f"{elsewhere}. An example: recourse explain {line.example}"
    )


def since(watch: Watched) -> str:
    """What has become of a cause since something was done about it."""
    fix, counts = watch.fix, watch.counts
    of = f"{fix.site_id or 'all sites'}, {fix.cause}" if str(fix.cause) else f"{fix.site_id}"
    done = f"Since {fix.day}, {fix.what} ({of}):"
    if watch.said is Since.NOTHING:
        return f"{done} nothing can be said, for there was no case before."
    was, now = per_1000(counts.before), per_1000(counts.since)
    elsewhere = ""
    if counts.elsewhere_before.visits:
        before, after = per_1000(counts.elsewhere_before), per_1000(counts.elsewhere_since)
        elsewhere = f" (elsewhere {before}, then {after})"
    known = {
        Since.RARER: "enough to say that it is rarer",
        Since.MORE_FREQUENT: "enough to say that it is more frequent",
    }.get(watch.said, "not yet enough to say that it is rarer, or more frequent")
    return f"{done} {known}: {was} in 1,000 visits before, {now} since{elsewhere}."


def per_1000(seen: Seen) -> str:
    """Cases in 1,000 visits, as counted."""
    return f"{seen.cases * PER / seen.visits:.1f}" if seen.visits else "no visits"
