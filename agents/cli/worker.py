"""`recourse worker`: run the stages."""

from typing import Annotated

import typer

from agents.engine_records import encode_order, encode_tick
from agents.metrics import PrometheusCounts
from agents.reference import REFERENCES
from agents.stages import stages
from streams import settings
from streams.errors import ConfigurationError
from streams.runtime.worker import leave, run

BUILT = {stage.name: stage for stage in stages(counts=PrometheusCounts())}


def worker(
    stage: Annotated[
        list[str] | None, typer.Option(help="Only this stage; may be given several times.")
    ] = None,
    http_port: Annotated[
        int | None, typer.Option(help="Port of /metrics and /health; 0 takes a free one.")
    ] = None,
    worker_number: Annotated[
        int | None, typer.Option(help="Stable and different for each worker.")
    ] = None,
) -> None:
    """Run the stages until told to stop.

    Exit codes: 0 stopped by a signal, with everything committed; 70 a defect; 75 start again (the
    state comes back from Kafka); 78 a setting, a topic or the reference data must change first.
    """
    unknown = sorted(set(stage or ()) - set(BUILT))
    if unknown:
        raise typer.BadParameter(
            f"--stage is {unknown[0]!r}: must be one of {', '.join(sorted(BUILT))}"
        )
    chosen = [BUILT[name] for name in BUILT if not stage or name in stage]
    try:
        loaded = settings.load(http_port=http_port, worker_number=worker_number)
    except ConfigurationError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(problem.exit_code) from None
    leave(run(chosen, REFERENCES, loaded, encode_tick, encode_order))
