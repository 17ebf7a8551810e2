"""Producers that place keys by something else than murmur2: both stages, in memory."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import msgspec
import pytest

from agents.pipeline.dead_letter import LETTER_TOPICS, place_of
from agents.pipeline.stages import CARRIED_CUSTOMERS, CARRIED_REGIONS, CUSTOMERS, DESK, stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of, references
from schemas.catalogue import PARTITIONS, TOPICS
from schemas.records import (
    ActionName,
    DeadLetter,
    DeadLetterReason,
    Decision,
    Delivery,
    Disagreement,
    Erased,
    OutcomeName,
)
from streams.testing import Driver
from streams.topology import Message
from streams.transport.placing import partition_of
from tests.bad_input.good import (
    ACTIONS,
    CHECK_INS,
    DISAGREEMENTS,
    ERASURES,
    ESTIMATES,
    NOW,
    RESPONSES,
    Good,
    action,
    check_in,
    erasure,
    estimate,
    response,
)

DEAD_LETTERS = "service.dead-letters"
HOUR_MS = 3_600_000
HOME = partition_of(b"cora", PARTITIONS)
WRONG = (HOME + 5) % PARTITIONS

Place = Callable[[str, bytes], int | None]


def driver(*, carries: bool = True) -> Driver:
    known = reference_of(default_policy(), demo_directory())
    return Driver(
        stages(), replace(references(codecs.decode), empty=known), PARTITIONS, carries=carries
    )


def by_murmur2(topic: str, key: bytes) -> int | None:
    del topic, key
    return None


def in_one_place(topic: str, key: bytes) -> int | None:
    """As librdkafka's default does: a key always lies in the same wrong partition."""
    del topic
    return (partition_of(key, PARTITIONS) + 1) % PARTITIONS


def in_turn(seed: int) -> Place:
    """As segmentio's default does: whatever the key, now here, now there."""
    random = Random(seed)
    return lambda *_: random.randrange(PARTITIONS)


def visits(customer: str) -> list[Good]:
    """Two visits whose estimates are disputed; the first dispute is found abusive; an erasure."""
    found: list[Good] = []

    def add(topic: str, make: Callable[..., msgspec.Struct], *given: Any, **own: Any) -> None:
        at = NOW + len(found) * 60_000
        found.append(Good(topic, make(customer, at, *given, **own), at))

    for n in (1, 2):
        own = {"visit_id": f"{customer}-v{n}"}
        add(CHECK_INS, check_in, event_id=f"{customer}-{n}-in", **own)
        add(ESTIMATES, estimate, event_id=f"{customer}-{n}-e", **own)
        add(RESPONSES, response, event_id=f"{customer}-{n}-r", **own)
        if n == 1:
            add(ACTIONS, action, ActionName.CONTACTED)
            add(ACTIONS, action, ActionName.RESOLVE, outcome=OutcomeName.ABUSIVE, reason="again")
            add(ACTIONS, action, ActionName.CONFIRM, by="r-whitfield")
    add(ERASURES, erasure)
    return found


def sent(to: Driver, records: list[Good], place: Place) -> list[Message]:
    made: list[Message] = []
    for each in records:
        message = each.message(codecs.encode)
        partition = place(message.topic, message.key or b"")
        made += to.pipe(message.topic, message.key, message.value, message.timestamp, (), partition)
    return made


def decided(made: list[Message]) -> list[tuple[str, Decision, float]]:
    records = [codecs.decode(m.topic, m.value or b"") for m in made if m.topic == DISAGREEMENTS]
    return [
        (each.disagreement_id, each.decision, each.throttle.used if each.throttle else 0.0)
        for each in records
        if isinstance(each, Disagreement)
    ]


def letters(made: list[Message]) -> list[DeadLetter]:
    found = (codecs.decode(m.topic, m.value or b"") for m in made if m.topic in LETTER_TOPICS)
    return [each for each in found if isinstance(each, DeadLetter)]


