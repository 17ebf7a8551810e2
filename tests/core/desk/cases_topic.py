"""recourse.cases as a reader of a compacted topic has it, held against the steps and the state."""

from collections.abc import Iterable

from msgspec import Struct

from agents.core.desk.partition import Partition
from agents.core.desk.state import Phase
from agents.core.handling import Tombstone
from schemas.records import Case, Escalation, EscalationStatus, OutcomeName

SAME = (
    "step", "status", "occurred_at", "visit_id", "customer_id", "site_id", "region_id", "severity",
    "tier", "manager", "acknowledge_by", "decide_by", "merged_into", "policy_version",
)  # fmt: skip
"""What a case has in common with its newest step."""


class CasesTopic:
    """The newest record of each key, and the newest step of each case."""

    def __init__(self) -> None:
        self.records: dict[str, Case] = {}
        self.written: list[Case | Tombstone] = []
        self._steps: dict[str, Escalation] = {}

    def takes(self, written: Iterable[Struct]) -> None:
        """What one handling wrote, in order."""
        for each in written:
            if isinstance(each, Escalation):
                self._steps[each.escalation_id] = each
            elif isinstance(each, Case):
                self.written.append(each)
                self.records[each.escalation_id] = each
            elif isinstance(each, Tombstone):
                self.written.append(each)
                self.records.pop(each.key, None)

    def check(self, partition: Partition) -> None:
        """It holds the cases that are kept and shown, each as its newest step says."""
        shown = {
            key: state
            for key, state in partition.records.items()
            if state.shown and state.phase is not Phase.FORGOTTEN
        }
        assert self.records.keys() == shown.keys()
        for key, record in self.records.items():
            state, step = shown[key], self._steps[key]
            assert not state.erased
            if record.status is None:
                assert record.step == step.step
                continue
            assert _common(record) == _common(step)
            assert {each.kind for each in record.grounds} == set(step.kinds)
            assert (record.phase.value, record.ended_at) == (state.phase.value, state.ended_at)
            if step.status is EscalationStatus.CONFIRMED:
                assert record.outcome is OutcomeName.ABUSIVE
            elif step.outcome is OutcomeName.ABUSIVE:
                assert record.outcome in (OutcomeName.ABUSIVE, OutcomeName.UNFOUNDED)
            elif step.status is EscalationStatus.RESOLVED:
                assert (record.outcome, record.remedy) == (step.outcome, step.remedy)


def _common(record: Case | Escalation) -> dict[str, object]:
    return {name: getattr(record, name) for name in SAME}
