"""What the demo shows: a live view on a terminal, plain lines elsewhere."""

from collections import Counter, deque
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from agents.core.policy import Policy
from agents.core.world import Directory
from agents.simulation.demo.event_generator import BEGIN, DAY_MS, END
from agents.simulation.demo.play import Seen
from agents.simulation.demo.words import clock, decided, is_made_by_time, stepped, told
from schemas.records import (
    AddresseeKind,
    DeadLetter,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Notice,
)

_COLOURS = {
    Decision.RAISED: "bold green",
    Decision.JOINED: "green",
    Decision.THROTTLED: "bold red",
    Decision.CORRECTED: "yellow",
    Decision.SHADOWED: "magenta",
    Decision.NOT_ELIGIBLE: "dim",
    Decision.BELOW_THRESHOLD: "dim",
}
_REACHED = (EscalationStatus.OPENED, EscalationStatus.ACKNOWLEDGED, EscalationStatus.RESOLVED)
_MOVED_A_DAY = 2  # how many steps that time made are told
_TOLD = (Decision.RAISED, Decision.THROTTLED, Decision.CORRECTED)


class View(Protocol):
    """Shows what happens."""

    def __enter__(self) -> Self:
        """Begins."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Ends."""

    def show(self, seen: Seen) -> None:
        """One output record."""

    def step(self, now: int, sent: int) -> None:
        """A step of simulated time is over; so many records were sent so far."""


class PlainView:
    """A few lines a day, for a pipe or a log file."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._decisions: Counter[str] = Counter()
        self._told = self._moved = 0
        self._addressed: set[AddresseeKind] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, seen: Seen) -> None:
        """Counts, and tells the first few of each day."""
        if isinstance(seen.record, Disagreement):
            self._decisions[seen.record.decision.value] += 1
            if seen.record.decision in _TOLD and self._told < 4:
                self._told += 1
                self._print(f"  {clock(seen.record.decided_at)} {decided(seen.record)}")
        elif isinstance(seen.record, Escalation) and self._tells(seen.record):
            self._moved += 1
            self._print(f"  {clock(seen.record.occurred_at)} {stepped(seen.record)}")
        elif isinstance(seen.record, Notice) and self._is_first(seen.record):
            self._print(f"  {clock(seen.timestamp)} {told(seen.record)}")

    def _is_first(self, notice: Notice) -> bool:
        """Of each day, one notice to a customer is told and one to a manager."""
        kind = notice.addressee.kind
        first = kind not in self._addressed
        self._addressed.add(kind)
        return first

    def _tells(self, step: Escalation) -> bool:
        return is_made_by_time(step) and self._moved < _MOVED_A_DAY

    def step(self, now: int, sent: int) -> None:
        """A line each simulated day."""
        if (now - BEGIN) % DAY_MS == 0:
            counts = ", ".join(f"{name} {count}" for name, count in self._decisions.most_common())
            self._print(f"{clock(now)}: {sent} records in; {counts}")
            self._told = self._moved = 0
            self._addressed.clear()

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


class LiveView:
    """The whole pipeline on one screen."""

    def __init__(self, console: Console, policy: Policy, directory: Directory) -> None:
        self._policy, self._directory = policy, directory
        self._decisions: Counter[Decision] = Counter()
        self._outputs: Counter[str] = Counter()
        self._dead: Counter[str] = Counter()
        self._by_site: Counter[str] = Counter()
        self._log: deque[Text] = deque(maxlen=40)
        self._reached: deque[Text] = deque(maxlen=40)
        self._now, self._sent = BEGIN, 0
        self._live = Live(console=console, refresh_per_second=8, get_renderable=self._render)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(None, None, None)

    def show(self, seen: Seen) -> None:
        """Takes an output up."""
        self._outputs[seen.topic] += 1
        match seen.record:
            case Disagreement() as record:
                self._decisions[record.decision] += 1
                self._by_site[record.site_id] += record.decision is Decision.RAISED
                colour = _COLOURS.get(record.decision, "")
                line = Text(f"{clock(record.decided_at)} ", style="dim")
                self._log.append(line.append(decided(record), style=colour))
            case Escalation() as step if step.status in _REACHED or is_made_by_time(step):
                line = Text(f"{clock(step.occurred_at)} ", style="dim")
                colour = "cyan" if step.status is EscalationStatus.OPENED else "green"
                colour = "yellow" if is_made_by_time(step) else colour
                self._reached.append(line.append(stepped(step), style=colour))
            case Notice() as notice:
                line = Text(f"{clock(seen.timestamp)} ", style="dim")
                self._reached.append(line.append(told(notice), style="italic"))
            case DeadLetter() as letter:
                self._dead[letter.reason.value] += 1
            case _:
                pass

    def step(self, now: int, sent: int) -> None:
        """The clock moves on."""
        self._now, self._sent = now, sent

    def _render(self) -> RenderableType:
        layout = Layout()
        layout.split_column(Layout(self._header(), size=3), Layout(name="body"))
        layout["body"].split_row(Layout(name="left", ratio=2), Layout(self._counts(), ratio=1))
        layout["left"].split_column(
            Layout(Panel(_tail(self._log), title="decided, and why"), ratio=3),
            Layout(Panel(_tail(self._reached), title="who was reached"), ratio=2),
        )
        return layout

    def _header(self) -> RenderableType:
        share = (self._now - BEGIN) / (END - BEGIN)
        line = Table.grid(expand=True)
        line.add_column()
        line.add_column(ratio=1)
        line.add_column(justify="right")
        bar = ProgressBar(total=1.0, completed=share)
        line.add_row(f"{clock(self._now)} UTC  ", bar, f"  {self._sent:,} records in")
        return Panel(line, title="recourse: a simulated week")

    def _counts(self) -> RenderableType:
        decisions = Table("decision", "count", box=None, expand=True)
        for decision, colour in _COLOURS.items():
            count = str(self._decisions[decision])
            decisions.add_row(Text(decision.value, style=colour), count)
        sites = Table("site", "gate", "raised", box=None, expand=True)
        for site_id in sorted(self._directory.sites):
            gate = self._policy.pilot.sites.get(site_id, self._policy.pilot.default)
            share = f"{gate.gate.value} {gate.percent:g} %" if gate.gate == "LIVE" else gate.gate
            sites.add_row(site_id, share, str(self._by_site[site_id]))
        dead = ", ".join(f"{name} {count}" for name, count in sorted(self._dead.items()))
        return Panel(
            Group(decisions, Text(), sites, Text(), Text(f"dead letters: {dead or 'none'}")),
            title="so far",
        )


def _tail(lines: deque[Text]) -> RenderableType:
    """The last lines, newest first, so that they are seen whatever the height."""
    newest = list(lines)[::-1]
    return Group(*(_clipped(line) for line in newest))


def _clipped(line: Text) -> Text:
    copy = line.copy()
    copy.no_wrap, copy.overflow = True, "ellipsis"
    return copy
