"""The merge by time, and which ticks wait."""

from itertools import cycle

from hypothesis import given
from hypothesis import strategies as some

from streams.runtime.merge import Merge
from streams.topology import Message

LEFT, RIGHT, TICKS = "left", "right", "ticks"


def message(topic: str, offset: int, timestamp: int) -> Message:
    return Message(topic, 0, offset, timestamp, None, b"")


def merge_of(**fetched: list[int]) -> Merge:
    """A merge that has fetched records with these timestamps, offsets from 0."""
    merge = Merge([RIGHT, LEFT], TICKS)
    for topic, timestamps in fetched.items():
        messages = [message(topic, n, at) for n, at in enumerate(timestamps)]
        merge.add(topic, messages, len(messages))
    return merge


def popped(merge: Merge) -> list[tuple[str, int]]:
    found = []
    while (each := merge.pop()) is not None:
        found.append((each.topic, each.timestamp))
    return found


def test_records_come_by_timestamp_as_far_as_they_are_fetched() -> None:
    assert popped(merge_of(left=[10, 30], right=[20, 40])) == [
        (LEFT, 10),
        (RIGHT, 20),
        (LEFT, 30),
        (RIGHT, 40),
    ]


def test_a_topic_keeps_its_own_order_even_if_its_time_goes_back() -> None:
    assert popped(merge_of(left=[30, 10], right=[20])) == [(RIGHT, 20), (LEFT, 30), (LEFT, 10)]


def test_equal_times_come_by_topic_name_and_the_tick_last() -> None:
    assert popped(merge_of(ticks=[10], right=[10, 11], left=[10, 11])) == [
        (LEFT, 10),
        (RIGHT, 10),
        (TICKS, 10),
        (LEFT, 11),
        (RIGHT, 11),
    ]


def test_a_tick_passes_when_every_topic_has_a_later_record_waiting() -> None:
    assert popped(merge_of(ticks=[10], left=[11], right=[12]))[0] == (TICKS, 10)


def test_a_tick_waits_for_a_topic_of_which_nothing_is_buffered() -> None:
    merge = merge_of(ticks=[10], left=[11])

    assert popped(merge) == []
    assert merge.holds_a_tick()


def test_what_is_later_waits_behind_a_held_tick_and_what_is_earlier_does_not() -> None:
    merge = merge_of(ticks=[10], left=[9, 11])

    assert popped(merge) == [(LEFT, 9)]


def test_a_tick_passes_when_the_topic_is_read_to_the_end_asked_for_after_it() -> None:
    merge = merge_of(ticks=[10], left=[11], right=[])
    question = merge.question()
    assert question is not None
    merge.answer(question, {RIGHT: 0})

    assert popped(merge) == [(TICKS, 10), (LEFT, 11)]


def test_a_tick_waits_until_the_topic_is_read_to_that_end() -> None:
    merge = merge_of(ticks=[10], left=[11], right=[])
    question = merge.question()
    assert question is not None
    merge.answer(question, {RIGHT: 2})
    assert popped(merge) == []
    merge.add(RIGHT, [message(RIGHT, 0, 8)], 1)
    assert popped(merge) == [(RIGHT, 8)]
    merge.add(RIGHT, [], 2)  # a control record: an offset without a record

    assert popped(merge) == [(TICKS, 10), (LEFT, 11)]


def test_an_end_asked_for_before_a_later_tick_does_not_hold_for_it() -> None:
    merge = merge_of(ticks=[10], left=[], right=[])
    question = merge.question()
    assert question is not None
    merge.add(TICKS, [message(TICKS, 1, 20)], 2)
    merge.answer(question, {LEFT: 0, RIGHT: 0})

    assert popped(merge) == [(TICKS, 10)]
    assert merge.question() is not None


def test_nothing_is_asked_while_no_tick_waits() -> None:
    assert merge_of(left=[10]).question() is None
    assert merge_of(ticks=[10], left=[11], right=[12]).question() is None


def test_the_position_is_the_next_record_to_handle_or_the_end_of_what_is_read() -> None:
    merge = merge_of(left=[10, 20])
    merge.pop()
    assert merge.position(LEFT) == 1
    merge.pop()
    merge.add(LEFT, [], 5)

    assert merge.position(LEFT) == 5
    assert merge.position(RIGHT) is None


