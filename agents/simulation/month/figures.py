"""What a month's records say of how long people waited, and what became of their cases.

Times are in the clock that a case runs by: the site's opening hours, for SAFETY the calendar.
"""

from collections import Counter
from math import ceil
from typing import Final, Self

from msgspec import Struct, field

from agents.core.calendar import MINUTE_MS, business_time_between
from agents.core.desk.statuses import ACKNOWLEDGING, CLOSED, GIVEN
from agents.core.policy import Policy
from agents.core.policy_numbers import Clock
from agents.core.world import Directory
from schemas.records import (
    AddresseeKind,
    DeadLetter,
    Disagreement,
    Escalation,
    EscalationStatus,
    Notice,
)

_S = EscalationStatus
_BEGUN: Final = (_S.OPENED, _S.REOPENED)
_TAKES: Final = ACKNOWLEDGING | {_S.RESOLVED}
_KEEPS: Final = (_S.CONTACTED, _S.RESOLVED)
_MISSED: Final = "SILENCE_PROMISE_MISSED"
WHOLE: Final = "from the opening"
"""Stands beside the tiers: from when a case began to when somebody, of whatever tier, acted."""


class Waits(Struct, kw_only=True):
    """How long something took (minutes), each time; and how often it was within its deadline.

    What its deadline passed by before anybody acted is `late`, with or without a time.
    """

    minutes: list[int] = field(default_factory=list)
    in_time: int = 0
    late: int = 0

    def add(self, minutes: int, *, in_time: bool) -> None:
        """One more that was done."""
        self.minutes.append(minutes)
        self.passed(in_time=in_time)

    def passed(self, *, in_time: bool) -> None:
        """One more that was done, or was not."""
        self.in_time += in_time
        self.late += not in_time

    @property
    def share_in_time(self) -> float | None:
        """Of all whose deadline was kept or has passed."""
        judged = self.in_time + self.late
        return self.in_time / judged if judged else None

    def of(self, share: float) -> int | None:
        """The time (minutes) within which such a share was done, of those that were."""
        ordered = sorted(self.minutes)
        return ordered[ceil(share * len(ordered)) - 1] if ordered else None

    def and_those(self, others: Self) -> "Waits":
        """Both together."""
        return Waits(
            minutes=self.minutes + others.minutes,
            in_time=self.in_time + others.in_time,
            late=self.late + others.late,
        )


class Figures(Struct, kw_only=True):
    """What is counted; those of several parts can be put together."""

    acknowledged: dict[str, Waits] = field(default_factory=dict)
    decided: dict[str, Waits] = field(default_factory=dict)
    told: Waits = field(default_factory=Waits)
    counts: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    dead_letters: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    most_moves: int = 0
    longest_without_manager: int = 0
    oldest_open: int = 0
    """Of cases open at the end, the longest time since the opening (minutes of the calendar)."""

    def and_those(self, others: "Figures") -> "Figures":
        """Both together."""
        return Figures(
            acknowledged=_both(self.acknowledged, others.acknowledged),
            decided=_both(self.decided, others.decided),
            told=self.told.and_those(others.told),
            counts=self.counts + others.counts,
            decisions=self.decisions + others.decisions,
            moves=self.moves + others.moves,
            outcomes=self.outcomes + others.outcomes,
            dead_letters=self.dead_letters + others.dead_letters,
            findings=self.findings + others.findings,
            most_moves=max(self.most_moves, others.most_moves),
            longest_without_manager=max(
                self.longest_without_manager, others.longest_without_manager
            ),
            oldest_open=max(self.oldest_open, others.oldest_open),
        )


def _both(one: dict[str, Waits], other: dict[str, Waits]) -> dict[str, Waits]:
    nothing = Waits()
    return {
        name: one.get(name, nothing).and_those(other.get(name, nothing))
        for name in dict.fromkeys((*one, *other))
    }


