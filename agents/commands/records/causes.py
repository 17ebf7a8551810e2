"""`recourse causes`: what makes customers and sites disagree, and what would avoid it."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from agents.commands.console import tables
from agents.commands.console.caused import EXIT_UNREADABLE, Source, day_asked, read_causes
from agents.commands.console.options import BootstrapOption, leave
from agents.commands.console.output import say, say_json, say_lines
from agents.core.notices.wording.formats import locale_of
from agents.operations.causes.cause import Cause, Part
from agents.operations.causes.fixes import add_fix, load_fixes
from agents.operations.causes.letter import Letter, language_of, text, until
from agents.operations.causes.report import PER, Line, Rate, Report, Seeing, report
from agents.operations.causes.sentences import day_of, number_of, sentences
from agents.operations.causes.shrinkage import Seen
from agents.operations.causes.watch import Fix, Watched, watched
from agents.reference_data.files import UnusableFile
from schemas.records import Rule

EXIT_NOT_ADDED = 1
EXIT_NO_SITE = 1
FIXES = Path("fixes.yaml")
app = typer.Typer(help="What cases come from, and what would avoid them.")
fix_app = typer.Typer(help="What was done about causes.", no_args_is_help=True)
app.add_typer(fix_app, name="fix")
_TITLES = (
    "site", "rule", "code", "reason", "operation", "cases", "per 1,000", "from", "to", "elsewhere",
    "upheld", "hours", "acts", "avoidable by", "so far", "example",
)  # fmt: skip
Many = list[str] | None
FilesOption = Annotated[
    list[Path] | None,
    typer.Option("--from", help="Lines of `simulate`, in and out, instead of Kafka; several."),
]
PolicyOption = Annotated[
    Path | None, typer.Option(help="With --from: the policy; else the package's.")
]
FixesOption = Annotated[
    Path, typer.Option(help="What was done: the file that `causes fix add` adds to.")
]
DirectoryOption = Annotated[
    Path | None, typer.Option(help="With --from: the directory; else the demo's.")
]


@app.callback(invoke_without_command=True)
def causes(
    context: typer.Context,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: FilesOption = None,
    policy: PolicyOption = None,
    directory: DirectoryOption = None,
    *,
    fixes: FixesOption = FIXES,
    since: Annotated[
        str | None, typer.Option(help="Only what was decided, and began, from this day on.")
    ] = None,
    site: Annotated[Many, typer.Option(help="Show only this site; several times: any.")] = None,
    rule: Annotated[Many, typer.Option(help="Show only this rule.")] = None,
    code: Annotated[Many, typer.Option(help="Show only this diagnosis code.")] = None,
    by: Annotated[
        list[Part] | None, typer.Option(help="What causes are told apart by; else by all four.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="So many lines at most.")] = 20,
    json_: Annotated[
        bool, typer.Option("--json", help="For machines: one object a line, all of them.")
    ] = False,
) -> None:
    """Say what cases come from: how often in 1,000 visits, at which site more than elsewhere.

    A rate of few visits is drawn towards the network's. What stands out is chosen so that a
    network in which nothing does says so 19 times in 20, however often one looks.
    """
    if context.invoked_subcommand is not None:
        return
    parts = tuple(by or Part)
    read = read_causes(
        Source(
            bootstrap_servers=bootstrap_servers,
            files=tuple(from_ or ()),
            policy=policy,
            directory=directory,
        )
    )
    seeing = read.seeing.by(parts)
    if since is not None:
        seeing = seeing.since(number_of(day_asked(since)))
    times = float(read.policy.worthwhile.cause_times)
    found = report(seeing, times, len(read.directory.sites), _watches(fixes, read.seeing))
    shown = [
        each
        for each in found.lines
        if (not site or each.site_id in site)
        and (not rule or each.cause.rule in rule)
        and (not code or each.cause.code in code)
    ]
    if json_:
        for each in shown:
            say_json(as_json(each, found))
        for watch in found.fixes:
            say_json(fix_as_json(watch))
    else:
        _show(found, shown, times, parts, top)


def _watches(path: Path, seeing: Seeing) -> list[Watched]:
    """What became of each fix of the file."""
    return [watched(each, seeing.cases, seeing.visits) for each in _fixes(path)]


def _fixes(path: Path) -> tuple[Fix, ...]:
    try:
        return load_fixes(path)
    except UnusableFile as problem:
        leave(problem, EXIT_UNREADABLE)


def _show(
    found: Report, shown: Sequence[Line], times: float, parts: Sequence[Part], top: int
) -> None:
    for sentence in sentences(found, times):
        say(sentence, err=not sys.stdout.isatty())
    titles = list(_titled(_TITLES, parts))
    if shown:
        tables.show(titles, [list(_titled(cells(each), parts)) for each in shown[:top]])
    if len(shown) > top:
        left = len(shown) - top
        lines = "1 more line" if left == 1 else f"{left:,} more lines"
        say(f"{lines}: --top, --site, --rule or --json.", err=True)


def _titled(cells_: Sequence[str], parts: Sequence[Part]) -> Iterator[str]:
    """The columns that are wanted: of the parts of a cause those that it is told apart by."""
    for title, cell in zip(_TITLES, cells_, strict=True):
        if title not in set(Part) or Part(title) in parts:
            yield cell


def as_json(line: Line, found: Report) -> dict[str, object]:
    """A line for machines; rates in 1,000 visits."""
    handling = line.handling
    return {
        "site": line.site_id,
        "rule": line.cause.rule,
        "code": line.cause.code,
        "reason": line.cause.reason,
        "operation": line.cause.operation,
        "cases": line.cases,
        "visits": line.visits,
        **_rates(line.rate),
        "elsewhere": _rounded(line.elsewhere),
        "stands_out": line.stands_out,
        "decided": handling.decided,
        "upheld": handling.upheld,
        "hours_median": _rounded(handling.hours_median),
        "hours_sum": _rounded(handling.hours_sum),
        "contacts": handling.contacts,
        "acts": handling.acts,
        "avoidable_by": {way.value: count for way, count in line.avoidable.items()},
        "example": line.example,
        "since": _date(found.first_day),
        "until": _date(found.last_day),
    }


def fix_as_json(watch: Watched) -> dict[str, object]:
    """What became of a fix, for machines; it alone has `fix`."""
    fix, counts = watch.fix, watch.counts
    return {
        "fix": fix.name,
        "what": fix.what,
        "from": fix.day,
        "declared_on": fix.declared_on,
        "site": fix.site_id,
        "rule": fix.cause.rule,
        "code": fix.cause.code,
        "reason": fix.cause.reason,
        "operation": fix.cause.operation,
        "cases_before": counts.before.cases,
        "visits_before": counts.before.visits,
        "cases_since": counts.since.cases,
        "visits_since": counts.since.visits,
        "elsewhere_before": _rounded(_per_1000(counts.elsewhere_before)),
        "elsewhere_since": _rounded(_per_1000(counts.elsewhere_since)),
        "said": watch.said.value,
    }


def _per_1000(seen: Seen) -> float | None:
    return seen.cases * PER / seen.visits if seen.visits else None


def _rates(rate: Rate | None) -> dict[str, float | None]:
    if rate is None:
        return {"counted": None, "rate": None, "low": None, "high": None}
    return {
        "counted": _rounded(rate.counted),
        "rate": _rounded(rate.value),
        "low": _rounded(rate.low),
        "high": _rounded(rate.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _date(day: int | None) -> date | None:
    return None if day is None else day_of(day)


def cells(line: Line) -> tuple[str, ...]:
    """A line for people, one cell a title."""
    cause, handling, rate = line.cause, line.handling, line.rate
    upheld = f"{handling.upheld} of {handling.decided}" if handling.decided else ""
    acts = f"{handling.acts / handling.decided:.1f}" if handling.decided else ""
    ways = sorted(line.avoidable.items(), key=lambda each: -each[1])
    return (
        line.site_id or "all",
        cause.rule.value if cause.rule else "",
        cause.code or "",
        cause.reason or "",
        cause.operation or "",
        f"{line.cases:,}",
        *(
            ("", "", "")
            if rate is None
            else (f"{rate.value:.2f}", f"{rate.low:.2f}", f"{rate.high:.2f}")
        ),
        "" if line.elsewhere is None else f"{line.elsewhere:.2f}",
        upheld,
        "" if handling.hours_median is None else f"{handling.hours_median:.1f}",
        acts,
        ", ".join(f"{way.value} {100 * count / line.cases:.0f} %" for way, count in ways),
        "stands out" if line.stands_out else "",
        line.example,
    )


@fix_app.callback()
def fix() -> None:
    """What was done about causes."""


@fix_app.command("add")
def fix_add(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="What was done, in a few words.")],
    from_: Annotated[str, typer.Option("--from", help="The day from which on it holds.")],
    *,
    site: Annotated[str | None, typer.Option(help="Where; else at all sites.")] = None,
    rule: Annotated[str | None, typer.Option(help="About this rule; else any.")] = None,
    code: Annotated[str | None, typer.Option(help="About this diagnosis code.")] = None,
    reason: Annotated[str | None, typer.Option(help="About this reason.")] = None,
    operation: Annotated[str | None, typer.Option(help="About this operation.")] = None,
    fixes: FixesOption = FIXES,
) -> None:
    """Declare that something was done about a cause; from that day on its rate is watched.

    It is watched from today at the earliest: what is known already proves nothing. Keep the file
    beside the policy, with its history.
    """
    if rule is not None and rule not in set(Rule):
        raise typer.BadParameter(f"--rule is {rule!r}: must be a rule")
    cause = Cause(
        rule=None if rule is None else Rule(rule), code=code, reason=reason, operation=operation
    )
    if site is None and not str(cause):
        raise typer.BadParameter("name a site, or a part of a cause")
    declared = Fix(
        name="",
        what=what,
        day=day_asked(from_),
        declared_on=datetime.now(UTC).date(),
        site_id=site,
        cause=cause,
    )
    try:
        add_fix(fixes, declared)
    except UnusableFile as problem:
        leave(problem, EXIT_NOT_ADDED)
    watched_from = day_of(declared.watched_from)
    say(f"Declared in {fixes}: {what}, from {declared.day}; watched from {watched_from} on.")


@fix_app.command("list")
def fix_list(
    *,
    fixes: FixesOption = FIXES,
    json_: Annotated[bool, typer.Option("--json", help="For machines: one object a line.")] = False,
) -> None:
    """List what was declared; `recourse causes` says what has become of it."""
    declared = _fixes(fixes)
    if json_:
        for each in declared:
            say_json(
                {
                    "fix": each.name,
                    "what": each.what,
                    "from": each.day,
                    "declared_on": each.declared_on,
                    "site": each.site_id,
                    "rule": each.cause.rule,
                    "code": each.cause.code,
                    "reason": each.cause.reason,
                    "operation": each.cause.operation,
                }
            )
        return
    rows = [
        (
            each.name,
            f"{each.day}",
            f"{each.declared_on}",
            each.site_id or "all",
            str(each.cause),
            each.what,
        )
        for each in declared
    ]
    if rows:
        tables.show(("fix", "from", "declared on", "site", "cause", "what"), rows)


@app.command("letter")
def letter(
    site: Annotated[str, typer.Option(help="To which site.")],
    week: Annotated[
        str | None, typer.Option(help="Of which week (2026-W31); else the last that is over.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="In which language; else that of the site's country.")
    ] = None,
    bootstrap_servers: BootstrapOption = "localhost:9092",
    from_: FilesOption = None,
    *,
    policy: PolicyOption = None,
    directory: DirectoryOption = None,
    fixes: FixesOption = FIXES,
) -> None:
    """Write a site's weekly letter: three causes, an example of each, and what has changed.

    It says what is known at the week's end. In which order letters are written makes no difference.
    """
    read = read_causes(
        Source(
            bootstrap_servers=bootstrap_servers,
            files=tuple(from_ or ()),
            policy=policy,
            directory=directory,
        )
    )
    monday = _monday(week, read.now)
    seeing = until(read.seeing, monday + timedelta(6))
    if not seeing.visits.get(site) and all(each.site_id != site for each in seeing.cases):
        leave(
            _NoSite(f"Nothing is known of a site {site} by {monday + timedelta(6)}."), EXIT_NO_SITE
        )
    place = read.directory.site(site)
    spoken = language_of(language or read.policy.notices.of(place.country).language)
    times = float(read.policy.worthwhile.cause_times)
    known = [each for each in _fixes(fixes) if each.watched_from <= number_of(monday) + 6]
    watches = [watched(each, seeing.cases, seeing.visits) for each in known]
    written = Letter(
        site_id=site,
        name=place.name,
        language=spoken,
        locale=locale_of(f"{spoken}-{place.country}") or spoken,
        monday=monday,
        seeing=seeing,
        found=report(seeing, times, len(read.directory.sites), watches),
    )
    say_lines(text(written).rstrip("\n"))


class _NoSite(Exception):  # noqa: N818 - it says what the case is
    """Nothing is known of a site; one sentence."""


def _monday(week: str | None, now: int) -> date:
    """The first day of a week that was asked for, else of the last one that is over."""
    if week is None:
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        return today - timedelta(today.weekday() + 7)
    try:
        return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a day
    except ValueError:
        raise typer.BadParameter(f"--week is {week!r}: must be a week, as 2026-W31") from None
