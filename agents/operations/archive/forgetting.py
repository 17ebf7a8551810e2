"""Which rows are a customer's who asked to be forgotten.

Theirs are the rows of their key, those that name them, and those without any customer's id that
name one of their visits: a manager's notice, an action, an answer. What happened more than an hour
after the erasure is of somebody who came back, and stays; what happened before and comes late does
not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from agents.operations.archive.columns import (
    KEY,
    KEY_BYTES,
    TIMESTAMP,
    VALUE,
    columns_of,
)
from agents.operations.archive.leaves import Leaves, leaves
from schemas.catalogue import TOPICS

ERASURES: Final = "privacy.erasures"
SETTLED_MS: Final = 3_600_000
"""For so long after an erasure something may still be on its way that was caused before it."""
_EVER: Final = 2**62
_KEYS_OF_CUSTOMERS: Final = ("customer_id", "addressee.id", "key")
_CUSTOMER: Final = "customer_id"
_NAMED: Final = (_CUSTOMER, "addressee.id")
_VISIT: Final = "visit_id"
_OCCURRED: Final = "occurred_at"
_OF_A_VISIT: Final = ("escalation_id", "disagreement_id", "notice_id", "subject_id")
"""Ids that begin with the visit's, before a colon."""
_QUOTES: Final = ("recourse.dead-letters", "service.dead-letters")
"""Topics whose records repeat another one, whatever that is."""
_SAYS_ERASED: Final = ("recourse.erased",)


class Forgotten:
    """Those who asked, and their visits, each with the moment (ms) up to which it counts."""

    def __init__(self) -> None:
        self.customers: dict[str, int] = {}
        self.visits: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self.customers)

    def ask(self, customer_id: str, at: int) -> None:
        """An erasure was asked for at a moment (ms)."""
        until = at + SETTLED_MS
        self.customers[customer_id] = max(until, self.customers.get(customer_id, until))

    def meet(self, topic: str, table: pa.Table) -> None:
        """Learns the visits of those who asked."""
        if not self or not {_CUSTOMER, _VISIT} <= set(columns_of(topic).names):
            return
        mine = table.filter(self._of_customers(topic, table))
        for customer_id, visit_id in zip(
            mine.column(_CUSTOMER).to_pylist(), mine.column(_VISIT).to_pylist(), strict=True
        ):
            until = self.customers.get(customer_id or "")
            if until is not None and visit_id is not None:
                self.visits[visit_id] = max(until, self.visits.get(visit_id, until))

    def without(self, topic: str, table: pa.Table) -> pa.Table:
        """The rows of everybody else."""
        if not self or not len(table):
            return table
        theirs = pc.or_(self._of_customers(topic, table), self._of_visits(topic, table))
        return table.filter(pc.invert(theirs)) if pc.any(theirs).as_py() else table

    def _of_customers(self, topic: str, table: pa.Table) -> pa.Array:
        found = _looked_for(table, self.customers, _names(table), is_erasure=topic in _SAYS_ERASED)
        if TOPICS[topic].key in _KEYS_OF_CUSTOMERS:
            found = pc.or_(found, _by_key(table, self.customers))
        if TOPICS[topic].carried or TOPICS[topic].schema is not None:
            found = pc.or_(found, _in_values(table, self.customers))
        return found

    def _of_visits(self, topic: str, table: pa.Table) -> pa.Array:
        if topic in _QUOTES:
            return _quoted(table, self.customers | self.visits)
        if not self.visits or _CUSTOMER in columns_of(topic).names:
            return pa.array([False] * len(table))
        return _looked_for(table, self.visits, _visits_of(table))


def _names(table: pa.Table) -> Iterator[Leaves]:
    return (each for each in leaves(table) if each.name.endswith(_NAMED))


def _visits_of(table: pa.Table) -> Iterator[Leaves]:
    for each in leaves(table):
        field = each.name.rpartition(".")[2]
        if field == _VISIT:
            yield each
        elif field in _OF_A_VISIT:
            begins = pc.list_element(pc.split_pattern(each.values, ":", max_splits=1), 0)
            yield each._replace(values=begins)


def _by_key(table: pa.Table, sought: Mapping[str, int]) -> pa.Array:
    """Rows of a key; of a tombstone, which holds nothing else, whenever it came."""
    first = table.column_names[0]
    empty = pc.and_(pc.is_null(table.column(first)), pc.is_null(table.column(VALUE)))
    if first in (KEY, VALUE):
        empty = pc.is_null(table.column(VALUE))
    within = _within(table, table.column(KEY), sought)
    ever = pc.and_(empty, pc.is_in(table.column(KEY), pa.array(sought, pa.string())))
    return pc.or_(within, ever)


def _moments(table: pa.Table) -> pa.ChunkedArray:
    """When each row came (ms), or happened, where that is earlier: what comes late counts, too."""
    came = table.column(TIMESTAMP).cast(pa.int64())
    if _OCCURRED not in table.column_names:
        return came
    return pc.min_element_wise(came, table.column(_OCCURRED).cast(pa.int64()))


def _within(table: pa.Table, values: pa.Array, sought: Mapping[str, int]) -> pa.Array:
    index = pc.index_in(values, pa.array(sought, pa.string()))
    limits = pc.take(pa.array(sought.values(), pa.int64()), index)
    at = _moments(table)
    return pc.fill_null(pc.less_equal(at, limits), False)


def _looked_for(
    table: pa.Table, sought: Mapping[str, int], among: Iterable[Leaves], *, is_erasure: bool = False
) -> pa.Array:
    """The rows in which one of the ids stands, by the moment of the row."""
    at = _moments(table).to_pylist()
    hit = [False] * len(table)
    ids = pa.array(sought, pa.string())
    for each in among:
        found = pc.is_in(each.values, ids)
        for row, value in zip(
            each.rows.filter(found).to_pylist(), each.values.filter(found).to_pylist(), strict=True
        ):
            hit[row] = hit[row] or is_erasure or at[row] <= sought[value]
    return pa.array(hit, pa.bool_())


def _quoted(table: pa.Table, sought: Mapping[str, int]) -> pa.Array:
    """Rows in one of whose strings an id stands as a word of its own."""
    at = _moments(table).to_pylist()
    word = re.compile(
        b"(?<![A-Za-z0-9_-])("
        + b"|".join(re.escape(each).encode() for each in sought)
        + b")(?![A-Za-z0-9_-])"
    )
    hit = [False] * len(table)
    for each in leaves(table):
        for row, value in zip(each.rows.to_pylist(), each.values.to_pylist(), strict=True):
            text = value.encode() if isinstance(value, str) else value or b""
            hit[row] = hit[row] or any(
                at[row] <= sought[found.decode()] for found in word.findall(text)
            )
    return pa.array(hit, pa.bool_())


def _in_values(table: pa.Table, sought: Mapping[str, int]) -> pa.Array:
    """Rows whose value or key was kept as it was written, and holds one of the ids somewhere."""
    at = _moments(table).to_pylist()
    hit = [False] * len(table)
    for name in (VALUE, KEY_BYTES):
        column = table.column(name)
        kept = pc.indices_nonzero(pc.is_valid(column)).to_pylist()
        for row, value in zip(
            kept, column.take(pa.array(kept, pa.int64())).to_pylist(), strict=True
        ):
            hit[row] = hit[row] or any(
                customer_id.encode() in value and at[row] <= until
                for customer_id, until in sought.items()
            )
    return pa.array(hit, pa.bool_())
