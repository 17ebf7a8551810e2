"""What a person says that they do to a case, as the action that the contract has for it.

Only what no desk could take is refused here, each thing in a sentence: who may do what, and when,
is the desk's to say.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Final, TypeVar

from msgspec import Struct

from agents.core.money import exponent, minor_units
from agents.operations.acting.moments import SUCH_AS, moment_to_come
from agents.records.codecs import Unwritable, codec
from agents.records.headers import TRACE
from schemas.records import Action, ActionName, Escalation, OutcomeName, Remedy, RemedyKind, Site

ACTIONS: Final = "recourse.actions"
_S = TypeVar("_S", bound=StrEnum)
_DIGEST: Final = 32  # hexadecimal digits of a trace's id


class Request(Struct, frozen=True, kw_only=True):
    """An action in a person's words; None: not said. `amount` is in major units."""

    action: str
    by: str
    until: str | None = None
    to: str | None = None
    outcome: str | None = None
    remedy: str | None = None
    amount: str | None = None
    currency: str | None = None
    estimate: str | None = None
    done_by: str | None = None
    message: str | None = None
    reason: str | None = None


class Unfit(Exception):  # noqa: N818 - it says what the request is
    """No action can be made of it; a sentence for each thing that is wrong."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


_A = ActionName
GOES_WITH: Final[Mapping[str, frozenset[ActionName]]] = {
    "until": frozenset((_A.PROMISE, _A.WAIT, _A.SNOOZE)),
    "to": frozenset((_A.REASSIGN,)),
    "outcome": frozenset((_A.RESOLVE,)),
    "remedy": frozenset((_A.RESOLVE,)),
    "amount": frozenset((_A.RESOLVE,)),
    "currency": frozenset((_A.RESOLVE,)),
    "estimate": frozenset((_A.RESOLVE,)),
    "done_by": frozenset((_A.RESOLVE,)),
    "message": frozenset((_A.RESOLVE,)),
}
"""The actions that a part of a request says something about; one that is not here goes with all."""
NEEDED: Final[Mapping[ActionName, str]] = {
    _A.PROMISE: "until",
    _A.SNOOZE: "until",
    _A.REASSIGN: "to",
    _A.RESOLVE: "outcome",
}
"""What an action can't be without."""
_OF_REMEDY: Final = ("amount", "currency", "estimate", "done_by")


def words_of(symbols: type[StrEnum]) -> tuple[str, ...]:
    """The symbols of the contract as people write them: `partly-upheld`."""
    return tuple(str(each).lower().replace("_", "-") for each in symbols if str(each) != "UNKNOWN")


def option(name: str) -> str:
    """What a part of a request is called where it is typed."""
    return f"--{name.replace('_', '-')}"


def request_problems(request: Request) -> tuple[str, ...]:
    """What is wrong whatever the case is: one sentence each; empty: nothing."""
    problems = [*_symbol_problems(request)]
    action = _symbol(ActionName, request.action)
    if action is not None:
        problems += _parts_problems(request, action)
    return tuple(problems)


def action_of(request: Request, case: Escalation, site: Site, now: int, action_id: str) -> Action:
    """The action on a case, as of now (ms).

    `case` is any step of it: its region is the action's key. Times are on the clock of the site,
    an amount without a currency is in the site's.

    Raises:
        Unfit: no action can be made of it.
    """
    problems = [*request_problems(request)]
    if problems:
        raise Unfit(*problems)
    until = _moment("until", request.until, now, site, problems)
    remedy = _remedy(request, now, site, problems)
    if problems:
        raise Unfit(*problems)
    action = Action(
        action_id=action_id,
        occurred_at=now,
        escalation_id=case.escalation_id,
        region_id=case.region_id,
        by=request.by,
        action=_known(ActionName, request.action),
        until=until,
        to_manager_id=request.to,
        outcome=None if request.outcome is None else _known(OutcomeName, request.outcome),
        reason=request.reason,
        remedy=remedy,
        message=request.message,
    )
    try:
        codec(ACTIONS).check(action)
    except Unwritable as wrong:
        raise Unfit(_in_options(wrong.detail)) from wrong
    return action