class _Case(Struct, kw_only=True):
    """A case as its steps have told it so far."""

    last: Escalation
    opened: Escalation  # OPENED, or the last REOPENED
    given: Escalation  # the step with which who has it got it
    taken: bool = False
    ever_taken: bool = False
    moves: int = 0
    promised_until: int | None = None
    nobody_since: int | None = None
    had_nobody: bool = False
    told: bool = False


class Reckoning:
    """Takes records in the order in which they were made, and keeps the figures."""

    def __init__(self, directory: Directory, policy: Policy) -> None:
        self._directory, self._policy = directory, policy
        self._cases: dict[str, _Case] = {}
        self.figures = Figures()

    def take(self, record: object) -> None:
        """A record more."""
        match record:
            case Escalation():
                self._step(record)
            case Disagreement():
                self.figures.decisions[record.decision.value] += 1
            case Notice() if record.addressee.kind is AddresseeKind.CUSTOMER:
                self._told(record)
            case Notice():
                self.figures.counts["notices to managers"] += 1
            case DeadLetter():
                self.figures.dead_letters[record.reason.value] += 1
            case _:
                pass

    def end(self, now: int) -> Figures:
        """The figures, with what is open at a moment."""
        for case in self._cases.values():
            if case.last.status in CLOSED:
                continue
            self.figures.counts["open at the end"] += 1
            since = (now - case.opened.occurred_at) // MINUTE_MS
            self.figures.oldest_open = max(self.figures.oldest_open, since)
            self._nobody_until(case, now)
            if not case.taken and case.given.acknowledge_by < now:
                self._late(self.figures.acknowledged, case.given)
            if not case.ever_taken and case.opened.acknowledge_by < now:
                self.figures.acknowledged.setdefault(WHOLE, Waits()).passed(in_time=False)
            if case.last.decide_by < now:
                self._late(self.figures.decided, case.given)
            if case.opened.decide_by < now:
                self.figures.decided.setdefault(WHOLE, Waits()).passed(in_time=False)
        return self.figures

    def _step(self, step: Escalation) -> None:
        if step.status is _S.REFUSED:
            self.figures.counts["actions refused"] += 1
            return
        if step.status is _S.MERGED:
            return
        case = self._cases.get(step.escalation_id)
        if case is None or step.status in _BEGUN:
            self.figures.counts["reopened" if case else "cases"] += 1
            moves = case.moves if case else 0
            had_nobody = case.had_nobody if case else False
            case = _Case(last=step, opened=step, given=step, moves=moves, had_nobody=had_nobody)
            self._cases[step.escalation_id] = case
        before = case.last
        self._about_promise(case, step)
        self._about_moves(case, step)
        if step.status in GIVEN or _manager_id(step) != _manager_id(before):
            self._changes_hands(case, step)
        if step.status in _TAKES:
            self._is_taken(case, step)
        if step.status is _S.RESOLVED:
            assert step.outcome is not None, "a resolution has an outcome"
            self.figures.outcomes[step.outcome.value] += 1
            self._judged(self.figures.decided, case, step, before.decide_by)
        self._about_nobody(case, step)
        case.last = step

    def _changes_hands(self, case: _Case, step: Escalation) -> None:
        if not case.taken and step.occurred_at >= case.given.acknowledge_by:
            self._late(self.figures.acknowledged, case.given)
        if step.status is _S.MOVED_UP and _says(step, "UNDECIDED"):
            self._late(self.figures.decided, case.given)
        case.given, case.taken = step, False

    def _is_taken(self, case: _Case, step: Escalation) -> None:
        """Acknowledged, by this or by doing more than that."""
        if case.taken:
            return
        case.taken = True
        self._judged(self.figures.acknowledged, case, step, case.given.acknowledge_by)

    def _judged(
        self, figures: dict[str, Waits], case: _Case, step: Escalation, deadline: int
    ) -> None:
        """What was done within, or after, the deadline of who has it, and of the whole case."""
        waits = figures.setdefault(step.tier.value, Waits())
        waits.add(self._minutes(case.given, step.occurred_at), in_time=step.occurred_at <= deadline)
        if figures is self.figures.acknowledged:
            if case.ever_taken:
                return
            case.ever_taken = True
            first = case.opened.acknowledge_by
        else:
            first = case.opened.decide_by
        figures.setdefault(WHOLE, Waits()).add(
            self._minutes(case.opened, step.occurred_at), in_time=step.occurred_at <= first
        )

    def _late(self, figures: dict[str, Waits], given: Escalation) -> None:
        """A deadline that passed before who had the case did it; no tier's while nobody had it."""
        if given.manager is not None:
            figures.setdefault(given.tier.value, Waits()).passed(in_time=False)

    def _about_moves(self, case: _Case, step: Escalation) -> None:
        if step.status is _S.WARNED:
            for code in ("WARNING", "OVERDUE"):
                self.figures.counts[f"said: {code}"] += _says(step, code)
        if step.status is _S.REASSIGNED:
            self.figures.counts["handed over"] += _says(step, "HANDED_OVER")
        if step.status is not _S.MOVED_UP:
            return
        reasons = ("NOT_ACKNOWLEDGED", "UNDECIDED", _MISSED)
        because = next((code for code in reasons if _says(step, code)), "APPEAL")
        self.figures.moves[because] += 1
        if because == "APPEAL":
            return
        case.moves += 1
        self.figures.counts["cases moved up"] += case.moves == 1
        self.figures.most_moves = max(self.figures.most_moves, case.moves)

    def _about_promise(self, case: _Case, step: Escalation) -> None:
        if step.status is _S.PROMISED:
            case.promised_until = step.until
            self.figures.counts["promises"] += 1
        elif case.promised_until is not None:
            if step.status in _KEEPS:
                self.figures.counts["promises kept"] += 1
                on_time = step.occurred_at <= case.promised_until
                self.figures.counts["promises kept to the minute"] += on_time
            elif _says(step, _MISSED):
                self.figures.counts["promises missed"] += 1
            elif step.status not in CLOSED:
                return
            case.promised_until = None

    def _about_nobody(self, case: _Case, step: Escalation) -> None:
        if step.manager is None and step.status not in CLOSED:
            if case.nobody_since is None:
                case.nobody_since = step.occurred_at
                self.figures.counts["cases without a manager"] += not case.had_nobody
                case.had_nobody = True
        else:
            self._nobody_until(case, step.occurred_at)

    def _nobody_until(self, case: _Case, at: int) -> None:
        if case.nobody_since is not None:
            minutes = (at - case.nobody_since) // MINUTE_MS
            case.nobody_since = None
            self.figures.counts["minutes without a manager"] += minutes
            longest = max(self.figures.longest_without_manager, minutes)
            self.figures.longest_without_manager = longest

    def _told(self, notice: Notice) -> None:
        """The first that a customer hears once a case is opened, or opened again."""
        self.figures.counts["notices to customers"] += 1
        case = self._cases.get(notice.escalation_id or "")
        if case is None or case.told:
            return
        case.told = True
        deadline = case.opened.acknowledge_by
        minutes = self._minutes(case.opened, notice.not_before)
        self.figures.told.add(minutes, in_time=notice.not_before <= deadline)

    def _minutes(self, since: Escalation, until: int) -> int:
        """In the clock by which the case runs."""
        clock = self._policy.clocks.of(since.severity).clock
        if clock is Clock.CALENDAR or not self._directory.knows(since.site_id):
            return (until - since.occurred_at) // MINUTE_MS
        site = self._directory.site(since.site_id)
        return business_time_between(site, since.occurred_at, until) // MINUTE_MS


def _manager_id(step: Escalation) -> str | None:
    return step.manager.manager_id if step.manager else None


def _says(step: Escalation, code: str) -> bool:
    return any(reason.code == code for reason in step.reasons)
