"""A defect that time meets on one record stops no other's clock."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.customers import handle as customers
from agents.core.desk.steps import Transition
from agents.core.desk.timers import firing
from agents.core.notices import compose
from agents.pipeline.dead_letter import VALUE_AT_MOST
from agents.records import codecs
from agents.records.codecs import PLAIN
from agents.reference_data.directory_files import demo_directory
from schemas.records import (
    DeadLetter,
    DeadLetterReason,
    Disagreement,
    Escalation,
    EscalationStatus,
    Reason,
    Response,
    Subject,
    Tick,
)
from streams.testing import Driver
from tests.bad_input.good import NOW, RESPONSES, TICKS, driver, response

MINUTE = 60_000
HOUR = 60 * MINUTE
OPENED = NOW + 5 * HOUR  # 09:00 at Columbus, which has been open since 07:30
WARNED = OPENED + HOUR  # half of the 2 hours to acknowledge
DEFECT = KeyError("v1")


def said(customer: str, at: int, what: Response) -> tuple[str, bytes, bytes, int]:
    record = response(customer, at, response=what, subject=Subject.NONE, subject_id=None)
    return RESPONSES, customer.encode(), PLAIN.encode(RESPONSES, record), at


def two_open() -> Driver:
    found = driver(PLAIN)
    for customer in ("ann", "ben"):
        found.pipe(*said(customer, OPENED, Response.REQUESTED))
    found.read()
    return found


def ticks(found: Driver, at: int) -> list[Any]:
    """What a tick makes, read: steps, decisions and dead letters."""
    value = PLAIN.encode(TICKS, Tick(now=at))
    found.tick(TICKS, value, at)
    records = (codecs.decode(each.topic, each.value or b"") for each in found.read())
    kinds = (Escalation, Disagreement, DeadLetter)
    return [each for each in records if isinstance(each, kinds)]


def steps(made: list[Any]) -> list[tuple[str, EscalationStatus, int]]:
    found = [each for each in made if isinstance(each, Escalation)]
    return [(each.escalation_id, each.status, each.occurred_at) for each in found]


def letters(made: list[Any]) -> list[DeadLetter]:
    return [each for each in made if isinstance(each, DeadLetter)]


def raises_in_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    right = firing._warned

    def wrong(state: Any, *rest: Any) -> Transition:
        if state.escalation_id == "ann-v1:1":
            raise DEFECT
        return right(state, *rest)

    monkeypatch.setattr(firing, "_warned", wrong)


def raises_in_the_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    right = compose._why

    def wrong(step: Escalation) -> Any:
        if step.escalation_id == "ann-v1:1":
            raise DEFECT
        return right(step)

    monkeypatch.setattr(compose, "_why", wrong)


def is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    right = firing._warned

    def wrong(state: Any, *rest: Any) -> Transition:
        after, (output,) = right(state, *rest)
        if state.escalation_id == "ann-v1:1":
            long = Reason(code="WARNING", facts={"long": "x" * VALUE_AT_MOST})
            output = replace(output, record=replace(output.record, reasons=(long,)))
        return after, (output,)

    monkeypatch.setattr(firing, "_warned", wrong)


@pytest.mark.parametrize("breaks", [raises_in_the_step, raises_in_the_notice, is_too_long])
def test_a_case_on_which_time_fails_stops_no_other(
    breaks: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = two_open()
    with monkeypatch.context() as broken:
        breaks(broken)
        made = ticks(found, WARNED)
        found.restart()
        silent = [each for n in range(1, 15) for each in ticks(found, WARNED + n * MINUTE)]
    mended = ticks(found, WARNED + 15 * MINUTE)

    assert steps(made) == [("ben-v1:1", EscalationStatus.WARNED, WARNED)]
    (letter,) = letters(made)
    assert (letter.topic, letter.reason) == (TICKS, DeadLetterReason.FAILED)
    assert letter.detail.startswith("1 of stage desk tried again in 15 minutes: ann-v1:1: ")
    assert silent == []
    assert steps(mended) == [("ann-v1:1", EscalationStatus.WARNED, WARNED)]
    assert letters(mended) == []


def test_as_long_as_the_defect_is_there_each_try_is_a_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = two_open()
    raises_in_the_step(monkeypatch)

    made = [each for n in range(46) for each in ticks(found, WARNED + n * MINUTE)]

    assert len(letters(made)) == 4
    # What came due behind it waits for it: nothing is passed over.
    assert {each[0] for each in steps(made)} == {"ben-v1:1"}


def test_a_customer_on_whom_time_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    found = driver(PLAIN)
    for customer in ("ann", "ben"):
        found.pipe(*said(customer, OPENED, Response.ASKED))
    found.read()
    due = OPENED + 4 * HOUR
    right = customers._at

    def wrong(customer: Any, *rest: Any) -> Any:
        if customer.customer_id == "ann":
            raise DEFECT
        return right(customer, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(customers, "_at", wrong)
        made = ticks(found, due)
    found.restart()
    mended = ticks(found, due + 15 * MINUTE)

    def silences(made: list[Any]) -> list[tuple[str, int]]:
        decided = [each for each in made if isinstance(each, Disagreement)]
        return [(each.customer_id, each.occurred_at) for each in decided]

    assert silences(made) == [("ben", due)]
    assert [each.detail.partition(": ")[2][:4] for each in letters(made)] == ["ann:"]
    assert silences(mended) == [("ann", due)]


def test_a_case_that_nobody_can_have_is_tried_again_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its choice fails; what comes after the time it is tried again is as if it had not."""
    found = driver(PLAIN)
    found.pipe(*said("ann", OPENED, Response.REQUESTED))
    for manager_id in demo_directory().managers:
        found.pipe("directory.managers", manager_id.encode(), None, OPENED)
    handed = ticks(found, OPENED + MINUTE)
    with monkeypatch.context() as broken:
        broken.setattr(firing, "finds_somebody", lambda *_: dict[str, str]()["nobody"])
        made = [each for n in range(2, 10) for each in ticks(found, OPENED + n * MINUTE)]
    after = [each for n in range(17, 40) for each in ticks(found, OPENED + n * MINUTE)]
    brooks = demo_directory().managers["m-brooks"]
    found.pipe("directory.managers", b"m-brooks", PLAIN.encode("directory.managers", brooks), NOW)
    given = ticks(found, OPENED + 41 * MINUTE)

    assert steps(handed)[-1:] == [("ann-v1:1", EscalationStatus.REASSIGNED, OPENED + MINUTE)]
    assert [each.occurred_at for each in letters(made)] == [OPENED + 2 * MINUTE]
    assert after == []
    assert steps(given) == [("ann-v1:1", EscalationStatus.REASSIGNED, OPENED + 41 * MINUTE)]
