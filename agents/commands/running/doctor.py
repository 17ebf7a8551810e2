"""`recourse doctor`: is it set up rightly? If not: what, and what would be right."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.table import Table
from rich.text import Text

from agents.commands.console.options import BootstrapOption
from agents.commands.console.output import say, say_json, say_row
from agents.commands.console.progress import Progress
from agents.commands.console.screen import Screen
from agents.commands.running.declared_topics import OwnTimeOption
from agents.core.pseudonyms import Pseudonyms
from agents.operations.access import granted_roles, roles
from agents.operations.doctor.check_connection import connection, reader_check
from agents.operations.doctor.check_contract import clock_checks, reference_checks, schema_checks
from agents.operations.doctor.check_framing import framing_checks
from agents.operations.doctor.check_machine import machine_checks
from agents.operations.doctor.check_placement import placement_checks
from agents.operations.doctor.check_state import state_checks
from agents.operations.doctor.check_topics import (
    permission_checks,
    readable,
    shown,
    topic_checks,
    transaction_checks,
)
from agents.operations.doctor.checks import Check, Verdict, fine, fix, unknown
from agents.pipeline.processor import TICKS
from agents.pipeline.settings import load, pseudonyms
from agents.pipeline.stages import stages
from agents.pipeline.topic_specs import topic_specs
from agents.records.codecs import PLAIN
from agents.records.schema_registry import codecs_of
from streams.access import access
from streams.errors import ConfigurationError, EngineError
from streams.printable import printable
from streams.runtime import logs
from streams.settings import Settings, framings
from streams.transport.coordinators import Coordinators

EXIT_FOUND, EXIT_NOT_LOOKED = 1, 2
_SECONDS = 5.0
_STYLES = {Verdict.FINE: "green", Verdict.FIX: "bold red", Verdict.UNKNOWN: "yellow"}


def doctor(
    bootstrap_servers: BootstrapOption = "localhost:9092",
    role: Annotated[
        str,
        typer.Option(
            help=f"What this principal is to be able to do: {', '.join(granted_roles())}.",
            autocompletion=lambda: list(granted_roles()),
        ),
    ] = "worker",
    *,
    own_time: OwnTimeOption = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
) -> None:
    """Check the settings, connect, and say what must change: a line a check.

    It looks at settings, versions, folders, Kafka and who we are to it, topics and permissions,
    schemas, policy and directory, and the clock. It changes nothing.
    """
    if role not in roles():
        raise typer.BadParameter(f"--role is {role!r}: must be one of {', '.join(granted_roles())}")
    logs.configure("ERROR", "auto")
    verdicts = []
    with Progress("recourse doctor", "looking at the settings and this machine") as progress:
        examination = _Examination(bootstrap_servers, role, progress.say, own_time=own_time)
        for check in examination.checks():
            verdicts.append(check.verdict)
            progress.hide()
            _print(check, json_=json_)
    found = verdicts.count(Verdict.FIX)
    if not json_:
        _sum_up(len(verdicts), found, verdicts.count(Verdict.UNKNOWN))
    if not examination.looked:
        raise typer.Exit(EXIT_NOT_LOOKED)
    raise typer.Exit(EXIT_FOUND if found else 0)


class _Examination:
    """All checks, in the order in which one needs what the one before found."""

    def __init__(
        self, servers: str, role: str, tell: Callable[[str], None], *, own_time: bool
    ) -> None:
        self._servers = servers
        self._tell = tell
        self._role = role
        self._own_time = own_time
        self.looked = False
        """Whether Kafka has answered."""

    def checks(self) -> Iterator[Check]:
        """One after the other, as they come."""
        try:
            settings, who = load(bootstrap_servers=self._servers), access()
            who.for_librdkafka()
        except ConfigurationError as problem:
            yield fix("settings", str(problem), "a worker ends with 78 by it")
            return
        yield fine("settings", "they fit together")
        yield from machine_checks(settings, erases=self._role == "worker")
        self._tell(f"asking Kafka at {settings.bootstrap_servers}")
        admin, said = connection(settings.bootstrap_servers, who)
        yield said
        if admin is None:
            return
        self._tell("asking it by the client that reads, too")
        yield reader_check(settings.bootstrap_servers)
        self.looked = True
        yield from self._of_kafka(admin, settings, who.who)
        self._tell("looking at the schemas")
        yield from schema_checks(settings)

    def _of_kafka(self, admin: AdminClient, settings: Settings, who: str) -> Iterator[Check]:
        role, specs = roles()[self._role], topic_specs(own_time=self._own_time)
        application = settings.application

        def topics() -> Iterator[Check]:
            seen = shown(admin, [spec.name for spec in specs])
            brokers = len(admin.list_topics(timeout=_SECONDS).brokers)
            yield from topic_checks(admin, specs, seen, brokers)
            coordinators = Coordinators(settings.bootstrap_servers)
            yield from permission_checks(coordinators, role, application, seen, who)

        yield from self._looking("topics", topics())
        asked = transaction_checks(settings.bootstrap_servers, role, application, who)
        yield from self._looking("permissions", asked)
        inputs = readable(role, [spec.name for spec in specs])
        placed = placement_checks(admin, settings.bootstrap_servers, stages(), inputs)
        yield from self._looking("partitions", placed)
        wire = PLAIN
        try:
            wire = codecs_of(settings, writes=False)
        except ConfigurationError as problem:
            yield fix("registry", str(problem), "a worker ends with 78 by it")
        else:
            named = readable(role, sorted(framings(settings.framing_by_topic)))
            yield from self._looking("framing", framing_checks(admin, settings, named))
        yield from self._looking("policy", reference_checks(admin, settings, wire, _keys()))
        for stage in stages():
            asked = state_checks(stage, application, settings.bootstrap_servers)
            yield from self._looking("state", asked)
        yield from self._looking("clock", clock_checks(admin, settings, TICKS))

    def _looking(self, area: str, checks: Iterable[Check]) -> Iterator[Check]:
        self._tell(f"looking at: {area}")
        yield from _guarded(area, checks)


def _keys() -> Pseudonyms:
    """The privacy keys; where they can't be read that is a check of its own."""
    try:
        return pseudonyms()
    except ConfigurationError:
        return Pseudonyms(any_key=True)


def _guarded(area: str, checks: Iterable[Check]) -> Iterator[Check]:
    """The checks, as far as the broker lets us look."""
    try:
        yield from checks
    except KafkaException as error:
        yield unknown(area, "could not be looked at", error.args[0].str())
    except EngineError as error:
        yield unknown(area, "could not be looked at", str(error))


def _print(check: Check, *, json_: bool) -> None:
    if json_:
        told = {"verdict": check.verdict.value, "area": check.area, "found": check.found}
        say_json(told | ({"right": check.right} if check.right else {}))
    elif not sys.stdout.isatty():
        parts = (check.verdict.value, check.area, check.found, check.right)
        say_row(each for each in parts if each)
    else:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(width=7, style=_STYLES[check.verdict])
        table.add_column(width=15)
        table.add_column(overflow="fold")
        said = Text(printable(check.found))
        if check.right:
            style = "bold" if check.verdict is Verdict.FIX else "dim"
            said.append(f"\n{printable(check.right)}", style=style)
        table.add_row(check.verdict.value, check.area, said)
        Screen().print(table)


def _sum_up(looked_at: int, found: int, unknown_: int) -> None:
    more = f", {unknown_} could not be looked at" if unknown_ else ""
    what = f"{found} to fix" if found else "nothing to fix"
    say(f"{looked_at} checks: {what}{more}.", err=True)
