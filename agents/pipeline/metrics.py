"""Every metric of the domain: name, type, labels, meaning.

Labels are bounded words of the contract. A record is counted when it is handled, so once more where
a worker that died had handled it before: the committed truth is in the topics. A renamed metric or
label is a breaking change.
"""

import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from agents.core.desk.moves import (
    NOT_ACKNOWLEDGED,
    OVERDUE,
    OVERDUE_AGAIN,
    PROMISE_MISSED,
    TRIED_AGAIN,
    UNDECIDED,
)
from agents.core.desk.refusals import ActionRefusal
from agents.core.desk.state import EscalationState
from agents.core.desk.statuses import ACKNOWLEDGING, CLOSED
from agents.core.desk.storms import SITE_STORM
from agents.core.handling import Counted, Handled
from agents.pipeline.data_packages import DATA_PACKAGES, data_versions
from agents.reference_data.reference import Reference, Refused
from schemas.catalogue import TOPICS
from schemas.records import (
    Case,
    DeadLetterReason,
    Disagreement,
    Escalation,
    EscalationStatus,
    Insight,
    Tier,
)
from streams.compiled import native

log = structlog.get_logger()

DECISIONS = Counter(
    "recourse_decisions",
    "Disagreements decided, by rule, decision and arm of the pilot.",
    ["rule", "decision", "arm"],
)
DEAD_LETTERS = Counter(
    "recourse_dead_letters", "Records that could not be used, by reason.", ["topic", "reason"]
)
SKIPPED = Counter(
    "recourse_records_skipped",
    "Records that changed nothing: duplicates, of what is not known, of a later version.",
    ["topic", "why"],
)
SKIPPED_BEFORE = Counter(
    "recourse_passed_over",
    "The former name of recourse_records_skipped_total, until the next release.",
    ["topic", "why"],
)
STEPS = Counter(
    "recourse_escalation_steps", "Steps of escalations, by what happened.", ["status", "tier"]
)
ACTIONS_REFUSED = Counter(
    "recourse_actions_refused",
    "Actions of people that were REFUSED, by the reason: what guards customers is among them.",
    ["why"],
)
ACKNOWLEDGE_DEADLINES = Counter(
    "recourse_acknowledge_deadlines",
    "Deadlines to acknowledge that ended: met by whatever acknowledges first, or not.",
    ["met"],
)
DEADLINES_MISSED = Counter(
    "recourse_deadlines_missed",
    "Deadlines and promises that passed without what was due, by the tier that had the case.",
    ["deadline", "tier"],
)
OVERDUE_CASES = Counter(
    "recourse_cases_overdue",
    "Times that a case stood undecided where it goes no higher, by the tier that had it.",
    ["tier"],
)
WITHOUT_MANAGER = Counter(
    "recourse_steps_without_manager",
    "Steps of open escalations that nobody has: somebody must look at the directory.",
    ["status"],
)
UNKNOWN_SITES = Counter(
    "recourse_unknown_sites", "Disagreements at sites that the directory does not know."
)
OTHER_REGION = Counter(
    "recourse_check_ins_of_another_region",
    "Check-ins at a site of another region than the visit's, whose managers have it all the same.",
)
CLOSURES_NOT_JUDGED = Counter(
    "recourse_closures_not_judged",
    "Closures that came late, of visits without any estimate or authorisation: what was charged "
    "is compared with nothing.",
)
RECORDS_EXCEEDED = Counter(
    "recourse_records_exceeded",
    "Decisions that were not written: the visit and rule had all the records of a day.",
)
UNDELIVERED = Counter(
    "recourse_undelivered_notices",
    "Notices that no channel took and that concern no escalation.",
)
INSIGHTS = Counter(
    "recourse_insights",
    "Insights written, by the stage that did; none under a policy of generation 1.",
    ["stage"],
)
CASES_FILLED = Counter(
    "recourse_cases_filled",
    "Cases that were open before recourse.cases showed any, and were put there by the first fill "
    "(some at each tick, once a policy of generation 2 is in force).",
)
NOBODY_TO_CONFIRM = Counter(
    "recourse_nobody_to_confirm",
    "Times that a case found ABUSIVE could be told to no manager who can confirm it: only an "
    "operator can, else it stays UNFOUNDED.",
)
WITHOUT_REMEDY = Counter(
    "recourse_decisions_without_remedy",
    "Cases decided UPHELD or PARTLY_UPHELD that say nothing of what the customer gets.",
)
STORMS = Counter("recourse_site_storms", "Site storms that began, by kind.", ["kind"])
REFERENCE_REFUSED = Gauge(
    "recourse_reference_refused",
    "Keys of the reference topics whose newest record was not taken; the one before is in force.",
)
REFERENCE_AT_RISK = Gauge(
    "recourse_reference_at_risk",
    "Keys of the reference topics whose good record is in force here, and lost when Kafka compacts "
    "the topic: the newest record of the key was not taken.",
)
POLICY_INFO = Gauge(
    "recourse_policy_info", "1 for the newest version of the policy that is known.", ["version"]
)
BUILD_INFO = Gauge(
    "recourse_build_info",
    "1 for this worker's version, whether its hot path is the one in C (yes, no), and the versions "
    "of the packages whose data decide: two workers that differ in one may decide differently.",
    ["version", "compiled", *DATA_PACKAGES],
)
POLICIES = Gauge("recourse_policies", "Versions of the policy that are known.")
SITES = Gauge("recourse_directory_sites", "Sites in the directory.")
MANAGERS = Gauge("recourse_directory_managers", "Managers in the directory.")

