"""Instants of a wall clock: where it jumps over a time, and where it shows one twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def local(zone: ZoneInfo, at: int) -> datetime:
    """What the wall clock shows at an instant (epoch milliseconds)."""
    return (_EPOCH + at * _MILLISECOND).astimezone(zone)


def instant(zone: ZoneInfo, day: date, since_midnight: int, *, last: bool) -> int:
    """When the wall clock shows so many minutes after midnight of `day` (epoch milliseconds).

    `last`: the second of two. A time that the wall clock jumps over is the moment of the jump.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=since_midnight)  # noqa: DTZ001 - a wall clock's time
    first, second = (_epoch_ms(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if first <= second:
        return second if last else first
    return _jump(zone, second, first)


def _jump(zone: ZoneInfo, before: int, after: int) -> int:
    """The instant between two at which the zone's offset changes (whole seconds, as in tzdata)."""
    offset = local(zone, before).utcoffset()
    below, above = before // 1000, after // 1000
    while above - below > 1:
        middle = (below + above) // 2
        if local(zone, middle * 1000).utcoffset() == offset:
            below = middle
        else:
            above = middle
    return above * 1000


def _epoch_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def minutes(clock: str) -> int:
    """The minutes since midnight of a time such as 09:30."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)
