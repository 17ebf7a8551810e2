"""Insights: written with the end of each visit, once a policy of generation 2 is in force; and what
stage insights adds up of them.
"""  # noqa: D205

from collections.abc import Iterator

from agents.core.calendar import MINUTE_MS
from agents.operations.doctor.checks import Check, fine, fix, unknown
from agents.operations.status.durations import lasting
from agents.operations.status.insights import InsightsSay, SiteDaysSay
from agents.reference_data.published import Span

_AREA, _DAYS = "insights", "site days"
BEHIND_MS = 10 * MINUTE_MS
"""Days that were written so long before the newest addition lack it."""


def insight_checks(found: InsightsSay, held: Span | None, now: int) -> Iterator[Check]:
    """Whether they are written; `held`: the policy in force, None: there is none.

    That the topic is not there is said of all topics.
    """
    generation = 1 if held is None else held.policy.generation
    if held is None or not found.there:
        return
    if generation == 1:
        yield fine(_AREA, "none are written: the policy in force is of generation 1")
    elif found.are_behind(held.policy.effective_from_milliseconds):
        yield fix(
            _AREA,
            f"visits end without insights of them, the last {_ago(found.newest_visit, now)}",
            "does a worker of an older version run? docs/operating.md, Generations",
        )
    elif found.newest is None:
        yield unknown(_AREA, "none is there yet", "no visit has ended, and nothing was decided")
    else:
        yield fine(_AREA, f"the newest was written {_ago(found.newest, now)}")


def site_day_checks(
    found: SiteDaysSay, insights: InsightsSay, held: Span | None, now: int
) -> Iterator[Check]:
    """Whether what was counted is added up; what is written is at most a minute of ticks behind."""
    if held is None or held.policy.generation == 1 or not found.there:
        return
    if insights.newest is not None and insights.newest - (found.newest or 0) > BEHIND_MS:
        yield fix(
            _DAYS,
            f"they lack what was counted after the newest, {_ago_or_never(found.newest, now)}",
            "is stage insights away or behind? docs/runbooks/RecourseStageAbsent.md",
        )
    elif found.newest is not None:
        yield fine(_DAYS, f"the newest was written {_ago(found.newest, now)}")


def _ago_or_never(at: int | None, now: int) -> str:
    return "of which there is none" if at is None else f"written {_ago(at, now)}"


def _ago(at: int | None, now: int) -> str:
    assert at is not None, "there is one"
    return f"{lasting(max(0, now - at))} ago"
