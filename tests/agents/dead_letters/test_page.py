"""A dead letter as a person reads it: the value as far as it can be, what to do, nothing unsafe."""

from io import BytesIO
from typing import Any

import pytest
from fastavro import schemaless_writer

from agents.operations.dead_letters.page import ADVICE, Whole, as_json, line, page
from agents.operations.dead_letters.reader import Letter
from agents.operations.dead_letters.redriving import Marks, Redriven
from agents.operations.dead_letters.values import Read, hexadecimal, read
from agents.pipeline.dead_letter import DEAD_LETTERS, VALUE_AT_MOST, LetterPlace, dead_letter
from agents.records import codecs
from agents.records.codecs import PLAIN, Codecs
from schemas.catalogue import schema
from schemas.records import DeadLetterReason
from streams.serialisation.framing import confluent
from streams.serialisation.logical import parsed
from streams.topology import Message

AT = 1_772_460_000_000
CLOSURES = "service.closures"
CLOSURE = {
    "event_id": "e1", "occurred_at": "2026-03-02T14:00:00Z", "customer_id": "c1",
    "visit_id": "v1", "vehicle_id": "car1", "site_id": "columbus", "operations_done": ["brakes"],
}  # fmt: skip
AVRO = codecs.encode(CLOSURES, codecs.from_json(CLOSURES, CLOSURE))
FORM = f"Avro, single-object, fingerprint {AVRO[2:10].hex()}"
NO_MARKS = Marks({}, frozenset())


def whole(value: bytes | None = AVRO, *, lying: bool = True, **changes: Any) -> Whole:
    reason = changes.pop("reason", DeadLetterReason.INVALID)
    detail = changes.pop("detail", "why")
    marks = changes.pop("marks", NO_MARKS)
    message = Message(CLOSURES, 3, 17, AT, b"c1", value, ())._replace(**changes)
    own = LetterPlace(DEAD_LETTERS, 3, 5)
    letter = Letter(own, dead_letter(message, reason, detail, AT + 60_000))
    return Whole(letter, marks, message if lying else None)


def part(shown: Whole, title: str) -> list[str]:
    return dict(page(shown, PLAIN))[title]


def test_a_good_value_is_read_whole() -> None:
    found = read(CLOSURES, AVRO, PLAIN)

    assert (found.form, found.gap) == (FORM, None)
    assert {name: found.data[name] for name in CLOSURE} == CLOSURE


def test_a_value_that_ends_early_is_read_up_to_the_field_that_is_broken() -> None:
    found = read(CLOSURES, AVRO[:-8], PLAIN)

    assert found.data["site_id"] == "columbus"
    assert "operations_done" not in found.data
    assert found.gap == "from the field operations_done on (3 bytes) it can't be read"


def test_a_time_that_is_too_far_away_or_none_is_shown_as_it_was_written() -> None:
    far = codecs.codec(CLOSURES).encode_plain(CLOSURE | {"occurred_at": 1_772_460_000_000_000})
    laid_on = schema("closure")
    fields = [
        each
        | {
            "event_id": {"type": {"type": "string", "logicalType": "uuid"}},
            "occurred_at": {"type": "string"},
        }.get(each["name"], {})
        for each in laid_on["fields"]
    ]
    paid = {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}
    theirs = laid_on | {"fields": [{"name": "paid", "type": paid}, *fields]}
    body = BytesIO()
    schemaless_writer(body, parsed(theirs), CLOSURE | {"paid": b"\x7d"})
    value = confluent(7, body.getvalue())

    found = read(CLOSURES, far, PLAIN)
    by_registry = read(CLOSURES, value, Codecs(lambda _: theirs))

    assert (found.data["occurred_at"], found.gap) == (1_772_460_000_000_000, None)
    assert {name: by_registry.data[name] for name in CLOSURE} == CLOSURE
    assert by_registry.data["paid"] == b"\x7d"


def test_bytes_after_the_record_are_counted() -> None:
    found = read(CLOSURES, AVRO + b"xy", PLAIN)

    assert (found.data["visit_id"], found.gap) == ("v1", "2 bytes follow the record")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, Read("null")),
        (b'{"a": 1}', Read("JSON", {"a": 1})),
        (b"\xff", Read("no Avro framing, no JSON", gap="it begins like no framing that is read")),
        (
            b"\xc3\x01" + b"\x00" * 8 + b"body",
            Read(
                "Avro, single-object, fingerprint 0000000000000000",
                gap="the schema that it was written with can't be had",
            ),
        ),
        (
            b"\x00\x00\x00\x00\x07body",
            Read(
                "Avro, Confluent's framing, schema id 7",
                gap="the schema that it was written with can't be had",
            ),
        ),
        (AVRO[:10], Read(FORM, gap="not even its first field can be read")),
    ],
)
def test_what_can_not_be_read_says_why(value: bytes | None, found: Read) -> None:
    assert read(CLOSURES, value, PLAIN) == found


