"""What may be sent again, how, and from when its lateness counts; no Kafka."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.operations.dead_letters.redriving import (
    BY_ITS_KEY,
    Again,
    CanNotBe,
    LeftOut,
    Marks,
    Redriven,
    digest_of,
    is_original,
    left_out,
    mark_of,
    record_again,
    why_not,
)
from agents.operations.dead_letters.selection import Selection, moment
from agents.pipeline.dead_letter import (
    HEADERS_AT_MOST,
    KEY_AT_MOST,
    VALUE_AT_MOST,
    LetterPlace,
    dead_letter,
    id_of,
    place_named,
)
from schemas.records import DeadLetter, DeadLetterReason
from streams.topology import Message
from streams.transport.kafka import Write

AT, GIVEN_UP = 1_772_442_000_000, 1_772_442_060_000
TRACE = ("traceparent", b"00-1")
ORIGINAL = Message("service.estimates", 3, 17, AT, b"c1", b"bytes", (TRACE,))
NO_MARKS = Marks({}, frozenset())


def letter(
    message: Message = ORIGINAL, reason: DeadLetterReason = DeadLetterReason.INVALID
) -> DeadLetter:
    return dead_letter(message, reason, "why", GIVEN_UP)


def headers(first: int, *others: tuple[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    mark = ("redriven_from", b"service.estimates:3:17")
    return (*others, ("first_arrived_at", str(first).encode()), mark)


def test_an_id_is_topic_partition_and_offset_of_the_record() -> None:
    assert id_of(letter()) == "service.estimates:3:17"
    assert place_named("service.estimates:3:17") == LetterPlace("service.estimates", 3, 17)


@pytest.mark.parametrize(
    "text", ["", "v1:1", "service.estimates:3", "a b:1:2", "t:-1:2", "t:1:2:3"]
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert place_named(text) is None


def test_the_original_is_sent_as_it_was_with_its_first_arrival_and_a_mark() -> None:
    assert record_again(letter(), ORIGINAL) == Again(
        Write("service.estimates", BY_ITS_KEY, b"c1", b"bytes", headers(AT, TRACE), GIVEN_UP),
        AT,
        False,
    )


def test_a_redriven_record_that_is_redriven_keeps_its_first_arrival_and_gets_a_new_mark() -> None:
    before = (("redriven_from", b"service.estimates:3:2"), ("first_arrived_at", b"1234"), TRACE)
    original = ORIGINAL._replace(headers=before)

    again = record_again(letter(original), original)
    assert isinstance(again, Again)
    assert (again.first_arrived_at, again.write.headers) == (1234, headers(1234, TRACE))


@pytest.mark.parametrize("bad", [b"", b"-5", b"soon", b"9" * 16, str(AT + 1).encode()])
def test_a_first_arrival_that_is_no_time_or_after_the_record_counts_for_nothing(bad: bytes) -> None:
    original = ORIGINAL._replace(headers=(("first_arrived_at", bad),))

    again = record_again(letter(original), original)
    assert isinstance(again, Again)
    assert again.write.headers == headers(AT)


@pytest.mark.parametrize(
    "lying", [None, ORIGINAL._replace(value=b"other"), ORIGINAL._replace(key=b"c2")]
)
def test_without_the_original_the_dead_letter_is_sent_and_arrived_when_it_was_given_up(
    lying: Message | None,
) -> None:
    assert record_again(letter(), lying) == Again(
        Write("service.estimates", BY_ITS_KEY, b"c1", b"bytes", headers(GIVEN_UP, TRACE), GIVEN_UP),
        GIVEN_UP,
        True,
    )


def test_without_the_original_an_earlier_first_arrival_is_still_known() -> None:
    original = ORIGINAL._replace(headers=(("first_arrived_at", b"1234"),))

    again = record_again(letter(original), None)
    assert isinstance(again, Again)
    assert (again.first_arrived_at, again.guessed) == (1234, False)


def test_a_record_without_a_key_is_sent_to_where_it_lay() -> None:
    original = ORIGINAL._replace(key=None)

    again = record_again(letter(original), original)
    assert isinstance(again, Again)
    assert again.write.partition == 3


def test_what_lies_among_the_carried_records_is_not_redriven() -> None:
    strange = letter(ORIGINAL._replace(topic="recourse.carried-customers"))

    assert why_not(strange, NO_MARKS, again=True) == CanNotBe(
        "recourse.carried-customers:3:17 can't be redriven: workers alone write "
        "recourse.carried-customers, so whatever belongs there lies in its own topic, too."
    )


def test_a_null_value_is_sent_as_null() -> None:
    original = ORIGINAL._replace(value=None)

    again = record_again(letter(original), original)
    assert isinstance(again, Again)
    assert again.write.value is None


LARGE = ORIGINAL._replace(value=b"v" * (VALUE_AT_MOST + 1))


def test_a_large_value_is_that_of_the_original_when_length_and_digest_are_right() -> None:
    again = record_again(letter(LARGE), LARGE)

    assert left_out(letter(LARGE)) == LeftOut(value=digest_of(LARGE.value or b""))
    assert isinstance(again, Again)
    assert again.write.value == LARGE.value


@pytest.mark.parametrize("lying", [None, LARGE._replace(value=b"w" * (VALUE_AT_MOST + 1))])
def test_a_large_value_that_is_gone_can_not_be_sent(lying: Message | None) -> None:
    assert record_again(letter(LARGE), lying) == CanNotBe(
        "service.estimates:3:17 can't be redriven: the record is gone from service.estimates, and "
        "the dead letter does not hold all of it."
    )


def test_all_that_a_dead_letter_leaves_out_is_read_where_it_lies() -> None:
    long_key = b"k" * (KEY_AT_MOST + 1)
    bare = LARGE._replace(key=long_key, headers=(("h", b"x" * HEADERS_AT_MOST),))

    assert left_out(letter(bare)) == LeftOut(
        digest_of(bare.value or b""), digest_of(long_key), headers=True
    )
    assert is_original(letter(bare), bare)
    assert not is_original(letter(bare), bare._replace(key=b"k"))
    assert isinstance(record_again(letter(bare), bare), Again)


@pytest.mark.parametrize(
    "bare",
    [
        ORIGINAL._replace(key=b"k" * (KEY_AT_MOST + 1)),
        ORIGINAL._replace(headers=(("h", b"x" * HEADERS_AT_MOST),)),
    ],
)
def test_a_key_or_headers_that_are_gone_can_not_be_sent(bare: Message) -> None:
    assert isinstance(record_again(letter(bare), None), CanNotBe)


def test_a_detail_that_only_looks_alike_leaves_nothing_out() -> None:
    detail = letter(LARGE).detail

    assert left_out(replace(letter(), detail=detail + "?")) == LeftOut()


def test_a_key_that_is_no_utf_8_needs_the_original() -> None:
    original = ORIGINAL._replace(key=b"\xff")

    assert isinstance(record_again(letter(original), None), CanNotBe)
    again = record_again(letter(original), original)
    assert isinstance(again, Again)
    assert again.write.key == b"\xff"


def test_a_record_with_the_same_bytes_is_the_original_and_no_other() -> None:
    assert is_original(letter(), ORIGINAL)
    assert not is_original(letter(), ORIGINAL._replace(value=None))


def refusal(dead: DeadLetter, marks: Marks = NO_MARKS, **options: Any) -> str | None:
    found = why_not(dead, marks, **options)
    return None if found is None else found.sentence


REDRIVEN = Redriven(LetterPlace("service.estimates", 3, 99), AT)


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (
            Marks({"service.estimates:3:17": REDRIVEN}, frozenset()),
            (
                "service.estimates:3:17 was redriven already, as service.estimates:3:99: with "
                "--again it is sent once more, and may then be applied twice."
            ),
        ),
        (
            Marks({}, frozenset({"service.estimates:3:17"})),
            (
                "service.estimates:3:17 may have been redriven already: records after it in "
                "service.estimates are gone, so nobody can tell; if you know that it was not, give "
                "--again."
            ),
        ),
        (Marks({"service.estimates:3:1": REDRIVEN}, frozenset({"service.estimates:3:2"})), None),
    ],
)
def test_what_was_redriven_or_may_have_been_is_refused_unless_again(
    marks: Marks, said: str | None
) -> None:
    assert refusal(letter(), marks) == said
    assert refusal(letter(), marks, again=True) is None


def test_what_was_erased_and_a_tick_are_never_sent() -> None:
    erased = refusal(letter(reason=DeadLetterReason.ERASED), again=True)
    tick = refusal(letter(ORIGINAL._replace(topic="recourse.ticks")), again=True)

    assert erased == (
        "service.estimates:3:17 can't be redriven: the customer asked to be forgotten, "
        "so nothing of the record is kept."
    )
    assert tick is not None
    assert "it is a tick" in tick


@pytest.mark.parametrize("reason", sorted(set(DeadLetterReason) - {DeadLetterReason.ERASED}))
def test_every_other_reason_may_be_redriven(reason: DeadLetterReason) -> None:
    assert refusal(letter(reason=reason)) is None


def test_a_mark_names_the_dead_letter() -> None:
    again = record_again(letter(), ORIGINAL)
    assert isinstance(again, Again)

    assert mark_of(ORIGINAL._replace(headers=again.write.headers)) == "service.estimates:3:17"
    assert mark_of(ORIGINAL) is None


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), True),
        (Selection(reasons=frozenset({DeadLetterReason.INVALID})), True),
        (Selection(reasons=frozenset({DeadLetterReason.FAILED})), False),
        (Selection(topics=frozenset({"service.estimates", "x"})), True),
        (Selection(topics=frozenset({"x"})), False),
        (Selection(since=GIVEN_UP), True),
        (Selection(since=GIVEN_UP + 1), False),
        (Selection(key="c1"), True),
        (Selection(key="c2"), False),
    ],
)
def test_a_selection_asks_for_all_that_it_names(selection: Selection, *, chosen: bool) -> None:
    assert selection.has(letter()) is chosen


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("90s", AT - 90_000),
        ("2h", AT - 7_200_000),
        ("1d", AT - 86_400_000),
        ("1970-01-01T00:00:01Z", 1_000),
        ("yesterday", None),
        ("2w", None),
    ],
)
def test_since_is_an_age_or_a_time(text: str, at: int | None) -> None:
    assert moment(text, AT) == at
