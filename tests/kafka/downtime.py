"""A morning at six sites, and what arrives while every worker is dead; for `test_downtime`.

Everything runs on the calendar's clock, so that every moment is computed by hand: `T0` and minutes.
"""

from collections.abc import Iterator
from typing import Any

from agents.core.world import Directory
from agents.records.codecs import encode
from agents.reference_data.files import parse
from agents.reference_data.policy_files import policy_in
from agents.reference_data.publish import Record, directory_to_publish
from agents.reference_data.reference import POLICIES, Reference
from agents.simulation.demo.event_generator import Arrival
from schemas.records import Action, ActionName, Tier
from tests.core.builders import START, check_in, closure, estimate, said, site
from tests.core.desk.world import manager

MINUTE = 60_000
T0 = START
REGIONS = 6
CASES = 130
ASKING = 60
PROMISES = 12
BACKLOG = 8_000
TICKS_AT = (T0 + 300 * MINUTE, T0 + 503 * MINUTE)
"""One that somebody wrote before they died, and the first after the restart: 8 hours later."""
# What time makes of a case that nobody takes, in minutes after its opening: warned at 50 % and
# 75 % of two hours (to acknowledge) and of eight (to decide), moved up after four, and at eight.
EXPECTED = (
    ("WARNED", 60),
    ("WARNED", 90),
    ("MOVED_UP", 240),
    ("WARNED", 240),
    ("WARNED", 300),
    ("WARNED", 330),
    ("WARNED", 360),
    ("WARNED", 480),  # OVERDUE, at the ceiling of a NORMAL case
)
SILENT_AFTER = 240
"""Minutes (4 hours) from a question until silence is a finding."""


def reference_records() -> list[Record]:
    """Six regions of one site, each with somebody in every tier, whom no limit holds back."""
    policy = policy_in(
        parse(
            "version: v1\nstorm: {cases: 10000}\n"
            "managers: {max_open: 10000, max_new_a_day: 10000}\n",
            "policy",
        )
    )
    sites = [site(site_id=f"s{n}", region_id=f"r{n}") for n in range(REGIONS)]
    managers = [
        manager(
            f"{tier.lower()}-{n}",
            tier,
            site_ids=(f"s{n}",) if tier is Tier.LOCAL else (),
            region_ids=() if tier is Tier.LOCAL else (f"r{n}",),
        )
        for n in range(REGIONS)
        for tier in (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)
    ]
    published = (POLICIES, policy.version, policy.model_dump_json().encode())
    return [published, *directory_to_publish(Directory(sites, managers), Reference())]


def before() -> list[Arrival]:
    """The morning: cases, of which half are at one site; questions; people who were promised."""
    found = []
    for n in range(CASES):
        where = 0 if n % 2 else n // 2 % REGIONS
        found.append(_request(f"case-{n}", where, T0 + n * 10_000))
    found += [_request(f"promise-{n}", n % REGIONS, T0) for n in range(PROMISES)]
    for n in range(ASKING):
        who = f"asking-{n}"
        found.append(_of(check_in(f"{who}-in", **_whose(who, 1), occurred_at=T0)))
        asked = said(f"{who}-a", "ASKED", "NONE", **_whose(who, 1), occurred_at=asked_at(n))
        found.append(_of(asked))
    return sorted(found)


def promises() -> list[Arrival]:
    """The local managers promise to call within two hours."""
    return [_promise(n, T0 + 5 * MINUTE) for n in range(PROMISES)]


def asked_at(n: int) -> int:
    return T0 + 10 * MINUTE + n * 1_000


def is_answered(n: int) -> bool:
    return n % 3 != 2


def is_called(n: int) -> bool:
    return n % 2 == 0


def meanwhile() -> list[Arrival]:
    """What arrives while nobody reads: answers behind long backlogs, in topics of unequal length.

    Of every three who ask, one has an estimate after three hours, one a closure at the very moment
    at which they would be called silent, one nothing.
    """
    found = list(_backlog())
    for n in range(ASKING):
        who = f"asking-{n}"
        if n % 3 == 0:
            at = T0 + 180 * MINUTE + n
            found.append(_of(estimate(f"{who}-e", **_whose(who, 1), occurred_at=at)))
        elif n % 3 == 1:
            at = asked_at(n) + SILENT_AFTER * MINUTE
            found.append(_of(closure(f"{who}-c", **_whose(who, 1), occurred_at=at)))
    called_at = T0 + 130 * MINUTE
    found += [_action(n, ActionName.CONTACTED, called_at) for n in range(PROMISES) if is_called(n)]
    return sorted(found)


def _backlog() -> Iterator[Arrival]:
    """Few customers, so few partitions; sent again and again, as a producer in trouble does."""
    for n in range(BACKLOG):
        at = T0 + 30 * MINUTE + n * 2_000
        who = f"busy-{n % 5}"
        event = estimate(f"{who}-e", **_whose(who, 2), occurred_at=T0 + 30 * MINUTE)
        yield _of(event, at)
        if n % 4 == 0:
            yield _promise(n // 4 % PROMISES, at)


def load(first: int, count: int) -> list[Arrival]:
    """Work for both stages after all that, the same over and over."""
    at = TICKS_AT[-1] + first
    found = []
    for n in range(first, first + count):
        who = f"load-{n % 50}"
        event_id = f"{who}-e{n // 50 % 100}"
        event = estimate(event_id, **_whose(who, 3), occurred_at=TICKS_AT[-1])
        found.append(_of(event, at))
        found.append(_promise(n % PROMISES, at))
    return found


def _request(who: str, where: int, at: int) -> Arrival:
    return _of(said(f"{who}-r", "REQUESTED", "NONE", **_whose(who, where), occurred_at=at))


def _whose(who: str, where: int) -> dict[str, Any]:
    return {
        "customer_id": who,
        "visit_id": f"{who}-v",
        "vehicle_id": f"{who}-car",
        "site_id": f"s{where}",
    }


_TOPICS = {
    "CheckIn": "service.check-ins",
    "Estimate": "service.estimates",
    "Closure": "service.closures",
    "CustomerResponse": "service.customer-responses",
}


def _of(record: Any, at: int | None = None) -> Arrival:
    topic = _TOPICS[type(record).__name__]
    when = record.occurred_at if at is None else at
    return Arrival(when, topic, record.customer_id.encode(), encode(topic, record))


def _promise(n: int, at: int) -> Arrival:
    """The same promise, whenever it is sent."""
    return _action(n, ActionName.PROMISE, T0 + 5 * MINUTE, at, until=T0 + 120 * MINUTE)


def _action(
    n: int, name: ActionName, occurred_at: int, at: int | None = None, **fields: Any
) -> Arrival:
    region = f"r{n % REGIONS}"
    action = Action(
        action_id=f"promise-{n}:{name}",
        occurred_at=occurred_at,
        escalation_id=f"promise-{n}-v:1",
        region_id=region,
        by=f"local-{n % REGIONS}",
        action=name,
        **fields,
    )
    topic = "recourse.actions"
    when = occurred_at if at is None else at
    return Arrival(when, topic, region.encode(), encode(topic, action))
