"""One case as its steps tell it, and what is wrong with it."""

from collections.abc import Iterator

from agents.audit.finding import Finding, What
from schemas.records import Escalation, EscalationStatus, Notice

_S = EscalationStatus
_ENDS = frozenset({_S.RESOLVED, _S.WITHDRAWN, _S.MERGED})
_BEGINS = frozenset({_S.OPENED, _S.REOPENED})
_ACKNOWLEDGES = frozenset({_S.ACKNOWLEDGED, _S.CONTACTED, _S.PROMISED, _S.WAITING})
_HANDS_OVER = frozenset({_S.MOVED_UP, _S.REASSIGNED, _S.OPENED, _S.REOPENED})
_AFTER_DECIDE_BY = frozenset({"UNDECIDED", "OVERDUE"})
_PROMISE_MISSED = "SILENCE_PROMISE_MISSED"
_NOBODY = "NOBODY_REACHABLE"
_NOBODY_ELSE = "NOBODY_ELSE"
_ERASED = "ERASED"


class Case:
    """The steps of one escalation, and the notices about it."""

    def __init__(self, escalation_id: str) -> None:
        self.id = escalation_id
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
        """The last step that changed something."""
        return max(
            (each for each in self.steps.values() if each.status is not _S.REFUSED),
            key=lambda each: each.step,
            default=self.steps[max(self.steps)],
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.last.status not in _ENDS

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
        self, horizon: int, promise_grace_ms: int, *, whole: bool = True
    ) -> Iterator[Finding]:
        """What is wrong, as of a moment up to which all effects must be there.

        Not `whole`: its first steps may have been removed for being old.
        """
        yield from self._about_steps(0 if whole else min(self.steps))
        if self.is_open:
            yield from self._about_owner()
            yield from self._about_deadlines(horizon, promise_grace_ms)
        yield from self._about_notices(horizon)

    def _found(self, what: What, detail: str) -> Finding:
        return Finding(what=what, of=self.id, detail=detail)

    def _about_steps(self, first: int) -> Iterator[Finding]:
        for number in self._doubled:
            yield self._found(What.STEP_TWICE, f"step {number} is there twice")
        lacking = sorted(set(range(first, max(self.steps) + 1)) - self.steps.keys())
        if lacking:
            yield self._found(What.STEPS_WITH_GAPS, f"steps {lacking} are not there")
            return
        if first == 0 and self.steps[0].status not in (_S.OPENED, _S.MERGED):
            yield self._found(What.WRONG_ORDER, f"begins with {self.steps[0].status}")
        is_open = first > 0
        for _, step in sorted(self.steps.items()):
            if step.status is _S.REFUSED:
                continue
            if step.status in _BEGINS:
                is_open = True
            elif not is_open and step.step:
                yield self._found(
                    What.WRONG_ORDER, f"step {step.step} is {step.status}, after its end"
                )
            is_open = is_open and step.status not in _ENDS

    def _about_owner(self) -> Iterator[Finding]:
        last = self.last
        opened_at = min(step.occurred_at for step in self.steps.values())
        if min(last.acknowledge_by, last.decide_by) <= opened_at:
            yield self._found(
                What.WITHOUT_CLOCK, "is open, and its last step has a deadline from before it began"
            )
        if last.manager is not None:
            return
        for number in sorted(self.steps, reverse=True):
            step = self.steps[number]
            if step.manager is not None and step.status is not _S.REFUSED:
                break
            if any(reason.code == _NOBODY for reason in step.reasons):
                return
        yield self._found(What.WITHOUT_OWNER, "is open, has no manager, and no step says why")

    def _about_deadlines(self, horizon: int, promise_grace_ms: int) -> Iterator[Finding]:
        last = self.last
        if last.status is _S.WAITING and (last.until is None or last.until > horizon):
            return  # its clocks stand still
        if last.decide_by <= horizon and not self._says(_AFTER_DECIDE_BY, last.decide_by):
            yield self._found(What.NO_EFFECT, f"decide_by {last.decide_by} passed unsaid")
        if last.status is _S.WAITING:
            yield self._found(What.NO_EFFECT, f"its wait ended at {last.until}, unsaid")
        promised = self.promised
        if promised is not None and promised + promise_grace_ms <= horizon:
            yield self._found(
                What.NO_EFFECT, f"a call was promised for {promised}, and its miss is unsaid"
            )

    def _says(self, codes: frozenset[str], since: int) -> bool:
        return any(
            step.occurred_at >= since and any(reason.code in codes for reason in step.reasons)
            for step in self.steps.values()
        )

    @property
    def promised(self) -> int | None:
        """The promise that nobody has kept, or found missed, yet."""
        until = None
        for _, step in sorted(self.steps.items()):
            if step.status is _S.PROMISED:
                until = step.until
            elif (
                step.status is _S.CONTACTED
                or step.status in _ENDS | _BEGINS
                or any(reason.code == _PROMISE_MISSED for reason in step.reasons)
            ):
                until = None
        return until

    def _about_notices(self, horizon: int) -> Iterator[Finding]:
        for number, step in self.steps.items():
            codes = {reason.code for reason in step.reasons}
            if step.occurred_at > horizon or _ERASED in codes:
                continue
            expected = step.status in (_S.OPENED, _S.REOPENED, _S.RESOLVED) or (
                step.status is _S.MOVED_UP and _NOBODY_ELSE not in codes
            )
            # A call that was taken is told by the step after.
            if expected and not {f"{number}:customer", f"{number + 1}:customer"} & self._told:
                yield self._found(
                    What.NOBODY_TOLD, f"step {number} ({step.status}) was not told to the customer"
                )
