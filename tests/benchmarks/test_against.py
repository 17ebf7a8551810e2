from pathlib import Path

import pytest
from rich.console import Console

from agents.pipeline.stages import stages
from benchmarks import against
from benchmarks.against import NoVersion, Paired, both, measure, table
from benchmarks.machine import ROOT

BEFORE = Paired(stage="customers", events=4, before=[1.0, 3.0], now=[2.0, 3.0])
OTHER = Paired(stage="desk", events=4, before=[4.0, 4.0], now=[2.0, 6.0])


def test_a_stage_has_its_whole_time_by_its_events_and_the_median_of_its_turns() -> None:
    assert BEFORE.cells() == ("customers", 1e6, 1.25e6, 1.25, 1.5, 0.75, 2.25)


def test_both_stages_are_added_turn_by_turn() -> None:
    assert both([BEFORE, OTHER]) == Paired(
        stage="both", events=4, before=[5.0, 7.0], now=[4.0, 9.0]
    )


def test_a_turn_in_which_the_version_before_did_nothing_has_no_ratio() -> None:
    paired = Paired(stage="desk", events=1, before=[0.0, 1.0], now=[1.0, 2.0])

    assert paired.cells()[3:5] == (3.0, 2.0)


def test_the_table_names_the_version_and_what_is_no_difference() -> None:
    shown = table("v1", [BEFORE])

    assert shown.title == "Against v1, in memory, 4 events"
    assert shown.rows == (BEFORE.cells(),)
    assert "2 of them" in shown.note
    assert shown.note.endswith("Nothing below 5% is a difference.")


def test_a_revision_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(NoVersion, match=r"^no-such-version can't be measured: \S"):
        measure("no-such-version", 10, Console(quiet=True))


def test_both_versions_handle_the_same_events_to_the_last(tmp_path: Path) -> None:
    life = tmp_path / "life"
    with against.worker(ROOT, 60, life, tmp_path) as one:
        one.begun()
        made = life.read_bytes()
        with against.worker(ROOT, 60, life, tmp_path) as two:
            two.begun()
            found = against.by_turns(one, two)

    assert one.moments == two.moments
    assert life.read_bytes() == made
    assert [each.stage for each in found] == [*(each.name for each in stages()), "both"]
    assert all(len(each.before) == len(each.now) for each in found)
    assert all(sum(each.before) > 0 < sum(each.now) for each in found)


def test_a_version_that_can_not_begin_is_one_sentence(tmp_path: Path) -> None:
    with (
        against.worker(tmp_path, 60, tmp_path / "life", tmp_path) as none,
        pytest.raises(NoVersion, match="ended before its turn"),
    ):
        none.begun()
