"""Who reads no notices makes none of their words, and everything else is the same."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.calendar import HOUR_MS
from agents.core.notices import notice
from agents.core.notices.wording.texts import unworded
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import REFERENCES, reference_of
from agents.simulation.demo.event_generator import life
from agents.simulation.demo.network import reference_records
from agents.simulation.replay.timeline import Timeline
from schemas.records import Notice, Tick
from streams.testing import Driver


def _week(*, worded: bool) -> list[tuple[str, bytes | None, Any]]:
    """Some customers' week with a tick an hour: all that both stages write, in its order."""
    directory, made = demo_directory(), list[tuple[str, bytes | None, Any]]()
    driver = Driver(stages(worded=worded)[:2], REFERENCES)
    for topic, key, value in reference_records(directory):
        driver.pipe(topic, key.encode(), value, 0)
    hour = 0
    for arrival in life(1, 5, directory):
        if arrival.at // HOUR_MS > hour:
            hour = arrival.at // HOUR_MS
            now = hour * HOUR_MS
            driver.tick("recourse.ticks", codecs.encode("recourse.ticks", Tick(now=now)), now)
        driver.pipe(arrival.topic, arrival.key, arrival.value, arrival.at)
    for each in driver.read():
        made.append((each.topic, each.key, each.value and codecs.decode(each.topic, each.value)))
    return made


def test_a_week_without_words_is_the_same_but_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    worded = _week(worded=True)

    monkeypatch.setattr(notice, "render", _never)
    plain = _week(worded=False)

    notices = [each for _, _, each in worded if isinstance(each, Notice)]
    assert len({each.message for each in notices}) > 10
    assert [(topic, key, _without_words(each)) for topic, key, each in worded] == plain


def test_nobody_reads_the_notices_of_a_replay() -> None:
    reference = reference_of(default_policy(), demo_directory())

    assert reference.world(0).worded
    assert not Timeline([(0, reference)]).world(0).worded


def _never(*_: Any) -> Any:
    raise AssertionError("nobody reads it")


def _without_words(record: Any) -> Any:
    if not isinstance(record, Notice):
        return record
    said = unworded(record.message)
    return replace(record, title=said.title, text=said.text, short_text=said.short)
