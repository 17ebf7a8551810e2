"""What stage insights should come to, counted anew in plain Python from all records at once.

It shares no code with `agents.core.site_days`: it sorts, groups and joins, and keeps nothing.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from schemas.records import Answer, Delivery, Disagreement, Escalation, Insight, SiteDay

Place = tuple[str, str, date, str, int | None, str | None]
"""Site, region, local day, arm, share, manager."""
Counts = dict[Place, Counter[str]]

TAKEN = {"ACKNOWLEDGED", "CONTACTED", "PROMISED", "WAITING"}
ENDED = {"RESOLVED", "WITHDRAWN", "MERGED"}
BEGUN = {"OPENED", "REOPENED"}
TIERS = ["UNKNOWN", "LOCAL", "REGIONAL", "EXECUTIVE"]
NAMES = {
    "JOINED": "cases_joined",
    "CONTACTED": "contacts",
    "PROMISED": "promises",
    "SNOOZED": "snoozed",
    "REASSIGNED": "reassigned",
    "WARNED": "warned",
    "MOVED_UP": "moved_up",
    "REOPENED": "cases_reopened",
    "WITHDRAWN": "cases_withdrawn",
    "MERGED": "cases_merged",
    "REFUSED": "actions_refused",
}


def recount(records: Iterable[Struct], zones: Mapping[str, str]) -> Counts:
    """All that should be counted of records that are there once each; durations are names too."""
    found: Counts = defaultdict(Counter)
    given = list(records)
    cases: dict[str, list[Escalation]] = defaultdict(list)
    for each in given:
        if isinstance(each, Escalation):
            cases[each.escalation_id].append(each)
        elif isinstance(each, Insight):
            place = (each.site_id, each.region_id, each.day, each.arm.value, each.share)
            found[*place, each.manager_id].update(each.counts)
        elif isinstance(each, Disagreement) and each.decision.value != "UNKNOWN":
            _disagreement(found, each, zones)
    for steps in cases.values():
        _case(found, sorted(steps, key=lambda step: step.step), zones)
    for each in given:
        if isinstance(each, Answer):
            name = f"answers_{each.response.value.lower()}"
        elif isinstance(each, Delivery):
            name = "notices_delivered" if each.delivered else "notices_failed"
        else:
            continue
        of_it = cases.get(each.escalation_id or "")
        if of_it:
            site = of_it[0].site_id
            day = local_day(zones, site, each.occurred_at)
            found[site, each.region_id, day, "LIVE", None, None][name] += 1
    without_nothing = {
        place: Counter({name: count for name, count in counts.items() if count})
        for place, counts in found.items()
    }
    return {place: counts for place, counts in without_nothing.items() if counts}


def local_day(zones: Mapping[str, str], site: str, at: int) -> date:
    """The date on the site's wall clock."""
    zone = ZoneInfo(zones.get(site, "UTC"))
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()


def _disagreement(found: Counts, each: Disagreement, zones: Mapping[str, str]) -> None:
    decision = each.decision.value
    day = local_day(zones, each.site_id, each.decided_at)
    counts = found[each.site_id, each.region_id, day, each.arm.value, None, None]
    counts[f"found_{each.rule.value.lower()}_{decision.lower()}"] += 1
    if each.would_be is not None:
        counts[f"would_be_{each.would_be.value.lower()}"] += 1
    if decision in ("BELOW_THRESHOLD", "AWAITING", "CORRECTED"):
        return
    if each.asked is not None:
        counts["decided_asked" if each.asked else "decided_found"] += 1
    counts["throttled"] += decision == "THROTTLED"
    counts["awaited_in_vain"] += "GRACE_OVER" in {reason.code for reason in each.reasons}


def _case(found: Counts, steps: list[Escalation], zones: Mapping[str, str]) -> None:
    for place, step in enumerate(steps):
        begun = [number for number, each in enumerate(steps[:place]) if each.status.value in BEGUN]
        since = steps[begun[-1] if begun else 0 : place]
        opened = since[0].occurred_at if begun else None
        went_before = {each.status.value for each in since}
        day = local_day(zones, step.site_id, step.occurred_at)
        counts = found[step.site_id, step.region_id, day, "LIVE", None, None]
        _step(counts, step)
        if step.status.value in TAKEN and not (TAKEN | ENDED) & went_before:
            in_time = step.occurred_at <= step.acknowledge_by
            counts["acknowledged_in_time" if in_time else "acknowledged_late"] += 1
            _took(counts, "ACKNOWLEDGED", step, opened)
        if step.status.value in ENDED and not ENDED & went_before:
            _ended(counts, steps[: place + 1])
        if step.status.value == "RESOLVED":
            _resolved(counts, step)
            _took(counts, "DECIDED", step, opened)
            _decided_after(counts, [*since, step])


