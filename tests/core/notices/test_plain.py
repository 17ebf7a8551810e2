"""Text from outside cannot look like anything but a name or a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.notices.wording.plain import plain


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
