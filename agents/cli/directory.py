"""`recourse directory`: look over a file of sites and managers, and publish it."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from agents.cli import topics
from agents.directory_files import load_directory
from agents.files import UnusableFile
from agents.publish import directory_to_publish

app = typer.Typer(help="The directory: sites with their hours, managers with their shifts.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="YAML or JSON.")]
BootstrapOption = Annotated[
    str,
    typer.Option(
        "--bootstrap-servers", envvar="RECOURSE_BOOTSTRAP_SERVERS", help="Kafka: host:port."
    ),
]


@app.command()
def lint(file: FileArgument) -> None:
    """Check a directory file: exit 0 when it is right, else 1 with a sentence a problem."""
    try:
        directory = load_directory(file)
    except UnusableFile as problem:
        leave(problem)
    typer.echo(
        f"{file} is right: {len(directory.sites)} sites, {len(directory.managers)} managers."
    )


@app.command()
def publish(file: FileArgument, bootstrap_servers: BootstrapOption = "localhost:9092") -> None:
    """Make the published directory what the file says; what the file lacks is taken away."""
    try:
        directory = load_directory(file)
        records = directory_to_publish(directory, topics.published(bootstrap_servers))
        topics.publish(bootstrap_servers, records)
    except (UnusableFile, topics.NotPublished) as problem:
        leave(problem)
    gone = [
        f"{topic.removeprefix('directory.')} {key}"
        for topic, key, value in records
        if value is None
    ]
    typer.echo(f"Published {len(records) - len(gone)} new or changed sites and managers.")
    if gone:
        typer.echo(f"Taken away, for the file does not have them: {', '.join(gone)}.")


def leave(problem: Exception) -> NoReturn:
    """One sentence a problem on stderr, and exit 1."""
    typer.echo(str(problem), err=True)
    raise typer.Exit(1)
