"""Steps are read from the newest back; those of closed cases are let go of."""

from agents.operations.cases.case_reader import ESCALATIONS, CasesByStep, spans
from agents.records.codecs import PLAIN
from schemas.records import EscalationStatus
from streams.topology import Message
from tests.agents.explain.records import AT, a_step

S = EscalationStatus
A, B = (ESCALATIONS, 0), (ESCALATIONS, 1)


def test_spans_reach_back_from_the_ends_each_further_than_the_one_before() -> None:
    assert list(spans({A: 0, B: 5}, {A: 50_000, B: 5})) == [
        {A: (38_000, 50_000)},
        {A: (14_000, 38_000)},
        {A: (0, 14_000)},
    ]
    assert list(spans({A: 2, B: 5}, {A: 10, B: 8})) == [{A: (2, 10), B: (5, 8)}]
    assert list(spans({A: 7}, {A: 7})) == []


def a_message(offset: int, visit_id: str, step: int, status: EscalationStatus) -> Message:
    value = PLAIN.encode(ESCALATIONS, a_step(visit_id=visit_id, step=step, status=status))
    return Message(ESCALATIONS, 0, offset, AT + offset, None, value, ())


def test_a_case_that_is_closed_by_its_last_step_is_let_go_of() -> None:
    book = CasesByStep(PLAIN, closed_too=False)
    book.take(
        [a_message(8, "v1", 2, S.RESOLVED), a_message(9, "v2", 1, S.ACKNOWLEDGED)], {A: (8, 10)}
    )
    book.close_span()
    book.take([a_message(1, "v1", 1, S.WARNED), a_message(2, "v2", 0, S.OPENED)], {A: (0, 8)})
    book.close_span()
    (line,) = book.lines()

    assert (line.escalation_id, line.begun, line.acknowledged) == ("v2:1", True, True)
    assert (book.steps, book.oldest) == (4, {A: AT + 1})


def test_closed_ones_are_kept_where_they_are_wanted() -> None:
    book = CasesByStep(PLAIN, closed_too=True)
    book.take([a_message(8, "v1", 2, S.RESOLVED)], {A: (8, 9)})
    book.close_span()

    assert [line.escalation_id for line in book.lines()] == ["v1:1"]


def test_what_the_client_read_ahead_and_what_is_none_of_ours_is_passed_over() -> None:
    book = CasesByStep(PLAIN, closed_too=True)
    other = Message(ESCALATIONS, 0, 8, AT, None, b"\x00\x01", ())
    book.take([a_message(9, "v1", 0, S.OPENED), other], {A: (8, 9)})

    assert (book.lines(), book.steps) == ((), 1)


def test_steps_that_can_not_be_read_are_left_out_and_said() -> None:
    book = CasesByStep(PLAIN, closed_too=True)
    assert str(book.left_out) == ""
    bad = [Message(ESCALATIONS, 0, offset, AT, None, b"\x00\x01", ()) for offset in (7, 8)]
    book.take([bad[0], a_message(9, "v1", 0, S.OPENED), bad[1]], {A: (0, 10)})

    assert [line.escalation_id for line in book.lines()] == ["v1:1"]
    assert str(book.left_out) == (
        "2 records left out that can't be read, the first is recourse.escalations:0:7 (UNREADABLE, "
        "the value begins with 00 01: must be Avro Escalation in single-object encoding (c3 01) or "
        "Confluent's framing (00))"
    )
