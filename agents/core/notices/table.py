"""Who is told what of an escalation's steps: the table, which says it of every step.

The first row of a step's status whose condition holds counts. A message's key is what
`agents/texts/notices` has texts for. None: nobody of that side is told, for the reason beside it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from agents.core.notices.rule_parameters import rule_in
from agents.core.reasons import RECORDED_CALL, TAKEN
from schemas.records import Escalation, EscalationStatus, Rule, Wish

_S = EscalationStatus


class Happening(Struct, frozen=True, kw_only=True):
    """A step, with who had the case before it, and its neighbours of the same handling.

    `answers`: what the customer did just before, so that quiet hours do not hold it. `wish`: how
    the customer wished to be spoken to with what made the step.
    """

    step: Escalation
    had: str | None = None
    previous: Escalation | None = None
    following: Escalation | None = None
    codes: frozenset[str] = frozenset()
    """Of the step's reasons."""
    answers: bool = False
    wish: Wish | None = None


Condition = Callable[[Happening], bool]


class Row(Struct, frozen=True, kw_only=True):
    """What the three people concerned are told: the customer, who has the case, and who had it."""

    when: Condition
    customer: str | None = None
    manager: str | None = None
    former: str | None = None


def _always(_: Happening) -> bool:
    return True


def _has(code: str) -> Condition:
    """The step has this reason."""
    return lambda each: code in each.codes


def _all(*conditions: Condition) -> Condition:
    return lambda each: all(condition(each) for condition in conditions)


def _nobody(each: Happening) -> bool:
    """No manager has the case after the step."""
    return each.step.manager is None


def _changed_hands(each: Happening) -> bool:
    """Another manager has the case after the step than before."""
    return each.step.manager is not None and each.step.manager.manager_id != each.had


def _no_ground(each: Happening) -> bool:
    """Nothing was added to the case itself."""
    return rule_in(each.step.reasons) is None


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


def _contacted_next(each: Happening) -> bool:
    return each.following is not None and each.following.status is _S.CONTACTED


def _by_another(each: Happening) -> bool:
    """Somebody else than who has the case did it."""
    return each.step.manager is not None and each.step.by != each.step.manager.manager_id


def _has_remedy(each: Happening) -> bool:
    """The decision says what the customer gets."""
    return each.step.remedy is not None


# A storm: the step that begins it tells its manager once for all of its cases; each customer hears
# of their own case all the same.
_BEGINS_STORM = _has("SITE_STORM")
_IN_STORM = _has("PART_OF_STORM")
_NOT_KEPT = _has(Rule.DECISION_NOT_KEPT.value)

CONTACTED: Final = "customer-contacted"  # where guards hold: nobody could say otherwise before

