"""What `recourse directory lint` says although the file is right."""

from datetime import date
from pathlib import Path

from msgspec.structs import replace
from typer.testing import CliRunner

from agents.commands.reference_data.directory import app
from agents.core.world import Directory
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.directory_warnings import warnings
from agents.reference_data.files import written
from agents.reference_data.written import directory_as_file
from schemas.records import Absence, DayHours, Tier
from tests.core.builders import site
from tests.core.customers.stage import manager

COLUMBUS = demo_directory().sites["columbus"]
EVE = date(2026, 12, 24)
HALF = (DayHours(date=EVE, from_="08:00", to="12:00"),)


def test_the_demos_directory_has_none() -> None:
    assert list(warnings(demo_directory())) == []


def test_a_day_that_is_closed_and_half_open_is_named() -> None:
    closed = replace(COLUMBUS, closed_on=(EVE, date(2026, 12, 25)))
    half = replace(COLUMBUS, hours_on=HALF)
    both = replace(closed, hours_on=HALF)

    said = (
        "site columbus has 2026-12-24 in closed_on and in hours_on: it is open then, at the hours "
        "of hours_on"
    )
    there = [manager(site_ids=("columbus",))]
    assert list(warnings(Directory([closed], there))) == []
    assert list(warnings(Directory([half], there))) == []
    assert list(warnings(Directory([both], there))) == [said]


def test_a_site_that_nobody_serves_up_to_a_ceiling_is_named() -> None:
    def said(*tiers: Tier) -> list[str]:
        return list(warnings(Directory([site()], [manager(str(each), each) for each in tiers])))

    waits = "has nobody there until it is overdue for the second time"
    both = (
        "site s1 has no manager of LOCAL or REGIONAL: a case that goes no higher than REGIONAL "
        f"(highest_tier in the policy's clocks) {waits}"
    )
    assert said(Tier.LOCAL) == []  # who has it can be somebody
    assert said(Tier.LOCAL, Tier.REGIONAL) == []
    local = (
        "site s1 has no manager of LOCAL: a case that goes no higher than LOCAL (highest_tier in "
        f"the policy's clocks) {waits}"
    )
    assert said(Tier.REGIONAL) == [local]
    assert said(Tier.EXECUTIVE) == said() == [both]


def test_lint_says_it_and_that_the_file_is_right(tmp_path: Path) -> None:
    file = tmp_path / "d.yaml"
    site = replace(COLUMBUS, closed_on=(EVE,), hours_on=HALF)
    file.write_text(written(directory_as_file(Directory([site]))), encoding="utf-8")

    said = CliRunner().invoke(app, ["lint", str(file)])

    assert (said.exit_code, said.output.count("it is open then")) == (0, 1)
    assert f"{file} is right: 1 sites, 0 managers." in said.output


def absent(deputy: str | None, since: int = 0, until: int = 10) -> tuple[Absence, ...]:
    return (Absence(from_=since, until=until, deputy_id=deputy),)


def test_a_deputy_who_can_not_stand_in_is_named() -> None:
    managers = (
        manager("anna", absences=absent("nobody")),
        manager("bert", absences=absent("bert")),
        manager("carl", absences=absent("rita")),
        manager("dora", absences=(*absent("emil"), *absent(None, 10, 20))),
        manager("emil", absences=absent("fred", 9)),
        manager("fred", absences=absent("dora", 5, 8)),
        manager("gina", absences=absent("hugo")),
        manager("hugo", absences=absent("gina", 10, 20)),
        manager("ivan", absences=absent("jana")),
        manager("jana", absences=absent("ivan", 9, 20)),
        manager("rita", Tier.REGIONAL),
    )

    assert [each for each in warnings(Directory([site()], managers)) if "deputy" in each] == [
        "manager anna has the deputy nobody, whom this file lacks: nobody stands in",
        "manager bert has the deputy bert: nobody can stand in for themselves",
        "manager carl has the deputy rita, who is not LOCAL too: nobody stands in",
        "manager ivan has the deputy jana, absent too, whose deputy leads back: nobody is there",
        "manager jana has the deputy ivan, absent too, whose deputy leads back: nobody is there",
    ]
