"""`recourse archive`: keep the past longer than Kafka does."""

import signal
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer
from confluent_kafka import KafkaException

from agents.commands.console import tables
from agents.commands.console.options import leave, leave_service
from agents.commands.console.output import say, say_json
from agents.operations.archive.consumer import Archiver
from agents.operations.archive.manifest import Manifest, NotReadable, manifest_at
from agents.operations.archive.stores import StoreFailed, TakenOver, store_at
from agents.operations.archive.writer import by_topic
from agents.pipeline import settings
from agents.records.schema_registry import codecs_of
from streams.errors import EXIT_CONFIGURATION, EXIT_RESTART, ConfigurationError
from streams.runtime import logs
from streams.runtime.health import HealthServer

EXIT_UNREADABLE = 2
_TITLES = ("topic", "from", "to", "files", "records", "bytes")


def archive(
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="A folder, or s3://bucket/prefix, gs://, az://.")
    ],
    *,
    every: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="How often a file is written.")
    ] = 60.0,
    once: Annotated[
        bool, typer.Option("--once", help="End when all that Kafka has now is in it.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Say what is in it, and do nothing else.")
    ] = False,
    keep_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="DAYS",
            help="For so long files are kept, but those of policies and directory; else for ever.",
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="With --show: for machines.")] = False,
    http_port: Annotated[
        int | None, typer.Option(help="Port of /metrics and /health; 0 takes a free one.")
    ] = None,
) -> None:
    """Write every topic as Parquet, by topic and day, into a folder or an object store.

    Each record is in it once, whatever dies; a customer who asks to be forgotten is removed from
    every file. Reads committed records, in the group APPLICATION-archive. Settings of Kafka are
    those of the worker (RECOURSE_...), of an object store those of its own tools (AWS_...).
    """
    if show:
        _show(place, json_=json_)
        return
    logs.configure()  # what fails before the settings are known is a line, too
    try:
        loaded = settings.load(http_port=http_port)
        logs.configure(loaded.log_level, loaded.log_format)
        wire = codecs_of(loaded, writes=False)
        archiver = Archiver(loaded, lambda: store_at(place), wire, every, keep_days)
    except ConfigurationError as problem:
        leave_service(problem, problem.exit_code)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: archiver.stop())
    health = HealthServer(loaded.http_host, loaded.http_port, lambda: None, lambda: None)
    health.start()
    try:
        left = archiver.run(once=once)
    except ConfigurationError as problem:
        leave_service(problem, problem.exit_code)
    except NotReadable as problem:
        leave_service(problem, EXIT_CONFIGURATION)
    except (TakenOver, KafkaException) as problem:
        leave_service(problem, EXIT_RESTART)
    finally:
        health.stop()
    if once and left is not None:
        say(f"{archiver.taken:,} records more; {_in_all(left)}")


def _in_all(manifest: Manifest) -> str:
    rows = sum(each.rows for each in manifest.files)
    return f"in all {rows:,} records in {len(manifest.files):,} files."


def _show(place: str, *, json_: bool) -> None:
    try:
        manifest = manifest_at(store_at(place), place)
    except (StoreFailed, NotReadable) as problem:
        leave(problem, EXIT_UNREADABLE)
    if json_:
        say_json(_told(manifest))
        return
    rows = [
        (
            topic,
            files[0].day,
            files[-1].day,
            f"{len(files):,}",
            f"{sum(each.rows for each in files):,}",
            f"{sum(each.size for each in files):,}",
        )
        for topic, files in by_topic(manifest.files)
    ]
    tables.show(_TITLES, rows)
    say(f"In all {_in_all(manifest)[7:]}", err=True)
    for gap in manifest.gaps:
        say(
            f"{gap.topic}, partition {gap.partition}: {gap.end - gap.begin:,} offsets from "
            f"{gap.begin:,} on were gone from Kafka before they were read.",
            err=True,
        )


def _told(manifest: Manifest) -> dict[str, object]:
    rows, size = Counter[str](), Counter[str]()
    for each in manifest.files:
        rows[each.topic] += each.rows
        size[each.topic] += each.size
    return {
        "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sequence": manifest.sequence,
        "cluster": manifest.cluster,
        "topics": {
            topic: {
                "from": files[0].day,
                "to": files[-1].day,
                "records": rows[topic],
                "bytes": size[topic],
                "files": [each.path for each in files],
            }
            for topic, files in by_topic(manifest.files)
        },
        "gaps": [
            {"topic": e.topic, "partition": e.partition, "begin": e.begin, "end": e.end}
            for e in manifest.gaps
        ],
    }
