"""What `recourse effect` says as a page to be shown: the sentence, the sites, the course."""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from xml.etree.ElementTree import Element

from agents.core.policy_effect import Worthwhile
from agents.operations.effect.course import Point, course
from agents.operations.effect.measures import METRICS, Metric
from agents.operations.effect.page.elements import document, row, tag
from agents.operations.effect.page.pictures import Scale, Seen, interval, nothing, over_time
from agents.operations.effect.reading import Sums
from agents.operations.effect.report import Answer, Asked, Line, Report
from agents.operations.effect.rollout import Rollout
from agents.operations.effect.sentences import about, of_rollout, said, said_of_rollout, sentences

_TITLE = "Does the channel work?"
_LONG = 24
"""Sites: a longer table goes over a page when it is printed."""
_MOST = 6.0
"""A site's interval is drawn so many times as far as the network's reaches; what is beyond is cut.
"""


def page(
    answer: Report, steps: Rollout | None, sums: Sums, numbers: Worthwhile, asked: Asked
) -> str:
    """The whole page, as HTML."""
    style = files(__package__).joinpath("style.css").read_text("utf-8")
    content = [*_content(answer, sums, numbers, asked)]
    if steps is not None:
        content.append(_rollout(steps))
    return document(
        _TITLE, style, tag("main", tag("h1", _TITLE), *content, _reading(stepped=steps is not None))
    )


def _content(answer: Report, sums: Sums, numbers: Worthwhile, asked: Asked) -> Iterator[Element]:
    lines = [each for each in answer.lines if each.site_id is None]
    comparable = answer.first_day is not None and not (answer.ratio and answer.ratio.is_off)
    if not comparable or not lines:
        yield from (tag("p", each) for each in sentences(answer))
        return
    yield tag("p", " ".join([*about(answer), _customers(lines[0])]), class_="quiet")
    first = lines[0]
    yield tag(
        "div",
        tag("p", METRICS[first.metric].heading),
        tag("p", said(first), class_="answer"),
        class_=f"lead {_kind(first)}",
    )
    for name in asked.metrics:
        of = [each for each in answer.lines if each.metric is name]
        points = list(course(sums, name, numbers, asked))
        yield _section(METRICS[name], of, points, leads=name is first.metric)


def _customers(line: Line) -> str:
    return (
        f"{line.customers_inside:,} customers inside the pilot, {line.customers_outside:,} outside."
    )


def _rollout(steps: Rollout) -> Element:
    """What came of going live one after the other, a row a measure."""
    about, *_ = of_rollout(steps)
    content = [tag("h2", "Before and after going live"), tag("p", about, class_="quiet")]
    if steps.lines:
        rows = [
            tag(
                "tr",
                tag("th", METRICS[each.metric].heading, scope="row"),
                tag("td", said_of_rollout(each)),
            )
            for each in steps.lines
        ]
        head = tag("thead", row("th", ("measure", "after less before")))
        content.append(tag("table", head, tag("tbody", *rows)))
    return tag("section", *content)


def _section(
    metric: Metric, lines: Sequence[Line], points: Sequence[Point], *, leads: bool
) -> Element:
    network, *sites = lines
    content = [tag("h2", metric.heading)]
    if not leads:
        content.append(tag("p", said(network), class_=f"answer {_kind(network)}"))
    if any(each.difference is not None for each in lines):
        content.append(_forest(metric, network, sites))
    if len(points) > 1:
        content.append(_course(metric, network, points))
    return tag("section", *content, class_="long" if len(lines) > _LONG else "short")


def _kind(line: Line) -> str:
    return line.answer.value.replace(" ", "-")


def _forest(metric: Metric, network: Line, sites: Sequence[Line]) -> Element:
    scale = _scale(metric, network, sites)
    worth = network.sought * metric.scale
    axis = tag(
        "div",
        *(tag("span", _signed(each), style=f"left:{scale.percent(each)}%") for each in scale.ticks),
        class_="axis",
    )
    head = tag(
        "tr",
        tag("th", "site", scope="col"),
        tag("th", axis, scope="col", class_="picture"),
        tag("th", f"difference, {metric.unit}", scope="col", class_="number"),
        tag("th", "inside", scope="col", class_="wide number"),
        tag("th", "outside", scope="col", class_="wide number"),
        tag("th", "so far", scope="col", class_="wide"),
    )
    rows = [_row(metric, scale, worth, each) for each in (network, *sites)]
    caption = (
        f"Inside less outside, in {metric.unit}: a dot is what was found, its line where the "
        f"difference can be. The grey band is less than {metric.amount(worth)}, which would "
        f"change nothing; {_better(metric)}."
    )
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="forest")
    return tag("figure", tag("figcaption", caption), table)


def _better(metric: Metric) -> str:
    return "right is better" if metric.higher_is_better else "left is better"


