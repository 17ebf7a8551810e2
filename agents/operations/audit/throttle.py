"""Throttle counts as published, against what the published entries and outcomes give.

`used` is the sum of weight times fade over a customer's earlier RAISED that the customer asked for
(docs/domain.md). A record says whether it was asked for; one of a version before does not, and that
version counted what the product found, too. So such a one may count. Which
outcomes had been handled at that moment is not published: one counts for certain from a minute
after it came into its topic (later than it occurred where the desk was behind), and may count from
a minute before it occurred. Of a customer who was forgotten an entry keeps the weight that it had
then, so any may count. The published figure must lie between what is possible.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from secrets import token_bytes
from sys import intern

from msgspec import Struct
from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.policy import Policy
from agents.operations.audit.finding import Breach, Finding
from schemas.records import (
    Arm,
    CustomerOverview,
    Decision,
    Disagreement,
    Erased,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    Rule,
    WithdrawnBy,
)

_ALWAYS_ASKED = frozenset(
    {
        Rule.ESTIMATE_DISPUTED,
        Rule.DIAGNOSIS_DISPUTED,
        Rule.WARRANTY_DISPUTED,
        Rule.REQUESTED_BY_CUSTOMER,
        Rule.APPEALED_BY_CUSTOMER,
    }
)
_SOMETIMES_ASKED = frozenset({Rule.SILENCE_NO_WORD})
_DECIDED_BY_THROTTLE = frozenset({Decision.RAISED, Decision.THROTTLED})
_UNSURE_MS = 60_000
_EXACT = 1e-6
_OTHER_SITES = 2
"""So many other sites within a window are more than a person disagrees with; one is, in a day."""
_SHOWN = 5


class _Counted(Struct, frozen=True, gc=False, kw_only=True):
    """What a decision says of its customer's throttle."""

    disagreement_id: str
    escalation_id: str
    raised: bool
    throttled: bool
    """By what was counted, not by a list."""
    site_id: str
    occurred_at: int
    decided_at: int
    used: float
    limit: int
    policy_version: str
    asked: bool | None
    """None: the record does not say, nor does its rule alone."""
    says: bool
    """Whether the record says if it was asked for; what a version before wrote does not."""
    rule: Rule


