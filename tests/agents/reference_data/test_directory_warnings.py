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
from schemas.records import DayHours

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
    assert list(warnings(Directory([closed]))) == []
    assert list(warnings(Directory([half]))) == []
    assert list(warnings(Directory([both]))) == [said]


def test_lint_says_it_and_that_the_file_is_right(tmp_path: Path) -> None:
    file = tmp_path / "d.yaml"
    site = replace(COLUMBUS, closed_on=(EVE,), hours_on=HALF)
    file.write_text(written(directory_as_file(Directory([site]))), encoding="utf-8")

    said = CliRunner().invoke(app, ["lint", str(file)])

    assert (said.exit_code, said.output.count("it is open then")) == (0, 1)
    assert f"{file} is right: 1 sites, 0 managers." in said.output
