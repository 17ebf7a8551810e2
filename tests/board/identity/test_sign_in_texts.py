"""What people read around signing in: in each language, all of it."""

import re
from pathlib import Path

import pytest

from agents.board.identity.shown import TEXTS
from agents.core.notices.entries import entries_of
from agents.core.notices.text_files import file_of, languages_in

WHOLE = sorted(each for each in languages_in(TEXTS) if "-" not in each)
FOLDER = Path(__file__).parents[3] / "agents" / "board" / "identity"


def keys(language: str) -> set[str]:
    return set(entries_of(file_of(TEXTS, language)))


@pytest.mark.parametrize("language", WHOLE)
def test_each_language_says_all_that_english_says(language: str) -> None:
    assert keys(language) == keys("en")


def test_there_are_the_languages_of_the_notices() -> None:
    assert languages_in(TEXTS) == languages_in(("texts", "notices"))


def test_american_says_only_what_differs_and_nothing_british() -> None:
    american = (FOLDER.parents[1] / "texts" / "sign_in" / "en-US.ftl").read_text(encoding="utf-8")

    assert keys("en-US") <= keys("en")
    assert "centre" not in american
    for key, entry in entries_of(file_of(TEXTS, "en")).items():
        if "centre" in str(entry.to_json()):
            assert key in keys("en-US"), key


def test_every_message_is_said_somewhere() -> None:
    code = " ".join(
        path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.suffix in (".py", ".html")
    )
    unused = [
        key
        for key in keys("en")
        if not key.startswith("role-") and not re.search(rf'"{key.removesuffix("-text")}"', code)
    ]

    assert unused == []
