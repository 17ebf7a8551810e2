"""A case in one line: who has it, and what is to happen next, as its steps tell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from agents.operations.audit.cases import Case
from agents.operations.explain.state import standing
from schemas.records import EscalationStatus, Severity, Tier


class Next(StrEnum):
    """What is to happen next."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    CALL = "call the customer"
    """A manager has promised it."""
    WAIT = "wait for the customer"
    """Its clocks stand still."""
    NOTHING = "nothing"
    """It is closed."""


class CaseLine(Struct, frozen=True, kw_only=True):
    """One case; times are epoch milliseconds.

    `manager_id` is None where nobody has it: then one is looked for on each tick. `opened_at` is of
    the oldest step that was read; `begun` says whether that is the first. `due_at` is when `next`
    is to have happened, None for a closed case.
    """

    escalation_id: str
    severity: Severity
    tier: Tier
    status: EscalationStatus
    region_id: str
    site_id: str
    manager_id: str | None
    opened_at: int
    begun: bool
    acknowledged: bool
    next: Next
    due_at: int | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.next is not Next.NOTHING

    def late(self, now: int) -> int:
        """For how long (ms) what was due has not happened; 0 while there is time."""
        if self.due_at is None or self.next is Next.WAIT:
            return 0
        return max(0, now - self.due_at)


def line_of(case: Case) -> CaseLine:
    """The case as its last step leaves it."""
    last, first = case.last, case.steps[min(case.steps)]
    stands = standing([step for _, step in sorted(case.steps.items())])
    coming, due_at = _next(case, acknowledged=stands.acknowledged)
    return CaseLine(
        escalation_id=case.id,
        severity=last.severity,
        tier=last.tier,
        status=stands.told.status,
        region_id=last.region_id,
        site_id=last.site_id,
        manager_id=None if last.manager is None else last.manager.manager_id,
        opened_at=first.occurred_at,
        begun=first.step == 0,
        acknowledged=stands.acknowledged,
        next=coming,
        due_at=due_at,
    )


def _next(case: Case, *, acknowledged: bool) -> tuple[Next, int | None]:
    last = case.last
    if not case.is_open:
        return Next.NOTHING, None
    if last.status is EscalationStatus.WAITING and last.until is not None:
        return Next.WAIT, last.until
    coming = [(last.decide_by, Next.DECIDE)]
    if not acknowledged:
        coming.append((last.acknowledge_by, Next.ACKNOWLEDGE))
    promised = case.promised
    if promised is not None:
        coming.append((promised, Next.CALL))
    due_at, what = min(coming)
    return what, due_at


class Wanted(Struct, frozen=True, kw_only=True):
    """Which cases are meant; what is empty is not asked."""

    regions: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    managers: frozenset[str] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    severities: frozenset[Severity] = frozenset()
    statuses: frozenset[EscalationStatus] = frozenset()
    closed_too: bool = False
    overdue: bool = False
    unacknowledged: bool = False
    without_manager: bool = False

    def has(self, line: CaseLine, now: int) -> bool:
        """Whether a case is meant."""
        words = (
            (self.regions, line.region_id),
            (self.sites, line.site_id),
            (self.managers, line.manager_id),
            (self.tiers, line.tier),
            (self.severities, line.severity),
            (self.statuses, line.status),
        )
        return (
            (line.is_open or self.closed_too)
            and all(not among or word in among for among, word in words)
            and (not self.overdue or line.late(now) > 0)
            and (not self.unacknowledged or (line.is_open and not line.acknowledged))
            and (not self.without_manager or (line.is_open and line.manager_id is None))
        )


class Order(StrEnum):
    """What comes first."""

    DUE = "due"
    """What is due next, or has been for longest; closed cases last."""
    AGE = "age"
    """The oldest."""
    SEVERITY = "severity"
    """The gravest, then what is due next."""


_GRAVEST = (Severity.SAFETY, Severity.HIGH, Severity.NORMAL, Severity.LOW)


def ordered(lines: Iterable[CaseLine], order: Order) -> list[CaseLine]:
    """The lines in an order; of equals by their ids."""

    def due(line: CaseLine) -> tuple[bool, int, str]:
        return (line.due_at is None, line.due_at or line.opened_at, line.escalation_id)

    match order:
        case Order.DUE:
            return sorted(lines, key=due)
        case Order.AGE:
            return sorted(lines, key=lambda line: (line.opened_at, line.escalation_id))
        case Order.SEVERITY:
            return sorted(lines, key=lambda line: (_rank(line.severity), *due(line)))


def _rank(severity: Severity) -> int:
    return _GRAVEST.index(severity) if severity in _GRAVEST else len(_GRAVEST)


class Figures(Struct, frozen=True, kw_only=True):
    """Open cases in numbers."""

    open: int
    by_tier: dict[str, int]
    by_severity: dict[str, int]
    without_manager: int
    overdue: int
    oldest: CaseLine | None
    oldest_unacknowledged: CaseLine | None


def figures(lines: Sequence[CaseLine], now: int) -> Figures:
    """Open cases in numbers; `lines` may hold closed ones."""
    those = ordered((line for line in lines if line.is_open), Order.AGE)
    return Figures(
        open=len(those),
        by_tier=_counted(each.tier.value for each in those),
        by_severity=_counted(each.severity.value for each in those),
        without_manager=sum(line.manager_id is None for line in those),
        overdue=sum(line.late(now) > 0 for line in those),
        oldest=next(iter(those), None),
        oldest_unacknowledged=next((line for line in those if not line.acknowledged), None),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
