"""What a decision gives the customer, and in whose words."""

from typing import Any

import pytest

from agents.core.handling import Counted
from schemas.records import (
    ActionName,
    Disagreement,
    Erased,
    Escalation,
    EscalationStatus,
    Kind,
    Outcome,
    OutcomeName,
    Reason,
    Remedy,
    RemedyKind,
    Rule,
    Tier,
)
from tests.core.desk.world import (
    HOUR,
    MINUTE,
    NOW,
    SITE,
    Desk,
    action,
    disagreement,
    joined,
    policy,
)

LATER = NOW + MINUTE


def raised(facts: dict[str, str], **fields: Any) -> Disagreement:
    reasons = (Reason(code="DISPUTED", facts=facts),)
    return disagreement(**({"language": "en", "reasons": reasons} | fields))


def opened(record: Disagreement | None = None, **differs: Any) -> Desk:
    desk = Desk(holds=policy(operators=["op"], **differs))
    desk.says(record or raised({}, subject_id="est1"))
    desk.notices.clear()
    return desk


def resolved(desk: Desk, outcome: OutcomeName = OutcomeName.UPHELD, **fields: Any) -> Escalation:
    step, *_ = desk.says(action(ActionName.RESOLVE, outcome=outcome, **fields), LATER)
    assert isinstance(step, Escalation)
    return step


def refused(step: Escalation) -> tuple[str, dict[str, str]]:
    assert step.status is EscalationStatus.REFUSED
    assert (step.remedy, step.message) == (None, None)
    (reason,) = step.reasons
    return reason.code, {
        name: each for name, each in reason.facts.items() if name not in ("action", "by")
    }


def test_remedy_and_message_stand_in_the_step_and_the_remedy_in_the_outcome() -> None:
    desk = opened()
    remedy = Remedy(kind=RemedyKind.PRICE_TO, amount=10_000, by=NOW + HOUR)
    what = action(
        ActionName.RESOLVE, outcome=OutcomeName.UPHELD, remedy=remedy, message="As agreed."
    )

    step, outcome = desk.says(what, LATER)

    whole = Remedy(
        kind=RemedyKind.PRICE_TO, amount=10_000, currency="EUR", estimate_id="est1", by=NOW + HOUR
    )
    assert isinstance(step, Escalation)
    assert isinstance(outcome, Outcome)
    assert (step.remedy, step.message) == (whole, "As agreed.")
    assert (outcome.remedy, outcome.tier) == (whole, Tier.LOCAL)
    assert desk.state().remedy == whole
    (notice,) = desk.notices
    assert notice.text == (
        "LENA has decided about the price. We agree with you: you pay €100.00 for the work. "
        "It will be done by Mon, Mar 2 at 11:00\u202fAM. LENA writes: “As agreed.”"
    )
    assert (notice.short_text or "").endswith(' by Mon, Mar 2 at 11:00 AM. "As agreed."')


@pytest.mark.parametrize(
    ("named", "grounds", "only", "found"),
    [
        ("est9", ("est1",), "est2", "est9"),
        (None, ("est1",), "est2", "est1"),
        (None, ("est1", "est2"), None, None),
        (None, (), "est2", "est2"),
        (None, (), None, None),
    ],
)
def test_the_estimate_is_the_one_named_else_of_the_grounds_else_the_only_one(
    named: str | None, grounds: tuple[str, ...], only: str | None, found: str | None
) -> None:
    facts = {} if only is None else {"only_estimate": only}
    first = raised(facts, subject_id=grounds[0] if grounds else None)
    desk = opened(first)
    for number, each in enumerate(grounds[1:], 2):
        desk.says(joined(f"v1:ESTIMATE_DISPUTED:{number}", rule=Rule.ESTIMATE_DISPUTED,
                         kind=Kind.ESTIMATE, subject_id=each))  # fmt: skip
    step = resolved(desk, remedy=Remedy(kind=RemedyKind.PRICE_TO, amount=1, estimate_id=named))

    if found is None:
        estimates = ", ".join(grounds) or "none"
        assert refused(step) == ("NO_ESTIMATE", {"remedy": "PRICE_TO", "estimates": estimates})
    else:
        assert step.remedy is not None
        assert step.remedy.estimate_id == found


def test_an_only_estimate_that_a_later_ground_says_nothing_of_is_the_only_one_no_more() -> None:
    desk = opened(raised({"only_estimate": "est1"}, subject_id=None))
    desk.says(joined(reasons=(Reason(code="DISPUTED", facts={}),)))

    assert (
        refused(resolved(desk, remedy=Remedy(kind=RemedyKind.PRICE_TO, amount=1)))[0]
        == "NO_ESTIMATE"
    )


