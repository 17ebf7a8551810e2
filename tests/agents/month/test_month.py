"""A simulated month: its sites, visits and managers; a few days of it through both stages."""

import json
from itertools import pairwise
from typing import Any

import pytest
import typer
from msgspec.structs import replace
from typer.testing import CliRunner

from agents.commands.simulation.month import month
from agents.core.calendar import MINUTE_MS, local_date, on_shift
from agents.core.world import Directory
from agents.reference_data.policy_files import default_policy
from agents.simulation.demo.event_generator import BEGIN, DAY_MS
from agents.simulation.month.figures import WHOLE, Figures
from agents.simulation.month.network import network, parts, without_managers
from agents.simulation.month.run import Part, play
from agents.simulation.month.staff import LOOKS_AFTER_MINUTES, PROMISED_MINUTES, WORK_MINUTES, Staff
from agents.simulation.month.visits import visits
from schemas.records import (
    Action,
    ActionName,
    EscalationStatus,
    Hours,
    ManagerContact,
    Severity,
    Tier,
)
from tests.agents.explain.records import a_step
from tests.thirty_days import PAGE, page

MONDAY_0900 = BEGIN + 9 * 60 * MINUTE_MS
"""In UTC, where the managers of these tests are."""


def test_fifty_sites_are_in_parts_that_share_no_manager() -> None:
    whole = network(50)

    found = parts(whole)

    assert len(whole.sites) == 50
    assert sorted(site for each in found for site in each.sites) == sorted(whole.sites)
    assert sorted(name for each in found for name in each.managers) == sorted(whole.managers)


def test_a_vacant_post_is_a_local_one_and_the_more_are_vacant_the_fewer_are_there() -> None:
    whole = network(50)

    few, fewer = (without_managers(whole, vacant, seed=1) for vacant in (3, 5))

    gone = [whole.managers[each] for each in whole.managers.keys() - fewer.managers.keys()]
    assert [each.tier for each in gone] == [Tier.LOCAL] * 5
    assert len(few.managers) == len(whole.managers) - 3
    assert fewer.managers.keys() < few.managers.keys()


def test_a_month_has_as_many_visits_as_were_asked_for_and_none_begins_on_a_sunday() -> None:
    directory = parts(network(13))[0]

    arrivals = visits(1, "c0", 400, 14, directory)

    begun: dict[str, int] = {}
    for each in arrivals:
        visit = each.value.split(b"-v", 1)
        assert len(visit) > 1
        begun.setdefault(each.key.decode(), each.at)
    assert arrivals == sorted(arrivals) == visits(1, "c0", 400, 14, directory)
    assert 250 < len(begun) < 400
    assert {local_date("UTC", at).isoweekday() for at in begun.values()} <= {1, 2, 3, 4, 5, 6}


# Managers with one pair of hands


def ann(**changes: Any) -> Any:
    manager = network(1).managers["m-alvarez"]
    nine_to_five = Hours(days=(1, 2, 3, 4, 5), from_="09:00", to="17:00")
    given = {"time_zone": "UTC", "shifts": (nine_to_five,), "absences": ()}
    return replace(manager, **given | changes)


def staff(seed: int = 1) -> Staff:
    return Staff(seed, Directory(network(1).sites.values(), [ann()]))


def given_to_ann(case: str, at: int, **changes: Any) -> Any:
    return a_step(
        escalation_id=case,
        occurred_at=at,
        manager=ManagerContact(manager_id="m-alvarez", name="Rosa"),
        decide_by=at + 8 * 60 * MINUTE_MS,
        **changes,
    )


def acted(managers: Staff, until: int) -> list[Action]:
    """What they do, minute by minute, each as the pipeline would say it."""
    actions = []
    for now in range(MONDAY_0900 - DAY_MS, until, MINUTE_MS):
        for each in managers.due(now):
            actions.append(each)
            ended = EscalationStatus.RESOLVED if each.action is ActionName.RESOLVE else None
            if ended is not None:
                managers.read(
                    given_to_ann(
                        each.escalation_id, now, status=ended, step=9, outcome=each.outcome
                    )
                )
    return actions


def done_by(actions: list[Action]) -> list[str]:
    return [each.escalation_id for each in actions if each.action is ActionName.RESOLVE]


def test_cases_are_worked_off_one_after_the_other_in_the_order_of_their_deadlines() -> None:
    managers = staff()
    for number in range(6):
        managers.read(given_to_ann(f"v{number}:1", MONDAY_0900 + number * MINUTE_MS))

    actions = acted(managers, MONDAY_0900 + 2 * DAY_MS)

    done = [each.occurred_at for each in actions if each.action is ActionName.RESOLVE]
    least = WORK_MINUTES[0] * MINUTE_MS
    assert len(done) >= 5  # of one she may hear nothing
    assert all(later - before >= least for before, later in pairwise(done))
    assert all(on_shift(ann(), each.occurred_at - 1) for each in actions)


@pytest.mark.parametrize("severity", [Severity.SAFETY, Severity.HIGH, Severity.NORMAL])
def test_a_case_of_the_evening_is_looked_at_in_the_morning(severity: Severity) -> None:
    managers = staff()
    evening = MONDAY_0900 + 10 * 60 * MINUTE_MS
    managers.read(given_to_ann("v1:1", evening, severity=severity))

    (first, *_) = acted(managers, MONDAY_0900 + 2 * DAY_MS)

    low, high = LOOKS_AFTER_MINUTES[severity]
    after = (first.occurred_at - MONDAY_0900 - DAY_MS) // MINUTE_MS
    assert low <= after <= high
    assert first.action in (ActionName.ACKNOWLEDGE, ActionName.PROMISE)


