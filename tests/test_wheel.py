"""What is installed is whole: three packages, their data, and a command that runs from anywhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from streams.compiled.build import MODULE, SUFFIX, NotCompiled, compile_into

ROOT = Path(__file__).parents[1]
PACKAGES = ("agents", "schemas", "streams")


COMPILER = "as it is here", "none"


@pytest.fixture(scope="module", params=COMPILER)
def unpacked(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The wheel's content, as an installer would lay it down; made with and without a compiler."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    without = {"CC": "no-such-compiler"} if request.param == "none" else {}
    subprocess.run(
        [sys.executable, *build], check=True, capture_output=True, env=os.environ | without
    )
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
    (wheel,) = unpacked.parent.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:  # in the folder, Python keeps what it has compiled
        packed = {name for name in content.namelist() if not name.endswith("/")}

    compiled = {name for name in packed if name.endswith(SUFFIX)}
    ours = {name for name in packed if not name.startswith("recourse-")} - compiled
    assert ours == {*filter(None, listed), "agents/commit.txt"}
    assert compiled <= {f"streams/compiled/{MODULE}{SUFFIX}"}
    assert wheel.stem.endswith("-none-any") == (not compiled)
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == set(PACKAGES)


@pytest.mark.parametrize(
    "code",
    [
        "from schemas.catalogue import *; [schema(t.schema) for t in TOPICS.values() if t.schema]",
        "import schemas.catalogue as c; assert all(c.released(name) for name in ('tick', 'order'))",
        "from agents.reference_data.policy_files import default_policy; default_policy()",
        "from agents.reference_data.directory_files import demo_directory; demo_directory()",
        "from streams.broker.jars import checksums; assert checksums()",
        "from streams.compiled import native, build as b; from pathlib import Path; "  # noqa: ISC004
        "assert (native is None) != Path(b.__file__).with_name('native' + b.SUFFIX).exists()",
        "import sys; from agents.commands import main; sys.argv = ['recourse', '--help']; main()",
        "from agents.pipeline.commit import commit; assert len(commit()) == 40, commit()",
    ],
    ids=["schemas", "released", "policy", "directory", "checksums", "compiled", "help", "commit"],
)
def test_it_works_from_anywhere_with_what_is_in_the_wheel(unpacked: Path, code: str) -> None:
    proof = (
        f"import agents; assert agents.__file__.startswith({str(unpacked)!r}), agents.__file__\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", proof + code],
        cwd="/",
        # As a user has it, also where the tests run without the compiled part.
        env=os.environ | {"PYTHONPATH": str(unpacked), "RECOURSE_COMPILED": "1"},
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


def test_without_a_compiler_the_build_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")

    with pytest.raises(
        NotCompiled, match=r"^no C compiler \(no-such-compiler\) is there: recourse runs without it"
    ):
        compile_into(tmp_path)


@pytest.mark.parametrize(
    ("built", "wanted", "says"),
    [
        (False, "auto", "None"),
        (False, "1", "RECOURSE_COMPILED (environment) is '1': the part in C is not built"),
        (True, "auto", "<module 'streams.compiled.native'"),
        (True, "0", "None"),
        (True, "1", "<module 'streams.compiled.native'"),
    ],
)
def test_the_setting_decides_whether_the_compiled_part_works(
    tmp_path: Path, built: bool, wanted: str, says: str
) -> None:
    """In a copy, which comes first."""
    without = None if built else shutil.ignore_patterns("*.so")
    shutil.copytree(ROOT / "streams", tmp_path / "streams", ignore=without)
    if built and not list(tmp_path.rglob(f"{MODULE}{SUFFIX}")):
        pytest.skip("the compiled part is not built here")
    code = "from streams import compiled, settings; settings.load(); print(compiled.native)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "RECOURSE_COMPILED": wanted},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert says in done.stderr + done.stdout
