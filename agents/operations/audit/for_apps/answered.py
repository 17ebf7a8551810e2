"""Whether each thing that the customers' channel wrote has its receipt.

Of an event no more is held than a hash until its receipt is there, and of a receipt until its event
is: between two topics there is no order.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from agents.core.calendar import DAY_MS, HOUR_MS
from agents.core.policy import Policy
from agents.operations.audit.finding import Breach, Finding
from schemas.records import CustomerResponse, Erasure, Receipt

CHANNEL = "service.customer-responses"
RECEIPTS = "recourse.receipts"
_GENERATION = 2
_UNSURE_MS = 60_000
_BEHIND_MS = HOUR_MS
"""Where nothing later of a partition is answered either, its stage may be behind: that is another
alert's, and this one waits so long."""
_LOOKED_AT_MS = 6 * DAY_MS
"""A day less than receipts are kept."""


class _Asked(Struct, kw_only=True):
    """Events under one id less the receipts under it, and the newest of these events."""

    count: int = 0
    at: int = 0
    place: str = ""
    partition: int = 0
    occurred_at: int = 0
    whose: int = 0


class Answered:
    """Events and receipts, in whatever order they come."""

    def __init__(self) -> None:
        self._asked: dict[int, _Asked] = {}
        self._reached: dict[int, int] = {}  # by partition: up to when it was answered (ms)
        self._erased: dict[int, int] = {}  # who asked to be forgotten, and when that occurred (ms)

    def said(self, record: CustomerResponse, at: int, partition: int, place: str) -> None:
        """An event that came into the channel's topic at a moment (ms), and lies at a place."""
        asked = self._of(record.customer_id, record.event_id, 1, at)
        asked.at, asked.place, asked.partition = at, place, partition
        asked.occurred_at, asked.whose = record.occurred_at, hash(record.customer_id)

    def answered(self, record: Receipt, at: int, partition: int) -> None:
        """A receipt."""
        self._reached[partition] = max(self._reached.get(partition, 0), record.handled_at)
        self._of(record.customer_id, record.event_id, -1, at)

    def forgotten(self, record: Erasure) -> None:
        """Who asked to be forgotten: what they said before that is answered no more."""
        before = self._erased.get(hash(record.customer_id), 0)
        self._erased[hash(record.customer_id)] = max(before, record.occurred_at)

    def findings(self, policies: Mapping[str, Policy], horizon: int, now: int) -> Iterator[Finding]:
        """What is not answered, up to `horizon`, of the last days."""
        for asked in self._asked.values():
            if asked.count <= 0 or not now - _LOOKED_AT_MS < asked.at < horizon:
                continue
            reached = self._reached.get(asked.partition, 0)
            surely = reached > asked.at + _UNSURE_MS or horizon > asked.at + _BEHIND_MS
            is_erased = asked.occurred_at <= self._erased.get(asked.whose, -1)
            if surely and not is_erased and _answers(policies, asked.at):
                detail = "it has no receipt, and what came after it has"
                if reached <= asked.at + _UNSURE_MS:
                    detail = "it has no receipt for an hour"
                yield Finding(what=Breach.UNANSWERED, of=asked.place, detail=detail)

    def forget(self, now: int) -> None:
        """Lets go of what is looked at no more."""
        self._asked = {
            key: each for key, each in self._asked.items() if each.at > now - _LOOKED_AT_MS
        }

    def _of(self, customer_id: str, event_id: str, more: int, at: int) -> _Asked:
        key = hash((customer_id, event_id))
        asked = self._asked.setdefault(key, _Asked(at=at))
        asked.count += more
        if asked.count == 0:
            del self._asked[key]
        return asked


def _answers(policies: Mapping[str, Policy], at: int) -> bool:
    """Whether the policy that was in force at a moment (ms) has events answered."""
    in_force = [each for each in policies.values() if each.effective_from_milliseconds <= at]
    newest = max(in_force, key=lambda each: each.effective_from_milliseconds, default=None)
    return newest is not None and newest.writes_generation(_GENERATION)
