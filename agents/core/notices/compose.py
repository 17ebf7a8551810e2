"""The notices of a handling at the desk: what its steps make, by the table."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from msgspec.structs import replace

from agents.core.customers.rule_base.facts import instant
from agents.core.customers.throttle import gone_at
from agents.core.desk.abuse import counted_outcome
from agents.core.desk.guards import guards, has_contact
from agents.core.desk.state import EscalationState, HeldNotice
from agents.core.desk.timers.clocks import after_minutes, chosen_as_of, reaches
from agents.core.handling import Output, Turns
from agents.core.notices import wishes
from agents.core.notices.addressees import contact_of, customer, manager, site, wanted_by
from agents.core.notices.case_facts import about, appeal_within, decision
from agents.core.notices.held import FORMER, SORRY, HeldNotices
from agents.core.notices.notice import CUSTOMER, NoticeReference, Parameters, build_notice
from agents.core.notices.table import (
    CONTACTED,
    NEW_MANAGER,
    REFUSED,
    Happening,
    row_of,
    site_message,
)
from agents.core.notices.timing import after_quiet_hours, quiet_hours
from agents.core.notices.wording.plain import NAME_AT_MOST, plain
from agents.core.notices.wording.texts import QUOTE, WORDS
from agents.core.reasons import FOUND, TAKEN, WISH_ABOVE_CEILING, WITHDRAWN_BY_CUSTOMER
from agents.core.world import World
from schemas.records import (
    Channel,
    Escalation,
    EscalationStatus,
    ManagerContact,
    Site,
    TopicName,
)

MANAGER, ACTED = "manager", "acted"  # how ids of notices to managers end
SITE = "site"  # and of those to the site
_ABOUT_CONDUCT_UNTOLD = (EscalationStatus.OPENED, EscalationStatus.WITHDRAWN)


class Actor(StrEnum):
    """Who did something to a case."""

    MANAGER = "MANAGER"
    """Who has it."""
    ANOTHER = "ANOTHER"
    """Somebody else than who has it."""
    NOBODY = "NOBODY"
    """Somebody else, and nobody has it."""


def notice_id(escalation_id: str, step: int, whom: str) -> str:
    """The id of the notice about a step for one of the people concerned."""
    return f"{escalation_id}:{step}:{whom}"


def notices_of(
    happenings: Iterable[Happening], states: Mapping[str, EscalationState], world: World
) -> Turns[tuple[tuple[Output, ...], Mapping[str, EscalationState]]]:
    """What people are told of steps, in their order; `states` are the cases after all of them.

    With it come the cases that have another notice that may not be sent yet, or one less. Others
    may have a turn between two steps.
    """
    notices: list[Output] = []
    held: dict[str, HeldNotices] = {}
    for each in happenings:
        key = each.step.escalation_id
        if key not in held:
            held[key] = HeldNotices(states[key], world)
        notices.extend(_Teller(each, states[key], world, held[key]).all())
        yield
    changed = {
        key: replace(states[key], held=each.all)
        for key, each in held.items()
        if each.all != states[key].held
    }
    return tuple(notices), changed


class _Teller:
    """One step, told to whom it concerns."""

    def __init__(
        self, happening: Happening, state: EscalationState, world: World, held: HeldNotices
    ) -> None:
        self._happening = happening
        self._step = happening.step
        self._held = held
        self._addressing = state.addressing
        self._forgotten = state.erased
        self._about_conduct = state.about_conduct
        self._state = state
        self._stands = any(ground.stands for ground in state.grounds)
        self._world = world
        self._site = world.directory.site(happening.step.site_id)

    def all(self) -> Iterator[Output]:
        """The notices of the step, by the row of the table."""
        step, row = self._step, row_of(self._happening)
        if step.status is EscalationStatus.REFUSED:
            yield from self._to_known(REFUSED, ACTED, step.by)
            return
        unheard = row.customer == CONTACTED and guards(self._state, self._world) is None
        if row.customer is not None and not (self._forgotten or unheard):
            yield self._to_customer(row.customer)
        if row.manager is not None and step.manager is not None:
            yield self._to_manager(row.manager, MANAGER, step.manager)
        has = step.manager.manager_id if step.manager else None
        if row.former is not None and self._happening.had != has:
            yield from self._to_known(row.former, FORMER, self._happening.had)
        yield from self._to_site()

    def _to_site(self) -> Iterator[Output]:
        """To the site, once it opens; but who complains of somebody there is not told to them."""
        step, world = self._step, self._world
        message = site_message(self._happening)
        if message is None or not world.policy.writes_generation(2):
            return
        if self._about_conduct and step.status in _ABOUT_CONDUCT_UNTOLD:
            return
        reach = site(self._site, world)
        if reach is None:
            return
        not_before = chosen_as_of(self._then(), step.site_id, step.severity)
        yield build_notice(
            message,
            self._facts | self._counted(),
            reach,
            self._about(SITE),
            not_before=not_before,
            own=_to_contacts(self._site),
            supersedes=self._supersedes(message, SITE, not_before),
        )

    def _then(self) -> World:
        """The world as of the step."""
        at, world = self._step.occurred_at, self._world
        return world if world.now == at else replace(world, now=at)

    def _supersedes(
        self, message: str, whom: str, not_before: int, to: str = "", why: str = ""
    ) -> tuple[str, ...]:
        """Whose place the notice takes that is written now."""
        step = self._step
        notice = HeldNotice(step.step, whom, not_before, to, why)
        return self._held.take(notice, message, step.occurred_at)

    def _to_known(self, message: str, whom: str, manager_id: str | None) -> Iterator[Output]:
        """To a manager of the directory; who is none (an operator, say) has no contact there."""
        known = self._world.directory.managers.get(manager_id or "")
        if known is not None:
            yield self._to_manager(message, whom, contact_of(known))

    def _to_customer(self, message: str) -> Output:
        step, wanted = self._step, wanted_by(self._addressing)
        not_before = self._not_before(message)
        reach = customer(step.customer_id, wanted, step.site_id, self._world)
        facts = self._facts | self._counted() | contact_facts(step.manager)
        facts |= wishes.noted(self._happening.wish, step.decide_by, not_before)
        why = facts.get("why", "")
        if why not in SORRY:
            why = self._held.untold(CUSTOMER, "", step.occurred_at)
            facts |= {"why": why} if why else {}
        return build_notice(
            message,
            facts,
            reach,
            self._about(CUSTOMER),
            not_before=not_before,
            own={},
            supersedes=self._supersedes(message, CUSTOMER, not_before, why=why),
        )

    def _not_before(self, message: str) -> int:
        """After the customer's quiet hours, which hold no answer, and no promise within them.

        They hear of a new manager when that one has had some time to take the case on; but of the
        first one at once, as they were told that nobody has it yet.
        """
        step, addressing = self._step, self._addressing
        at, answers = step.occurred_at, self._happening.answers
        minutes = self._world.policy.notices.new_manager_after_minutes
        writes = self._world.policy.writes_generation(2)
        had_nobody = self._happening.had is None and writes
        at_once = TAKEN in self._happening.codes or had_nobody or (answers and step.by is None)
        if message in NEW_MANAGER and not at_once and minutes and writes:
            at = after_minutes(self._then(), step.site_id, step.severity, minutes)
        elif answers:
            return at
        quiet = quiet_hours(
            addressing.quiet_from,
            addressing.quiet_until,
            addressing.time_zone,
            self._site.country,
            self._world,
        )
        held = after_quiet_hours(at, quiet, step.severity)
        promised = step.until if step.status is EscalationStatus.PROMISED else None
        return held if promised is None or promised > held else at

    def _to_manager(self, message: str, whom: str, contact: ManagerContact) -> Output:
        """Not before the site opens, nor before the shift that the case waits for.

        Where its clock runs on the calendar, at once.
        """
        step, at = self._step, self._then()
        opens = chosen_as_of(at, step.site_id, step.severity)
        has_it = whom == MANAGER and contact.manager_id == self._state.manager_id
        reach = manager(contact, step.site_id, self._world)
        not_before = max(opens, reaches(at, self._state) if has_it else opens)
        return build_notice(
            message,
            self._facts | self._wishes(not_before) | self._so_far() | self._said(),
            reach,
            self._about(whom),
            not_before=not_before,
            own=reached_by(contact),
            supersedes=self._supersedes(message, whom, not_before, contact.manager_id),
        )

    def _about(self, whom: str) -> NoticeReference:
        step = self._step
        return NoticeReference(
            notice_id=notice_id(step.escalation_id, step.step, whom),
            site=self._site,
            region_id=step.region_id,
            policy_version=step.policy_version,
            escalation_id=step.escalation_id,
            worded=self._world.worded,
        )

    @cached_property
    def _facts(self) -> Parameters:
        """Everything that a message about the step may be made of."""
        step = self._step
        by_customer = any(each.code == WITHDRAWN_BY_CUSTOMER for each in step.reasons)
        facts = {
            "escalation_id": step.escalation_id,
            "severity": step.severity.value,
            "acknowledge_by": instant(step.acknowledge_by),
            "decide_by": instant(step.decide_by),
            "withdrawn": "yes" if by_customer else "no",
            "all_gone": "no" if self._stands else "yes",
            "found": "yes" if any(each.code == FOUND for each in step.reasons) else "no",
        }
        facts |= about(step, self._state) | decision(step) | appeal_within(step, self._world)
        if step.manager is not None:
            facts["manager"] = plain(step.manager.name, NAME_AT_MOST)
        if step.until is not None:
            facts["until"] = instant(step.until)
        if WISH_ABOVE_CEILING in self._happening.codes:
            facts["wish_too_high"] = "yes"
        if step.by is not None:
            facts |= self._actor(step.by)
        if step.status is EscalationStatus.CONFIRMED:
            facts["until"] = instant(self._counts_until())
        if step.message is not None:
            facts[QUOTE] = step.message
        return facts | _why(step)

    def _counted(self) -> Parameters:
        """The outcome as it counts: nobody but managers hears of abuse that nobody confirmed."""
        counted = counted_outcome(self._state, self._step.outcome)
        return {} if counted is None else {"outcome": counted.value}

    def _counts_until(self) -> int:
        """The last moment at which an ABUSIVE case weighs something in the throttle (ms)."""
        asked_at = self._state.grounds[0].occurred_at if self._state.grounds else 0
        return gone_at(asked_at, self._world.policy.throttle) - 1

    def _actor(self, by: str) -> Parameters:
        """Who did it: by name, an operator as "we"; and whether it is who has the case."""
        has, who = self._step.manager, Actor.ANOTHER
        if has is None:
            who = Actor.NOBODY
        elif has.manager_id == by:
            who = Actor.MANAGER
        said = {"actor": who.value, "did": self._step.status.value}
        actor = self._world.directory.managers.get(by)
        return said if actor is None else said | {"who": plain(actor.name, NAME_AT_MOST)}

    def _said(self) -> Parameters:
        said = self._state.said_last
        return {} if said is None else words_in(said.words, said.topic)

    def _so_far(self) -> Parameters:
        """What the customer was promised, and whether anybody has spoken with them, if known."""
        state, said = self._state, Parameters()
        if state.guards is not None:
            said["spoken"] = "yes" if has_contact(state.guards) else "no"
        if state.promised_until is not None:
            said["promised_by"] = instant(state.promised_until)
        return said

    def _wishes(self, told_from: int) -> Parameters:
        """What the manager must know of how the customer wants to be spoken to."""
        said = {"customer_language": self._addressing.language}
        new, decide_by = self._happening.wish, self._step.decide_by
        return said | wishes.for_manager(self._addressing.wish, new, decide_by, told_from)


def words_in(words: str | None, topic: TopicName | None) -> Parameters:
    """The customer's own words, and what they are about: for managers alone."""
    about = {} if topic is None else {"topic": topic.value}
    return about if words is None else about | {WORDS: words}


