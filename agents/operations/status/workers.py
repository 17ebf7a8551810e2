"""What workers (and the auditor) say of themselves over their own HTTP."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping

from msgspec import Struct
from prometheus_client.parser import text_string_to_metric_families

_SECONDS = 1.5
_BYTES = 4_000_000


class WorkerSays(Struct, frozen=True, kw_only=True):
    """One address; `problem` says why it is not live or not ready, None if it is both.

    `partitions` and `numbers` (RECOURSE_WORKER_NUMBER) by stage. `oldest_now_ms`: how old the
    oldest `now` of its partitions is. `version` is that of the code, empty where it says none.
    `started`: when its process began (epoch seconds), None where it does not say.
    """

    address: str
    problem: str | None
    version: str = ""
    partitions: Mapping[str, int] = {}
    oldest_now_ms: int = 0
    buffered_bytes: int = 0
    numbers: Mapping[str, int] = {}
    started: float | None = None


def ask(address: str) -> WorkerSays:
    """Asks one worker at `host:port`; one that does not answer says so."""
    try:
        metrics = _get(address, "/metrics")
        problem = _problem(address, "/health/live") or _problem(address, "/health/ready")
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        return WorkerSays(address=address, problem=f"does not answer: {reason}")
    return of_metrics(address, metrics, problem)


def of_metrics(address: str, text: str, problem: str | None) -> WorkerSays:
    """What the metrics of a worker say."""
    partitions: dict[str, int] = {}
    numbers: dict[str, int] = {}
    started: float | None = None
    version, oldest, buffered = "", 0.0, 0.0
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            match sample.name:
                case "recourse_partitions_assigned":
                    partitions[sample.labels["stage"]] = int(sample.value)
                case "recourse_worker_number":
                    numbers[sample.labels["stage"]] = int(sample.value)
                case "process_start_time_seconds":
                    started = sample.value
                case "recourse_now_age_seconds":
                    oldest = max(oldest, sample.value)
                case "recourse_buffered_bytes":
                    buffered += sample.value
                case "recourse_build_info":
                    version = sample.labels.get("version", "")
                case _:
                    pass
    return WorkerSays(
        address=address,
        problem=problem,
        version=version,
        partitions=partitions,
        oldest_now_ms=int(oldest * 1000),
        buffered_bytes=int(buffered),
        numbers=numbers,
        started=started,
    )


def _problem(address: str, path: str) -> str | None:
    try:
        _get(address, path)
    except urllib.error.HTTPError as error:
        return error.read(_BYTES).decode(errors="replace").strip() or f"{path}: {error.code}"
    return None


def _get(address: str, path: str) -> str:
    with urllib.request.urlopen(f"http://{address}{path}", timeout=_SECONDS) as answer:
        return str(answer.read(_BYTES).decode())
