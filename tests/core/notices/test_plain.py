"""Text from outside cannot look like anything but a name or a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.notices.wording.plain import plain, quoted


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("O'Neil & Sons, Inc.", "O'Neil & Sons, Inc."),
        ("Jose\u0301", "José"),
        ("<b>Free</b> [click](http://x.example)", "b Free /b click (http x.example)"),
        ("two\nlines\tand\x00nothing", "two lines and nothing"),
        ("turned \u202eround\u2066", "turned round"),
        ("*_~`#|", ""),
        ("@everyone @here", "everyone here"),
        ("ann@example.com", "ann@example.com"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 197 + "..."),
    ],
)
def test_control_and_markup_characters_go(given_text: str, shown: str) -> None:
    assert plain(given_text) == shown


@given(st.text(max_size=400), st.integers(min_value=4, max_value=100))
def test_it_is_never_longer_than_it_may_be_and_one_line(text: str, at_most: int) -> None:
    shown = plain(text, at_most)

    assert len(shown) <= at_most
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (None, None),
        ("", None),
        ("\u200b\n", None),
        ("You said\n 100, <b>not</b> 200", "You said 100, <b>not</b> 200"),
        ("turned \u202eround\u2066", "turned round"),
        ("see http://x.example", "see http: //x.example"),
        ("x" * 280, "x" * 280),
        ("x" * 281, "x" * 277 + "..."),
        ("http://" + "x" * 273, "http: //" + "x" * 269 + "..."),
        ("\u0958" * 280, "\u0915\u093c" * 138 + "\u0915..."),
    ],
)
def test_what_a_person_wrote_is_word_for_word_in_one_line_and_as_long_as_a_record_holds(
    written: str | None, shown: str | None
) -> None:
    assert quoted(written) == shown