def _scale(metric: Metric, network: Line, sites: Iterable[Line]) -> Scale:
    worth = network.sought * metric.scale
    whole = max((abs(each) for each in _bounds(metric, network)), default=worth)
    bounds = [abs(each) for line in sites for each in _bounds(metric, line)]
    return Scale(1.05 * max(whole, 2 * worth, min(max(bounds, default=0), _MOST * whole)))


def _bounds(metric: Metric, line: Line) -> Iterator[float]:
    yield from (each * metric.scale for each in (line.low, line.high) if each is not None)


def _row(metric: Metric, scale: Scale, worth: float, line: Line) -> Element:
    shown: list[Element] = []
    picture = nothing(scale, worth)
    if line.difference is not None and line.low is not None and line.high is not None:
        low, found, high = (each * metric.scale for each in (line.low, line.difference, line.high))
        picture = interval(scale, low, found, high, worth)
        reach = f"({_signed(low, 2)} to {_signed(high, 2)})"
        shown = [tag("span", f"{_signed(found, 2)}\N{NO-BREAK SPACE}"), tag("span", reach)]
    so_far = "too few" if line.answer is Answer.NOTHING else line.answer.value
    kind = _kind(line) + ("" if line.site_id else " network")
    return tag(
        "tr",
        tag(
            "th",
            line.site_id or "all sites",
            tag("span", so_far, class_="small", aria_hidden="true"),
            scope="row",
        ),
        tag("td", picture, class_="picture"),
        tag("td", *shown, class_="number"),
        tag("td", _value(line.inside, metric), class_="wide number"),
        tag("td", _value(line.outside, metric), class_="wide number"),
        tag("td", so_far, class_="wide"),
        class_=kind,
    )


def _value(share: float | None, metric: Metric) -> str:
    return "" if share is None else f"{share * metric.scale:.2f}"


def _signed(value: float, digits: int | None = None) -> str:
    """A number with its sign, 0 without; a minus is a minus."""
    shown = f"{value:+g}" if digits is None else f"{value:+.{digits}f}"
    return "0" if not value else shown.replace("-", "\N{MINUS SIGN}")


def _course(metric: Metric, network: Line, points: Sequence[Point]) -> Element:
    worth = network.sought * metric.scale
    last = points[-1]
    reach = max(abs(last.low), abs(last.high)) * metric.scale
    scale = Scale(2 * max(reach, worth))
    days = (last.day - points[0].day).days
    seen = [
        Seen(
            along=(each.day - points[0].day).days / days,
            low=each.low * metric.scale,
            value=each.difference * metric.scale,
            high=each.high * metric.scale,
        )
        for each in points
    ]
    title = f"{metric.heading}: inside less outside, week by week"
    description = (
        f"On {last.day} the difference is {_signed(seen[-1].value, 2)} {metric.unit}, between "
        f"{_signed(seen[-1].low, 2)} and {_signed(seen[-1].high, 2)}. All weeks stand in the "
        "table below."
    )
    picture = over_time(scale, seen, worth, title=title, description=description)
    up = [
        tag("span", _signed(each), class_="up", style=f"top:{100 - scale.percent(each)}%")
        for each in scale.ticks
    ]
    along = [
        tag("span", f"{points[0].day}", class_="along first", style="left:0"),
        tag("span", f"{last.day}", class_="along last", style="left:100%"),
    ]
    caption = (
        f"What was known at each week's end, in {metric.unit}: the difference and its interval."
    )
    return tag(
        "figure",
        tag("figcaption", caption),
        tag("div", picture, *up, *along, class_=f"chart {_kind(network)}"),
        tag("details", tag("summary", "All weeks in numbers"), _weeks(points, metric)),
    )


def _weeks(points: Iterable[Point], metric: Metric) -> Element:
    rows = (
        row(
            "td",
            (
                f"{each.day}",
                *(
                    _signed(value * metric.scale, 2)
                    for value in (each.difference, each.low, each.high)
                ),
            ),
        )
        for each in points
    )
    head = tag("thead", row("th", ("until", "difference", "from", "to")))
    return tag("table", head, tag("tbody", *rows))


_READING = """\
Customers were drawn by chance, so both groups are alike but for the channel.
An interval holds however often one looks: of twenty pilots it is wrong in one at most, for each \
measure, and for all sites of a measure together.
“Not yet” is no sign that the channel does not work: there are too few visits to say.
It says how customers of a site who have the channel fare beside customers of the same site who do \
not. What advisers do for both alike is not in it.
"""


_READING_STEPS = """\
Before and after: the order in which sites go live was drawn, so any other order would have done \
as well had the channel no effect. Its intervals are for one look, on a day named before.
"""


def _reading(*, stepped: bool) -> Element:
    text = _READING + (_READING_STEPS if stepped else "")
    return tag(
        "footer",
        tag("p", "How to read this"),
        tag("ul", *(tag("li", each) for each in text.splitlines())),
    )