class Throttles:
    """All that was published about each customer's throttle.

    Customers are told apart without their ids: by a hash whose key is nowhere else.
    """

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._decided: dict[bytes, list[_Counted]] = defaultdict(list)
        self._outcomes: dict[str, list[tuple[Outcome, int]]] = defaultdict(list)
        self._erased: set[str] = set()
        self._shown: dict[bytes, _Counted] = {}  # as the newest record of recourse.customers says
        self._wrongly_counted: dict[str, tuple[int, str]] = {}  # by decision: when, and what

    def take(self, record: Disagreement | Outcome | Erased, at: int | None = None) -> None:
        """A record more; `at`: when it came into its topic (ms), where that is known."""
        if isinstance(record, Erased):
            self._erased.update(record.escalation_ids)
        elif isinstance(record, Outcome):
            came = record.occurred_at if at is None else max(at, record.occurred_at)
            self._outcomes[record.escalation_id].append((replace(record, customer_id=""), came))
            return
        if not isinstance(record, Disagreement):
            return
        wrong = _wrongly_counted(record)
        if wrong is not None:
            self._wrongly_counted[record.disagreement_id] = record.decided_at, wrong
        if record.arm is Arm.LIVE and record.throttle is not None and record.asked is not False:
            self._decided[self._whose(record.customer_id)].append(
                _Counted(
                    disagreement_id=record.disagreement_id,
                    escalation_id=record.escalation_id or "",
                    raised=record.decision is Decision.RAISED,
                    throttled=_is_throttled(record),
                    site_id=intern(record.site_id),
                    occurred_at=record.occurred_at,
                    decided_at=record.decided_at,
                    used=record.throttle.used,
                    limit=record.throttle.limit,
                    policy_version=record.policy_version,
                    asked=_asked(record),
                    says=record.asked is not None,
                    rule=record.rule,
                )
            )

    def show(self, record: CustomerOverview, place: str) -> None:
        """A record of recourse.customers; `place`: where it lies."""
        self._shown[self._whose(record.customer_id)] = _Counted(
            disagreement_id=place,
            escalation_id="",
            raised=False,
            throttled=False,
            site_id="",
            occurred_at=record.as_of,
            decided_at=record.as_of,
            used=record.used,
            limit=record.limit,
            policy_version=record.policy_version,
            asked=None,
            says=True,
            rule=Rule.UNKNOWN,
        )

    def show_no_more(self, customer_id: str) -> None:
        """Of a customer there is no record any more."""
        self._shown.pop(self._whose(customer_id), None)

    def _whose(self, customer_id: str) -> bytes:
        return blake2b(customer_id.encode(), key=self._key, digest_size=16).digest()

    def forget(self, before: int) -> bool:
        """Lets go of what was decided before a moment (ms); whether there was any."""
        any_gone = False
        for whose, decided in list(self._decided.items()):
            left = [each for each in decided if each.decided_at >= before]
            any_gone = any_gone or len(left) < len(decided)
            self._decided[whose] = left
            if not left:
                del self._decided[whose]
        kept = {each.escalation_id for decided in self._decided.values() for each in decided}
        for escalation_id, outcomes in list(self._outcomes.items()):
            if escalation_id not in kept and all(came < before for _, came in outcomes):
                del self._outcomes[escalation_id]
        self._erased &= kept
        self._wrongly_counted = {
            key: each for key, each in self._wrongly_counted.items() if each[0] >= before
        }
        return any_gone

    def findings(self, policies: Mapping[str, Policy], *, whole: bool) -> Iterator[Finding]:
        """Each count that can't be; where old records are gone, it may be more than they give."""
        for disagreement_id, (_, what) in self._wrongly_counted.items():
            yield Finding(what=Breach.THROTTLE_DIFFERS, of=disagreement_id, detail=what)
        for whose, decided in self._decided.items():
            raised = [each for each in decided if each.raised]
            shown = self._shown.get(whose)
            if shown is not None and (policy := policies.get(shown.policy_version)) is not None:
                for found in self._compared(shown, raised, policy, whole=whole):
                    yield replace(found, what=Breach.OVERVIEW_DIFFERS)
            for each in decided:
                policy = policies.get(each.policy_version)
                if policy is not None:
                    yield from self._compared(each, raised, policy, whole=whole)
                    yield from _about_limit(each, policy)
                    yield from self._spent_elsewhere(each, raised, policy)

    def _compared(
        self,
        of: _Counted,
        raised: list[_Counted],
        policy: Policy,
        *,
        whole: bool,
    ) -> Iterator[Finding]:
        least = most = 0.0
        for entry in raised:
            if (
                entry is of
                or entry.occurred_at > of.occurred_at
                or entry.decided_at > of.decided_at
            ):
                continue
            could = [
                self._counts(entry, of.occurred_at, known, policy)
                for known in self._known(entry, of.decided_at)
            ]
            # Of what was decided at the same moment, the order is not published.
            least += min(could) if entry.asked and entry.decided_at < of.decided_at else 0.0
            most += max(could) if _may_count(entry, of) else 0.0
        if of.used < least - _EXACT or (whole and of.used > most + _EXACT):
            yield Finding(
                what=Breach.THROTTLE_DIFFERS,
                of=of.disagreement_id,
                detail=f"used is {of.used:g}: the entries give {least:g} to {most:g}",
            )

    def _spent_elsewhere(
        self, of: _Counted, raised: list[_Counted], policy: Policy
    ) -> Iterator[Finding]:
        """A decision that others' cases held back, at sites where the customer hardly was.

        No record says who wrote it, so whoever may send events can open cases in any customer's
        name, until that customer's own are THROTTLED.
        """
        if not of.throttled:
            return
        sites: set[str] = set()
        same_day = False
        for entry in raised:
            age = of.occurred_at - entry.occurred_at
            known = self._known(entry, of.decided_at)
            if entry.site_id == of.site_id or age < 0 or entry.decided_at > of.decided_at:
                continue
            if any(self._counts(entry, of.occurred_at, each, policy) for each in known):
                sites.add(entry.site_id)
                same_day = same_day or age < DAY_MS
        if len(sites) >= _OTHER_SITES or same_day:
            named = ", ".join(sorted(sites)[:_SHOWN])
            more = f" and {len(sites) - _SHOWN} more" if len(sites) > _SHOWN else ""
            yield Finding(
                what=Breach.SPENT_ELSEWHERE,
                of=of.disagreement_id,
                detail=f"at {of.site_id}, by what was raised at {named}{more}: was the customer "
                "there? An appeal lifts it",
            )

    def _known(self, entry: _Counted, decided_at: int) -> Iterator[tuple[Outcome, ...]]:
        """The outcomes of an entry, as far as a decision may have known them."""
        told = sorted(
            self._outcomes.get(entry.escalation_id, ()), key=lambda each: each[0].occurred_at
        )
        surely = sum(came + _UNSURE_MS <= decided_at for _, came in told)
        perhaps = sum(each.occurred_at - _UNSURE_MS <= decided_at for each, _ in told)
        forgotten = entry.escalation_id in self._erased
        for count in range(0 if forgotten else surely, perhaps + 1):
            yield tuple(each for each, _ in told[:count])

    def _counts(
        self, entry: _Counted, at: int, known: tuple[Outcome, ...], policy: Policy
    ) -> float:
        weight, fades = self._weight(known, policy)
        window = policy.throttle.window_days * DAY_MS
        age = at - entry.occurred_at
        if age < window:
            return weight
        if not fades:
            return 0.0
        fade = policy.throttle.fade
        share: float = 0.5 ** ((age - window) / (fade.half_life_days * DAY_MS))
        return weight * share if share >= fade.gone_below - _EXACT else 0.0

    def _weight(self, known: tuple[Outcome, ...], policy: Policy) -> tuple[float, bool]:
        weights = policy.throttle.weights
        weight, fades, withdrawn = weights.pending, False, False
        at_most = math.inf  # what the customer took back weighs no more, whoever reopens it
        for outcome in known:
            match outcome.status, outcome.outcome:
                case OutcomeStatus.RESOLVED, OutcomeName.UPHELD:
                    weight, fades = weights.upheld, False
                case OutcomeStatus.RESOLVED, OutcomeName.PARTLY_UPHELD:
                    weight, fades = weights.partly_upheld, False
                case OutcomeStatus.RESOLVED, OutcomeName.UNFOUNDED:
                    appealed = weights.unfounded_on_appeal
                    weight = appealed if outcome.on_appeal else weights.unfounded
                    fades = True
                case OutcomeStatus.RESOLVED, OutcomeName.ABUSIVE:
                    weight, fades = weights.abusive, True
                case OutcomeStatus.WITHDRAWN, _:
                    by_customer = outcome.withdrawn_by is WithdrawnBy.CUSTOMER
                    weight = (
                        weights.withdrawn_by_customer if by_customer else weights.withdrawn_by_fact
                    )
                    fades = False
                    if by_customer and policy.generation > 1:
                        at_most = weights.withdrawn_by_customer
                case OutcomeStatus.MERGED, _:
                    weight, fades = weights.merged, False
                case OutcomeStatus.REOPENED, _ if withdrawn:
                    weight = weights.pending  # any other keeps its outcome's
                case _:
                    pass
            withdrawn = outcome.status is OutcomeStatus.WITHDRAWN
        return float(min(weight, at_most)), fades and at_most == math.inf


