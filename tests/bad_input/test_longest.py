"""The longest records that a producer may send make outputs that can be read, and no failure."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from agents.records.codecs import decode
from schemas.records import (
    CheckIn,
    Closure,
    CustomerResponse,
    DeadLetter,
    Diagnosis,
    Estimate,
    EstimateLine,
    Notice,
    Response,
    Subject,
    WarrantyDecision,
    Wish,
)
from tests.bad_input.good import RESPONSES, SECOND_MS, Good, driver, morning, response
from tests.bad_input.registry import SINGLE_OBJECT

CUSTOMER = "c" * 52  # the longest from which the other ids can be made
TAG = "xx-" + "-".join(["aaaaaaaa"] * 300)
OPERATION, WORD = "ä" * 64, "ö" * 200
MANY = 200  # of the longest; with 500 the visit would hold more than it may
_LONG: dict[type[msgspec.Struct], dict[str, Any]] = {
    CheckIn: {"symptoms": (WORD,) * 50, "time_zone": "America/Argentina/ComodRivadavia"},
    Diagnosis: {"symptom": WORD, "code": OPERATION, "recall_id": OPERATION, "safety": True},
    Estimate: {"lines": (EstimateLine(operation=OPERATION, amount=1),) * MANY},
    WarrantyDecision: {"reason_code": OPERATION, "operations": (OPERATION,) * MANY},
    CustomerResponse: {"wish": Wish(manager_id="m" * 64, not_before=253_402_300_799_999)},
    Closure: {"operations_done": (OPERATION,) * MANY},
}


def value(good: Good) -> bytes:
    """A record's Avro with the tag in it, its ranges not looked at."""
    plain = msgspec.to_builtins(good.record)
    if isinstance(good.record, CheckIn):
        plain["language"] = TAG
    if plain.get("wish") is not None:
        plain["wish"]["language"] = TAG
    return SINGLE_OBJECT.of(good.topic).encode_plain(plain)


@pytest.mark.parametrize("said", [Response.REQUESTED, Response.DISPUTED])
def test_the_longest_records_make_outputs_that_are_read_and_no_failure(said: Response) -> None:
    good = [
        each._replace(record=replace(each.record, **_LONG.get(type(each.record), {})))
        for each in morning((CUSTOMER,))
    ]
    at = good[-1].at + SECOND_MS
    again = response(CUSTOMER, at, event_id="again", response=said, subject=Subject.NONE)
    good.append(Good(RESPONSES, replace(again, **_LONG[CustomerResponse]), at))
    pipeline = driver(SINGLE_OBJECT)
    made: list[msgspec.Struct] = []
    for each in good:
        message = each.message(SINGLE_OBJECT.encode)
        found = pipeline.pipe(each.topic, message.key, value(each), each.at, (), 0)
        made += [decode(one.topic, one.value or b"") for one in found]

    assert [each for each in made if isinstance(each, DeadLetter)] == []
    assert {type(each).__name__ for each in made} >= {"Disagreement", "Escalation", "Notice"}
    assert TAG not in repr(made)
    told = [each for each in made if isinstance(each, Notice)]
    assert {each.parameters.get("customer_language") for each in told} - {None} <= {TAG[:29]}
