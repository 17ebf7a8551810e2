"""What is shown of a case and of lists of cases; nothing here decides who may see it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from agents.board.model.views import CaseView, Model
from agents.board.pages.words import Words
from agents.core.calendar import DAY_MS
from agents.operations.explain.operator import happenings
from agents.operations.explain.story import Kind, Story
from agents.reference_data.reference import Reference
from schemas.records import Case, Disagreement, Escalation, EscalationStatus, Manager, Rule

_NEEDS_FACTS: Final = frozenset(
    {
        Rule.DIAGNOSIS_NO_FAULT_FOUND_AGAIN,
        Rule.WARRANTY_REPEAT_REPAIR,
        Rule.WARRANTY_REVERSED,
        Rule.DECISION_NOT_KEPT,
    }
)
"""Rules whose words need more than a case's record holds."""


class Row(Struct, frozen=True, kw_only=True):
    """A case in a list."""

    id: str
    matter: str
    site: str
    manager: str | None
    severity: str
    severity_name: str
    tier: str
    phase: str
    next: str
    due_at: int | None
    due: str
    countdown: str
    late: bool
    outcome: str
    ended: str


class Step(Struct, frozen=True, kw_only=True):
    """A step of a case, as people read it."""

    at: int
    when: str
    name: str
    status: str
    by: str | None
    manager: str | None
    until: str | None
    outcome: str | None
    remedy: str | None
    message: str | None
    why: tuple[str, ...]


class Lists:
    """Cases as rows, in a reader's words."""

    def __init__(self, model: Model, reference: Reference, t: Words, now: int) -> None:
        self._model = model
        self._directory = reference.directory
        self._t = t
        self._now = now

    def rows(self, cases: Iterable[CaseView]) -> list[Row]:
        """The rows of cases, in their order."""
        return [self.row(each) for each in cases]

    def row(self, view: CaseView) -> Row:
        """A case as a row."""
        case, t = view.case, self._t
        site, due_at, waits = self._directory.site(case.site_id), view.due_at, is_waiting(case)
        return Row(
            id=case.escalation_id,
            matter=self.matter(view),
            site=site.name,
            manager=None if case.manager is None else case.manager.name,
            severity=case.severity.value,
            severity_name=t(f"severity-{case.severity.value}"),
            tier=t(f"tier-{case.tier.value}"),
            phase=t(f"phase-{case.phase.value}"),
            next=t(f"next-{next_of(case)}"),
            due_at=due_at,
            due="" if due_at is None else t.moment(due_at, site.time_zone),
            countdown="" if due_at is None else t.countdown(due_at, self._now),
            late=due_at is not None and due_at < self._now and not waits,
            outcome=self.outcome(case),
            ended="" if case.ended_at is None else t.moment(case.ended_at, site.time_zone),
        )

    def matter(self, view: CaseView) -> str:
        """What a case is about, in short."""
        case = view.case
        if not case.grounds or case.grounds[0].rule not in _NEEDS_FACTS:
            return self._t.matter(case)
        rule = case.grounds[0].rule
        found = [e for e in self._model.grounds(case.escalation_id) if e.rule is rule]
        if found:
            return self._t.ground(found[-1])
        return self._t("case-of", id=case.escalation_id)

    def outcome(self, case: Case) -> str:
        """How it ended, with what the customer gets; empty while it is open."""
        if case.outcome is None:
            return "" if case.ended_at is None else self._t(f"phase-{case.phase.value}")
        said = self._t(f"outcome-{case.outcome.value}")
        if case.remedy is None:
            return said
        zone = self._directory.site(case.site_id).time_zone
        return f"{said}: {self._t.remedy(case.remedy, zone)}"


def is_waiting(case: Case) -> bool:
    """Whether its clocks stand still."""
    return case.waits_until is not None


def next_of(case: Case) -> str:
    """What is to happen next of an open case."""
    if is_waiting(case):
        return "WAIT"
    coming = [(case.decide_by, "DECIDE")]
    if case.acknowledged_at is None:
        coming.append((case.acknowledge_by, "ACKNOWLEDGE"))
    if case.promised_until is not None:
        coming.append((case.promised_until, "CALL"))
    return min(coming)[1]


def history(
    steps: Sequence[Escalation],
    grounds: Sequence[Disagreement],
    names: Mapping[str, Manager],
    zone: str,
    t: Words,
) -> list[Step]:
    """The steps of a case, the newest first; why is said in the operators' words, English."""
    return [
        Step(
            at=step.occurred_at,
            when=t.moment(step.occurred_at, zone),
            name=t(f"step-{step.status.value}"),
            status=step.status.value,
            by=names[step.by].name if step.by is not None and step.by in names else step.by,
            manager=None if step.manager is None else step.manager.name,
            until=None if step.until is None else t.moment(step.until, zone),
            outcome=None if step.outcome is None else t(f"outcome-{step.outcome.value}"),
            remedy=None if step.remedy is None else t.remedy(step.remedy, zone),
            message=step.message,
            why=why,
        )
        for step, why in _with_reasons(steps, grounds, zone)
    ]


def explained(grounds: Sequence[Disagreement], zone: str) -> list[tuple[str, tuple[str, ...]]]:
    """How each finding was decided: what it is, and the sentences of its record (English)."""
    return [
        (happening.what, tuple(f"{line.label}: {line.text}" for line in happening.lines))
        for ground in grounds
        for happening in happenings(_story(ground.disagreement_id, (ground,)), zone)
    ]


def words_of_customer(grounds: Sequence[Disagreement]) -> list[str]:
    """What the customer wrote, as far as it came with a finding."""
    return list(dict.fromkeys(each.words for each in grounds if each.words))


def last_change(steps: Sequence[Escalation]) -> Escalation | None:
    """The newest step that changed something."""
    return next((e for e in reversed(steps) if e.status is not EscalationStatus.REFUSED), None)


def is_recent(view: CaseView, now: int, days: int = 30) -> bool:
    """Whether a case that has ended did so within so many days."""
    return view.ended_at is not None and view.ended_at > now - days * DAY_MS


_SAID_ELSEWHERE: Final = frozenset(
    ("By", "Manager", "Until", "Outcome", "Remedy", "Message", "Policy")
)


def _with_reasons(
    steps: Sequence[Escalation], grounds: Sequence[Disagreement], zone: str
) -> list[tuple[Escalation, tuple[str, ...]]]:
    """Each step with its reasons, without those that are the findings' own; the newest first."""
    if not steps:
        return []
    story = _story(steps[0].escalation_id, (*grounds, *steps))
    told = happenings(story, zone)[len(grounds) :]
    lines = [
        tuple(line.text for line in each.lines if line.label not in _SAID_ELSEWHERE)
        for each in told
    ]
    return list(reversed(list(zip(steps, lines, strict=True))))


def _story(id_: str, records: Sequence[Disagreement | Escalation]) -> Story:
    return Story(id=id_, kind=Kind.ESCALATION, records=tuple(records))
