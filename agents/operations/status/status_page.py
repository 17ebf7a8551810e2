"""A status as people read it, on one screen; and for machines."""

from collections.abc import Iterator, Mapping

from msgspec import to_builtins

from agents.core.rfc3339 import text_of
from agents.operations.cases.case_lines import CaseLine
from agents.operations.status.durations import lasting
from agents.operations.status.lag import in_ranges
from agents.operations.status.shown import ages
from agents.operations.status.status import Status, wants_a_look

SHOWN = 12
"""How many partitions that are behind are listed; the rest is counted."""
ON_ITS_WAY_MS = 1_000
"""What waits for less is not listed: it is on its way."""

Rows = list[tuple[str, ...]]


def facts(status: Status) -> Rows:
    """What is known, a name and a sentence each."""
    return list(_facts(status))


def _facts(status: Status) -> Iterator[tuple[str, ...]]:
    time = "the newest tick" if status.own_time else "the clock"
    brokers = f"{status.brokers} broker{'s' if status.brokers > 1 else ''}"
    yield "kafka", f"{status.bootstrap_servers}, {brokers}; as of {_at(status.now)} ({time})"
    if status.reference is not None:
        yield "policy", _policy(status)
        held = status.reference
        yield "directory", f"{held.sites} sites, {held.managers} managers"
    if status.last_tick is not None:
        yield "last tick", f"{lasting(status.now - status.last_tick)} ago"
    if status.dead_letters is not None:
        yield "dead letters", _dead_letters(status)
    if status.insights is not None:
        yield "insights", _insights(status)
    if status.apps is not None:
        yield "shown to apps", ages(status.apps, status.now)
    if status.site_days is not None:
        yield "site days", _site_days(status)
    if status.cases is not None:
        yield "open cases", _cases(status)
        held_cases = status.cases.figures
        if held_cases.oldest is not None:
            yield "oldest open", _case(held_cases.oldest, status.now)
        if held_cases.oldest_unacknowledged is not None:
            yield "unacknowledged", _case(held_cases.oldest_unacknowledged, status.now)


def _policy(status: Status) -> str:
    held = status.reference
    assert held is not None, "asked before"
    if held.policy is None or held.since is None:
        return "none is in force"
    follows = ""
    if held.following is not None and held.following_from is not None:
        follows = f"; {held.following} follows at {_at(held.following_from)}"
    return f"{held.policy}, from {_at(held.since)}{follows}"


def _dead_letters(status: Status) -> str:
    held = status.dead_letters
    assert held is not None, "asked before"
    if not held.count:
        return "none in the last hour"
    more = "" if held.all else "at least "
    reasons, topics = _counts(held.by_reason), _counts(held.by_topic)
    return f"{more}{held.count:,} in the last hour: {reasons}; of {topics}"


def _insights(status: Status) -> str:
    held = status.insights
    assert held is not None, "asked before"
    if not held.there:
        return "the topic is not there"
    if held.newest is None:
        return "none"
    ago = lasting(max(0, status.now - held.newest))
    return f"{held.last_hour:,} in the last hour, the newest {ago} ago"


def _site_days(status: Status) -> str:
    held = status.site_days
    assert held is not None, "asked before"
    if not held.there:
        return "the topic is not there"
    if held.newest is None:
        return "none"
    whole = "the beginning" if held.whole_since is None else _at(held.whole_since)
    return f"the newest {lasting(max(0, status.now - held.newest))} ago; whole since {whole}"


def _cases(status: Status) -> str:
    held = status.cases
    assert held is not None, "asked before"
    found = held.figures
    seen = (
        ""
        if held.since is None
        else f" (of those with a step since {_at(held.since)}: --whole reads on)"
    )
    if not found.open:
        return f"none{seen}"
    tiers, grave = _counts(found.by_tier), _counts(found.by_severity)
    return (
        f"{found.open:,}: {tiers}; {grave}; {found.overdue:,} late, "
        f"{found.without_manager:,} without a manager{seen}"
    )


def _case(line: CaseLine, now: int) -> str:
    over = "" if line.begun else "over "
    late = line.late(now)
    when = ""
    if line.due_at is not None:
        when = f", {lasting(late)} late" if late else f" in {lasting(line.due_at - now)}"
    return (
        f"{line.escalation_id}, {over}{lasting(now - line.opened_at)}: {line.severity.value}, "
        f"{line.tier.value}, {line.manager_id or 'nobody'}; {line.next.value}{when}"
    )


STAGES = ("stage", "group", "members", "partitions", "behind", "waits")


def stage_rows(status: Status) -> Rows:
    """A stage a row."""
    return [
        (
            each.stage,
            each.state.lower().replace("_", " "),
            str(each.members),
            f"{each.owned} of {each.partitions}",
            f"{each.offsets:,}",
            lasting(each.waits_ms) if each.behind else "",
        )
        for each in status.stages
    ]


MEMBERS = ("member", "host", "partitions")


def member_rows(status: Status) -> Rows:
    """A member of a group a row."""
    return [
        (member.name, member.host, in_ranges(member.numbers) or "none")
        for group in status.groups.values()
        for member in group.members
    ]


WORKERS = ("worker", "version", "partitions", "time", "buffered", "says")


