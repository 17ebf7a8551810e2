"""Every metric of the auditor: what holds as seen from outside, whether or not workers live."""

from prometheus_client import Gauge

from agents.operations.audit.finding import Breach
from agents.operations.audit.ledger import Ledger
from schemas.records import Tier

PROBLEMS = Gauge(
    "recourse_audit_problems", "What the auditor finds now, by what is broken.", ["what"]
)
OPEN_CASES = Gauge("recourse_audit_open_cases", "Open cases, by the tier that has them.", ["tier"])
WITHOUT_MANAGER = Gauge(
    "recourse_audit_cases_without_manager", "Open cases that nobody has: nobody can be reached."
)
OLDEST_UNACKNOWLEDGED = Gauge(
    "recourse_audit_oldest_unacknowledged_seconds",
    "Age of the oldest open case that nobody has acknowledged; 0 without one.",
)
UNACKNOWLEDGED_LATE = Gauge(
    "recourse_audit_unacknowledged_late_cases",
    "Open cases whose manager has not acknowledged them in time, by the tier that has them. At "
    "EXECUTIVE, where no step says so, it is seen here alone.",
    ["tier"],
)
HEARTBEAT = Gauge(
    "recourse_audit_heartbeat_timestamp_seconds",
    "When the auditor last looked; it stands still when nobody looks any more.",
)


def publish(ledger: Ledger, at_seconds: float) -> None:
    """Shows what the ledger says."""
    found = dict.fromkeys(Breach, 0)
    for finding in ledger.findings():
        found[finding.what] += 1
    for what, count in found.items():
        PROBLEMS.labels(what=what.value).set(count)
    figures = ledger.figures()
    for tier in Tier:
        OPEN_CASES.labels(tier=tier.value).set(figures.open_by_tier.get(tier.value, 0))
        late = figures.unacknowledged_late_by_tier.get(tier.value, 0)
        UNACKNOWLEDGED_LATE.labels(tier=tier.value).set(late)
    WITHOUT_MANAGER.set(figures.without_manager)
    OLDEST_UNACKNOWLEDGED.set(figures.oldest_unacknowledged_ms / 1000)
    HEARTBEAT.set(at_seconds)
