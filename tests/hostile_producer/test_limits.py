"""What one producer's size makes of a state is the producer's to mend: never our own failure."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from agents.core.customers import limits, state_codec
from agents.core.customers.limits import (
    CUSTOMER_BYTES,
    LOOKED_AT_FROM,
    VISIT_BYTES,
    VISIT_EVENTS,
    too_much,
)
from agents.core.customers.overview_walk import KEY as WALK
from agents.core.customers.state import Customer, Seen
from agents.core.desk import limits as desk_limits
from agents.core.desk.state import Assignment, EscalationState, Ground
from agents.core.languages import primary, said
from agents.pipeline.dead_letter import VALUE_AT_MOST
from agents.pipeline.failures import FEWEST, FailureLimit
from agents.pipeline.stages import CUSTOMERS, DESK
from agents.records import codecs
from schemas.records import (
    ActionName,
    DeadLetter,
    DeadLetterReason,
    Kind,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Response,
    Rule,
    Subject,
    Tick,
)
from streams.testing import Driver
from streams.topology import Message
from streams.transport import placing
from tests.bad_input.good import (
    ACTIONS,
    DIAGNOSES,
    ERASURES,
    ESTIMATES,
    NOW,
    OUTCOMES,
    RESPONSES,
    TICKS,
    action,
    diagnosis,
    driver,
    erasure,
    estimate,
    response,
)
from tests.hostile_producer.largest import KINDS, largest

A_THOUSAND = 1_008  # of all kinds together
DAY_MS = 86_400_000


def hostile(failures_at_most: int = 0) -> Driver:
    """Both stages; no more of our own failures may be than always may."""
    return driver(codecs.PLAIN, failures=FailureLimit(failures_at_most))


def send(stages: Driver, topic: str, record: Any, at: int) -> list[DeadLetter]:
    """The dead letters that come of a record; every output is read."""
    key = str(getattr(record, "region_id" if topic == ACTIONS else "customer_id"))
    made = stages.pipe(topic, key.encode(), codecs.encode(topic, record), at, (), 0)
    return list(letters(made))


def letters(made: list[Message]) -> Iterator[DeadLetter]:
    for each in made:
        record = codecs.decode(each.topic, each.value or b"")
        if isinstance(record, DeadLetter):
            yield record


def tick(stages: Driver, at: int) -> list[DeadLetter]:
    return list(letters(stages.tick(TICKS, codecs.encode(TICKS, Tick(now=at)), at)))


_NOBODYS = (":now", WALK)
"""Keys of the state under which no customer is kept."""


def customers(stages: Driver) -> dict[str, Customer]:
    state = stages.state(CUSTOMERS)
    return {key: state_codec.decode(value) for key, value in state.items() if key not in _NOBODYS}


def sizes(stages: Driver) -> tuple[int, int]:
    """The largest record of stage customers, before compression, and of stage desk."""
    mine, desk = stages.state(CUSTOMERS), stages.state(DESK)
    return (
        max(state_codec.size(value) for key, value in mine.items() if key != ":now"),
        max((len(value) for key, value in desk.items() if key != ":now"), default=0),
    )


def reason_names(found: list[DeadLetter]) -> set[str]:
    return {each.reason.value for each in found}


def test_the_largest_records_of_every_kind_by_the_thousand_fail_nowhere() -> None:
    stages, found = hostile(), list[DeadLetter]()
    for number in range(A_THOUSAND // len(KINDS)):
        for topic in KINDS:
            # Half of them on one visit, half on a visit of their own, of one customer a kind.
            visit = topic if number % 2 else f"{topic}{number}"
            found += send(stages, topic, largest(topic, number, topic, visit, NOW), NOW + number)

    assert reason_names(found) == {"INVALID"}
    assert 500 < len(found) < A_THOUSAND
    assert all("are kept of one" in each.detail for each in found)
    of_customers, of_desk = sizes(stages)
    assert VISIT_BYTES < of_customers < VALUE_AT_MOST
    assert of_desk < VALUE_AT_MOST


def test_what_one_customer_sends_stops_nobody_and_the_others_are_heard() -> None:
    """Ninety-one estimates of a visit, each within all limits of a record, stopped every worker."""
    stages, limit = hostile(), FEWEST + 71
    for number in range(limit):
        found = send(stages, ESTIMATES, largest(ESTIMATES, number, "c", "v", NOW), NOW + number)
    assert [(each.reason, each.key) for each in found] == [(DeadLetterReason.INVALID, found[0].key)]
    assert "are kept of one visit; send fewer and shorter lines" in found[0].detail

    assert send(stages, ESTIMATES, estimate("ann", NOW), NOW + limit) == []


def test_a_visit_takes_so_many_events_and_no_more() -> None:
    stages = hostile()
    given = {"response": Response.RATED, "subject": Subject.NONE, "subject_id": None}

    def sent(number: int, visit: str = "v") -> list[DeadLetter]:
        named = given | {"event_id": f"e{number}", "visit_id": visit}
        return send(stages, RESPONSES, response("c", NOW, **named), NOW + number)

    for number in range(VISIT_EVENTS):
        assert sent(number) == []
    before = customers(stages)
    (letter,) = sent(VISIT_EVENTS)
    assert letter.reason is DeadLetterReason.INVALID
    assert letter.detail == (
        "visit v has 300 events: no more of one visit are kept; send what is another stay under "
        "a visit_id of its own"
    )
    assert sent(0) == []  # a duplicate is one
    assert customers(stages) == before
    assert sent(VISIT_EVENTS + 1, "another") == []


def _visit_that_grows(number: int, at: int) -> list[tuple[str, Any]]:
    """The smallest of a visit to which time adds most: a question on a matter of safety."""
    visit = f"{number}".ljust(64, "v")
    names = {"visit_id": visit, "site_id": "x" * 64}
    names["vehicle_id"] = f"car{number}"
    unsafe = diagnosis("c", at, event_id=f"d{number}", safety=True, **names)
    asked = {"response": Response.ASKED, "subject": Subject.NONE, "subject_id": None}
    question = response("c", at, event_id=f"q{number}", **asked | names)
    return [(DIAGNOSES, unsafe), (RESPONSES, question)]


def test_time_and_the_desk_add_no_more_to_a_visit_than_is_kept_free_for_it() -> None:
    """So a customer who is full by their events still fits when all of that has come."""
    stages, visits = hostile(), 8
    for number in range(visits):
        for topic, record in _visit_that_grows(number, NOW):
            assert send(stages, topic, record, NOW + number) == []
    (mine,) = customers(stages).values()
    before = sizes(stages)[0]
    free = sum(limits._to_come(each) for each in mine.visits.values())
    assert free >= visits * 1_500
    for hours in (6, 30, 80, 200):
        assert tick(stages, NOW + hours * 3_600_000) == []
    (mine,) = customers(stages).values()
    cases = [case for visit in mine.visits.values() for case in visit.cases]
    assert len(cases) == visits
    open_size = sizes(stages)[0]
    assert visits * 500 < open_size - before

    for case in cases:
        outcome = Outcome(
            escalation_id=case.escalation_id,
            visit_id=case.escalation_id.partition(":")[0],
            customer_id="c",
            occurred_at=NOW,
            status=OutcomeStatus.RESOLVED,
            outcome=OutcomeName.UPHELD,
            on_appeal=False,
        )
        assert send(stages, OUTCOMES, outcome, NOW + 200 * 3_600_000) == []
    assert open_size + visits * 50 < sizes(stages)[0] < before + free


def test_a_customer_with_visits_without_end_takes_no_more() -> None:
    mine = Customer(
        customer_id="c", first_visit_id="v", first_visit_at=0, first_event_id="e", last_visit_at=0
    )
    event = estimate("c", NOW)
    at_most = too_much(event, mine, CUSTOMER_BYTES)
    more = too_much(event, mine, CUSTOMER_BYTES + 1)

    assert at_most is None
    assert more == (
        "customer c would have 850001 bytes with it, in 0 visits: at most 850000 are kept of one "
        "customer; a fleet is a customer a vehicle, or a site of it"
    )


def test_a_customer_of_before_who_is_larger_than_the_limits_goes_on() -> None:
    """The version before took 900,000 bytes of one customer, and as many events of a visit."""
    stages = hostile()
    for number in range(40):
        names = {"visit_id": f"v{number}", "event_id": f"e{number}"}
        send(stages, ESTIMATES, estimate("c", NOW, 10_000 + number, **names), NOW + number)
    (mine,) = customers(stages).values()
    of_old = {f"old-{n}".ljust(64, "x"): Seen(digest=n, until=NOW + DAY_MS) for n in range(11_000)}
    value = state_codec.encode(msgspec.structs.replace(mine, seen={**mine.seen, **of_old}))
    assert CUSTOMER_BYTES < state_codec.size(value) < VALUE_AT_MOST
    stages._states[CUSTOMERS.name, 0] = stages.state(CUSTOMERS) | {"c": value}
    stages.restart()

    (letter,) = send(stages, ESTIMATES, estimate("c", NOW, event_id="new"), NOW + 50)
    assert letter.reason is DeadLetterReason.INVALID
    assert tick(stages, NOW + 2 * DAY_MS) == []  # and the ids have gone
    later = estimate("c", NOW + 2 * DAY_MS, event_id="new")
    assert send(stages, ESTIMATES, later, NOW + 2 * DAY_MS) == []
    assert send(stages, ERASURES, erasure("c", NOW + 2 * DAY_MS), NOW + 2 * DAY_MS + 1) == []


def test_who_is_small_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs those nothing who are as everybody is."""
    monkeypatch.setattr("agents.core.customers.limits._encoder", None)
    mine = Customer(
        customer_id="c", first_visit_id="v", first_visit_at=0, first_event_id="e", last_visit_at=0
    )
    assert too_much(None, mine, VALUE_AT_MOST) is None  # of what is no event of a producer
    stages = hostile()
    assert send(stages, ESTIMATES, estimate("c", NOW), NOW) == []
    assert sizes(stages)[0] < LOOKED_AT_FROM / 50


