"""Who is told what of an escalation's steps: the table, which says it of every step.

The first row of a step's status whose condition holds counts. A message's key is what
`agents/texts/notices` has texts for. None: nobody of that side is told, for the reason beside it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from agents.core.reasons import RECORDED_CALL
from schemas.records import Escalation, EscalationStatus

_S = EscalationStatus


class Happening(Struct, frozen=True, kw_only=True):
    """A step, with who had the case before it, and its neighbours of the same handling."""

    step: Escalation
    had: str | None = None
    previous: Escalation | None = None
    following: Escalation | None = None


Condition = Callable[[Happening], bool]


class Row(Struct, frozen=True, kw_only=True):
    """What the three people concerned are told: the customer, who has the case, and who had it."""

    when: Condition
    customer: str | None = None
    manager: str | None = None
    former: str | None = None


def _always(_: Happening) -> bool:
    return True


def _has(*codes: str) -> Condition:
    """The step has one of these reasons."""
    return lambda each: any(reason.code in codes for reason in each.step.reasons)


def _nobody(each: Happening) -> bool:
    """No manager has the case after the step."""
    return each.step.manager is None


def _call_follows(each: Happening) -> bool:
    """The customer rang a manager: the step ACKNOWLEDGED of the same moment tells it."""
    taken = each.following is not None and each.following.status is _S.ACKNOWLEDGED
    return taken and _has(RECORDED_CALL)(each)


def _after_call(each: Happening) -> bool:
    return each.previous is not None and any(
        reason.code == RECORDED_CALL for reason in each.previous.reasons
    )


def _moves_up_next(each: Happening) -> bool:
    return each.following is not None and each.following.status is _S.MOVED_UP


def _by_another(each: Happening) -> bool:
    """Somebody else than who has the case did it."""
    return each.step.manager is not None and each.step.by != each.step.manager.manager_id


_SAME_MOMENT = _call_follows

TABLE: Final[Mapping[EscalationStatus, tuple[Row, ...]]] = {
    _S.OPENED: (
        Row(when=_SAME_MOMENT),  # told by ACKNOWLEDGED
        Row(when=_nobody, customer="customer-nobody"),
        Row(when=_always, customer="customer-opened", manager="manager-opened"),
    ),
    _S.JOINED: (
        Row(when=_SAME_MOMENT),  # told by ACKNOWLEDGED
        Row(when=_moves_up_next),  # an appeal: told by MOVED_UP
        Row(when=_has("GROUND_GONE"), manager="manager-corrected"),  # others still stand
        Row(
            when=_has("SEVERITY_ROSE"),
            customer="customer-more-urgent",
            manager="manager-more-urgent",
        ),
        Row(when=_always, customer="customer-joined", manager="manager-joined"),
    ),
    _S.ACKNOWLEDGED: (
        Row(
            when=_after_call,
            customer="customer-call-taken",
            manager="manager-call-taken",
            former="manager-released",
        ),
        Row(when=_always, customer="customer-acknowledged"),  # the manager did it
    ),
    _S.CONTACTED: (Row(when=_always),),  # they have just spoken with each other
    _S.PROMISED: (Row(when=_always, customer="customer-promised"),),
    _S.WAITING: (Row(when=_always, customer="customer-waiting"),),
    _S.SNOOZED: (Row(when=_always),),  # it concerns the manager's own list, and they did it
    _S.REASSIGNED: (
        Row(
            when=_always,
            customer="customer-assigned",
            manager="manager-assigned",
            former="manager-released",
        ),
    ),
    _S.WARNED: (Row(when=_always, manager="manager-warned"),),
    _S.MOVED_UP: (
        Row(when=_nobody, customer="customer-nobody", former="manager-passed-by"),
        Row(when=_has("NOBODY_ELSE"), manager="manager-kept"),  # for the customer nothing changes
        Row(
            when=_always,
            customer="customer-moved-up",
            manager="manager-assigned",
            former="manager-passed-by",
        ),
    ),
    _S.RESOLVED: (
        Row(when=_by_another, customer="customer-resolved", manager="manager-resolved"),
        Row(when=_always, customer="customer-resolved"),  # the manager did it
    ),
    _S.REOPENED: (
        Row(when=_SAME_MOMENT),  # told by ACKNOWLEDGED
        Row(when=_nobody, customer="customer-nobody"),
        Row(when=_always, customer="customer-reopened", manager="manager-reopened"),
    ),
    _S.WITHDRAWN: (
        Row(when=_has("ERASED"), manager="manager-withdrawn"),  # the customer is forgotten
        Row(when=_always, customer="customer-withdrawn", manager="manager-withdrawn"),
    ),
    _S.MERGED: (Row(when=_always),),  # the step of the one that it went into tells it
    _S.REFUSED: (Row(when=_always),),  # an answer to who asked: `refused` below
    _S.UNKNOWN: (Row(when=_always),),  # no step that this version writes
}

REFUSED: Final = "manager-refused"  # to the manager who wanted what could not be
MESSAGES: Final = frozenset(
    message
    for rows in TABLE.values()
    for row in rows
    for message in (row.customer, row.manager, row.former)
    if message is not None
) | {REFUSED}


def row_of(happening: Happening) -> Row:
    """The row that says who is told of a step."""
    return next(row for row in TABLE[happening.step.status] if row.when(happening))
