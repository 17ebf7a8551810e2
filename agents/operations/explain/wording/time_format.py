"""Times as people read them where they are: local, with the zone."""

import re
from datetime import UTC, datetime

from agents.core.rfc3339 import milliseconds
from agents.core.standards import zone_of

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def local(at: int, time_zone: str) -> str:
    """A moment (epoch milliseconds) for an operator: `Mon 2 Mar 2026 09:20 EST`."""
    moment = _moment(at, time_zone)
    return f"{moment:%a} {moment.day} {moment:%b %Y %H:%M} {moment:%Z}"


def localised(text: str, time_zone: str) -> str:
    """A text of the core with its instants (RFC 3339, UTC) as an operator reads them."""
    return _INSTANT.sub(lambda found: local(milliseconds(found[0]) or 0, time_zone), text)


def _moment(at: int, time_zone: str) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone_of(time_zone))
