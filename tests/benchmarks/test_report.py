import json

import pytest

from benchmarks.report import Table, markdown, percentile, plain, show, shown, spread

TABLE = Table(
    title="Speed",
    columns=("engine", "events/s", "RSS MB"),
    rows=(("ours", 123_456.7, 0.1234), ("theirs", None, 12)),
    note="Medians.",
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "-"),
        ("a word", "a word"),
        (1_234_567, "1,234,567"),
        (99.96, "100.0"),
        (100.4, "100"),
        (12.34, "12.3"),
        (1.234, "1.23"),
        (0.01234, "0.0123"),
        (0.0, "0"),
    ],
)
def test_a_cell_has_no_false_digits(cell: str | float | None, text: str) -> None:
    assert shown(cell) == text


def test_a_spread_says_the_median_and_how_far_it_goes() -> None:
    assert str(spread([3.0, 1.0, 200.0])) == "3 (1 to 200)"
    assert spread([1.0, 2.0]).median == 1.5
    assert str(spread([7.0])) == "7"


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (99, 99), (99.1, 100), (100, 100)])
def test_a_percentile_is_a_value_that_was_measured(percent: float, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == value


def test_the_median_of_one_value_is_it() -> None:
    assert percentile([7.0], 50) == percentile([7.0], 99) == 7.0


def test_a_page_has_a_table_that_markdown_knows() -> None:
    assert list(markdown(TABLE)) == [
        "**Speed**",
        "",
        "| engine | events/s | RSS MB |",
        "|---|---|---|",
        "| ours | 123,457 | 0.123 |",
        "| theirs | - | 12 |",
        "",
        "Medians.",
    ]


def test_a_pipe_has_a_line_an_entry_with_tabs_between() -> None:
    assert list(plain(TABLE)) == [
        "# Speed",
        "engine\tevents/s\tRSS MB",
        "ours\t123,457\t0.123",
        "theirs\t-\t12",
        "# Medians.",
    ]


def test_a_machine_gets_the_numbers_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show([TABLE], "json", {"commit": "abc"})

    printed = json.loads(capsys.readouterr().out)
    assert printed["about"] == {"commit": "abc"}
    assert printed["tables"][0]["rows"] == [["ours", 123_456.7, 0.1234], ["theirs", None, 12]]
