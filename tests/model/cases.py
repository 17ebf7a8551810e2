"""What is true of cases, told simply: who has each, who was told, what is due, who may do what.

The model never chooses a manager and never adds up business time: it takes both from the steps. It
knows what an action leads to, which deadline must have had its effect, and whom each step is told.
"""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from agents.core.policy import Policy
from schemas.records import (
    Action,
    ActionName,
    Answer,
    Decision,
    Disagreement,
    Erased,
    Escalation,
    EscalationStatus,
    Notice,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Response,
    Severity,
    Tier,
)
from tests.model.case import BEGINS, LEADS_TO, Case, in_words
from tests.model.pipeline import TICKS, Done
from tests.model.world import DAY, MINUTE, OPERATOR

S, A = EscalationStatus, ActionName
TIERS = [Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE]
OUTCOMES = {
    S.RESOLVED: OutcomeStatus.RESOLVED, S.WITHDRAWN: OutcomeStatus.WITHDRAWN,
    S.MERGED: OutcomeStatus.MERGED, S.REOPENED: OutcomeStatus.REOPENED,
    S.CONFIRMED: OutcomeStatus.RESOLVED,
}  # fmt: skip


class Desk:
    """All cases, as the committed records of stage desk tell of them."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.actions: set[tuple[str, str]] = set()
        self.notices: set[str] = set()
        self.forgotten: set[str] = set()  # whether they were opened or not
        self.given: set[tuple[str, int]] = set()  # steps after which another has the case
        self.counts: dict[str, int] = defaultdict(int)

    def saw(self, done: Done) -> None:
        """What the desk made of one record or tick must be what the model says."""
        outputs = done.outputs
        steps = [each for each in outputs if isinstance(each, Escalation)]
        record = done.record
        match record:
            case Action():
                self._action(record, steps, done)
            case Disagreement():
                self._disagreement(record, steps, done)
            case Answer():
                self._answer(record, steps, done)
            case Erased():
                self._erased(record, steps)
            case _ if done.message.topic == TICKS:
                self._tick(steps, done)
            case _:
                self._take(steps)
        self._outcomes(steps, outputs)
        self._told(steps, [each for each in outputs if isinstance(each, Notice)])
        self._at_most_one_open()

    def open(self) -> list[Case]:
        """The open cases."""
        return [each for each in self.cases.values() if each.is_open]

    def _take(self, steps: Iterable[Escalation]) -> None:
        for step in steps:
            case = self.cases.get(step.escalation_id)
            if case is None:
                case = self.cases[step.escalation_id] = Case(step)
            had = case.manager
            case.take(step)
            if case.manager != had or step.status in BEGINS:
                self.given.add((case.id, step.step))
            self.counts[step.status] += 1
            for reason in step.reasons:
                self.counts[reason.code.lower()] += 1

    def _action(self, action: Action, steps: list[Escalation], done: Done) -> None:
        expected = self._allowed(action, done)
        if expected is None:
            assert not steps, f"{action.action} leads to nothing"
            return
        grace = _policy(done).clocks.promise_missed_after_minutes * MINUTE
        if expected == S.PROMISED:
            case = self.cases[action.escalation_id]
            missed = case.misses_by_another(done.now, grace)
            last = {reason.code for reason in steps[-1].reasons}
            assert missed == ("SILENCE_PROMISE_MISSED" in last), case
        place = sum(reason.code == "TAKEN" for each in steps for reason in each.reasons)
        taken, step = steps[:place], steps[place]
        takes = expected in TAKES and self._takes_over(
            self.cases[action.escalation_id], action, done
        )
        assert [each.reasons[0].code for each in taken] == ["TAKEN"] * takes
        said = step.reasons[0].code if step.status is S.REFUSED else step.status
        case = self.cases[action.escalation_id]
        assert said == expected, f"{action.action} by {action.by}: {expected}, not {said}: {case}"
        self.actions.add((action.escalation_id, action.action_id))
        left = case.left_to_wait(done.now)
        self._take(steps)
        assert not takes or (step.manager and step.manager.manager_id) == action.by
        match step.status:
            case S.REASSIGNED:
                assert case.manager == action.to_manager_id
                assert case.tier == done.reference.managers[action.to_manager_id or ""].tier
            case S.PROMISED:
                case.due["SILENCE_PROMISE_MISSED"] = (action.until or 0) + grace
            case S.WAITING:
                assert step.until == (action.until or done.now + left)
            case S.RESOLVED:
                assert step.outcome == action.outcome
                if action.outcome is OutcomeName.ABUSIVE:
                    manager = done.reference.managers.get(action.by)
                    case.found_by = action.by
                    case.found_tier = None if manager is None else manager.tier
            case S.REOPENED:
                case.reopened_at = action.occurred_at
            case _:
                pass
        untouched = {S.ACKNOWLEDGED, S.SNOOZED, S.REASSIGNED, S.REFUSED}
        case.acted = case.acted or step.status not in untouched

    def _allowed(self, action: Action, done: Done) -> str | None:
        """The status of the step that an action leads to, or why it is refused; None: no step."""
        case = self.cases.get(action.escalation_id)
        again = (action.escalation_id, action.action_id) in self.actions
        if case is None or again:
            return None
        if action.action is A.CONFIRM:
            return self._confirmed(case, action, done)
        if not self._may(case, action.by, done) and not self._is_heard(case, action, done):
            return "NOT_ENTITLED"
        if action.action is A.REOPEN:
            return self._reopened(case, action)
        return self._lacks(case, action, done) if case.is_open else "CLOSED"

    def _lacks(self, case: Case, action: Action, done: Done) -> str:
        """The status that an action on an open case leads to, or what it lacks."""
        managers = done.reference.managers
        wrong = {
            A.ACKNOWLEDGE: (case.acknowledged_by is not None, "ALREADY_ACKNOWLEDGED"),
            A.RESOLVE: (why := _not_resolved(case, action), why or ""),
            A.PROMISE: (action.until is None, "NO_UNTIL"),
            A.SNOOZE: (action.until is None, "NO_UNTIL"),
            A.REASSIGN: (action.to_manager_id not in managers, "NO_SUCH_MANAGER"),
        }.get(action.action, (False, ""))
        if wrong[0]:
            return wrong[1]
        past = action.until is not None and action.until <= done.now
        if action.action in {A.PROMISE, A.SNOOZE, A.WAIT} and past:
            return "UNTIL_IS_PAST"
        if action.action is A.WAIT:
            return self._waits(case, action, done)
        has_it = action.action is A.REASSIGN and action.to_manager_id == case.manager
        return "HAS_IT_ALREADY" if has_it else LEADS_TO[action.action]

    def _confirmed(self, case: Case, action: Action, done: Done) -> str:
        """What is abusive is confirmed by somebody above who found it, or an operator; once."""
        above = self._above(case.found_tier or case.tier, case, action.by, done)
        may = action.by == OPERATOR or above
        late = action.occurred_at - case.ended_at >= 7 * DAY
        found = case.found_by is not None and case.status in {S.RESOLVED, S.CONFIRMED}
        for wrong, why in (
            (not may and not self._may(case, action.by, done), "NOT_ENTITLED"),
            (not found, "NOT_ABUSIVE"),
            (action.by == case.found_by, "BY_THE_SAME"),
            (not may, "NOT_ENTITLED"),
            (case.confirmed, "CONFIRMED_BEFORE"),
            (not case.spoken, "NOT_CONTACTED"),
            (late, "RESOLVED_TOO_LONG_AGO"),
        ):
            if wrong:
                return why
        return S.CONFIRMED

    def _waits(self, case: Case, action: Action, done: Done) -> str:
        left = case.left_to_wait(done.now)
        if not case.spoken:
            return "NOT_CONTACTED"
        too_long = not left or (action.until or 0) - done.now > left
        return "WAIT_TOO_LONG" if too_long else S.WAITING

    def _reopened(self, case: Case, action: Action) -> str:
        others = [each for each in self.open() if each.visit == case.visit]
        if case.is_open:
            return "NOT_CLOSED"
        if case.status is S.MERGED:
            return "WENT_INTO_ANOTHER"
        if case.forgotten:
            return "CUSTOMER_FORGOTTEN"
        if others:
            return "ANOTHER_IS_OPEN"
        if action.occurred_at - case.ended_at >= 7 * DAY:
            return "ENDED_TOO_LONG_AGO"
        if case.reopened_at and action.occurred_at - case.reopened_at < 7 * DAY:
            return "REOPENED_BEFORE"
        return "REOPENED"

    def _may(self, case: Case, by: str, done: Done) -> bool:
        if by in {case.manager, OPERATOR}:
            return True
        if by in case.passed_by and (
            case.acknowledged_by is None or case.acknowledged_by in case.passed_by
        ):
            return True
        return self._above(case.tier, case, by, done)

    def _above(self, tier: Tier, case: Case, by: str, done: Done) -> bool:
        manager = done.reference.managers.get(by)
        if manager is None or TIERS.index(manager.tier) <= TIERS.index(tier):
            return False
        return case.region in manager.region_ids

    def _is_heard(self, case: Case, action: Action, done: Done) -> bool:
        manager = done.reference.managers.get(action.by)
        leads_to = LEADS_TO.get(action.action)
        if manager is None or leads_to not in TAKES or action.by in case.excluded:
            return False
        local = manager.tier is Tier.LOCAL
        return case.site in manager.site_ids if local else case.region in manager.region_ids

    def _takes_over(self, case: Case, action: Action, done: Done) -> bool:
        """Whether who acts has the case from then: of its tier or above, or passed by lately."""
        manager = done.reference.managers.get(action.by)
        if manager is None or action.by in {case.manager, *case.excluded}:
            return False
        if action.by in case.passed_by and case.acknowledged_by in {None, *case.passed_by}:
            return True
        ceiling = _policy(done).highest_tier(case.last.severity)
        high = max(TIERS.index(case.tier), TIERS.index(ceiling))
        return TIERS.index(case.tier) <= TIERS.index(manager.tier) <= high and self._is_heard(
            case, action, done
        )

    def _disagreement(self, record: Disagreement, steps: list[Escalation], done: Done) -> None:
        match record.decision:
            case Decision.RAISED | Decision.JOINED:
                self._ground(record, steps, done)
            case Decision.CORRECTED:
                self._correction(record, steps)
            case _:
                assert not steps, f"{record.decision} is none of the desk's business"

    def _ground(self, record: Disagreement, steps: list[Escalation], done: Done) -> None:
        assert record.escalation_id is not None
        if record.escalation_id in self.forgotten:
            assert not steps, "its customer was forgotten: a dead letter"
            return
        named = self.cases.get(record.escalation_id)
        while named is not None and named.last.merged_into in self.cases:
            named = self.cases[named.last.merged_into or ""]
        open_one = next((each for each in self.open() if each.visit == record.visit_id), None)
        case = open_one or named
        target = record.escalation_id if case is None else case.id
        expected = S.JOINED if open_one else S.REOPENED if named else S.OPENED
        merged = [each for each in steps if each.status is S.MERGED]
        mine = [each for each in steps if each.escalation_id == target]
        others = [each for each in steps if each not in (*merged, *mine)]
        assert mine, f"nothing became of {record.disagreement_id}"
        assert mine[0].status is expected
        assert {each.status for each in mine[1:]} <= {S.ACKNOWLEDGED, S.MOVED_UP}
        news = open_one is not None and named is None and record.decision is Decision.RAISED
        assert [each.escalation_id for each in merged] == [record.escalation_id] * news
        for each in others:
            assert each.status is S.JOINED
            assert any(reason.code == "PART_OF_STORM" for reason in each.reasons)
        self._take(steps)
        rang = any(reason.code == "RECORDED_CALL" for reason in record.reasons)
        if rang and record.wish and record.wish.manager_id in done.reference.managers:
            self.cases[target].spoken = True
        ground = record.rule.value, record.subject_id
        self.cases[target].grounds.setdefault(ground, set()).add(record.disagreement_id)
        if expected is S.OPENED and record.decision is Decision.RAISED:
            self.cases[target].asked = record.asked is True
        for each in merged:
            self.cases[each.escalation_id].asked = record.asked is True

    def _correction(self, record: Disagreement, steps: list[Escalation]) -> None:
        of_visit = [each for each in self.cases.values() if each.visit == record.visit_id]
        for case in sorted(of_visit, key=lambda each: (not each.is_open, each.id)):
            gone = [key for key, ids in case.grounds.items() if record.corrects in ids]
            if gone:
                for key in gone:
                    del case.grounds[key]
                theirs = any(each.code == "WITHDRAWN_BY_CUSTOMER" for each in record.reasons)
                ends = not case.grounds and (theirs or not case.acted)
                case.taken_back = case.taken_back or (case.is_open and ends and theirs)
                expected = [S.WITHDRAWN if ends else S.JOINED] if case.is_open else []
                break
        else:
            expected = []
        assert [each.status for each in steps] == expected
        self._take(steps)

    def _answer(self, record: Answer, steps: list[Escalation], done: Done) -> None:
        case = self.cases.get(record.escalation_id)
        waits = case is not None and "WAIT_ENDED" in case.due
        expected = [["CUSTOMER_ANSWERED"]] * waits
        rung = _rung(record, done)
        if rung is not None and case is not None and case.is_open:
            expected += case.rung(rung, steps[waits:], done.now)
        assert [[reason.code for reason in each.reasons] for each in steps] == expected, case
        self._take(steps)

    def _erased(self, record: Erased, steps: list[Escalation]) -> None:
        known = [self.cases[each] for each in record.escalation_ids if each in self.cases]
        closes = sorted(each.id for each in known if each.is_open)
        assert sorted(each.escalation_id for each in steps) == closes
        assert all(each.status is S.WITHDRAWN for each in steps)
        self._take(steps)
        self.forgotten.update(record.escalation_ids)
        for case in known:
            case.forgotten, case.grounds = True, {}

    def _tick(self, steps: list[Escalation], done: Done) -> None:
        for case in list(self.cases.values()):
            if not case.is_open and case.last.occurred_at <= done.now - 30 * DAY:
                del self.cases[case.id]
        for step in steps:
            case = self.cases[step.escalation_id]
            late = case.misses(step.occurred_at - 1)
            assert late is None, f"{late} passed by: {case}"
            self._at_its_moment(case, step)
            self._take([step])
        for case in self.open():
            late = case.misses(done.now)
            assert late is None, f"{late} without effect: {case}"

    def _at_its_moment(self, case: Case, step: Escalation) -> None:
        """What time makes occurs when it is due, and a warning once."""
        assert step.status in {S.WARNED, S.MOVED_UP, S.REASSIGNED}, step
        for reason in step.reasons:
            what = "DECIDED" if reason.code in UNDECIDED else reason.code
            if what in {"DECIDED", "WAIT_ENDED", "SNOOZE_ENDED", "SILENCE_PROMISE_MISSED"}:
                tried_again = ("OVERDUE", str(case.last.decide_by)) in case.said
                assert case.due.get(what) == step.occurred_at or (
                    reason.code in UNDECIDED and tried_again
                ), f"{in_words(step)}: {case}"
            if reason.code == "WARNING":
                facts = reason.facts
                of = facts["deadline"], facts["by"], facts["percent"], str(len(case.had))
                assert of not in case.said, f"warned twice: {of}: {case}"
                case.said.add(of)

    def _outcomes(self, steps: list[Escalation], outputs: list[Struct]) -> None:
        """Each end and each new beginning is told to stage customers."""
        ends = [(e.escalation_id, OUTCOMES[e.status]) for e in steps if e.status in OUTCOMES]
        told = [(e.escalation_id, e.status) for e in outputs if isinstance(e, Outcome)]
        assert sorted(ends) == sorted(told)

    def _told(self, steps: list[Escalation], notices: list[Notice]) -> None:
        """Who must hear of a step hears of it, once."""
        for notice in notices:
            assert notice.notice_id not in self.notices, f"{notice.notice_id} is there twice"
            self.notices.add(notice.notice_id)
        to = {each.notice_id: each.addressee.id for each in notices}
        for step in steps:
            codes = {reason.code for reason in step.reasons}
            ids = [f"{step.escalation_id}:{step.step + more}" for more in (0, 1)]
            case = self.cases[step.escalation_id]
            quiet = step.status not in TELLS or "ERASED" in codes or case.forgotten
            quiet = quiet or "TAKEN" in codes  # what it was taken with tells it, or they spoke
            if not quiet and not (step.status is S.MOVED_UP and "NOBODY_ELSE" in codes):
                told = [to[f"{each}:customer"] for each in ids if f"{each}:customer" in to]
                assert step.customer_id in told, f"{ids[0]} is not told to the customer"
            if "TAKEN" in codes:
                case.told = step.by  # who took it over knows
            elif (step.escalation_id, step.step) in self.given and step.manager is not None:
                told = [to[f"{each}:manager"] for each in ids if f"{each}:manager" in to]
                has = step.manager.manager_id
                assert has in told or "PART_OF_STORM" in codes, f"{ids[0]} is not told to {has}"
                case.told = has

    def _at_most_one_open(self) -> None:
        visits = [each.visit for each in self.open()]
        assert len(visits) == len(set(visits)), "a visit has two open cases"
        for case in self.open():
            assert case.manager is not None or case.nobody_because, case
            assert case.manager is None or case.told == case.manager, case


UNDECIDED = {"UNDECIDED", "OVERDUE", "OVERDUE_AGAIN"}
TAKES = {S.ACKNOWLEDGED, S.CONTACTED, S.PROMISED, S.WAITING}
TELLS = {
    S.OPENED, S.REOPENED, S.RESOLVED, S.MOVED_UP, S.REASSIGNED, S.PROMISED, S.WAITING,
    S.ACKNOWLEDGED, S.WITHDRAWN, S.CONFIRMED,
}  # fmt: skip


def _rung(record: Answer, done: Done) -> str | None:
    """The manager who took the customer's call, if the directory has them."""
    named = None if record.wish is None else record.wish.manager_id
    called = record.response is Response.CALLED
    return named if called and named in done.reference.managers else None


def _not_resolved(case: Case, action: Action) -> str | None:
    """Why a case can't be resolved so."""
    if action.outcome is not OutcomeName.ABUSIVE:
        return None if action.outcome else "NO_OUTCOME"
    if not case.asked:
        return "NOT_ASKED_FOR"
    if case.taken_back:
        return "TAKEN_BACK"
    if case.last.severity is Severity.SAFETY:
        return "ABUSIVE_ON_SAFETY"
    if not action.reason:
        return "NO_REASON"
    return None if case.spoken else "NOT_CONTACTED"


def _policy(done: Done) -> Policy:
    return done.reference.world(done.now).policy
