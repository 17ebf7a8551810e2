"""Sites that go live one after the other: against a published example, by hand, and by chance."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from agents.operations.effect.planning import drawn_order
from agents.operations.effect.reading import sums_of
from agents.operations.effect.report import Answer
from agents.operations.effect.rollout import Rollout, rollout
from agents.operations.effect.stepped_wedge import Stepped, stepped
from schemas.records import Arm, Insight
from tests.agents.effect.test_effect_command import call, written
from tests.agents.effect.test_page import Read
from tests.rollouts import FIRST, NUMBERS, SAME_DAY, found_in, holds, wedge, week


def test_the_published_example_comes_out() -> None:
    """The repository GenDID of L. Kennedy-Shaffer, `res/Xpert-Public-Results.Rda`, table `TblWA5`:
    `W_NP_IV`, the method of Thompson et al. with weights for equal variances, gives -6.117356
    points on the repository's public data, 14 clusters in 8 months, made like those of a trial.

    What that hangs on are the means of either group by month, worked out of those data. On the data
    themselves (20,000 orders) the interval is -10.8 to -1.1, there -10.7 to -1.1; p is 0.019, there
    0.030, of 1,000 orders.
    """
    live = [0, 2, 4, 6, 8, 10, 12, 14]
    after = [0, 0.17454, 0.26755, 0.16529, 0.23033, 0.30457, 0.31939, 0.23406]
    before = [0.30953, 0.30497, 0.24967, 0.29519, 0.32578, 0.25376, 0.4237, 0]
    starts = {f"c{n:02}": week(1 + n // 2) for n in range(14)}
    cells = {
        (f"c{n:02}", week(month)): after[month] if n < live[month] else before[month]
        for n in range(14)
        for month in range(8)
    }

    found = stepped(cells, starts, "x")

    assert found is not None
    assert 100 * found.value == pytest.approx(-6.117356, abs=5e-4)
    assert (found.sites, found.live, found.weeks) == (14, 14, 6)


def test_a_week_counts_by_how_many_sites_are_of_either_kind() -> None:
    """By hand: week 1 has one live site of three, week 2 two; the last has none that is not."""
    starts = {"a": week(1), "b": week(2), "c": week(3)}
    cells = {
        ("a", week(0)): 0.5, ("b", week(0)): 0.5, ("c", week(0)): 0.5,
        ("a", week(1)): 0.9, ("b", week(1)): 0.4, ("c", week(1)): 0.6,
        ("a", week(2)): 0.8, ("b", week(2)): 0.6, ("c", week(2)): 0.5,
        ("a", week(3)): 0.8, ("b", week(3)): 0.8, ("c", week(3)): 0.8,
    }  # fmt: skip

    found = stepped(cells, starts, "x")

    assert found is not None
    assert found.value == pytest.approx((0.4 + 0.2) / 2)  # 2/3 each
    assert (found.low, found.high, found.weeks) == (None, None, 2)  # six orders say nothing


def test_the_week_in_which_a_site_goes_live_counts_for_neither() -> None:
    starts = {"a": week(1) + timedelta(1), "b": None, "c": None}
    cells = {(site, week(n)): 0.5 for site in starts for n in range(3)}
    cells |= {("a", week(1)): 99.0, ("a", week(2)): 0.7}

    found = stepped(cells, starts, "x")

    assert found is not None
    assert (found.value, found.weeks) == (pytest.approx(0.2), 1)


def test_where_all_go_live_at_once_there_is_nothing_to_say() -> None:
    cells = {(site, week(n)): 0.5 for site in "ab" for n in range(3)}

    assert stepped(cells, {"a": week(1), "b": week(1)}, "x") is None


def test_where_all_is_alike_nothing_is_certain() -> None:
    """Nobody ever came back, at eight sites: the next one may."""
    cells = {(f"s{n}", week(number)): 0.0 for n in range(8) for number in range(9)}

    found = stepped(cells, {f"s{n}": week(1 + n) for n in range(8)}, "x")

    assert found is not None
    assert (found.value, found.low, found.high, found.p) == (0, None, None, 1)


def test_a_site_without_visits_in_a_week_is_not_there_in_it() -> None:
    cells = {(site, week(n)): 0.5 for site in "abc" for n in range(2)} | {("a", week(1)): 0.8}
    whole = stepped(cells, {"a": week(1), "b": None, "c": None}, "x")
    del cells["c", week(1)]

    found = stepped(cells, {"a": week(1), "b": None, "c": None}, "x")

    assert found is not None
    assert whole is not None
    assert found.value == pytest.approx(whole.value) == pytest.approx(0.3)


def test_what_gets_better_everywhere_is_no_effect_and_what_is_planted_is_found() -> None:
    """Six roll-outs each; before and after alone would say better in all of them."""
    none = [found_in(wedge(seed, 0)) for seed in range(6)]
    some = [found_in(wedge(seed, 12)) for seed in range(6)]

    assert sum(not holds(each, 0) for each in none) <= 1
    assert sum(not holds(each, 0.12) for each in some) <= 1
    assert sum((each.low or 0) > 0 for each in some) >= 5
    assert all((each.p < 0.05) == (not holds(each, 0)) for each in (*none, *some))


def test_weeks_before_the_first_site_make_it_surer() -> None:
    """With four of them sites count as they are beyond their level."""
    with_them = [found_in(wedge(seed, 0)) for seed in range(4)]
    without = [found_in(wedge(seed, 0, before=1, weeks=13)) for seed in range(4)]

    def width(each: Stepped) -> float:
        assert each.low is not None
        assert each.high is not None
        return each.high - each.low

    assert sum(map(width, with_them)) < 0.8 * sum(map(width, without))


def ended(site: str, day: date, arm: Arm) -> Insight:
    return Insight(site_id=site, day=day, arm=arm, counts={"visits_ended": 1}, region_id="r")


def gone_live(**starts: date | None) -> Rollout | None:
    """Sites with a visit each week for eight weeks, LIVE from a day on."""
    insights = [
        ended(site, day, Arm.LIVE if start is not None and day >= start else Arm.OFF)
        for site, start in starts.items()
        for day in (FIRST + timedelta(number) for number in range(56))
    ]
    return rollout(sums_of(insights), NUMBERS, "x", SAME_DAY)


FIRST_SITE, SECOND, THIRD, LAST = drawn_order(["a", "b", "c", "d"], "x")


def test_a_site_that_goes_live_before_its_turn_is_named_and_nothing_is_said() -> None:
    steps = gone_live(**{FIRST_SITE: week(5), SECOND: week(2), THIRD: week(6), LAST: None})

    assert steps is not None
    assert (steps.against, steps.lines) == ((SECOND, FIRST_SITE), ())


@pytest.mark.parametrize(("days", "fits"), [(5, True), (6, True), (7, False)])
def test_sites_of_one_step_may_be_seen_some_days_apart(days: int, fits: bool) -> None:
    late = week(2) + timedelta(days)
    steps = gone_live(**{FIRST_SITE: late, SECOND: week(2), THIRD: week(6), LAST: None})

    assert steps is not None
    assert (steps.against is None) == fits


def test_a_site_whose_turn_was_left_out_is_left_out_and_named() -> None:
    steps = gone_live(**{FIRST_SITE: None, SECOND: week(2), THIRD: week(4), LAST: None})

    assert steps is not None
    assert steps.passed_over == (FIRST_SITE,)
    assert steps.starts == {SECOND: week(2), THIRD: week(4), LAST: None}


@pytest.mark.parametrize(
    "starts",
    [
        dict.fromkeys(("a", "b", "c", "d")),
        dict.fromkeys(("a", "b", "c", "d"), FIRST),
        {FIRST_SITE: None, SECOND: None, THIRD: FIRST, LAST: FIRST + timedelta(6)},
    ],
    ids=["none is live", "all at once", "all whose turn it was"],
)
def test_sites_that_did_not_go_one_after_the_other_are_no_roll_out(
    starts: dict[str, date | None],
) -> None:
    assert gone_live(**starts) is None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(
        tmp_path / "out.jsonl",
        [
            {
                "site_id": each.site_id,
                "day": each.day.isoformat(),
                "arm": each.arm.value,
                "counts": each.counts,
                "region_id": each.region_id,
            }
            for each in wedge(1, 12)
        ],
    )


def test_the_command_says_which_question_it_answers(
    monkeypatch: pytest.MonkeyPatch, path: Path, tmp_path: Path
) -> None:
    html = tmp_path / "page.html"
    arguments = ("--from", str(path), "--metric", "same-day", "--html", str(html))

    said = call(monkeypatch, "effect", *arguments)

    assert said.exit_code == 0
    beside, question, found = said.stderr.splitlines()
    assert beside.startswith("Nothing to compare: ")
    assert question == (
        "Sites before and after they went live, in the drawn order: 10 of 10 are live, the first "
        "since 2026-03-30. All visits of a site count, so what advisers do for everybody is in it. "
        "For one look, on a day named before."
    )
    assert found.startswith("Visits that end on their day: enough to say better: +")
    words = Read(html.read_text("utf-8")).words
    assert [question, "Before and after going live"] == [
        each for each in (question, "Before and after going live") if each in words
    ]


def test_machines_are_told_the_design(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    shown = call(monkeypatch, "effect", "--from", str(path), "--metric", "same-day", "--json")

    *beside, told = [json.loads(each) for each in shown.stdout.splitlines()]
    assert {each["design"] for each in beside} == {"holdout"}
    assert told["low"] <= told["difference"] <= told["high"]
    del told["low"], told["high"], told["difference"], told["p"]
    assert told == {
        "design": "stepped-wedge",
        "metric": "same-day",
        "site": None,
        "answer": Answer.BETTER.value,
        "unit": "points",
        "sites": 10,
        "live": 10,
        "weeks": 9,
        "sought": 2.0,
        "since": "2026-03-30",
        "left_out": [],
    }


def test_the_interval_ends_where_the_test_begins_to_refuse() -> None:
    """Eight sites: with an effect taken off that is just inside, p is above 0.05; outside not."""
    starts = {f"s{n}": week(1 + n) for n in range(8)}
    cells = {
        (f"s{n}", week(number)): ((7 * n + 5 * number * number) % 11) / 20 + 0.3 * (number > n)
        for n in range(8)
        for number in range(9)
    }

    def p_without(effect: float) -> float:
        rest = {
            (site, at): value - effect * (at >= starts[site]) for (site, at), value in cells.items()
        }
        found = stepped(rest, starts, "x")
        assert found is not None
        return found.p

    found = stepped(cells, starts, "x")
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert p_without(found.low - 1e-6) <= 0.05 < p_without(found.low + 1e-6)
    assert p_without(found.high + 1e-6) <= 0.05 < p_without(found.high - 1e-6)