def worker_rows(status: Status) -> Rows:
    """An address that was asked a row."""
    return [
        (
            each.address,
            each.version,
            ", ".join(f"{stage} {count}" for stage, count in sorted(each.partitions.items())),
            f"{lasting(each.oldest_now_ms)} behind" if each.partitions else "",
            f"{each.buffered_bytes / 1_000_000:.1f} MB" if each.partitions else "",
            each.problem or "live, ready",
        )
        for each in status.workers
    ]


BEHIND = ("stage", "topic", "partition", "owner", "behind", "waits")


def behind_rows(status: Status) -> tuple[Rows, int]:
    """What is behind, the longest wait first; how many more there are. Not what is on its way."""
    every = sorted(
        (
            each
            for stage in status.stages
            for each in stage.behind
            if each.waits_ms >= ON_ITS_WAY_MS
        ),
        key=lambda each: (-each.waits_ms, each.topic, each.partition),
    )
    rows: Rows = [
        (
            each.stage,
            each.topic,
            str(each.partition),
            each.owner or "nobody",
            f"{each.offsets:,}",
            lasting(each.waits_ms),
        )
        for each in every[:SHOWN]
    ]
    return rows, len(every) - len(rows)


def as_json(status: Status) -> dict[str, object]:
    """The status for machines; times are RFC 3339, None where nobody could look."""
    return {
        "bootstrap_servers": status.bootstrap_servers,
        "brokers": status.brokers,
        "now": text_of(status.now),
        "own_time": status.own_time,
        "took_ms": status.took_ms,
        "stages": [_stage_json(status, index) for index in range(len(status.stages))],
        "policy": _policy_json(status),
        "directory": None
        if status.reference is None
        else {"sites": status.reference.sites, "managers": status.reference.managers},
        "last_tick": None if status.last_tick is None else text_of(status.last_tick),
        "dead_letters": None
        if status.dead_letters is None
        else {
            "count": status.dead_letters.count,
            "all": status.dead_letters.all,
            "by_reason": status.dead_letters.by_reason,
            "by_topic": status.dead_letters.by_topic,
        },
        "misplaced": status.misplaced,
        "insights": _insights_json(status),
        "apps": None
        if status.apps is None
        else {
            topic: None if at is None else text_of(at) for topic, at in status.apps.newest.items()
        },
        "site_days": _site_days_json(status),
        "cases": _cases_json(status),
        "workers": [
            {
                "address": each.address,
                "problem": each.problem,
                "version": each.version,
                "partitions": each.partitions,
                "time_behind_ms": each.oldest_now_ms,
                "buffered_bytes": each.buffered_bytes,
                "numbers": each.numbers,
            }
            for each in status.workers
        ],
        "numbers_twice": to_builtins(status.twice),
        "look_at": list(wants_a_look(status)),
        "unknown": list(status.unknown),
    }


def _stage_json(status: Status, index: int) -> dict[str, object]:
    stage = status.stages[index]
    group = next(each for name, each in status.groups.items() if name.endswith(f"-{stage.stage}"))
    return {
        "stage": stage.stage,
        "group": group.name,
        "state": stage.state,
        "partitions": stage.partitions,
        "owned": stage.owned,
        "behind": stage.offsets,
        "waits_ms": stage.waits_ms,
        "members": [
            {"name": each.name, "host": each.host, "partitions": list(each.numbers)}
            for each in group.members
        ],
        "behind_by_partition": [
            {
                "topic": each.topic,
                "partition": each.partition,
                "owner": each.owner,
                "behind": each.offsets,
                "waits_ms": each.waits_ms,
            }
            for each in stage.behind
        ],
    }


def _policy_json(status: Status) -> dict[str, object] | None:
    held = status.reference
    if held is None:
        return None
    return {
        "version": held.policy,
        "from": None if held.since is None else text_of(held.since),
        "following": held.following,
        "following_from": None if held.following_from is None else text_of(held.following_from),
        "refused": held.refused,
        "at_risk": held.at_risk,
    }


def _insights_json(status: Status) -> dict[str, object] | None:
    held = status.insights
    if held is None:
        return None
    return {
        "there": held.there,
        "last_hour": held.last_hour,
        "newest": None if held.newest is None else text_of(held.newest),
        "newest_visit": None if held.newest_visit is None else text_of(held.newest_visit),
    }


def _site_days_json(status: Status) -> dict[str, object] | None:
    held = status.site_days
    if held is None:
        return None
    return {
        "there": held.there,
        "newest": None if held.newest is None else text_of(held.newest),
        "whole_since": None if held.whole_since is None else text_of(held.whole_since),
    }


def _cases_json(status: Status) -> dict[str, object] | None:
    held = status.cases
    if held is None:
        return None
    found = held.figures
    return {
        "open": found.open,
        "by_tier": found.by_tier,
        "by_severity": found.by_severity,
        "late": found.overdue,
        "without_manager": found.without_manager,
        "oldest_open": _case_json(found.oldest),
        "oldest_unacknowledged": _case_json(found.oldest_unacknowledged),
        "steps_since": None if held.since is None else text_of(held.since),
    }


def _case_json(line: CaseLine | None) -> dict[str, object] | None:
    if line is None:
        return None
    return {
        "case": line.escalation_id,
        "tier": line.tier.value,
        "manager": line.manager_id,
        "opened_at": text_of(line.opened_at),
        "due_at": None if line.due_at is None else text_of(line.due_at),
    }


def _counts(of: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in of.items())


def _at(at: int) -> str:
    return text_of(at - at % 1000)
