"""`recourse effect --since`: only what ended from a day on."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.moments import Moments, moments_of
from agents.operations.effect.reading import Drawn, Sums, sums_of
from schemas.records import Arm, Insight
from tests.agents.effect.test_effect_command import NETWORK, call, pilot
from tests.pilots import FIRST_DAY, insights

HALF = FIRST_DAY + timedelta(45)


def added(day: date, **counts: int) -> Insight:
    return Insight(site_id="s1", day=day, arm=Arm.LIVE, counts=counts, region_id="r", share=5_000)


@pytest.mark.parametrize(
    ("day", "counted"),
    [(-1, {"customers": 1}), (0, {"customers": 1, "visits_ended": 3}),
     (1, {"customers": 1, "visits_ended": 3})],
)  # fmt: skip
def test_the_first_day_counts_and_the_day_before_does_not(
    day: int, counted: dict[str, int]
) -> None:
    ended = added(HALF + timedelta(day), customers=1, visits_ended=3)

    (found,) = sums_of([ended], Sums(since=HALF)).inside.values()
    assert found == counted


def test_who_came_before_is_still_a_customer() -> None:
    """One who came before and again, and one who is new: two customers, and the visits since."""
    first = added(FIRST_DAY, customers=1, visits_ended=1, customers_visits_squared=1)
    again = added(HALF, visits_ended=1, customers_visits_squared=3)
    new = added(HALF, customers=1, visits_ended=1, customers_visits_squared=1)

    sums = sums_of([first, again, new], Sums(since=HALF))

    drawn = Drawn(site_id="s1", region_id="r", share=5_000)
    assert sums.inside == {drawn: Counter(customers=2, visits_ended=2, customers_visits_squared=4)}
    assert sums.days == {HALF}


def two_halves(seed: int, spread: float) -> tuple[Moments, Moments]:
    """Of 300 customers, each as likely served at once as they are: the moments of the second half
    as the topic gives them, and as they are."""
    chance = Random(seed)
    was, now, own = Moments(), Moments(), list[tuple[int, int]]()
    for _ in range(300):
        likely = min(1.0, max(0.0, 0.6 + chance.gauss(0, spread)))
        often = chance.randrange(1, 6)
        x, y = often, sum(chance.random() < likely for _ in range(often))
        more, better = often, sum(chance.random() < likely for _ in range(often))
        was += moments_of([(x, y)])
        now += moments_of([(x + more, y + better)])
        own.append((more, better))
    since = Moments(
        customers=300,
        x=now.x - was.x,
        y=now.y - was.y,
        xx=now.xx - was.xx,
        yy=now.yy - was.yy,
        xy=now.xy - was.xy,
    )
    return since, moments_of(own)


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
def test_the_share_since_a_day_is_right_and_its_variance_rather_too_large(spread: float) -> None:
    """The more customers are like themselves, the more what they were before adds to it."""
    halves = [two_halves(seed, spread) for seed in range(20)]

    assert all(since.share == own.share for since, own in halves)
    ratio = sum(since.variance for since, _ in halves) / sum(own.variance for _, own in halves)
    assert 0.97 < ratio < 3
    assert ratio > 1.2 or spread < 0.3


def test_from_the_first_day_on_it_is_all_of_it() -> None:
    every = [each for day in insights(1, 0, NETWORK) for each in day]

    whole, since = sums_of(every), sums_of(every, Sums(since=FIRST_DAY))

    assert (since.inside, since.outside) == (whole.inside, whole.outside)


def test_what_ended_before_is_not_counted_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = pilot(tmp_path / "out.jsonl", points=0)
    arguments = ("--from", str(path), "--metric", "same-day", "--since", HALF.isoformat())

    shown = call(monkeypatch, "effect", *arguments, "--json")
    said = call(monkeypatch, "effect", *arguments).stderr.splitlines()

    metric = METRICS[MetricName.SAME_DAY]
    visits: Counter[str] = Counter()
    for day in insights(1, 0, NETWORK):
        for each in day:
            if each.day >= HALF:
                visits.update({each.arm.value: each.counts[metric.base_count]})
    network: dict[str, Any] = json.loads(shown.stdout.splitlines()[0])
    assert network["base"] == visits.total()
    assert (network["since"], network["until"]) == ("2026-04-16", "2026-05-30")
    days, left_out, *_ = said
    assert days.endswith(": visits that ended from 2026-04-16 to 2026-05-30, at 2 sites.")
    assert left_out == (
        "What ended before 2026-04-16 is left out: intervals hold for one first day that was "
        "named before the first look, and are rather too wide."
    )


def test_of_a_day_after_the_last_there_is_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = pilot(tmp_path / "out.jsonl", points=0)

    shown = call(monkeypatch, "effect", "--from", str(path), "--since", "2027-01-01")

    assert shown.exit_code == 0
    assert shown.stderr.splitlines() == ["Nothing to compare: no visit has ended since 2027-01-01."]


def test_what_is_no_day_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = call(monkeypatch, "effect", "--from", str(tmp_path / "o"), "--since", "yesterday")

    assert shown.exit_code == 2
    said = " ".join(shown.stderr.replace("│", " ").split())
    assert "--since is 'yesterday': must be a day, as 2026-04-01" in said
