"""`recourse feeds`: sites that are silent, incomplete or late, the worst first."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from agents.operations.feeds.health import Feed, FeedCounts, Share, State, feeds
from schemas.records import Arm, Insight
from tests.agents.effect.test_effect_command import call

TODAY = date(2026, 5, 30)


def counted(*insights: Insight) -> FeedCounts:
    found = FeedCounts()
    for each in insights:
        found.take(each)
    return found


def ended(site: str, days_ago: int, visits: int = 1, **counts: int) -> Insight:
    """Visits that ended on a day, closed and with all that belongs to them."""
    return Insight(
        site_id=site,
        day=TODAY - timedelta(days_ago),
        arm=Arm.OFF,
        counts={"visits_ended": visits, "visits_closed": visits} | counts,
        region_id="west",
    )


def one(*insights: Insight, days: int = 7, above: float = 0.1) -> Feed:
    (found,) = feeds(counted(*insights), today=TODAY, days=days, above=above)
    return found


def test_a_share_is_at_least_what_wilson_says() -> None:
    """1 of 10: by hand, (0.1 + z²/20 - z sqrt(0.009 + z²/400)) / (1 + z²/10), z = 1.6449."""
    assert Share(count=1, of=10).at_least == pytest.approx(0.02263, abs=1e-5)
    assert Share(count=0, of=10).at_least == 0
    assert (Share(count=0, of=0).value, Share(count=0, of=0).at_least) == (None, 0)


@pytest.mark.parametrize(
    ("missing", "state"), [(6, State.WELL), (7, State.WELL), (8, State.INCOMPLETE)]
)
def test_what_is_missing_counts_as_far_as_it_is_sure(missing: int, state: State) -> None:
    """Of 40 visits 7 without a diagnosis are 17.5 %, at least 9.8 %; 8 are at least 11.7 %."""
    found = one(ended("s1", 1, 40, visits_without_diagnosis=missing))

    assert (found.state, found.without_diagnosis) == (state, Share(count=missing, of=40))


@pytest.mark.parametrize(("above", "state"), [(0.11, State.INCOMPLETE), (0.12, State.WELL)])
def test_above_which_share_is_asked(above: float, state: State) -> None:
    assert one(ended("s1", 1, 40, visits_without_diagnosis=8), above=above).state is state


def test_visits_that_ended_by_silence_had_no_closure() -> None:
    found = one(ended("s1", 1, 40, visits_silent=20))

    assert (found.state, found.without_closure.value) == (State.INCOMPLETE, 0.5)


def test_visits_without_an_estimate_are_shown_and_not_judged() -> None:
    found = one(ended("s1", 1, 40, visits_without_estimate=40))

    assert (found.state, found.without_estimate.value) == (State.WELL, 1)


def test_late_is_what_came_after_four_hours_or_too_late_to_be_taken() -> None:
    early = {"events_within_a_minute": 60, "events_within_an_hour": 9, "events_within_4_hours": 1}
    late = {"events_within_a_day": 15, "events_later": 10, "too_late": 5}

    found = one(ended("s1", 1, 40, **early, **late))

    assert (found.state, found.late, found.too_late) == (State.LATE, Share(count=30, of=100), 5)


@pytest.mark.parametrize(("ago", "visits"), [(6, 3), (7, 0)])
def test_the_window_is_of_so_many_days_with_today(ago: int, visits: int) -> None:
    assert one(ended("s1", ago, 3)).visits == visits


@pytest.mark.parametrize(
    ("silent_for", "state"), [(6, State.WELL), (7, State.WELL), (8, State.SILENT)]
)
def test_a_site_is_silent_when_its_pace_makes_that_no_chance(silent_for: int, state: State) -> None:
    """One visit a day: 6 whole days without one come by chance in 2.5 of 1,000 cases, 7 in 0.9."""
    found = one(*(ended("s1", silent_for + number) for number in range(28)))

    assert (found.state, found.last_day) == (state, TODAY - timedelta(silent_for))


@pytest.mark.parametrize(("silent_for", "state"), [(3, State.WELL), (4, State.SILENT)])
def test_two_days_are_no_silence_however_busy_the_site(silent_for: int, state: State) -> None:
    """A holiday, and another: today does not count, for it is not over."""
    assert one(*(ended("s1", silent_for + n, 99) for n in range(28))).state is state


@pytest.mark.parametrize(("days_more", "state"), [(0, State.WELL), (1, State.SILENT)])
def test_days_on_which_a_site_is_closed_are_not_waited_for(days_more: int, state: State) -> None:
    """Open from Monday to Thursday, and silent since a Thursday: Wednesday is over, or not."""
    thursday = date(2026, 5, 14)
    worked = [thursday - timedelta(n) for n in range(28)]
    found = counted(*(ended("s1", (TODAY - day).days, 9) for day in worked if day.weekday() < 4))

    (feed,) = feeds(found, today=date(2026, 5, 20) + timedelta(days_more), days=7, above=0.1)

    assert feed.state is state


@pytest.mark.parametrize(
    ("silent_for", "state"),
    [(59, State.SILENT), (62, State.INCOMPLETE), (75, State.SILENT), (120, State.SILENT)],
)
def test_visits_that_end_by_silence_are_no_sign_of_life(silent_for: int, state: State) -> None:
    """What was open when the site fell silent ends sixty days later, for some days."""
    closed = [ended("s1", silent_for + n, 9) for n in range(28)]
    left = [
        ended("s1", silent_for - 60 - n, 5, visits_closed=0, visits_silent=5)
        for n in range(4)
        if silent_for - 60 - n >= 0
    ]

    found = one(*closed, *left)

    assert (found.state, found.last_day) == (state, TODAY - timedelta(silent_for))


def test_a_site_with_few_visits_is_not_silent_for_weeks() -> None:
    """One a week: three weeks without one are no finding."""
    assert one(*(ended("s1", 21 + 7 * number) for number in range(4))).state is State.WELL


def test_what_is_usual_is_the_pace_of_the_weeks_before() -> None:
    found = one(*(ended("s1", number, 2) for number in range(7, 35)), ended("s1", 1))

    assert (found.visits, found.usual) == (1, 14)


def test_of_a_site_that_never_ended_a_visit_nothing_is_silent() -> None:
    late = Insight(site_id="s1", day=TODAY, arm=Arm.OFF, counts={"too_late": 1}, region_id="west")

    found = one(late)

    assert (found.state, found.last_day, found.late) == (State.LATE, None, Share(count=1, of=1))


def test_the_worst_is_first() -> None:
    found = feeds(
        counted(
            ended("well", 1, 40),
            ended("late", 1, 40, events_later=40),
            ended("bad", 1, 40, visits_without_diagnosis=20),
            ended("worse", 1, 40, visits_without_diagnosis=30),
            *(ended("silent", 10 + number, 3) for number in range(28)),
        ),
        today=TODAY,
        days=7,
        above=0.1,
    )

    assert [(each.site_id, each.state) for each in found] == [
        ("silent", State.SILENT),
        ("worse", State.INCOMPLETE),
        ("bad", State.INCOMPLETE),
        ("late", State.LATE),
        ("well", State.WELL),
    ]


def test_what_has_nothing_to_do_with_feeds_is_not_kept() -> None:
    decided = Insight(
        site_id="s1", day=TODAY, arm=Arm.LIVE, counts={"decided": 1}, region_id="west"
    )

    assert counted(decided).days == {}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = [ended("fresno", 1, 40, visits_without_diagnosis=30), ended("ohio", 1, 40)]
    lines = [
        {
            "topic": "recourse.insights",
            "at": "2026-05-30T09:00:00Z",
            "value": {
                "site_id": each.site_id,
                "day": each.day.isoformat(),
                "arm": each.arm.value,
                "counts": each.counts,
                "region_id": each.region_id,
            },
        }
        for each in found
    ]
    path = tmp_path / "out.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return path


def test_sites_that_want_a_look_are_listed(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    shown = call(monkeypatch, "feeds", "--from", str(path))

    assert shown.exit_code == 1
    assert shown.stderr == "The last 7 days of 2 sites: 1 incomplete.\n"
    assert [line.split("\t") for line in shown.stdout.splitlines()] == [
        ["site", "state", "visits", "usual", "no closure", "no diagnosis", "no estimate", "late",
         "too late", "last"],
        ["fresno", "incomplete", "40", "0", "0 %", "75 %", "0 %", "", "0", "2026-05-29"],
    ]  # fmt: skip


def test_machines_get_all_of_it(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    shown = call(monkeypatch, "feeds", "--from", str(path), "--json", "--all", "--site", "ohio")

    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == {
        "site": "ohio",
        "region": "west",
        "state": "well",
        "visits": 40,
        "usual": 0,
        "last_day": "2026-05-29",
        "too_late": 0,
        "without_closure": 0,
        "without_diagnosis": 0,
        "without_estimate": 0,
        "late": None,
    }


def test_where_nothing_was_counted_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("")

    shown = call(monkeypatch, "feeds", "--from", str(path))

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == "Nothing was counted yet.\n"