@pytest.mark.parametrize("place", [in_one_place, in_turn(1), in_turn(2)], ids=["one", "1", "2"])
def test_decisions_throttle_and_erasure_are_the_same_whatever_places_the_keys(
    place: Place,
) -> None:
    right, wrong = driver(), driver()
    expected = sent(right, visits("cora"), by_murmur2)
    made = sent(wrong, visits("cora"), place)
    carried = {CARRIED_CUSTOMERS, CARRIED_REGIONS}

    assert [m for m in made if m.topic not in carried] != []
    assert [(m.topic, m.key, m.value) for m in made if m.topic not in carried] == [
        (m.topic, m.key, m.value) for m in expected
    ]
    assert {m.topic for m in made if m.topic in carried} == carried
    assert letters(made) == []
    assert [(id_, decision) for id_, decision, _ in decided(made)] == [
        ("cora-v1:ESTIMATE_DISPUTED:1", Decision.RAISED),
        ("cora-v2:ESTIMATE_DISPUTED:1", Decision.THROTTLED),
    ]
    for stage in (CUSTOMERS, DESK):
        for number in range(PARTITIONS):
            here, there = right.state(stage, number), wrong.state(stage, number)
            assert here.keys() - {":now"} == there.keys() - {":now"}
            assert {k: v for k, v in here.items() if k != ":now"} == {
                k: v for k, v in there.items() if k != ":now"
            }
    assert all("cora" not in wrong.state(CUSTOMERS, n) for n in range(PARTITIONS))
    assert any(isinstance(codecs.decode(m.topic, m.value or b""), Erased) for m in made
               if m.topic == "recourse.erased")  # fmt: skip


def test_a_delivery_that_lies_wrong_finds_its_case() -> None:
    """The other input of the desk that comes from outside."""
    to = driver()
    sent(to, visits("cora")[:3], by_murmur2)
    delivery = Delivery(
        notice_id="cora-v1:1:0:customer",
        escalation_id="cora-v1:1",
        region_id="us-east",
        occurred_at=NOW + 9 * 60_000,
        delivered=False,
    )
    wrong = (partition_of(b"us-east", PARTITIONS) + 1) % PARTITIONS
    value = codecs.encode("recourse.deliveries", delivery)
    made = to.pipe("recourse.deliveries", b"us-east", value, NOW + 9 * 60_000, (), wrong)
    again = driver()
    sent(again, visits("cora")[:3], by_murmur2)
    expected = again.pipe("recourse.deliveries", b"us-east", value, NOW + 9 * 60_000)

    assert made[0].topic == CARRIED_REGIONS
    assert [(m.topic, m.value) for m in made[1:]] == [(m.topic, m.value) for m in expected]


def test_lateness_counts_from_the_first_arrival() -> None:
    """It is carried when it is read: a backlog of two days later, say."""
    to = driver()
    event = check_in("cora", NOW - 23 * HOUR_MS)
    to.pipe(
        "recourse.ticks", b"%d" % WRONG, codecs.encode("recourse.ticks", TICK), LATER, (), WRONG
    )
    made = to.pipe(CHECK_INS, b"cora", codecs.encode(CHECK_INS, event), NOW, (), WRONG)

    assert (made[0].topic, made[0].timestamp) == (CARRIED_CUSTOMERS, LATER)
    assert letters(made) == []
    assert "cora" in to.state(CUSTOMERS, HOME)


LATER = NOW + 48 * HOUR_MS
TICK = codecs.from_json("recourse.ticks", {"now": "2026-03-04T09:00:00Z"})

INVALID = {
    "no Avro": (b"cora", b"hello", (), DeadLetterReason.UNREADABLE, "the value begins with"),
    "another customer": (
        b"cora",
        codecs.encode(CHECK_INS, check_in("dora", NOW)),
        (),
        DeadLetterReason.INVALID,
        "the key is 'cora': must be the customer_id, 'dora'",
    ),
    "too late": (
        b"cora",
        codecs.encode(CHECK_INS, check_in("cora", NOW - 48 * HOUR_MS)),
        (),
        DeadLetterReason.TOO_LATE,
        "it arrived 2 d after it occurred",
    ),
    "no time": (
        b"cora",
        codecs.encode(CHECK_INS, check_in("cora", NOW)),
        (("first_arrived_at", b"soon"),),
        DeadLetterReason.INVALID,
        "the header first_arrived_at is 'soon'",
    ),
}


