"""What a person says becomes the contract's action, or sentences that say what is wrong."""

from typing import Any

import pytest

from agents.core.rfc3339 import milliseconds
from agents.operations.acting.moments import moment_to_come
from agents.operations.acting.request import (
    GOES_WITH,
    NEEDED,
    Request,
    Unfit,
    action_of,
    option,
    request_problems,
    trace_of_action,
    words_of,
)
from agents.records.headers import trace_of
from schemas.records import Action, ActionName, OutcomeName, Remedy, RemedyKind, Site
from streams.topology import Message
from tests.agents.explain.records import a_step
from tests.core.desk.world import SITE

NEW_YORK = "America/New_York"
NOW = milliseconds("2026-03-02T14:20:00Z") or 0  # 09:20 in New York, 15:20 in Munich


def made(site: Site = SITE, **said: Any) -> Action:
    request = Request(**{"by": "m1"} | said)
    return action_of(request, a_step(region_id="r1"), site, NOW, "a1")


def unfit(site: Site = SITE, **said: Any) -> tuple[str, ...]:
    with pytest.raises(Unfit) as raised:
        made(site, **said)
    return raised.value.sentences


@pytest.mark.parametrize("action", sorted(set(ActionName) - {ActionName.UNKNOWN}))
def test_every_action_of_the_contract_can_be_said(action: ActionName) -> None:
    needed: dict[str, Any] = {"until": "30m", "to": "m2", "outcome": "upheld"}
    name = NEEDED.get(action)
    said = {} if name is None else {name: needed[name]}

    assert made(action=action.lower(), **said).action is action


def test_a_promise_is_the_whole_record_and_nothing_more() -> None:
    assert made(action="promise", until="30m", reason="on the road") == Action(
        action_id="a1",
        occurred_at=NOW,
        escalation_id="v1:1",
        region_id="r1",
        by="m1",
        action=ActionName.PROMISE,
        until=NOW + 30 * 60_000,
        reason="on the road",
    )


def test_a_decision_has_its_remedy_in_the_sites_currency_and_its_message() -> None:
    said = made(
        action="Resolve", outcome="partly-upheld", remedy="price-to", amount="120.5",
        estimate="e1", done_by="16:00", message="We charge less.",
    )  # fmt: skip

    assert (said.outcome, said.message) == (OutcomeName.PARTLY_UPHELD, "We charge less.")
    assert said.remedy == Remedy(
        kind=RemedyKind.PRICE_TO,
        amount=12_050,
        currency="EUR",
        estimate_id="e1",
        by=milliseconds("2026-03-02T16:00:00+01:00"),
    )


