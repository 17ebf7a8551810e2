"""Which notices are in hand, which is due first, and what is written down of them."""

from agents.notifier.offset_metadata import (
    PENDING_AT_MOST,
    SPAN_AT_MOST,
    Mark,
    mark_in,
    text_of,
)
from agents.notifier.pending_notices import (
    ASIDE_AT_MOST,
    SUPERSEDED_AT_MOST,
    Entry,
    PendingNotices,
)
from agents.notifier.plan import Progress
from schemas.records import Channel
from tests.agents.notifier.notices import a_notice


def entry(offset: int, due: int = 0, to: str | None = None, partition: int = 0) -> Entry:
    return Entry(
        partition=partition,
        offset=offset,
        notice=a_notice(f"n{offset}", to or f"c{offset}"),
        progress=Progress(channels=(Channel.SMS,), due=due),
    )


def book_with(*entries: Entry) -> PendingNotices:
    book = PendingNotices()
    for partition in sorted({each.partition for each in entries}):
        book.open(partition, 0, None)
    for each in entries:
        assert book.is_new(each.partition, each.offset)
        book.add(each)
    for partition in sorted({each.partition for each in entries}):
        book.reached_end(partition)
    return book


def due(book: PendingNotices, now: int, at_most: int = 10) -> list[int]:
    return [each.offset for each in book.take_due(now, at_most)]


def test_what_is_due_first_comes_first_and_what_waits_holds_nothing_back() -> None:
    book = book_with(entry(0, due=100), entry(1, due=10), entry(2, due=10), entry(3, due=5))

    assert book.next_due() == 5
    assert due(book, 10, at_most=2) == [3, 1]
    assert due(book, 10) == [2]
    assert due(book, 99) == []
    assert due(book, 100) == [0]


def test_nobody_gets_two_at_once() -> None:
    first, second = entry(0, to="c1"), entry(1, to="c1")
    book = book_with(first, second, entry(2, to="c2"))

    assert due(book, 0) == [0, 2]
    book.end(first)
    assert due(book, 0) == [1]


def test_a_notice_that_is_tried_again_waits_its_time() -> None:
    only = entry(0)
    book = book_with(only)
    (taken,) = book.take_due(0, 1)
    book.put_back(taken, Progress(channels=(Channel.SMS,), due=50, attempts=1))

    assert due(book, 49) == []
    (again,) = book.take_due(50, 1)
    assert again.progress.attempts == 1


def test_a_mark_has_the_first_that_is_not_done_and_those_after_it() -> None:
    waiting, second, third = entry(0, due=100), entry(1), entry(2, due=100)
    book = book_with(waiting, second, third, entry(4))
    book.end(second)

    begin, text = book.marks()[0]
    assert begin == 0
    assert mark_in(text, begin) == Mark(position=5, pending=frozenset({0, 2, 4}))
    assert book.marks() == {}  # said once


def test_who_takes_over_does_again_only_what_is_not_done() -> None:
    first = book_with(entry(0, due=100), entry(1), entry(2, due=100))
    first.end(entry(1))
    begin, text = first.marks()[0]
    second = PendingNotices()
    second.open(0, begin, text)

    assert [offset for offset in range(4) if second.is_new(0, offset)] == [0, 2, 3]


def test_a_mark_made_while_the_old_pending_are_not_read_again_still_has_them() -> None:
    book = PendingNotices()
    old = Mark(position=10, pending=frozenset({3, 7}))
    first = book_with(*(entry(offset, due=100) for offset in range(10)))
    for offset in set(range(10)) - old.pending:
        first.end(entry(offset))
    begin, text = first.marks()[0]
    book.open(0, begin, text)
    assert book.is_new(0, 3)
    book.add(entry(3))
    book.end(entry(3))

    begin, text = book.marks()[0]
    assert mark_in(text, begin) == Mark(position=10, pending=frozenset({7}))


def test_of_a_partition_that_is_another_ones_now_nothing_is_said() -> None:
    gone, kept = entry(0, partition=0), entry(0, partition=1)
    book = book_with(gone, kept)
    book.close(0)

    assert book.end(gone) is False
    assert book.end(kept) is True
    assert set(book.marks()) == {1}
    assert len(book) == 0


