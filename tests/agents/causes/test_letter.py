"""The weekly letter to a site."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor
from typer.testing import CliRunner, Result

from agents.commands import app
from agents.core.notices.text_files import languages_in
from agents.operations.causes.cause import Cause
from agents.operations.causes.letter import TEXTS, Letter, language_of, messages, text, until
from agents.operations.causes.report import Seeing, report
from agents.operations.causes.watch import watched
from schemas.records import Rule
from tests.agents.causes.test_causes_command import network
from tests.agents.causes.test_fixes import case, fix

LANGUAGES = ("de", "en", "es", "fr")
MONDAY = date(2026, 6, 1)
DAY = (MONDAY - date(1970, 1, 1)).days
WHOLE = Seeing(
    cases=[
        *(case(n, DAY - 20) for n in range(18)),
        *(case(100 + n, DAY + 2) for n in range(2)),
        case(200, DAY + 6, cause=Cause(rule=Rule.SILENCE_NO_WORD)),
        case(201, DAY + 7, cause=Cause(rule=Rule.ESTIMATE_DISPUTED)),
        case(300, DAY + 2, "b"),
    ],
    visits={"a": {DAY - 20: 400, DAY: 61, DAY + 6: 2, DAY + 7: 9}, "b": {DAY - 20: 1_500}},
)


def letter(language: str, whole: Seeing = WHOLE) -> str:
    seen = until(whole, MONDAY + timedelta(6))
    done = fix(day=MONDAY, declared_on=MONDAY, what="Training")
    return text(
        Letter(
            site_id="a",
            name="Aachen",
            language=language,
            locale={"en": "en_GB"}.get(language, language),
            monday=MONDAY,
            seeing=seen,
            found=report(seen, 1.5, watches=[watched(done, seen.cases, seen.visits)]),
        )
    )


def test_a_letter_says_the_week_the_causes_and_what_has_changed() -> None:
    assert letter("en") == ENGLISH


ENGLISH = """\
Causes at Aachen, week 23 of 2026

1 June 2026 to 7 June 2026: 63 visits began, and 3 times something called for a manager.

What it comes from, as far back as records are kept:

1. Warranty decisions that customers dispute (B1, W1, hub): 20 cases, 40.6 in 1,000 visits.
   An example: recourse explain v101:1

2. Questions without an answer: one case, 1.1 in 1,000 visits.
   An example: recourse explain v200:1

What has changed since something was done:
- Training, since 1 June 2026: there is not enough yet to say. Before 45.0 in 1,000 visits, since \
then 31.7.

Rates of sites with few visits are drawn towards those of all. That something is more frequent \
here, or has changed, is said only where it is hardly chance.
"""


@pytest.mark.parametrize(
    ("language", "some"),
    [
        ("de", "1. Beanstandete Garantieentscheidungen (B1, W1, hub): 20 Fälle, "),
        ("fr", " contestées (B1, W1, hub) : 20 cas, soit "),
        ("es", "1. Decisiones de garantía que discuten los clientes (B1, W1, hub): 20 casos, "),
    ],
)
def test_a_letter_is_written_in_each_language(language: str, some: str) -> None:
    assert some in letter(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_with_the_same_values(language: str) -> None:
    def values(message: Any) -> set[str]:
        found = set[str]()

        class Finder(Visitor):
            def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
                found.add(node.id.name)

        Finder().visit(message)
        return found

    english, own = messages("en"), messages(language)
    assert own.keys() == english.keys()
    assert {name: values(each) for name, each in own.items()} == {
        name: values(each) for name, each in english.items()
    }


def test_every_rule_has_words() -> None:
    named = {name.removeprefix("cause-") for name in messages("en") if name.startswith("cause-")}
    assert named <= {rule.value for rule in Rule}
    assert languages_in(TEXTS) == set(LANGUAGES)


def test_a_rule_without_words_is_named_as_it_is() -> None:
    seen = Seeing(cases=[case(1, DAY, cause=Cause(code="B1"))], visits={"a": {DAY: 10}})
    assert "1.  (B1): one case" in letter("en", seen)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("de-AT", "de"), ("en-US", "en"), ("es", "es"), ("it", "en"), ("und", "en")],
)
def test_a_language_without_texts_gets_english(wanted: str, expected: str) -> None:
    assert language_of(wanted) == expected


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr("sys.argv", ["recourse", *arguments])
    return CliRunner().invoke(app, list(arguments))


def test_the_command_writes_the_letter_of_the_last_week_that_is_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its records end on Saturday 21 March: the week before ended on the 15th."""
    path = network(tmp_path / "made.jsonl", planted=20)

    shown = call(monkeypatch, "causes", "letter", "--site", "columbus", "--from", str(path))
    asked = call(
        monkeypatch, "causes", "letter", "--site", "columbus", "--from", str(path),
        "--week", "2026-W11", "--language", "en-US",
    )  # fmt: skip

    assert (shown.exit_code, asked.exit_code) == (0, 0), shown.output
    assert shown.stdout == asked.stdout
    lines = shown.stdout.splitlines()
    assert lines[0] == "Causes at Columbus Easton, week 11 of 2026"
    assert lines[2].startswith("March 9, 2026 to March 15, 2026: 21 visits began, and 7 times")
    assert (
        lines[7] == "   This is more frequent here than at the other sites (11.9 in 1,000 visits)."
    )


@pytest.mark.parametrize(
    ("asked", "code", "sentence"),
    [
        (("--site", "nowhere"), 1, "Nothing is known of a site nowhere by 2026-03-15."),
        (("--site", "columbus", "--week", "2026-W09"), 1, "Nothing is known of a site columbus"),
        (("--site", "columbus", "--week", "spring"), 2, "must be a week, as 2026-W31"),
        (("--site", "columbus", "--week", "2026-W54"), 2, "must be a week, as 2026-W31"),
    ],
)
def test_a_letter_of_nothing_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: tuple[str, ...], code: int,
    sentence: str,
) -> None:  # fmt: skip
    path = network(tmp_path / "made.jsonl", planted=20)
    shown = call(monkeypatch, "causes", "letter", "--from", str(path), *asked)
    assert (shown.exit_code, shown.stdout) == (code, "")
    assert sentence in " ".join(shown.stderr.split())
