"""`recourse policy`: look over a policy file, and publish it."""

import time
from typing import Annotated

import typer

from agents.cli import topics
from agents.cli.directory import BootstrapOption, FileArgument, leave
from agents.files import UnusableFile, read
from agents.policy_files import policy_in
from agents.publish import policy_to_publish, shadow_to_publish
from agents.rfc3339 import text_of
from agents.settings import pseudonyms
from streams.errors import ConfigurationError

app = typer.Typer(help="The policy: thresholds, limits, clocks and the pilot's gates, as data.")


@app.command()
def lint(file: FileArgument) -> None:
    """Check a policy file: exit 0 when it is right, else 1 with one sentence for each problem."""
    try:
        policy = policy_in(read(file))
    except UnusableFile as problem:
        leave(problem)
    typer.echo(f"{file} is right: policy {policy.version}.")


@app.command()
def publish(
    file: FileArgument,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    at: Annotated[
        str | None,
        typer.Option(help="In force from this time, also a past one (for a backfill)."),
    ] = None,
    *,
    shadow: Annotated[
        bool,
        typer.Option("--shadow", help="Publish it to compare with: it is never in force."),
    ] = False,
) -> None:
    """Publish a version of the policy: in force from its `effective_from`, 60 s ahead or more."""
    now = time.time_ns() // 1_000_000
    try:
        document, keys = read(file), pseudonyms()
        published = topics.published(bootstrap_servers)
        if shadow:
            policy, records = shadow_to_publish(document, published, keys)
        else:
            policy, records = policy_to_publish(document, published, now, at, keys)
        topics.publish(bootstrap_servers, records)
    except (UnusableFile, topics.NotPublished, ConfigurationError) as problem:
        leave(problem)
    if shadow:
        typer.echo(f"Published policy {policy.version} to compare with; it is never in force.")
        return
    typer.echo(
        f"Published policy {policy.version}, in force from "
        f"{text_of(policy.effective_from_milliseconds)}."
    )
