"""How spans of time are said."""

import pytest

from agents.core.handling import span_in_words


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 s"),
        (1, "0.001 s"),
        (59_999, "59.999 s"),
        (60_000, "1 min"),
        (86_400_001, "1 d 0.001 s"),
        (108_002_859, "1 d 6 h 2.859 s"),
    ],
)
def test_a_span_is_said_to_the_millisecond(milliseconds: int, words: str) -> None:
    assert span_in_words(milliseconds) == words
