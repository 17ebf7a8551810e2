"""Whatever dies between two steps of the archive: nothing is lost, doubled or half there."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.operations.archive.batch import Batch
from agents.operations.archive.columns import columns_of, day_of
from agents.operations.archive.consumer import kept_from
from agents.operations.archive.manifest import Manifest, NotReadable
from agents.operations.archive.stores import FolderStore, TakenOver
from agents.operations.archive.writer import READ_WITHIN_MS, TOGETHER_FROM, Archive
from agents.records import codecs
from schemas.catalogue import TOPICS
from streams.topology import Message
from tests.agents.archive.kit import (
    CUSTOMER,
    NOW,
    Died,
    Opened,
    Steps,
    bucket,
    folder,
    kept,
    messages,
    take,
)

HOUR_MS = 3_600_000
PARTS = 2
SOME = (
    "service.check-ins",
    "recourse.disagreements",
    "recourse.outcomes",
)
WEDNESDAY = 1_772_582_400_000


@pytest.fixture(params=["folder", "bucket"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    return folder(tmp_path / "archive") if request.param == "folder" else bucket()


def some() -> tuple[Message, ...]:
    """Enough of the past that every kind of step is there."""
    return tuple(each for each in messages() if each.topic in SOME and each.timestamp < WEDNESDAY)


def a_life(store: Steps, *, forgets: str | None = None) -> Archive:
    """All that an archive does: takes over, writes in parts, makes few of many, forgets, tidies."""
    archive = Archive.taken_over(store, "life")
    every = some()
    for part in range(PARTS):
        take(archive, every[part * len(every) // PARTS : (part + 1) * len(every) // PARTS])
    while archive.compact("2026-03-03", NOW):
        pass
    if forgets is not None:
        archive.forgotten.ask(forgets, NOW)
        archive.forget(Batch(codecs.PLAIN).tables(), {"privacy.erasures": {0: 1}}, NOW)
    archive.tidy(NOW + READ_WITHIN_MS)
    return archive


def test_what_was_sent_is_what_is_kept(opened: Opened) -> None:
    archive = a_life(Steps(opened(), None))

    assert kept(archive) == sorted(some())
    assert set(archive.manifest.positions) == set(SOME)


@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_each_step_leaves_what_a_life_without_it_leaves(
    opened: Opened, after: bool
) -> None:
    whole = Steps(bucket()(), None)
    a_life(whole, forgets=CUSTOMER)
    expected = [each for each in sorted(some()) if CUSTOMER.encode() not in (each.value or b"")]

    for step in range(1, whole.count + 1, 1 if after else 3):
        store = opened()
        if isinstance(store, FolderStore):
            _empty(store)
        else:
            store = bucket()()
        steps = Steps(store, step, after=after)
        with pytest.raises(Died):
            a_life(steps, forgets=CUSTOMER)
        store.close()
        archive = a_life(Steps(store, None), forgets=CUSTOMER)
        assert kept(archive) == expected
        assert {each.path for each in archive.manifest.files} == set(store.paths())
        store.close()


def _empty(store: FolderStore) -> None:
    for path in list(store.paths()):
        store.delete(path)
    store.delete("manifest.json")


def test_small_files_become_one_and_the_others_go_when_no_reader_is_at_them(
    opened: Opened,
) -> None:
    store = opened()
    archive = Archive.taken_over(store, "life")
    every = [each for each in messages() if each.topic == "recourse.disagreements"]
    day = [each for each in every if each.timestamp < 1_772_496_000_000]
    for each in day:
        take(archive, [each])
    assert len(archive.manifest.files) == len(day) < TOGETHER_FROM

    assert not archive.compact("2026-03-02", NOW)  # the day goes on, and they are few
    assert archive.compact("2026-03-03", NOW)
    assert len(archive.manifest.files) == 1
    archive.tidy(NOW + READ_WITHIN_MS - 1)
    assert len(list(store.paths())) == len(day) + 1
    archive.tidy(NOW + READ_WITHIN_MS)
    assert len(list(store.paths())) == 1
    assert kept(archive) == sorted(day)


def test_who_was_taken_over_from_writes_nothing_more(opened: Opened) -> None:
    first = Archive.taken_over(opened(), "first")
    take(first, messages()[:40])
    store = opened()
    if isinstance(store, FolderStore):
        with pytest.raises(TakenOver, match="another process writes this archive"):
            Archive.taken_over(store, "second")
        first.close()
    second = Archive.taken_over(store, "second")
    take(second, messages())
    if not isinstance(store, FolderStore):
        with pytest.raises(TakenOver, match="another process writes this archive"):
            take(first, messages()[40:])

    assert kept(second) == sorted(messages())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"[]", "the archive's manifest can't be read"),
        (b'{"form": 2, "files": 3}', "a later version wrote it"),
        (b'{"files": [{"path": 1}]}', "the archive's manifest can't be read"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(text: bytes, sentence: str) -> None:
    with pytest.raises(NotReadable, match=sentence):
        Manifest.of(text)


def test_what_holds_until_it_is_replaced_is_kept_for_ever() -> None:
    first = kept_from(2, NOW)

    assert first["service.check-ins"] == first["recourse.order"] == day_of(NOW - 2 * DAY_MS)
    assert not {"recourse.policies", "directory.sites", "directory.managers"} & first.keys()


def test_days_that_are_kept_no_longer_go(opened: Opened) -> None:
    store = opened()
    archive = a_life(Steps(store, None))

    gone = archive.expire({"service.check-ins": "2026-03-03"}, NOW)

    days = {each.day for each in archive.manifest.files if each.topic == "service.check-ins"}
    assert (gone, min(days)) == (1, "2026-03-03")
    others = [each for each in archive.manifest.files if each.topic == "recourse.outcomes"]
    assert min(each.day for each in others) == "2026-03-02"


def test_every_topic_has_its_columns() -> None:
    assert all(set(columns_of(topic).names) >= {"kafka_offset", "kafka_value"} for topic in TOPICS)


@pytest.mark.parametrize(
    ("came_after_ms", "happened_after_ms", "stays"),
    [
        # An hour is for what is still on its way.
        (HOUR_MS, HOUR_MS, False),
        (HOUR_MS + 1, HOUR_MS + 1, True),
        # It happened before, and came a day late.
        (24 * HOUR_MS, -1, False),
    ],
)
def test_what_happened_before_an_erasure_goes_and_who_comes_back_stays(
    opened: Opened, came_after_ms: int, happened_after_ms: int, stays: bool
) -> None:
    archive = Archive.taken_over(opened(), "life")
    archive.forgotten.ask(CUSTOMER, NOW)
    event = next(each for each in messages() if each.topic == "service.closures")
    record = codecs.decode(event.topic, event.value or b"")
    changed = replace(record, customer_id=CUSTOMER, occurred_at=NOW + happened_after_ms)
    value = codecs.encode(event.topic, changed)

    take(archive, [event._replace(key=b"c4711", value=value, timestamp=NOW + came_after_ms)])

    assert bool(kept(archive)) is stays
    archive.close()
