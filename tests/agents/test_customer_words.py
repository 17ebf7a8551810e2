"""The customer's own words reach the manager, and stand nowhere else."""

import logging
from typing import Any

import pytest

from agents.operations.explain.page import as_json, explained, plain
from agents.operations.explain.story import TOLD, story_of
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.simulation.simulate import JSON
from tests.scenarios.test_scenarios import as_it_is_run

SAID = "he shouted at my daughter"
EVENTS: list[dict[str, Any]] = [
    {"at": "1 09:00", "response": {"response": "REQUESTED", "words": SAID, "topic": "CONDUCT"}},
    {"at": "1 09:05", "action": {"action": "CONTACTED"}},
    {"at": "1 09:10", "action": {"action": "WAIT", "until": "1 12:00"}},
    {"at": "1 09:20", "response": {"response": "ASKED", "words": SAID, "topic": "CONDUCT"}},
    {"at": "1 09:30", "response": {"response": "RATED", "rating": 1, "words": SAID}},
    {"at": "1 12:00", "tick": {}},
    {"at": "1 15:00", "action": {"action": "RESOLVE", "outcome": "UPHELD"}},
]
SITE = {"site_id": "texas", "contacts": [{"channel": "EMAIL", "address": "a@example.com"}]}
MANAGERS = ("lena", "leo", "rita", "eva")


def run(*events: dict[str, Any]) -> list[Any]:
    return as_it_is_run({"events": list(events), "directory": {"sites": [SITE]}})


def test_they_are_in_the_records_that_bring_them_to_the_manager_and_in_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    found = set()
    for each in run(*EVENTS):
        record: Any = JSON.decode(each.topic, bytes(each.value))
        if SAID not in bytes(each.value).decode():
            continue
        found.add(each.topic)
        if each.topic == "recourse.notices":
            assert record.addressee.id in MANAGERS
            assert SAID not in record.title
    assert found == {"recourse.disagreements", "recourse.answers", "recourse.notices"}
    assert SAID not in caplog.text


def test_explain_says_none_of_them() -> None:
    records: list[Any] = [
        JSON.decode(each.topic, bytes(each.value)) for each in run(*EVENTS) if each.topic in TOLD
    ]

    for of in ("v1:1", "v1:REQUESTED_BY_CUSTOMER:1"):
        story = story_of(of, records)
        assert story is not None
        page = explained(story)
        assert SAID not in "\n".join(plain(page))
        assert SAID not in str(as_json(page))


@pytest.mark.parametrize(
    "wrong",
    [
        {"response": {"response": "SHRUGGED", "words": SAID}},
        {"response": {"response": "CHECKED_IN", "words": SAID}},
        {"response": {"response": "ASKED", "words": SAID * 12}},
        {"response": {"response": "ASKED", "words": SAID, "rating": 9}},
        {"response": {"response": "ASKED", "words": SAID}, "occurred": "-9 09:00"},
        {"answer": {"response": "ASKED", "words": SAID, "region_id": "south"}},
        {"answer": {"response": "ASKED", "words": SAID * 12}},
    ],
)
def test_a_dead_letter_says_what_is_wrong_without_them(wrong: dict[str, Any]) -> None:
    letters: list[Any] = [
        JSON.decode(each.topic, bytes(each.value))
        for each in run(EVENTS[0], {"at": "1 09:01", **wrong})
        if each.topic in LETTER_TOPICS
    ]

    assert len(letters) == 1
    assert SAID not in letters[0].detail
