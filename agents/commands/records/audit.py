"""`recourse audit`: from outside, was anybody forgotten?"""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from confluent_kafka import KafkaException

from agents.commands.console.options import BootstrapOption, leave, leave_service
from agents.commands.console.output import say, say_json
from agents.commands.console.screen import Screen
from agents.commands.console.tables import show
from agents.commands.running import topics
from agents.commands.simulation.simulate import read_lines
from agents.core.policy import Policy
from agents.core.world import Directory
from agents.operations.audit.events import TOPICS as EVENTS
from agents.operations.audit.finding import MEANING, Finding
from agents.operations.audit.for_apps.answered import CHANNEL
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.metrics import publish
from agents.operations.audit.reading import (
    ERASURES,
    TopicsRead,
    Unreadable,
    ledger_of_lines,
    read_events,
    take_event,
    take_said,
)
from agents.pipeline.settings import load
from agents.records.schema_registry import codecs_of
from agents.reference_data.directory_files import demo_directory, load_directory
from agents.reference_data.files import UnusableFile
from agents.reference_data.policy_files import default_policy, load_policy
from agents.reference_data.reference import Reference
from agents.simulation.simulate import JSON, lines_of
from streams.errors import ConfigurationError, EngineError
from streams.runtime import logs
from streams.runtime.health import HealthServer

EXIT_FOUND, EXIT_UNREADABLE = 1, 2
_LOOK_SECONDS = 5.0
_POLICIES_SECONDS = 60.0
_FORGETS_SECONDS = 3_600.0
_SHOWN = 200


def audit(
    from_: Annotated[
        Path | None, typer.Option("--from", help="What `simulate` wrote, instead of Kafka.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="With --from: the policy that was used; else the package's.")
    ] = None,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    http_port: Annotated[
        int | None, typer.Option(help="With --watch: port of /metrics and /health.")
    ] = None,
    *,
    events: Annotated[
        Path | None,
        typer.Option(help="With --from: what `simulate` read, to see whether decisions were kept."),
    ] = None,
    directory: Annotated[
        Path | None, typer.Option(help="With --events: the directory used; else the demo's.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on looking, as a service, until told to stop.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Read the topics from outside and say what promise of the design is broken.

    Whether what managers decided was kept is seen from the events: not with --watch.
    """
    end: Callable[[Exception, int], NoReturn] = leave
    if watch:
        logs.configure()  # what fails before the settings are known is a line, too
        end = leave_service
    try:
        if from_ is not None:
            rules = default_policy() if policy is None else load_policy(policy)
            ledger = ledger_of_lines(read_lines(from_), {rules.version: rules})
            if events is not None:
                sites = demo_directory() if directory is None else load_directory(directory)
                _take_events(ledger, read_lines(events), sites)
        else:
            settings = load(bootstrap_servers=bootstrap_servers, http_port=http_port)
            logs.configure(settings.log_level, settings.log_format)
            read = TopicsRead(bootstrap_servers, codecs_of(settings, writes=False))
            reference = topics.published(bootstrap_servers)
            ledger = Ledger(_by_version(reference), whole=read.whole)
            if watch:
                _watch(read, ledger, bootstrap_servers, settings.http_host, settings.http_port)
                return
            read.to_end(ledger)
            read.compare(ledger)
            read_events(bootstrap_servers, read.wire, reference.directory, ledger)
            read.close()
    except (Unreadable, UnusableFile, ConfigurationError, EngineError, topics.NotPublished) as why:
        end(why, EXIT_UNREADABLE)
    except KafkaException as error:
        sentence = f"Kafka at {bootstrap_servers} can't be reached: {error.args[0].str()}"
        end(Unreadable(sentence), EXIT_UNREADABLE)
    found = list(ledger.findings())
    _print(ledger, found, json_=json_)
    raise typer.Exit(EXIT_FOUND if found else 0)


def _by_version(reference: Reference) -> Mapping[str, Policy]:
    return {each.version: each for each in reference.policies}


def _take_events(ledger: Ledger, texts: list[bytes], sites: Directory) -> None:
    """The events of what `simulate` read; time has come as far as its last line."""
    ledger.look_at_events(sites)
    for line in lines_of(texts):
        message = line.message
        ledger.ticks.ran(0, max(ledger.horizon, message.timestamp))
        if line.problem is not None or message.value is None:
            continue
        key = (message.key or b"").decode()
        if message.topic in EVENTS:
            take_event(ledger, message, key, JSON)
        if message.topic in (CHANNEL, ERASURES):
            take_said(ledger, message, key, JSON)


def _watch(read: TopicsRead, ledger: Ledger, servers: str, host: str, port: int) -> None:
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    health = HealthServer(host, port, lambda: None, lambda: None)
    health.start()
    looked = policies_at = forgot = time.monotonic()
    read.to_end(ledger)
    publish(ledger, time.time())
    while not stop.is_set():
        read.go_on(ledger, 0.5)
        if time.monotonic() - policies_at > _POLICIES_SECONDS:
            ledger.policies, policies_at = _by_version(topics.published(servers)), time.monotonic()
        if time.monotonic() - forgot > _FORGETS_SECONDS:
            ledger.forget()
            forgot = time.monotonic()
        if time.monotonic() - looked > _LOOK_SECONDS:
            publish(ledger, time.time())
            looked = time.monotonic()
    health.stop()
    read.close()


def _print(ledger: Ledger, found: list[Finding], *, json_: bool) -> None:
    if json_:
        told = {
            "looked_at": ledger.counted,
            "findings": [
                {"what": each.what.value, "of": each.of, "detail": each.detail} for each in found
            ],
        }
        say_json(told)
        return
    if found:
        show(["what", "of", "detail"], [[e.what.value, e.of, e.detail] for e in found[:_SHOWN]])
        for what, count in Counter(each.what for each in found).most_common():
            say(f"{count} x {what.value}: {MEANING[what]}", err=True)
    counted = ", ".join(f"{count:,} {name}" for name, count in ledger.counted.items())
    verdict = f"{len(found):,} findings" if found else "nothing is wrong"
    Screen(stderr=True).print(f"Looked at {counted}: {verdict}.")