_NOTED = {
    Counted.OTHER_REGION: OTHER_REGION,
    Counted.CLOSURE_NOT_JUDGED: CLOSURES_NOT_JUDGED,
    Counted.RECORDS_EXCEEDED: RECORDS_EXCEEDED,
    Counted.NOBODY_TO_CONFIRM: NOBODY_TO_CONFIRM,
    Counted.UNDELIVERED: UNDELIVERED,
    Counted.WITHOUT_REMEDY: WITHOUT_REMEDY,
}
_DEADLINES = {
    NOT_ACKNOWLEDGED: "acknowledge",
    UNDECIDED: "decide",
    OVERDUE: "decide",
    OVERDUE_AGAIN: "decide",
    PROMISE_MISSED: "promise",
}
_SHOWN_BY = {
    "recourse.policies": "recourse policy show",
    "directory.sites": "recourse directory show",
    "directory.managers": "recourse directory show",
}


class PrometheusCounts:
    """`agents.pipeline.counts.Counts` as metrics and log lines; one a worker."""

    def __init__(self) -> None:
        self._refused_told: int | None = None
        _begin_at_zero()
        compiled = "no" if native is None else "yes"
        BUILD_INFO.labels(version=version("recourse"), compiled=compiled, **data_versions()).set(1)

    def handled(self, stage: str, topic: str, handled: Handled[Any]) -> None:
        """Counts what a record made."""
        if handled.passed_over is not None:
            for counter in (SKIPPED, SKIPPED_BEFORE):
                counter.labels(topic=topic, why=handled.passed_over.value).inc()
        for noted in handled.noted:
            _NOTED[noted].inc()
        for output in handled.outputs:
            match output.record:
                case Disagreement():
                    _decision(output.record)
                case Escalation():
                    _step(output.record, handled.changed.get(output.record.escalation_id))
                case Insight():
                    INSIGHTS.labels(stage=stage).inc()
                case Case() if output.record.status is None:
                    CASES_FILLED.inc()
                case _:
                    pass

    def dead_letter(self, stage: str, topic: str, reason: DeadLetterReason) -> None:
        """Counts a dead letter."""
        del stage
        DEAD_LETTERS.labels(topic=topic, reason=reason.value).inc()

    def failed(self, stage: str, topic: str, error: Exception) -> None:
        """Logs where our code failed, without its message and values: they may name people."""
        frames = traceback.extract_tb(error.__traceback__)
        log.error(
            "record_failed",
            stage=stage,
            topic=topic,
            error=type(error).__name__,
            at=[f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in frames],
        )

    def reference(self, reference: Reference) -> None:
        """Shows what is in force, and says once what was refused."""
        POLICIES.set(len(reference.policies))
        POLICY_INFO.clear()
        if reference.policies:
            POLICY_INFO.labels(version=reference.policies[-1].version).set(1)
        SITES.set(len(reference.sites))
        MANAGERS.set(len(reference.managers))
        REFERENCE_REFUSED.set(len(reference.unmended))
        REFERENCE_AT_RISK.set(len(reference.at_risk))
        for refused in self._untold(reference):
            # A manager's key is a person's: it stays out of the log.
            named = {} if refused.topic == "directory.managers" else {"key": refused.key}
            see = _SHOWN_BY[refused.topic]
            log.error("reference_refused", topic=refused.topic, see=see, **named)

    def _untold(self, reference: Reference) -> Sequence[Refused]:
        """What was refused since the last time; at the start, what nothing has mended."""
        told, self._refused_told = self._refused_told, reference.refused_count
        if told is None:
            return reference.standing
        new = reference.refused_count - told
        return reference.refused[-new:] if new > 0 else ()