def test_a_topic_that_is_not_ours_is_read_without_a_schema() -> None:
    assert read("elsewhere", b"[1]", PLAIN) == Read("JSON", [1])


def test_bytes_are_shown_in_lines_of_sixteen() -> None:
    assert hexadecimal(b"0123456789abcdef\x00\xff") == [
        "000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef",
        "000010  00 ff                                            ..",
    ]
    assert hexadecimal(b"a" * 40, 32)[-1] == "... 8 bytes more"


def test_the_page_has_all_that_is_known() -> None:
    mark = ("redriven_from", b"service.closures:3:1")
    shown = page(whole(headers=(mark, ("first_arrived_at", b"1000"))), PLAIN)
    value = dict(shown).pop("value")

    assert [each for each in shown if each[0] != "value"] == [
        ("dead letter", ["service.closures:3:17, kept as recourse.dead-letters:3:5"]),
        ("given up", ["2026-03-02T14:01:00Z"]),
        ("reason", ["INVALID"]),
        ("detail", ["why"]),
        ("key", ["c1"]),
        ("headers", ["redriven_from: service.closures:3:1", "first_arrived_at: 1000"]),
        ("first arrival", ["1970-01-01T00:00:01Z, kept by an earlier redrive"]),
        ("redriven", ["no"]),
        ("comes from", ["it is the record of service.closures:3:1, redriven"]),
        ("what to do", [ADVICE[DeadLetterReason.INVALID]]),
    ]
    assert value[0] == f"{len(AVRO)} bytes: {FORM}"
    assert '  "visit_id": "v1",' in value


def test_what_can_not_be_read_is_shown_as_bytes_too() -> None:
    lines = part(whole(AVRO[:-8]), "value")

    assert "from the field operations_done on (3 bytes) it can't be read:" in lines
    assert any(each.startswith("000000  c3 01 ") for each in lines)


def test_a_large_value_is_read_where_it_lies_or_said_to_be_gone() -> None:
    large = b"[" + b"1," * VALUE_AT_MOST + b"1]"

    assert part(whole(large), "value")[0] == f"{len(large):,} bytes: JSON"
    assert part(whole(large, lying=False), "value") == [
        "too long for the dead letter, and gone from its topic"
    ]
    assert part(whole(lying=False), "first arrival") == [
        "not known: the record is gone from its topic"
    ]


def test_what_was_erased_has_no_value() -> None:
    assert part(whole(reason=DeadLetterReason.ERASED), "value") == ["not kept"]


REDRIVEN = Marks({"service.closures:3:17": Redriven(LetterPlace(CLOSURES, 3, 99), AT)}, frozenset())
UNTOLD = Marks({}, frozenset({"service.closures:3:17"}))


@pytest.mark.parametrize(
    ("marks", "word", "words", "machine"),
    [
        (NO_MARKS, "no", "no", None),
        (
            REDRIVEN,
            "2026-03-02T14:00:00Z",
            "2026-03-02T14:00:00Z, as service.closures:3:99",
            {"as": "service.closures:3:99", "at": "2026-03-02T14:00:00Z"},
        ),
        (
            UNTOLD,
            "?",
            "nobody can tell: records after it are gone from its topic",
            "unknown",
        ),
    ],
)
def test_whether_it_was_redriven_is_said_in_list_page_and_json(
    marks: Marks, word: str, words: str, machine: Any
) -> None:
    shown = whole(marks=marks)

    assert line(shown.letter, marks)[4] == word
    assert part(shown, "redriven") == [words]
    assert as_json(shown, PLAIN)["redriven"] == machine


def test_no_producer_can_write_to_the_operators_terminal() -> None:
    shown = whole(detail="bad\x1b[2J\nline\ttab", key=b"c\r1")

    assert line(shown.letter, NO_MARKS)[3:] == ("c\\r1", "no", "bad\\x1b[2J\\nline\\ttab")
    assert part(shown, "detail") == ["bad\\x1b[2J\\nline\\ttab"]


def test_every_reason_has_advice() -> None:
    assert set(ADVICE) == set(DeadLetterReason)
