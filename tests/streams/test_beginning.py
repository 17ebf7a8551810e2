"""Where a stage begins: what the group says, what the state says, and what of it can be true."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from streams.runtime.beginning import (
    Beginning,
    Ground,
    State,
    Topic,
    Unfit,
    Why,
    beginning,
    told,
)
from streams.runtime.checkpoint import Checkpoint, Position

NUMBER = 5


def ground(**changed: Any) -> Ground:
    """Two topics of twelve partitions, from 10 to 100 each."""
    as_it_is = Ground(
        group="g", changelog="log", changelog_id="log-1", changelog_begin=0,
        partitions={"a": 12, "ticks": 12, "log": 12},
        topics={"a": Topic("a-1", 10, 100), "ticks": Topic("ticks-1", 10, 100)},
    )  # fmt: skip
    return as_it_is._replace(**changed)


def made(a: int | None = 50, ticks: int | None = 60, **changed: Any) -> Checkpoint:
    """The state has handled topic `a` up to 50, the ticks up to 60."""
    positions = {"a": ("a-1", a), "ticks": ("ticks-1", ticks)}
    fields: dict[str, Any] = {
        "group": "g", "partitions": 12, "changelog_id": "log-1", "keys": 7,
        "positions": {t: Position(i, at) for t, (i, at) in positions.items() if at is not None},
    }  # fmt: skip
    return Checkpoint(**{**fields, **changed})


def state(checkpoint: Checkpoint | None, keys: int = 7, **changed: Any) -> State:
    return State(has_now=True, keys=keys, checkpoint=checkpoint)._replace(**changed)


OTHER_A = {"a": Topic("a-2", 0, 30), "ticks": Topic("ticks-1", 10, 100)}
OTHER_CLUSTER = {"a": Topic("a-2", 0, 30), "ticks": Topic("ticks-2", 0, 30)}
OLD_KAFKA = {"a": Topic("", 10, 100), "ticks": Topic("", 10, 100)}
NOTHING = State(has_now=False, keys=0)
BOTH = {"a": 50, "ticks": 60}

BEGINS: dict[str, tuple[State, dict[str, int], Ground, dict[str, tuple[int, Why]]]] = {
    "group and state agree": (
        state(made()), BOTH, ground(), {"a": (50, Why.AGREED), "ticks": (60, Why.AGREED)},
    ),
    "nobody has been here": (
        NOTHING, {}, ground(), {"a": (10, Why.FIRST), "ticks": (10, Why.FIRST)},
    ),
    "the group's offsets are gone": (
        state(made()), {}, ground(),
        {"a": (50, Why.GROUP_MISSING), "ticks": (60, Why.GROUP_MISSING)},
    ),
    "one of them is gone": (
        state(made()), {"ticks": 60}, ground(),
        {"a": (50, Why.GROUP_MISSING), "ticks": (60, Why.AGREED)},
    ),
    "the group was put back": (
        state(made()), {"a": 49, "ticks": 60}, ground(),
        {"a": (50, Why.GROUP_OLDER), "ticks": (60, Why.AGREED)},
    ),
    "another application's group, over the old state": (
        state(made(group="other")), {}, ground(),
        {"a": (50, Why.GROUP_MISSING), "ticks": (60, Why.GROUP_MISSING)},
    ),
    "a crash between changelog and offsets, with changes behind the last now": (
        state(made(), keys=9, loose=2), {"a": 40, "ticks": 50}, ground(),
        {"a": (50, Why.GROUP_OLDER), "ticks": (60, Why.GROUP_OLDER)},
    ),
    "a crash under at_least_once while the first changes were written": (
        State(has_now=False, keys=7, loose=7), {}, ground(at_least_once=True),
        {"a": (10, Why.FIRST), "ticks": (10, Why.FIRST)},
    ),
    "a version before wrote last": (
        state(None), BOTH, ground(), {"a": (50, Why.BELIEVED), "ticks": (60, Why.BELIEVED)},
    ),
    "a version before wrote last, and did not read one of the topics": (
        state(None), {"ticks": 60}, ground(),
        {"a": (10, Why.NEW_INPUT), "ticks": (60, Why.BELIEVED)},
    ),
    "a topic that the stage did not read before": (
        state(made(a=None)), {"ticks": 60}, ground(),
        {"a": (10, Why.NEW_INPUT), "ticks": (60, Why.AGREED)},
    ),
    "a topic that the state does not know, but the group": (
        state(made(a=None)), BOTH, ground(),
        {"a": (50, Why.BELIEVED), "ticks": (60, Why.AGREED)},
    ),
    "a topic was made anew: Kafka has dropped its offsets": (
        state(made()), {"ticks": 60}, ground(topics=OTHER_A),
        {"a": (0, Why.MADE_ANEW), "ticks": (60, Why.AGREED)},
    ),
    "the same, and the old topic's offset was committed once more": (
        state(made(a=20)), {"a": 20, "ticks": 60}, ground(topics=OTHER_A),
        {"a": (0, Why.MADE_ANEW), "ticks": (60, Why.AGREED)},
    ),
    "the same, and an older version has read some of the new topic": (
        state(made()), {"a": 3, "ticks": 60}, ground(topics=OTHER_A),
        {"a": (3, Why.MADE_ANEW), "ticks": (60, Why.AGREED)},
    ),
    "all inputs were made anew, the changelog was not": (
        state(made()), {}, ground(topics=OTHER_CLUSTER),
        {"a": (0, Why.MADE_ANEW), "ticks": (0, Why.MADE_ANEW)},
    ),
    "the changelog is a copy, the inputs are the same": (
        state(made()), BOTH, ground(changelog_id="log-2", changelog_begin=30),
        {"a": (50, Why.AGREED), "ticks": (60, Why.AGREED)},
    ),
    "a broker without ids": (
        state(made()), BOTH, ground(topics=OLD_KAFKA, changelog_id=""),
        {"a": (50, Why.AGREED), "ticks": (60, Why.AGREED)},
    ),
    "at the very end": (
        state(made(a=100)), {"a": 100, "ticks": 60}, ground(),
        {"a": (100, Why.AGREED), "ticks": (60, Why.AGREED)},
    ),
    "a loss was accepted: the changelog begins where it did then": (
        state(made(changelog_begin=411)), BOTH, ground(changelog_begin=411),
        {"a": (50, Why.AGREED), "ticks": (60, Why.AGREED)},
    ),
    "nobody counts the keys": (
        state(made(keys=None), keys=3), BOTH, ground(),
        {"a": (50, Why.AGREED), "ticks": (60, Why.AGREED)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BEGINS)
def test_a_stage_begins_where_its_state_ends(case: str) -> None:
    found, group, kafka, expected = BEGINS[case]

    assert beginning(NUMBER, found, group, kafka) == Beginning(
        {topic: offset for topic, (offset, _) in expected.items()},
        {topic: why for topic, (_, why) in expected.items()},
        {},
    )


def test_what_retention_took_before_it_was_read_is_named() -> None:
    found = beginning(NUMBER, state(made(a=4)), {"a": 4, "ticks": 60}, ground())

    assert found == Beginning(
        {"a": 10, "ticks": 60}, {"a": Why.AGREED, "ticks": Why.AGREED}, {"a": 4}
    )


_Refused = tuple[State, dict[str, int], Ground, tuple[Unfit, str, int | None, int | None], str]
REFUSED: dict[str, _Refused] = {
    "the group has jumped ahead": (
        state(made()), {"a": 51, "ticks": 60}, ground(), (Unfit.GROUP_AHEAD, "a", 50, 51),
        ("group g has committed offset 51 of a[5], but the state has handled it up to 50 only: "
        "1 offset would be skipped"),
    ),
    "the topic has lost its end": (
        state(made(a=101)), {"a": 101, "ticks": 60}, ground(), (Unfit.BEYOND_END, "a", 101, 100),
        "a[5] is to be read from offset 101 on, but ends at 100: it has lost records",
    ),
    "the topic has lost its end, a version before wrote last": (
        state(None), {"a": 101, "ticks": 60}, ground(), (Unfit.BEYOND_END, "a", 101, 100),
        "a[5] is to be read from offset 101 on, but ends at 100: it has lost records",
    ),
    "the changelog has lost everything": (
        NOTHING, BOTH, ground(), (Unfit.STATE_LOST, "log", None, 60),
        ("log[5] holds no state, but group g has handled ticks[5] up to offset 60: the changelog "
        "has lost its records"),
    ),
    "the changelog has lost everything, and the group too": (
        NOTHING, {}, ground(changelog_begin=9), (Unfit.STATE_LOST, "log", None, 9),
        "log[5] begins at offset 9 and holds 0 keys and no `:now`: it has lost its records",
    ),
    "first changes without now, which a transaction never leaves": (
        State(has_now=False, keys=7, loose=7), {}, ground(), (Unfit.STATE_LOST, "log", None, 0),
        "log[5] begins at offset 0 and holds 7 keys and no `:now`: it has lost its records",
    ),
    "the same under at_least_once, and the group has handled something": (
        State(has_now=False, keys=7, loose=7), BOTH, ground(at_least_once=True),
        (Unfit.STATE_LOST, "log", None, 60),
        ("log[5] holds 7 keys and no `:now`, but group g has handled ticks[5] up to offset 60: the "
        "changelog has lost its records"),
    ),
    "the same under at_least_once, and its beginning is gone": (
        State(has_now=False, keys=7, loose=7), {}, ground(at_least_once=True, changelog_begin=3),
        (Unfit.STATE_LOST, "log", None, 3),
        "log[5] begins at offset 3 and holds 7 keys and no `:now`: it has lost its records",
    ),
    "somebody has deleted now": (
        State(has_now=False, keys=7), BOTH, ground(), (Unfit.STATE_LOST, "log", None, 60),
        ("log[5] holds 7 keys and no `:now`, but group g has handled ticks[5] up to offset 60: the "
        "changelog has lost its records"),
    ),
    "the changelog has lost its beginning": (
        state(made(), keys=3), BOTH, ground(changelog_begin=411),
        (Unfit.CHANGELOG_CUT, "log", 0, 411),
        ("log[5] begins at offset 411, and began at 0: records were deleted from it; 4 of 7 keys "
        "are gone"),
    ),
    "the changelog has lost its beginning, and a version before wrote last": (
        state(None, keys=3), BOTH, ground(changelog_begin=411),
        (Unfit.CHANGELOG_CUT, "log", 0, 411),
        ("log[5] begins at offset 411, and began at 0: records were deleted from it; 3 keys are "
        "there, how many there were is not known"),
    ),
    "a changelog that was accepted once has lost more": (
        state(made(changelog_begin=411)), BOTH, ground(changelog_begin=412),
        (Unfit.CHANGELOG_CUT, "log", 411, 412),
        ("log[5] begins at offset 412, and began at 411: records were deleted from it; 0 of 7 keys "
        "are gone"),
    ),
    "a copy of the changelog is not whole": (
        state(made(), keys=3), BOTH, ground(changelog_id="log-2"),
        (Unfit.KEYS_MISSING, "log", 7, 3),
        "log[5] holds 3 keys, but a state of 7 was committed",
    ),
    "somebody has written a key": (
        state(made(), keys=9, loose=1), BOTH, ground(), (Unfit.KEYS_MISSING, "log", 7, 9),
        "log[5] holds 9 keys, but a state of 7 was committed",
    ),
    "more partitions, everywhere": (
        state(made()), BOTH, ground(partitions={"a": 24, "ticks": 24, "log": 24}),
        (Unfit.OTHER_PARTITIONS, "a", 12, 24),
        ("the state of log was made with 12 partitions, but now there are: a 24, log 24, ticks 24; "
        "a key's records would lie apart from its state"),
    ),
    "more partitions of one topic": (
        state(made()), BOTH, ground(partitions={"a": 12, "ticks": 24, "log": 12}),
        (Unfit.OTHER_PARTITIONS, "ticks", 12, 24),
        ("the state of log was made with 12 partitions, but now there are: ticks 24; a key's "
        "records would lie apart from its state"),
    ),
    "another cluster": (
        state(made()), {}, ground(changelog_id="log-2", topics=OTHER_CLUSTER),
        (Unfit.ELSEWHERE, "a", 50, None),
        ("the state in log[5] was made from other topics than these (a had id a-1 and has a-2; the "
        "changelog is another, too): its offsets mean nothing here"),
    ),
    "a version before wrote last, and the group has forgotten everything": (
        state(None), {}, ground(), (Unfit.OFFSETS_LOST, "log", None, None),
        ("log[5] holds state, but does not say from where on the inputs are to be read (a version "
        "from before wrote it), and group g has no offset of any of them"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_both_be_true_is_refused_by_topic_partition_and_numbers(case: str) -> None:
    found, group, kafka, expected, sentence = REFUSED[case]

    [refusal] = beginning(NUMBER, found, group, kafka).refusals

    assert (refusal.unfit, refusal.topic, refusal.state, refusal.kafka) == expected
    assert (refusal.partition, refusal.sentence) == (NUMBER, sentence)


def test_every_reason_has_a_case() -> None:
    assert {why for case in BEGINS.values() for _, why in case[3].values()} == set(Why)
    assert {case[3][0] for case in REFUSED.values()} == set(Unfit)


def test_all_refusals_of_a_partition_are_given_and_one_sentence_says_them() -> None:
    group, other_group = {"a": 51, "ticks": 99}, {"a": 52, "ticks": 60}
    refusals = beginning(NUMBER, state(made()), group, ground()).refusals

    assert [(each.topic, each.state, each.kafka) for each in refusals] == [
        ("a", 50, 51), ("ticks", 60, 99),
    ]  # fmt: skip
    assert told("s", refusals) == (
        "stage s can't begin: group g has committed offset 51 of a[5], but the state has handled "
        "it up to 50 only: 1 offset would be skipped; 1 more like it; `recourse state show` "
        "compares them, and docs/disaster-recovery.md has the ways out"
    )
    alone = beginning(NUMBER, state(made()), other_group, ground()).refusals
    assert "like it" not in told("s", alone)


OFFSETS = some.integers(0, 120)


@given(a=OFFSETS, ticks=OFFSETS, group=some.fixed_dictionaries({}, optional={
    "a": OFFSETS, "ticks": OFFSETS,
}))  # fmt: skip
def test_nothing_that_was_handled_is_read_again_and_nothing_is_skipped(
    a: int, ticks: int, group: dict[str, int]
) -> None:
    kept = {"a": a, "ticks": ticks}
    found = beginning(NUMBER, state(made(a, ticks)), group, ground())

    ahead = {topic for topic, at in group.items() if at > kept[topic]}
    beyond = {topic for topic, at in kept.items() if at > 100}
    assert {each.topic for each in found.refusals} == ahead | beyond
    if not found.refusals:
        assert found.offsets == {topic: max(at, 10) for topic, at in kept.items()}
        assert found.gone == {topic: at for topic, at in kept.items() if at < 10}
