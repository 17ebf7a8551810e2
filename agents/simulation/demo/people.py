"""The managers of the demo: they read escalations, and acknowledge and resolve them in their time.

What they do follows from the seed and the escalation's id alone.
"""

from collections.abc import Collection
from hashlib import sha256
from heapq import heappop, heappush

from agents.core.calendar import MINUTE_MS
from agents.core.desk.statuses import CLOSED
from agents.core.reasons import FOUND
from agents.core.tiers import TIERS
from agents.reference_data.directory_files import demo_directory
from schemas.records import (
    Action,
    ActionName,
    Escalation,
    EscalationStatus,
    Manager,
    OutcomeName,
    Remedy,
    RemedyKind,
    Severity,
)

_TAKEN = (EscalationStatus.OPENED, EscalationStatus.REASSIGNED, EscalationStatus.REOPENED)
# What the managers find of the customers whom the demo tells stories about, case by case.
_FOUND = {
    "ada": (OutcomeName.UNFOUNDED, OutcomeName.ABUSIVE),
    "ben": (OutcomeName.UNFOUNDED, OutcomeName.UNFOUNDED, OutcomeName.UPHELD),
    "iris": (OutcomeName.UNFOUNDED,),
    "jon": (OutcomeName.UPHELD,),
}
# What they give the customer with their first decision.
_REMEDIES = {"jon": Remedy(kind=RemedyKind.PRICE_TO, amount=40_000, currency="USD")}
_NOT_DECIDED = frozenset({"fay"})  # is forgotten before
_IN_VAIN = frozenset({"gus"})  # is promised a call, and waits in vain
_IN_VAIN_MINUTES = 150  # from when his case is taken until it is decided all the same
_USUALLY = (
    (45, OutcomeName.UPHELD),
    (75, OutcomeName.PARTLY_UPHELD),
    (98, OutcomeName.UNFOUNDED),
    (100, OutcomeName.ABUSIVE),
)
_WHY_ABUSIVE = "The same request again, and nothing new in it"
_CONFIRMED_MINUTES = 45  # how long after somebody found abuse another has looked at it
_PROMISED_MINUTES = 60  # how long after they took a case some promise to call; half of them do


