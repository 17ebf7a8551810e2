"""`recourse policy`: check a policy file, publish it, see what is published and would change."""

import time
from typing import Annotated

import typer

from agents.commands.console import tables
from agents.commands.console.counted import counted_in_kafka
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, say_json_text, say_lines
from agents.commands.reference_data.directory import (
    DryRunOption,
    FileArgument,
    JsonOption,
    repair_topics,
    show_refused,
)
from agents.commands.running import topics
from agents.core.policy import Policy
from agents.core.rfc3339 import text_of
from agents.operations.effect.proposing import against_rule, proposal
from agents.operations.effect.reading import Sums
from agents.pipeline.settings import pseudonyms
from agents.reference_data.differences import Difference
from agents.reference_data.files import UnusableFile, read, spelled
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.policy_warnings import warnings
from agents.reference_data.policy_words import changes, value_in_words
from agents.reference_data.publish import policy_to_publish, shadow_to_publish
from agents.reference_data.published import Comparison, Span, compared, spans, version_of
from agents.reference_data.reference import POLICIES, SHADOW_KEY, Reference
from agents.reference_data.written import policy_as_yaml
from agents.simulation.tryout import try_policy
from streams.errors import ConfigurationError

app = typer.Typer(help="The policy: thresholds, limits, clocks and the pilot's gates, as data.")

_PROBLEMS = (UnusableFile, topics.NotPublished, ConfigurationError)


@app.command()
def lint(file: FileArgument) -> None:
    """Check a policy file, and run a few events through it: one sentence for each problem."""
    try:
        document = read(file)
        policy = policy_in(document)
        try_policy(document, policy)
    except UnusableFile as problem:
        leave(problem)
    for warning in warnings(policy):
        say(f"{file}: {warning}.", err=True)
    say(f"{file} is right: policy {policy.version}.")


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
    by_rule: Annotated[
        bool,
        typer.Option(
            "--by-rule", help="Refuse a step of the pilot that `pilot propose` does not allow."
        ),
    ] = False,
) -> None:
    """Publish a version of the policy: in force from its `effective_from`, 60 s ahead or more.

    Without `effective_from` it takes the earliest that it may. Ids in `lists` are published as
    their keyed hash (RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE).
    """
    try:
        document, keys = read(file), pseudonyms()
        try_policy(document, policy_in(document))
        published = topics.published(bootstrap_servers)
        if shadow:
            policy, records = shadow_to_publish(document, published, keys)
        else:
            policy, records = policy_to_publish(document, published, _now(), at, keys)
            if by_rule:
                _asked_the_rule(bootstrap_servers, policy)
        topics.publish(bootstrap_servers, records)
    except _PROBLEMS as problem:
        leave(problem)
    if shadow:
        say(f"Published policy {policy.version} to compare with; it is never in force.")
        return
    say(
        f"Published policy {policy.version}, in force from "
        f"{text_of(policy.effective_from_milliseconds)}."
    )


def _asked_the_rule(bootstrap_servers: str, policy: Policy) -> None:
    sums = Sums()
    before = counted_in_kafka(bootstrap_servers, sums).policy
    refused = against_rule(before, policy, proposal(sums, before))
    if refused is not None:
        say(refused, err=True)
        raise typer.Exit(tables.EXIT_DIFFERENT)


@app.command("drop-shadow")
def drop_shadow(bootstrap_servers: BootstrapOption = "localhost:9092") -> None:
    """Take away the policy to compare with."""
    try:
        if topics.published(bootstrap_servers).shadow is None:
            say("No policy to compare with is published.")
            return
        topics.publish(bootstrap_servers, [(POLICIES, SHADOW_KEY, None)])
    except topics.NotPublished as problem:
        leave(problem)
    say("The policy to compare with is taken away.")


@app.command()
def repair(
    bootstrap_servers: BootstrapOption = "localhost:9092", *, dry_run: DryRunOption = False
) -> None:
    """Mend what lies in the topic and no worker takes: the good record before it, again.

    Of a key that never had a good record, or whose good one Kafka has compacted away, the refused
    one is taken away.
    """
    repair_topics(bootstrap_servers, {POLICIES}, dry_run=dry_run)


