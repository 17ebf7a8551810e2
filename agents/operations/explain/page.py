"""How an explanation looks: on a terminal with colours, in a pipe plain, for machines as JSON."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from agents.operations.explain.customer import paragraphs
from agents.operations.explain.operator import Happening, happenings, nexts
from agents.operations.explain.state import disagreements
from agents.operations.explain.story import Story
from agents.operations.printable import all_printable
from schemas.records import Disagreement, Escalation, VisitEnded

_COLOURS = {
    "RAISED": "bold green",
    "JOINED": "green",
    "THROTTLED": "bold red",
    "CORRECTED": "yellow",
    "OPENED": "bold cyan",
    "RESOLVED": "bold green",
    "REFUSED": "red",
    "WITHDRAWN": "yellow",
    "dead": "bold red",
}
_LABEL_WIDTH = 8  # the longest label


class Explanation(Struct, frozen=True, kw_only=True):
    """A story in both sides' words."""

    id: str
    kind: str
    where: str
    happened: tuple[Happening, ...]
    next: tuple[str, ...]
    customer: tuple[str, ...]


def explained(story: Story) -> Explanation:
    """A story put into words."""
    return Explanation(
        id=story.id,
        kind=story.kind.value,
        where=_where(story),
        happened=happenings(story),
        next=nexts(story),
        customer=paragraphs(story),
    )


def _where(story: Story) -> str:
    for each in disagreements(story) or story.records:
        if isinstance(each, Disagreement | Escalation | VisitEnded):
            visit = f"Visit {each.visit_id} of customer {each.customer_id}"
            return f"{visit} at {each.site_id}, region {each.region_id}."
    return ""


def as_json(explanation: Explanation) -> str:
    """For machines."""
    return msgspec.json.format(msgspec.json.encode(explanation), indent=2).decode()


def show(explanation: Explanation, console: Console) -> None:
    """Prints it; a pipe gets whole lines without colours."""
    if console.is_terminal:
        for part in _drawn(all_printable(explanation)):
            console.print(part)
    else:
        for line in plain(explanation):
            console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


def plain(explanation: Explanation) -> Iterator[str]:
    """Lines without colours."""
    explanation = all_printable(explanation)
    yield _title(explanation)
    if explanation.where:
        yield explanation.where
    for each in explanation.happened:
        yield ""
        yield f"{each.at}  {each.what}"
        for line in each.lines:
            yield f"  {line.label + ':':<{_LABEL_WIDTH + 1}} {line.text}"
    yield ""
    yield "What would happen next"
    yield from (f"  {each}" for each in explanation.next)
    yield ""
    yield "In the customer's words"
    yield from (f"  {each}" for each in explanation.customer)


def _title(explanation: Explanation) -> str:
    return f"{explanation.kind.capitalize()} {explanation.id}"


def _drawn(explanation: Explanation) -> Iterator[RenderableType]:
    yield Text(_title(explanation), style="bold")
    if explanation.where:
        yield Text(explanation.where, style="dim")
    for each in explanation.happened:
        heading = Text(f"\n{each.at}  ", style="dim")
        yield heading.append(each.what, style=_COLOURS.get(each.kind, "bold"))
        lines = Table.grid(padding=(0, 1))
        lines.add_column(min_width=_LABEL_WIDTH, style="dim")
        lines.add_column(overflow="fold")
        for line in each.lines:
            lines.add_row(line.label, Text(line.text))
        yield Padding(lines, (0, 0, 0, 2))
    yield Text("\nWhat would happen next", style="bold")
    yield Padding(Group(*(Text(each) for each in explanation.next)), (0, 0, 0, 2))
    yield Text("\nIn the customer's words", style="bold")
    yield Padding(
        Group(*(Text(each, style="italic") for each in explanation.customer)), (0, 0, 0, 2)
    )
