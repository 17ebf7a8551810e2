"""Records in a wrong partition: carried into their own once, or refused with a reason."""

from dataclasses import replace

import pytest

from streams.runtime.carrying import CARRIED_AT_MOST, Carried, Placement, Refused, original, sorter
from streams.testing import Driver
from streams.topology import Message
from streams.transport.placing import partition_of
from tests.streams.toy import Toy, encode_tick

TOY = Toy("toy")
PARTITIONS = 4
HOME = partition_of(b"cora", PARTITIONS)
WRONG = (HOME + 1) % PARTITIONS
SET = (
    "set the producer's partitioner to murmur2 (librdkafka: partitioner=murmur2_random; kafka-go: "
    "Murmur2Balancer; docs/producers.md has the others)"
)
LIES = f"it lies in partition {WRONG}, and murmur2 places its key in {HOME}"
HEADERS = (
    ("traceparent", b"00-1"),
    ("carried_from_topic", b"toy.left"),
    ("carried_from_partition", b"%d" % WRONG),
    ("carried_from_offset", b"7"),
    ("carried_from_timestamp", b"1000"),
)


def record(topic: str = TOY.left, key: bytes | None = b"cora", **fields: object) -> Message:
    given = {"partition": WRONG, "offset": 7, "timestamp": 1_000, "value": b"1", "headers": ()}
    return Message(topic=topic, key=key, **given | fields)  # type: ignore[arg-type]


