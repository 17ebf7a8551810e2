"""Topics that change under a running worker: what is believed, when, and what is said."""

import pytest

from streams.runtime.cluster_watch import unowned
from streams.runtime.standstill import STILL_SECONDS, Standstill
from streams.runtime.topic_watch import CONFIRM_SECONDS, TopicChanges
from streams.transport.groups import Group, Member
from streams.transport.topic_look import SeenTopic
from tests.streams.toy import Toy

Look = dict[str, SeenTopic | None]
HAD: Look = {"left": SeenTopic(4, "a"), "right": SeenTopic(4, "b")}
WAYS = ": docs/disaster-recovery.md says the ways out"


def changes() -> TopicChanges:
    return TopicChanges({"left": 4, "right": 4}, HAD)


@pytest.mark.parametrize(
    ("look", "sentence"),
    [
        (
            {"left": SeenTopic(6, "a")},
            (
                "topic left has 6 partitions, and had 4 when this worker started, so keys no "
                "longer lie where their state is"
            ),
        ),
        ({"left": None}, "topic left is gone (it had 4 partitions)"),
        (
            {"left": SeenTopic(4, "c")},
            (
                "topic left was deleted and made again while this worker ran, with 4 partitions "
                "(it had 4) and without its records"
            ),
        ),
        (
            {"left": None, "right": SeenTopic(2, "c")},
            (
                "topic left is gone (it had 4 partitions); topic right was deleted and made again "
                "while this worker ran, with 2 partitions (it had 4) and without its records"
            ),
        ),
    ],
)
def test_a_change_is_said_once_every_look_of_some_seconds_has_found_it(
    look: Look, sentence: str
) -> None:
    watch, seen = changes(), HAD | look

    assert watch.look(HAD, 0.0) is None
    assert watch.look(seen, 1.0) is None
    assert watch.suspected == sentence
    assert watch.look(seen, 1.0 + CONFIRM_SECONDS - 0.1) is None
    assert watch.look(seen, 1.0 + CONFIRM_SECONDS) == sentence + WAYS


def test_a_broker_that_heard_of_nothing_yet_is_believed_by_nobody() -> None:
    """Asked in turns, one broker says that the topic is gone, the other that it is there."""
    watch = changes()

    for second in range(0, 60, 2):
        assert watch.look(HAD | {"left": None}, second) is None
        assert watch.look(HAD, second + 1) is None
    assert watch.suspected is None


def test_who_does_not_answer_has_not_said_that_a_topic_is_gone() -> None:
    watch = changes()

    assert watch.look(HAD | {"left": None}, 0.0) is None
    watch.no_answer()
    assert watch.look(HAD | {"left": None}, CONFIRM_SECONDS) is None
    assert watch.look(HAD | {"left": None}, 2 * CONFIRM_SECONDS) is not None


def test_a_topic_of_which_nothing_is_said_is_as_it_was() -> None:
    watch = changes()

    assert [watch.look({"right": HAD["right"]}, at) for at in (0.0, 60.0)] == [None, None]


def test_fewer_partitions_under_the_same_id_are_a_broker_that_has_not_heard_yet() -> None:
    watch = changes()

    assert [watch.look(HAD | {"left": SeenTopic(3, "a")}, at) for at in (0, 60)] == [None, None]


def group(state: str, *numbers: int) -> Group:
    return Group("toy-counting", state, (Member("worker-0", "host", numbers),))


@pytest.mark.parametrize(
    ("of", "count"),
    [
        (group("STABLE", 0, 1, 2, 3), 0),
        (group("STABLE", 0, 1), 2),
        (group("EMPTY"), 4),
        (group("PREPARING_REBALANCE"), None),
    ],
)
def test_partitions_that_nobody_has_are_counted_while_a_group_stands(
    of: Group, count: int | None
) -> None:
    stage = Toy("toy").stage
    seen: Look = {topic: SeenTopic(4, topic) for topic in stage.topics}

    assert unowned(stage, of, seen) == count


def test_the_partitions_that_one_topic_has_more_have_no_owner() -> None:
    stage = Toy("toy").stage
    seen: Look = {topic: SeenTopic(4, topic) for topic in stage.topics}
    seen[stage.inputs[0]] = SeenTopic(6, "a")

    assert unowned(stage, group("STABLE", 0, 1, 2, 3), seen) == 2


def test_time_stands_still_when_it_does_not_move_and_the_clock_does() -> None:
    still = Standstill(5_000)
    still.hear(1_767_225_600_000, 100.0)
    clock_ms = 1_767_225_600_000 + 61_000

    assert still.problem(100.0 + STILL_SECONDS, clock_ms) is None
    assert still.problem(101.0 + STILL_SECONDS, clock_ms) == (
        "time has stood still for 61 s, at 2026-01-01T00:00:00Z "
        "(docs/runbooks/RecourseTicksStopped.md)"
    )


def test_a_backlog_that_is_worked_off_is_no_standstill() -> None:
    still, day_ms = Standstill(5_000), 86_400_000
    for second in range(0, 600, 5):
        still.hear(1_767_225_600_000 + second, second)
        assert still.problem(second, 1_767_225_600_000 + day_ms) is None


def test_a_worker_without_partitions_waits_for_no_time() -> None:
    still = Standstill(5_000)
    for second in range(0, 600, 5):
        still.hear(None, second)

    assert still.problem(600, 1_767_225_600_000) is None


def test_before_the_first_tick_it_is_said_that_none_came() -> None:
    still = Standstill(5_000)
    still.hear(0, 0.0)
    still.hear(0, 90.0)

    assert still.problem(90.0, 1_767_225_600_000) == (
        "time has stood still for 90 s, no tick has come yet "
        "(docs/runbooks/RecourseTicksStopped.md)"
    )