def _begin_at_zero() -> None:
    """Shows what alerts count before it happens: the first of a kind would be no increase else."""
    for met in ("yes", "no"):
        ACKNOWLEDGE_DEADLINES.labels(met=met)
    for deadline in set(_DEADLINES.values()):
        for tier in Tier:
            DEADLINES_MISSED.labels(deadline=deadline, tier=tier.value)
    for tier in Tier:
        OVERDUE_CASES.labels(tier=tier.value)
    for why in ActionRefusal:
        ACTIONS_REFUSED.labels(why=why.value)
    for topic in TOPICS:
        DEAD_LETTERS.labels(topic=topic, reason=DeadLetterReason.FAILED.value)


def _acknowledges(record: Escalation, after: object) -> bool:
    """Whether somebody has just taken the case in hand, by whichever action does so first."""
    return (
        record.status in ACKNOWLEDGING
        and isinstance(after, EscalationState)
        and after.acknowledged_at == record.occurred_at
    )


def _decision(record: Disagreement) -> None:
    DECISIONS.labels(
        rule=record.rule.value, decision=record.decision.value, arm=record.arm.value
    ).inc()
    if record.region_id.startswith("unknown:"):
        UNKNOWN_SITES.inc()


def _step(record: Escalation, after: object) -> None:
    """Counts a step; `after` is the case as it has become, where that is known."""
    STEPS.labels(status=record.status.value, tier=record.tier.value).inc()
    if record.status is EscalationStatus.REFUSED:
        ACTIONS_REFUSED.labels(why=record.reasons[0].code).inc()
    for reason in record.reasons:
        if reason.code == SITE_STORM:
            STORMS.labels(kind=reason.facts["kind"]).inc()
        if TRIED_AGAIN in reason.facts:
            continue  # the deadline was counted when it passed
        missed = _DEADLINES.get(reason.code)
        if missed is not None:
            DEADLINES_MISSED.labels(deadline=missed, tier=reason.facts["tier"]).inc()
        if reason.code in (OVERDUE, OVERDUE_AGAIN):
            OVERDUE_CASES.labels(tier=reason.facts["tier"]).inc()
        if missed == "acknowledge":
            ACKNOWLEDGE_DEADLINES.labels(met="no").inc()
    if _acknowledges(record, after):
        in_time = record.occurred_at <= record.acknowledge_by
        ACKNOWLEDGE_DEADLINES.labels(met="yes" if in_time else "no").inc()
    closed = isinstance(after, EscalationState) and not after.is_open
    if record.manager is None and record.status not in CLOSED and not closed:
        WITHOUT_MANAGER.labels(status=record.status.value).inc()
