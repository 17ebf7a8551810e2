"""Which rows a record of a topic makes: pure, and the same whenever it is read again.

A case and all that hangs on it come from several topics, in whatever order. So each record makes
rows of its own, and what hangs on a case that is shown no more is swept away later (`database`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from agents.records.headers import TRACE
from schemas.records import (
    Action,
    Case,
    CasePhase,
    CustomerOverview,
    DeadLetter,
    Delivery,
    Disagreement,
    Erasure,
    Escalation,
    EscalationStatus,
    Notice,
    Receipt,
    TopicName,
)
from streams.topology import Message

CASES: Final = "recourse.cases"
STEPS: Final = "recourse.escalations"
DISAGREEMENTS: Final = "recourse.disagreements"
NOTICES: Final = "recourse.notices"
DELIVERIES: Final = "recourse.deliveries"
ACTIONS: Final = "recourse.actions"
CUSTOMERS: Final = "recourse.customers"
RECEIPTS: Final = "recourse.receipts"
ERASURES: Final = "privacy.erasures"
LETTERS: Final = ("recourse.dead-letters", "service.dead-letters")
REFERENCES: Final = ("recourse.policies", "directory.sites", "directory.managers")
EVERYTHING: Final = ""
"""Stands for all cases, where more has changed than one can say."""
TRACE_ID: Final = slice(3, 35)
"""Where the header `traceparent` holds the id of the trace."""


class Row(NamedTuple):
    """A statement with its values; `case_id` is the case of which it says something new."""

    sql: str
    values: tuple[object, ...]
    case_id: str | None = None


_put: Final = msgspec.msgpack.Encoder().encode
_CASE: Final = (
    "INSERT OR REPLACE INTO cases (case_id, customer_id, site_id, region_id, manager_id, is_open, "
    "due_at, changed_at, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_STEP: Final = "INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)"
_HOLDER: Final = "INSERT OR IGNORE INTO holders VALUES (?, ?)"
_GROUND: Final = "INSERT OR REPLACE INTO grounds VALUES (?, ?, ?, ?, ?, ?)"
_NOTICE: Final = "INSERT OR REPLACE INTO notices VALUES (?, ?, ?, ?, ?, ?, ?)"
_DELIVERY: Final = "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)"
_ACTION: Final = "INSERT OR REPLACE INTO actions VALUES (?, ?, ?, ?, ?, ?)"
_LETTER: Final = "INSERT OR REPLACE INTO letters VALUES (?, ?, ?, ?, ?, ?)"
_OVERVIEW: Final = "INSERT OR REPLACE INTO overviews VALUES (?, ?, ?)"
_RECEIPT: Final = "INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?)"
_REFERENCE: Final = "INSERT OR REPLACE INTO reference VALUES (?, ?, ?, ?)"
_OF_A_CASE: Final = ("steps", "holders", "grounds", "notices", "deliveries", "actions", "cases")
_FORGET_CASE: Final = tuple(f"DELETE FROM {table} WHERE case_id = ?" for table in _OF_A_CASE)  # noqa: S608 - our own names
_FORGET_CASES: Final = tuple(
    f"DELETE FROM {table} WHERE case_id IN "  # noqa: S608 - our own names
    "(SELECT case_id FROM cases WHERE customer_id = ? AND changed_at <= ?)"
    for table in _OF_A_CASE
)


def rows_of(message: Message, record: Struct | None, read_at: int) -> Iterator[Row]:
    """The rows of a record that was read at a time (ms); None is a null value."""
    topic = message.topic
    if topic in REFERENCES:
        key = (message.key or b"").decode("utf-8", "replace")
        yield Row(_REFERENCE, (topic, key, message.offset, message.value))
    elif record is None:
        yield from _gone(topic, (message.key or b"").decode("utf-8", "replace"))
    else:
        yield from _MADE[topic](message, record, read_at)


def trace_in(message: Message) -> str | None:
    """The id of a record's trace, by which an action and its answer know each other."""
    for name, content in message.headers:
        if name == TRACE and content is not None:
            return content[TRACE_ID].decode("ascii", "replace")
    return None


def due_at(case: Case) -> int | None:
    """When what is next of a case is to have happened (ms); None where it is closed."""
    if case.phase is not CasePhase.OPEN:
        return None
    if case.waits_until is not None:
        return case.waits_until
    coming = [case.decide_by]
    if case.acknowledged_at is None:
        coming.append(case.acknowledge_by)
    if case.promised_until is not None:
        coming.append(case.promised_until)
    return min(coming)