def test_a_remedy_without_an_amount_names_no_currency() -> None:
    said = made(action="resolve", outcome="upheld", remedy="apology")

    assert said.remedy == Remedy(kind=RemedyKind.APOLOGY)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("120", "EUR", 12_000), ("0.01", "eur", 1), ("120", "JPY", 120), ("1.005", "KWD", 1_005)],
)
def test_an_amount_is_in_the_minor_units_of_its_currency(
    amount: str, currency: str, minor: int
) -> None:
    said = made(
        action="resolve", outcome="upheld", remedy="goodwill", amount=amount, currency=currency
    )

    assert said.remedy is not None
    assert (said.remedy.amount, said.remedy.currency) == (minor, currency.upper())


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        (
            {"action": "bless"},
            (
                ("ACTION is 'bless': must be one of acknowledge, contacted, promise, wait, snooze, "
                "reassign, resolve, reopen, confirm"),
            ),
        ),
        ({"action": "unknown"}, ("ACTION is 'unknown': must be one of " + ", ".join(
            words_of(ActionName)),)),
        (
            {"action": "promise"},
            (
                ("promise needs --until: 30m, 2h or 3d from now, 15:30 or 2026-03-02 15:30 on the "
                "site's clock, or RFC 3339"),
            ),
        ),
        (
            {"action": "resolve"},
            ("resolve needs --outcome: one of upheld, partly-upheld, unfounded, abusive",),
        ),
        (
            {"action": "reassign"},
            (
                ("reassign needs --to: the id of who is to have the case "
                "(`recourse directory show`)"),
            ),
        ),
        (
            {"action": "acknowledge", "until": "30m", "outcome": "upheld"},
            (
                "--until goes with promise or snooze or wait, and not with acknowledge",
                "--outcome goes with resolve, and not with acknowledge",
            ),
        ),
        (
            {"action": "resolve", "outcome": "fair", "remedy": "money"},
            (
                "--outcome is 'fair': must be one of upheld, partly-upheld, unfounded, abusive",
                ("--remedy is 'money': must be one of price-to, free-of-charge, goodwill, "
                "second-diagnosis, loaner, apology, other, none"),
            ),
        ),
        (
            {"action": "resolve", "outcome": "upheld", "amount": "12"},
            ("--amount goes with --remedy, which says what the customer gets",),
        ),
        (
            {"action": "resolve", "outcome": "upheld", "remedy": "price-to", "amount": "1.005"},
            ("--amount is '1.005': must be an amount of EUR, tax included, such as 120.00",),
        ),
        (
            {"action": "resolve", "outcome": "upheld", "remedy": "price-to", "amount": "-1"},
            ("--amount is '-1': must be an amount of EUR, tax included, such as 120.00",),
        ),
        (
            {"action": "resolve", "outcome": "upheld", "remedy": "price-to", "amount": "NaN"},
            ("--amount is 'NaN': must be an amount of EUR, tax included, such as 120.00",),
        ),
        (
            {"action": "promise", "until": "soon"},
            (
                ("--until is 'soon': must be such as 30m, 2h or 3d from now, 15:30 or "
                "2026-03-02 15:30 on the site's clock, or RFC 3339"),
            ),
        ),
        (
            {"action": "acknowledge", "by": "Mr Brooks"},
            ("--by must be 1 to 64 of A-Z a-z 0-9 . _ : -",),
        ),
    ],
)  # fmt: skip
def test_what_no_desk_could_take_is_said_thing_by_thing(
    said: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    assert unfit(**said) == sentences


@pytest.mark.parametrize(("length", "fits"), [(279, True), (280, True), (281, False)])
def test_a_message_has_280_characters_at_most(length: int, fits: bool) -> None:
    said: dict[str, Any] = {"action": "resolve", "outcome": "upheld", "message": "ä" * length}

    if fits:
        assert made(**said).message == "ä" * length
    else:
        (sentence,) = unfit(**said)
        assert sentence.startswith("--message must be ")
        assert "ä" not in sentence


def test_every_part_of_a_request_is_an_option_that_some_action_takes() -> None:
    parts = set(Request.__struct_fields__) - {"action", "by", "reason"}

    assert set(GOES_WITH) == parts
    assert option("done_by") == "--done-by"
    assert request_problems(Request(action="wait", by="m1")) == ()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("90s", "2026-03-02T14:21:30Z"),
        ("30m", "2026-03-02T14:50:00Z"),
        ("30 min", "2026-03-02T14:50:00Z"),
        ("2h", "2026-03-02T16:20:00Z"),
        ("3d", "2026-03-05T14:20:00Z"),
        ("09:19", "2026-03-03T14:19:00Z"),
        ("9:20", "2026-03-03T14:20:00Z"),
        ("09:21", "2026-03-02T14:21:00Z"),
        ("2026-03-02 15:30", "2026-03-02T20:30:00Z"),
        ("2026-03-02T15:30", "2026-03-02T20:30:00Z"),
        ("2026-03-08 02:30", "2026-03-08T07:00:00Z"),  # the clock jumps from 2 to 3
        ("2026-11-01 01:30", "2026-11-01T05:30:00Z"),  # the first of two
        ("2026-03-02T15:30:00+01:00", "2026-03-02T14:30:00Z"),
    ],
)
def test_a_moment_is_from_now_or_on_the_sites_clock(text: str, at: str) -> None:
    assert moment_to_come(text, NOW, NEW_YORK) == milliseconds(at)


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "12:60", "2026-02-30 12:00", "-3h", "3 weeks", "2026-03-02"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_to_come(text, NOW, NEW_YORK) is None


def test_an_actions_trace_is_one_that_the_desk_passes_on_and_follows_from_its_id() -> None:
    header = trace_of_action("a1")
    message = Message("recourse.actions", 0, 0, 0, b"r1", b"", (header,))

    assert trace_of(message, "desk") == (header,)
    assert header == trace_of_action("a1") != trace_of_action("a2")
    version, trace, parent, flags = header[1].decode().split("-")
    assert (version, len(trace), len(parent), flags) == ("00", 32, 16, "00")
    assert int(trace, 16) > 0
    assert int(parent, 16) > 0