def sorted_(
    message: Message, *, carries: bool = True
) -> tuple[Message | Carried | Refused | None, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    placement = Placement(PARTITIONS, carries)
    found = sorter(TOY.stage, message.partition, placement, lambda *each: told.append(each))
    assert found is not None
    return found.sort(message), told


IN_PLACE = [
    record(partition=HOME),
    record(key=None),
    record(TOY.ticks, key=b"1"),
    record("toy.none-of-ours"),
]


@pytest.mark.parametrize("message", IN_PLACE, ids=["home", "no key", "tick", "not an input"])
@pytest.mark.parametrize("carries", [True, False])
def test_what_is_in_its_place_is_handled_as_it_is(message: Message, carries: bool) -> None:
    assert sorted_(message, carries=carries) == (message, [])


def test_a_misplaced_record_is_carried_as_it_was_with_where_it_came_from() -> None:
    message = record(headers=HEADERS[:1])
    found, told = sorted_(message)

    assert told == [(TOY.left, "carried")]
    assert found == Carried(message, TOY.carried, HOME)
    assert found.write(5_000) == (TOY.carried, HOME, b"cora", b"1", HEADERS, 5_000)


def test_a_carried_record_is_handled_as_the_record_that_it_was() -> None:
    arrived = record(TOY.carried, partition=HOME, offset=3, timestamp=9_000, headers=HEADERS)

    assert sorted_(arrived) == (record(headers=HEADERS[:1]), [])
    assert original(arrived) == record(headers=HEADERS[:1])


def test_a_null_value_and_headers_of_any_kind_come_back_as_they_were() -> None:
    odd = record(value=None, headers=(("none", None), *HEADERS[1:], ("first_arrived_at", b"5")))
    found, _ = sorted_(odd)
    assert isinstance(found, Carried)
    write = found.write(5_000)
    there = Message(write.topic, write.partition, 0, 5_000, write.key, write.value, write.headers)

    assert original(there) == odd


BROKEN = {
    "none": (),
    "one less": HEADERS[2:],
    "another order": (*HEADERS[:-2], HEADERS[-1], HEADERS[-2]),
    "no number": (*HEADERS[:-1], ("carried_from_timestamp", b"soon")),
    "a null": (*HEADERS[:-1], ("carried_from_timestamp", None)),
    "too many digits": (*HEADERS[:-1], ("carried_from_timestamp", b"1" * 20)),
    "another topic": (("carried_from_topic", b"toy.out"), *HEADERS[2:]),
    "itself": (("carried_from_topic", b"toy.carried"), *HEADERS[2:]),
    "ticks": (("carried_from_topic", b"toy.ticks"), *HEADERS[2:]),
}


@pytest.mark.parametrize("headers", BROKEN.values(), ids=BROKEN)
def test_what_no_worker_carried_is_refused(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    message = record(TOY.carried, partition=HOME, headers=headers)
    why = "its headers do not say where it came from: workers alone write this topic"

    assert sorted_(message) == (Refused(message, why), [(TOY.carried, "refused")])


def test_a_carried_record_without_a_key_is_refused() -> None:
    message = record(TOY.carried, key=None, headers=HEADERS)

    assert isinstance(sorted_(message)[0], Refused)


def test_what_was_carried_is_not_carried_again() -> None:
    message = record(TOY.carried, headers=HEADERS)
    why = f"{LIES}, and what was carried is not carried again"

    assert sorted_(message) == (Refused(message, why), [(TOY.carried, "refused")])


def test_where_the_setting_says_so_a_misplaced_record_is_refused_and_a_carried_one_handled() -> (
    None
):
    message = record()
    arrived = record(TOY.carried, partition=HOME, headers=HEADERS)

    assert sorted_(message, carries=False) == (
        Refused(message, f"{LIES}: {SET}"),
        [(TOY.left, "refused")],
    )
    assert sorted_(arrived, carries=False) == (record(headers=HEADERS[:1]), [])


@pytest.mark.parametrize(("more", "carried"), [(-1, True), (0, True), (1, False)])
def test_what_is_too_large_to_be_written_again_is_refused(more: int, carried: bool) -> None:
    rest = len(b"cora") + len("traceparent") + len(b"00-1")
    value = b"x" * (CARRIED_AT_MOST + more - rest)
    message = record(value=value, headers=HEADERS[:1])
    found, told = sorted_(message)

    assert told == [(TOY.left, "carried" if carried else "refused")]
    if not carried:
        size = CARRIED_AT_MOST + 1
        too_large = f"with {size} bytes it is too large to be carried there"
        assert found == Refused(message, f"{LIES}, and {too_large}")


def test_a_stage_without_such_a_topic_does_not_look_where_records_lie() -> None:
    assert sorter(TOY.second_stage, 0, Placement(4), lambda *_: None) is None


def test_state_and_outputs_are_the_same_wherever_a_record_lay() -> None:
    """In memory: the stage carries, and reads what it has carried."""
    right, wrong = (Driver([TOY.stage], TOY.references, PARTITIONS) for _ in range(2))
    for n, place in enumerate([HOME, WRONG, HOME, (HOME + 2) % PARTITIONS]):
        right.pipe(TOY.left, b"cora", b"%d" % n, 1_000 + n)
        wrong.pipe(TOY.left, b"cora", b"%d" % n, 1_000 + n, partition=place)

    assert [m.value for m in wrong.read() if m.topic == TOY.out] == [
        m.value for m in right.read() if m.topic == TOY.out
    ]
    assert wrong.state(TOY.stage, HOME) == right.state(TOY.stage, HOME)
    for number in {0, 1, 2, 3} - {HOME}:
        assert wrong.state(TOY.stage, number).keys() <= {":now"}


def test_a_carried_record_moves_now_by_its_own_time() -> None:
    driver = Driver([TOY.stage], TOY.references, PARTITIONS)
    driver.pipe(TOY.ticks, b"1", encode_tick(9_000), 9_000, partition=WRONG)
    made = driver.pipe(TOY.left, b"cora", b"1", 1_000, partition=WRONG)

    assert [(m.topic, m.timestamp) for m in made] == [(TOY.carried, 9_000), (TOY.out, 9_000)]
    assert made[1].value == b"left 1 is 1 at 9000"


def test_a_refused_record_is_told_and_changes_no_state() -> None:
    driver = Driver([TOY.stage], TOY.references, PARTITIONS, carries=False)
    made = driver.pipe(TOY.left, b"cora", b"1", 1_000, partition=WRONG)

    said = f"refused toy.left[{WRONG}] offset 0: {LIES}: {SET} at 1000"
    assert [(m.topic, m.value) for m in made] == [(TOY.out, said.encode())]
    assert driver.state(TOY.stage, WRONG) == {":now": b"1000"}


def left(message: Message) -> Message | Carried | Refused | None:
    """What becomes of it in a stage that leaves what lies wrong to the one that carries it."""
    told: list[tuple[str, str]] = []
    stage = replace(TOY.stage, leaves_misplaced=True)
    found = sorter(stage, message.partition, Placement(PARTITIONS), lambda *each: told.append(each))
    assert found is not None
    became = found.sort(message)
    assert told == []
    return became


@pytest.mark.parametrize("message", IN_PLACE, ids=["home", "no key", "tick", "not an input"])
def test_a_stage_beside_the_carrying_one_handles_what_is_in_its_place(message: Message) -> None:
    assert left(message) == message


def test_a_stage_beside_the_carrying_one_reads_what_was_carried_and_nothing_else() -> None:
    carried = record(TOY.carried, partition=HOME, headers=HEADERS)

    assert left(carried) == record(headers=HEADERS[:1])
    for message in (
        record(),
        record(TOY.carried, partition=HOME),
        record(TOY.carried, headers=HEADERS),
        record(TOY.carried, key=None, partition=HOME, headers=HEADERS),
    ):
        assert left(message) is None