@app.command()
def show(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    version: Annotated[
        str | None,
        typer.Option(help="Only this version (or shadow), as a file that can be published again."),
    ] = None,
    *,
    json_: JsonOption = False,
) -> None:
    """Show what is published: which version is, was and will be in force, and when."""
    try:
        published = topics.published(bootstrap_servers)
        if version is None:
            _show_all(published, _now(), json_=json_)
            return
        policy = version_of(published, version)
    except _PROBLEMS as problem:
        leave(problem)
    if json_:
        say_json_text(policy.model_dump_json(indent=2))
    else:
        say_lines(policy_as_yaml(policy).removesuffix("\n"))


@app.command()
def diff(
    file: FileArgument,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    against: Annotated[
        str | None,
        typer.Option(
            "--version",
            help="Compare with this version (or shadow), not with what the file would replace.",
        ),
    ] = None,
    *,
    json_: JsonOption = False,
) -> None:
    """Say in words what a file would change, against what is in force when it comes into force."""
    try:
        document, keys = read(file), pseudonyms()
        published = topics.published(bootstrap_servers)
        found = compared(document, published, _now(), keys, against)
    except _PROBLEMS as problem:
        leave(problem, tables.EXIT_NOT_COMPARED)
    if json_:
        say_json(_as_json(found))
    else:
        _tell(document.name, found, spans(published.policies))
    raise typer.Exit(tables.EXIT_DIFFERENT if found.sentences else tables.EXIT_ALIKE)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _show_all(published: Reference, now: int, *, json_: bool) -> None:
    found = spans(published.policies)
    if json_:
        say_json(
            {
                "policies": [
                    {
                        "version": each.policy.version,
                        "effective_from": text_of(each.policy.effective_from_milliseconds),
                        "until": None if each.end is None else text_of(each.end),
                        "state": each.state(now),
                    }
                    for each in found
                ],
                "shadow": None if published.shadow is None else published.shadow.version,
                "refused": [
                    {"key": each.key, "why": each.detail}
                    for each in published.standing
                    if each.topic == POLICIES
                ],
            }
        )
        return
    rows = [
        (
            each.policy.version,
            each.state(now),
            text_of(each.policy.effective_from_milliseconds),
            "" if each.end is None else text_of(each.end),
        )
        for each in found
    ]
    if published.shadow is not None:
        rows.append((published.shadow.version, "to compare with (shadow)", "", ""))
    if not rows:
        say("No policy is published.")
    else:
        tables.show(("version", "state", "from", "until"), rows)
    before: Policy = default_policy()
    for each in found:
        if each.begin is None:
            continue
        if each.state(now) == "will be in force":
            say("")
            say(f"What changes with {each.policy.version}:")
            tables.list_of(changes(before, each.policy, {}) or ("Nothing.",))
        before = each.policy
    show_refused(published, {POLICIES})


def _tell(name: str, found: Comparison, known: tuple[Span, ...]) -> None:
    """The comparison for a person: against what, what changes, what stands in the way."""
    begin = text_of(found.begin)
    if found.before is None:
        against = "Nothing is published yet: compared with the package's policy."
    else:
        since = text_of(found.before.effective_from_milliseconds)
        against = f"Compared with {found.before.version} (from {since})."
    say(f"{name}: policy {found.after.version}, in force from {begin}. {against}")
    tables.list_of(found.sentences or ("Nothing changes.",))
    later = [each for each in known if each.begin is not None and each.begin > found.begin]
    if later:
        following = later[0].policy
        say(
            f"Until {text_of(following.effective_from_milliseconds)}: then {following.version}, "
            "which is published already, takes its place."
        )
    for sentence in found.hindrances:
        say(f"It can't be published as it is: {sentence}")


def _as_json(found: Comparison) -> dict[str, object]:
    return {
        "version": found.after.version,
        "in_force_from": text_of(found.begin),
        "against": None if found.before is None else found.before.version,
        "sentences": found.sentences,
        "differences": [_difference(each) for each in found.differences],
        "hindrances": found.hindrances,
    }


def _difference(difference: Difference) -> dict[str, str]:
    return {
        "place": spelled(difference.place),
        "before": value_in_words(difference.before),
        "after": value_in_words(difference.after),
    }