@pytest.mark.parametrize(
    ("key", "value", "headers", "reason", "detail"), INVALID.values(), ids=INVALID
)
def test_what_can_t_be_used_is_a_dead_letter_that_names_where_it_was_sent(
    key: bytes,
    value: bytes,
    headers: tuple[tuple[str, bytes], ...],
    reason: DeadLetterReason,
    detail: str,
) -> None:
    """In the partition of its key: it is carried before it is read, and once."""
    made = driver().pipe(CHECK_INS, key, value, NOW, headers, WRONG)
    (letter,) = letters(made)

    counted = ["recourse.insights"] if reason is DeadLetterReason.TOO_LATE else []
    assert [m.topic for m in made] == [CARRIED_CUSTOMERS, DEAD_LETTERS, *counted]
    assert (letter.reason, place_of(letter)) == (reason, (CHECK_INS, WRONG, 0))
    assert letter.detail.startswith(detail)
    assert (letter.key, letter.value) == (key.decode(), value)
    assert letter.headers == dict(headers)


def test_a_record_without_a_key_is_a_dead_letter_where_it_lies() -> None:
    value = codecs.encode(CHECK_INS, check_in("cora", NOW))
    made = driver().pipe(CHECK_INS, None, value, NOW, (), WRONG)

    assert [m.topic for m in made] == [DEAD_LETTERS]
    assert letters(made)[0].detail == "the key is null: must be the customer_id, 'cora'"


def test_by_the_setting_it_is_a_dead_letter_that_says_what_to_set() -> None:
    to = driver(carries=False)
    value = codecs.encode(CHECK_INS, check_in("cora", NOW))
    made = to.pipe(CHECK_INS, b"cora", value, NOW, (), WRONG)

    assert [m.topic for m in made] == [DEAD_LETTERS]
    (letter,) = letters(made)
    assert (letter.reason, place_of(letter)) == (DeadLetterReason.INVALID, (CHECK_INS, WRONG, 0))
    assert letter.detail == (
        f"it lies in partition {WRONG}, and murmur2 places its key in {HOME}: set the producer's "
        "partitioner to murmur2 (librdkafka: partitioner=murmur2_random; kafka-go: "
        "Murmur2Balancer; docs/producers.md has the others)"
    )
    assert (letter.key, letter.value) == ("cora", value)
    assert to.state(CUSTOMERS, WRONG).keys() == {":now"}


def test_what_somebody_else_writes_to_the_topic_of_carried_records_is_a_dead_letter() -> None:
    value = codecs.encode(CHECK_INS, check_in("cora", NOW))
    made = driver().pipe(CARRIED_CUSTOMERS, b"cora", value, NOW)

    (letter,) = letters(made)
    assert (letter.reason, place_of(letter)) == (
        DeadLetterReason.INVALID,
        (CARRIED_CUSTOMERS, HOME, 0),
    )
    assert letter.detail == (
        "its headers do not say where it came from: workers alone write this topic"
    )


def test_a_carried_record_that_comes_twice_is_a_duplicate() -> None:
    """At least once: the record was carried, and then the worker died."""
    to = driver()
    made = sent(to, visits("cora")[:2], in_one_place)
    before = [to.state(CUSTOMERS, n) | {":now": b""} for n in range(PARTITIONS)]
    again = [m for m in made if m.topic == CARRIED_CUSTOMERS]
    twice = [
        each for m in again for each in to.pipe(m.topic, m.key, m.value, m.timestamp, m.headers)
    ]

    assert len(again) == 2
    assert twice == []
    assert [to.state(CUSTOMERS, n) | {":now": b""} for n in range(PARTITIONS)] == before


def test_each_stage_carries_what_its_inputs_are_declared_to_hold() -> None:
    for stage in stages()[:2]:
        assert stage.carried is not None
        carried = TOPICS[stage.carried]
        assert set(carried.carried) == set(stage.inputs) - {stage.carried}
        assert {TOPICS[name].key for name in carried.carried} == {carried.key}
