"""Each kind of broken input among good ones, in both framings, through the real processors.

The good records give exactly what they give without it; the broken one gives one dead letter that
repeats it and says what would be right, or is passed over where the contract says so.
"""

from functools import cache

import pytest

from agents.pipeline.dead_letter import id_of
from agents.pipeline.stages import CUSTOMERS_INPUTS
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import POLICIES, Reference, fold, reference_of
from schemas.records import DeadLetterReason, ReceiptStatus
from streams.topology import Message
from tests.bad_input.breaking import FRAMINGS, Break, Framing, after, envelope, fields, written_with
from tests.bad_input.good import (
    ACTIONS,
    CHECK_INS,
    CLAIMS,
    CLOSURES,
    DISAGREEMENTS,
    ESTIMATES,
    INPUTS,
    OUTCOMES,
    RESPONSES,
    TICKS,
)
from tests.bad_input.kinds import KINDS, Kind
from tests.bad_input.page import PAGE, page
from tests.bad_input.registry import READY_IN_MICROSECONDS, SURPLUS, UUIDS
from tests.bad_input.run import (
    CASES,
    Came,
    answers,
    broken_at,
    expected_letter,
    has_ids,
    letters,
    of,
    others,
)


@cache
def good_alone(framing: Framing) -> Came:
    return of(framing)


def test_the_table_has_a_hundred_kinds_for_every_input_and_reason() -> None:
    assert len(KINDS) >= 100
    assert len({each.name for each in KINDS}) == len(KINDS)
    assert {each.topic for each in KINDS} == {*INPUTS, TICKS}
    assert {each.reason for each in KINDS} == set(DeadLetterReason) - {
        DeadLetterReason.UNKNOWN,
        DeadLetterReason.FAILED,
        DeadLetterReason.ERASED,
    }


def test_the_good_records_alone_go_through_both_stages() -> None:
    for framing in FRAMINGS:
        topics = {each.topic for each in good_alone(framing).outputs}

        assert topics == {
            "recourse.answers",
            "recourse.cases",
            "recourse.contact-cards",
            "recourse.customers",
            "recourse.disagreements",
            "recourse.escalations",
            "recourse.insights",
            "recourse.notices",
            "recourse.outcomes",
            "recourse.receipts",
            "recourse.visits",
        }


@pytest.mark.parametrize(
    ("kind", "framing"), CASES, ids=[f"{kind.name}, {framing.name}" for kind, framing in CASES]
)
def test_a_broken_record_is_one_dead_letter_and_bends_nothing(kind: Kind, framing: Framing) -> None:
    broken = kind.broken(kind.topic, framing, broken_at())
    came = of(framing, broken.message)

    expected = expected_letter(kind, framing)
    assert letters(came, framing) == [expected]
    receipts = answers(came, framing)
    said = kind.topic == RESPONSES and expected.reason is not DeadLetterReason.ERASED
    assert len(receipts) == int(said and has_ids(broken.message, framing))
    for receipt in receipts:
        assert receipt.status is ReceiptStatus.REFUSED
        assert receipt.reasons[0].code == expected.reason.value
        assert receipt.reasons[0].facts["dead_letter"] == id_of(expected)
    assert others(came, framing) == good_alone(framing).outputs
    assert came.state == good_alone(framing).state


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda each: each.name)
def test_all_kinds_one_after_the_other_bend_nothing_either(framing: Framing) -> None:
    kinds = [each for each in KINDS if framing.name in each.framings]
    came = of(framing, *(each.broken(each.topic, framing, broken_at()).message for each in kinds))

    assert [(each.topic, each.reason) for each in letters(came, framing)] == [
        (each.topic, each.reason) for each in kinds
    ]
    assert others(came, framing) == good_alone(framing).outputs
    assert came.state == good_alone(framing).state


PASSED_OVER: dict[str, tuple[str, Break]] = {
    "an event again, with another amount": (
        ESTIMATES,
        fields(event_id="ann-estimate", estimate_id="est1", total=99_999),
    ),
    "an event again, as another kind": (CHECK_INS, fields(event_id="ann-estimate")),
    "a response again, with another subject": (
        RESPONSES,
        fields(event_id="ann-response", subject="WARRANTY"),
    ),
    "an action again, with another reason": (
        ACTIONS,
        fields(action_id="ann-ACKNOWLEDGE", reason="once more"),
    ),
    "an outcome of an escalation of nobody": (OUTCOMES, fields(escalation_id="nobody:1")),
    "an outcome whose status only a later version knows": (OUTCOMES, fields(status="UNKNOWN")),
    "an outcome of which only a later version knows what": (OUTCOMES, fields(outcome="UNKNOWN")),
    "a decision that only a later version knows": (DISAGREEMENTS, fields(decision="UNKNOWN")),
}


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda each: each.name)
@pytest.mark.parametrize("name", PASSED_OVER)
def test_what_came_before_with_another_content_is_passed_over(name: str, framing: Framing) -> None:
    topic, broken = PASSED_OVER[name]

    came = of(framing, broken(topic, framing, broken_at()).message)

    assert others(came, framing) == good_alone(framing).outputs
    assert came.state == good_alone(framing).state
    said = [each.status for each in answers(came, framing)]
    assert said == ([ReceiptStatus.ALREADY] if topic == RESPONSES else [])