@pytest.mark.parametrize(
    ("facts", "given", "found"),
    [
        ({"visit_currency": "CHF"}, None, "CHF"),
        ({"visit_currency": "CHF"}, "CHF", "CHF"),
        ({"visit_currency": "CHF"}, "EUR", None),
        ({"currency": "CHF"}, None, "CHF"),
        ({}, None, "EUR"),  # the site's
        ({}, "EUR", "EUR"),
        ({}, "CHF", None),
    ],
)
def test_an_amount_is_in_the_currency_of_the_visit_else_of_the_site(
    facts: dict[str, str], given: str | None, found: str | None
) -> None:
    assert SITE.currency == "EUR"
    desk = opened(raised(facts, subject_id="est1"))
    step = resolved(desk, remedy=Remedy(kind=RemedyKind.GOODWILL, amount=5, currency=given))

    if found is None:
        visits = facts.get("visit_currency", "EUR")
        named = {"remedy": "GOODWILL", "currency": str(given), "visit_currency": visits}
        assert refused(step) == ("OTHER_CURRENCY", named)
    else:
        assert step.remedy == Remedy(kind=RemedyKind.GOODWILL, amount=5, currency=found)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"remedy": Remedy(kind=RemedyKind.PRICE_TO)}, "NO_AMOUNT"),
        ({"remedy": Remedy(kind=RemedyKind.PRICE_TO, amount=0)}, None),
        ({"remedy": Remedy(kind=RemedyKind.FREE_OF_CHARGE)}, None),
        ({"remedy": Remedy(kind=RemedyKind.LOANER, by=LATER - 1)}, "BY_IS_PAST"),
        ({"remedy": Remedy(kind=RemedyKind.LOANER, by=LATER)}, "BY_IS_PAST"),
        ({"remedy": Remedy(kind=RemedyKind.LOANER, by=LATER + 1)}, None),
        ({"outcome": OutcomeName.PARTLY_UPHELD, "remedy": Remedy(kind=RemedyKind.LOANER)}, None),
        (
            {"outcome": OutcomeName.UNFOUNDED, "remedy": Remedy(kind=RemedyKind.LOANER)},
            "NOTHING_UPHELD",
        ),
        ({"outcome": OutcomeName.UNFOUNDED, "remedy": Remedy(kind=RemedyKind.NONE)}, None),
        ({"outcome": OutcomeName.UNFOUNDED, "message": "The rules were kept."}, None),
    ],
)
def test_what_a_remedy_lacks_is_refused_with_the_reason(
    fields: dict[str, Any], code: str | None
) -> None:
    desk = opened()
    step = resolved(desk, **fields)

    if code is None:
        assert (step.status, step.reasons) == (EscalationStatus.RESOLVED, ())
    else:
        assert refused(step)[0] == code
        assert desk.state().is_open


@pytest.mark.parametrize("given", ["remedy", "message"])
def test_a_remedy_and_a_message_go_with_a_decision_only(given: str) -> None:
    fields = {"remedy": Remedy(kind=RemedyKind.APOLOGY), "message": "Sorry."}
    desk = opened()
    said = action(ActionName.ACKNOWLEDGE, **{given: fields[given]})  # type: ignore[arg-type]
    (step,) = desk.says(said, LATER)

    assert isinstance(step, Escalation)
    assert refused(step) == ("ONLY_WITH_RESOLVE", {"given": given})
    assert desk.state().acknowledged_by is None


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [({"remedy": Remedy(kind=RemedyKind.APOLOGY)}, "remedy"), ({"message": "Sorry."}, "message")],
)
def test_under_generation_1_neither_is_possible_yet(fields: dict[str, Any], lacking: str) -> None:
    desk = opened(raised({"visit_currency": "CHF", "only_estimate": "e"}), generation=1)

    assert refused(resolved(desk, **fields)) == ("NOT_YET", {"lacking": lacking})
    assert (desk.state().currency, desk.state().only_estimate) == (None, None)
    _, outcome = desk.says(
        action(ActionName.RESOLVE, action_id="b", outcome=OutcomeName.UPHELD), LATER
    )
    assert isinstance(outcome, Outcome)
    assert outcome.tier is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("As agreed..  really", "As agreed.. really"),
        ("a\u202egnp\u0000\nb\u200b", "a gnp b"),
        ("see https://evil.example/x", "see https: //evil.example/x"),
        ("<b>*5 @ 3*</b>", "<b>*5 @ 3*</b>"),
        (" \u2066 ", None),
    ],
)
def test_a_message_is_shown_word_for_word_but_for_what_nobody_sees(
    written: str, shown: str | None
) -> None:
    desk = opened()
    step = resolved(desk, message=written)

    assert step.message == shown
    (notice,) = desk.notices
    assert (f"LENA writes: “{shown}”" in notice.text) == (shown is not None)


@pytest.mark.parametrize(("length", "whole"), [(120, True), (280, False)])
def test_a_message_that_two_text_messages_have_no_room_for_is_cut_there(
    length: int, whole: bool
) -> None:
    desk = opened()
    message = ("x" * 9 + " ") * (length // 10 - 1) + "y" * 10
    resolved(desk, message=message)

    (notice,) = desk.notices
    assert message in notice.text
    assert (f'"{message}"' in (notice.short_text or "")) == whole
    assert (notice.short_text or "").endswith('"' if whole else '..."')


@pytest.mark.parametrize(
    ("outcome", "remedy", "counted"),
    [
        (OutcomeName.UPHELD, None, True),
        (OutcomeName.PARTLY_UPHELD, None, True),
        (OutcomeName.UPHELD, Remedy(kind=RemedyKind.NONE), False),
        (OutcomeName.UNFOUNDED, None, False),
        (OutcomeName.ABUSIVE, None, False),
    ],
)
def test_a_decision_for_the_customer_that_gives_nothing_named_is_counted(
    outcome: OutcomeName, remedy: Remedy | None, counted: bool
) -> None:
    what = action(ActionName.RESOLVE, outcome=outcome, remedy=remedy)
    handled = opened().hears(what, LATER)

    assert (Counted.WITHOUT_REMEDY in handled.noted) == counted


def test_reopening_and_an_erasure_forget_the_remedy() -> None:
    desk = opened()
    resolved(desk, remedy=Remedy(kind=RemedyKind.APOLOGY))
    desk.says(action(ActionName.REOPEN, action_id="b", occurred_at=LATER), LATER)
    assert desk.state().remedy is None
    resolved(desk, action_id="c", remedy=Remedy(kind=RemedyKind.APOLOGY))
    desk.says(Erased(region_id="r1", occurred_at=LATER, escalation_ids=("v1:1",)), LATER)
    assert desk.state().remedy is None
