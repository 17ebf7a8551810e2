"""Receipts: one for each thing that a customer said, whatever the order, without its words."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.customers import receipts as module
from agents.core.customers.partition import Partition
from agents.core.customers.receipts import of_dead_letter
from agents.core.handling import DeadLettered, Skipped
from schemas.records import (
    CustomerResponse,
    DeadLetter,
    DeadLetterReason,
    Erasure,
    Reason,
    Receipt,
    ReceiptStatus,
    Response,
    TopicName,
)
from schemas.records.common import LONGEST_TEXT
from tests.core.builders import HOUR, at, check_in, estimate, policy, said
from tests.core.customers.stage import Stage
from tests.core.customers.test_properties import visits
from tests.sameness.trouble import lived
from tests.strict import readable

WORDS = "what only I would say"


def receipts(stage: Stage) -> list[Receipt]:
    return [each for each in stage.outputs if isinstance(each, Receipt)]


def last(stage: Stage) -> Receipt:
    return receipts(stage)[-1]


@given(visits(), st.randoms(use_true_random=False), st.data())
def test_each_event_of_the_channel_has_one_receipt_whatever_order_duplication_and_restarts(
    facts: list[Any], random: Any, data: st.DataObject
) -> None:
    events = [*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=4))]
    random.shuffle(events)
    stage = Stage()
    for number, event in enumerate(events):
        if number % 2:
            fresh = Stage()
            fresh.partition.restore(dict(stage.partition.records()))
            fresh.now, fresh.outputs = stage.now, stage.outputs
            stage = fresh
        stage.take(event, at(0, 23))

    said_by = [each.event_id for each in events if isinstance(each, CustomerResponse)]
    given_to = Counter((each.event_id, each.status) for each in receipts(stage))
    sent = Counter(said_by)
    assert given_to == Counter(
        {(each, ReceiptStatus.TAKEN): 1 for each in sent}
        | {(each, ReceiptStatus.ALREADY): n - 1 for each, n in sent.items() if n > 1}
    )


def test_through_half_a_year_of_trouble_what_is_said_has_its_receipt_with_what_it_led_to() -> None:
    seen = 0
    for each in lived(5, 30):
        found = [out.record for out in each.outputs if isinstance(out.record, Receipt)]
        if not isinstance(each.event, CustomerResponse):
            assert found == []
            continue
        seen += len(found)
        for receipt in found:
            assert (receipt.event_id, receipt.customer_id) == (
                each.event.event_id,
                each.event.customer_id,
            )
            assert receipt.decisions or receipt.handed_to or receipt.reasons
        assert len(found) <= 1

    assert seen > 100


def test_no_receipt_says_what_the_customer_wrote() -> None:
    stage = Stage()
    for number, response in enumerate(Response):
        fields: dict[str, Any] = {"words": WORDS, "topic": TopicName.PRICE}
        stage.take(said(f"r{number}", response.value, "NONE", hours=number, **fields))
    event = said("late", "ASKED", "NONE", words=WORDS)
    stage.take(event, at(9))

    assert len(receipts(stage)) > 5
    assert WORDS not in repr(receipts(stage))


def test_what_is_throttled_says_which_limit_from_when_and_until_when_it_can_be_appealed() -> None:
    stage = Stage(policy(throttle={"limit": 2, "per_day": 9}))
    stage.take(said("r0", "REQUESTED", "NONE"))
    for number in (1, 2):
        stage.take(said(f"r{number}", "REQUESTED", "NONE", number, visit_id=f"v{number + 1}"))

    assert [each.counted for each in receipts(stage)] == [True, True, False]
    assert last(stage).reasons == (
        Reason(
            code="THROTTLED",
            facts={
                "disagreement_id": "v3:REQUESTED_BY_CUSTOMER:1",
                "limited": "window",
                "times": "2",
                "days": "30",
                "weighed": "no",
                "next_at": "2026-04-01T09:00:00Z",
                "appeal_until": "2026-03-16T11:00:00Z",
            },
        ),
    )


@pytest.mark.parametrize(
    ("subject_id", "days", "why"),
    [
        ("v9:1", 2, "NOT_KNOWN"),
        (None, 2, "NOTHING"),
        ("v1:1", 2, "OPEN"),
    ],
)
def test_an_appeal_that_is_none_says_why(subject_id: str | None, days: int, why: str) -> None:
    stage = Stage()
    if subject_id == "v1:1":
        stage.take(said("r0", "REQUESTED", "NONE"))
    stage.take(said("a", "APPEALED", "ESCALATION", days=days, subject_id=subject_id))

    facts = {"why": why} if subject_id is None else {"why": why, "of": subject_id}
    assert last(stage).reasons[0] == Reason(code="APPEAL_REFUSED", facts=facts)


def test_an_appeal_is_taken_once() -> None:
    stage = Stage(policy(throttle={"limit": 1}))
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.take(said("r1", "REQUESTED", "NONE", 1, visit_id="v2"))
    throttled = "v2:REQUESTED_BY_CUSTOMER:1"
    for event_id, reason in (
        ("a1", Reason(code="APPEAL_TAKEN", facts={"of": throttled})),
        ("a2", Reason(code="APPEAL_REFUSED", facts={"of": throttled, "why": "ONCE"})),
    ):
        appeal = said(event_id, "APPEALED", "NONE", 2, visit_id="v2", subject_id=throttled)
        stage.take(appeal)
        assert last(stage).reasons[0] == reason


@pytest.mark.parametrize("answer", ["AUTHORISED", "DECLINED"])
def test_an_answer_names_the_estimate_that_waited_for_it(answer: str) -> None:
    stage = Stage()
    stage.take(check_in())
    stage.take(estimate("e1", 1, total=10_000))
    stage.take(estimate("e2", 2, revision=2, total=30_000))
    stage.take(said("r", answer, "ESTIMATE", 2.1, subject_id="est1", subject_revision=2))

    assert last(stage).reasons == (Reason(code="WAIT_ENDED", facts={"estimate_id": "est1"}),)


def test_what_the_day_has_no_room_for_is_said() -> None:
    stage = Stage(policy(throttle={"records_a_day": 1}))
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.outcome("WITHDRAWN")
    stage.take(said("r1", "REQUESTED", "NONE", 1))

    assert [each.code for each in last(stage).reasons] == ["RECORDS_EXCEEDED"]


def test_a_second_arrival_is_passed_over_and_answered() -> None:
    stage = Stage()
    event = said("r0", "REQUESTED", "NONE")
    stage.take(event, digest=1)

    for digest, why, code in (
        (1, Skipped.DUPLICATE, "SAME_CONTENT"),
        (2, Skipped.DUPLICATE_OTHER_CONTENT, "OTHER_CONTENT"),
    ):
        handled = stage.take(event, digest=digest)
        assert (handled.passed_over, handled.changed) == (why, {})
        (output,) = handled.outputs
        assert output.id == "r0:ALREADY"
        assert last(stage).reasons == (Reason(code=code, facts={}),)


FIELDS: dict[str, object] = {
    "event_id": "e1", "customer_id": "c1", "visit_id": "v1", "response": "RATED",
    "occurred_at": at(), "rating": 9, "words": WORDS,
}  # fmt: skip
DEAD = Stage().world()


def letter(why: DeadLetterReason = DeadLetterReason.INVALID) -> DeadLetter:
    return DeadLetter(
        topic="t", partition=0, offset=7, reason=why, detail="rating is 9", occurred_at=at(),
        headers={},
    )  # fmt: skip


def dead(fields: dict[str, object], why: DeadLetterReason = DeadLetterReason.INVALID) -> Any:
    return of_dead_letter(Partition(), fields, letter(why), DEAD)


@pytest.mark.parametrize(
    ("why", "facts"),
    [
        ("INVALID", {"dead_letter": "t:0:7", "detail": "rating is 9"}),
        ("TOO_LATE", {"dead_letter": "t:0:7", "detail": "rating is 9"}),
        ("FAILED", {"dead_letter": "t:0:7"}),
    ],
)
def test_a_dead_letter_of_what_was_said_has_a_receipt_that_names_it(
    why: str, facts: dict[str, str]
) -> None:
    (output,) = dead(FIELDS, DeadLetterReason(why))

    assert (output.topic, output.id) == ("recourse.receipts", "e1")
    assert output.record == Receipt(
        event_id="e1", customer_id="c1", visit_id="v1", response=Response.RATED,
        occurred_at=at(), handled_at=DEAD.now, status=ReceiptStatus.REFUSED, counted=False,
        decisions=(), handed_to=(), reasons=(Reason(code=why, facts=facts),),
        policy_version=DEAD.policy.version,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"visit_id": "a b"}, {"visit_id": None}),
        ({"visit_id": None}, {"visit_id": None}),
        ({"response": 7}, {"response": Response.UNKNOWN}),
        ({"response": "SHRUGGED"}, {"response": Response.UNKNOWN}),
        ({"occurred_at": "yesterday"}, {"occurred_at": None}),
        ({"occurred_at": 2**62}, {"occurred_at": None}),
    ],
)
def test_what_of_it_can_not_be_read_is_left_out(
    wrong: dict[str, object], kept: dict[str, object]
) -> None:
    (right,) = dead(FIELDS)
    (output,) = dead(FIELDS | wrong)

    assert output.record == msgspec.structs.replace(right.record, **kept)


@pytest.mark.parametrize("length", [LONGEST_TEXT - 1, LONGEST_TEXT, LONGEST_TEXT + 1])
def test_the_detail_of_a_dead_letter_is_as_long_as_a_reason_may_be(length: int) -> None:
    """A dead letter's may be longer: it says what was left out behind what is wrong."""
    whole = msgspec.structs.replace(letter(), detail="d" * length)
    outputs = of_dead_letter(Partition(), FIELDS, whole, DEAD)

    readable(outputs)
    record = outputs[0].record
    assert isinstance(record, Receipt)
    assert record.reasons[0].facts["detail"] == "d" * min(length, LONGEST_TEXT)


