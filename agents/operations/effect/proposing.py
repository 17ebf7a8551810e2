"""Whether the pilot may take its next step, by the rule that the policy wrote down before.

What can't be worked out from what is counted holds a step back: it is said by name, and never
passed over.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from agents.core.policy import Gate, Pilot, Policy, SiteGate
from agents.core.policy_effect import Success
from agents.operations.effect.measures import METRICS, MetricName
from agents.operations.effect.reading import Sums
from agents.operations.effect.report import Answer, Asked, Line, Report, report
from schemas.records import Arm

_DECIDED, _VISITS = "decided", "visits_ended"
_WHOLE = 100


class Verdict(StrEnum):
    """What to do."""

    GO = "go"
    WAIT = "wait"
    BACK = "back"


class State(StrEnum):
    """How one demand stands."""

    MET = "met"
    NOT_YET = "not yet"
    AGAINST = "against"
    """It speaks for a step back."""
    UNKNOWN = "can't be worked out"


class Check(Struct, frozen=True, kw_only=True):
    """One demand: its name in `pilot.success`, how it stands, and why in words."""

    name: str
    state: State
    why: str


class Step(Struct, frozen=True, kw_only=True):
    """A site (None: those without an entry) and the percent of customers inside, now and then."""

    site_id: str | None
    now: Decimal
    then: Decimal


class Proposal(Struct, frozen=True, kw_only=True):
    """What to do, why, and with which sites; `steps` are those of going on, or back."""

    verdict: Verdict
    checks: tuple[Check, ...]
    steps: tuple[Step, ...]

    @property
    def holding(self) -> Iterator[Check]:
        """What holds a step back."""
        return (each for each in self.checks if each.state is not State.MET)


def proposal(sums: Sums, policy: Policy) -> Proposal:
    """What the rule of a policy says of what was counted so far."""
    asked = Asked(metrics=(MetricName.SAME_DAY, MetricName.RATING))
    answer = report(sums, policy.worthwhile, asked)
    checks = tuple(_checks(sums, answer, policy.pilot.success))
    states = {each.state for each in checks}
    verdict = Verdict.GO
    if State.AGAINST in states:
        verdict = Verdict.BACK
    elif states - {State.MET}:
        verdict = Verdict.WAIT
    steps = tuple(_steps(policy.pilot, back=verdict is Verdict.BACK))
    return Proposal(verdict=verdict, checks=checks, steps=steps)


def _checks(sums: Sums, answer: Report, rule: Success) -> Iterator[Check]:
    yield _arms(answer)
    yield _days(sums, rule)
    lines = {each.metric: each for each in answer.lines if each.site_id is None}
    above, lower = rule.same_day_points_above, rule.rating_lower_at_most
    if above is not None:
        line = lines.get(MetricName.SAME_DAY)
        yield _interval("same_day_points_above", line, float(above), MetricName.SAME_DAY)
    if lower is not None:
        line = lines.get(MetricName.RATING)
        yield _interval("rating_lower_at_most", line, -float(lower), MetricName.RATING)
    counts = inside(sums)
    if rule.executive_at_most is not None:
        yield _executive(counts, rule.executive_at_most)
    if rule.throttled_upheld_at_most is not None:
        yield _throttled(counts, rule.throttled_upheld_at_most)
    if rule.safety_late_at_most is not None:
        yield _safety(counts, rule.safety_late_at_most)
    if rule.promises_kept_at_least is not None:
        yield _promises(counts, rule.promises_kept_at_least)


def inside(sums: Sums) -> Counter[str]:
    """What was counted of visits and cases inside the pilot."""
    counts: Counter[str] = Counter()
    for place, weeks in sums.weeks.counts.items():
        if place.arm is Arm.LIVE:
            for each in weeks.values():
                counts.update(each)
    return counts


def _arms(answer: Report) -> Check:
    name = "arms"
    ratio = answer.ratio
    if ratio is None or answer.first_day is None:
        return Check(name=name, state=State.UNKNOWN, why="no site is LIVE for a share of customers")
    if ratio.is_off:
        why = "they have not the customers that the draw gave them (`recourse effect`)"
        return Check(name=name, state=State.NOT_YET, why=why)
    why = f"{ratio.inside:,} of {ratio.customers:,} customers inside, as drawn"
    return Check(name=name, state=State.MET, why=why)


def _days(sums: Sums, rule: Success) -> Check:
    name, begun = "days_at_least", last_step(sums)
    if begun is None or sums.weeks.last_day is None:
        return Check(name=name, state=State.UNKNOWN, why="no site is LIVE for a share of customers")
    days = (sums.weeks.last_day - begun).days + 1
    state = State.MET if days >= rule.days_at_least else State.NOT_YET
    why = f"{days} days since the last step ({begun}), {rule.days_at_least} asked"
    return Check(name=name, state=state, why=why)


def last_step(sums: Sums) -> date | None:
    """The day on which the first visit ended at the share that a site took last."""
    begun: dict[tuple[str, int], date] = {}
    for place, first in sums.weeks.began.items():
        if place.arm is Arm.LIVE and place.share is not None:
            site = (place.site_id, place.share)
            begun[site] = min(first, begun.get(site, first))
    latest: dict[str, date] = {}
    for (site_id, _), first in begun.items():
        latest[site_id] = max(first, latest.get(site_id, first))
    return max(latest.values(), default=None)


def _interval(name: str, line: Line | None, above: float, metric: MetricName) -> Check:
    shown = METRICS[metric]
    if line is None or line.low is None or line.high is None or line.difference is None:
        why = "too few customers in an arm at each site"
        return Check(name=name, state=State.UNKNOWN, why=why)
    low, high = line.low * shown.scale, line.high * shown.scale
    why = (
        f"{line.difference * shown.scale:+.2f} {shown.unit}, {low:.2f} to {high:.2f}; "
        f"must lie above {above:g}"
    )
    if line.answer is Answer.NOT_COMPARABLE:
        return Check(name=name, state=State.NOT_YET, why="the arms can't be compared")
    if low > above:
        return Check(name=name, state=State.MET, why=why)
    worse = line.answer is Answer.WORSE and high < above
    return Check(name=name, state=State.AGAINST if worse else State.NOT_YET, why=why)


def _undecided(name: str) -> Check:
    return Check(name=name, state=State.UNKNOWN, why="no case was decided yet")


def _executive(counts: Mapping[str, int], at_most: Decimal) -> Check:
    name, visits = "executive_at_most", counts.get(_VISITS, 0)
    if not counts.get(_DECIDED) or not visits:
        return _undecided(name)
    found = counts.get("decided_at_executive", 0)
    rate = 1_000 * found / visits
    why = f"{found:,} decided there of {visits:,} visits, {rate:.2f} in 1,000; {at_most} at most"
    return Check(name=name, state=_met(rate <= at_most), why=why)


def _throttled(counts: Mapping[str, int], at_most: Decimal) -> Check:
    name = "throttled_upheld_at_most"
    decided, right = counts.get("throttled_decided", 0), counts.get("throttled_upheld", 0)
    if not counts.get(_DECIDED):
        return _undecided(name)
    share = _WHOLE * right / decided if decided else 0.0
    why = f"{right:,} of {decided:,} appeals were right, {share:.1f} %; {at_most} % at most"
    return Check(name=name, state=_met(share <= at_most), why=why)


def _safety(counts: Mapping[str, int], at_most: int) -> Check:
    name, late = "safety_late_at_most", counts.get("safety_decided_late", 0)
    if not counts.get(_DECIDED):
        return _undecided(name)
    state = State.MET if late <= at_most else State.AGAINST
    return Check(name=name, state=state, why=f"{late:,} decided late; {at_most:,} at most")


def _promises(counts: Mapping[str, int], at_least: Decimal) -> Check:
    """How many were made only the days of sites say: from additions no share can be worked out."""
    name = "promises_kept_at_least"
    missed, made = counts.get("promises_missed", 0), counts.get("promises", 0)
    if not missed:
        return Check(name=name, state=State.MET, why=f"none was missed; {at_least} % at least")
    if made < missed:
        why = f"{missed:,} were missed, of how many is not counted; {at_least} % at least"
        return Check(name=name, state=State.UNKNOWN, why=why)
    kept = _WHOLE * (made - missed) / made
    why = f"{made - missed:,} of {made:,} were kept, {kept:.1f} %; {at_least} % at least"
    return Check(name=name, state=_met(kept >= at_least), why=why)


def _met(holds: bool) -> State:  # noqa: FBT001 - it reads as the question
    return State.MET if holds else State.NOT_YET


def _steps(pilot: Pilot, *, back: bool) -> Iterator[Step]:
    for site_id, gate in _gates(pilot):
        if gate.gate is not Gate.LIVE or gate.percent in (0, _WHOLE):
            continue
        then = next_percent(gate.percent, pilot.success.steps_percent, back=back)
        if then != gate.percent:
            yield Step(site_id=site_id, now=gate.percent, then=then)


def _gates(pilot: Pilot) -> Iterable[tuple[str | None, SiteGate]]:
    return [(None, pilot.default), *sorted(pilot.sites.items())]


def next_percent(now: Decimal, steps: Iterable[Decimal], *, back: bool) -> Decimal:
    """The next step up, or down; the lowest and the highest stay."""
    if back:
        return max((each for each in steps if each < now), default=now)
    return min((each for each in steps if each > now), default=now)


def with_steps(policy: Policy, steps: Iterable[Step]) -> Policy:
    """The policy of the next step, under a version of its own."""
    pilot = policy.pilot
    sites, default = dict(pilot.sites), pilot.default
    for each in steps:
        gate = SiteGate(gate=Gate.LIVE, percent=each.then)
        if each.site_id is None:
            default = gate
        else:
            sites[each.site_id] = gate
    changed = pilot.model_copy(update={"sites": sites, "default": default})
    version = f"{policy.version[:_VERSION]}-next"
    return policy.model_copy(update={"version": version, "pilot": changed})


_VERSION = 59
"""Of 64 characters."""


def against_rule(before: Policy, after: Policy, found: Proposal) -> str | None:
    """Why the rule in force does not allow what another policy does; None: it does.

    More customers inside are a step. Fewer, another salt or a site that is no longer LIVE never
    are refused.
    """
    for site_id in sorted({*before.pilot.sites, *after.pilot.sites}):
        old = _percent(before.pilot.sites.get(site_id, before.pilot.default))
        new = _percent(after.pilot.sites.get(site_id, after.pilot.default))
        refused = _refused(f"Site {site_id}", old, new, before.pilot.success, found)
        if refused is not None:
            return refused
    old, new = _percent(before.pilot.default), _percent(after.pilot.default)
    return _refused("Sites without an entry", old, new, before.pilot.success, found)


def _percent(gate: SiteGate) -> Decimal:
    return gate.percent if gate.gate is Gate.LIVE else Decimal(0)


def _refused(who: str, old: Decimal, new: Decimal, rule: Success, found: Proposal) -> str | None:
    first = min(rule.steps_percent)
    if new <= old or (not old and new <= first):
        return None
    said = f"{who}: {old:f} % -> {new:f} % is a step that pilot.success does not allow"
    if not old:
        return f"{said}: a site begins with {first:f} % at most."
    allowed = next_percent(old, rule.steps_percent, back=False)
    if new > allowed:
        return f"{said}: the next one is {allowed:f} %."
    if found.verdict is not Verdict.GO:
        why = "; ".join(f"{each.name} {each.state}: {each.why}" for each in found.holding)
        return f"{said}: {found.verdict}. {why}."
    return None
