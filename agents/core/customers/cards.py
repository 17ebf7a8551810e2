"""Contact cards: whom a customer can reach, given at check-in at a site that takes part.

Whose case was found abusive gets the site's own phone, and nobody's name.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from agents.core.calendar import back_from
from agents.core.customers.asked import abuse_counts
from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.facts import LONGEST_VALUE
from agents.core.customers.state import Customer, Visit
from agents.core.handling import Output
from agents.core.notices.card_text import card_text, hours_text, manager_text
from agents.core.notices.wording.plain import clipped
from agents.core.tiers import TIERS
from agents.core.world import World
from schemas.records import (
    Arm,
    CardManager,
    ContactCard,
    Hours,
    Manager,
    ManagerContact,
    Site,
    Tier,
)

_CARDS = "contact cards"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def issue(draft: Draft, visit_id: str) -> None:
    """The card of a visit: one, with the first check-in, while it is open and LIVE.

    At a site that the directory does not know nobody can be named, as no case there has a manager.
    Where nobody who would be on it is there, it is issued once somebody is (`next_issue`).
    """
    visit = draft.visit(visit_id)
    if not _lacks_card(visit, draft.world):
        return
    abusive = _is_abusive(draft.customer, draft.now, draft.world)
    site = draft.world.directory.site(visit.site_id)
    phone = site.phone if abusive else None
    address = draft.address(visit)
    shown = [] if abusive else list(_shown(visit, site, address.language, draft.then))
    if not shown and phone is None:
        return
    told = draft.world.policy.writes_generation(2)
    lines = (line for _, line in shown)
    card = ContactCard(
        card_id=f"{visit_id}:card",
        visit_id=visit_id,
        customer_id=draft.customer.customer_id,
        site_id=visit.site_id,
        issued_at=draft.world.now,
        managers=tuple(each for each, _ in shown),
        language=address.language,
        policy_version=draft.world.policy.version,
        site_phone=phone,
        text=card_text(lines, phone, site, address.language) if told else None,
    )
    draft.outputs.append(Output(topic="recourse.contact-cards", record=card))
    draft.put(replace(visit, counters={**visit.counters, _CARDS: 1}))


def next_issue(customer: Customer, visit: Visit, world: World) -> int | None:
    """When somebody is back who would be on the visit's card, which nobody could be on (ms).

    None: it has one, or nobody comes back.
    """
    if not world.policy.writes_generation(2) or not _lacks_card(visit, world):
        return None
    if _is_abusive(customer, world.now, world):
        return None
    back = (back_from(each, world.now) for _, each in _answering(visit, world))
    return min(back, default=None)


def _lacks_card(visit: Visit, world: World) -> bool:
    """Whether the visit should have a card, and has none yet."""
    if visit.counters.get(_CARDS) or visit.arm is not Arm.LIVE:
        return False
    if visit.closures or visit.silent_since is not None or not visit.check_ins:
        return False
    return world.directory.knows(visit.site_id)


def _is_abusive(customer: Customer, at: int, world: World) -> bool:
    return world.policy.writes_generation(2) and abuse_counts(customer, at, world.policy)


def _answering(visit: Visit, world: World) -> Iterator[tuple[Tier, Manager]]:
    """Who answers for the visit in a tier that cards show, and has a contact."""
    for tier in TIERS:
        if tier in world.policy.cards.tiers:
            for each in world.serving(tier, visit.site_id, visit.region_id, world.now):
                if each.phone or each.email or each.app_handle:
                    yield tier, each


def _shown(
    visit: Visit, site: Site, language: str, world: World
) -> Iterator[tuple[CardManager, str]]:
    """Of these, who is not absent now, each with a line of the card's text."""
    as_of = language if world.policy.writes_generation(2) else ""
    for tier, each in _answering(visit, world):
        if back_from(each, world.now) == world.now:
            yield _on_card_as(tier, each, site, as_of)


# By identity, for a record of the directory is asked for again and again, and its hash is long.
_Key = tuple[int, Tier, str, str, str]
_ON_CARDS: dict[_Key, tuple[Manager, CardManager, str]] = {}
_REMEMBERED: Final = 8192


def _on_card_as(tier: Tier, manager: Manager, site: Site, language: str) -> tuple[CardManager, str]:
    """The manager in a language, and the line; in none, before generation 2 of the policy."""
    place = (id(manager), tier, language, site.time_zone, site.country)
    known = _ON_CARDS.get(place)
    if known is None or known[0] is not manager:
        if len(_ON_CARDS) >= _REMEMBERED:
            _ON_CARDS.clear()
        known = _ON_CARDS[place] = manager, *_told(tier, manager, site, language)
    return known[1:]


def _told(tier: Tier, manager: Manager, site: Site, language: str) -> tuple[CardManager, str]:
    contact = contact_of(manager)
    if not language:
        return CardManager(tier=tier, manager=contact, hours=_hours(manager)), ""
    hours = hours_text(manager.shifts, manager.time_zone, site, language)
    shown = CardManager(
        tier=tier,
        manager=contact,
        hours=hours,
        shifts=manager.shifts,
        time_zone=manager.time_zone,
    )
    return shown, manager_text(contact, hours, site, language)


def contact_of(manager: Manager) -> ManagerContact:
    """How a manager can be reached."""
    return ManagerContact(
        manager_id=manager.manager_id,
        name=manager.name,
        phone=manager.phone,
        email=manager.email,
        app_handle=manager.app_handle,
    )


def _hours(manager: Manager) -> str:
    """Shifts without end are cut: a record could not hold them."""
    return clipped(hours_in_words(manager), LONGEST_VALUE)


def hours_in_words(manager: Manager | CardManager) -> str:
    """The shifts, as in "Mon-Fri 08:00-12:00, Sat 09:00-13:00 (Europe/Berlin)"."""
    if not manager.shifts:
        return "at any time"
    return f"{shifts_in_words(manager.shifts)} ({manager.time_zone})"


def shifts_in_words(shifts: Iterable[Hours]) -> str:
    """Opening hours or shifts, as in "Mon-Fri 08:00-12:00, Sat 09:00-13:00"."""
    return ", ".join(f"{_days_in_words(each)} {each.from_}-{each.to}" for each in shifts)


def _days_in_words(hours: Hours) -> str:
    days = sorted(set(hours.days))
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return " ".join(
        _DAYS[run[0] - 1] if len(run) == 1 else f"{_DAYS[run[0] - 1]}-{_DAYS[run[-1] - 1]}"
        for run in runs
    )
