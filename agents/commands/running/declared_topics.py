"""`recourse topics`: the topics and who may use them, as declared, against what is there."""

from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from confluent_kafka import KafkaError, KafkaException

from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json
from agents.commands.console.tables import show
from agents.operations.access import Role, granted_roles, permissions_of, roles, shared
from agents.pipeline.settings import load
from agents.pipeline.topic_specs import topic_specs
from streams.access import access as access_of_process
from streams.errors import ConfigurationError
from streams.transport.kafka import admin
from streams.transport.permissions import Difference, Permission, compare, grant, take_away
from streams.transport.planning import Change, Kind, carry_out, find, plan, synced
from streams.transport.topics import declare

topics = typer.Typer(help="The topics and who may use them, as declared in one place.")

OwnTimeOption = Annotated[
    bool,
    typer.Option(
        "--own-time",
        help="Topics where the writers give the time (CreateTime): for a backfill or a trial.",
    ),
]
ReplicationOption = Annotated[
    int | None,
    typer.Option(min=1, max=9, help="Replicas of each partition; else 3, or what brokers allow."),
]
LossOption = Annotated[
    bool,
    typer.Option("--allow-loss", help="Also settings that make records go: a shorter retention."),
]
AccessOption = Annotated[
    bool, typer.Option("--access", help="Also ACLs, by the roles that are declared.")
]
PruneOption = Annotated[
    bool, typer.Option("--prune", help="Take away what these principals have beyond that.")
]
PrincipalOption = Annotated[
    list[str] | None,
    typer.Option("--principal", help="ROLE=User:NAME where the name is not the declared one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
EXIT_DIFFERENT = 3
EXIT_REFUSED = 1
_REPLICAS = 3


@topics.command()
def create(
    bootstrap_servers: BootstrapOption = "localhost:9092", *, own_time: OwnTimeOption = False
) -> None:
    """Create the topics that are missing, and name those whose settings differ."""
    try:
        different = declare(admin(bootstrap_servers), topic_specs(own_time=own_time))
    except ConfigurationError as problem:
        leave(problem, 2)
    for line in different:
        say(line)
    say(f"All topics are there, {len(different)} settings differ.")


@topics.command("plan")
def show_plan(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    replication: ReplicationOption = None,
    principal: PrincipalOption = None,
    *,
    own_time: OwnTimeOption = False,
    access: AccessOption = False,
    allow_loss: LossOption = False,
    json_: JsonOption = False,
) -> None:
    """Show what `apply` would do; it changes nothing."""
    run = _Run(bootstrap_servers, replication, own_time=own_time, loss_allowed=allow_loss)
    difference = run.compared(_chosen(principal)) if access else None
    _print(run.changes, difference, json_=json_)
    raise typer.Exit(_code(run.changes, difference))


@topics.command()
def apply(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    replication: ReplicationOption = None,
    principal: PrincipalOption = None,
    *,
    own_time: OwnTimeOption = False,
    access: AccessOption = False,
    prune: PruneOption = False,
    allow_loss: LossOption = False,
    json_: JsonOption = False,
) -> None:
    """Do what `plan` shows, but for what would lose records or part keys from their state."""
    run = _Run(bootstrap_servers, replication, own_time=own_time, loss_allowed=allow_loss)
    difference = run.compared(_chosen(principal)) if access else None
    run.carry_out()
    if difference is not None:
        run.permit(difference, prune=prune)
    _print(run.changes, difference, json_=json_)
    left = any(each.kind in (Kind.REFUSED, Kind.BY_HAND) for each in run.changes)
    raise typer.Exit(EXIT_REFUSED if left else 0)


class _Unreachable(Exception):  # noqa: N818 - it says what the case is
    """Kafka did not answer, or said no; one sentence."""


class _Run:
    """One look at a cluster, and what came of it."""

    def __init__(
        self, servers: str, replication: int | None, *, own_time: bool, loss_allowed: bool
    ) -> None:
        self._servers = servers
        self._client = admin(servers)
        try:
            brokers = len(self._client.list_topics(timeout=10).brokers)
            self._replication = replication or min(_REPLICAS, brokers)
            specs = topic_specs(own_time=own_time)
            self._specs = [synced(spec, self._replication) for spec in specs]
            found = find(self._client, self._specs)
        except KafkaException as error:
            self._leave(error)
        self.changes = plan(self._specs, found, self._replication, loss_allowed=loss_allowed)

    def compared(self, chosen: Sequence[Role]) -> Difference:
        """The ACLs against what the roles need."""
        declared = permissions_of(chosen, load(bootstrap_servers=self._servers).application)
        try:
            return compare(self._client, declared)
        except KafkaException as error:
            self._leave(error)

    def carry_out(self) -> None:
        """Does what may be done."""
        try:
            carry_out(self._client, self._specs, self.changes, self._replication)
        except KafkaException as error:
            self._leave(error)

    def permit(self, difference: Difference, *, prune: bool) -> None:
        """Grants what lacks; with `prune` takes away what is more."""
        try:
            grant(self._client, difference.lacking)
            if prune:
                take_away(self._client, difference.more)
        except KafkaException as error:
            self._leave(error)

    def _leave(self, error: KafkaException) -> NoReturn:
        problem: KafkaError = error.args[0]
        if problem.code() == KafkaError.SECURITY_DISABLED:
            leave(_Unreachable(f"Kafka at {self._servers} has no authoriser: no ACL holds there"))
        if problem.name().endswith("AUTHORIZATION_FAILED"):
            who = access_of_process().who
            leave(
                _Unreachable(
                    f"Kafka at {self._servers} does not let {who} do this ({problem.name()}): "
                    "docs/security.md says who may"
                )
            )
        leave(_Unreachable(f"Kafka at {self._servers}: {problem.str()}"))


def _chosen(principals: Sequence[str] | None) -> list[Role]:
    names = dict(each.partition("=")[::2] for each in principals or ())
    known = roles()
    for role, name in names.items():
        if role not in known or not name.startswith("User:"):
            raise typer.BadParameter(
                f"--principal is {role}={name}: must be ROLE=User:NAME with one of "
                f"{', '.join(known)}"
            )
    chosen = granted_roles(names)
    for sentence in shared(chosen):
        say(sentence, err=True)
    return list(chosen.values())


def _print(changes: Sequence[Change], difference: Difference | None, *, json_: bool) -> None:
    lacking = sorted(difference.lacking) if difference else []
    more = sorted(difference.more) if difference else []
    if json_:
        told = {
            "topics": [
                {"what": each.kind.value, "topic": each.topic, "detail": each.detail}
                for each in changes
            ],
            "access": [{"what": "grant", **each._asdict()} for each in lacking]
            + [{"what": "more than declared", **each._asdict()} for each in more],
        }
        say_json(told)
        return
    rows = [[each.kind.value, each.topic, each.detail] for each in changes]
    rows += [["grant", each.principal, _words(each)] for each in lacking]
    rows += [["more than declared", each.principal, _words(each)] for each in more]
    if rows:
        show(["what", "of", "detail"], rows)
    else:
        say("All is as declared.")


def _words(permission: Permission) -> str:
    return f"{permission.operation} {permission.resource.lower()} {permission.name}"


def _code(changes: Sequence[Change], difference: Difference | None) -> int:
    if any(each.kind is Kind.REFUSED for each in changes):
        return EXIT_REFUSED
    lacking = bool(difference and difference.lacking)
    return EXIT_DIFFERENT if changes or lacking else 0
