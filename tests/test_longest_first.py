"""Long files begin first, and those that wait are spread among those that compute."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import longest_first


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"long.py": 60, "longer.py": 90, "kafka/long.py": 100, "kafka/longest.py": 200}
    monkeypatch.setattr(longest_first, "SECONDS", named)


def item(file: str, name: str) -> Any:
    marks = {"kafka"} if file.startswith("kafka") else set()
    return SimpleNamespace(
        path=longest_first.ROOT / "tests" / file,
        name=name,
        get_closest_marker=lambda mark: mark if mark in marks else None,
    )


def in_order(*files: str) -> list[str]:
    items = [item(file, str(number)) for number, file in enumerate(files)]
    found: list[Any] = list(longest_first.in_order(items))
    return [f"{each.path.relative_to(longest_first.ROOT / 'tests')} {each.name}" for each in found]


@pytest.mark.usefixtures("seconds")
def test_long_files_begin_first_and_both_kinds_are_spread() -> None:
    files = ("a.py", "long.py", "kafka/a.py", "kafka/long.py", "longer.py", "kafka/longest.py")

    assert in_order(*files) == [
        "kafka/longest.py 5",
        "longer.py 4",
        "long.py 1",
        "kafka/long.py 3",
        "a.py 0",
        "kafka/a.py 2",
    ]


@pytest.mark.usefixtures("seconds")
def test_short_files_and_the_tests_of_a_file_stay_in_their_order() -> None:
    assert in_order("b.py", "a.py", "long.py", "b.py") == [
        "long.py 2",
        "b.py 0",
        "b.py 3",
        "a.py 1",
    ]


def test_each_file_with_a_length_is_there() -> None:
    tests = Path(__file__).parent

    assert [name for name in longest_first.SECONDS if not (tests / name).exists()] == []
