"""Everything that was read, and what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from agents.core.calendar import HOUR_MS, MINUTE_MS
from agents.core.handling import Tombstone
from agents.core.policy import Policy
from agents.core.world import Directory
from agents.operations.audit.cases import Case
from agents.operations.audit.decisions import NotKept
from agents.operations.audit.events import Events, Place, limits_of
from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.for_apps.answered import Answered
from agents.operations.audit.for_apps.overviews import NoOverview, Overviews
from agents.operations.audit.for_apps.shown import Shown
from agents.operations.audit.guards import Guarded
from agents.operations.audit.throttle import Throttles
from agents.operations.audit.ticks import Ticks
from agents.operations.audit.unkept import Looked
from schemas.records import Case as ShownCase
from schemas.records import (
    CustomerOverview,
    CustomerResponse,
    Decision,
    Disagreement,
    Erased,
    Erasure,
    Escalation,
    Notice,
    Outcome,
    Receipt,
    Severity,
    Tier,
)

_MISPLACED_HOURS = 24
_UNREADABLE_AT_MOST = 1_000
_KEPT_MS = 31 * 24 * 60 * MINUTE_MS
"""A day more than the topics keep records."""


class Figures(Struct, frozen=True, kw_only=True):
    """What an operator watches: of open cases."""

    open_by_tier: dict[str, int]
    unacknowledged_late_by_tier: dict[str, int]
    without_manager: int
    oldest_unacknowledged_ms: int


class _Told(Struct, kw_only=True):
    """How often a notice was written, and from when on it may be read (ms)."""

    times: int = 0
    at: int = 0


class _Decided(Struct, kw_only=True):
    """The numbers of the decisions of one visit and rule, and when the last was made (ms)."""

    numbers: list[int] = field(default_factory=list)
    at: int = 0


class Ledger:
    """Takes records of the topics, in whatever order between topics they come."""

    def __init__(self, policies: Mapping[str, Policy], *, whole: bool = True) -> None:
        self.policies = policies
        self._whole = whole  # nothing was removed from the topics for being old
        self._cases: dict[str, Case] = {}
        self._raised: dict[str, tuple[int, str | None]] = {}  # decided at; the case that it names
        self._erased: dict[str, int] = {}  # cases of customers who were forgotten, and when
        self._in_a_case: set[str] = set()
        self._notices: dict[str, _Told] = {}
        self._decisions: dict[tuple[str, str], _Decided] = defaultdict(_Decided)
        self._throttles = Throttles()
        self._not_kept = NotKept()
        self._events = Events()
        self._sites: Directory | None = None  # None: no events are looked at
        self._all_events = True
        self._guarded = Guarded()
        self._shown = Shown()
        self._overviews = Overviews()
        self._answered = Answered()
        self._misplaced: Counter[tuple[str, int]] = Counter()  # topic and hour
        self._otherwise: dict[str, str] = {}
        self._unreadable: dict[str, tuple[str, int]] = {}  # by place: why, and when it came (ms)
        self.ticks = Ticks()
        self.now = 0

    def take(
        self, record: Struct, at: int | None = None, partition: int = 0, place: str = ""
    ) -> None:
        """A record more of a topic that is looked at; a `Tombstone` is of recourse.cases.

        `at`: when it came into its topic (ms), where that is known; `partition`: of that topic;
        `place`: where it lies.
        """
        match record:
            case Disagreement():
                self._decided(record)
            case Escalation():
                case = self._case(record.escalation_id)
                case.partition = partition
                self._not_kept.decided(record)
                case.take(replace(record, customer_id=""))  # what is not kept need not be forgotten
                self._in_a_case.update(record.disagreement_ids)
                self._shown.take(record, at)
            case ShownCase() | Tombstone():
                self._shown.take(record, at)
            case Outcome():
                self._throttles.take(record, at)
                self._overviews.take(record, at)
                self._guarded.take(record)
            case Erased():
                self._throttles.take(record)
                self._overviews.take(record, at)
                self._shown.take(record, at)
                self._erased.update(dict.fromkeys(record.escalation_ids, record.occurred_at))
            case Notice():
                told = self._notices.setdefault(record.notice_id, _Told())
                told.times, told.at = told.times + 1, record.not_before
                if record.escalation_id is not None:
                    self._case(record.escalation_id).hear(record)
            case _:
                self._take_shown(record, at, partition, place or "recourse.customers")

    def _take_shown(self, record: Struct, at: int | None, partition: int, place: str) -> None:
        """What customers and their apps are shown."""
        match record:
            case CustomerOverview():
                self._overviews.show(record, at, place)
                self._throttles.show(record, place)
            case NoOverview():
                self._overviews.show_no_more(record, at)
                self._throttles.show_no_more(record.key)
            case Receipt():
                self._answered.answered(record, at or record.handled_at, partition)
            case Erasure():
                self._answered.forgotten(record)
            case _:
                pass

    def look_at_events(self, directory: Directory, *, whole: bool = True) -> None:
        """From now on it is looked whether what was decided was kept, by the events taken.

        Not `whole`: some were removed from their topics for being old.
        """
        self._sites, self._all_events = directory, whole

    @property
    def decided_on(self) -> set[Place]:
        """The visits on which something was decided for the customer: those whose events tell."""
        return self._not_kept.places

    def take_event(self, record: Struct, at: int) -> None:
        """A service event; `at`: when it came into its topic (ms)."""
        self._events.take(record, at)

    def said(self, record: CustomerResponse, at: int, partition: int, place: str) -> None:
        """An event of the customers' channel, which is to be answered; `at`: when it came (ms)."""
        self._answered.said(record, at, partition, place)

    def misplaced(self, topic: str, at: int) -> None:
        """A record of a topic lay in a wrong partition; `at`: when it was carried (ms)."""
        self._misplaced[topic, at // HOUR_MS] += 1

    def carried_otherwise(self, origin: str, carried: str) -> None:
        """A carried record is not what lies at its origin; both as topic, partition and offset."""
        self._otherwise[origin] = carried

    def unreadable(self, place: str, why: str, at: int) -> None:
        """What lies at a place is no record that can be read; `at`: when it came (ms).

        Of very many the first are enough to see that.
        """
        if len(self._unreadable) < _UNREADABLE_AT_MOST:
            self._unreadable[place] = why, at

    def tick(self, partition: int, at: int) -> None:
        """Time has come so far in a partition."""
        self.ticks.came(partition, at)
        self.now = max(self.now, at)

    @property
    def horizon(self) -> int:
        """Up to here all that time makes must be there: two ticks have come since, everywhere."""
        return self.ticks.horizon

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, as of `horizon`."""
        for disagreement_id, (decided_at, named) in self._raised.items():
            if named in self._erased:
                continue  # it may have met the erasure on its way: then nobody is to be called
            if decided_at < self.horizon and disagreement_id not in self._in_a_case:
                yield Finding(
                    what=Breach.RAISED_WITHOUT_CASE,
                    of=disagreement_id,
                    detail=f"raised at {decided_at}, and no case has it",
                )
        open_of: dict[str, str] = {}
        for case in self._cases.values():
            if not case.steps:
                continue
            yield from case.findings(
                self.ticks,
                self._promise_grace_ms,
                self._decide_ms,
                self._highest_tier,
                whole=self._whole,
            )
            if case.is_open:
                other = open_of.setdefault(case.last.visit_id, case.id)
                if other != case.id:
                    yield Finding(what=Breach.TWO_OPEN, of=case.id, detail=f"{other} is open too")
        for notice_id, told in self._notices.items():
            if told.times > 1:
                yield Finding(
                    what=Breach.NOTICE_TWICE,
                    of=notice_id,
                    detail=f"it is there {told.times} times",
                )
        yield from self._about_decisions()
        yield from self._about_producers()
        yield from self._throttles.findings(self.policies, whole=self._whole)
        yield from self._not_kept.findings(self._cases, self._highest_tier, self.horizon)
        yield from self._about_kept()
        yield from self._guarded.findings(self._cases, self.policies, self.horizon)
        yield from self._shown.findings(self.policies, self.horizon)
        yield from self._overviews.findings(self.policies, self.horizon)
        yield from self._answered.findings(self.policies, self.horizon, self.now)

    def forget(self) -> None:
        """Lets go of what the topics have let go of too: closed for longer than they keep."""
        before = self.now - _KEPT_MS
        for topic, hour in list(self._misplaced):
            if hour < self.now // HOUR_MS - _MISPLACED_HOURS:
                del self._misplaced[topic, hour]
        self.ticks.forget(before)
        self._not_kept.forget(before)
        self._guarded.forget(before)
        self._shown.forget(before)
        self._overviews.forget(before)
        self._answered.forget(self.now)
        if self._throttles.forget(before):
            self._whole = False
        self._notices = {key: each for key, each in self._notices.items() if each.at >= before}
        self._erased = {key: at for key, at in self._erased.items() if at >= before}
        self._unreadable = {
            place: (why, at) for place, (why, at) in self._unreadable.items() if at >= before
        }
        for key, decided in list(self._decisions.items()):
            if decided.at < before:
                del self._decisions[key]
                self._whole = False
        for case_id, case in list(self._cases.items()):
            if case.steps and not case.is_open and case.last.occurred_at < before:
                del self._cases[case_id]
                self._whole = False
        for disagreement_id, (decided_at, named) in list(self._raised.items()):
            there = disagreement_id in self._in_a_case or named in self._erased
            if decided_at < before and there:
                del self._raised[disagreement_id]
                self._in_a_case.discard(disagreement_id)

    def figures(self) -> Figures:
        """What is open now."""
        tiers: Counter[str] = Counter()
        late: Counter[str] = Counter()
        without, oldest = 0, 0
        for case in self._cases.values():
            if case.steps and case.is_open:
                tiers[case.last.tier.value] += 1
                without += case.last.manager is None
                if not case.acknowledged:
                    is_late = case.last.manager is not None and case.last.acknowledge_by < self.now
                    late[case.last.tier.value] += is_late
                    oldest = max(oldest, self.now - min(s.occurred_at for s in case.steps.values()))
        return Figures(
            open_by_tier=dict(tiers),
            unacknowledged_late_by_tier=dict(late),
            without_manager=without,
            oldest_unacknowledged_ms=oldest,
        )

    @property
    def counted(self) -> dict[str, int]:
        """How much was looked at."""
        return {
            "decisions": sum(len(each.numbers) for each in self._decisions.values()),
            "cases": len(self._cases),
            "notices": len(self._notices),
        }

    def _decided(self, record: Disagreement) -> None:
        decided = self._decisions[record.visit_id, record.rule.value]
        decided.numbers.append(record.n)
        decided.at = max(decided.at, record.decided_at)
        if record.decision is Decision.RAISED:
            self._raised[record.disagreement_id] = record.decided_at, record.escalation_id
        self._throttles.take(record)
        self._overviews.take(record, None)
        self._not_kept.take(record)

    def _about_kept(self) -> Iterator[Finding]:
        """What the events say of what was decided; of who was forgotten nothing is asked."""
        if self._sites is None:
            return
        looked = Looked(
            events=self._events,
            policies=self.policies,
            directory=self._sites,
            horizon=self.horizon,
            whole=self._all_events,
            limits=limits_of(self.policies),
        )
        cases = {key: each for key, each in self._cases.items() if key not in self._erased}
        yield from self._not_kept.missed(cases, looked)
        yield from self._not_kept.said_wrongly(cases, looked)

    def _about_decisions(self) -> Iterator[Finding]:
        for (visit_id, rule), decided in self._decisions.items():
            numbers = decided.numbers
            of = f"{visit_id}:{rule}"
            if len(set(numbers)) < len(numbers):
                yield Finding(what=Breach.DECISION_TWICE, of=of, detail="a number is there twice")
            first = 1 if self._whole else min(numbers)
            lacking = sorted(set(range(first, max(numbers) + 1)) - set(numbers))
            if lacking:
                yield Finding(
                    what=Breach.DECISIONS_WITH_GAPS, of=of, detail=f"{lacking} are not there"
                )

    def _about_producers(self) -> Iterator[Finding]:
        since = self.now // HOUR_MS - _MISPLACED_HOURS
        topics: Counter[str] = Counter()
        for (topic, hour), count in self._misplaced.items():
            topics[topic] += count if hour >= since else 0
        for topic, count in sorted((+topics).items()):
            yield Finding(
                what=Breach.MISPLACED,
                of=topic,
                detail=f"{count:,} records of the last day lay in another partition than murmur2 "
                "gives their key, and were carried there",
            )

        for place, (why, _) in self._unreadable.items():
            yield Finding(what=Breach.UNREADABLE, of=place, detail=why)
        for origin, carried in self._otherwise.items():
            yield Finding(
                what=Breach.CARRIED_OTHERWISE,
                of=origin,
                detail=f"{carried} holds something else: no worker carried that, "
                "or the topic was made anew",
            )

    def _case(self, escalation_id: str) -> Case:
        case = self._cases.get(escalation_id)
        if case is None:
            case = self._cases[escalation_id] = Case(escalation_id)
        return case

    def _promise_grace_ms(self, policy_version: str) -> int:
        policy = self.policies.get(policy_version)
        if policy is None:
            return _KEPT_MS
        return int(policy.clocks.promise_missed_after_minutes * MINUTE_MS)

    def _decide_ms(self, policy_version: str, severity: Severity) -> int:
        policy = self.policies.get(policy_version)
        if policy is None:
            return _KEPT_MS
        return int(policy.clocks.of(severity).decide_minutes * MINUTE_MS)

    def _highest_tier(self, policy_version: str, severity: Severity) -> Tier:
        policy = self.policies.get(policy_version)
        return Tier.EXECUTIVE if policy is None else policy.highest_tier(severity)