# Facts of reasons that messages speak of, by the reason's code; of REFUSED steps by any.
_NAMED = {
    "SITE_STORM": ("cases", "incident_id"),
    "WARNING": ("deadline", "percent"),
}


def _why(step: Escalation) -> Parameters:
    """The code of the step's first reason, and what is named of the others."""
    named = {"why": step.reasons[0].code} if step.reasons else {}
    for reason in step.reasons:
        names = ("action",) if step.status is EscalationStatus.REFUSED else ()
        for name in _NAMED.get(reason.code, names):
            if name in reason.facts:
                named[name] = reason.facts[name]
    return named


def contact_facts(contact: ManagerContact | None) -> Parameters:
    """How a manager is reached, for the customer: `phone`, `email`."""
    if contact is None:
        return {}
    named = {"phone": contact.phone, "email": contact.email}
    return {name: plain(each) for name, each in named.items() if each}


def _to_contacts(known: Site) -> Parameters:
    """Where a site is reached: the first of its contacts for each of `to_phone`, `to_email`, ..."""
    found: Parameters = {}
    for each in known.contacts or ():
        way = _WAYS.get(each.channel)
        if way is not None:
            found.setdefault(f"to_{way}", each.address)
    return found


_WAYS = {
    Channel.APP: "app",
    Channel.EMAIL: "email",
    Channel.PHONE: "phone",
    Channel.SMS: "phone",
}


def reached_by(contact: ManagerContact) -> Parameters:
    """Where a manager is reached, for who sends the notice: `to_phone`, `to_email`, `to_app`."""
    named = {"app": contact.app_handle, "email": contact.email, "phone": contact.phone}
    return {f"to_{name}": each for name, each in named.items() if each}
