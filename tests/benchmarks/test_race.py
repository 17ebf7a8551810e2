from pathlib import Path
from typing import Any

import pytest

from benchmarks.race import NoRace, measures, peers_folder, table


def result(engine: str, throughput: float, *, ok: bool = True, others: float = 0.0) -> Any:
    return {
        "engine": engine,
        "throughput_run": {
            "ok": ok,
            "events": 500_000,
            "throughput": throughput,
            "cpu_s_steady_per_M": 4.0,
            "peak_rss_mb": 200,
            "broker_cpu_s": 1.0,
            "others_on_core": others,
        },
    }


def test_engines_are_compared_by_their_medians_the_fastest_first() -> None:
    raced = table(
        [
            result("streams", 100.0),
            result("ours", 250.0),
            result("streams", 90.0, others=0.04),
            result("ours", 400.0),
            result("streams", 120.0),
            result("ours", 300.0),
        ],
        500_000,
        ["ours"],
    )

    assert raced.rows == (
        ("ours", "300 (250 to 400)", "4 (4 to 4)", "200 (200 to 200)", "2 (2 to 2)",
         0.0, "yes", 1.0),
        ("streams", "100 (90.0 to 120)", "4 (4 to 4)", "200 (200 to 200)", "2 (2 to 2)",
         0.04, "yes", 3.0),
    )  # fmt: skip


def test_one_run_that_is_not_exact_makes_its_engine_not_exact() -> None:
    raced = table([result("ours", 1.0), result("ours", 2.0, ok=False)], 500_000, ["ours"])

    assert [row[-2] for row in raced.rows] == ["NO"]


def test_a_run_without_any_output_has_no_speed_and_is_not_left_out() -> None:
    failed = {"engine": "broken", "throughput_run": {"ok": False, "events": 9, "others_on_core": 0}}

    assert measures(failed) == {}
    assert table([failed, result("ours", 5.0)], 9, ["ours"]).rows[-1] == (
        "broken", None, None, None, None, 0.0, "NO", None,
    )  # fmt: skip


def test_where_the_peers_are_missing_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoRace, match=f"^No race: RECOURSE_PEERS names {tmp_path}; .*project.$"):
        peers_folder({"RECOURSE_PEERS": str(tmp_path)})


def test_the_peers_are_where_the_environment_says(tmp_path: Path) -> None:
    (tmp_path / "compare.py").touch()

    assert peers_folder({"RECOURSE_PEERS": str(tmp_path)}) == tmp_path
