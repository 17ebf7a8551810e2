"""The figures of a month as rows, the variants side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from agents.simulation.month.columns import NOTHING, Column, Summary
from agents.simulation.month.figures import WHOLE
from schemas.records import Tier

Row = tuple[str, ...]
_WHERE = (*(tier.value for tier in Tier if tier is not Tier.UNKNOWN), WHOLE)
_HOUR, _DAY = 60, 24 * 60


def headings(columns: Sequence[Column]) -> Row:
    """The titles of the columns."""
    return ("", *(_title(each) for each in columns))


def rows(columns: Sequence[Column]) -> list[Row]:
    """What is counted, a row each."""
    return [(name, *(value(each) for each in columns)) for name, value in _lines()]


def _title(column: Column) -> str:
    posts = f"{column.vacant} posts vacant" if column.vacant else "no post vacant"
    return f"{column.managers} managers, {posts}"


def _lines() -> Iterator[tuple[str, Callable[[Column], str]]]:
    yield "events", _count("events")
    yield "cases", _count("cases")
    yield "throttled, of what asked for a place", lambda c: percent(c.throttled_share)
    for where in _WHERE:
        yield f"acknowledged {_at(where)}", _acknowledged(where)
    for where in _WHERE:
        yield f"decided {_at(where)}", _decided(where)
    yield "moved up, of all cases", lambda c: percent(c.moved_up_share)
    yield "as nobody had acknowledged", _moves("NOT_ACKNOWLEDGED")
    yield "as it was not decided in time", _moves("UNDECIDED")
    yield "as a promised call was missed", _moves("SILENCE_PROMISE_MISSED")
    yield "moves of one case, at most", lambda c: str(c.most_moves_of_a_case)
    yield "handed over at the end of a shift", _count("handed over")
    yield "overdue with nowhere to move to", _count("said: OVERDUE")
    yield "promises kept, of those made", _promises
    yield "customers told within the time to acknowledge", _told
    yield "cases that had nobody for a while", _nobody
    yield "open at the end (the oldest)", _open
    yield "dead letters", lambda c: _listed(c.dead_letters) or "none"
    yield "what the auditor finds", lambda c: _listed(c.audit) or "nothing"


def _at(where: str) -> str:
    return where if where == WHOLE else f"at {where}"


def _count(name: str) -> Callable[[Column], str]:
    return lambda column: f"{column.count(name):,}"


def _moves(because: str) -> Callable[[Column], str]:
    return lambda column: f"{column.moves.get(because, 0):,}"


def _acknowledged(where: str) -> Callable[[Column], str]:
    return lambda column: _shown(column.acknowledged.get(where, NOTHING))


def _decided(where: str) -> Callable[[Column], str]:
    return lambda column: _shown(column.decided.get(where, NOTHING))


def _shown(summary: Summary) -> str:
    """`32 min, 1 h 24 min; 97.4 % of 474 in time`: median, 90th percentile, share."""
    if summary.share_in_time is None:
        return "none"
    in_time = f"{percent(summary.share_in_time)} of {summary.in_time + summary.late:,} in time"
    if summary.median_minutes is None or summary.p90_minutes is None:
        return in_time
    return f"{span(summary.median_minutes)}, {span(summary.p90_minutes)}; {in_time}"


def _promises(column: Column) -> str:
    judged = column.count("promises kept") + column.count("promises missed")
    return f"{percent(column.promises_kept_share)} of {judged:,}" if judged else "none"


def _told(column: Column) -> str:
    told = column.told
    return f"{percent(told.share_in_time)} of {told.done:,}" if told.done else "none"


def _nobody(column: Column) -> str:
    count = column.count("cases without a manager")
    return (
        f"{count:,} (at most {span(column.longest_without_manager_minutes)})" if count else "none"
    )


def _open(column: Column) -> str:
    count = column.count("open at the end")
    return f"{count:,} ({span(column.oldest_open_minutes)})" if count else "none"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()) if count)


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
