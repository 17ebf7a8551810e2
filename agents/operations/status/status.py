"""How it stands, and what of that wants somebody to look."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from agents.operations.cases.case_lines import Figures
from agents.operations.status.durations import lasting
from agents.operations.status.insights import InsightsSay, SiteDaysSay
from agents.operations.status.lag import StageLag
from agents.operations.status.shown import AppsSay
from agents.operations.status.worker_numbers import Twice
from agents.operations.status.workers import WorkerSays
from streams.transport.groups import NOBODY, STABLE, Group

WAITS_MS = 60_000
"""A record that waits longer wants somebody to look."""
TICK_MS = 60_000
"""So does a last tick that is older: then no deadline acts (as the alert RecourseTicksStopped)."""
FAILED = "FAILED"


class ReferenceSays(Struct, frozen=True, kw_only=True):
    """Policy and directory as published. `missing`: why no worker could start with them."""

    policy: str | None
    since: int | None
    following: str | None
    following_from: int | None
    sites: int
    managers: int
    refused: int
    at_risk: int
    missing: str | None
    generation: int = 1
    """That of the policy in force."""


class DeadLetters(Struct, frozen=True, kw_only=True):
    """Dead letters of the last hour; `counted` may be fewer than there are (`all` false).

    `left_out`: which can't be read, in a sentence; empty where all can.
    """

    by_reason: Mapping[str, int]
    by_topic: Mapping[str, int]
    all: bool
    left_out: str = ""

    @property
    def count(self) -> int:
        """How many were counted."""
        return sum(self.by_reason.values())


class CasesSay(Struct, frozen=True, kw_only=True):
    """Open cases; `since` (ms): only those with a step since then, None where all were read.

    `left_out`: which steps can't be read, in a sentence; empty where all can.
    """

    figures: Figures
    since: int | None
    left_out: str = ""


class Status(Struct, frozen=True, kw_only=True):
    """One look. Times are epoch milliseconds; what could not be looked at is in `unknown`.

    `now` is the pipeline's time: the clock, or the newest tick where writers give the time
    (`own_time`).
    """

    bootstrap_servers: str
    brokers: int
    now: int
    own_time: bool
    took_ms: int
    groups: Mapping[str, Group]
    stages: tuple[StageLag, ...]
    reference: ReferenceSays | None
    last_tick: int | None
    dead_letters: DeadLetters | None
    cases: CasesSay | None
    insights: InsightsSay | None = None
    apps: AppsSay | None = None
    site_days: SiteDaysSay | None = None
    misplaced: Mapping[str, int] | None = None
    """Records of the last hour that lay in a wrong partition and were carried, by topic."""
    workers: tuple[WorkerSays, ...]
    twice: tuple[Twice, ...] = ()
    """Worker numbers that run twice, as far as that can be seen."""
    unknown: tuple[str, ...]


def wants_a_look(status: Status) -> tuple[str, ...]:
    """What is not as it should be, a sentence each; nothing: all is well."""
    return tuple(_sentences(status))


def _sentences(status: Status) -> Iterator[str]:
    for stage in status.stages:
        yield from _of_stage(stage)
    yield from _of_time_and_reference(status)
    yield from _of_the_desk(status)
    yield from _of_producers(status)
    yield from _of_insights(status)
    yield from _of_apps(status)
    for each in status.twice:
        yield (
            f"stage {each.stage}: worker number {each.number} runs {len(each.who)} times "
            f"({', '.join(each.who)}), and each ends the other (75): give each its own "
            "RECOURSE_WORKER_NUMBER (docs/runbooks/RecourseRebalanceLoop.md)"
        )
    for worker in status.workers:
        if worker.problem is not None:
            yield f"worker at {worker.address}: {worker.problem}"


def _of_time_and_reference(status: Status) -> Iterator[str]:
    if status.last_tick is None:
        yield "no tick is there: no worker has run, or it may not write recourse.ticks"
    elif not status.own_time and status.now - status.last_tick > TICK_MS:
        yield (
            f"the last tick is {lasting(status.now - status.last_tick)} old: no deadline acts "
            "(docs/runbooks/RecourseTicksStopped.md)"
        )
    if status.reference is not None:
        if status.reference.missing is not None:
            yield status.reference.missing
        if status.reference.at_risk:
            yield (
                f"{status.reference.at_risk} refused records stand over good ones, which are lost "
                "at compaction: `recourse policy repair`, `recourse directory repair` "
                "(docs/runbooks/RecourseReferenceAtRisk.md)"
            )
        elif status.reference.refused:
            yield (
                f"{status.reference.refused} reference records are refused: "
                "`recourse policy show` and `recourse directory show` say why"
            )


def _of_producers(status: Status) -> Iterator[str]:
    if status.misplaced:
        topics = ", ".join(f"{count:,} of {name}" for name, count in status.misplaced.items())
        yield (
            f"records of the last hour lay in a wrong partition and were carried: {topics} "
            "(docs/runbooks/RecourseRecordsMisplaced.md)"
        )


def _of_insights(status: Status) -> Iterator[str]:
    if status.site_days is not None and not status.site_days.there:
        yield (
            "recourse.site-days is not there, so stage insights does not run: "
            "`recourse topics apply` (docs/runbooks/RecourseStageAbsent.md)"
        )
    held, found = status.reference, status.insights
    if found is None:
        return
    if not found.there:
        yield (
            "recourse.insights is not there, so no worker can commit what adds to it: "
            "`recourse topics apply`"
        )
    elif held is not None and held.generation > 1 and found.are_behind(held.since or 0):
        yield (
            "visits end without insights of them, though the policy in force is of generation "
            f"{held.generation}: does a worker of an older version run? "
            "(docs/runbooks/RecourseInsightsStopped.md)"
        )


def _of_apps(status: Status) -> Iterator[str]:
    held, found = status.reference, status.apps
    if found is None or held is None or held.generation == 1:
        return
    for topic in found.lacks(held.since or 0):
        yield (
            f"{topic} lacks what came more than a minute after its newest record: is a stage "
            "behind, or does a worker of an older version run? (docs/consumers.md)"
        )


def _of_the_desk(status: Status) -> Iterator[str]:
    if status.dead_letters is not None and FAILED in status.dead_letters.by_reason:
        yield (
            f"our own code failed on {status.dead_letters.by_reason[FAILED]} records in the last "
            "hour: `recourse dead-letters list --reason FAILED`"
        )
    if status.dead_letters is not None and status.dead_letters.left_out:
        yield f"dead letters: {status.dead_letters.left_out}"
    if status.cases is not None and status.cases.left_out:
        yield f"open cases: {status.cases.left_out}"
    if status.cases is not None and status.cases.figures.without_manager:
        yield (
            f"{status.cases.figures.without_manager} open cases have no manager: "
            "`recourse cases --without-manager`"
        )


def _of_stage(stage: StageLag) -> Iterator[str]:
    if stage.state == NOBODY:
        yield f"stage {stage.stage}: no worker runs it"
        return
    if stage.state != STABLE:
        yield f"stage {stage.stage}: its group moves ({stage.state}); look again in a moment"
    elif stage.owned < stage.partitions:
        yield (
            f"stage {stage.stage}: {stage.partitions - stage.owned} of {stage.partitions} "
            "partitions have no owner"
        )
    if stage.waits_ms > WAITS_MS:
        yield (
            f"stage {stage.stage}: a record has waited for {lasting(stage.waits_ms)} "
            "(docs/runbooks/RecourseLagGrows.md)"
        )