def _step(counts: Counter[str], step: Escalation) -> None:
    if step.status.value in NAMES:
        counts[NAMES[step.status.value]] += 1
    if step.status.value == "OPENED":
        counts["cases_opened"] += 1
        counts[f"cases_opened_{step.severity.value.lower()}"] += 1
        counts[f"cases_opened_at_{step.tier.value.lower()}"] += 1
    if (appeal := _appeal(step)) is not None:
        counts[f"appeals_of_{appeal}s"] += 1


def _took(counts: Counter[str], of: str, step: Escalation, opened: int | None) -> None:
    if opened is not None:
        name = f"{of}:{step.severity.value}:{step.tier.value}"
        counts[f"{name}:{bucket(step.occurred_at - opened)}"] += 1


def _ended(counts: Counter[str], steps: list[Escalation]) -> None:
    highest = max((each.tier.value for each in steps), key=TIERS.index)
    counts["cases_ended"] += 1
    counts[f"cases_ended_{steps[-1].severity.value.lower()}"] += 1
    counts[f"cases_ended_highest_{highest.lower()}"] += 1


def _decided_after(counts: Counter[str], steps: list[Escalation]) -> None:
    appealed = [of for each in steps if (of := _appeal(each)) is not None]
    if appealed:
        counts[f"decided_after_{appealed[-1]}"] += 1
        counts[f"upheld_after_{appealed[-1]}"] += "UPHELD" in str(steps[-1].outcome)


def _resolved(counts: Counter[str], step: Escalation) -> None:
    counts["cases_resolved"] += 1
    in_time = step.occurred_at <= step.decide_by
    counts["cases_resolved_in_time" if in_time else "cases_resolved_late"] += 1
    counts[f"cases_resolved_{step.severity.value.lower()}"] += 1
    if step.outcome is not None:
        counts[f"cases_resolved_{step.outcome.value.lower()}"] += 1
    if step.remedy is not None:
        counts[f"remedies_{step.remedy.kind.value.lower()}"] += 1
    elif step.outcome is not None and "UPHELD" in step.outcome.value:
        counts["remedies_not_named"] += 1


def _appeal(step: Escalation) -> str | None:
    of = [reason.facts for reason in step.reasons if reason.code == "APPEAL"]
    return None if not of else "outcome" if "decided_at" in of[0] else "throttle"


def bucket(milliseconds: int) -> int:
    """DDSketch's mapping as the paper has it: ceil(log(x) / log(gamma)); 0 up to 1 ms."""
    if milliseconds <= 1:
        return 0
    return min(1120, math.ceil(math.log(milliseconds) / math.log(1.01 / 0.99)))


def held(states: Mapping[str, bytes]) -> Counts:
    """The same of what the stage keeps: the values of its changelog."""
    found: Counts = {}
    for key, value in states.items():
        if not key.startswith("d:"):
            continue
        plain = msgspec.msgpack.decode(value, strict=False)
        day = date.fromisoformat(plain["day"])
        place = (plain["site_id"], plain["region_id"], day, plain["arm"], plain.get("share"))
        counts = Counter(plain.get("counts", {}))
        for name, buckets in plain.get("durations", {}).items():
            counts.update({f"{name}:{number}": count for number, count in buckets.items()})
        if counts:
            found[*place, plain.get("manager_id")] = counts
    return found


def counted(days: Iterable[SiteDay]) -> Counts:
    """The same of what was written: the newest record of each day counts."""
    newest = {each.site_day_id: each for each in days}
    found: Counts = {}
    for each in newest.values():
        place = (each.site_id, each.region_id, each.day, each.arm.value, each.share)
        counts = Counter(each.counts)
        for one in each.durations:
            name = f"{one.of.value}:{one.severity.value}:{one.tier.value}"
            counts.update({f"{name}:{number}": count for number, count in one.buckets.items()})
        if counts:
            found[*place, each.manager_id] = counts
    return found
