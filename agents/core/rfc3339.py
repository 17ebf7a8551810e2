"""Times as people and JSON Lines write them, and epoch milliseconds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(text: object) -> int | None:
    """Epoch milliseconds of an RFC 3339 time with an offset; None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())  # RFC 3339 allows t and z
    except ValueError:
        return None
    return None if moment.tzinfo is None else (moment - _EPOCH) // _MILLISECOND


@lru_cache(maxsize=8_192)
def text_of(at: int) -> str:
    """RFC 3339 in UTC, with milliseconds where there are any."""
    moment = _EPOCH + at * _MILLISECOND
    precision = "milliseconds" if at % 1000 else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
