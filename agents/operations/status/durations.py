"""How long something takes or took, as people say it."""

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000


def lasting(milliseconds: int) -> str:
    """The two largest units that count: `3 d 4 h`, `22 min`, `14 s`."""
    left = max(0, milliseconds)
    if left < _MINUTE:
        return f"{left // _SECOND} s"
    if left < _HOUR:
        return f"{left // _MINUTE} min"
    if left < _DAY:
        return _two(left // _HOUR, "h", left % _HOUR // _MINUTE, "min")
    return _two(left // _DAY, "d", left % _DAY // _HOUR, "h")


def _two(large: int, unit: str, small: int, smaller: str) -> str:
    return f"{large} {unit} {small} {smaller}" if small else f"{large} {unit}"