def trace_of_action(action_id: str) -> tuple[str, bytes]:
    """The header by which the answer to an action is known: every record made of it has its trace.

    Nobody keeps that one (its flags say so). It follows from the id, so who asks again with the
    same id hears the same answer.
    """
    digest = sha256(f"recourse act {action_id}".encode()).hexdigest()
    return TRACE, f"00-{digest[:_DIGEST]}-{digest[_DIGEST : _DIGEST + 16]}-00".encode()


def _symbol_problems(request: Request) -> Iterator[str]:
    for name, symbols, given in (
        ("ACTION", ActionName, request.action),
        ("--outcome", OutcomeName, request.outcome),
        ("--remedy", RemedyKind, request.remedy),
    ):
        if given is not None and _symbol(symbols, given) is None:
            yield f"{name} is {given!r}: must be one of {', '.join(words_of(symbols))}"


def _parts_problems(request: Request, action: ActionName) -> Iterator[str]:
    for name, actions in GOES_WITH.items():
        if getattr(request, name) is not None and action not in actions:
            among = " or ".join(sorted(str(each).lower() for each in actions))
            yield f"{option(name)} goes with {among}, and not with {str(action).lower()}"
    needed = NEEDED.get(action)
    if needed is not None and getattr(request, needed) is None:
        yield f"{str(action).lower()} needs {option(needed)}{_example(needed)}"
    for name in _OF_REMEDY:
        if getattr(request, name) is not None and request.remedy is None:
            yield f"{option(name)} goes with --remedy, which says what the customer gets"


def _example(needed: str) -> str:
    match needed:
        case "until":
            return f": {SUCH_AS}"
        case "outcome":
            return f": one of {', '.join(words_of(OutcomeName))}"
        case _:
            return ": the id of who is to have the case (`recourse directory show`)"


def _symbol(symbols: type[_S], given: str) -> _S | None:
    wanted = given.strip().upper().replace("-", "_")
    return next(
        (each for each in symbols if str(each) == wanted and wanted != "UNKNOWN"),
        None,
    )


def _known(symbols: type[_S], given: str) -> _S:
    found = _symbol(symbols, given)
    assert found is not None, f"{given} was looked at before"
    return found


def _moment(name: str, given: str | None, now: int, site: Site, problems: list[str]) -> int | None:
    if given is None:
        return None
    at = moment_to_come(given, now, site.time_zone)
    if at is None:
        problems.append(f"{option(name)} is {given!r}: must be such as {SUCH_AS}")
    return at


def _remedy(request: Request, now: int, site: Site, problems: list[str]) -> Remedy | None:
    if request.remedy is None:
        return None
    currency = request.currency.upper() if request.currency else site.currency
    amount = _amount(request.amount, currency, problems)
    return Remedy(
        kind=_known(RemedyKind, request.remedy),
        amount=amount,
        currency=currency if amount is not None else None,
        estimate_id=request.estimate,
        by=_moment("done_by", request.done_by, now, site, problems),
    )


def _amount(given: str | None, currency: str | None, problems: list[str]) -> int | None:
    if given is None:
        return None
    if currency is None:
        problems.append("--amount needs --currency: the directory names none for the site")
        return None
    minor = _minor(given, currency)
    if minor is None:
        such = f"{120:.{exponent(currency)}f}"
        problems.append(
            f"--amount is {given!r}: must be an amount of {currency}, tax included, such as {such}"
        )
    return minor


def _minor(given: str, currency: str) -> int | None:
    try:
        major = Decimal(given.strip())
    except InvalidOperation:
        return None
    if not major.is_finite() or major < 0:
        return None
    minor: Fraction = minor_units(major, currency)
    return int(minor) if minor.denominator == 1 else None


_FIELDS: Final[Mapping[str, str]] = {
    "to_manager_id": "--to",
    "remedy.amount": "--amount",
    "remedy.currency": "--currency",
    "remedy.estimate_id": "--estimate",
    "remedy.by": "--done-by",
    "action_id": "--action-id",
    "by": "--by",
    "until": "--until",
    "reason": "--reason",
    "message": "--message",
}


def _in_options(detail: str) -> str:
    """What is wrong with a field, by the option that it comes from."""
    _, _, problem = detail.partition(": ")  # the record's name is before it
    field, colon, right = problem.partition(": ")
    return f"{_FIELDS[field]} {right}" if colon and field in _FIELDS else detail
