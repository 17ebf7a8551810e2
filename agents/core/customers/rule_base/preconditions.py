"""What must be on a visit before a rule can find anything: the others are not even asked.

Most visits are quiet, and most rules look for what quiet visits do not have. So what a visit has is
looked at once, and only the rules are asked for which that is enough.
"""

from collections.abc import Sequence
from enum import IntFlag

from agents.core.customers.state import Visit
from schemas.records import Diagnosis, Response


class Precondition(IntFlag):
    """One thing that a visit has or has not."""

    CHECK_IN = 1
    DIAGNOSIS = 2
    SEVERAL_DIAGNOSES = 4
    ESTIMATE = 8
    CLAIM = 16
    CLOSURE = 32
    AUTHORISED = 64
    DECLINED = 128
    DISPUTED = 256
    ASKED_FOR = 512
    """A manager was asked for, in whichever way: also by an appeal, which may be none."""
    APPEAL = 1024
    NO_FAULT = 2048
    """A diagnosis that found no fault."""
    SILENCE = 4096
    """A question whose time to be answered is over."""
    READY_TIME = 8192
    """A promised ready time that has passed without a word."""
    DECIDED = 16384
    """A manager decided for the customer what somebody has to keep."""
    RISE = 32768
    """A second revision or estimate, or a total that was authorised: else no price rose."""


_AUTHORISED, _DECLINED, _DISPUTED = Response.AUTHORISED, Response.DECLINED, Response.DISPUTED
_ASKED_FOR = (Response.REQUESTED, Response.CALLED, Response.APPEALED)
_CHECK_IN, _ESTIMATE, _CLAIM = map(
    int, (Precondition.CHECK_IN, Precondition.ESTIMATE, Precondition.CLAIM)
)
_CLOSURE, _APPEAL, _SILENCE, _READY_TIME, _DECIDED, _RISE = map(
    int,
    (
        Precondition.CLOSURE,
        Precondition.APPEAL,
        Precondition.SILENCE,
        Precondition.READY_TIME,
        Precondition.DECIDED,
        Precondition.RISE,
    ),
)
_ONE, _SEVERAL = (
    int(Precondition.DIAGNOSIS),
    int(Precondition.DIAGNOSIS | Precondition.SEVERAL_DIAGNOSES),
)
_NO_FAULT = int(Precondition.NO_FAULT)
_SAID_YES, _SAID_NO, _SAID_WHAT = map(
    int, (Precondition.AUTHORISED, Precondition.DECLINED, Precondition.ASKED_FOR)
)
_SAID_OTHERWISE = int(Precondition.DISPUTED | Precondition.ASKED_FOR)


def may_rise(visit: Visit) -> bool:
    """Whether a price can have risen at all: there is another, or a total authorised before."""
    if len(visit.estimates) > 1:
        return True
    return bool(visit.estimates) and any(
        each.authorised_total is not None for each in visit.responses
    )


def had_by(visit: Visit) -> int:
    """All that a visit has, as the sum of `Precondition`."""
    has = _CHECK_IN if visit.check_ins else 0
    if visit.estimates:
        has |= _ESTIMATE | _RISE if may_rise(visit) else _ESTIMATE
    if visit.warranty_decisions:
        has |= _CLAIM
    if visit.closures:
        has |= _CLOSURE
    if visit.appeals:
        has |= _APPEAL
    if visit.silences:
        has |= _SILENCE
    if visit.ready_times:
        has |= _READY_TIME
    if visit.granted:
        has |= _DECIDED
    for each in visit.responses:
        has |= _said(each.response)
    return has | _diagnosed(visit.diagnoses)


def _diagnosed(diagnoses: Sequence[Diagnosis]) -> int:
    if not diagnoses:
        return 0
    has = _ONE if len(diagnoses) == 1 else _SEVERAL
    for each in diagnoses:
        if not each.fault_found:
            has |= _NO_FAULT
    return has


def _said(response: Response) -> int:
    if response is _AUTHORISED:
        return _SAID_YES
    if response is _DECLINED:
        return _SAID_NO
    if response is _DISPUTED:
        return _SAID_OTHERWISE
    return _SAID_WHAT if response in _ASKED_FOR else 0
