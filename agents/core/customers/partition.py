"""The table of one partition, and what is due when, which is computed from it.

Customers are kept as bytes: a million of them would be too large otherwise. One is read when
something happens to it; those read last stay as they are.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest

from agents.core.customers import state_codec
from agents.core.customers.due_index import DueIndex
from agents.core.customers.state import Customer
from agents.core.pseudonyms import Pseudonyms, key_of

READ_AT_MOST = 256
"""How many customers stay read, those of the last records."""
NOT_DUE = 253_402_300_799_999
"""The last moment of the year 9999: what is due then never is."""


class Partition:
    """The customers of one partition; `handle` reads it, `apply` is how it changes."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._read: OrderedDict[str, Customer] = OrderedDict()
        self._erased: set[str] = set()
        self._due = DueIndex(self._due_at)

    def get(self, customer_id: str) -> Customer | None:
        """The record of a customer, if there is one."""
        found = self._read.get(customer_id)
        if found is not None:
            return found
        value = self._kept.get(customer_id)
        if value is None:
            return None
        customer = state_codec.decode(value)
        self._remember(customer_id, customer)
        return customer

    def look(self, customer_id: str) -> Customer | None:
        """The same for who goes through all of them: it does not stay read."""
        found = self._read.get(customer_id)
        value = self._kept.get(customer_id)
        if found is not None or value is None:
            return found
        return state_codec.decode(value)

    def keys_after(self, key: str, at_most: int) -> list[str]:
        """The next keys in their order."""
        return nsmallest(at_most, (each for each in self._kept if each > key))

    def erased(self, customer_id: str, pseudonyms: Pseudonyms) -> Customer | None:
        """What stays of a customer who asked to be forgotten, under a keyed hash."""
        if not self._erased:
            return None
        marks = (each for each in pseudonyms.marks(customer_id) if each in self._erased)
        found = next(marks, None)
        return None if found is None else self.get(found)

    def _remember(self, customer_id: str, customer: Customer) -> None:
        self._read[customer_id] = customer
        self._read.move_to_end(customer_id)
        if len(self._read) > READ_AT_MOST:
            self._read.popitem(last=False)

    def restore(self, values: Mapping[str, bytes]) -> None:
        """Take over what a changelog holds, in whichever form."""
        for customer_id, value in values.items():
            self._put(customer_id, state_codec.in_this_form(value))

    def apply(
        self,
        changed: Mapping[str, Customer | None],
        values: Mapping[str, bytes | None] | None = None,
    ) -> None:
        """Take over what a handling changed; None takes a record away.

        `values`: the same as bytes, where somebody has made them already.
        """
        for customer_id, after in changed.items():
            if after is None:
                self._put(customer_id, None)
                self._read.pop(customer_id, None)
                continue
            value = values.get(customer_id) if values is not None else None
            self._put(customer_id, value or state_codec.encode(after))
            self._remember(customer_id, after)

    def _put(self, customer_id: str, value: bytes | None) -> None:
        before = self._kept.get(customer_id)
        was = None if before is None else state_codec.due_at(before)
        if value is None:
            self._kept.pop(customer_id, None)
            self._erased.discard(customer_id)
            self._due.move(customer_id, was, None)
            return
        self._kept[customer_id] = value
        if was is None and key_of(customer_id) is not None:
            self._erased.add(customer_id)
        self._due.move(customer_id, was, state_codec.due_at(value))

    def _due_at(self, customer_id: str) -> int | None:
        value = self._kept.get(customer_id)
        return None if value is None else state_codec.due_at(value)

    def records(self) -> Iterable[tuple[str, bytes]]:
        """All that is kept, as bytes."""
        return self._kept.items()

    def count(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def next_due(self) -> int | None:
        """The earliest moment (ms) at which time changes something."""
        first = self._due.earliest()
        return None if first is None or first >= NOT_DUE else first

    def due_by(self, now: int) -> Iterator[tuple[int, str]]:
        """What is due at or before `now`, in no order that matters; each customer once."""
        return self._due.until(now)
