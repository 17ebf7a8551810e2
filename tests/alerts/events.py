"""What is sent to cause alerts: a policy with short clocks, a directory, presses and actions."""

import time
from collections.abc import Sequence
from itertools import cycle
from typing import Any

REGION = "us-east"
SITE = "columbus"
SITES = tuple(f"site-{number}" for number in range(20))
"""Many: five cases of a kind at one site would be a storm, which one manager has."""
NIGHT_DESK = "night-desk"
_ALWAYS = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00"}]
_CLOCK = {"acknowledge_minutes": 1, "decide_minutes": 600, "clock": "CALENDAR"}
POLICY: dict[str, Any] = {
    "version": "alerts-1",
    "operators": [NIGHT_DESK],
    "clocks": {
        "NORMAL": _CLOCK | {"next_tier_after_minutes": {"REGIONAL": 1}},
        "HIGH": _CLOCK | {"next_tier_after_minutes": {"REGIONAL": 1}},
        "SAFETY": _CLOCK | {"decide_minutes": 1, "next_tier_after_minutes": {"REGIONAL": 600}},
        "decide_never_below_minutes": 1,
        "promise_missed_after_minutes": 1,
    },
}
"""NORMAL is to be acknowledged within a minute; SAFETY to be decided within one."""


def directory(*more_sites: str, absent: bool = False) -> dict[str, Any]:
    """A region with a manager a tier, always on shift; or all of them away."""
    away = [{"from": _at(-3_600), "until": _at(86_400)}] if absent else []
    sites = [SITE, *SITES, *more_sites]
    managers = {"LOCAL": ("m-local", sites, []), "REGIONAL": ("m-regional", [], [REGION])}
    managers["EXECUTIVE"] = ("m-executive", [], [REGION])
    return {
        "sites": [
            {
                "site_id": site, "region_id": REGION, "name": site.title(), "country": "US",
                "subdivision": "US-OH", "time_zone": "America/New_York", "hours": _ALWAYS,
            }
            for site in sites
        ],
        "managers": [
            {
                "manager_id": name, "name": f"Somebody {tier.title()}", "tier": tier,
                "site_ids": at, "region_ids": regions, "languages": ["en"],
                "phone": "+1-614-555-0105", "time_zone": "America/New_York", "shifts": _ALWAYS,
                "absences": away, "max_open": 5_000, "max_new_a_day": 5_000,
            }
            for tier, (name, at, regions) in managers.items()
        ],
    }  # fmt: skip


def press(customer: str, visit: str, site: str = SITE, **wish: str) -> dict[str, Any]:
    """A customer presses the button, now."""
    value = {
        "event_id": f"press-{visit}", "occurred_at": _at(), "customer_id": customer,
        "visit_id": visit, "vehicle_id": None, "site_id": site, "response": "REQUESTED",
        "subject": "NONE", "wish": wish or None,
    }  # fmt: skip
    return {"topic": "service.customer-responses", "value": value}


def presses(visits: Sequence[str], sites: Sequence[str]) -> list[dict[str, Any]]:
    """Customers of their own press it, at sites in turn."""
    return [
        press(f"c-{visit}", visit, site) for visit, site in zip(visits, cycle(sites), strict=False)
    ]


def unsafe(customer: str, visit: str) -> dict[str, Any]:
    """The car is unsafe to drive."""
    value = {
        "event_id": f"unsafe-{visit}", "occurred_at": _at(-1), "customer_id": customer,
        "visit_id": visit, "vehicle_id": "car-1", "site_id": SITE, "diagnosis_id": f"d-{visit}",
        "revision": 1, "stage": "CENTRE", "code": "BRAKE", "symptom": None, "cause": "WEAR",
        "fault_found": True, "safety": True,
    }  # fmt: skip
    return {"topic": "service.diagnoses", "value": value}


def action(visit: str, name: str, **more: str) -> dict[str, Any]:
    """What the night desk does to the case of a visit."""
    value = {
        "action_id": f"{name}-{visit}", "occurred_at": _at(), "escalation_id": f"{visit}:1",
        "region_id": REGION, "by": NIGHT_DESK, "action": name, **more,
    }  # fmt: skip
    return {"topic": "recourse.actions", "value": value}


def wrong(number: int) -> dict[str, Any]:
    """A press with a revision that can't be."""
    line = press(f"c-wrong-{number}", f"v-wrong-{number}")
    line["value"]["occurred_at"] = _at(7_200)
    return line


def soon(seconds: int) -> str:
    """A moment from now."""
    return _at(seconds)


def _at(seconds: int = 0) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
