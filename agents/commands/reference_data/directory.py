"""`recourse directory`: look over a file of sites and managers, publish it, see what is there."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from agents.commands.console import tables
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, say_lines
from agents.commands.running import topics
from agents.core.world import Directory
from agents.reference_data.directory_files import MANAGERS, SITES, load_directory
from agents.reference_data.directory_warnings import warnings
from agents.reference_data.directory_words import (
    absence_in_words,
    answers_for,
    changes,
    contacts,
    days_in_words,
    hours_in_words,
)
from agents.reference_data.files import UnusableFile, written
from agents.reference_data.publish import directory_to_publish
from agents.reference_data.reference import Reference, Refused
from agents.reference_data.repair import repairs
from agents.reference_data.written import directory_as_file
from agents.simulation.tryout import try_directory
from schemas.records import Manager

app = typer.Typer(help="The directory: sites with their hours, managers with their shifts.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="YAML or JSON.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say it, and write nothing.")]


@app.command()
def lint(file: FileArgument) -> None:
    """Check a directory file, and run a few events through it: a sentence for each problem."""
    try:
        directory = load_directory(file)
        try_directory(str(file), directory)
    except UnusableFile as problem:
        leave(problem)
    for warning in warnings(directory):
        say(f"{file}: {warning}", err=True)
    say(f"{file} is right: {len(directory.sites)} sites, {len(directory.managers)} managers.")


@app.command()
def publish(file: FileArgument, bootstrap_servers: BootstrapOption = "localhost:9092") -> None:
    """Make the published directory what the file says; what the file lacks is taken away.

    It is in force as soon as the workers have read it, a second or less.
    """
    try:
        directory = load_directory(file)
        try_directory(str(file), directory)
        records = directory_to_publish(directory, topics.published(bootstrap_servers))
        topics.publish(bootstrap_servers, records)
    except (UnusableFile, topics.NotPublished) as problem:
        leave(problem)
    gone = [
        f"{topic.removeprefix('directory.')} {key}"
        for topic, key, value in records
        if value is None
    ]
    say(f"Published {len(records) - len(gone)} new or changed sites and managers.")
    if gone:
        say(f"Taken away, for the file does not have them: {', '.join(gone)}.")


@app.command()
def repair(
    bootstrap_servers: BootstrapOption = "localhost:9092", *, dry_run: DryRunOption = False
) -> None:
    """Mend what lies in the topics and no worker takes: the good record before it, again.

    Of a key that never had a good record, or whose good one Kafka has compacted away, the refused
    one is taken away.
    """
    repair_topics(bootstrap_servers, {SITES, MANAGERS}, dry_run=dry_run)


@app.command()
def show(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    yaml: Annotated[
        bool, typer.Option("--yaml", help="As a file that can be edited and published again.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Show the published sites and managers, and who is absent now or later.

    All that is published is in force.
    """
    try:
        published = topics.published(bootstrap_servers)
    except topics.NotPublished as problem:
        leave(problem)
    if yaml or json_:
        data = directory_as_file(published.directory)
        if json_:
            say_json(data)
        else:
            say_lines(written(data).removesuffix("\n"))
        return
    _show_sites(published.directory)
    say("")
    _show_managers(published.directory, time.time_ns() // 1_000_000)
    show_refused(published, {SITES, MANAGERS})


@app.command()
def diff(
    file: FileArgument,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    *,
    json_: JsonOption = False,
) -> None:
    """Say in words what a file would change, against what is published and in force."""
    try:
        directory = load_directory(file)
        published = topics.published(bootstrap_servers)
    except (UnusableFile, topics.NotPublished) as problem:
        leave(problem, tables.EXIT_NOT_COMPARED)
    sentences = changes(published.directory, directory)
    if json_:
        say_json({"sentences": sentences})
    else:
        say(f"{file}, compared with what is published:")
        tables.list_of(sentences or ("Nothing changes.",))
    raise typer.Exit(tables.EXIT_DIFFERENT if sentences else tables.EXIT_ALIKE)


def repair_topics(bootstrap_servers: str, topics_: Collection[str], *, dry_run: bool) -> None:
    """Publishes what mends the refused records of `topics_`, and says so; or only says it."""
    try:
        found = repairs(topics.records(bootstrap_servers), topics_)
        if not dry_run:
            topics.publish(bootstrap_servers, [each.record for each in found])
    except topics.NotPublished as problem:
        leave(problem)
    if not found:
        say("Nothing is refused.")
        return
    say("What would be published:" if dry_run else "Published:")
    tables.list_of(
        [
            f"{each.refused.topic} {each.refused.key}: "
            + (
                "taken away, for no good record of it is there"
                if each.value is None
                else f"the record of offset {each.offset} again"
            )
            for each in found
        ]
    )


def show_refused(published: Reference, topics_: Collection[str]) -> None:
    """What lies in the topics and no worker takes, with the reason."""
    refused = [each for each in published.standing if each.topic in topics_]
    if refused:
        say_lines("\nNot in force, for it can't be used:")
        tables.list_of(
            [
                f"{each.topic} {each.key}: {each.detail} ({_what_holds(each, published)})"
                for each in refused
            ]
        )


def _what_holds(refused: Refused, published: Reference) -> str:
    if refused in published.at_risk:
        return "the one before stays in force until Kafka compacts the topic: see `repair`"
    return "there is none before it"


def _show_sites(directory: Directory) -> None:
    rows = [
        (
            site.site_id,
            site.name,
            site.region_id,
            f"{site.subdivision} {site.currency}",
            f"{hours_in_words(site.hours)} ({site.time_zone})",
            ", ".join(
                filter(
                    None,
                    [site.holidays, *map(str, site.closed_on), days_in_words(site.hours_on)],
                )
            ),
        )
        for _, site in sorted(directory.sites.items())
    ]
    tables.show(("site", "name", "region", "where", "open", "holidays, closed on, half days"), rows)


def _show_managers(directory: Directory, now: int) -> None:
    rows = [
        (
            manager.manager_id,
            manager.name,
            manager.tier.value,
            answers_for(manager),
            ", ".join(manager.languages),
            contacts(manager),
            ", ".join(
                filter(
                    None,
                    [
                        f"{hours_in_words(manager.shifts)} ({manager.time_zone})",
                        days_in_words(manager.hours_on),
                    ],
                )
            ),
            _absences(manager, now),
        )
        for _, manager in sorted(directory.managers.items())
    ]
    columns = ("manager", "name", "tier", "for", "speaks", "contact", "works", "absent")
    tables.show(columns, rows)


def _absences(manager: Manager, now: int) -> str:
    return "; ".join(
        ("now, " if each.from_ <= now else "") + absence_in_words(each, manager.time_zone)
        for each in manager.absences
        if now < each.until
    )
