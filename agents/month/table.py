"""The figures of a month as rows, the variants side by side; and as plain data."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agents.month.figures import WHOLE, Figures, Waits
from agents.month.side_by_side import Variant
from schemas.records import Tier

Row = tuple[str, ...]
_WHERE = (*(tier.value for tier in Tier if tier is not Tier.UNKNOWN), WHOLE)
_HOUR, _DAY = 60, 24 * 60


def headings(variants: Sequence[Variant]) -> Row:
    """The titles of the columns."""
    return ("", *(_title(each) for each in variants))


def rows(variants: Sequence[Variant]) -> list[Row]:
    """What is counted, a row each."""
    figures = [each.figures for each in variants]
    return [(name, *(value(each) for each in figures)) for name, value in _lines()]


def as_data(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """The same for machines: times in minutes, shares from 0 to 1."""
    return [_plain(each) for each in variants]


def _title(variant: Variant) -> str:
    posts = f"{variant.managers} managers"
    return (
        f"{posts}, {variant.vacant} posts vacant" if variant.vacant else f"{posts}, no post vacant"
    )


def _lines() -> Iterator[tuple[str, Callable[[Figures], str]]]:
    yield "events", lambda f: _count(f, "events")
    yield "cases", lambda f: _count(f, "cases")
    yield "throttled, of what asked for a place", lambda f: percent(throttled_share(f))
    for what, waits in (("acknowledged", "acknowledged"), ("decided", "decided")):
        for where in _WHERE:
            name = where if where == WHOLE else f"at {where}"
            yield f"{what} {name}", _waits(waits, where)
    yield "moved up, of all cases", lambda f: percent(moved_share(f))
    yield "  as nobody had acknowledged", lambda f: f"{f.moves['NOT_ACKNOWLEDGED']:,}"
    yield "  as it was not decided in time", lambda f: f"{f.moves['UNDECIDED']:,}"
    yield "  as a promised call was missed", lambda f: f"{f.moves['SILENCE_PROMISE_MISSED']:,}"
    yield "moves of one case, at most", lambda f: str(f.most_moves)
    yield "handed over at the end of a shift", lambda f: _count(f, "handed over")
    yield "overdue with nowhere to move to", lambda f: _count(f, "said: OVERDUE")
    yield "promises kept, of those made", _promises
    yield "customers told, within the time to acknowledge", _told
    yield "cases that had nobody for a while", _nobody
    yield "open at the end (the oldest)", _open
    yield "what the auditor finds", lambda f: _listed(f.findings) or "nothing"
    yield "dead letters", lambda f: _listed(f.dead_letters) or "none"


def _count(figures: Figures, name: str) -> str:
    return f"{figures.counts[name]:,}"


def _waits(what: str, where: str) -> Callable[[Figures], str]:
    return lambda figures: _shown(getattr(figures, what).get(where, Waits()))


def _shown(waits: Waits) -> str:
    """`32 min, 1 h 24 min; 97.4 % of 474 in time`: median, p90, share."""
    if waits.share_in_time is None:
        return "none"
    median, most = waits.of(0.5), waits.of(0.9)
    times = "" if median is None or most is None else f"{span(median)}, {span(most)}; "
    return f"{times}{percent(waits.share_in_time)} of {waits.in_time + waits.late:,} in time"


def _promises(figures: Figures) -> str:
    counts = figures.counts
    judged = counts["promises kept"] + counts["promises missed"]
    if not judged:
        return "none"
    return f"{percent(counts['promises kept'] / judged)} of {judged:,}"


def _told(figures: Figures) -> str:
    if figures.told.share_in_time is None:
        return "none"
    return f"{percent(figures.told.share_in_time)} of {len(figures.told.minutes):,}"


def _nobody(figures: Figures) -> str:
    count = figures.counts["cases without a manager"]
    longest = figures.longest_without_manager
    return f"{count:,} (at most {span(longest)})" if count else "none"


def _open(figures: Figures) -> str:
    count = figures.counts["open at the end"]
    return f"{count:,} ({span(figures.oldest_open)})" if count else "none"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()) if count)


def throttled_share(figures: Figures) -> float | None:
    """THROTTLED, of all that the throttle or the floor let through or not."""
    decisions = figures.decisions
    asked = decisions["RAISED"] + decisions["THROTTLED"]
    return decisions["THROTTLED"] / asked if asked else None


def moved_share(figures: Figures) -> float | None:
    """Cases that moved up at least once by time, of all."""
    cases = figures.counts["cases"]
    return figures.counts["cases moved up"] / cases if cases else None


def percent(share: float | None) -> str:
    """`97.4 %`; what is not quite all is not shown as all."""
    if share is None:
        return "none"
    shown = f"{share * 100:.1f}"
    return f"{'99.9' if shown == '100.0' and share < 1 else shown} %"


def span(minutes: int) -> str:
    """`45 min`, `3 h 20 min`, `2 d 4 h`."""
    if minutes < _HOUR:
        return f"{minutes} min"
    if minutes < _DAY:
        hours, rest = divmod(minutes, _HOUR)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, rest = divmod(minutes, _DAY)
    return f"{days} d {rest // _HOUR} h" if rest // _HOUR else f"{days} d"


def _plain(variant: Variant) -> dict[str, Any]:
    figures = variant.figures
    return {
        "managers": variant.managers,
        "vacant": variant.vacant,
        "acknowledged": {name: _figures_of(w) for name, w in figures.acknowledged.items()},
        "decided": {name: _figures_of(w) for name, w in figures.decided.items()},
        "told": _figures_of(figures.told),
        "moved_up_share": moved_share(figures),
        "throttled_share": throttled_share(figures),
        "moves": dict(figures.moves),
        "most_moves_of_a_case": figures.most_moves,
        "longest_without_manager_minutes": figures.longest_without_manager,
        "oldest_open_minutes": figures.oldest_open,
        "counts": dict(sorted(figures.counts.items())),
        "decisions": dict(figures.decisions),
        "outcomes": dict(figures.outcomes),
        "dead_letters": dict(figures.dead_letters),
        "audit": dict(figures.findings),
        "cpu_seconds": round(variant.seconds, 1),
        "peak_memory_mb": round(variant.memory_mb),
    }


def _figures_of(waits: Waits) -> dict[str, Any]:
    return {
        "median_minutes": waits.of(0.5),
        "p90_minutes": waits.of(0.9),
        "share_in_time": waits.share_in_time,
        "done": len(waits.minutes),
        "in_time": waits.in_time,
        "late": waits.late,
    }