def test_an_escalation_takes_so_many_actions_and_no_more() -> None:
    stages, found = hostile(), Counter[str]()
    asked = {"response": Response.DISPUTED, "subject": Subject.ESTIMATE, "subject_id": None}
    send(stages, RESPONSES, response("c", NOW, visit_id="c-v1", **asked), NOW)
    for number in range(desk_limits.ACTIONS + 30):
        done = action("c", NOW, ActionName.CONTACTED, action_id=f"a{number}")
        for each in send(stages, ACTIONS, done, NOW + number):
            found[each.detail] += 1

    assert found == {
        f"escalation c-v1:1 has {desk_limits.ACTIONS} actions: no more of one are kept": 30
    }


def test_the_largest_case_that_the_limits_allow_fits_into_a_record() -> None:
    """By the sum of its parts: what it was made of, who had it, and all that was done and said."""
    long, longest = "x" * 64, "x" * 160
    grounds = tuple(
        Ground(
            rule=Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN,
            kind=Kind.DIAGNOSIS,
            disagreement_ids=(longest,) * (desk_limits.DISAGREEMENTS // desk_limits.GROUNDS),
            subject_id=longest,
            occurred_at=NOW,
        )
        for _ in range(desk_limits.GROUNDS)
    )
    state = desk_state(
        grounds=grounds,
        disagreement_ids=(longest,) * (desk_limits.DISAGREEMENTS + desk_limits.GROUNDS),
        assignments=(Assignment(long, NOW),) * desk_limits.ACTIONS,
        action_ids=(long,) * desk_limits.ACTIONS,
        answer_ids=(long,) * desk_limits.ANSWERS,
        passed_by=(long,) * desk_limits.ACTIONS,
        excluded=(long,) * desk_limits.ACTIONS,
        not_reached=(long,) * desk_limits.ACTIONS,
        kept_in_vain=(long,) * desk_limits.ACTIONS,
    )

    assert 700_000 < len(msgspec.msgpack.encode(state)) < VALUE_AT_MOST


def desk_state(**fields: Any) -> EscalationState:
    """An open case, as the desk makes it, with other fields."""
    stages = hostile()
    asked = {"response": Response.DISPUTED, "subject": Subject.ESTIMATE, "subject_id": None}
    send(stages, RESPONSES, response("c", NOW, **asked), NOW)
    state = stages.state(DESK)
    (value,) = (value for key, value in state.items() if key != ":now")
    return msgspec.structs.replace(msgspec.msgpack.decode(value, type=EscalationState), **fields)


@pytest.mark.parametrize("what", ["grounds", "disagreements", "answers"])
def test_a_full_case_takes_no_more(what: str) -> None:
    ground = desk_state().grounds[0]
    full = {
        "grounds": desk_state(grounds=(ground,) * desk_limits.GROUNDS),
        "disagreements": desk_state(disagreement_ids=("d",) * desk_limits.DISAGREEMENTS),
        "answers": desk_state(answer_ids=("a",) * desk_limits.ANSWERS),
    }[what]
    stages = hostile()
    tick(stages, NOW - 1)  # who takes over has begun
    stages._states[DESK.name, 0] = {full.escalation_id: msgspec.msgpack.encode(full)}
    stages.restart()
    if what == "answers":
        asked = {"response": Response.ASKED, "subject": Subject.NONE, "subject_id": None}
        found = _answered(stages, response("c", NOW, event_id="more", **asked))
    else:
        found = _raised(stages)

    assert reason_names(found) == {"INVALID"}
    assert f" {what}: no more of one are kept" in found[0].detail


def _answered(stages: Driver, said_now: Any) -> list[DeadLetter]:
    value = codecs.encode(
        "recourse.answers",
        msgspec.convert(
            {
                "event_id": said_now.event_id,
                "occurred_at": NOW,
                "escalation_id": "c-v1:1",
                "visit_id": "c-v1",
                "region_id": "us-east",
                "response": "ASKED",
                "subject": "NONE",
            },
            codecs.codec("recourse.answers").record,
        ),
    )
    return list(letters(stages.pipe("recourse.answers", b"us-east", value, NOW, (), 0)))


def _raised(stages: Driver) -> list[DeadLetter]:
    other = hostile()
    asked = {"response": Response.DISPUTED, "subject": Subject.ESTIMATE, "subject_id": None}
    event = response("c", NOW, event_id="another", **asked)
    made = other.pipe(RESPONSES, b"c", codecs.encode(RESPONSES, event), NOW, (), 0)
    (raised,) = (each for each in made if each.topic == "recourse.disagreements")
    record = codecs.decode(raised.topic, raised.value or b"")
    anew = msgspec.structs.replace(record, disagreement_id="c-v1:ESTIMATE_DISPUTED:7")
    value = codecs.encode(raised.topic, anew)
    return list(letters(stages.pipe(raised.topic, raised.key, value, NOW, (), 0)))


def test_what_is_remembered_of_texts_is_remembered_by_short_ones() -> None:
    """A thousand tags of 100 kB would be 100 MB, for ever; so would keys."""
    known = placing._known.cache_info().currsize
    placing.in_python(b"k" * 201, 12)
    assert placing._known.cache_info().currsize == known
    tracemalloc.start()
    try:
        for number in range(1_000):
            tag = f"de-{number}-" + "-".join(["aaaaaaaa"] * 11_000)
            assert (said(tag), primary(tag)) == (f"de-{number}-aaaaaaaa-aaaaaaaa-aaaaaaaa", "de")
        kept_bytes = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept_bytes < 20_000_000
