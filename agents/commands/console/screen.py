"""What commands draw on: text is text, and not the markup of the library that draws."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from streams.printable import printable_lines


class Screen(Console):
    """No `[bold]`, no `:smile:`, no number in colours, and nothing that controls the terminal.

    Whoever draws makes a text printable first, as widths are counted by what is shown; what was
    not is made so here, on its way out.
    """

    def __init__(self, *, stderr: bool = False, soft_wrap: bool = False) -> None:
        super().__init__(
            stderr=stderr, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False
        )

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401 - as the library's
        """Prints; a string is made printable, and stays of as many lines as it is."""
        super().print(
            *(printable_lines(each) if isinstance(each, str) else each for each in objects),
            **options,
        )

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The pieces of what is drawn: colours and moves are the library's, the rest is text."""
        for each in super().render(renderable, options):
            yield each if each.control else each._replace(text=printable_lines(each.text))
