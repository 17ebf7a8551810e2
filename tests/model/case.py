"""One case, told simply: who has it, who was told, what is due."""

from datetime import UTC, datetime

from schemas.records import ActionName, Escalation, EscalationStatus, Severity, Tier

S = EscalationStatus
A = ActionName
BEGINS = {S.OPENED, S.REOPENED}
ENDS = {S.RESOLVED, S.WITHDRAWN, S.MERGED}
ACKNOWLEDGES = {S.ACKNOWLEDGED, S.CONTACTED, S.PROMISED, S.WAITING}
LEADS_TO = {
    A.ACKNOWLEDGE: S.ACKNOWLEDGED, A.CONTACTED: S.CONTACTED, A.PROMISE: S.PROMISED,
    A.WAIT: S.WAITING, A.SNOOZE: S.SNOOZED, A.REASSIGN: S.REASSIGNED, A.RESOLVE: S.RESOLVED,
    A.REOPEN: S.REOPENED,
    A.CONFIRM: S.CONFIRMED,
}  # fmt: skip
BY_TIME = {
    "WARNING", "WAIT_ENDED", "SNOOZE_ENDED", "NOT_ACKNOWLEDGED", "UNDECIDED", "OVERDUE",
    "OVERDUE_AGAIN",
    "SILENCE_PROMISE_MISSED", "HANDED_OVER",
}  # fmt: skip


