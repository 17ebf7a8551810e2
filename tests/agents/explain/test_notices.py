"""Who was told, beside what they were told of."""

from typing import Any

from agents.operations.explain.operator import happenings, nexts
from agents.operations.explain.prefilter import wanted
from agents.operations.explain.story import Record, story_of
from agents.records import codecs
from schemas.records import (
    Addressee,
    AddresseeKind,
    Channel,
    Decision,
    Delivery,
    EscalationStatus,
    Notice,
)
from tests.agents.explain.records import AT, HOUR, a_disagreement, a_step

RAISED = a_disagreement(escalation_id="v1:1")
OPENED = a_step()
WAITING = a_step(step=1, status=EscalationStatus.WAITING, until=AT + 2 * HOUR, occurred_at=AT + 1)


def a_notice(notice_id: str = "v1:1:0:customer", **changes: Any) -> Notice:
    to_manager = notice_id.endswith("manager")
    kind = AddresseeKind.MANAGER if to_manager else AddresseeKind.CUSTOMER
    given: dict[str, Any] = {
        "notice_id": notice_id,
        "addressee": Addressee(kind=kind, id="m1" if to_manager else "c1"),
        "channels": (Channel.APP, Channel.SMS),
        "not_before": AT,
        "language": "en",
        "message": "customer-opened",
        "parameters": {},
        "title": "A manager has it",
        "text": "A manager has it.",
        "escalation_id": "v1:1",
        "region_id": "us-east",
        "policy_version": "p1",
    }
    return Notice(**given | changes)


def a_delivery(notice_id: str = "v1:1:0:customer", **changes: Any) -> Delivery:
    given: dict[str, Any] = {
        "notice_id": notice_id,
        "escalation_id": "v1:1",
        "region_id": "us-east",
        "occurred_at": AT + HOUR,
        "delivered": True,
    }
    return Delivery(**given | changes)


def told(id_: str, *known: Record) -> list[list[str]]:
    """What is said of who was told, by what happened."""
    story = story_of(id_, known)
    assert story is not None
    return [
        [line.text for line in each.lines if line.label == "Told"] for each in happenings(story)
    ]


def test_a_notice_is_told_with_its_step_to_whom_by_what_and_when() -> None:
    later = a_notice("v1:1:0:manager", not_before=AT + HOUR, message="manager-opened")
    said, unknown = "“A manager has it”", "no word yet of its delivery."
    ways, not_before = "by app, then text message", "not before Mon 2 Mar 2026 10:00 EST"

    assert told("v1:1", RAISED, OPENED, a_notice(), later) == [
        [],
        [
            f"The customer, {ways}, at once: {said} (customer-opened); {unknown}",
            f"Manager m1, {ways}, {not_before}: {said} (manager-opened); {unknown}",
        ],
    ]


def test_what_became_of_a_notice_is_said_the_last_word_counts() -> None:
    ((), (delivered,)) = told("v1:1", RAISED, OPENED, a_notice(), a_delivery())
    failed = a_delivery(delivered=False, reason="sms: no such number", occurred_at=AT)
    ((), (tried_again,)) = told("v1:1", RAISED, OPENED, a_notice(), failed, a_delivery())
    ((), (not_delivered,)) = told("v1:1", RAISED, OPENED, a_notice(), failed)

    assert delivered.endswith("; delivered Mon 2 Mar 2026 10:00 EST.")
    assert tried_again == delivered
    assert not_delivered.endswith("; not delivered, Mon 2 Mar 2026 09:00 EST: sms: no such number.")


def test_a_throttled_decision_says_what_the_customer_was_told() -> None:
    throttled = a_disagreement(decision=Decision.THROTTLED)
    of = throttled.disagreement_id
    notice = a_notice(f"{of}:customer", escalation_id=None, disagreement_id=of)

    (lines,) = told(of, throttled, notice, a_notice())

    assert len(lines) == 1


def test_a_visit_has_the_notices_of_all_its_cases_and_no_others() -> None:
    other = a_notice("v10:1:0:customer", escalation_id="v10:1")
    alone = a_notice("v1:2:0:customer", escalation_id="v1:2", not_before=AT + HOUR)

    found = told("v1", RAISED, OPENED, a_notice(), other, alone)

    assert [len(lines) for lines in found] == [0, 1, 1]
    assert "not before" not in found[-1][0]


def test_what_waits_for_its_time_is_among_what_would_happen_next() -> None:
    later = a_notice(not_before=AT + HOUR)
    story, done = story_of("v1:1", [RAISED, OPENED, later]), a_delivery()
    assert story is not None
    waits = "The customer is told “A manager has it” not before Mon 2 Mar 2026 10:00 EST."

    assert waits in nexts(story)
    story = story_of("v1:1", [RAISED, OPENED, later, done])
    assert story is not None
    assert waits not in nexts(story)


def test_a_wait_and_a_promise_are_said_to_end() -> None:
    promised = a_step(step=1, status=EscalationStatus.PROMISED, until=AT + HOUR, occurred_at=AT + 1)

    for step, said in (
        (WAITING, "Its clocks stand still until Mon 2 Mar 2026 11:00 EST, the customer's next"),
        (promised, "A call is promised by Mon 2 Mar 2026 10:00 EST; missed, it moves up."),
    ):
        story = story_of("v1:1", [RAISED, OPENED, step])
        assert story is not None
        assert said in nexts(story)[0]


def test_a_notice_is_found_by_its_bytes_by_the_visit_its_id_begins_with() -> None:
    notice = codecs.encode("recourse.notices", a_notice())
    long_visit = "v" * 60
    far = a_notice(f"{long_visit}:1:0:customer", escalation_id=f"{long_visit}:1")
    delivery = codecs.encode("recourse.deliveries", a_delivery(escalation_id=None))

    for id_ in ("v1", "v1:1", "v1:ESTIMATE_DISPUTED:1"):
        assert wanted(id_)(notice), id_
        assert wanted(id_)(delivery), id_
    assert wanted(long_visit)(codecs.encode("recourse.notices", far))
    for id_ in ("v", "1", "v10", "v1:2:0:customer", "1:1"):
        assert not wanted(id_)(notice), id_
