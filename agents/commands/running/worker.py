"""`recourse worker`: run the stages."""

from collections.abc import Sequence
from typing import Annotated

import structlog
import typer

from agents.pipeline import settings
from agents.pipeline.failures import FailureLimit
from agents.pipeline.metrics import PrometheusCounts
from agents.pipeline.stages import SHADOW, beside_stages, stages
from agents.records.engine_records import encode_order, encode_tick
from agents.records.schema_registry import codecs_of
from agents.records.spans import NO_SPANS, SpanFile
from agents.reference_data.reference import references
from streams.errors import ConfigurationError
from streams.runtime import logs
from streams.runtime.collector import collect_rarely
from streams.runtime.worker import leave, run

log = structlog.get_logger()

_WITHOUT_KEY = (
    "what stays of an erased customer can be found by trying ids: set RECOURSE_PRIVACY_KEY_FILE "
    "(docs/security.md)"
)
STAGES = tuple(stage.name for stage in stages())
SHADOW_STAGE = SHADOW.name


def worker(
    stage: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this stage; may be given several times. `shadow` runs the policy published "
            "with --shadow beside the live one, in a process of its own."
        ),
    ] = None,
    http_port: Annotated[
        int | None, typer.Option(help="Port of /metrics and /health; 0 takes a free one.")
    ] = None,
    worker_number: Annotated[
        int | None, typer.Option(help="Stable and different for each worker.")
    ] = None,
) -> None:
    """Run the stages until told to stop.

    SIGTERM stops it, and its partitions wait for it; after SIGUSR1 others get them at once.
    """
    beside = _is_beside(stage or ())
    logs.configure()  # what fails before the settings are known is a line, too
    try:
        loaded = settings.load(http_port=http_port, worker_number=worker_number)
        pseudonyms = settings.pseudonyms()
        logs.configure(loaded.log_level, loaded.log_format)
        wire = codecs_of(loaded)
        spans = NO_SPANS if loaded.spans_path is None else SpanFile(loaded.spans_path)
    except ConfigurationError as problem:
        logs.say_end(problem, problem.exit_code)
        raise typer.Exit(problem.exit_code) from None
    if not pseudonyms.keys:
        log.warning("without_privacy_key", meaning=_WITHOUT_KEY)
    counts = PrometheusCounts()
    failures = FailureLimit(loaded.failed_at_most_percent)
    build = beside_stages if beside else stages
    built = build(counts=counts, wire=wire, failures=failures, spans=spans)
    chosen = [each for each in built if beside or not stage or each.name in stage]
    read = references(wire.decode, pseudonyms, counts.reference)
    collect_rarely()
    leave(run(chosen, read, loaded, encode_tick, encode_order))


def _is_beside(names: Sequence[str]) -> bool:
    """Whether it is the stage beside the live ones, which shares no process with them.

    Raises:
        typer.BadParameter: there is no such stage, or it is named with others.
    """
    unknown = sorted(set(names) - {*STAGES, SHADOW_STAGE})
    if unknown:
        known = ", ".join(sorted([*STAGES, SHADOW_STAGE]))
        raise typer.BadParameter(f"--stage is {unknown[0]!r}: must be one of {known}")
    if SHADOW_STAGE in names and set(names) != {SHADOW_STAGE}:
        raise typer.BadParameter(
            f"--stage {SHADOW_STAGE} runs alone: what it does must not hold up the live stages"
        )
    return SHADOW_STAGE in names