class Case:
    """One escalation."""

    def __init__(self, step: Escalation) -> None:
        self.id, self.visit, self.region = step.escalation_id, step.visit_id, step.region_id
        self.site, self.tier = step.site_id, step.tier
        self.last = step
        self.status = step.status  # of the last step that was no refusal
        self.rose = False  # whether the last step made it graver
        self.steps = 0
        self.is_open = self.forgotten = self.acted = self.ever_open = False
        self.taken_back = False
        self.asked = False  # whether the customer's own words RAISED it
        self.had: list[str] = []  # every manager, in order
        self.manager: str | None = None
        self.nobody_because = False  # that nobody has it was said, with the reason
        self.told: str | None = None  # the manager who was last told that it is theirs
        self.acknowledged_by: str | None = None
        self.passed_by: set[str] = set()
        self.excluded: set[str] = set()  # who was in it before an appeal
        self.due: dict[str, int] = {}  # what time must do, and when
        self.said: set[tuple[str, ...]] = set()  # warnings, of which deadline
        self.ended_at = self.reopened_at = 0
        self.spoken = False  # with the customer, since it was opened (again)
        self.rang_at: int | None = None  # when a call was said while a request stood
        self.waits_since: int | None = None
        self.wait_until = self.waited = 0  # of all waits that are over
        self.found_by: str | None = None  # who found it abusive
        self.found_tier: Tier | None = None  # None: an operator
        self.confirmed = False
        self.put_off = 0  # promises in a row that another took the place of in time
        self.grounds: dict[tuple[str, str | None], set[str]] = {}
        self.by_time_at = 0  # the last step that time made
        self.story: list[str] = []

    def __repr__(self) -> str:
        return "\n  ".join([self.id, *self.story, f"due: {self.due}"])

    def take(self, step: Escalation) -> None:
        """The next step."""
        self.story.append(in_words(step))
        assert step.step == self.steps, self
        self.steps += 1
        self.rose = step.severity is not self.last.severity
        self.last = step
        if step.status is S.REFUSED:
            return
        self.status = step.status
        if step.status in BEGINS:
            assert not self.is_open, self
            self.is_open = self.ever_open = True
            self.due = {}
            appeal = any(reason.code == "APPEAL" for reason in step.reasons)
            self.excluded = self.were_in() if appeal and step.status is S.REOPENED else set()
            self.passed_by, self.acknowledged_by, self.manager = set(), None, None
        elif step.status is S.CONFIRMED:
            assert not self.is_open, self
            self.confirmed = True
        elif step.status is not S.MERGED:
            assert self.is_open, self
        codes = {reason.code for reason in step.reasons}
        self._waits(step, codes)
        if "NOBODY_ELSE" in codes and step.status is S.WARNED:
            tried = {each.manager_id for each in step.passed_over if each.why == "ALREADY_TRIED"}
            assert tried <= {self.manager}, f"{tried} could be asked again: {self}"
        self._hands(step, codes)
        self._clocks(step, codes)
        if codes & BY_TIME:
            self.by_time_at = step.occurred_at
        if step.status in ENDS:
            self.is_open, self.due, self.ended_at = False, {}, step.occurred_at

    def _hands(self, step: Escalation, codes: set[str]) -> None:
        had, has = self.manager, step.manager.manager_id if step.manager else None
        self.manager, self.tier = has, step.tier
        if step.status is S.REASSIGNED and had is not None:
            self.passed_by = set()
        moved = step.status is S.MOVED_UP and "NOBODY_ELSE" not in codes
        if moved and not codes & BY_TIME:
            self.excluded = self.were_in()  # an appeal that joined
        if (
            had is not None
            and had != has
            and (moved or (step.status is S.JOINED and self.acknowledged_by is not None))
        ):
            self.passed_by.add(had)
        if moved or step.status is S.REASSIGNED:
            self.acknowledged_by = None
        if step.status in ACKNOWLEDGES and self.acknowledged_by is None:
            self.acknowledged_by = step.by
        if has is not None:
            self.passed_by.discard(has)
        if had != has:
            self.due.pop("SNOOZE_ENDED", None)  # whoever gets it does not find it hidden
        if has is not None and had != has:
            self.had.append(has)
        if has is None and (had is not None or step.status in BEGINS):
            self.nobody_because = "NOBODY_REACHABLE" in codes

    def were_in(self) -> set[str]:
        """Everybody who ever had it, or acknowledged it at last."""
        return {*self.had} | ({self.acknowledged_by} if self.acknowledged_by else set())

    def _waits(self, step: Escalation, codes: set[str]) -> None:
        """How long it waited for the customer, and whether anybody spoke with them."""
        since = self.waits_since
        if since is not None and (step.status in ENDS or self._ends_wait(step, codes)):
            self.waited += min(step.occurred_at, self.wait_until) - since
            self.waits_since = None
        if step.status is S.WAITING:
            self.waits_since, self.wait_until = step.occurred_at, step.until or 0
        if step.status in {*BEGINS, S.CONTACTED}:
            self.spoken, self.put_off = step.status is S.CONTACTED, 0
        if step.status in BEGINS:
            self.found_by, self.confirmed = None, False

    def rung(self, manager: str, steps: list[Escalation], now: int) -> list[list[str]]:
        """Why the steps are that a call makes which a manager took while a request stands."""
        self.spoken = True
        joined = ["REQUESTED_BY_CUSTOMER", "RECORDED_CALL"]
        if self.acknowledged_by is not None:
            lately = self.rang_at is not None and now - self.rang_at < 2 * 3_600_000
            assert not (lately and steps), "one step says so for two hours of calls"
            self.rang_at = now if steps else self.rang_at
            return [joined] * bool(steps)
        has = steps[-1].manager
        assert (steps[-1].status, steps[-1].by) == (S.ACKNOWLEDGED, manager), self
        assert has is not None
        assert has.manager_id == manager, self
        self.rang_at = now
        return [joined, []]

    def left_to_wait(self, now: int) -> int:
        """How long it may still wait (ms): three days in all, half an hour where it is SAFETY."""
        most = 30 * 60_000 if self.last.severity is Severity.SAFETY else 3 * 86_400_000
        since = self.waits_since
        runs = 0 if since is None else min(now, self.wait_until) - since
        return max(0, most - self.waited - runs)

    def misses_by_another(self, now: int, grace: int) -> bool:
        """Whether the promise that stands is missed when another takes its place now."""
        if "SILENCE_PROMISE_MISSED" not in self.due:
            return False
        late = now > self.due["SILENCE_PROMISE_MISSED"] - grace
        self.put_off = 0 if late else self.put_off + 1
        missed = late or self.put_off == 3
        self.put_off = 0 if missed else self.put_off
        return missed

    def _clocks(self, step: Escalation, codes: set[str]) -> None:
        if step.status in {S.CONTACTED, S.RESOLVED} or "SILENCE_PROMISE_MISSED" in codes:
            self.due.pop("SILENCE_PROMISE_MISSED", None)
        if step.status is S.SNOOZED:
            self.due["SNOOZE_ENDED"] = step.until or 0
        if "SNOOZE_ENDED" in codes:
            self.due.pop("SNOOZE_ENDED", None)
        # Whatever is done but a refusal or a look at the list ends a wait.
        waits = step.status is S.WAITING
        if waits:
            self.due["WAIT_ENDED"] = step.until or 0
        elif "WAIT_ENDED" in self.due and self._ends_wait(step, codes):
            del self.due["WAIT_ENDED"]
        if "WAIT_ENDED" in self.due:
            self.due.pop("DECIDED", None)
        elif codes & {"OVERDUE"}:
            self.due.pop("DECIDED", None)
            self.said.add(("OVERDUE", str(step.decide_by)))
        elif ("OVERDUE", str(step.decide_by)) not in self.said:
            self.due["DECIDED"] = step.decide_by

    def _ends_wait(self, step: Escalation, codes: set[str]) -> bool:
        if codes & {"WAIT_ENDED", "CUSTOMER_ANSWERED"} or self.rose:
            return True
        return step.status in set(LEADS_TO.values()) and step.by is not None

    def misses(self, until: int) -> tuple[int, str] | None:
        """What was due at or before a moment and has had no effect."""
        late = [(at, what) for what, at in self.due.items() if at <= until]
        return min(late, default=None) if self.is_open else None


def in_words(step: Escalation) -> str:
    codes = [reason.code for reason in step.reasons]
    has = step.manager.manager_id if step.manager else "nobody"
    at, by = (
        datetime.fromtimestamp(each / 1000, UTC) for each in (step.occurred_at, step.decide_by)
    )
    return (
        f"{step.step} {at:%d %H:%M:%S} {step.status} {codes} {has} {step.tier} until {by:%d %H:%M}"
    )
