"""The largest records that the contract takes, of every kind that somebody outside may write."""

from collections.abc import Callable
from typing import Any

import msgspec

from schemas.records import (
    Cause,
    Channel,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Estimate,
    EstimateLine,
    Response,
    Stage,
    Subject,
    Tier,
    WarrantyDecision,
    WarrantyDecisionName,
    Wish,
)
from tests.bad_input.good import CHECK_INS, CLAIMS, CLOSURES, DIAGNOSES, ESTIMATES, RESPONSES

MOST_MONEY = 2**53 - 1
LAST_REVISION = 2**31 - 1
_WIDE = "\N{GRINNING FACE}"  # four bytes of UTF-8
LANGUAGE = "zz-" + "-".join(["aaaaaaaa"] * 3) + "-bbbbb"
CODE, WORD = _WIDE * 64, _WIDE * 200


def long_id(name: str) -> str:
    """An id of 64 characters that begins so."""
    return f"{name}:".ljust(64, "x")


def _of_visit(customer: str, visit: str, event: str, at: int) -> dict[str, Any]:
    return {
        "event_id": long_id(event),
        "occurred_at": at,
        "customer_id": long_id(customer),
        "visit_id": long_id(visit),
        "vehicle_id": long_id("car"),
        "site_id": "columbus",
    }


def _check_in(of: dict[str, Any], _: int) -> CheckIn:
    return CheckIn(
        **of,
        language=LANGUAGE,
        channels=(Channel.EMAIL,) * 50,
        quiet_from="20:00",
        quiet_until="08:00",
        time_zone="America/Argentina/ComodRivadavia",
        symptoms=(WORD,) * 50,
        promised_ready_at=of["occurred_at"] + 1,
    )


def _diagnosis(of: dict[str, Any], number: int) -> Diagnosis:
    return Diagnosis(
        **of,
        diagnosis_id=long_id(f"d{number}"),
        revision=LAST_REVISION,
        stage=Stage.CENTRE,
        code=CODE,
        symptom=WORD,
        cause=Cause.MANUFACTURING,
        fault_found=number % 2 == 0,
        safety=number % 3 == 0,
        recall_id=CODE,
    )


def _estimate(of: dict[str, Any], number: int) -> Estimate:
    lines = [
        EstimateLine(
            operation=f"{place}".ljust(64, _WIDE), amount=MOST_MONEY, claim_id=long_id(f"w{place}")
        )
        for place in range(500)
    ]
    return Estimate(
        **of,
        estimate_id=long_id(f"e{number % 7}"),
        revision=number,
        currency="USD",
        total=MOST_MONEY - number,
        subtotal=MOST_MONEY - number,
        lines=tuple(lines),
        ready_at=of["occurred_at"] + number,
    )


def _claim(of: dict[str, Any], number: int) -> WarrantyDecision:
    return WarrantyDecision(
        **of,
        claim_id=long_id(f"w{number}"),
        revision=LAST_REVISION,
        decision=WarrantyDecisionName.DENIED,
        reason_code=CODE,
        operations=tuple(f"{place}".ljust(64, _WIDE) for place in range(500)),
    )


_RESPONSES = (Response.DISPUTED, Response.ASKED, Response.AUTHORISED, Response.REQUESTED)


def _response(of: dict[str, Any], number: int) -> CustomerResponse:
    return CustomerResponse(
        **of,
        response=_RESPONSES[number % len(_RESPONSES)],
        subject=Subject.ESTIMATE,
        subject_id=f"s{number}".ljust(160, "x"),
        subject_revision=LAST_REVISION,
        authorised_total=MOST_MONEY,
        currency="USD",
        rating=5,
        wish=Wish(
            tier=Tier.EXECUTIVE,
            manager_id=long_id("nobody"),
            channel=Channel.EMAIL,
            language=LANGUAGE,
            not_before=of["occurred_at"],
        ),
    )


def _closure(of: dict[str, Any], _: int) -> Closure:
    return Closure(
        **of,
        charged_total=MOST_MONEY,
        charged_subtotal=MOST_MONEY,
        currency="USD",
        operations_done=tuple(f"{place}".ljust(64, _WIDE) for place in range(500)),
        rating=5,
        resolved_same_day=True,
    )


KINDS: dict[str, Callable[[dict[str, Any], int], msgspec.Struct]] = {
    CHECK_INS: _check_in,
    DIAGNOSES: _diagnosis,
    ESTIMATES: _estimate,
    CLAIMS: _claim,
    RESPONSES: _response,
    CLOSURES: _closure,
}


def largest(topic: str, number: int, customer: str, visit: str, at: int) -> msgspec.Struct:
    """The largest record of a topic; `number` tells those of one visit apart."""
    return KINDS[topic](_of_visit(customer, visit, f"{topic}-{number}", at), number)