def test_bytes_are_counted_until_handled() -> None:
    merge = merge_of(left=[10])
    assert merge.buffered_bytes(LEFT) > 0
    merge.pop()

    assert merge.buffered_bytes(LEFT) == 0


def test_a_backlog_waits_until_each_topic_shows_its_next_record() -> None:
    merge = Merge([LEFT, RIGHT], TICKS)
    merge.expect({LEFT: 2, RIGHT: 1, TICKS: 0})
    merge.add(RIGHT, [message(RIGHT, 0, 20)], 1)
    merge.add(TICKS, [], 0)
    assert popped(merge) == []
    merge.add(LEFT, [message(LEFT, 0, 10)], 1)
    assert popped(merge) == [(LEFT, 10)]
    merge.add(LEFT, [message(LEFT, 1, 30)], 2)

    assert popped(merge) == [(RIGHT, 20), (LEFT, 30)]


def test_after_its_backlog_a_topic_is_not_waited_for() -> None:
    merge = Merge([LEFT, RIGHT], TICKS)
    merge.expect({LEFT: 0, RIGHT: 0, TICKS: 0})
    for topic in (LEFT, RIGHT, TICKS):
        merge.add(topic, [], 0)
    merge.add(LEFT, [message(LEFT, 0, 10)], 1)

    assert popped(merge) == [(LEFT, 10)]


FETCHED = some.lists(
    some.tuples(some.sampled_from([LEFT, RIGHT, TICKS]), some.lists(some.integers(0, 6))),
    max_size=8,
)


def one_by_one(fetched: list[tuple[str, list[int]]]) -> list[tuple[str, int]]:
    """What comes out, by the rule itself: always the head with the least time."""
    waiting: dict[str, list[int]] = {LEFT: [], RIGHT: [], TICKS: []}
    for topic, timestamps in fetched:
        waiting[topic] += timestamps
    found = []
    while any(waiting.values()):
        topic = min((t for t in waiting if waiting[t]), key=lambda t: (waiting[t][0], t))
        if topic == TICKS and not (waiting[LEFT] and waiting[RIGHT]):
            break
        found.append((topic, waiting[topic].pop(0)))
    return found


@given(FETCHED, some.integers(1, 5))
def test_runs_are_what_comes_out_one_by_one(
    fetched: list[tuple[str, list[int]]], at_most: int
) -> None:
    merge, offsets = Merge([RIGHT, LEFT], TICKS), {LEFT: 0, RIGHT: 0, TICKS: 0}
    for topic, timestamps in fetched:
        first = offsets[topic]
        offsets[topic] += len(timestamps)
        messages = [message(topic, n, at) for n, at in enumerate(timestamps, first)]
        merge.add(topic, messages, offsets[topic])
    found, handled = [], {LEFT: 0, RIGHT: 0, TICKS: 0}
    while (run := merge.pop_run(at_most)) is not None:
        assert 1 <= len(run) <= at_most
        assert [m.offset for m in run] == list(
            range(handled[run.topic], handled[run.topic] + len(run))
        )
        handled[run.topic] += len(run)
        found += [(m.topic, m.timestamp) for m in run]

    assert found == one_by_one(fetched)
    assert all(
        merge.position(t) == handled[t] for t in handled if any(topic == t for topic, _ in fetched)
    )
    assert [merge.buffered_bytes(t) == 0 for t in handled] == [
        handled[t] == offsets[t] for t in handled
    ]


@given(FETCHED, some.integers(1, 5), some.lists(some.integers(1, 5), min_size=1))
def test_what_is_given_back_of_a_run_comes_out_as_if_it_had_not_been_taken(
    fetched: list[tuple[str, list[int]]], at_most: int, handled: list[int]
) -> None:
    merge, twin = (Merge([RIGHT, LEFT], TICKS) for _ in range(2))
    first = {LEFT: 0, RIGHT: 0, TICKS: 0}
    for topic, timestamps in fetched:
        messages = [message(topic, n, at) for n, at in enumerate(timestamps, first[topic])]
        first[topic] += len(timestamps)
        for each in (merge, twin):
            each.add(topic, messages, first[topic])
    enough = cycle(handled)
    while (run := merge.pop_run(at_most)) is not None:
        count = min(len(run), next(enough))
        if count < len(run):
            merge.give_back(run[count:])
        for taken in run[:count]:
            assert twin.pop() == taken
        for topic in first:
            assert merge.position(topic) == twin.position(topic)
            assert merge.buffered_bytes(topic) == twin.buffered_bytes(topic)

    assert twin.pop() is None


