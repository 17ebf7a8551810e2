"""How long cases took that were decided, for those of which nothing is recorded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Final

from agents.records.codecs import Undecodable
from agents.simulation.replay.recording import DISAGREEMENTS, OUTCOMES, Recording, Stored
from schemas.records import Decision, Disagreement, Outcome, OutcomeStatus, Severity

NOBODY_KNOWS_MS: Final = 86_400_000
"""Where no case at all was decided: a day."""
_CASES_AT_MOST: Final = 20_000
"""Of so many decided cases the median does not move any more."""


def typical_durations(recording: Recording) -> Mapping[Severity, int]:
    """From the opening to the first decision (ms), by severity: the median of what is recorded.

    A severity of which none was decided has that of all.
    """
    took: dict[Severity, list[int]] = defaultdict(list)
    for stored in recording.stored.values():
        if any(each.is_outcome for each in stored):
            for severity, milliseconds in _of_one(recording, stored):
                took[severity].append(milliseconds)
        if sum(map(len, took.values())) >= _CASES_AT_MOST:
            break
    every = [each for of in took.values() for each in of]
    usual = round(median(every)) if every else NOBODY_KNOWS_MS
    return {each: round(median(took[each])) if took[each] else usual for each in Severity}


def _of_one(recording: Recording, stored: Iterable[Stored]) -> Iterable[tuple[Severity, int]]:
    opened: dict[str, Disagreement] = {}
    for each in sorted(stored):
        if each.topic not in (DISAGREEMENTS, OUTCOMES):
            continue
        try:
            record = recording.decode(each.topic, each.value)
        except Undecodable:
            continue
        if isinstance(record, Disagreement) and record.decision is Decision.RAISED:
            opened[record.escalation_id or ""] = record
        elif isinstance(record, Outcome) and record.status is OutcomeStatus.RESOLVED:
            finding = opened.pop(record.escalation_id, None)
            if finding is not None:
                yield finding.severity, max(record.occurred_at - finding.decided_at, 0)
