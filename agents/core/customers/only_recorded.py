"""What is only recorded, once for each revision: a price within the limit, or one that waits."""

from msgspec.structs import replace

from agents.core.customers.rule_base.finding import Finding
from agents.core.customers.state import Visit
from schemas.records import Decision


def recorded_as(finding: Finding) -> Decision:
    """As what a finding is recorded that nothing is decided about."""
    return Decision.BELOW_THRESHOLD if finding.below_threshold else Decision.AWAITING


def is_recorded(visit: Visit, finding: Finding) -> bool:
    """Whether a finding below the threshold, or a price that waits, has its record."""
    recorded = visit.below_recorded if finding.below_threshold else visit.awaiting_recorded
    return _mark(finding) in recorded


def with_record(visit: Visit, finding: Finding) -> Visit:
    """The visit once a finding has its record."""
    if finding.below_threshold:
        return replace(visit, below_recorded=(*visit.below_recorded, _mark(finding)))
    return replace(visit, awaiting_recorded=(*visit.awaiting_recorded, _mark(finding)))


def _mark(finding: Finding) -> tuple[str, int]:
    assert finding.revision is not None, "what is only recorded is of a revision"
    return finding.subject_id or "", finding.revision
