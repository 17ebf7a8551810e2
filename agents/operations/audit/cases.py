"""One case as its steps tell it, and what is wrong with it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.ticks import Ticks
from schemas.records import Escalation, EscalationStatus, Notice, Severity, Tier, Why

_S = EscalationStatus
ENDS = frozenset({_S.RESOLVED, _S.WITHDRAWN, _S.MERGED, _S.CONFIRMED})
BEGINS = frozenset({_S.OPENED, _S.REOPENED})
_ACKNOWLEDGES = frozenset({_S.ACKNOWLEDGED, _S.CONTACTED, _S.PROMISED, _S.WAITING})
_HANDS_OVER = frozenset({_S.MOVED_UP, _S.REASSIGNED, _S.OPENED, _S.REOPENED})
_AFTER_DECIDE_BY = frozenset({"UNDECIDED", "OVERDUE", "OVERDUE_AGAIN"})
TIERS = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)
_AFTER_WAIT = frozenset({"WAIT_ENDED"})
_PROMISE_MISSED = "SILENCE_PROMISE_MISSED"
_NOBODY = "NOBODY_REACHABLE"
_NOBODY_ELSE = "NOBODY_ELSE"
_ERASED = "ERASED"


class Case:
    """The steps of one escalation, and the notices about it."""

    def __init__(self, escalation_id: str) -> None:
        self.id = escalation_id
        self.partition = 0
        self.steps: dict[int, Escalation] = {}
        self._told: set[str] = set()  # step:whom
        self._doubled: list[int] = []

    def take(self, step: Escalation) -> None:
        """A step more, in whatever order they come."""
        if step.step in self.steps:
            self._doubled.append(step.step)
        self.steps[step.step] = step

    def hear(self, notice: Notice) -> None:
        """A notice about it: its id is the case's, the step's number, and who it is for."""
        self._told.add(notice.notice_id.removeprefix(f"{self.id}:"))

    @property
    def last(self) -> Escalation:
        """The last step that changed something: no REFUSED one, nor a word about a decision."""
        last = self.steps[min(self.steps)]
        for _, step in sorted(self.steps.items()):
            if step.status is not _S.REFUSED and not _is_after_decision(step, last):
                last = step
        return last

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.last.status not in ENDS

    @property
    def acknowledged(self) -> bool:
        """Whether somebody has said, since it last changed hands, that they have it."""
        for step in sorted(self.steps.values(), key=lambda each: -each.step):
            if step.status in _ACKNOWLEDGES:
                return True
            if step.status in _HANDS_OVER:
                return False
        return False

    def findings(
        self,
        ticks: Ticks,
        promise_grace_ms: Callable[[str], int],
        decide_ms: Callable[[str, Severity], int],
        highest_tier: Callable[[str, Severity], Tier],
        *,
        whole: bool = True,
    ) -> Iterator[Finding]:
        """What is wrong, as of the ticks' horizon, up to which all effects must be there.

        `promise_grace_ms`: by the policy's version, how late a promised call may come; `decide_ms`:
        by it and the severity, how long a decision may take; `highest_tier`: by them, how high a
        case goes by itself. Not `whole`: its first steps may have
        been removed for being old.
        """
        yield from self._about_steps(0 if whole else min(self.steps))
        yield from self._about_the_past(ticks, promise_grace_ms)
        yield from self._about_ceilings(highest_tier)
        if self.is_open:
            yield from self._about_owner()
            yield from self._about_deadlines(ticks.horizon, promise_grace_ms)
            yield from self._about_moves(ticks.horizon, decide_ms)
        yield from self._about_notices(ticks.horizon)

    def _found(self, what: Breach, detail: str) -> Finding:
        return Finding(what=what, of=self.id, detail=detail)

    def _about_steps(self, first: int) -> Iterator[Finding]:
        for number in self._doubled:
            yield self._found(Breach.STEP_TWICE, f"step {number} is there twice")
        lacking = sorted(set(range(first, max(self.steps) + 1)) - self.steps.keys())
        if lacking:
            yield self._found(Breach.STEPS_WITH_GAPS, f"steps {lacking} are not there")
            return
        if first == 0 and self.steps[0].status not in (_S.OPENED, _S.MERGED):
            yield self._found(Breach.WRONG_ORDER, f"begins with {self.steps[0].status}")
        is_open, resolved = first > 0, first > 0
        last = self.steps[min(self.steps)]
        for _, step in sorted(self.steps.items()):
            if step.status is _S.REFUSED or _is_after_decision(step, last):
                continue
            if step.status is _S.CONFIRMED and resolved:
                is_open = resolved = False  # once: what was resolved stays so
                continue
            resolved = step.status is _S.RESOLVED
            last = step
            if step.status in BEGINS:
                is_open = True
            elif not is_open and step.step:
                yield self._found(
                    Breach.WRONG_ORDER, f"step {step.step} is {step.status}, after its end"
                )
            is_open = is_open and step.status not in ENDS

    def _about_ceilings(self, highest_tier: Callable[[str, Severity], Tier]) -> Iterator[Finding]:
        """A person may give it to anybody, and so may a call; an appeal and a second OVERDUE may
        take it one tier above; what is above stays there.
        """  # noqa: D205
        appealed, had = False, -1
        for number, step in sorted(self.steps.items()):
            if step.status in (_S.REFUSED, _S.MERGED):
                continue
            codes, tier = _codes(step), TIERS.index(step.tier)
            appealed = appealed or "APPEAL" in codes
            ceiling = TIERS.index(highest_tier(step.policy_version, step.severity))
            by_person = "RECORDED_CALL" in codes or (step.by is not None and "TAKEN" not in codes)
            one_more = appealed or "OVERDUE_AGAIN" in codes
            if not (tier <= max(ceiling + one_more, had) or by_person or (number and had < 0)):
                yield self._found(
                    Breach.ABOVE_CEILING,
                    f"step {number} ({step.status}) gives it to {step.tier}: "
                    f"{step.severity} goes no higher than {TIERS[ceiling]}",
                )
            had = tier

    def _about_owner(self) -> Iterator[Finding]:
        last = self.last
        opened_at = min(step.occurred_at for step in self.steps.values())
        if min(last.acknowledge_by, last.decide_by) <= opened_at:
            yield self._found(
                Breach.WITHOUT_CLOCK,
                "is open, and its last step has a deadline from before it began",
            )
        if last.manager is not None:
            return
        for number in sorted(self.steps, reverse=True):
            step = self.steps[number]
            if step.manager is not None and step.status is not _S.REFUSED:
                break
            if any(reason.code == _NOBODY for reason in step.reasons):
                return
        yield self._found(Breach.WITHOUT_OWNER, "is open, has no manager, and no step says why")

    def _about_the_past(
        self, ticks: Ticks, promise_grace_ms: Callable[[str], int]
    ) -> Iterator[Finding]:
        """Moments that had passed when the next step came, without their effect at their time."""
        changing = [e for _, e in sorted(self.steps.items()) if e.status is not _S.REFUSED]
        promise: Escalation | None = None
        for before, step in pairwise(changing):
            promise = promise_after(before, promise)
            if before.status in ENDS or before.step + 1 < step.step:
                continue
            due = [("decide_by", before.decide_by, _AFTER_DECIDE_BY)]
            if before.status is _S.WAITING and before.until is not None:
                due = [("its wait", before.until, _AFTER_WAIT)]
            if promise is not None and promise.until is not None:
                missed_at = promise.until + promise_grace_ms(promise.policy_version)
                due.append(("a promised call's time", missed_at, frozenset({_PROMISE_MISSED})))
            for what, at, codes in due:
                came_late = ticks.should_have_acted(self.partition, at, step.occurred_at)
                if came_late and not self._says(codes, at, step.occurred_at - 1):
                    yield self._found(
                        Breach.NO_EFFECT,
                        f"{what} passed at {at}; step {step.step} of {step.occurred_at} is the "
                        "first after it",
                    )

    def _about_deadlines(
        self, horizon: int, promise_grace_ms: Callable[[str], int]
    ) -> Iterator[Finding]:
        last = self.last
        if last.status is _S.WAITING and (last.until is None or last.until > horizon):
            return  # its clocks stand still
        if last.decide_by <= horizon and not self._says(_AFTER_DECIDE_BY, last.decide_by):
            yield self._found(Breach.NO_EFFECT, f"decide_by {last.decide_by} passed unsaid")
        if last.status is _S.WAITING:
            yield self._found(Breach.NO_EFFECT, f"its wait ended at {last.until}, unsaid")
        promise = self._promise
        if promise is None or promise.until is None:
            return
        if promise.until + promise_grace_ms(promise.policy_version) <= horizon:
            yield self._found(
                Breach.NO_EFFECT,
                f"a call was promised for {promise.until}, and its miss is unsaid",
            )

    def _about_moves(
        self, horizon: int, decide_ms: Callable[[str, Severity], int]
    ) -> Iterator[Finding]:
        """An overdue case whose last move found nobody but who had been tried before.

        Whoever can't be reached is asked again; who was tried is not, so it would stay for ever.
        """
        last = self.last
        if last.status is _S.WAITING or last.manager is None:
            return
        tries = [
            each
            for _, each in sorted(self.steps.items())
            if each.status in _HANDS_OVER or _NOBODY_ELSE in _codes(each)
        ]
        if not tries or _NOBODY_ELSE not in _codes(tries[-1]):
            return
        tried = [
            each.manager_id
            for each in tries[-1].passed_over
            if each.why is Why.ALREADY_TRIED and each.manager_id != last.manager.manager_id
        ]
        since = max(tries[-1].occurred_at, last.decide_by)
        if tried and horizon - since > decide_ms(last.policy_version, last.severity):
            yield self._found(
                Breach.OUT_OF_REACH,
                f"decide_by {last.decide_by} passed; step {tries[-1].step} found nobody, as "
                f"{', '.join(tried)} had been tried, and nothing was tried since",
            )

    def _says(self, codes: frozenset[str], since: int, until: int | None = None) -> bool:
        """Whether a step of that time (ms) has one of these reasons."""
        return any(
            step.occurred_at >= since
            and (until is None or step.occurred_at <= until)
            and any(reason.code in codes for reason in step.reasons)
            for step in self.steps.values()
        )

    @property
    def promised(self) -> int | None:
        """By when a call was promised that nobody has made, or found missed, yet (ms)."""
        return None if self._promise is None else self._promise.until

    @property
    def _promise(self) -> Escalation | None:
        """The promise that nobody has kept, or found missed, yet."""
        promise = None
        for _, step in sorted(self.steps.items()):
            promise = promise_after(step, promise)
        return promise

    def _about_notices(self, horizon: int) -> Iterator[Finding]:
        for number, step in self.steps.items():
            codes = {reason.code for reason in step.reasons}
            if step.occurred_at > horizon or _ERASED in codes:
                continue
            expected = step.status in (_S.OPENED, _S.REOPENED, _S.RESOLVED, _S.CONFIRMED) or (
                step.status is _S.MOVED_UP and _NOBODY_ELSE not in codes
            )
            # A call that was taken is told by the step after.
            if expected and not {f"{number}:customer", f"{number + 1}:customer"} & self._told:
                yield self._found(
                    Breach.NOBODY_TOLD,
                    f"step {number} ({step.status}) was not told to the customer",
                )


def _is_after_decision(step: Escalation, last: Escalation) -> bool:
    """Whether a manager spoke with the customer about what was decided: it opens nothing."""
    return step.status is _S.CONTACTED and last.status is _S.RESOLVED


def _codes(step: Escalation) -> set[str]:
    return {reason.code for reason in step.reasons}


def says_promise_missed(step: Escalation) -> bool:
    """Whether a step says that a promised call did not come."""
    return _PROMISE_MISSED in _codes(step)


def promise_after(step: Escalation, promise: Escalation | None) -> Escalation | None:
    """The promise that stands after a step, where one did before it.

    One that took the place of a missed one stands, though the miss is said after it, in its moment.
    """
    if step.status is _S.PROMISED:
        return step
    if promise is None or keeps_promise(step):
        return None
    replaced = promise.occurred_at == step.occurred_at
    return promise if replaced or not says_promise_missed(step) else None


def keeps_promise(step: Escalation) -> bool:
    """Whether a step ends what was promised: somebody spoke, or the case ends or begins."""
    return step.status is _S.CONTACTED or step.status in ENDS | BEGINS
