"""What decides is what is installed with us: no list, clock or language of the machine's."""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import pytest

from agents.commands import main
from agents.core.standards import zone_of
from agents.operations.doctor.check_machine import machine_checks
from agents.operations.doctor.checks import Verdict
from agents.pipeline import data_packages
from agents.pipeline.data_packages import data_versions
from streams.errors import ConfigurationError
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
HOURS = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "18:00"}]
ALWAYS = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00"}]


def manager(tier: str) -> dict[str, object]:
    return {
        "manager_id": tier.lower(),
        "name": tier.title(),
        "tier": tier,
        "site_ids": ["harbour"] if tier == "LOCAL" else [],
        "region_ids": [] if tier == "LOCAL" else ["west"],
        "languages": ["en"],
        "phone": "+16045550123",
        "email": "someone@example.com",
        "shifts": ALWAYS,
        "time_zone": "America/Vancouver",
        "absences": [],
    }


SITE = {
    "site_id": "harbour",
    "region_id": "west",
    "name": "Harbour",
    "country": "CA",
    "subdivision": "CA-BC",
    "time_zone": "America/Vancouver",
    "hours": HOURS,
    "closed_on": [],
}
ABOUT = {"customer_id": "mira", "visit_id": "m1", "vehicle_id": "van", "site_id": "harbour"}
ASKED = [
    {
        "topic": "service.check-ins",
        "value": {
            "event_id": "in",
            "occurred_at": "2026-12-01T15:00:00Z",
            **ABOUT,
            "language": "en",
            "channels": ["SMS"],
            "symptoms": [],
        },
    },
    {  # a quarter past nine in the morning, if the clocks are not put back any more
        "topic": "service.customer-responses",
        "value": {
            "event_id": "help",
            "occurred_at": "2026-12-01T16:15:00Z",
            **ABOUT,
            "response": "REQUESTED",
            "subject": "NONE",
        },
    },
]


@pytest.fixture
def old_zones(tmp_path: Path) -> Path:
    """A machine's list of before 2026: Vancouver puts its clocks back, as Los Angeles does."""
    folder = tmp_path / "zones"
    shutil.copytree(str(files("tzdata") / "zoneinfo"), folder)
    shutil.copy(folder / "America" / "Los_Angeles", folder / "America" / "Vancouver")
    return folder


