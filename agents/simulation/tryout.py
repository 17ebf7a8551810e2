"""A policy or a directory tried before it is believed: a few days of events through all stages.

What passes the checks of its file may still make our own code fail, or cost more than a decision
may: then whoever wrote it hears of it, and not the customers whose every event would be given up.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.policy import Gate, Policy, SiteGate
from agents.core.rfc3339 import text_of
from agents.core.world import Directory
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.reference_data.differences import differences
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import Document, Place, UnusableFile
from agents.reference_data.policy_files import default_policy, policy_of_json
from agents.simulation.simulate import simulate
from schemas.records import DeadLetterReason, Site

CPU_SECONDS: Final = 20.0
"""Of all events together, which cost tenths of a second: no policy to live with costs more."""
_KINDS: Final = 10
"""So many kinds of sites are tried: places, zones and hours differ, ids and names do not."""
_NAMED: Final = 3
_OPERATOR: Final = "try-operator"
_BEGIN: Final = 1_772_442_000_000  # Monday 2 March 2026, 09:00 UTC

Event = tuple[str, dict[str, Any]]


def try_policy(document: Document, policy: Policy) -> None:
    """Runs events through a policy: at the demo's sites, and at one of each place that it names.

    Raises:
        UnusableFile: something failed; the values of the file that it hangs on are named.
    """
    demo = demo_directory()
    places = {each.subdivision: each for each in demo.sites.values()}
    directory = Directory([*places.values(), *_sites_of(policy)], demo.managers.values())
    problem = _problem(policy, directory)
    if problem is None:
        return
    blamed = [
        document.problem(place, value, f"with it {problem}")
        for place, value in _blamed(policy, directory)
    ]
    raise UnusableFile(blamed[:_NAMED] or [f"{document.name}: with it {problem}"])


def try_directory(name: str, directory: Directory) -> None:
    """Runs events through a directory under the package's policy, at each kind of site.

    Raises:
        UnusableFile: something failed; the sites that it hangs on are named.
    """
    managers, kinds = tuple(directory.managers.values()), _kinds(directory)
    problem = _problem(default_policy(), Directory(kinds, managers))
    if problem is None:
        return
    found = [
        f"{name}: at the site {each.site_id} {alone}"
        for each in kinds
        if (alone := _problem(default_policy(), Directory([each], managers))) is not None
    ]
    raise UnusableFile(found[:_NAMED] or [f"{name}: with it {problem}"])


def _kinds(directory: Directory) -> list[Site]:
    """A site of each kind, the first that there are."""
    found: dict[Any, Site] = {}
    for each in directory.sites.values():
        kind = (each.country, each.subdivision, each.currency, each.time_zone, each.hours)
        found.setdefault((*kind, each.holidays, each.closed_on, each.hours_on), each)
    return list(found.values())[:_KINDS]


def _sites_of(policy: Policy) -> Iterator[Site]:
    """A site in each place whose law the policy names and the demo has no site in."""
    known = demo_directory().sites.values()
    there = {place for each in known for place in (each.country, each.subdivision)}
    model = next(iter(known))
    for place in [each for each in policy.jurisdictions if each not in there | {"default"}][
        :_KINDS
    ]:
        country, _, _ = place.partition("-")
        subdivision = place if "-" in place else f"{place}-X"
        yield msgspec.structs.replace(
            model, site_id=f"try-{place}", country=country, subdivision=subdivision, currency="EUR"
        )


def _problem(policy: Policy, directory: Directory) -> str | None:
    """What goes wrong, in words that follow a subject; None where nothing does."""
    everywhere = SiteGate(gate=Gate.LIVE, percent=default_policy().pilot.default.percent)
    pilot = policy.pilot.model_copy(update={"default": everywhere, "sites": {}})
    # As a worker will read it, and with nothing kept from another reading.
    operators = (*policy.operators, _OPERATOR)
    told = policy.model_copy(update={"pilot": pilot, "operators": operators}).model_dump_json()
    began = time.process_time()
    try:
        policy = policy_of_json(told)
        for written in simulate(_lines(directory), policy, directory):
            for each in written:
                if each.topic in LETTER_TOPICS and (why := _failed(bytes(each.value))) is not None:
                    return why
            if time.process_time() - began > CPU_SECONDS:
                return f"a few events cost more than {CPU_SECONDS:.0f} s of CPU"
    except UnusableFile:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, no worker may meet it first
        return f"our own code fails ({type(error).__name__}: {error})"
    return None


def _failed(value: bytes) -> str | None:
    letter = msgspec.json.decode(value)
    if letter["reason"] != DeadLetterReason.FAILED:
        return None
    return f"a record of {letter['topic']} makes our own code fail ({letter['detail']})"


def _blamed(policy: Policy, directory: Directory) -> Iterator[tuple[Place, object]]:
    """The values without each of which it would work."""
    package = default_policy().model_dump(mode="json")
    data = policy.model_dump(mode="json")
    for each in differences(package, data):
        other = msgspec.json.decode(msgspec.json.encode(data))
        below = other
        for part in each.place[:-1]:
            below = below[part]
        if each.place[-1] in ("version", "effective_from"):
            continue
        below[each.place[-1]] = each.before
        try:
            without = policy_of_json(msgspec.json.encode(other))
        except UnusableFile:  # a key that the package's policy does not have
            continue
        if _problem(without, directory) is None:
            yield each.place, each.after


def _lines(directory: Directory) -> Iterable[bytes]:
    """A visit at each site with all that rules look for, a second one, and days without a word."""
    events = [each for site in directory.sites.values() for each in _visits(site)]
    events += [("recourse.ticks", {"now": text_of(_BEGIN + day * DAY_MS)}) for day in (1, 2, 4)]
    for topic, value in events:
        yield msgspec.json.encode({"topic": topic, "value": value})


def _decision(site: Site) -> Event:
    """An operator decides the first case against the customer: it counts, and then fades."""
    return (
        "recourse.actions",
        {
            "action_id": f"try-{site.site_id}"[-64:],
            "occurred_at": text_of(_BEGIN + 59 * MINUTE_MS),
            "escalation_id": f"{_visit(site, 0)}:1",
            "region_id": site.region_id,
            "by": _OPERATOR,
            "action": "RESOLVE",
            "outcome": "UNFOUNDED",
        },
    )


def _visit(site: Site, number: int) -> str:
    return f"try-{site.site_id}"[-60:] + f"-{number}"


def _visits(site: Site) -> Iterator[Event]:
    for number in range(2):
        visit, minute = _visit(site, number), 60 * number
        if number:
            yield _decision(site)
        for topic, fields in _EVENTS[: len(_EVENTS) - number]:  # the second is never closed
            minute += 1
            own = {name: site.currency for name in ("currency",) if name in fields}
            yield (
                f"service.{topic}",
                {
                    "event_id": f"{visit}:{minute}"[-64:],
                    "occurred_at": text_of(_BEGIN + minute * MINUTE_MS),
                    "customer_id": f"try-{site.site_id}"[-64:],
                    "visit_id": visit,
                    "vehicle_id": f"try-{site.site_id}"[-64:],
                    "site_id": site.site_id,
                }
                | fields
                | own,
            )


_FAULT: Final = {"diagnosis_id": "d", "stage": "CENTRE", "cause": "MANUFACTURING", "safety": False}
_WISH: Final = {"tier": "REGIONAL", "channel": "EMAIL", "language": "de"}
_EVENTS: Final[tuple[Event, ...]] = (
    ("check-ins", {"language": "en", "channels": ["SMS"], "symptoms": ["noise"]}),
    (
        "diagnoses",
        _FAULT | {"revision": 1, "code": "P1", "symptom": "noise", "fault_found": False},
    ),
    ("diagnoses", _FAULT | {"revision": 2, "code": "P1", "symptom": "noise", "fault_found": True}),
    (
        "estimates",
        {
            "estimate_id": "e", "revision": 1, "currency": "", "total": 10_000, "subtotal": 9_000,
            "lines": [{"operation": "brakes", "amount": 9_000}],
        },
    ),
    (
        "customer-responses",
        {
            "response": "AUTHORISED", "subject": "ESTIMATE", "subject_id": "e",
            "subject_revision": 1, "authorised_total": 10_000, "currency": "",
        },
    ),
    (
        "estimates",
        {
            "estimate_id": "e", "revision": 2, "currency": "", "total": 90_000, "subtotal": 80_000,
            "lines": [{"operation": "brakes", "amount": 80_000}],
        },
    ),
    (
        "warranty-decisions",
        {
            "claim_id": "w", "revision": 1, "decision": "DENIED", "reason_code": "WEAR",
            "operations": ["brakes"],
        },
    ),
    ("customer-responses", {"response": "DISPUTED", "subject": "ESTIMATE", "subject_id": "e"}),
    ("customer-responses", {"response": "REQUESTED", "subject": "NONE", "wish": _WISH}),
    (
        "closures",
        {"charged_total": 95_000, "currency": "", "operations_done": ["brakes"], "rating": 1},
    ),
)  # fmt: skip
