"""What is said about a policy or directory that can't be used, word for word.

The tables are for reading: would somebody who did not write the code know what to mend?
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.reference_data.directory_files import directory_in
from agents.reference_data.files import UnusableFile, parse, read
from agents.reference_data.policy_files import policy_in

HERE = Path(__file__).parent
POLICIES: list[dict[str, Any]] = yaml.safe_load((HERE / "bad_policies.yaml").read_text())
DIRECTORIES: dict[str, Any] = yaml.safe_load((HERE / "bad_directories.yaml").read_text())
JARGON = {"pydantic", "None", "tuple", "dict", "dictionary", "string", "integer", "float", "Error"}


@pytest.mark.parametrize("case", POLICIES, ids=lambda case: case["name"])
def test_a_bad_policy(case: dict[str, Any]) -> None:
    with pytest.raises(UnusableFile) as caught:
        policy_in(parse(case["file"], "p.yaml"))

    assert list(caught.value.sentences) == case["says"]


@pytest.mark.parametrize("case", DIRECTORIES["bad"], ids=lambda case: case["name"])
def test_a_bad_directory(case: dict[str, Any]) -> None:
    good = DIRECTORIES["good"]
    assert case["change"] == "all" or case["change"] in good
    text = case["to"] if case["change"] == "all" else good.replace(case["change"], case["to"], 1)
    with pytest.raises(UnusableFile) as caught:
        directory_in(parse(text, "d.yaml"))

    assert list(caught.value.sentences) == case["says"]


def test_the_directory_without_the_change_is_right() -> None:
    assert directory_in(parse(DIRECTORIES["good"], "d.yaml")).knows("berlin")


def test_no_message_speaks_of_the_code() -> None:
    said = [sentence for case in (*POLICIES, *DIRECTORIES["bad"]) for sentence in case["says"]]

    assert [sentence for sentence in said if set(re.findall(r"\w+", sentence)) & JARGON] == []
    assert len(said) > 100


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name: M\xfcnchen\n", "can't be read: it is not UTF-8 (byte 7)"),
        ("a: b\n".encode("utf-16"), "can't be read: it is not UTF-8 (byte 0)"),
        (b"a: 1\n\x00\n", ":2: not YAML or JSON: a character that no text has"),
        (b"[" * 100_000, ": nested too deep"),
    ],
)
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(content)
    with pytest.raises(UnusableFile) as caught:
        read(path)

    (said,) = caught.value.sentences
    assert said.removeprefix(str(path)).strip() == sentence


def test_a_file_with_the_mark_of_its_byte_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbfversion: v2\n")

    assert policy_in(read(path)).version == "v2"
