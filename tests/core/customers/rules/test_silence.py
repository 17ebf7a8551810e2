"""SILENCE: when a question is due, who watched then, and what the promised times were."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agents.core.customers.rules.silence import due, judged, silence_no_word
from agents.core.customers.state import Case, CaseStatus, Closing, Silence
from schemas.records import Reason
from tests.core.builders import (
    at,
    check_in,
    closure,
    context,
    diagnosis,
    hours_of,
    policy,
    said,
    site,
    visit,
)
from tests.core.customers.stage import Stage

ASKED = said("ask", "ASKED", "NONE")
DUE = at(hours=4)  # at a site without hours, on the calendar
FOUND = Silence(event_id="ask", due_at=DUE, business_hours=4)


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((ASKED,), DUE),
        ((ASKED, said("ask2", "ASKED", "NONE", 1)), DUE),
        ((ASKED, said("ask0", "ASKED", "NONE", -1)), at(hours=3)),
        ((ASKED, diagnosis("d", 3.9)), None),
        ((ASKED, diagnosis("d", 4)), None),
        ((ASKED, diagnosis("d", 4.1)), DUE),
        ((ASKED, diagnosis("d", 1), said("ask2", "ASKED", "NONE", 2)), at(hours=6)),
        # Of two at one instant the greater event_id is the later.
        ((ASKED, diagnosis("a-word", 0)), DUE),
        ((ASKED, diagnosis("word", 0)), None),
        ((ASKED, closure("a-close", 0)), None),
        ((ASKED, said("back", "WITHDRAWN", "NONE", 1)), None),
        ((ASKED, said("back", "WITHDRAWN", "ESTIMATE", 1)), DUE),
        ((check_in(), said("r", "REQUESTED", "NONE", 1)), None),
    ],
)
def test_a_question_is_due_four_business_hours_after_it_unless_a_word_comes(
    facts: tuple[Any, ...], expected: int | None
) -> None:
    assert due(context(visit(*facts))) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # Berlin is UTC+1, and UTC+2 from Sunday 2026-03-29 01:00 UTC on; open Mon-Sat 09:00-17:00.
        # Saturday 14:00 is 13:00 UTC: 3 h until 17:00, 1 h on Monday, 10:00 local is 08:00 UTC.
        ("2026-03-28 13:00", "2026-03-30 08:00"),
        # Good Friday, 2026-04-03, is a holiday: Thursday 15:00 (13:00 UTC) 2 h, Saturday 2 h.
        ("2026-04-02 13:00", "2026-04-04 09:00"),
    ],
)
def test_the_hours_are_the_sites_with_daylight_saving_and_holidays(
    asked: str, expected: str
) -> None:
    place = site(
        time_zone="Europe/Berlin",
        holidays="DE-BY",
        hours=(hours_of((1, 2, 3, 4, 5, 6), "09:00", "17:00"),),
    )
    question = said("ask", "ASKED", "NONE", occurred_at=instant(asked))

    assert due(context(visit(question), place=place)) == instant(expected)


def test_a_visit_that_counts_as_closed_by_then_has_no_silence() -> None:
    kept = {"silent_visit_closed_after_days": 1}
    before, at_once = ({"silence_no_word": {"business_hours": hours}} for hours in (23, 24))

    assert due(context(visit(ASKED), rules=policy(kept=kept, rules=before))) == at(hours=23)
    assert due(context(visit(ASKED), rules=policy(kept=kept, rules=at_once))) is None


def case(opened: float, status: str = "OPEN", *closings: Closing) -> Case:
    return Case(
        escalation_id="v1:1",
        opened_at=at(hours=opened),
        status=CaseStatus(status),
        closings=closings,
    )


@pytest.mark.parametrize(
    ("known", "watched"),
    [
        ((), False),
        ((case(3),), True),
        ((case(4),), True),
        ((case(4.1),), False),  # opened after the due moment, before the tick
        ((case(1, "WITHDRAWN", Closing(at(hours=3), False)),), False),
        ((case(1, "WITHDRAWN", Closing(at(hours=4), False)),), False),
        ((case(1, "WITHDRAWN", Closing(at(hours=5), False)),), True),
        ((case(1, "OPEN", Closing(at(hours=-1), True, at(hours=3))),), True),
        ((case(-3, "OPEN", Closing(at(hours=-1), True, at(hours=5))),), False),
    ],
)
def test_whether_an_escalation_was_open_is_asked_as_of_the_due_moment(
    known: tuple[Case, ...], watched: bool
) -> None:
    late = context(visit(ASKED, cases=known), now=at(hours=6))

    assert judged(late) == (Silence(event_id="ask", due_at=DUE, business_hours=4, watched=watched),)


def test_what_was_judged_is_not_due_again() -> None:
    assert due(context(visit(ASKED, silences=(FOUND,)))) is None
    watched = Silence(event_id="ask", due_at=DUE, business_hours=4, watched=True)
    assert due(context(visit(ASKED, silences=(watched,)))) is None


def test_a_question_after_the_desk_has_watched_starts_a_clock_anew() -> None:
    watched = Silence(event_id="ask", due_at=DUE, business_hours=4, watched=True)
    before, after = said("b", "ASKED", "NONE", 4), said("c", "ASKED", "NONE", 5)

    assert due(context(visit(ASKED, before, silences=(watched,)))) is None
    assert due(context(visit(ASKED, before, after, silences=(watched,)))) == at(hours=9)


def test_the_finding_is_as_of_the_due_moment_and_reads_the_questions() -> None:
    (finding,) = silence_no_word(
        context(
            visit(ASKED, said("ask2", "ASKED", "NONE", 1), diagnosis("d", 5), silences=(FOUND,))
        )
    )

    assert (finding.occurred_at, finding.trigger_event_id) == (DUE, "ask")
    assert finding.reads == {"ask", "ask2"}
    assert finding.reasons == (
        Reason(
            code="SILENCE_NO_WORD",
            facts={
                "event_id": "ask",
                "asked_at": "2026-03-02T09:00:00Z",
                "due_at": "2026-03-02T13:00:00Z",
                "business_hours": "4",
                "subject": "NONE",
            },
        ),
    )


def test_the_policy_of_the_due_moment_holds_for_what_was_judged() -> None:
    longer = policy(rules={"silence_no_word": {"business_hours": 8}})
    (finding,) = silence_no_word(context(visit(ASKED, silences=(FOUND,)), rules=longer))

    assert finding.occurred_at == DUE


def test_a_partition_names_the_due_moment_until_it_was_judged() -> None:
    stage = Stage()
    stage.take(ASKED)
    assert stage.partition.next_due() == DUE

    stage.tick(DUE)

    later = stage.partition.next_due()
    assert later is not None
    assert later > at(days=1)
    assert [each.rule.value for each in stage.decided] == ["SILENCE_NO_WORD"]
