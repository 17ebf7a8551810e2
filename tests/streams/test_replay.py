"""Replays and the legality of an order."""

from streams.runtime.replay import ReferenceHistory, illegalities, replay
from streams.topology import Message, Run
from tests.streams.toy import Toy

TOY = Toy("toy")
NO_REFERENCE = {TOY.reference: 0}
BROKER_TIMED = {TOY.left, TOY.right, TOY.ticks}


def message(topic: str, offset: int, timestamp: int, key: bytes = b"a") -> Message:
    return Message(topic, 0, offset, timestamp, key, b"v%d" % offset)


INPUTS = {
    (TOY.left, 0): [message(TOY.left, 0, 1_000), message(TOY.left, 1, 3_000)],
    (TOY.right, 0): [message(TOY.right, 4, 2_000)],
    (TOY.ticks, 0): [message(TOY.ticks, 0, 5_000)],
}
HISTORY = ReferenceHistory(
    TOY.references, [message(TOY.reference, 0, 0), message(TOY.reference, 1, 0)]
)


def run(topic: str, first: int, last: int, reference: int = 0) -> Run:
    return Run(topic, first, last, {TOY.reference: reference})


LEGAL = [run(TOY.right, 4, 4), run(TOY.left, 0, 1), run(TOY.ticks, 0, 0, reference=2)]


def problems(runs: list[Run]) -> list[str]:
    return illegalities(TOY.stage, 0, runs, INPUTS, BROKER_TIMED)


def test_a_replay_follows_the_order_with_the_references_in_force() -> None:
    replayed = replay(TOY.stage, 0, LEGAL, INPUTS, HISTORY)

    assert [(write.value, write.timestamp) for write in replayed.writes] == [
        (b"right v4 is 1 at 2000", 2_000),
        (b"left v0 is 2 at 2000", 2_000),
        (b"left v1 is 3 at 3000", 3_000),
        (b"tick 0 total 3 now 5000 reference none,v0,v1", 5_000),
    ]
    assert replayed.state == {"a": b"3", ":now": b"5000"}


def test_a_legal_order_has_no_problems() -> None:
    assert problems(LEGAL) == []


def test_a_tick_at_the_end_may_be_unhandled() -> None:
    assert problems(LEGAL[:2]) == []


def test_an_input_left_out_is_a_problem() -> None:
    assert problems(LEGAL[1:]) == [
        "stage counting partition 0: toy.right has 1 records unhandled, first offset 4"
    ]


def test_an_input_handled_twice_is_a_problem() -> None:
    assert problems([*LEGAL[:2], run(TOY.left, 1, 1), LEGAL[2]]) == [
        "stage counting partition 0: toy.left handled 1 records twice, first offset 1"
    ]


def test_a_topic_out_of_its_order_is_a_problem() -> None:
    runs = [run(TOY.left, 1, 1), run(TOY.left, 0, 0), LEGAL[0], LEGAL[2]]

    assert problems(runs) == ["stage counting partition 0: toy.left was not handled by offset"]


def test_a_tick_before_a_record_that_is_older_by_far_is_a_problem() -> None:
    runs = [LEGAL[2], LEGAL[0], LEGAL[1]]

    assert problems(runs)[0] == (
        "stage counting partition 0: toy.right offset 4 of 2000 was handled after the tick of 5000"
    )