def test_no_more_is_read_when_too_many_are_in_hand_or_too_much_waits_to_be_written_down() -> None:
    book = book_with(entry(0, due=100), entry(1, due=100, partition=1))

    assert book.full(3) == frozenset()
    assert book.full(2) == {0, 1}

    wide = book_with(*(entry(offset, due=100) for offset in range(PENDING_AT_MOST + 1)))
    assert wide.full(10**6) == frozenset()
    wide.is_new(0, SPAN_AT_MOST + 1)
    assert wide.full(10**6) == {0}


def test_what_can_not_be_read_stays_undone_and_holds_nothing_back() -> None:
    book = book_with(entry(0))
    assert book.is_new(0, 1)
    assert book.set_aside(0, 1)
    assert book.is_new(0, 2)
    book.add(entry(2))
    for each in list(book.take_due(0, 10)):
        book.end(each)

    begin, text = book.marks()[0]
    assert mark_in(text, begin) == Mark(position=3, pending=frozenset({1}))
    assert (begin, book.aside, len(book)) == (1, 1, 0)

    later = PendingNotices()
    later.open(0, begin, text)
    assert [later.is_new(0, offset) for offset in (1, 2, 3)] == [True, False, True]


def test_what_is_passed_over_is_done_and_holds_nothing_back() -> None:
    book = book_with(entry(0))
    assert book.is_new(0, 1)
    book.pass_over(0)

    begin, text = book.marks()[0]
    assert mark_in(text, begin) == Mark(position=2, pending=frozenset({0}))


def test_of_very_many_that_can_not_be_read_the_others_count_as_done() -> None:
    book = book_with(entry(0, due=100))
    for offset in range(1, ASIDE_AT_MOST + 3):
        assert book.is_new(0, offset)
        assert book.set_aside(0, offset) == (offset <= ASIDE_AT_MOST)

    begin, text = book.marks()[0]
    kept = frozenset(range(ASIDE_AT_MOST + 1))
    assert mark_in(text, begin) == Mark(position=ASIDE_AT_MOST + 3, pending=kept)
    assert book.aside == ASIDE_AT_MOST + 2
    assert book.full(600) == frozenset()
    book.close(0)
    assert book.aside == 0


def test_what_another_takes_the_place_of_is_not_sent_and_needs_nothing_more() -> None:
    book = book_with(entry(0), entry(1, due=100), entry(2, due=50))

    assert book.supersede(["n0", "n2", "unheard-of"]) == 2
    assert due(book, 100) == [1]
    assert book.next_due() is None
    assert book.marks()[0] == (1, text_of(Mark(position=3, pending=frozenset({1}))))


def test_what_comes_after_what_takes_its_place_is_not_sent_either() -> None:
    book = book_with(entry(0))

    assert not book.is_superseded("n1")
    assert book.supersede(["n1"]) == 0
    assert book.is_superseded("n1")


def test_what_is_on_its_way_is_not_stopped_but_is_not_tried_again() -> None:
    first, second = entry(0), entry(1)
    book = book_with(first, second)
    assert due(book, 0) == [0, 1]

    assert book.supersede(["n0", "n1"]) == 0
    assert book.end(first)
    book.put_back(second, Progress(channels=(Channel.SMS,), due=50, attempts=1))
    assert due(book, 50) == []
    assert len(book) == 0
    assert book.marks()[0] == (2, "")


def test_who_waits_for_an_earlier_notice_of_theirs_does_not_get_one_that_is_superseded() -> None:
    first, second = entry(0, to="c1"), entry(1, to="c1")
    book = book_with(first, second)
    assert due(book, 0) == [0]
    book.supersede(["n1"])
    book.end(first)

    assert due(book, 0) == []


def test_nothing_is_sent_before_all_that_lies_there_was_read_of_that_partition() -> None:
    book = PendingNotices()
    for partition in (0, 1):
        book.open(partition, 0, None)
        assert book.is_new(partition, 0)
    book.add(entry(0))
    book.add(entry(0, partition=1, to="c9"))

    assert due(book, 0) == []
    book.reached_end(1)
    assert [each.partition for each in book.take_due(0, 10)] == [1]
    book.reached_end(0)
    assert due(book, 0) == [0]
    book.reached_end(7)  # another's


def test_few_ids_of_what_is_not_to_be_sent_are_remembered_the_newest() -> None:
    book = PendingNotices()
    book.supersede(f"n{number}" for number in range(SUPERSEDED_AT_MOST))
    book.supersede(["n0", "last"])

    assert [book.is_superseded(each) for each in ("n0", "n1", "n2", "last")] == [
        True,
        False,
        True,
        True,
    ]