ODD_BUT_GOOD: dict[str, tuple[str, Break]] = {
    "exactly 5 minutes ahead": (ESTIMATES, fields(occurred_at=after(300_000))),
    "exactly 30 days late": (ESTIMATES, fields(occurred_at=after(-2_592_000_000))),
    "an id of 64 characters": (ESTIMATES, fields(event_id="e" * 64)),
    "the largest amount": (ESTIMATES, fields(total=2**53 - 1)),
    "500 lines": (ESTIMATES, fields(lines=[{"operation": "o", "amount": 1}] * 500)),
    "a revision of 0": (ESTIMATES, fields(revision=0)),
    "50 symptoms": (CHECK_INS, fields(symptoms=["noise"] * 50)),
    "a code in an alphabet of its own": (CLAIMS, fields(reason_code="\U0001f697\0\u202e")),
    "a rating of 1": (CLOSURES, fields(rating=1)),
    "a rating of 5": (CLOSURES, fields(rating=5)),
    "a channel that is not known": (CHECK_INS, fields(channels=["UNKNOWN"])),
    "a disagreement of a severity that is not known": (
        DISAGREEMENTS,
        fields(severity="UNKNOWN"),
    ),
    "ready in the year 9999": (ESTIMATES, fields(ready_at=253_402_300_799_999)),
    "headers of all sorts": (
        ESTIMATES,
        envelope(headers=(("", b""), ("traceparent", b"t" * 600), ("note", None))),
    ),
    "a language as Java writes it": (CHECK_INS, fields(language="en_US")),
    "a language that is none": (CHECK_INS, fields(language="german please")),
    "no language": (CHECK_INS, fields(language="")),
    "hours with seconds": (CHECK_INS, fields(quiet_from="21:00:00", quiet_until="7:00")),
    "a surplus field": (ESTIMATES, written_with(SURPLUS, colour="red")),
    "ids that are said to be UUIDs": (ESTIMATES, written_with(UUIDS)),
    "no time in microseconds": (ESTIMATES, written_with(READY_IN_MICROSECONDS, ready_at=None)),
}


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda each: each.name)
@pytest.mark.parametrize("name", ODD_BUT_GOOD)
def test_what_is_odd_but_good_is_applied(name: str, framing: Framing) -> None:
    """Borders: a hair further and it is in the table."""
    topic, odd = ODD_BUT_GOOD[name]
    came = of(framing, odd(topic, framing, broken_at()).message)

    assert letters(came, framing) == []
    assert came.state != good_alone(framing).state


GOOD_SITE = codecs.encode("directory.sites", demo_directory().sites["columbus"])
GOOD_MANAGER = codecs.encode("directory.managers", demo_directory().managers["m-brooks"])
REFERENCE = reference_of(default_policy(), demo_directory())
REFUSED: dict[str, tuple[str, bytes | None, bytes | None, str]] = {
    "a policy that is no JSON": (POLICIES, b"v9", b"version: v9", "policy: not JSON"),
    "an empty policy": (POLICIES, b"v9", b"", "policy: not JSON"),
    "a policy that is a list": (POLICIES, b"v9", b"[]", "must be a map of keys"),
    "a policy of another version": (POLICIES, b"v9", b'{"version": "v8"}', "version 'v8'"),
    "a policy with a surplus key": (POLICIES, b"v9", b'{"version": "v9", "x": 1}', "x is unknown"),
    "a policy with a number below 0": (
        POLICIES,
        b"v9",
        b'{"version": "v9", "throttle": {"limit": -1}}',
        "throttle.limit is -1",
    ),
    "a policy without key": (POLICIES, None, b"{}", "it has no key"),
    "a policy nested too deep": (POLICIES, b"v9", b"[" * 100_000, "nested too deep"),
    "a policy that is not UTF-8": (POLICIES, b"v9", b"\xff", "not UTF-8 (byte 0)"),
    "a site that is cut": ("directory.sites", b"columbus", GOOD_SITE[:-1], "closed_on (byte"),
    "a site under another key": ("directory.sites", b"miami", GOOD_SITE, "the key 'miami'"),
    "a site that is a manager": ("directory.sites", b"m-brooks", GOOD_MANAGER, "no schema of Site"),
    "an empty site": ("directory.sites", b"columbus", b"", "begins with nothing"),
    "a manager that is cut": ("directory.managers", b"m-brooks", GOOD_MANAGER[:-2], "(byte"),
    "a manager with more": ("directory.managers", b"m-brooks", GOOD_MANAGER + b"x", "1 byte is"),
    "a manager without key": ("directory.managers", None, GOOD_MANAGER, "it has no key"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_reference_data_leaves_the_old_in_force_and_is_noted(name: str) -> None:
    topic, key, value, said = REFUSED[name]
    after_it = fold(REFERENCE, Message(topic, 0, 0, 0, key, value))

    assert isinstance(after_it, Reference)
    assert after_it.refused_count == 1
    assert after_it.refused[-1].topic == topic
    assert said in after_it.refused[-1].detail
    assert (after_it.policies, after_it.sites, after_it.managers) == (
        REFERENCE.policies,
        REFERENCE.sites,
        REFERENCE.managers,
    )


def test_every_topic_that_a_stage_reads_from_outside_is_in_the_table() -> None:
    assert {each for each in CUSTOMERS_INPUTS if each.startswith("service.")} <= set(INPUTS)


def test_the_page_in_docs_has_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text, "run `python -m tests.bad_input.page`"
