"""What makes classes of the schemas takes them, by the versions that docs/producers.md names."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.registry.toolchains import ASKED_FOR, ROOT, SECONDS, TRIES, patiently, say

pytestmark = [pytest.mark.registry, pytest.mark.languages]
SCHEMAS = ROOT / "schemas"
FILES = sorted((SCHEMAS / "avro").glob("*.avsc"))
AVROGEN = "github.com/hamba/avro/v2/cmd/avrogen@v2.31.0"
by_maven = pytest.mark.skipif("java" not in ASKED_FOR, reason="Java is left out")
by_go = pytest.mark.skipif("go" not in ASKED_FOR, reason="Go is left out")


REFUSED = "Can't redefine: recourse."


def generate(version: str, folder: str, within: Path) -> subprocess.CompletedProcess[str]:
    """By avro-maven-plugin, with the pom of the page; what it has to fetch may fail to come."""
    pom = (ROOT / "docs" / "examples" / "java" / "pom.xml").read_text(encoding="utf-8")
    (within / "pom.xml").write_text(pom)
    given = {"schemas": SCHEMAS, "sources": SCHEMAS / folder, "avro.version": version}
    command = ["mvn", "-q", "-B", *(f"-D{name}={value}" for name, value in given.items())]
    for _ in range(TRIES):
        done = subprocess.run(
            [*command, "generate-sources"],
            cwd=within,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode == 0 or REFUSED in done.stdout:
            break
    return done


@by_maven
@pytest.mark.parametrize(
    ("version", "folder"),
    [("1.11.4", "avro"), ("1.12.1", "avro"), ("1.12.0", "one-file"), ("1.12.1", "one-file")],
)
def test_maven_makes_a_class_of_each_record(version: str, folder: str, tmp_path: Path) -> None:
    done = generate(version, folder, tmp_path)

    assert done.returncode == 0, done.stdout
    classes = {each.stem for each in (tmp_path / "target").rglob("*.java")}
    assert {file.stem.replace("_", "").title() for file in FILES} <= {
        name.title() for name in classes
    }


@by_maven
def test_the_version_of_maven_s_plugin_that_refuses_the_folder(tmp_path: Path) -> None:
    done = generate("1.12.0", "avro", tmp_path)

    assert done.returncode == 1
    assert REFUSED in done.stdout


@by_go
def test_go_makes_structs_of_each_file_and_enums_where_none_is_named_again(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module made\n\ngo 1.26.0\n")
    patiently(("go", "install", AVROGEN), tmp_path, GOBIN=str(tmp_path))
    sources = [*FILES, SCHEMAS / "one-file" / "recourse.avsc"]
    for file in sources:
        for kind, enums in (("plain", ()), ("enums", ("-enums",))):
            folder = tmp_path / kind / file.stem
            folder.mkdir(parents=True)
            made = str(folder / "made.go")
            say(
                (str(tmp_path / "avrogen"), "-pkg", "made", "-o", made, *enums, str(file)), tmp_path
            )

    say(("go", "vet", "./plain/..."), tmp_path)
    failed = subprocess.run(
        ["go", "vet", "./enums/..."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    ).stderr

    assert {line for line in failed.splitlines() if line.startswith("# ")} == {
        f"# made/enums/{file.stem}" for file in sources if names_an_enum_again(file)
    }
    assert "Decision redeclared" in failed


def names_an_enum_again(file: Path) -> bool:
    """What `-enums` does not take: it writes the enum anew wherever it is named."""
    text = file.read_text(encoding="utf-8")
    enums = re.findall(r'"type": "enum",\s*"name": "(\w+)"', text)
    named = re.sub(r'"name":\s*"\w+"', "", text)
    return any(re.search(rf'"(recourse\.)?{name}"', named) for name in enums)
