"""The table of one partition with its index of due times, which is computed from it."""

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush

from agents.core.customers.state import Customer
from agents.core.pseudonyms import Pseudonyms


class Partition:
    """The customers of one partition; `handle` reads it, `apply` is how it changes."""

    def __init__(self) -> None:
        self.records: dict[str, Customer] = {}
        self._erased: set[str] = set()
        # Entries of a customer whose `due_at` has moved on are passed over when they come up.
        self._due: list[tuple[int, str]] = []

    def get(self, customer_id: str) -> Customer | None:
        """The record of a customer, if there is one."""
        return self.records.get(customer_id)

    def erased(self, customer_id: str, pseudonyms: Pseudonyms) -> Customer | None:
        """What stays of a customer who asked to be forgotten, under a keyed hash."""
        if not self._erased:
            return None
        marks = (each for each in pseudonyms.marks(customer_id) if each in self._erased)
        found = next(marks, None)
        return None if found is None else self.records[found]

    def apply(self, changed: Mapping[str, Customer | None]) -> None:
        """Take over what a handling changed; None takes a record away."""
        for customer_id, after in changed.items():
            before = self.records.pop(customer_id, None)
            if after is None:
                self._erased.discard(customer_id)
                continue
            if after.erased_at is not None:
                self._erased.add(customer_id)
            self.records[customer_id] = after
            if before is None or before.due_at != after.due_at:
                heappush(self._due, (after.due_at, customer_id))
        if len(self._due) > 2 * len(self.records) + 64:
            self._due = [(each.due_at, key) for key, each in self.records.items()]
            heapify(self._due)

    def next_due(self) -> int | None:
        """The earliest moment (ms) at which time changes something."""
        while self._due and not self._holds(*self._due[0]):
            heappop(self._due)
        return self._due[0][0] if self._due else None

    def due_by(self, now: int) -> Iterator[tuple[int, str]]:
        """What is due at or before `now`, in no order that matters; each customer once."""
        stack, met = [0], set()
        while stack:
            place = stack.pop()
            if place >= len(self._due) or self._due[place][0] > now:
                continue
            at, customer_id = self._due[place]
            stack += [2 * place + 1, 2 * place + 2]
            if customer_id not in met and self._holds(at, customer_id):
                met.add(customer_id)
                yield at, customer_id

    def _holds(self, at: int, customer_id: str) -> bool:
        record = self.records.get(customer_id)
        return record is not None and record.due_at == at