TABLE: Final[Mapping[EscalationStatus, tuple[Row, ...]]] = {
    _S.OPENED: (
        Row(when=_call_follows),  # told by ACKNOWLEDGED
        Row(when=_nobody, customer="customer-nobody"),
        Row(when=_BEGINS_STORM, customer="customer-opened", manager="manager-incident"),
        Row(when=_IN_STORM, customer="customer-opened"),
        Row(when=_always, customer="customer-opened", manager="manager-opened"),
    ),
    _S.JOINED: (
        Row(when=_call_follows),  # told by ACKNOWLEDGED
        Row(when=_moves_up_next),  # an appeal: told by MOVED_UP
        Row(when=_has("GROUND_GONE"), manager="manager-corrected"),  # others still stand
        Row(
            when=_has("SEVERITY_ROSE"),
            customer="customer-more-urgent",
            manager="manager-more-urgent",
        ),
        Row(
            when=_all(_IN_STORM, _no_ground, _changed_hands),
            customer="customer-assigned",
            former="manager-released",
        ),
        Row(when=_all(_IN_STORM, _no_ground)),  # for the customer nothing changes
        Row(when=_BEGINS_STORM, customer="customer-joined", manager="manager-incident"),
        Row(when=_IN_STORM, customer="customer-joined"),
        Row(when=_always, customer="customer-joined", manager="manager-joined"),
    ),
    _S.ACKNOWLEDGED: (
        Row(
            when=_after_call,
            customer="customer-call-taken",
            manager="manager-call-taken",
            former="manager-released",
        ),
        Row(when=_by_another, customer="customer-acknowledged", manager="manager-informed"),
        Row(when=_always, customer="customer-acknowledged"),  # the manager did it
    ),
    _S.CONTACTED: (
        Row(when=_by_another, customer=CONTACTED, manager="manager-informed"),
        Row(when=_always, customer=CONTACTED),  # whether they spoke, the customer knows best
    ),
    _S.PROMISED: (
        Row(when=_by_another, customer="customer-promised", manager="manager-informed"),
        Row(when=_always, customer="customer-promised"),
    ),
    _S.WAITING: (
        Row(when=_by_another, customer="customer-waiting", manager="manager-informed"),
        Row(when=_always, customer="customer-waiting"),
    ),
    _S.SNOOZED: (
        Row(when=_by_another, manager="manager-informed"),
        Row(when=_always),  # it concerns the manager's own list, and they did it
    ),
    _S.REASSIGNED: (
        # Who took it over did so; what they took it with tells the customer, unless they spoke.
        Row(
            when=_all(_has(TAKEN), _contacted_next),
            customer="customer-assigned",
            former="manager-released",
        ),
        Row(when=_has(TAKEN), former="manager-released"),
        Row(when=_nobody, customer="customer-nobody", former="manager-released"),
        Row(
            when=_always,
            customer="customer-assigned",
            manager="manager-assigned",
            former="manager-released",
        ),
    ),
    _S.WARNED: (
        Row(when=_has("WARNING"), manager="manager-warned"),
        Row(
            when=_has("DEADLINES_CHANGED"),
            customer="customer-deadlines-changed",
            manager="manager-deadlines-changed",
        ),
        Row(when=_has("WAIT_ENDED"), manager="manager-back"),
        Row(when=_has("SNOOZE_ENDED"), manager="manager-back"),
        Row(when=_has("CONTACT_DENIED"), manager="manager-contact-denied"),
        Row(when=_has("CUSTOMER_ANSWERED"), manager="manager-back"),
        Row(when=_has("CUSTOMER_NOT_REACHED"), manager="manager-customer-not-reached"),
        Row(when=_has("MANAGER_NOT_REACHED"), customer="customer-nobody"),  # nor anybody else
        Row(
            when=_has("SILENCE_PROMISE_MISSED"),
            customer="customer-promise-missed",
            manager="manager-promise-missed",
        ),
        Row(when=_has("OVERDUE"), customer="customer-overdue", manager="manager-overdue"),
        Row(when=_always, manager="manager-kept"),  # nobody acknowledged it, and nobody is above
    ),
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
        Row(when=_call_follows),  # told by ACKNOWLEDGED
        Row(when=_nobody, customer="customer-nobody"),
        Row(when=_BEGINS_STORM, customer="customer-reopened", manager="manager-incident"),
        Row(when=_IN_STORM, customer="customer-reopened"),
        Row(when=_always, customer="customer-reopened", manager="manager-reopened"),
    ),
    _S.WITHDRAWN: (
        Row(when=_has("ERASED"), manager="manager-withdrawn"),  # the customer is forgotten
        Row(when=_always, customer="customer-withdrawn", manager="manager-withdrawn"),
    ),
    _S.MERGED: (Row(when=_always),),  # the step of the one that it went into tells it
    _S.REFUSED: (Row(when=_always),),  # an answer to who asked: `REFUSED` below
    _S.CONFIRMED: (
        Row(when=_by_another, customer="customer-confirmed", manager="manager-confirmed"),
        Row(when=_always, customer="customer-confirmed"),
    ),
    _S.UNKNOWN: (Row(when=_always),),  # no step that this version writes
}

# What the site hears, that is the adviser who is with the customer; of an incident once.
SITE_TABLE: Final[Mapping[EscalationStatus, tuple[tuple[Condition, str | None], ...]]] = {
    _S.OPENED: (
        (_NOT_KEPT, "site-not-kept"),
        (_BEGINS_STORM, "site-incident"),
        (_IN_STORM, None),  # told by the step that began it
        (_always, "site-opened"),
    ),
    _S.JOINED: ((_NOT_KEPT, "site-not-kept"), (_BEGINS_STORM, "site-incident")),
    _S.REOPENED: ((_BEGINS_STORM, "site-incident"),),
    _S.RESOLVED: ((_has_remedy, "site-resolved"),),
    _S.WITHDRAWN: ((_always, "site-withdrawn"),),
}
REFUSED: Final = "manager-refused"  # to the manager who wanted what could not be
MESSAGES: Final = frozenset(
    message
    for rows in TABLE.values()
    for row in rows
    for message in (row.customer, row.manager, row.former)
    if message is not None
) | {
    REFUSED,
    *(message for rows in SITE_TABLE.values() for _, message in rows if message is not None),
}
NEW_MANAGER: Final = frozenset({"customer-assigned", "customer-moved-up"})
"""That somebody else has the case, which the customer hears when that one has taken it on."""
NOT_SUPERSEDED: Final = frozenset(
    {"customer-call-taken", "manager-call-taken"}
    | {
        message
        for status in (_S.RESOLVED, _S.CONFIRMED)
        for row in TABLE[status]
        for message in (row.customer, row.manager, row.former)
        if message is not None
    }
    | {message for _, message in SITE_TABLE[_S.RESOLVED] if message is not None}
)
"""What is told in any case, whatever is told after it."""


def row_of(happening: Happening) -> Row:
    """The row that says who is told of a step."""
    return next(row for row in TABLE[happening.step.status] if row.when(happening))


def site_message(happening: Happening) -> str | None:
    """What the site hears of a step; None: nothing."""
    rows = SITE_TABLE.get(happening.step.status, ())
    return next((message for holds, message in rows if holds(happening)), None)
