"""What is installed is whole: three packages, their data, and a command that runs from anywhere."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("agents", "schemas", "streams")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installer would lay it down."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_three_packages_and_every_file_of_theirs(unpacked: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    packed = {str(each.relative_to(unpacked)) for each in unpacked.rglob("*") if each.is_file()}

    assert {name for name in packed if not name.startswith("recourse-")} == set(
        filter(None, listed)
    )
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == set(PACKAGES)


@pytest.mark.parametrize(
    "code",
    [
        "from schemas.catalogue import *; [schema(t.schema) for t in TOPICS.values() if t.schema]",
        "import schemas.catalogue as c; assert all(c.released(name) for name in ('tick', 'order'))",
        "from agents.reference_data.policy_files import default_policy; default_policy()",
        "from agents.reference_data.directory_files import demo_directory; demo_directory()",
        "from streams.broker.jars import checksums; assert checksums()",
        "import sys; from agents.cli import main; sys.argv = ['recourse', '--help']; main()",
    ],
    ids=["schemas", "released", "policy", "directory", "checksums", "help"],
)
def test_it_works_from_anywhere_with_what_is_in_the_wheel(unpacked: Path, code: str) -> None:
    proof = (
        f"import agents; assert agents.__file__.startswith({str(unpacked)!r}), agents.__file__\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", proof + code],
        cwd="/",
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_nothing_else_brings_our_packages() -> None:
    brought = packages_distributions()

    assert {name: set(brought[name]) for name in PACKAGES if name in brought} in (
        {},  # an editable install names no files
        {name: {"recourse"} for name in PACKAGES},
    )


def test_avro_is_that_of_avro_python3() -> None:
    assert set(packages_distributions()["avro"]) == {"avro-python3"}
