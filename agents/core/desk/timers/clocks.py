"""The clocks of a case: when it must be acknowledged and decided (domain.md, "Tiers, clocks").

A clock is set once, with all that time makes before its end; `passing` acts on it.
"""

from zlib import crc32

from msgspec import Struct, msgpack
from msgspec.structs import replace

from agents.core.calendar import (
    MINUTE_MS,
    add_business_time,
    before_business_time,
    business_time_between,
    is_open,
    next_opening,
)
from agents.core.desk.state import Begun, Clocks, EscalationState, Mark, TierMark
from agents.core.policy_numbers import Clock
from agents.core.tiers import PLACES
from agents.core.world import World
from schemas.records import Severity, Tier

_ORDER = {Severity.LOW: -1, Severity.NORMAL: 0, Severity.HIGH: 1, Severity.SAFETY: 2}


def is_graver(severity: Severity, than: Severity) -> bool:
    """Whether one severity is above another."""
    return _ORDER.get(severity, 0) > _ORDER.get(than, 0)


def opened(world: World, site_id: str, severity: Severity) -> Clocks:
    """The clocks of a case that opens, or opens again, now: all run from now."""
    clock = world.policy.clocks.of(severity)
    highest = world.policy.highest_tier(severity)
    all_anew = Clocks(
        acknowledge_by=after_minutes(world, site_id, severity, clock.acknowledge_minutes),
        warn_acknowledge=marks(world, site_id, severity, clock.acknowledge_minutes),
        decide_by=after_minutes(world, site_id, severity, clock.decide_minutes),
        warn_decide=marks(world, site_id, severity, clock.decide_minutes),
        decide_minutes=clock.decide_minutes,
        tiers=tuple(
            sorted(
                TierMark(after_minutes(world, site_id, severity, minutes), Tier(tier))
                for tier, minutes in clock.next_tier_after_minutes.items()
                if PLACES[tier] <= PLACES[highest]
            )
        ),
        begun=_begun(world, site_id, severity),
    )
    return within_decision(all_anew, world)


def within_decision(clocks: Clocks, world: World) -> Clocks:
    """The clocks with `acknowledge_by` at `decide_by` at the latest; then that one is warned of.

    A policy of generation 1 lets it be later.
    """
    if not world.policy.writes_generation(2) or clocks.acknowledge_by < clocks.decide_by:
        return clocks
    return replace(clocks, acknowledge_by=clocks.decide_by, warn_acknowledge=())


def _begun(world: World, site_id: str, severity: Severity) -> Begun | None:
    """That all clocks begin now, where the policy wants that remembered."""
    if not world.policy.clocks.follow_changes:
        return None
    return Begun(set_by(world, site_id, severity), world.now, world.now, world.now)


def _begins(world: World) -> int:
    return world.now if world.policy.clocks.follow_changes else 0


def set_by(world: World, site_id: str, severity: Severity) -> int:
    """A number that is another when the hours or numbers change by which clocks are set."""
    site, clock = world.directory.site(site_id), world.policy.clocks.of(severity)
    hours: tuple[object, ...]
    hours = (site.time_zone, site.hours, site.holidays, site.closed_on)
    if site.hours_on:
        hours = (*hours, site.hours_on)
    by = (world.directory.knows(site_id), hours, clock.model_dump(mode="json"))
    return crc32(msgpack.encode((by, world.policy.clocks.warn_at_percent))) or 1


def risen(
    world: World, site_id: str, severity: Severity, before: Clocks, *, acknowledged: bool
) -> Clocks:
    """The clocks after a rise of severity: set anew from now, but nothing later than it was.

    A deadline that would be later stays whole, with its warnings; a tier's move likewise, but for
    one whose moment passed without effect because somebody had acknowledged.
    """
    anew = opened(world, site_id, severity)
    tiers = [mark for mark in before.tiers if not acknowledged or mark.at > world.now]
    acknowledge = min(before, anew, key=lambda each: each.acknowledge_by)
    decide = before if _decides_earlier(before, anew) else anew
    earliest = {mark.tier: mark for mark in sorted((*tiers, *anew.tiers), reverse=True)}
    after = Clocks(
        acknowledge_by=acknowledge.acknowledge_by,
        warn_acknowledge=acknowledge.warn_acknowledge,
        decide_by=decide.decide_by,
        warn_decide=decide.warn_decide,
        decide_minutes=decide.decide_minutes,
        tiers=tuple(sorted(earliest.values())),
        begun=_of_risen(anew, acknowledge, decide),
        moved_in=before.moved_in,
    )
    return within_decision(after, world)


