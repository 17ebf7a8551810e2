"""Stage shadow: it decides what the live one would under its policy, and disturbs nobody."""

from collections.abc import Iterable
from functools import cache

import pytest
from msgspec.structs import replace

from agents.core.policy import Policy
from agents.core.shadow.decisions import SHADOW_DECISIONS
from agents.pipeline.shadow.processor import BEGUN_KEY
from agents.pipeline.stages import SHADOW, stages
from agents.records import codecs
from schemas.records import Decision, Disagreement, Rule, ShadowDecision
from streams.testing import Driver
from streams.topology import Message
from tests.agents.shadow.played_week import (
    PARTITIONS,
    driver_of,
    everything,
    live_alone,
    play,
    publish,
)
from tests.agents.shadow.policies import STRICT, policy

DISAGREEMENTS = "recourse.disagreements"


def of_live(written: Iterable[Message]) -> list[Message]:
    return [each for each in written if not each.topic.startswith("recourse.shadow-")]


def decided(written: Iterable[Message]) -> list[Disagreement]:
    found = [codecs.decode(m.topic, m.value or b"") for m in written if m.topic == DISAGREEMENTS]
    return [each for each in found if isinstance(each, Disagreement)]


def beside(written: Iterable[Message]) -> list[ShadowDecision]:
    found = [codecs.decode(m.topic, m.value or b"") for m in written if m.topic == SHADOW_DECISIONS]
    return [each for each in found if isinstance(each, ShadowDecision)]


def state(driver: Driver) -> list[dict[str, bytes]]:
    found = [driver.state(SHADOW, number) for number in range(PARTITIONS)]
    return [{key: each[key] for key in each if key != ":now"} for each in found]


def test_the_live_stages_write_byte_for_byte_what_they_write_without_it() -> None:
    driver, alone = everything(), driver_of(stages())

    written = play(driver, STRICT)

    assert beside(written)
    assert tuple(of_live(written)) == live_alone()
    play(alone)
    for stage in stages():
        for number in range(PARTITIONS):
            assert driver.state(stage, number) == alone.state(stage, number), stage.name


def test_under_the_live_policy_it_decides_what_the_live_stage_decides() -> None:
    """With records in wrong partitions, and cases that managers decide, reopen and merge."""
    written = play(everything(), policy())

    live, shadow = decided(written), beside(written)
    assert len(live) > 50
    assert [replace(each, words=None, policy_version="beside") for each in live] == [
        each.decision for each in shadow
    ]
    assert not any(each.may_lack for each in shadow)


def test_under_another_limit_it_throttles_what_the_live_stage_raises() -> None:
    shadow = beside(strict_week())

    (found,) = [
        each
        for each in shadow
        if each.decision.visit_id == "ben-v2" and each.decision.rule is Rule.ESTIMATE_DISPUTED
    ][:1]
    assert found.decision.decision is Decision.THROTTLED


def test_without_a_policy_to_compare_with_it_keeps_and_writes_nothing() -> None:
    driver = everything()

    written = play(driver)

    assert tuple(written) == live_alone()
    assert state(driver) == [{}] * PARTITIONS


def test_restored_before_every_hour_it_decides_the_same() -> None:
    driver = everything()

    written = play(driver, STRICT, meanwhile=lambda _: driver.restart())

    assert beside(written) == beside(strict_week())


@cache
def strict_week() -> tuple[Message, ...]:
    return tuple(play(everything(), STRICT))


@pytest.mark.parametrize("after", [STRICT, None])
def test_another_policy_begins_anew_and_none_ends_it(after: Policy | None) -> None:
    driver = everything()
    play(driver, policy())
    assert all(each.keys() > {BEGUN_KEY} for each in state(driver))

    publish(driver, after)
    for number in range(PARTITIONS):
        driver.pipe("recourse.outcomes", None, b"nobody reads it", 0, partition=number)
    driver.restart()

    kept = set() if after is None else {BEGUN_KEY}
    assert [each.keys() for each in state(driver)] == [kept] * PARTITIONS


def test_the_same_policy_published_again_changes_nothing() -> None:
    driver = everything()
    play(driver, STRICT)
    before = state(driver)

    publish(driver, STRICT)
    for number in range(PARTITIONS):
        driver.pipe("recourse.outcomes", None, b"nobody reads it", 0, partition=number)

    assert state(driver) == before


def test_a_tick_leaves_it_to_the_next_record_to_begin_anew() -> None:
    """A tick may be left in its midst, and has changed nothing then."""
    driver = everything()
    play(driver, policy())
    before = state(driver)

    publish(driver, STRICT)
    written = driver.tick("recourse.ticks", b"?", 2**42)

    assert (beside(written), state(driver)) == ([], before)
