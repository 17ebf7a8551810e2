"""Which topics are written in Confluent's framing, and what `doctor` says of those named."""

from collections import Counter

import pytest

from agents.operations.doctor.check_framing import framing_of
from agents.operations.doctor.checks import Verdict
from agents.records.schema_registry import codecs_of, written_with_a_registry
from schemas.catalogue import TOPICS
from streams.errors import ConfigurationError
from streams.settings import Settings

ALL = {name for name, topic in TOPICS.items() if topic.schema is not None}
CASES, VISITS = "recourse.cases", "recourse.visits"


@pytest.mark.parametrize(
    ("framing", "by_topic", "registered"),
    [
        ("single-object", None, set()),
        ("single-object", f"{CASES}=confluent", {CASES}),
        ("single-object", f"{CASES}=confluent,{VISITS}=single-object", {CASES}),
        ("confluent", None, ALL),
        ("confluent", f"{CASES}=single-object", ALL - {CASES}),
    ],
)
def test_a_topic_is_written_as_is_said_of_it_else_as_of_all(
    framing: str, by_topic: str | None, registered: set[str]
) -> None:
    settings = Settings.model_validate(
        {"framing": framing, "framing_by_topic": by_topic, "registry_url": "http://registry"}
    )

    assert written_with_a_registry(settings) == registered


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("recourse.case", "did you mean recourse.cases?"),
        ("recourse.ticks", "it is always written in single-object encoding"),
        ("directory.sites", "it is always written in single-object encoding"),
        ("x", "docs/asyncapi.md names all topics"),
    ],
)
def test_a_framing_of_a_topic_that_there_is_not_stops_the_start(name: str, right: str) -> None:
    settings = Settings(framing_by_topic=f"{name}=single-object")

    with pytest.raises(ConfigurationError) as refused:
        codecs_of(settings)

    assert str(refused.value) == (
        f"RECOURSE_FRAMING_BY_TOPIC (environment) names {name!r}, whose framing can't be "
        f"chosen: {right}"
    )


@pytest.mark.parametrize(
    ("oldest", "newest", "verdict", "found"),
    [
        ((0, 0), (0, 0), Verdict.FINE, "is written in Confluent's framing, and holds nothing else"),
        ((0, 3), (0, 3), Verdict.FINE, "is written in Confluent's framing, and holds nothing else"),
        (
            (1, 2),
            (0, 3),
            Verdict.FINE,
            "is written in Confluent's framing; its oldest are in single-object encoding",
        ),
        ((1, 2), (1, 2), Verdict.UNKNOWN, "1 of the newest 3 are in single-object encoding"),
    ],
)
def test_doctor_says_what_lies_in_a_topic_that_was_changed_over(
    oldest: tuple[int, int], newest: tuple[int, int], verdict: Verdict, found: str
) -> None:
    counted = [Counter({False: single, True: theirs}) for single, theirs in (oldest, newest)]

    check = framing_of(CASES, *counted, confluent=True)

    assert check.verdict is verdict
    assert found in check.found


def test_doctor_says_it_of_the_way_back_too() -> None:
    counted = Counter({False: 3, True: 1})

    check = framing_of(CASES, counted, counted, confluent=False)

    assert check.found == f"{CASES}: 1 of the newest 4 are in Confluent's framing"
