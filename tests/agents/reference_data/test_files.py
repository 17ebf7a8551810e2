"""YAML and JSON as people write them."""

from pathlib import Path

import pytest

from agents.reference_data.files import UnusableFile, parse, read


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(UnusableFile) as caught:
        parse(text, "f.yaml")
    return caught.value.sentences


def test_what_yaml_1_1_would_twist_stays_as_it_is_written() -> None:
    document = parse('country: NO\nto: 18:00\nday: 2026-12-24\n"on": yes\n', "f.yaml")

    assert document.data == {"country": "NO", "to": "18:00", "day": "2026-12-24", "on": "yes"}


def test_numbers_and_truth_are_read() -> None:
    document = parse("[1, -2, 0.5, true, false, null, ~]", "f.yaml")

    assert document.data == [1, -2, 0.5, True, False, None, None]


def test_json_may_be_indented_with_tabs() -> None:
    document = parse('{\n\t"a":\t{"b": "\\u00e9"}\n}', "f.json")

    assert document.data == {"a": {"b": "é"}}
    assert document.where(("a", "b")) == "f.json:2"


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", '{"a": 1,\n"a": 2}'])
def test_a_key_given_twice_is_a_problem(text: str) -> None:
    (sentence,) = problems(text)

    assert "the key a stands" in sentence


def test_what_is_no_yaml_is_said_with_its_line() -> None:
    assert problems("a: 1\nb: [1\n") == (
        "f.yaml:3: not YAML or JSON: it ends too early: a bracket is not closed",
    )


def test_an_empty_file_says_nothing() -> None:
    assert parse("# nothing\n", "f.yaml").data == {}


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    with pytest.raises(UnusableFile) as caught:
        read(path)

    assert caught.value.sentences == (f"{path} can't be read: No such file or directory",)


def test_a_file_that_is_not_utf_8_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"name: M\xfcnchen\n")
    with pytest.raises(UnusableFile) as caught:
        read(path)

    assert caught.value.sentences == (f"{path} can't be read: it is not UTF-8 (byte 7)",)
