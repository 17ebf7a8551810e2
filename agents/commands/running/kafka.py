"""`recourse kafka`: a real Kafka on this machine, to try things out."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from agents.commands.console.output import say, say_json
from agents.commands.console.screen import Screen
from agents.commands.running.declared_topics import OwnTimeOption
from agents.pipeline.topic_specs import topic_specs
from agents.records.schema_registry import register_all
from streams.broker import Broker, BrokerError, RegistryServer, Status
from streams.broker.console import TOOLS, run_tool
from streams.broker.jars import JarsError
from streams.errors import ConfigurationError
from streams.serialisation.registry import Registry
from streams.transport.kafka import admin
from streams.transport.topics import declare

app = typer.Typer(help="A real Kafka on this machine (KRaft, one node), without Docker or Java.")
DataOption = Annotated[Path, typer.Option(help="The folder that holds its data and logs.")]
GuardedOption = Annotated[
    bool,
    typer.Option(
        "--guarded",
        help="Also a listener with TLS, passwords and ACLs, as a cluster has (docs/security.md).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
DATA = Path("var/kafka")
PORT = 9092
REGISTRY_WAIT_SECONDS = 10.0


class Beside(StrEnum):
    """What can run beside Kafka."""

    REGISTRY = "registry"


@app.command()
def up(
    data: DataOption = DATA,
    port: Annotated[int | None, typer.Option(help="Else a free one.")] = PORT,
    with_: Annotated[
        Beside | None,
        typer.Option("--with", help="Also a schema registry (Apicurio), with all our schemas."),
    ] = None,
    *,
    free_port: Annotated[bool, typer.Option("--free-port", help="Take any free port.")] = False,
    guarded: GuardedOption = False,
    own_time: OwnTimeOption = False,
    json_: JsonOption = False,
) -> None:
    """Start it, wait until it answers, and create all topics."""
    console = Screen(stderr=True)
    try:
        status = Broker(data).start(None if free_port else port, guarded=guarded, console=console)
        different = declare(admin(status.bootstrap_servers), topic_specs(own_time=own_time))
        if with_ is Beside.REGISTRY:
            server = _registry(data)
            url = server.url(server.start(console=console))
            register_all(Registry(url, REGISTRY_WAIT_SECONDS))
    except (BrokerError, JarsError, ConfigurationError) as problem:
        say(str(problem), err=True)
        raise typer.Exit(2) from None
    for line in different:
        say(line, err=True)
    _show(data, status, json_=json_)


@app.command()
def down(
    data: DataOption = DATA,
    *,
    wipe: Annotated[bool, typer.Option("--wipe", help="Remove the folder, too.")] = False,
) -> None:
    """Stop it, and the registry beside it."""
    if _registry(data).stop(wipe=wipe):
        say(f"Stopped the registry in {data}.")
    stopped = Broker(data).stop(wipe=wipe)
    say(f"Stopped Kafka in {data}." if stopped else f"No Kafka runs in {data}.")


@app.command()
def status(data: DataOption = DATA, *, json_: JsonOption = False) -> None:
    """Say whether it runs, and where."""
    found = Broker(data).status()
    if found is None:
        say('{"running": false}' if json_ else f"No Kafka runs in {data}.")
        raise typer.Exit(3)
    _show(data, found, json_=json_)


@app.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    help=f"Run one of Kafka's own tools, without Java: {', '.join(TOOLS)}.",
)
def tool(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As in the script kafka-NAME.sh.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="Handed to the tool as they are.")
    ] = None,
) -> None:
    """Runs one of Kafka's tools, from the cached jars.

    `--bootstrap-server` is RECOURSE_BOOTSTRAP_SERVERS where the arguments do not give it.
    """
    if name not in TOOLS:
        say(f"Kafka's tool is {name!r}: must be one of {', '.join(TOOLS)}", err=True)
        raise typer.Exit(2)
    servers = os.environ.get("RECOURSE_BOOTSTRAP_SERVERS", f"localhost:{PORT}")
    try:
        code = run_tool(name, servers, arguments or [])
    except JarsError as problem:
        say(str(problem), err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(code)


def _registry(data: Path) -> RegistryServer:
    return RegistryServer(data / "registry")


def _show(data: Path, found: Status, *, json_: bool) -> None:
    facts = {
        "bootstrap_servers": found.bootstrap_servers,
        "process": str(found.pid),
        "data": str(found.data),
        "log": str(found.log),
    }
    guard = Broker(data).guard
    if guard.prepared:
        facts |= {"guarded_listener": guard.bootstrap_servers, "secrets": str(guard.folder)}
    beside = _registry(data).status()
    if beside is not None:
        facts |= {
            "registry_url": _registry(data).url(beside),
            "registry_process": str(beside.pid),
            "registry_log": str(beside.log),
        }
    if json_:
        say_json({"running": True} | facts)
        return
    table = Table(show_header=False, box=None)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), value)
    Screen(soft_wrap=True).print(table)
