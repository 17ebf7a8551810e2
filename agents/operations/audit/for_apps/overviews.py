"""What recourse.customers says is open of a customer, against what was raised and what came of it.

Customers are told apart without their ids: by a hash that is another in each process.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from agents.core.calendar import HOUR_MS
from agents.core.policy import Policy
from agents.operations.audit.finding import Breach, Finding
from schemas.records import (
    Arm,
    CustomerOverview,
    Decision,
    Disagreement,
    Erased,
    Outcome,
    OutcomeStatus,
)

_GENERATION = 2
_UNSURE_MS = 60_000
"""So long stage customers may take to hear of what the desk did."""
_FILLED_MS = HOUR_MS
"""By then every customer has a record after a policy that writes them came into force."""
_ENDS = frozenset({OutcomeStatus.RESOLVED, OutcomeStatus.WITHDRAWN, OutcomeStatus.MERGED})
_BEGINS = frozenset({OutcomeStatus.REOPENED})
_SHOWN = 5


class NoOverview(Struct, frozen=True, kw_only=True):
    """A record of recourse.customers without a value: there is nothing to say of a customer."""

    key: str


class _Case(Struct, kw_only=True):
    """A case as the customer's throttle knows it; `at`: when that last changed (ms)."""

    whose: int
    at: int
    policy_version: str
    is_open: bool = True


class _Overview(Struct, frozen=True, kw_only=True):
    """The newest record of a customer: where it lies, when it came (ms), what it names."""

    place: str
    at: int
    open_cases: frozenset[str]


class Overviews:
    """The cases and the newest record of each customer, in whatever order they come."""

    def __init__(self) -> None:
        self._cases: dict[str, _Case] = {}
        self._outcomes: dict[str, tuple[int, int, bool]] = {}  # occurred, came, whether it is open
        self._newest: dict[int, _Overview] = {}
        self._gone: dict[int, int] = {}  # a record without a value, and when it came (ms)
        self._erased: set[str] = set()

    def take(self, record: Disagreement | Outcome | Erased, at: int | None) -> None:
        """What makes, ends or begins a case anew; `at`: when it came into its topic (ms)."""
        if isinstance(record, Erased):
            self._erased.update(record.escalation_ids)
        elif isinstance(record, Outcome):
            begins = record.status in _BEGINS
            if begins or record.status in _ENDS:
                came = record.occurred_at if at is None else max(at, record.occurred_at)
                known = self._outcomes.get(record.escalation_id)
                if known is None or known[0] <= record.occurred_at:
                    self._outcomes[record.escalation_id] = record.occurred_at, came, begins
        elif record.decision is Decision.RAISED and record.arm is Arm.LIVE:
            self._cases[record.escalation_id or ""] = _Case(
                whose=hash(record.customer_id),
                at=record.decided_at,
                policy_version=record.policy_version,
            )

    def show(self, record: CustomerOverview, at: int | None, place: str) -> None:
        """A record of recourse.customers; `place`: where it lies."""
        self._newest[hash(record.customer_id)] = _Overview(
            place=place,
            at=record.as_of if at is None else at,
            open_cases=frozenset(record.open_cases),
        )
        self._gone.pop(hash(record.customer_id), None)

    def show_no_more(self, record: NoOverview, at: int | None) -> None:
        """A record without a value; `at`: when it came into its topic (ms)."""
        self._newest.pop(hash(record.key), None)
        self._gone[hash(record.key)] = at or 0

    def findings(self, policies: Mapping[str, Policy], horizon: int) -> Iterator[Finding]:
        """Where they differ, or an open case's customer has no record though they should."""
        by_customer: dict[int, dict[str, _Case]] = defaultdict(dict)
        for case_id, case in self._cases.items():
            by_customer[case.whose][case_id] = self._as_it_is(case_id, case)
        for whose, cases in by_customer.items():
            if self._erased.isdisjoint(cases):
                yield from self._of_one(whose, cases, policies, horizon)

    def _as_it_is(self, case_id: str, case: _Case) -> _Case:
        outcome = self._outcomes.get(case_id)
        if outcome is None:
            return case
        return _Case(
            whose=case.whose,
            at=max(case.at, outcome[1]),
            policy_version=case.policy_version,
            is_open=outcome[2],
        )

    def _of_one(
        self, whose: int, cases: Mapping[str, _Case], policies: Mapping[str, Policy], horizon: int
    ) -> Iterator[Finding]:
        record = self._newest.get(whose)
        sure = {key: case for key, case in cases.items() if case.at + _UNSURE_MS < horizon}
        if record is None:
            lacking = [
                key
                for key, case in sure.items()
                if case.is_open and case.at + _FILLED_MS < horizon and _writes(policies, case)
            ]
            if lacking and self._gone.get(whose, 0) < horizon:
                yield _found("recourse.customers", lacking, "open, and its customer has no record")
            return
        if record.at >= horizon:
            return
        unnamed = [k for k, case in sure.items() if case.is_open and k not in record.open_cases]
        if unnamed:
            yield _found(record.place, unnamed, "open, and not named in it")
        ended = [k for k, case in sure.items() if not case.is_open and k in record.open_cases]
        if ended:
            yield _found(record.place, ended, "ended, and named in it as open")

    def forget(self, before: int) -> None:
        """Lets go of what ended before a moment (ms)."""
        for key, (_, came, is_open) in list(self._outcomes.items()):
            if came < before and not is_open:
                del self._outcomes[key]
                self._cases.pop(key, None)
        self._gone = {key: at for key, at in self._gone.items() if at >= before}
        self._erased &= self._cases.keys()


def _writes(policies: Mapping[str, Policy], case: _Case) -> bool:
    policy = policies.get(case.policy_version)
    return policy is not None and policy.writes_generation(_GENERATION)


def _found(of: str, cases: list[str], what: str) -> Finding:
    named = ", ".join(sorted(cases)[:_SHOWN])
    more = f" and {len(cases) - _SHOWN} more" if len(cases) > _SHOWN else ""
    return Finding(what=Breach.OVERVIEW_DIFFERS, of=of, detail=f"{named}{more}: {what}")