def _of_risen(anew: Clocks, acknowledge: Clocks, decide: Clocks) -> Begun | None:
    """What a rise left as it was is of other numbers, and follows nothing any more."""
    begun = anew.begun
    if begun is None:
        return None
    return replace(
        begun,
        acknowledge=begun.acknowledge if acknowledge.acknowledge_by == anew.acknowledge_by else 0,
        decide=begun.decide if decide.decide_by == anew.decide_by else 0,
    )


def acknowledge_anew(world: World, site_id: str, severity: Severity, before: Clocks) -> Clocks:
    """The clocks when somebody is asked anew: their own time to acknowledge, from now.

    Moves of the table that are not over yet hold again.
    """
    minutes = world.policy.clocks.of(severity).acknowledge_minutes
    return replace(
        before,
        acknowledge_by=after_minutes(world, site_id, severity, minutes),
        warn_acknowledge=marks(world, site_id, severity, minutes),
        tiers=tuple(mark for mark in before.tiers if mark.at > world.now),
        begun=before.begun and replace(before.begun, acknowledge=_begins(world)),
    )


def asked(world: World, state: EscalationState) -> Clocks:
    """The clocks when somebody got the case, who has yet to acknowledge it, in their own time.

    That is at least what the policy gives them, on an overdue case `acknowledge_overdue_minutes`,
    and `decide_by` moves with it, at most that far, and once a tier. Where it moved before, they
    have until `decide_by`.
    """
    site_id, severity, before = state.site_id, state.severity, state.clocks
    anew = acknowledge_anew(world, site_id, severity, before)
    if not world.policy.writes_generation(2):
        return anew
    rules = world.policy.clocks
    minutes = rules.of(severity).acknowledge_minutes
    if before.decide_by <= world.now:
        minutes = min(minutes, rules.acknowledge_overdue_minutes)
        begun = anew.begun and replace(anew.begun, acknowledge=0)  # of another length: it stays
        by = after_minutes(world, site_id, severity, minutes)
        anew = replace(anew, acknowledge_by=by, begun=begun)
    if anew.acknowledge_by <= before.decide_by or state.manager_id is None:
        return within_decision(anew, world)
    if state.tier in before.moved_in:
        return _tried_again_below(anew, world)
    return replace(
        anew,
        warn_acknowledge=(),
        decide_by=anew.acknowledge_by,
        warn_decide=marks(world, site_id, severity, minutes),
        decide_passed=False,
        decide_again_at=None,
        begun=anew.begun and replace(anew.begun, decide=0),
        moved_in=(*before.moved_in, state.tier),
    )


def _tried_again_below(anew: Clocks, world: World) -> Clocks:
    """The clocks of who gets a case in whose tier `decide_by` has moved before: it stays.

    Where it has passed with nowhere to move up to, time acts on it again when they had their time.
    """
    by = anew.acknowledge_by
    kept = within_decision(anew, world)
    if not kept.decide_passed:
        return kept
    return replace(kept, decide_passed=False, decide_again_at=by)


def tried_again(world: World, state: EscalationState, tier: Tier) -> Clocks:
    """The clocks where a move to a tier found nobody: it comes again after as long as somebody has
    to acknowledge.
    """  # noqa: D205
    minutes = world.policy.clocks.of(state.severity).acknowledge_minutes
    again = TierMark(after_minutes(world, state.site_id, state.severity, minutes), tier)
    others = [mark for mark in state.clocks.tiers if mark.tier is not tier]
    return replace(state.clocks, tiers=tuple(sorted((*others, again))))


