"""`recourse demo`: the whole pipeline on a simulated week, on a real Kafka, checked at the end."""

import signal
import sys
import time
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agents.commands.console.output import say, say_lines
from agents.commands.console.screen import Screen
from agents.core.calendar import MINUTE_MS
from agents.pipeline import settings
from agents.pipeline.stages import stages
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import read
from agents.reference_data.policy_files import policy_in
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.deadlines import Deadlines, steps
from agents.simulation.demo.event_generator import BEGIN, END, life
from agents.simulation.demo.machine import POLICY, Machine, reference_records, sweep
from agents.simulation.demo.people import People
from agents.simulation.demo.play import WATCHED, Player, Seen, Stuck, heed, one_in_twenty, play
from agents.simulation.demo.stories import stories
from agents.simulation.demo.view import LiveView, PlainView, View
from schemas.records import DeadLetter, Disagreement
from streams.broker import BrokerError
from streams.broker.jars import JarsError
from streams.runtime import logs
from streams.runtime.verify import Report, verify

STEP_MS = 60 * MINUTE_MS
WEDNESDAY_EVENING = BEGIN + (2 * 24 + 18) * 60 * MINUTE_MS
_TICK_SECONDS = 1.0


def demo(
    customers: Annotated[int, typer.Option(min=1, max=100_000, help="How many customers.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed is the same week.")] = 1,
    rate: Annotated[
        float, typer.Option(min=0, help="Simulated hours a second at most; 0: as fast as it goes.")
    ] = 0,
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave Kafka and worker running at the end.")
    ] = False,
    board: Annotated[
        bool,
        typer.Option(
            "--board", help="Play until Wednesday evening, then open the board on it; Ctrl-C ends."
        ),
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Only end what an earlier --keep left running.")
    ] = False,
) -> None:
    """Run the whole pipeline on a simulated week: thirteen sites, three regions, a real Kafka.

    It starts its own Kafka and worker in a temporary folder, plays the week, lets managers react,
    checks that what is in the topics equals the pure core's answer byte for byte, and tells a few
    stories from the records. Nothing stays behind, also after Ctrl-C.
    """
    console = Screen()
    logs.configure("ERROR", "auto")
    swept = sweep(kept=stop)
    if stop:
        say(f"Ended {len(swept)} demo(s)." if swept else "No demo was left running.")
        return
    signal.signal(signal.SIGTERM, _interrupt)
    machine = Machine(keep=keep)
    kept = False
    try:
        end = WEDNESDAY_EVENING if board else END
        report, outputs = _run(console, machine, customers, seed, rate, end=end)
        _verdict(console, report, outputs)
        if board and report.equal:
            _open_board(console, machine)
            return
        if keep and report.equal:
            machine.start_worker()
            kept = True
            _say_what_is_kept(console, machine)
        if not report.equal:
            raise typer.Exit(1)
        _say_where_to_look(console, kept=kept)
    except (BrokerError, JarsError, Stuck, RuntimeError) as problem:
        say(str(problem), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say_lines("\nStopped; nothing is left behind.", err=True)
        raise typer.Exit(130) from None
    finally:
        if not kept:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            machine.close()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _run(
    console: Console, machine: Machine, customers: int, seed: int, rate: float, *, end: int
) -> tuple[Report, list[Seen]]:
    console.print(f"Starting Kafka in {machine.folder} ...")
    machine.start_broker(console)
    directory, policy = demo_directory(), policy_in(read(POLICY))
    arrivals = life(seed, customers, directory)
    people, outputs = People(seed), list[Seen]()
    deadlines = Deadlines(people, arrivals)
    view: View = LiveView(console, policy, directory) if console.is_terminal else PlainView(console)

    def show(seen: Seen) -> None:
        outputs.append(seen)
        heed(people, seen)
        deadlines.take(seen.record)
        view.show(seen)

    player = Player(machine.bootstrap_servers, machine.watch_worker, show, one_in_twenty)
    try:
        player.publish(reference_records())
        console.print("Starting the worker ...")
        machine.start_worker()
        parts, began = steps(deadlines, BEGIN, end, STEP_MS), time.monotonic()
        with view:
            for now in play(player, people, arrivals, parts, 0.0):
                view.step(now, player.sent)
                if rate:
                    hours = (now - BEGIN) / (60 * MINUTE_MS)
                    time.sleep(max(0.0, began + hours / rate - time.monotonic()))
    finally:
        player.close()
    over = "The week is over" if end == END else "It is Wednesday evening"
    console.print(f"{over}; the worker commits and stops ...")
    code = machine.stop_worker()
    if code:
        raise RuntimeError(f"the worker ended with {code}: see {machine.worker_log}")
    console.print("Comparing the topics with the pure core's answer ...")
    loaded = settings.load(bootstrap_servers=machine.bootstrap_servers)
    return verify(stages(), REFERENCES, loaded, decode_order, WATCHED), outputs


def _open_board(console: Console, machine: Machine) -> None:
    """The board on what was played, until Ctrl-C; time goes on as a clock does, from then."""
    machine.start_worker()
    player = Player(machine.bootstrap_servers, machine.watch_worker, lambda _: None)
    served = machine.start_board()
    console.print(
        f"\nThe board: {machine.board_address}  (be anybody by a click; Ctrl-C ends all)\n"
        f"  Log: {machine.board_log}",
        style="bold",
        soft_wrap=True,
    )
    began = time.monotonic()
    try:
        while served.poll() is None:
            machine.watch_worker()
            player.tick(WEDNESDAY_EVENING + int((time.monotonic() - began) * 1000))
            time.sleep(_TICK_SECONDS)
    except KeyboardInterrupt:
        say_lines("\nThe board is closed; nothing is left behind.")
        return
    finally:
        player.close()
    raise RuntimeError(f"the board ended with {served.poll()}: see {machine.board_log}")


def _verdict(console: Console, report: Report, outputs: list[Seen]) -> None:
    decisions = Counter(
        seen.record.decision.value for seen in outputs if isinstance(seen.record, Disagreement)
    )
    letters = Counter(
        seen.record.reason.value for seen in outputs if isinstance(seen.record, DeadLetter)
    )
    table = Table("what became of the findings", "count", "dead letters", "number", box=None)
    for left, right in _side_by_side(decisions.most_common(), letters.most_common()):
        table.add_row(*left, *right)
    console.print()
    console.print(table)
    for title, lines in stories(outputs):
        console.print(f"\n{title}", style="bold")
        for line in lines:
            console.print(f"  {line}", soft_wrap=True)
    carried = sum(report.outputs[each.carried] for each in stages() if each.carried is not None)
    console.print(
        f"\n{carried:,} records lay in another partition than murmur2 gives their key, "
        "as one producer was not told of it: each was carried into its own.",
        soft_wrap=True,
    )
    handled, written = sum(report.handled.values()), sum(report.outputs.values())
    kept = sum(report.state_keys.values())
    console.print(
        f"\nVerdict: {handled:,} records handled, {written:,} written, {kept:,} kept as state; "
        f"compared with the pure core: {len(report.differences)} differences.",
        style="bold green" if report.equal else "bold red",
        soft_wrap=True,
    )
    for difference in report.differences[:20]:
        console.print(f"  {difference}", soft_wrap=True)


Row = tuple[str, str]


def _side_by_side(
    left: list[tuple[str, int]], right: list[tuple[str, int]]
) -> list[tuple[Row, Row]]:
    longest = max(len(left), len(right))
    rows = [
        [(name, str(count)) for name, count in side] + [("", "")] * (longest - len(side))
        for side in (left, right)
    ]
    return list(zip(*rows, strict=True))


def _say_what_is_kept(console: Console, machine: Machine) -> None:
    for line in (
        f"\nKafka at {machine.bootstrap_servers} and the worker go on.",
        f"  Folder: {machine.folder} (worker.log, kafka/server.log)",
        f"  Use it: export RECOURSE_BOOTSTRAP_SERVERS={machine.bootstrap_servers}",
        "  End it: recourse demo --stop",
    ):
        console.print(line, soft_wrap=True)


def _say_where_to_look(console: Console, *, kept: bool) -> None:
    console.print("\nWhere to look next", style="bold")
    lines = [
        ("recourse demo --seed 2 --customers 2000", "another week, more people"),
        ("recourse simulate EVENTS.jsonl", "your own events, without Kafka"),
        ("docs/domain.md", "what is decided, and by which numbers"),
    ]
    if kept:
        lines.insert(0, ("recourse explain ben-v3:1", "what happened to Ben, and why"))
    else:
        lines.insert(1, ("recourse demo --keep", "Kafka and worker stay for your own tools"))
    for what, text in lines:
        console.print(f"  {what:<42} {text}", soft_wrap=True)
    sys.stdout.flush()