def _asked(record: Disagreement) -> bool | None:
    if record.asked is None and record.rule in _ALWAYS_ASKED:
        return True
    return record.asked


def _may_count(entry: _Counted, of: _Counted) -> bool:
    """Whether an entry may have counted for a decision.

    Where the entry does not say if it was asked for: a version that says so counts nothing that
    was found, also by the version before it; but of a rule that makes both it may have known more.
    """
    if entry.asked is not None:
        return entry.asked
    return not of.says or entry.rule in _SOMETIMES_ASKED


def _wrongly_counted(record: Disagreement) -> str | None:
    """What is wrong with a record that says whether it was asked for."""
    if record.asked is None or record.rule is Rule.UNKNOWN:
        return None
    if not record.asked and record.rule in _ALWAYS_ASKED:
        return "it is found by the product: the customer's own words make this rule"
    if record.asked and record.rule not in _ALWAYS_ASKED | _SOMETIMES_ASKED:
        return "it is asked for: the customer's own words never make this rule"
    decided = record.would_be or record.decision
    if record.asked:
        without = decided in _DECIDED_BY_THROTTLE and record.throttle is None
        return "it is asked for, without what the throttle said" if without else None
    if record.throttle is not None or decided is Decision.THROTTLED:
        return "the throttle was asked about what the product found"
    return None


def _about_limit(of: _Counted, policy: Policy) -> Iterator[Finding]:
    """The limit is that of the policy, or more by whole vehicles."""
    throttle = policy.throttle
    more = of.limit - throttle.limit
    right = more == 0 if throttle.per_vehicle == 0 else more % throttle.per_vehicle == 0
    if more < 0 or not right:
        yield Finding(
            what=Breach.THROTTLE_DIFFERS,
            of=of.disagreement_id,
            detail=f"limit is {of.limit}: the policy gives {throttle.limit}, and "
            f"{throttle.per_vehicle} more for each vehicle beyond the first",
        )


def _is_throttled(record: Disagreement) -> bool:
    listed = any(each.code == "BLOCK_LIST" for each in record.reasons)
    return record.decision is Decision.THROTTLED and not listed