def decide_anew(world: World, site_id: str, severity: Severity, before: Clocks) -> Clocks:
    """The clocks after a move up at `decide_by` or for a missed promise: half the time to decide.

    Never below the policy's `decide_never_below_minutes`, where it was above that.
    """
    floor = min(before.decide_minutes, world.policy.clocks.decide_never_below_minutes)
    minutes = max(floor, before.decide_minutes // 2)
    return replace(
        before,
        decide_by=after_minutes(world, site_id, severity, minutes),
        warn_decide=marks(world, site_id, severity, minutes),
        decide_minutes=minutes,
        decide_passed=False,
        decide_again_at=None,
        begun=before.begun and replace(before.begun, decide=_begins(world)),
    )


def decided_again(before: Clocks, anew: Clocks) -> Clocks:
    """The clocks where `decide_by` passed in vain: it stays what was promised, and is tried again
    when that of `anew` comes.
    """  # noqa: D205
    return replace(
        before,
        decide_minutes=anew.decide_minutes,
        decide_again_at=anew.decide_by,
        warn_decide=(),
    )


def resumed(
    world: World, site_id: str, severity: Severity, before: Clocks, *, since: int, at: int
) -> Clocks:
    """The clocks that stood still from `since` to `at` (ms), each moment as far off as it was."""

    def later(moment: int) -> int:
        if moment < since:
            return moment
        if _on_calendar(world, site_id, severity):
            return at + moment - since
        site = world.directory.site(site_id)
        return add_business_time(site, at, business_time_between(site, since, moment))

    def began(moment: int) -> int:
        """When it would have begun if it had not stood still; as far before `at` as before."""
        if not moment:
            return 0
        if _on_calendar(world, site_id, severity):
            return at - (since - moment)
        site = world.directory.site(site_id)
        return before_business_time(site, at, business_time_between(site, moment, since))

    def all_later(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        return tuple(Mark(later(each.at), each.percent) for each in marks)

    return replace(
        before,
        acknowledge_by=later(before.acknowledge_by),
        warn_acknowledge=all_later(before.warn_acknowledge),
        decide_by=later(before.decide_by),
        warn_decide=all_later(before.warn_decide),
        tiers=tuple(TierMark(later(each.at), each.tier) for each in before.tiers),
        decide_again_at=None if before.decide_again_at is None else later(before.decide_again_at),
        begun=before.begun
        and replace(
            before.begun,
            opened=began(before.begun.opened),
            acknowledge=began(before.begun.acknowledge),
            decide=began(before.begun.decide),
        ),
    )


def after_minutes(world: World, site_id: str, severity: Severity, minutes: int) -> int:
    """When so many minutes from now have passed on the clock of a severity (ms)."""
    return _after(world, site_id, severity, minutes * MINUTE_MS)


def chosen_as_of(world: World, site_id: str, severity: Severity) -> int:
    """As of when a manager must be reachable (ms): now; for site hours, the next opening."""
    site = world.directory.site(site_id)
    if _on_calendar(world, site_id, severity) or is_open(site, world.now):
        return world.now
    return next_opening(site, world.now)


class Reach(Struct, frozen=True, kw_only=True):
    """When a manager must be there who gets a case of a site and severity now (ms).

    `as_of`: then, or the next opening; `acknowledge_by`: when they would have to acknowledge it.
    None: nobody may come later, for clocks run on the calendar.
    """

    as_of: int
    acknowledge_by: int | None


def reach_at(world: World, site_id: str, severity: Severity) -> Reach:
    """The same for all cases of a site and severity."""
    as_of, by = chosen_as_of(world, site_id, severity), None
    if not _on_calendar(world, site_id, severity) and world.policy.writes_generation(2):
        minutes = world.policy.clocks.of(severity).acknowledge_minutes
        by = after_minutes(world, site_id, severity, minutes)
    return Reach(as_of=as_of, acknowledge_by=by)


def reached_until(world: World, state: EscalationState, reach: Reach | None = None) -> int:
    """By when a manager must come who is not there as of now, to take the case in time (ms).

    That is some time before they would have to acknowledge it; for clocks on the calendar, now.
    `reach`: of its site and severity, where it is known.
    """
    reach = reach or reach_at(world, state.site_id, state.severity)
    by, decide_by = reach.acknowledge_by, state.clocks.decide_by
    if by is None:
        return world.now
    if state.tier in state.clocks.moved_in and decide_by > world.now:
        by = min(by, decide_by)  # it moves once a tier
    return by - world.policy.managers.shift_begins_before_minutes * MINUTE_MS


def reaches(world: World, state: EscalationState) -> int:
    """When a case reaches who has it (ms): now, but where the shift that it waits for is to come.

    On the calendar nothing waits.
    """
    begins = state.shift_begins_at
    if begins <= world.now or _on_calendar(world, state.site_id, state.severity):
        return world.now
    return begins


def marks(world: World, site_id: str, severity: Severity, minutes: int) -> tuple[Mark, ...]:
    """The warnings before a deadline of so many minutes from now, in the clock's own time."""
    return tuple(
        Mark(_after(world, site_id, severity, minutes * MINUTE_MS * percent // 100), percent)
        for percent in sorted(world.policy.clocks.warn_at_percent)
    )


def _after(world: World, site_id: str, severity: Severity, duration: int) -> int:
    if _on_calendar(world, site_id, severity):
        return world.now + duration
    return add_business_time(world.directory.site(site_id), world.now, duration)


def _decides_earlier(before: Clocks, anew: Clocks) -> bool:
    has_passed = before.decide_passed or before.decide_again_at is not None
    return not has_passed and before.decide_by <= anew.decide_by


def _on_calendar(world: World, site_id: str, severity: Severity) -> bool:
    """A site that the directory does not know has the calendar's clock."""
    clock = world.policy.clocks.of(severity).clock
    return clock is Clock.CALENDAR or not world.directory.knows(site_id)
