"""What stage insights keeps: days of sites, cases that may still go on, and what came just now.

It names no customer: a case is kept under a digest of its id.
"""

from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct

from agents.core.calendar import DAY_MS
from schemas.records import Arm, Severity, Tier

DAYS_KEPT: Final = 31
"""So many days after it a site's day is let go of; what still comes of it counts on a later day."""
ENDED_CASES_KEPT: Final = 31
OPEN_CASES_KEPT: Final = 400
"""Days after the last step: of a case that ended (it may be reopened), and of any other."""
WRITTEN_AFTER_MS: Final = 60_000
"""A day that has changed is written so long after it did, with all that came meanwhile."""
MOST_PENDING: Final = 50
"""Of a case whose site is not known yet: so much that is to be counted there waits."""
_DIGEST_BYTES: Final = 12

BEGUN: Final = "begun"
DAYS, CASES, IDS = "d:", "c:", "i:"
"""What the keys in the table begin with, and the one of `Begun`."""

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


def number_of(day: date) -> int:
    """How many days it is after 1 January 1970."""
    return day.toordinal() - _EPOCH_DAY


def day_of(number: int) -> date:
    """The day of that number."""
    return date.fromordinal(number + _EPOCH_DAY)


class State(Struct, frozen=True, kw_only=True):
    """A record of the table."""


class SiteDayState(State, frozen=True, kw_only=True, tag="d", omit_defaults=True):
    """The counts of a site, local day, arm, share and manager, in a region.

    `durations`: by what took so long, severity and tier (`DECIDED:HIGH:LOCAL`), counts by bucket.
    `changed_since`: when it first changed after it was last written (ms); None: it has not.
    """

    site_id: str
    region_id: str
    day: date
    arm: Arm
    share: int | None = None
    manager_id: str | None = None
    counts: dict[str, int] = {}
    durations: dict[str, dict[int, int]] = {}
    changed_since: int | None = None

    @property
    def site_day_id(self) -> str:
        """The key of what is written of it."""
        more = self.share, self.manager_id
        return site_day_id(self.site_id, self.region_id, self.day, self.arm, more)

    @property
    def goes_on(self) -> int:
        """The number of the day (UTC) from which on it is not kept any more."""
        return number_of(self.day) + DAYS_KEPT + 1


class CaseState(State, frozen=True, kw_only=True, tag="c", omit_defaults=True):
    """What is to be known of a case while more may come of it.

    `step`: its last. `opened_at` (ms): when it was opened, or last opened again; None: before this
    stage began. `pending`: what to count at its site, as name and moment, while that is not known.
    `appeal`: what it decides an appeal of. `last_at`: when something was heard of it last (ms).
    """

    step: int = -1
    site_id: str | None = None
    opened_at: int | None = None
    highest_tier: Tier | None = None
    severity: Severity | None = None
    acknowledged: bool = False
    appeal: str | None = None
    ended: bool = False
    last_at: int
    pending: tuple[tuple[str, int], ...] = ()

    @property
    def goes_on(self) -> int:
        """The number of the day (UTC) from which on it is not kept any more."""
        is_open = self.site_id is not None and not self.ended
        return self.last_at // DAY_MS + (OPEN_CASES_KEPT if is_open else ENDED_CASES_KEPT) + 1


class Begun(State, frozen=True, kw_only=True, tag="b"):
    """From when on (ms) each topic was read; 0: from its first record."""

    since: dict[str, int]

    @property
    def whole_since(self) -> int | None:
        """From when on all that is counted was read; None: from the beginning."""
        return max(self.since.values(), default=0) or None


class SeenIds(State, frozen=True, kw_only=True, tag="i"):
    """Digests of the ids of records that came one after the other, eight bytes each."""

    digests: bytes


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(SiteDayState | CaseState | Begun | SeenIds)


@lru_cache(4_096)
def site_day_id(
    site_id: str, region_id: str, day: date, arm: Arm, more: tuple[int | None, str | None]
) -> str:
    """The key of what is written of a site's day; `more`: its share and manager."""
    said = ":".join("" if each is None else str(each) for each in more)
    return f"{site_id}:{day.isoformat()}:{arm.value}:{said}:{region_id}"


def encode(state: State) -> bytes:
    """A record as the changelog has it."""
    return _ENCODER.encode(state)


def decode(value: bytes) -> State:
    """The record in the changelog's bytes.

    Raises:
        msgspec.DecodeError: it is none.
    """
    found: State = _DECODER.decode(value)
    return found


def case_key(escalation_id: str) -> str:
    """Under what a case is kept: nobody reads its visit from it."""
    return CASES + blake2b(escalation_id.encode(), digest_size=_DIGEST_BYTES).hexdigest()
