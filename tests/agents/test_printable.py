"""What comes from a record, a file or a person can't write to the operator's terminal."""

import contextlib
import io
import json
import unicodedata
from collections.abc import Callable

import pytest
import typer
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from agents.commands.console import options, tables
from agents.commands.records import cases
from agents.commands.running import doctor, status
from agents.operations.doctor.checks import fix
from agents.operations.explain.operator import Happening
from agents.operations.explain.page import Explanation, show
from agents.operations.explain.wording.reasons import Line
from agents.reference_data.files import parse, written
from streams.printable import (
    lines_without_controls,
    printable,
    printable_json,
    printable_lines,
    without_controls,
)

CANARY = "noise\x1b]0;OWNED\x07\x1b[2J\rRAISED forged\u202eline\u2028\u009b31m"
TAME = r"noise\x1b]0;OWNED\x07\x1b[2J\rRAISED forged\u202eline\u2028\x9b31m"
EXPLANATION = Explanation(
    id=CANARY,
    kind="visit",
    where=CANARY,
    happened=(
        Happening(at="now", what=CANARY, kind="RAISED", lines=(Line(label="Facts", text=CANARY),)),
    ),
    next=(CANARY,),
    customer=(CANARY,),
)


def controls(text: str) -> set[str]:
    """What is in a text beside line ends and what can be read."""
    found = {each for each in text if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co"}}
    return found - {"\n", "\t"}


UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"


def test_what_nobody_sees_is_shown_as_an_escape() -> None:
    for each in UNSEEN:
        assert printable(f"c{each}1") == f"c\\u{ord(each):04x}1"


@given(st.text())
@example(UNSEEN)
def test_what_is_printable_holds_no_control_and_keeps_every_readable_character(text: str) -> None:
    shown = printable(text)

    assert not controls(shown)
    assert "\n" not in shown
    assert "\u2028" not in shown
    readable = [
        each for each in text if unicodedata.category(each)[0] not in "CZ" and each not in UNSEEN
    ]
    assert set(readable) <= set(shown)
    assert printable(shown) == shown


@given(st.text())
def test_json_stays_the_same_json_and_holds_no_control(text: str) -> None:
    plain = json.dumps({text: [text]}, ensure_ascii=False)
    shown = printable_json(plain)

    assert json.loads(shown) == {text: [text]}
    assert not controls(shown)


@given(st.text())
def test_yaml_stays_the_same_yaml_and_holds_no_control(text: str) -> None:
    if any("\ud800" <= each <= "\udfff" for each in text):
        return  # no file holds it
    shown = written({"name": text})

    assert parse(shown, "x.yaml").data == {"name": text}
    assert not controls(shown)


def test_a_message_has_spaces_instead_and_keeps_the_joiners_of_letters() -> None:
    assert lines_without_controls("می\u200cر\n\x1b[2J\u202eb") == "می\u200cر\n [2J b"
    assert without_controls("a\nb") == "a b"


def test_what_can_not_be_seen_is_shown() -> None:
    assert printable("m1\u3164\u034f\u2800\u0378") == r"m1\u3164\u034f\u2800\u0378"


@pytest.mark.parametrize("text", ["Straße, 車", "1\u202f094,60\u00a0€", "", "🚗", "naïve"])
def test_what_people_read_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_lines_stay_lines() -> None:
    assert printable_lines("one\ntwo\x1b[2J") == "one\ntwo\\x1b[2J"


def said_by(call: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> str:
    with contextlib.suppress(typer.Exit):
        call()
    taken = capsys.readouterr()
    return taken.out + taken.err


@pytest.mark.parametrize(
    "call",
    [
        lambda: tables.show(("what",), [(CANARY,)]),
        lambda: tables.list_of([CANARY]),
        lambda: options.leave(ValueError(CANARY)),
        lambda: doctor._print(fix("policy", CANARY, CANARY), json_=False),
        lambda: show(EXPLANATION, Console()),
    ],
    ids=["a table", "a list", "a last sentence", "doctor", "explain"],
)
def test_no_text_of_others_controls_the_terminal(
    call: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said_by(call, capsys)

    assert TAME in shown
    assert not controls(shown)


def test_on_a_terminal_the_only_escapes_are_colours() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=300, color_system="standard")
    show(EXPLANATION, console)

    shown = stream.getvalue()
    assert shown.count(TAME) == 6
    assert "\x1b]" not in shown
    assert "\x1b[2J" not in shown
    assert controls(shown) == {"\x1b"}


def test_the_lines_of_cases_and_status_are_printable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "facts", lambda _: [("policy", CANARY)])
    for name in ("stage_rows", "member_rows", "worker_rows", "wants_a_look"):
        monkeypatch.setattr(status, name, lambda _: [])
    monkeypatch.setattr(status, "behind_rows", lambda _: ([], 0))
    found = type("Found", (), {"unknown": [CANARY]})()

    assert status.lines(found) == [f"policy\t{TAME}", f"unknown\t{TAME}"]


def test_the_lines_of_cases_are_printable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cases, "cells", lambda *_: (CANARY, "x"))

    assert said_by(lambda: cases._show([object()], 0), capsys) == f"{TAME}\tx\n"  # type: ignore[list-item]