class People:
    """Everybody who answers for an escalation."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._has: dict[str, str] = {}
        self._ended: set[str] = set()
        self._never_abusive: set[str] = set()
        self._confirms: dict[str, str] = {}
        self._acted: set[tuple[str, str]] = set()
        self._plans: list[tuple[int, str, ActionName]] = []
        self._regions: dict[str, str] = {}
        self._customers: dict[str, str] = {}
        self._cases_of: dict[str, list[str]] = {}

    def read(self, step: Escalation) -> None:
        """Take notice of one step of an escalation."""
        case = step.escalation_id
        self._regions[case], self._customers[case] = step.region_id, step.customer_id
        cases = self._cases_of.setdefault(step.customer_id, [])
        if case not in cases:
            cases.append(case)
        if step.severity is Severity.SAFETY or _is_found(step):
            self._never_abusive.add(case)
        if step.manager is not None:
            self._has[case] = step.manager.manager_id
        if step.status in CLOSED:
            self._ended.add(case)
        if step.status in _TAKEN and step.manager is not None:
            self._ended.discard(case)
        self.plan(step)

    def plan(self, step: Escalation) -> None:
        """What they mean to do about a step."""
        case = step.escalation_id
        if step.status is EscalationStatus.RESOLVED and step.outcome is OutcomeName.ABUSIVE:
            self._is_looked_at_again(step)
        if step.status in _TAKEN and step.manager is not None:
            acknowledged = step.occurred_at + self._minutes(case, "acknowledge", 3, 50) * MINUTE_MS
            resolved = acknowledged + self._minutes(case, "resolve", 30, 240) * MINUTE_MS
            in_vain = step.customer_id in _IN_VAIN
            if in_vain:
                resolved = acknowledged + _IN_VAIN_MINUTES * MINUTE_MS
            if in_vain or self._minutes(case, "promise", 0, 9) == 0:
                heappush(self._plans, (acknowledged, case, ActionName.PROMISE))
                if not in_vain and self._minutes(case, "kept", 0, 1):
                    called = acknowledged + _PROMISED_MINUTES * MINUTE_MS
                    heappush(self._plans, (called, case, ActionName.CONTACTED))
            else:
                heappush(self._plans, (acknowledged, case, ActionName.ACKNOWLEDGE))
            if self._outcome(case) is OutcomeName.ABUSIVE:
                heappush(self._plans, (resolved - MINUTE_MS, case, ActionName.CONTACTED))
            if step.customer_id not in _NOT_DECIDED:
                heappush(self._plans, (resolved, case, ActionName.RESOLVE))

    def mean_to(self, case: str, names: Collection[ActionName], *, by: int) -> bool:
        """Whether somebody will do one of these things about a case by a moment."""
        return any(
            of == case and at <= by and name in names and (case, name) not in self._acted
            for at, of, name in self._plans
        )

    def due(self, until: int) -> list[Action]:
        """What they do up to `until` (epoch milliseconds), in order."""
        actions = []
        while self._plans and self._plans[0][0] <= until:
            at, case, name = heappop(self._plans)
            over = case in self._ended and name is not ActionName.CONFIRM
            if not over and (case, name) not in self._acted:
                self._acted.add((case, name))
                actions.append(self._action(at, case, name))
        return actions

    def _action(self, at: int, case: str, name: ActionName) -> Action:
        return Action(
            action_id=f"{case}:{name.value}",
            occurred_at=at,
            escalation_id=case,
            region_id=self._regions[case],
            by=self._confirms[case] if name is ActionName.CONFIRM else self._has[case],
            action=name,
            until=at + _PROMISED_MINUTES * MINUTE_MS if name is ActionName.PROMISE else None,
            outcome=self._outcome(case) if name is ActionName.RESOLVE else None,
            reason=self._reason(case, name),
            remedy=self._remedy(case) if name is ActionName.RESOLVE else None,
        )

    def _remedy(self, case: str) -> Remedy | None:
        customer = self._customers[case]
        return _REMEDIES.get(customer) if self._cases_of[customer][0] == case else None

    def _is_looked_at_again(self, step: Escalation) -> None:
        """Somebody of a higher tier in the region confirms the abuse, if there is one."""
        above = _managers_above(step)
        if above:
            case, at = step.escalation_id, step.occurred_at + _CONFIRMED_MINUTES * MINUTE_MS
            self._confirms[case] = above[0].manager_id
            heappush(self._plans, (at, case, ActionName.CONFIRM))

    def _reason(self, case: str, name: ActionName) -> str | None:
        abusive = name is ActionName.RESOLVE and self._outcome(case) is OutcomeName.ABUSIVE
        return _WHY_ABUSIVE if abusive else None

    def _outcome(self, case: str) -> OutcomeName:
        """What they find: no abuse where it may concern safety, or nobody asked for anything."""
        found = self._finds(case)
        abusive = found is OutcomeName.ABUSIVE and case in self._never_abusive
        return OutcomeName.UNFOUNDED if abusive else found

    def _finds(self, case: str) -> OutcomeName:
        customer = self._customers[case]
        found = _FOUND.get(customer)
        if found is not None:
            return found[min(self._cases_of[customer].index(case), len(found) - 1)]
        chance = self._minutes(case, "outcome", 0, 99)
        return next(outcome for below, outcome in _USUALLY if chance < below)

    def _minutes(self, case: str, what: str, low: int, high: int) -> int:
        return drawn(self._seed, case, what, low, high)


def drawn(seed: int, case: str, what: str, low: int, high: int) -> int:
    """A number from `low` to `high`, the same whenever it is asked for."""
    digest = sha256(f"{seed}:{case}:{what}".encode()).digest()
    return low + int.from_bytes(digest[:4], "big") % (high - low + 1)


def _is_found(step: Escalation) -> bool:
    """Whether the product opened it for what it found itself."""
    found = any(reason.code == FOUND for reason in step.reasons)
    return found and step.status is EscalationStatus.OPENED


def _managers_above(step: Escalation) -> list[Manager]:
    """The managers of the region above a case's tier, the nearest first."""
    above = TIERS[TIERS.index(step.tier) + 1 :]
    known = demo_directory().managers.values()
    return [
        each
        for tier in above
        for each in known
        if each.tier is tier and step.region_id in each.region_ids
    ]
