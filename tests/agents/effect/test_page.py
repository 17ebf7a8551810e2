"""`recourse effect --html`: it needs nothing but itself, and says what the command says."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from agents.operations.effect import page as package
from agents.operations.effect.course import course
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.page.effect_page import page
from agents.operations.effect.page.elements import document, tag
from agents.operations.effect.page.pictures import Scale
from agents.operations.effect.reading import sums_of
from agents.operations.effect.report import Answer, Asked, report
from agents.reference_data.policy_files import default_policy
from tests.agents.effect.test_effect_command import NETWORK, call, pilot
from tests.pilots import insights

NUMBERS = default_policy().worthwhile
STYLE = files(package).joinpath("style.css").read_text("utf-8")
FETCHES = {"src", "href", "srcset", "data", "action", "poster", "onload", "onclick"}
Attributes = dict[str, str | None]


class Read(HTMLParser):
    """What a browser would find: each element with its attributes, and each table's cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in ("meta", "line", "rect", "polyline", "polygon"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "line", "rect", "polyline", "polygon"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.rows and any(each in ("td", "th") for each in self.open):
            self.rows[-1][-1] += data


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Read, list[dict[str, Any]]]:
    """The page of a pilot in which 25 points are planted, and the same for machines."""
    path = pilot(tmp_path / "out.jsonl", points=25)
    page = tmp_path / "page.html"
    told = call(monkeypatch, "effect", "--from", str(path), "--json", "--html", str(page))
    assert told.exit_code == 0
    return Read(page.read_text("utf-8")), [json.loads(each) for each in told.stdout.splitlines()]


def test_it_fetches_and_runs_nothing(shown: tuple[Read, list[dict[str, Any]]]) -> None:
    found, _ = shown

    assert not {name for name, _ in found.elements} & {"script", "link", "img", "iframe", "object"}
    assert not {name for _, each in found.elements for name in each} & FETCHES
    assert not re.search(r"url\(|@import|https?:", STYLE)
    assert {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'",
    } in [each for name, each in found.elements if name == "meta"]
    assert not found.open


def test_it_says_what_the_command_says(shown: tuple[Read, list[dict[str, Any]]]) -> None:
    found, told = shown

    rows = [each for each in found.rows if len(each) == 6 and not each[0].startswith("site")]
    expected = [
        [
            f"{each['site'] or 'all sites'}{_so_far(each)}",
            "",
            "" if each["difference"] is None else _reach(each),
            "" if each["inside"] is None else f"{each['inside']:.2f}",
            "" if each["outside"] is None else f"{each['outside']:.2f}",
            _so_far(each),
        ]
        for each in told
        if each["metric"] != "rating"  # of which nothing is known, so there is no picture
    ]
    assert rows == expected
    assert len(rows) == 3 * 3
    (network, *_) = told
    size, low, high = (f"{network[name]:.2f}" for name in ("difference", "low", "high"))
    assert f"Enough to say better: +{size} points, {low} to {high}." in found.words
    assert "Too few customers in an arm at each site." in found.words


def _so_far(line: dict[str, Any]) -> str:
    return "too few" if line["answer"] == "nothing" else line["answer"]


def _reach(line: dict[str, Any]) -> str:
    found, low, high = (_signed(line[name]) for name in ("difference", "low", "high"))
    return f"{found}\N{NO-BREAK SPACE}({low} to {high})"


def _signed(value: float) -> str:
    return "0" if not value else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def test_each_picture_is_said_in_words(shown: tuple[Read, list[dict[str, Any]]]) -> None:
    """Those over time have a title and a description; those of a row are numbers beside it."""
    found, _ = shown

    names = [name for name, _ in found.elements]
    pictures = [number for number, name in enumerate(names) if name == "svg"]
    over_time = [each for each in pictures if found.elements[each][1].get("role") == "img"]
    assert [names[each + 1 : each + 3] for each in over_time] == [["title", "desc"]] * 3
    others = {found.elements[each][1].get("aria-hidden") for each in pictures} - {None}
    assert (others, len(pictures)) == ({"true"}, 9 + 3)
    assert sum(each.startswith("All weeks in numbers") for each in found.words) == 3


def test_the_course_ends_with_what_is_said_now() -> None:
    sums = sums_of(each for day in insights(1, 25, NETWORK) for each in day)
    asked = Asked(metrics=(MetricName.SAME_DAY,))

    points = list(course(sums, MetricName.SAME_DAY, NUMBERS, asked))

    network, *_ = report(sums, NUMBERS, asked).lines
    last = points[-1]
    assert (last.difference, last.low, last.high) == pytest.approx(
        (network.difference, network.low, network.high)
    )
    assert f"{last.day}" == "2026-05-30"
    assert [f"{each.day}" for each in points[:2]] == ["2026-03-08", "2026-03-15"]
    assert len(points) == 13