def test_a_promised_call_is_made_when_its_case_is_taken_up() -> None:
    promises: list[Action] = []
    for seed in range(40):
        managers = staff(seed)
        managers.read(given_to_ann("v1:1", MONDAY_0900))
        actions = acted(managers, MONDAY_0900 + DAY_MS)
        if actions and actions[0].action is ActionName.PROMISE:
            promises.append(actions[0])
            assert [each.action for each in actions[1:]] == ["CONTACTED", "RESOLVE"]
            assert actions[1].occurred_at == actions[0].occurred_at  # nothing else is to be done
    assert 0 < len(promises) < 15
    until = {each.until - each.occurred_at for each in promises if each.until is not None}
    assert until == {PROMISED_MINUTES * MINUTE_MS}


def test_a_case_that_went_to_somebody_else_is_left_alone() -> None:
    managers = staff()
    managers.read(given_to_ann("v1:1", MONDAY_0900))
    handed_over = {"step": 1, "status": EscalationStatus.REASSIGNED, "manager": None}
    managers.read(a_step(escalation_id="v1:1", **handed_over))

    assert acted(managers, MONDAY_0900 + DAY_MS) == []


def test_what_joins_a_case_and_brings_its_deadline_forward_brings_it_forward_on_the_list() -> None:
    def order(joins: str | None, at: int = 0) -> list[Action]:
        managers = staff()
        for number in range(4):
            managers.read(given_to_ann(f"v{number}:1", MONDAY_0900, severity=Severity.SAFETY))
        before: list[Action] = []
        if joins is not None:
            before = acted(managers, at)
            joined = given_to_ann(joins, at, status=EscalationStatus.JOINED, step=1)
            managers.read(replace(joined, decide_by=at + 60 * MINUTE_MS))
        return [*before, *acted(managers, MONDAY_0900 + 2 * DAY_MS)]

    first, second, *others, last = done_by(order(None))
    begun = next(each.occurred_at for each in order(None) if each.escalation_id == second)

    found = done_by(order(last, begun + 15 * MINUTE_MS))

    assert found == [first, last, second, *others]


def test_who_is_at_work_on_a_case_that_goes_to_somebody_else_goes_on_with_the_next() -> None:
    def two(moved_at: int | None) -> list[tuple[str, int]]:
        managers = staff()
        for case in ("v1:1", "v2:1"):
            managers.read(given_to_ann(case, MONDAY_0900, severity=Severity.HIGH))
        actions: list[Action] = []
        if moved_at is not None:
            actions = acted(managers, moved_at)
            moved = {"step": 1, "status": EscalationStatus.REASSIGNED, "manager": None}
            managers.read(a_step(escalation_id=first, occurred_at=moved_at, **moved))
        actions += acted(managers, MONDAY_0900 + DAY_MS)
        return [
            (each.escalation_id, each.occurred_at)
            for each in actions
            if each.action is ActionName.RESOLVE and each.by == "m-alvarez"
        ]

    first = ""
    (first, first_done), (second, second_done) = two(None)
    early = 10 * MINUTE_MS

    assert two(first_done - early) == [(second, second_done - early)]


# A few days


def played(days: int, visits_: int, vacant: int = 0) -> Figures:
    directory = parts(network(13))[0]
    there = without_managers(directory, vacant, seed=1)
    arrivals = visits(1, "c0", visits_, days, directory)
    part = Part(seed=1, days=days, directory=there, policy=default_policy(), arrivals=arrivals)
    over: list[int] = []
    figures = play(part, lambda: over.append(1))
    assert len(over) == days
    return figures


def test_three_days_end_with_every_case_accounted_for_and_nothing_found() -> None:
    figures = played(3, 250)

    counts = figures.counts
    ended = sum(figures.outcomes.values())
    assert not figures.findings
    assert counts["cases"] > 10
    assert figures.told.in_time == counts["cases"]
    assert 0 < ended <= counts["cases"] - counts["open at the end"]
    assert figures.decided[WHOLE].in_time + figures.decided[WHOLE].late >= ended
    assert len(figures.acknowledged["LOCAL"].minutes) > 5


def test_the_same_seed_gives_the_same_figures_and_without_local_managers_others() -> None:
    enough = played(1, 100)

    assert played(1, 100) == enough
    assert "LOCAL" in enough.acknowledged
    assert "LOCAL" not in played(1, 100, vacant=14).acknowledged


def test_the_command_says_both_variants_side_by_side() -> None:
    app = typer.Typer()
    app.command()(month)
    asked = ["--days", "1", "--sites", "2", "--visits", "20", "--vacant", "0"]
    asked += ["--vacant", "1", "--processes", "1"]

    told = CliRunner().invoke(app, [*asked, "--json"])

    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)["columns"]
    assert [each["vacant"] for each in found] == [0, 1]
    assert found[0]["managers"] == found[1]["managers"] + 1
    assert {each["counts"]["events"] for each in found} == {found[0]["counts"]["events"]}
    assert all(each["audit"] == {} for each in found)


def test_the_page_of_thirty_days_is_what_its_figures_say() -> None:
    assert page() == PAGE.read_text(encoding="utf-8"), "run `make thirty-days`"