def simulated(events: Path, *options: str, **told: str) -> bytes:
    command = [sys.executable, "-m", "agents", "simulate", str(events), *options]
    done = subprocess.run(command, env=os.environ | told, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_deadlines_are_by_the_zones_of_the_lock_whatever_the_machine_has(
    tmp_path: Path, old_zones: Path
) -> None:
    """British Columbia stays at UTC-7 from November 2026 on; the machine does not know that yet."""
    events, directory = tmp_path / "events.jsonl", tmp_path / "directory.json"
    events.write_text("\n".join(map(json.dumps, ASKED)))
    entries = {"sites": [SITE], "managers": [*map(manager, ("LOCAL", "REGIONAL", "EXECUTIVE"))]}
    directory.write_text(json.dumps(entries))

    written = simulated(events, "--directory", str(directory), PYTHONTZPATH=str(old_zones))

    lines = [json.loads(line) for line in written.splitlines()]
    (opened,) = [each["value"] for each in lines if each["topic"] == "recourse.escalations"]
    assert {name: opened[name] for name in ("status", "acknowledge_by", "decide_by")} == {
        "status": "OPENED",
        "acknowledge_by": "2026-12-01T18:15:00Z",
        "decide_by": "2026-12-02T00:15:00Z",
    }
    notices = [each["value"] for each in lines if each["topic"] == "recourse.notices"]
    assert [(each["addressee"]["kind"], each["not_before"]) for each in notices] == [
        ("CUSTOMER", "2026-12-01T16:15:00Z"),
        ("MANAGER", "2026-12-01T16:15:00Z"),
    ]
    assert "will get back to you by Tue, Dec 1 at 5:15 p.m." in notices[0]["short_text"]


def test_a_process_that_a_test_or_command_starts_has_the_same_zones(old_zones: Path) -> None:
    assert zoneinfo.TZPATH == ()
    context = multiprocessing.get_context("spawn")
    before = os.environ.get("PYTHONTZPATH")
    os.environ["PYTHONTZPATH"] = str(old_zones)
    try:
        with context.Pool(1) as pool:
            offset = pool.apply(offset_of_vancouver)
    finally:
        os.environ.pop("PYTHONTZPATH") if before is None else os.environ.update(PYTHONTZPATH=before)

    assert offset == -7


def offset_of_vancouver() -> float:
    moment = datetime(2026, 12, 1, tzinfo=UTC).astimezone(zone_of("America/Vancouver"))
    offset = moment.utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600


@pytest.mark.parametrize(
    "told",
    [
        {"TZ": "America/New_York", "LANG": "C", "LC_ALL": "POSIX", "PYTHONHASHSEED": "1"},
        {"TZ": "EST5EDT,M3.2.0,M11.1.0", "LANG": "de_DE.ISO-8859-1", "PYTHONHASHSEED": "2"},
        {"TZ": "Asia/Kathmandu", "LC_ALL": "xx_YY.UTF-8", "LANGUAGE": "zz", "PYTHONUTF8": "0"},
        {"PYTHONTZPATH": "/nonexistent", "PYTHONIOENCODING": "latin-1", "PYTHONOPTIMIZE": "1"},
        {"RECOURSE_COMPILED": "0"},
    ],
    ids=["New York, C", "POSIX zone", "no such language", "no zones", "without C"],
)
def test_the_bytes_are_the_same_whatever_the_machine_says_of_itself(
    tmp_path: Path, old_zones: Path, plain_week: bytes, told: dict[str, str]
) -> None:
    for zone in ("America/New_York", "America/Chicago", "Europe/Berlin"):  # wrong beyond a doubt
        shutil.copy(old_zones / "Asia" / "Tokyo", old_zones / zone)

    assert week(tmp_path / "told", **{"PYTHONTZPATH": str(old_zones)} | told) == plain_week


@pytest.fixture(scope="module")
def plain_week(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The week on a plain machine, for all who compare with it."""
    plain = {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    written = week(tmp_path_factory.mktemp("plain") / "week", **plain)
    assert len(written) > 100_000
    return written


def week(file: Path, **told: str) -> bytes:
    """All that both stages say and keep of a simulated week, with managers who act."""
    command = [sys.executable, "-m", "tests.sameness", "--write", str(file)]
    small = ["--streams", "life", "--seeds", "1", "--customers", "10"]
    environment = os.environ | told
    subprocess.run([*command, *small], cwd=ROOT, env=environment, check=True, capture_output=True)
    return file.read_bytes()


def test_the_versions_are_those_installed() -> None:
    assert data_versions() == {name: version(name) for name in ("tzdata", "holidays", "babel")}


def test_doctor_names_the_data_packages() -> None:
    (check,) = [each for each in machine_checks(Settings()) if each.area == "data"]

    assert check.verdict is Verdict.FINE
    assert check.found == (
        f"tzdata {version('tzdata')}, holidays {version('holidays')}, "
        f"babel {version('babel')}; time zones are tzdata's alone, never the system's"
    )


def test_without_zones_no_command_runs_and_a_sentence_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> str:
        if name == "tzdata":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(data_packages, "version", absent)
    monkeypatch.setattr(sys, "argv", ["recourse", "simulate", "docs/examples/rise.jsonl"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == ConfigurationError.exit_code == 78
    assert capsys.readouterr().err == (
        "the package tzdata is not installed: what is decided hangs on its data, and the system's "
        "own are not taken; install what requirements.lock names (`make setup`)\n"
    )
    (check,) = [each for each in machine_checks(Settings()) if each.area == "data"]
    assert check.verdict is Verdict.FIX