@pytest.mark.parametrize("name", ["event_id", "customer_id"])
@pytest.mark.parametrize("value", [None, "", "a b", "x" * 65, 7, b"e1"])
def test_without_the_id_of_the_event_and_the_customer_there_is_none(
    name: str, value: object
) -> None:
    assert dead(FIELDS | {name: value}) == ()


def test_who_asked_to_be_forgotten_has_none_of_before() -> None:
    assert dead(FIELDS, DeadLetterReason.ERASED) == ()
    stage = Stage()
    stage.take(said("r0", "REQUESTED", "NONE"))
    stage.take(Erasure(customer_id="c1", occurred_at=at(0, 2)))
    before = len(receipts(stage))
    handled = stage.take(said("r1", "REQUESTED", "NONE", 1), at(0, 3))

    assert isinstance(handled.rejected, DeadLettered)
    assert len(receipts(stage)) == before


def test_before_generation_2_nothing_is_written() -> None:
    stage = Stage(policy(generation=1))
    event = said("r0", "REQUESTED", "NONE")
    stage.take(event)
    stage.take(event, at(0) + HOUR)

    assert receipts(stage) == []
    assert of_dead_letter(stage.partition, FIELDS, letter(), stage.world()) == ()


def test_every_code_of_a_receipt_is_explained_to_those_who_read_it() -> None:
    page = (Path(__file__).parents[3] / "docs" / "consumers.md").read_text(encoding="utf-8")
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    codes = set(re.findall(r'^([A-Z_]+): Final = "\1"$', source, re.MULTILINE))
    refused = {each.value for each in DeadLetterReason} - {"UNKNOWN", "ERASED", "UNREADABLE"}
    explained = set(
        re.findall(r"[A-Z_]{4,}", page[page.index("| code | facts |") :].split("**")[0])
    )

    assert len(codes) == 9
    assert codes | (refused - {"UNKNOWN_SCHEMA"}) | set(module._WHY_NOT) <= explained


def test_a_copy_that_can_not_be_used_takes_nothing_back_of_what_was_taken() -> None:
    stage = Stage()
    stage.take(said("e1", "REQUESTED", "NONE"))
    late = letter(DeadLetterReason.TOO_LATE)
    (output,) = of_dead_letter(stage.partition, FIELDS, late, stage.world())
    another = FIELDS | {"event_id": "e2"}
    (other,) = of_dead_letter(stage.partition, another, late, stage.world())

    assert isinstance(output.record, Receipt)
    assert (output.id, output.record.status) == ("e1:ALREADY", ReceiptStatus.ALREADY)
    assert output.record.reasons[0].code == "TOO_LATE"
    assert isinstance(other.record, Receipt)
    assert (other.id, other.record.status) == ("e2", ReceiptStatus.REFUSED)
