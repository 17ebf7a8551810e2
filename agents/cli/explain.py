"""`recourse explain`: what happened to an id, and why, for operator and customer."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agents.cli.directory import leave
from agents.explain.lines import NotOutput, records_in
from agents.explain.page import as_json, explained, show
from agents.explain.story import Story, story_of


def explain(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A disagreement (visit:rule:n), escalation (visit:n), visit, or dead letter "
            "(topic:partition:offset).",
        ),
    ],
    from_: Annotated[
        Path, typer.Option("--from", metavar="FILE", help="Output of `recourse simulate`.")
    ],
    *,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what happened, in order, and why: for an operator, and for the customer."""
    story, looked_at = _in_file(id_, from_)
    if story is None:
        leave(LookupError(f"Nothing is known of {id_}: looked through {looked_at}."))
    explanation = explained(story)
    if json_:
        typer.echo(as_json(explanation))
    else:
        show(explanation, Console())


def _in_file(id_: str, path: Path) -> tuple[Story | None, str]:
    try:
        texts = path.read_bytes().split(b"\n")
        records = list(records_in(texts, str(path)))
    except OSError as error:
        leave(LookupError(f"{path} can't be read: {error.strerror or error}"))
    except NotOutput as error:
        leave(error)
    return story_of(id_, records), f"{len(records):,} records in {path}"
