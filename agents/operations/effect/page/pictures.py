"""The page's pictures, in SVG: shapes alone, stretched to their place; their words stand beside."""

from collections.abc import Sequence
from math import floor, log10
from xml.etree.ElementTree import Element

from msgspec import Struct

from agents.operations.effect.page.elements import tag

_WIDE = 100.0
_HIGH = 100.0
_TICKS = 2.4


class Scale(Struct, frozen=True):
    """From less than nothing to more, the same way on both sides: -reach to reach, as shown."""

    reach: float

    def percent(self, value: float) -> float:
        """Where a value stands between the ends, in percent; beyond them, at the end."""
        inside = min(self.reach, max(-self.reach, value))
        return round(50 + 50 * inside / self.reach, 2)

    def is_beyond(self, value: float) -> bool:
        """Whether a value is beyond an end."""
        return abs(value) > self.reach

    @property
    def ticks(self) -> list[float]:
        """Round values, 0 in the middle: so few that they find room on a phone."""
        step = _round_up(self.reach / _TICKS)
        half = int(self.reach / step + 1e-9)
        return [number * step for number in range(-half, half + 1)]


def _round_up(value: float) -> float:
    """The next of 1, 2 and 5 with its power of ten."""
    power = 10.0 ** floor(log10(value))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= value)


def interval(scale: Scale, low: float, value: float, high: float, worth: float) -> Element:
    """A line of a forest plot: where a difference can be, and a dot where it was found."""
    left, right = scale.percent(low), scale.percent(high)
    return _stretched(
        _WIDE,
        20,
        _band_across(scale, worth),
        _line(50, 0, 50, 20, "zero"),
        _line(left, 10, right, 10, "reach"),
        _line(left, 10, left, 10, "beyond") if scale.is_beyond(low) else None,
        _line(right, 10, right, 10, "beyond") if scale.is_beyond(high) else None,
        _line(scale.percent(value), 10, scale.percent(value), 10, "dot"),
        aria_hidden="true",
    )


def nothing(scale: Scale, worth: float) -> Element:
    """A line of a forest plot of which nothing is known."""
    return _stretched(
        _WIDE, 20, _band_across(scale, worth), _line(50, 0, 50, 20, "zero"), aria_hidden="true"
    )


def _band_across(scale: Scale, worth: float) -> Element:
    left, right = scale.percent(-worth), scale.percent(worth)
    return tag("rect", x=left, y=0, width=round(right - left, 2), height=20, class_="worth")


class Seen(Struct, frozen=True, kw_only=True):
    """What was known at a moment, which stands so far along the way: 0 to 1."""

    along: float
    low: float
    value: float
    high: float


def over_time(
    scale: Scale, points: Sequence[Seen], worth: float, *, title: str, description: str
) -> Element:
    """A difference over time with the interval that it had at each moment."""
    upper = [_at(each.along, scale, each.high) for each in points]
    lower = [_at(each.along, scale, each.low) for each in points]
    middle = [_at(each.along, scale, each.value) for each in points]
    top, bottom = 100 - scale.percent(worth), 100 - scale.percent(-worth)
    return _stretched(
        _WIDE,
        _HIGH,
        tag("title", title),
        tag("desc", description),
        tag("rect", x=0, y=round(top, 2), width=100, height=round(bottom - top, 2), class_="worth"),
        tag("polygon", points=" ".join([*upper, *reversed(lower)]), class_="band"),
        tag("polyline", points=" ".join(middle), class_="course"),
        _line(0, 50, 100, 50, "zero"),
        _line(_x(points[-1].along), _y(scale, points[-1].value), None, None, "dot"),
        role="img",
    )


def _at(along: float, scale: Scale, value: float) -> str:
    return f"{_x(along):g},{_y(scale, value):g}"


def _x(along: float) -> float:
    return round(along * _WIDE, 2)


def _y(scale: Scale, value: float) -> float:
    return round(100 - scale.percent(value), 2)


def _line(x: float, y: float, x2: float | None, y2: float | None, kind: str) -> Element:
    return tag(
        "line", x1=x, y1=y, x2=x if x2 is None else x2, y2=y if y2 is None else y2, class_=kind
    )


def _stretched(wide: float, high: float, *content: Element | None, **attributes: str) -> Element:
    return tag(
        "svg",
        *content,
        viewBox=f"0 0 {wide:g} {high:g}",
        preserveAspectRatio="none",
        **attributes,
    )
