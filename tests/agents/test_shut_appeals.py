"""Nobody is told of an appeal that would be turned away on every day of its time."""

from typing import Any

import pytest

from agents.core.notices.wording.texts import render
from agents.simulation.simulate import JSON
from tests.scenarios.test_scenarios import as_it_is_run

LANGUAGES = ("en", "de", "fr", "es")
ABUSIVE: list[dict[str, Any]] = [
    {"at": "1 09:00", "response": {"response": "REQUESTED"}},
    {"at": "1 09:10", "action": {"action": "CONTACTED"}},
    {"at": "1 09:20", "action": {"action": "RESOLVE", "outcome": "ABUSIVE", "reason": "again"}},
]
CONFIRMED = [*ABUSIVE, {"at": "1 09:30", "action": {"action": "CONFIRM", "by": "rita"}}]


def told(before: list[dict[str, Any]], at: str, **policy: Any) -> Any:
    """The notice of a request that is throttled at a moment."""
    asks = {"at": at, "response": {"response": "REQUESTED", "visit_id": "v2"}}
    made = as_it_is_run({"events": [*before, asks], "policy": {"throttle": {"limit": 0}} | policy})
    notices: list[Any] = [
        JSON.decode(each.topic, bytes(each.value))
        for each in made
        if each.topic == "recourse.notices"
    ]
    (found,) = [each for each in notices if each.message == "customer-throttled"]
    return found


@pytest.mark.parametrize(
    ("before", "at", "is_told"),
    [
        (ABUSIVE, "2 09:00", True),  # not confirmed, so not counted
        (CONFIRMED, "2 09:00", False),
        # It counts for 210 days, up to the last moment of these 14.
        (CONFIRMED, "197 09:00", False),
        (CONFIRMED, "197 09:00:01", True),
    ],
)
def test_who_is_throttled_is_told_of_an_appeal_if_it_can_be_made_in_time(
    before: list[dict[str, Any]], at: str, is_told: bool
) -> None:
    notice = told(before, at)

    assert ("appeal_until" in notice.parameters) is is_told
    assert ("appeal" in notice.text, "appeal" in notice.short_text) == (is_told, is_told)


def test_before_generation_2_they_are_told_as_ever() -> None:
    assert "appeal_until" in told(CONFIRMED, "2 09:00", generation=1).parameters


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_without_it_ends_with_what_it_says_before(language: str) -> None:
    parameters = told(ABUSIVE, "2 09:00").parameters
    whole = render("customer-throttled", parameters, language)
    parameters.pop("appeal_until")
    parameters.pop("appeal_passed")
    without = render("customer-throttled", parameters, language)

    assert whole.text.startswith(without.text)
    assert whole.short.startswith(without.short)
    assert len(whole.text) > len(without.text)
    assert without.text.endswith(".")
