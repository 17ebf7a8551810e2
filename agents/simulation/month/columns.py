"""A month's figures as they are handed on: a column a variant; the same as JSON."""

from msgspec import Struct

from agents.simulation.month.figures import Figures, Waits
from agents.simulation.month.side_by_side import Asked, Variant


class Summary(Struct, frozen=True, kw_only=True):
    """How long something took: median and 90th percentile of what was done, and the deadlines.

    `share_in_time` is of all whose deadline was kept or has passed.
    """

    median_minutes: int | None
    p90_minutes: int | None
    share_in_time: float | None
    done: int
    in_time: int
    late: int


NOTHING = Summary(
    median_minutes=None, p90_minutes=None, share_in_time=None, done=0, in_time=0, late=0
)


class Column(Struct, frozen=True, kw_only=True):
    """One variant. `acknowledged` and `decided` by tier, and of the whole case."""

    managers: int
    vacant: int
    acknowledged: dict[str, Summary]
    decided: dict[str, Summary]
    told: Summary
    moved_up_share: float | None
    throttled_share: float | None
    moves: dict[str, int]
    most_moves_of_a_case: int
    longest_without_manager_minutes: int
    oldest_open_minutes: int
    counts: dict[str, int]
    decisions: dict[str, int]
    outcomes: dict[str, int]
    dead_letters: dict[str, int]
    audit: dict[str, int]
    cpu_seconds: float
    peak_memory_mb: int

    def count(self, name: str) -> int:
        """One of `counts`; 0 where there was none."""
        return self.counts.get(name, 0)

    @property
    def promises_kept_share(self) -> float | None:
        """Of the promised calls that were made before they counted as missed, or were missed."""
        kept = self.count("promises kept")
        return _share(kept, kept + self.count("promises missed"))


class Month(Struct, frozen=True, kw_only=True):
    """A whole run: what was asked for, how long it took, and what came of it."""

    days: int
    sites: int
    visits: int
    seed: int
    processes: int
    seconds: float
    columns: tuple[Column, ...]


def month_of(asked: Asked, variants: list[Variant], *, processes: int, seconds: float) -> Month:
    """The run as it is handed on."""
    return Month(
        days=asked.days,
        sites=len(asked.directory.sites),
        visits=asked.visits,
        seed=asked.seed,
        processes=processes,
        seconds=round(seconds, 1),
        columns=tuple(_column(each) for each in variants),
    )


def _column(variant: Variant) -> Column:
    figures = variant.figures
    cases, decisions = figures.counts["cases"], figures.decisions
    return Column(
        managers=variant.managers,
        vacant=variant.vacant,
        acknowledged=_summaries(figures.acknowledged),
        decided=_summaries(figures.decided),
        told=_summary(figures.told),
        moved_up_share=_share(figures.counts["cases moved up"], cases),
        throttled_share=_throttled(figures),
        moves=dict(figures.moves),
        most_moves_of_a_case=figures.most_moves,
        longest_without_manager_minutes=figures.longest_without_manager,
        oldest_open_minutes=figures.oldest_open,
        counts=dict(sorted(figures.counts.items())),
        decisions=dict(decisions),
        outcomes=dict(figures.outcomes),
        dead_letters=dict(figures.dead_letters),
        audit=dict(figures.findings),
        cpu_seconds=round(variant.seconds, 1),
        peak_memory_mb=round(variant.memory_mb),
    )


def _throttled(figures: Figures) -> float | None:
    """THROTTLED, of all that asked for a place of its own."""
    throttled = figures.decisions["THROTTLED"]
    return _share(throttled, throttled + figures.decisions["RAISED"])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _summaries(waits: dict[str, Waits]) -> dict[str, Summary]:
    return {name: _summary(each) for name, each in waits.items()}


def _summary(waits: Waits) -> Summary:
    return Summary(
        median_minutes=waits.of(0.5),
        p90_minutes=waits.of(0.9),
        share_in_time=waits.share_in_time,
        done=len(waits.minutes),
        in_time=waits.in_time,
        late=waits.late,
    )
