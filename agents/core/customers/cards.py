"""Contact cards: whom a customer can reach, given at check-in at a site that takes part."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from agents.core.customers.draft import Draft
from agents.core.customers.rule_base.facts import LONGEST_VALUE
from agents.core.handling import Output
from agents.core.notices.wording.plain import clipped
from agents.core.tiers import TIERS
from schemas.records import (
    Arm,
    CardManager,
    ContactCard,
    Hours,
    Manager,
    ManagerContact,
    Tier,
)

_CARDS = "contact cards"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def issue(draft: Draft, visit_id: str) -> None:
    """The card of a visit: one, with the first check-in, while it is open and LIVE.

    At a site that the directory does not know nobody can be named, as no case there has a manager.
    """
    visit = draft.visit(visit_id)
    if visit.arm is not Arm.LIVE or visit.closures or not visit.check_ins:
        return
    if visit.counters.get(_CARDS):
        return
    if not draft.world.directory.knows(visit.site_id):
        return
    managers = tuple(
        _on_card_as(tier, each)
        for tier in TIERS
        for each in _on_card(draft, tier, visit.site_id, visit.region_id)
    )
    if not managers:
        return
    card = ContactCard(
        card_id=f"{visit_id}:card",
        visit_id=visit_id,
        customer_id=draft.customer.customer_id,
        site_id=visit.site_id,
        issued_at=draft.world.now,
        managers=managers,
        language=draft.address(visit).language,
        policy_version=draft.world.policy.version,
    )
    draft.outputs.append(Output(topic="recourse.contact-cards", record=card))
    draft.put(replace(visit, counters={**visit.counters, _CARDS: 1}))


def _on_card(draft: Draft, tier: Tier, site_id: str, region_id: str) -> Iterable[Manager]:
    """Who answers for the site in a tier, has a contact, and is not absent now."""
    now = draft.world.now
    return (
        each
        for each in draft.world.directory.managers_of(tier, site_id, region_id)
        if (each.phone or each.email or each.app_handle)
        and not any(absence.from_ <= now < absence.until for absence in each.absences)
    )


# By identity, for a record of the directory is asked for again and again, and its hash is long.
_ON_CARDS: dict[tuple[int, Tier], tuple[Manager, CardManager]] = {}
_REMEMBERED: Final = 8192


def _on_card_as(tier: Tier, manager: Manager) -> CardManager:
    place = (id(manager), tier)
    known = _ON_CARDS.get(place)
    if known is None or known[0] is not manager:
        if len(_ON_CARDS) >= _REMEMBERED:
            _ON_CARDS.clear()
        shown = CardManager(tier=tier, manager=contact_of(manager), hours=_hours(manager))
        known = _ON_CARDS[place] = manager, shown
    return known[1]


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


def hours_in_words(manager: Manager) -> str:
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
