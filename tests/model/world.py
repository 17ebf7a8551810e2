"""A small world: sites, managers and policies, and the others that may take their place."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from agents.core.policy import Policy, policy_from
from agents.core.world import Directory
from agents.reference_data.policy_files import default_data
from schemas.records import Absence, Hours, Manager, Site, Tier

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = (1, 2, 3, 4, 5)
ALL_WEEK = (*WEEK, 6, 7)
OPERATOR = "operator"


def moment(text: str, zone: str = "Europe/Berlin") -> int:
    """Epoch milliseconds of a local time such as 2026-03-02 09:00."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


# The Thursday before clocks go forward in Berlin (29 March 2026), a week before Good Friday.
BEGIN = moment("2026-03-26 08:00")


def hours(begin: str, end: str, days: tuple[int, ...] = WEEK) -> Hours:
    return Hours(days=days, from_=begin, to=end)


SITES = {
    # Split shifts, Bavaria's holidays.
    "moosach": Site(
        site_id="moosach", region_id="r1", name="Moosach", country="DE", subdivision="DE-BY",
        currency="EUR", time_zone="Europe/Berlin", holidays="DE-BY", closed_on=(),
        hours=(hours("09:00", "12:00"), hours("13:00", "17:00")),
    ),
    # A shift over midnight, on the other side of an ocean, in the same region.
    "queens": Site(
        site_id="queens", region_id="r1", name="Queens", country="US", subdivision="US-NY",
        currency="USD", time_zone="America/New_York", holidays="US-NY", closed_on=(),
        hours=(hours("18:00", "02:00", ALL_WEEK),),
    ),
    # On the calendar: no hours; nobody but an executive.
    "lakeside": Site(
        site_id="lakeside", region_id="r2", name="Lakeside", country="US", subdivision="US-OH",
        currency="USD", time_zone="America/New_York", holidays=None, closed_on=(), hours=(),
    ),
}  # fmt: skip


def manager(manager_id: str, tier: Tier, *of: str, **fields: Any) -> Manager:
    local = tier is Tier.LOCAL
    whole: dict[str, Any] = {
        "name": manager_id.title(),
        "site_ids": of if local else (),
        "region_ids": () if local else of,
        "languages": ("en",),
        "phone": None,
        "email": f"{manager_id}@example.com",
        "app_handle": None,
        "shifts": (),
        "time_zone": "Europe/Berlin",
        "absences": (),
    }
    return Manager(manager_id=manager_id, tier=tier, **(whole | fields))


MANAGERS = {
    each.manager_id: each
    for each in (
        manager(
            "anna", Tier.LOCAL, "moosach", languages=("de",), max_open=2, max_new_a_day=3,
            shifts=(hours("08:00", "14:00"),),
        ),
        manager("bert", Tier.LOCAL, "moosach", "queens", shifts=(hours("12:00", "22:00"),)),
        manager("carl", Tier.LOCAL, "queens", email=None),
        manager("rita", Tier.REGIONAL, "r1", max_open=2, languages=("en", "de")),
        manager("rosa", Tier.REGIONAL, "r1", shifts=(hours("20:00", "04:00", ALL_WEEK),)),
        manager("eva", Tier.EXECUTIVE, "r1", "r2", max_open=3),
    )
}  # fmt: skip

DIRECTORY = Directory(SITES.values(), MANAGERS.values())


def otherwise(manager_id: str, way: str, at: int) -> Manager | None:
    """What the directory may say of a manager from now on; None: they left."""
    who = MANAGERS[manager_id]
    match way:
        case "leaves":
            return None
        case "is absent":
            return replace(who, absences=(Absence(from_=at, until=at + 2 * DAY),))
        case "will be absent":
            return replace(who, absences=(Absence(from_=at + 2 * HOUR, until=at + 9 * HOUR),))
        case "has no contact":
            return replace(who, email=None)
        case "works at night":
            return replace(who, shifts=(hours("22:00", "06:00", ALL_WEEK),))
        case "works early":
            return replace(who, shifts=(hours("06:00", "10:00"),))
        case "is full":
            return replace(who, max_open=0)
        case _:
            return who


WAYS = (
    "leaves", "is absent", "will be absent", "has no contact", "works at night", "works early",
    "is full", "as before",
)  # fmt: skip


def site_otherwise(site_id: str, way: str, at: int) -> Site | None:
    """What the directory may say of a site from now on; None: it is not known any more."""
    site = SITES[site_id]
    today = datetime.fromtimestamp(at / 1000, ZoneInfo(site.time_zone)).date()
    match way:
        case "is unknown":
            return None
        case "is closed tomorrow":
            return replace(site, closed_on=(date.fromordinal(today.toordinal() + 1),))
        case "opens for an hour":
            return replace(site, hours=(hours("10:00", "11:00"),))
        case _:
            return site


SITE_WAYS = ("is unknown", "is closed tomorrow", "opens for an hour", "as before")

POLICIES: dict[str, dict[str, Any]] = {
    "usual": {},
    "strict": {"throttle": {"limit": 1, "per_day": 1}},
    "generous": {"throttle": {"limit": 9, "per_day": 5}},
    "fast": {
        "clocks": {
            "NORMAL": {"acknowledge_minutes": 5, "decide_minutes": 20},
            "warn_at_percent": [10, 90],
            "promise_missed_after_minutes": 5,
        }
    },
    "shadow": {"pilot": {"default": {"gate": "SHADOW"}}},
    "half": {"pilot": {"default": {"gate": "LIVE", "percent": 50}}},
    "lists": {
        "lists": {
            "allow": [{"customer_id": "c1", "reason": "tests"}],
            "block": [{"customer_id": "c2", "reason": "tests"}],
        }
    },
    "small storms": {"storm": {"cases": 2}},
    "following": {"clocks": {"follow_changes": True}},
    "following fast": {
        "clocks": {
            "follow_changes": True,
            "NORMAL": {"acknowledge_minutes": 15, "decide_minutes": 90},
            "HIGH": {"acknowledge_minutes": 5, "decide_minutes": 30},
        }
    },
}


def policy(kind: str, number: int, at: int) -> Policy:
    """A policy of a kind that comes into force at `at`."""
    effective = datetime.fromtimestamp(at / 1000, UTC).isoformat()
    named = {"version": f"{kind.replace(' ', '-')}-{number}", "effective_from": effective}
    return policy_from({**named, "operators": [OPERATOR], **POLICIES[kind]}, default_data())