def _gone(topic: str, key: str) -> Iterator[Row]:
    if topic == CASES:
        yield from (Row(sql, (key,), key) for sql in _FORGET_CASE)
    elif topic == CUSTOMERS:
        yield Row("DELETE FROM overviews WHERE customer_id = ?", (key,))
        yield Row("DELETE FROM receipts WHERE customer_id = ?", (key,))


def _case(_: Message, case: Case, __: int) -> Iterator[Row]:
    manager = None if case.manager is None else case.manager.manager_id
    yield Row(
        _CASE,
        (
            case.escalation_id,
            case.customer_id,
            case.site_id,
            case.region_id,
            manager,
            case.phase is CasePhase.OPEN,
            due_at(case),
            case.occurred_at,
            _put(case),
        ),
        case.escalation_id,
    )
    if manager is not None:
        yield Row(_HOLDER, (case.escalation_id, manager))


def _step(message: Message, step: Escalation, read_at: int) -> Iterator[Row]:
    refused = step.status is EscalationStatus.REFUSED
    yield Row(
        _STEP,
        (
            step.escalation_id,
            step.step,
            step.occurred_at,
            refused,
            trace_in(message),
            read_at,
            _put(step),
        ),
        step.escalation_id,
    )
    if step.manager is not None:
        yield Row(_HOLDER, (step.escalation_id, step.manager.manager_id))


def _ground(_: Message, found: Disagreement, read_at: int) -> Iterator[Row]:
    if found.escalation_id is not None:
        key = f"{found.disagreement_id}:{found.n}"
        about_conduct = found.topic is TopicName.CONDUCT
        values = (key, found.escalation_id, found.decided_at, about_conduct)
        yield Row(_GROUND, (*values, read_at, _put(found)), found.escalation_id)


def _notice(_: Message, notice: Notice, read_at: int) -> Iterator[Row]:
    if notice.escalation_id is None:
        return
    whom = notice.addressee
    yield Row(
        _NOTICE,
        (
            notice.notice_id,
            notice.escalation_id,
            whom.kind.value,
            whom.id,
            notice.not_before,
            read_at,
            _put(notice),
        ),
        notice.escalation_id,
    )


def _delivery(_: Message, delivery: Delivery, read_at: int) -> Iterator[Row]:
    if delivery.escalation_id is not None:
        values = (delivery.notice_id, delivery.escalation_id, delivery.delivered)
        yield Row(_DELIVERY, (*values, read_at, delivery.reason), delivery.escalation_id)


def _action(message: Message, action: Action, read_at: int) -> Iterator[Row]:
    values = (action.action_id, action.escalation_id, trace_in(message), action.occurred_at)
    yield Row(_ACTION, (*values, read_at, _put(action)), action.escalation_id)


def _letter(message: Message, letter: DeadLetter, __: int) -> Iterator[Row]:
    """Without the value, which may hold anything: only that there is one, and why."""
    place = (message.topic, message.partition, message.offset)
    values = (message.timestamp, letter.reason.value, trace_in(message))
    yield Row(_LETTER, (*place, *values))


def _overview(_: Message, overview: CustomerOverview, __: int) -> Iterator[Row]:
    yield Row(_OVERVIEW, (overview.customer_id, overview.as_of, _put(overview)))


def _receipt(_: Message, receipt: Receipt, read_at: int) -> Iterator[Row]:
    values = (receipt.event_id, receipt.customer_id, read_at, _put(receipt))
    yield Row(_RECEIPT, values)


def _erasure(_: Message, erasure: Erasure, __: int) -> Iterator[Row]:
    """What was there by then goes at once; the desk takes its records back a moment later."""
    by = (erasure.customer_id, erasure.occurred_at)
    yield from (Row(sql, by, EVERYTHING) for sql in _FORGET_CASES)
    yield Row("DELETE FROM overviews WHERE customer_id = ? AND as_of <= ?", by)
    yield Row("DELETE FROM receipts WHERE customer_id = ?", (erasure.customer_id,))


_MADE: Final[Mapping[str, Callable[[Message, Any, int], Iterator[Row]]]] = {
    CASES: _case,
    STEPS: _step,
    DISAGREEMENTS: _ground,
    NOTICES: _notice,
    DELIVERIES: _delivery,
    ACTIONS: _action,
    CUSTOMERS: _overview,
    RECEIPTS: _receipt,
    ERASURES: _erasure,
    **dict.fromkeys(LETTERS, _letter),
}
TOPICS_READ: Final = (*REFERENCES, *_MADE)
"""The topics of the model; the first of them are few records, without which nothing can be said."""
