"""How long a pilot takes: by hand, and as `recourse pilot plan` says it."""

import json
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agents.commands import app
from agents.operations.effect.intervals import variance_to_see
from agents.operations.effect.measures import MetricName
from agents.operations.effect.planning import TooLittle, drawn_order, plan
from schemas.records import Arm, VisitEnded
from tests.core.builders import DAY, START


def ended(number: int, customer: str, *, same_day: bool, **fields: Any) -> VisitEnded:
    whole: dict[str, Any] = {
        "visit_id": f"v{number}",
        "customer_id": customer,
        "site_id": "s1",
        "region_id": "r1",
        "arm": Arm.OFF,
        "opened_at": START,
        "closed_at": START,
        "findings": 0,
        "raised": 0,
        "throttled": 0,
        "policy_version": "p",
    }
    return VisitEnded(same_day=same_day, **(whole | fields))


def four_weeks(customers: int, visits: int) -> list[VisitEnded]:
    """So many visits of each customer; every second one is always served at once."""
    return [
        ended(
            number,
            f"c{number % customers}",
            same_day=number % 2 == 0,
            closed_at=START + 28 * DAY * number // (customers * visits - 1),
        )
        for number in range(customers * visits)
    ]


def test_weeks_are_those_in_which_the_variance_is_small_enough() -> None:
    """400 customers with one visit each in 4 weeks, half of them at once: 100 a week, each with a
    variance of 1/4 (400/399), in two arms of 50."""
    answer = plan(four_weeks(400, 1), MetricName.SAME_DAY, sought=0.04, shares=[5_000], salt="x")

    wanted = variance_to_see(0.04, 0.05)
    (step,) = answer.steps
    assert step.weeks == ceil(0.25 * 400 / 399 / 100 * 4 / wanted)
    assert (step.visits, step.inside_visits) == (step.weeks * 100, step.weeks * 50)
    (site,) = answer.sites
    assert (site.site_id, site.a_week, site.share, site.customers) == ("s1", 100, 0.5, 400)


def test_who_comes_often_makes_it_longer() -> None:
    """The same visits by a tenth of the customers: they say a tenth."""
    alone, often = (
        plan(visits, MetricName.SAME_DAY, sought=0.04, shares=[5_000], salt="").steps[0].weeks
        for visits in (four_weeks(400, 1), four_weeks(40, 10))
    )

    assert often == pytest.approx(10 * alone, rel=0.1)


def test_a_small_share_takes_longer() -> None:
    answer = plan(
        four_weeks(400, 1), MetricName.SAME_DAY, sought=0.04, shares=[1_000, 5_000], salt=""
    )

    assert answer.steps[0].weeks == pytest.approx(0.25 / 0.09 * answer.steps[1].weeks, abs=3)


def test_the_last_word_on_a_visit_counts_and_a_rating_only_where_there_is_one() -> None:
    visits = four_weeks(20, 1)
    rated = [*visits[:-8], *(ended(20 + n, f"c{n}", same_day=True, rating=4) for n in range(12))]
    anew = [*visits, ended(0, "c0", same_day=False)]

    assert (
        plan(anew, MetricName.SAME_DAY, sought=0.1, shares=[5_000], salt="").sites[0].share == 0.45
    )
    (site,) = plan(rated, MetricName.RATING, sought=0.1, shares=[5_000], salt="").sites
    assert (site.share, site.customers) == (4, 12)


@pytest.mark.parametrize(("customers", "enough"), [(9, False), (10, True), (11, True)])
def test_of_too_few_customers_nothing_is_planned(customers: int, enough: bool) -> None:
    visits = [ended(n, f"c{n}", same_day=n % 2 == 0) for n in range(customers)]

    if enough:
        plan(visits, MetricName.SAME_DAY, sought=0.1, shares=[5_000], salt="")
    else:
        with pytest.raises(TooLittle, match="No site has 10 customers"):
            plan(visits, MetricName.SAME_DAY, sought=0.1, shares=[5_000], salt="")


def test_the_order_of_the_sites_is_the_salts() -> None:
    sites = [f"s{number}" for number in range(8)]

    assert drawn_order(sites, "a") == drawn_order(reversed(sites), "a")
    assert drawn_order(sites, "a") != drawn_order(sites, "b")
    assert sorted(drawn_order(sites, "a")) == sites


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """400 visits as `simulate` writes them."""
    lines = [
        {
            "topic": "recourse.visits",
            "at": "2026-03-30T09:00:00Z",
            "value": {
                "visit_id": each.visit_id,
                "customer_id": each.customer_id,
                "site_id": each.site_id,
                "region_id": each.region_id,
                "arm": each.arm.value,
                "opened_at": "2026-03-02T09:00:00Z",
                "closed_at": f"2026-03-{2 + 4 * (number // 58):02}T09:00:00Z",
                "same_day": each.same_day,
                "findings": 0,
                "raised": 0,
                "throttled": 0,
                "policy_version": "p",
            },
        }
        for number, each in enumerate(four_weeks(400, 1))
    ]
    path = tmp_path / "out.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return path


def test_it_is_said_by_share_with_the_order_of_the_sites(
    monkeypatch: pytest.MonkeyPatch, past: Path
) -> None:
    shown = call(monkeypatch, "pilot", "plan", "--from", str(past), "--share", "25")

    assert shown.exit_code == 0
    first, second, titles, step, order = shown.stdout.splitlines()
    assert "1 sites with" not in first
    assert first.startswith("Visits that end on their day: 1 site with ")
    assert second.startswith("To see 2 points in four pilots of five")
    assert titles.split("\t") == ["inside", "weeks", "visits", "of them inside"]
    assert step.split("\t")[0] == "25 %"
    assert order == "Sites in an order that the salt draws: s1."


def test_machines_get_one_object(monkeypatch: pytest.MonkeyPatch, past: Path) -> None:
    shown = call(monkeypatch, "pilot", "plan", "--from", str(past), "--json")

    told = json.loads(shown.stdout)
    assert [each["percent"] for each in told["steps"]] == [5, 10, 25, 50]
    assert (told["sought"], told["unit"], told["order"]) == (2, "points", ["s1"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--share", "0"], "must be a percentage above 0 and below 100"),
        (["--share", "100"], "must be a percentage above 0 and below 100"),
        (["--share", "all"], "must be a percentage above 0 and below 100"),
        (["--metric", "returned"], "must be one of same-day, findings, rating"),
    ],
)
def test_what_is_wrong_is_said(
    monkeypatch: pytest.MonkeyPatch, past: Path, arguments: list[str], said: str
) -> None:
    shown = call(monkeypatch, "pilot", "plan", "--from", str(past), *arguments)

    assert shown.exit_code == 2
    assert said in " ".join(shown.stderr.replace("│", " ").split())
