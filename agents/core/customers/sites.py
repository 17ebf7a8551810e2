"""Which site a visit is at, where events name several, or one that the directory does not know."""

from agents.core.customers.rule_base.facts import moment, reason
from agents.core.customers.state import Visit
from agents.core.customers.stored_facts import FACT_TYPES, Fact
from agents.core.world import UNKNOWN_REGION, World
from schemas.records import CheckIn, Reason

SITE_UNKNOWN = "SITE_UNKNOWN"


def site_of(fact: Fact, world: World) -> str | None:
    """The site of the directory that a fact is of; None: the directory does not know it.

    A check-in at an unknown site that says a region takes what the directory has for that region's
    other sites (`sites.default`), if it has that.
    """
    if world.directory.knows(fact.site_id):
        return fact.site_id
    if not isinstance(fact, CheckIn) or not world.policy.writes_generation(2):
        return None
    default = world.directory.default_of(fact.region_id)
    return None if default is None else default.site_id


def of_unknown_site(visit: Visit, world: World) -> tuple[Reason, ...]:
    """What is said of a visit at a site that the directory does not know.

    One that takes its region's default is at that; the site is of the newest such check-in.
    """
    if not world.directory.knows(visit.site_id):
        return (reason(SITE_UNKNOWN, site_id=visit.site_id),)
    if not world.directory.site(visit.site_id).default:
        return ()
    taking = [
        (moment(each), each.site_id)
        for each in visit.check_ins
        if each.site_id != visit.site_id and site_of(each, world) == visit.site_id
    ]
    if not taking:
        return ()
    return (reason(SITE_UNKNOWN, site_id=max(taking)[1], default=visit.site_id),)


def place_of(visit: Visit, event: Fact, world: World) -> tuple[str, str | None]:
    """Site and vehicle: of the check-in that occurred last, else of the first event handled.

    The region of a visit is its key and stays what it was. While it is an unknown one, the site is
    the newest that the directory knows, where one of the visit's is known.
    """
    check_ins: tuple[CheckIn, ...] = visit.check_ins
    if isinstance(event, CheckIn):
        check_ins = (*check_ins, event)
    site_id, vehicle_id = visit.site_id, visit.vehicle_id or event.vehicle_id
    if check_ins:
        last = max(check_ins, key=moment)
        site_id, vehicle_id = site_of(last, world) or last.site_id, last.vehicle_id
    if visit.region_id.startswith(UNKNOWN_REGION):
        site_id = _known_site(visit, event, check_ins, world) or site_id
    return site_id, vehicle_id


def _known_site(
    visit: Visit, event: Fact, check_ins: tuple[CheckIn, ...], world: World
) -> str | None:
    """The site that the directory knows: of the newest check-in with one, else of any event."""
    others = (event, *(fact for each in FACT_TYPES for fact in getattr(visit, each.field)))
    for facts in (check_ins, others):
        known = [(moment(each), site) for each in facts if (site := site_of(each, world))]
        if known:
            return max(known)[1]
    return None


def newly_known_site(before: Visit | None, after: Visit, world: World) -> str | None:
    """The site that a visit of an unknown region has got by its last event, if there is one."""
    if before is None or after.site_id == before.site_id:
        return None
    if not after.region_id.startswith(UNKNOWN_REGION):
        return None
    return after.site_id if world.directory.knows(after.site_id) else None