Piece = tuple[str, int | None, int]
"""A topic, the time of its next record (None: a control or aborted one, with an offset alone), and
how many of its offsets a fetch brings from there on."""
PIECES = some.lists(
    some.tuples(
        some.sampled_from([LEFT, RIGHT, TICKS]),
        some.none() | some.integers(0, 6),
        some.integers(0, 2),
    ),
    max_size=12,
)
ANSWERS = some.lists(some.sampled_from(["lost", "late", "at once"]), max_size=12)


class Reader:
    """Reads topics as a stage does: in pieces, asking for their ends while a tick waits."""

    def __init__(self, pieces: list[Piece], *, backlog: bool) -> None:
        self.written: dict[str, list[int | None]] = {LEFT: [], RIGHT: [], TICKS: []}
        for topic, at, _ in pieces:
            self.written[topic].append(at)
        self.ends = {topic: len(offsets) for topic, offsets in self.written.items()}
        self.merge, self.read = Merge([RIGHT, LEFT], TICKS), dict.fromkeys(self.written, 0)
        self.merge.begin_at(self.read)
        if backlog:
            self.merge.expect(self.ends)
        self.late: list[int] = []
        self.came: list[tuple[str, int]] = []

    def fetch(self, topic: str, many: int) -> None:
        first = self.read[topic]
        end = self.read[topic] = min(self.ends[topic], first + many)
        found = enumerate(self.written[topic][first:end], first)
        self.merge.add(topic, [message(topic, n, at) for n, at in found if at is not None], end)

    def ask(self, becomes: str) -> None:
        question = self.merge.question()
        if question is not None and becomes == "late":
            self.late.append(question)
        elif question is not None and becomes == "at once":
            self.answer(question)
        self.came += popped(self.merge)

    def answer(self, question: int) -> None:
        self.merge.answer(question, dict(self.ends))
        self.came += popped(self.merge)


@given(PIECES, ANSWERS, some.booleans())
def test_no_tick_waits_once_every_topic_is_read_to_its_end(
    pieces: list[Piece], answers: list[str], backlog: bool
) -> None:
    reader = Reader(pieces, backlog=backlog)
    for (topic, _, many), becomes in zip(pieces, [*answers, *["lost"] * 12], strict=False):
        reader.fetch(topic, many)
        reader.ask(becomes)
    for question in reader.late:
        reader.answer(question)
    for topic in reader.written:
        reader.fetch(topic, len(pieces))
    for _ in range(len(pieces) + 1):  # as the stage does: asked again for a tick that came later
        reader.ask("at once")

    assert sorted(reader.came) == sorted(
        (topic, at) for topic, all_ in reader.written.items() for at in all_ if at is not None
    )
    assert not reader.merge.holds_a_tick()


def test_a_run_ends_where_another_topic_is_earlier() -> None:
    merge = merge_of(left=[1, 2, 5, 6], right=[4, 7])
    runs = []
    while (run := merge.pop_run(10)) is not None:
        runs.append([m.timestamp for m in run])

    assert runs == [[1, 2], [4], [5, 6], [7]]


def test_what_is_lacking_is_what_the_head_waits_for() -> None:
    merge = Merge([RIGHT, LEFT], TICKS)
    merge.begin_at({LEFT: 0, RIGHT: 0, TICKS: 0})
    assert merge.lacking() == []

    merge.add(TICKS, [message(TICKS, 0, 20)], 1)
    assert merge.lacking() == [LEFT, RIGHT]
    merge.add(LEFT, [message(LEFT, 0, 30)], 1)
    assert merge.lacking() == [RIGHT]
    merge.add(RIGHT, [message(RIGHT, 0, 10)], 1)
    assert merge.lacking() == []


def test_of_a_backlog_what_is_not_fetched_yet_is_lacking_though_records_lie_there() -> None:
    merge = Merge([RIGHT, LEFT], TICKS)
    merge.begin_at({LEFT: 0, RIGHT: 0, TICKS: 0})
    merge.expect({LEFT: 1, RIGHT: 1, TICKS: 0})
    merge.add(LEFT, [message(LEFT, 0, 30)], 1)

    assert merge.lacking() == [RIGHT]
    merge.add(RIGHT, [message(RIGHT, 0, 10)], 1)
    assert merge.lacking() == []