def test_of_one_site_the_course_is_that_sites() -> None:
    sums = sums_of(each for day in insights(1, 25, NETWORK) for each in day)
    asked = Asked(sites=frozenset({"s1"}), metrics=(MetricName.SAME_DAY,))

    *_, last = course(sums, MetricName.SAME_DAY, NUMBERS, asked)

    assert last.difference == pytest.approx(report(sums, NUMBERS, asked).lines[0].difference)


def test_arms_that_cannot_be_compared_have_no_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = pilot(tmp_path / "out.jsonl", points=0, lost=2)
    where = tmp_path / "page.html"

    shown = call(monkeypatch, "effect", "--from", str(path), "--html", str(where))

    found = Read(where.read_text("utf-8"))
    assert shown.exit_code == 1
    assert "svg" not in {name for name, _ in found.elements}
    assert any(each.startswith("The arms can't be compared: ") for each in found.words)


def test_where_there_is_nothing_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = pilot(tmp_path / "out.jsonl", points=0)
    where = tmp_path / "page.html"

    call(monkeypatch, "effect", "--from", str(path), "--html", str(where), "--since", "2027-01-01")

    found = Read(where.read_text("utf-8"))
    assert "Nothing to compare: no visit has ended since 2027-01-01." in found.words


def test_a_page_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = pilot(tmp_path / "out.jsonl", points=0)

    shown = call(monkeypatch, "effect", "--from", str(path), "--html", str(tmp_path / "no" / "p"))

    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr == f"{tmp_path / 'no' / 'p'} can't be written: No such file or directory\n"


def test_what_others_wrote_is_text() -> None:
    """In an element, in an attribute and after one; what turns the direction is an escape."""
    hostile = "</p><script>x</script>&\N{RIGHT-TO-LEFT OVERRIDE}"

    text = document("t", "", tag("p", hostile, tag("b", "x"), hostile, title=f'"{hostile}'))

    seen = hostile[:-1] + "\\u202e"
    found = Read(text)
    assert found.elements[-2:] == [("p", {"title": f'"{seen}'}), ("b", {})]
    assert "".join(found.words).endswith(f"{seen}x{seen}\n")


def test_a_hostile_site_stays_in_its_cell() -> None:
    """The contract lets no such id in; the page would not mind."""
    sums = sums_of(replace(each, site_id="<b>x") for day in insights(1, 0, NETWORK) for each in day)
    asked = Asked(metrics=(MetricName.SAME_DAY,))

    text = page(report(sums, NUMBERS, asked), None, sums, NUMBERS, asked)

    assert "<b>" not in text
    assert any(each[0].startswith("<b>x") for each in Read(text).rows)


@pytest.mark.parametrize(
    ("value", "percent", "beyond"),
    [(0, 50, False), (-4.9, 1, False), (-5, 0, False), (-5.1, 0, True),
     (4.9, 99, False), (5, 100, False), (5.1, 100, True)],
)  # fmt: skip
def test_what_is_beyond_an_end_is_drawn_at_it(value: float, percent: float, beyond: bool) -> None:
    assert (Scale(5).percent(value), Scale(5).is_beyond(value)) == (percent, beyond)


@pytest.mark.parametrize(
    ("reach", "ticks"),
    [(5, [-5, 0, 5]), (4.7, [-4, -2, 0, 2, 4]), (43, [-40, -20, 0, 20, 40]), (0.3, [-0.2, 0, 0.2])],
)  # fmt: skip
def test_ticks_are_round_and_few(reach: float, ticks: list[float]) -> None:
    assert Scale(reach).ticks == pytest.approx(ticks)


def test_an_answer_is_not_said_by_colour_alone() -> None:
    """Each has a class for its colour, and its word in the row."""
    named = {each.value.replace(" ", "-") for each in Answer}

    assert named <= set(re.findall(r"\.([a-z-]+)", STYLE))


def _themes() -> Iterator[dict[str, str]]:
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL):
        yield dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_what_is_to_be_read_stands_out_in_light_dark_and_print() -> None:
    """WCAG 2, level AA: 4.5 to 1 for text on the page, on a band and on the network's row."""
    themes = list(_themes())

    assert len(themes) == 3
    for theme in themes:
        for text in ("text", "quiet", "better", "worse", "open"):
            for ground in ("page", "worth", "tint"):
                high, low = sorted(map(_luminance, (theme[text], theme[ground])), reverse=True)
                assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground, theme)


def test_one_is_singular() -> None:
    same_day, rating = METRICS[MetricName.SAME_DAY], METRICS[MetricName.RATING]

    assert [same_day.amount(1), same_day.amount(2), rating.amount(0.1), rating.amount(1)] == [
        "1 point", "2 points", "0.1 stars", "1 star",
    ]  # fmt: skip
