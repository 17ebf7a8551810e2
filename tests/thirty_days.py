"""`make thirty-days`: writes docs/thirty-days.md, the simulated month in words and figures.

The figures are those of docs/thirty-days.json, as `recourse month --json` made them; a test
compares the page with what would be written now.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from agents.simulation.month.centres import KEPT_PERCENT
from agents.simulation.month.columns import NOTHING, Column, Month, Summary
from agents.simulation.month.figures import WHOLE
from agents.simulation.month.staff import (
    LOOKS_AFTER_MINUTES,
    OVERLOOKED_PERCENT,
    PROMISED_MINUTES,
    PROMISES_ONE_IN,
    WORK_MINUTES,
)
from agents.simulation.month.table import headings, percent, rows, span
from agents.simulation.month.visits import INSISTENT_PERCENT, QUIET_PERCENT, SAME_AGAIN_PERCENT
from schemas.records import Tier

FIGURES = Path(__file__).parents[1] / "docs" / "thirty-days.json"
PAGE = FIGURES.with_suffix(".md")


def page() -> str:
    """The whole page."""
    month = msgspec.json.decode(FIGURES.read_bytes(), type=Month)
    full, few = month.columns[0], month.columns[-1]
    parts = (
        "# Thirty days",
        *_what(month, full),
        "## What one sees",
        "\n".join(_seen(full, few)),
        "## The figures",
        (
            "Of times, the median and the 90th percentile, then the share within the deadline of "
            "all whose deadline was kept or has passed. At a tier they count from when it got the "
            "case; what nobody had counts from the opening alone."
        ),
        "\n".join(_table(month)),
        "## Repeat it",
        _commands(month),
        _cost(month),
    )
    return "\n\n".join(parts) + "\n"


def _what(month: Month, full: Column) -> Iterator[str]:
    yield (
        f"{month.days} days, {month.sites} sites, {month.visits:,} visits "
        f"({full.count('events'):,} events), through both stages in memory: how long customers "
        "wait for a manager, with all posts filled and with a few too few. Made by "
        "`make thirty-days`; do not edit."
    )
    looks = ", ".join(
        f"{severity.value} {low} to {high} min"
        for severity, (low, high) in LOOKS_AFTER_MINUTES.items()
    )
    yield (
        "The people are made up, and seeded; the sites and managers are the demo's, again and "
        f"again. {QUIET_PERCENT} of 100 visits are quiet; the others are the demo's plots "
        "(`agents/simulation/demo/event_generator.py`) and questions that nobody answers. "
        f"{INSISTENT_PERCENT} % of the customers come again and again and want a manager each "
        f"time; of those who come again, {SAME_AGAIN_PERCENT} % come for the same. "
        "A manager works on shift, looks at a new case some time after it came "
        f"({looks}; at {OVERLOOKED_PERCENT} of 100 only when warned), and works off one case after "
        f"the other, what is due first, {WORK_MINUTES[0]} to {WORK_MINUTES[1]} minutes each. One "
        f"in {PROMISES_ONE_IN} promises a call within {PROMISED_MINUTES} minutes, whatever lies on "
        "the list, and calls when the case is taken up. Times run in the case's own clock: the "
        "site's opening hours, of SAFETY the calendar. "
        f"Centres keep {KEPT_PERCENT} of 100 decisions: that number is invented, as nobody has "
        "counted it yet."
    )


def _seen(full: Column, few: Column) -> Iterator[str]:
    gone = few.vacant - full.vacant
    moves = max(full.most_moves_of_a_case, few.most_moves_of_a_case)
    oldest = span(max(full.oldest_open_minutes, few.oldest_open_minutes))
    yield (
        f"- **Nobody is forgotten.** The auditor finds {_found(full)} with {full.managers} "
        f"managers, and {_found(few)} with {few.managers}. No case moved up more than {moves} "
        f"times. The oldest that is open at the end is {oldest} old."
    )
    yield (
        "- **Somebody has it soon.** Half of the cases are acknowledged within "
        f"{_half(full.acknowledged)}, {_share(full.acknowledged)} by their first deadline; with "
        f"{gone} of {full.managers} posts vacant {_half(few.acknowledged)} and "
        f"{_share(few.acknowledged)}. Who finds nobody at the site goes to the region at once, but "
        "for a LOW case: the site is its ceiling, so it waits until its second time to decide has "
        "passed."
    )
    yield (
        f"- **The decision takes longer.** {_share(full.decided)} are decided by the first "
        f"deadline, then {_share(few.decided)}; one in ten takes more than "
        f"{_most(full.decided)}, then {_most(few.decided)}. Executives get grave cases that the "
        "others did not decide, with half of the time: "
        f"{_share(full.decided, Tier.EXECUTIVE)} are in time, then "
        f"{_share(few.decided, Tier.EXECUTIVE)}."
    )
    yield (
        f"- **Moved up** by time are {percent(full.moved_up_share)} of the cases, then "
        f"{percent(few.moved_up_share)}: {_moves(full, 'UNDECIDED')} and "
        f"{_moves(few, 'UNDECIDED')} as they were not decided in time, "
        f"{_moves(full, 'SILENCE_PROMISE_MISSED')} and {_moves(few, 'SILENCE_PROMISE_MISSED')} for "
        "a missed call. Where posts are vacant more cases begin higher up, with less above them: "
        f"{_overdue(full)} passed their time with nowhere to move to, then {_overdue(few)}."
    )
    yield (
        f"- **Promises suffer**: {percent(full.promises_kept_share)} of the promised calls are "
        f"made before they count as missed, then {percent(few.promises_kept_share)}."
    )
    yield (
        f"- **Customers are told**: {percent(full.told.share_in_time)} and "
        f"{percent(few.told.share_in_time)} may read who has their case, or that nobody has yet, "
        "within the time to acknowledge, quiet hours included."
    )
    yield (
        f"- **Nobody at all** could be reached at some time for {_nobody(full)} cases, then "
        f"{_nobody(few)}, at most for {span(full.longest_without_manager_minutes)} and "
        f"{span(few.longest_without_manager_minutes)}. Such a case keeps its clock, the customer "
        "is told the truth, and the choice is made again on each tick."
    )
    yield (
        f"- **Throttled** are {percent(full.throttled_share)} and {percent(few.throttled_share)} "
        "of all that asked for a place: the number of managers hardly touches it."
    )


def _found(column: Column) -> str:
    total = sum(column.audit.values())
    return f"{total:,} problems" if total else "nothing"


def _half(of: Mapping[str, Summary]) -> str:
    return span(of.get(WHOLE, NOTHING).median_minutes or 0)


def _most(of: Mapping[str, Summary]) -> str:
    return span(of.get(WHOLE, NOTHING).p90_minutes or 0)


def _share(of: Mapping[str, Summary], where: str = WHOLE) -> str:
    return percent(of.get(where, NOTHING).share_in_time)


def _moves(column: Column, because: str) -> str:
    return f"{column.moves.get(because, 0):,}"


def _overdue(column: Column) -> str:
    return f"{column.count('said: OVERDUE'):,}"


def _nobody(column: Column) -> str:
    return f"{column.count('cases without a manager'):,}"


def _table(month: Month) -> Iterator[str]:
    titles = headings(month.columns)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows(month.columns):
        yield f"| {' | '.join(row)} |"


def _commands(month: Month) -> str:
    vacant = " ".join(f"--vacant {each.vacant}" for each in month.columns)
    return f"""\
```console
$ recourse month --days {month.days} --seed {month.seed} {vacant}
$ recourse month --days 3                                     # a tenth of it
$ recourse month --directory SITES.yaml --policy NEW.yaml     # your own
```"""


def _cost(month: Month) -> str:
    memory = max(each.peak_memory_mb for each in month.columns)
    cpu = sum(each.cpu_seconds for each in month.columns)
    return (
        "The same seed gives the same figures. The network falls into parts that share no "
        f"manager, each played by itself, {month.processes} at a time: all columns took "
        f"{month.seconds / 60:.1f} minutes on two cores ({cpu:,.0f} s of CPU), and at most "
        f"{memory:,} MB in each process. `--json` has all figures."
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
