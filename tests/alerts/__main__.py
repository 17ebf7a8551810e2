"""Alerts caused one after the other, seen firing, and resolved by their runbooks.

`make check-alerts`, with a real Prometheus and Alertmanager: thirteen minutes, a minute of the
rules is a second. Ends with 1 when an alert did not fire, or did not end.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

import yaml

from tests.alerts.causes import Causes
from tests.alerts.changed_data import ChangedData
from tests.alerts.events import POLICY, directory
from tests.alerts.machine import PROMETHEUS, Machine, NotSeen
from tests.alerts.machine_room import MachineRoom
from tests.alerts.watch import ALWAYS, Watch
from tests.dashboard import ROWS
from tests.fetched_tools import ToolMissing, tool

NOT_CAUSED = {
    "RecourseContainerEnds",  # asks kube-state-metrics
    "RecourseGroupBehind",  # asks an exporter beside Kafka
    "RecourseOverdueAtItsCeiling",
    "RecourseNoticesUnreadable",
}
"""What has unit tests alone (docs/runbooks/README.md says so, too)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="where to leave logs and generated files")
    parser.add_argument("--only", nargs="*", help="these causes alone, by name; no verdict on all")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="recourse-alerts-"))
    machine, only = Machine(folder), set(arguments.only or ())
    if unknown := only - {cause.__name__ for cause in _in_order(machine, Watch(machine))}:
        parser.error(f"no cause is called {', '.join(sorted(unknown))}")
    try:
        for each in ("prometheus", "prometheus-alertmanager", "promtool"):
            tool(each)
        _try(machine, only)
    except (NotSeen, ToolMissing) as problem:
        sys.exit(str(problem))
    finally:
        machine.close()
        if arguments.keep:
            shutil.copytree(folder, arguments.keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _in_order(machine: Machine, watch: Watch) -> tuple[Callable[[], None], ...]:
    causes, machine_room = Causes(machine, watch), MachineRoom(machine, watch)
    changed_data = ChangedData(machine, watch)
    return (
        causes.customers_wait,
        causes.flood,
        causes.bad_records,
        causes.misplaced,
        machine_room.ticks_stop,
        machine_room.workers_gone,
        causes.nobody_reachable,
        machine_room.own_failures,
        machine_room.commits_slow,
        machine_room.lag_grows,
        machine_room.rebalance_loop,
        machine_room.restore_slow,
        changed_data.group_deleted,
        changed_data.topic_grown,
    )


def _try(machine: Machine, only: AbstractSet[str]) -> None:
    watch = Watch(machine)
    watch.tell("start Kafka with TLS, passwords and ACLs; publish; start worker and auditor")
    machine.start_kafka()
    machine.publish("policy", POLICY)
    machine.publish("directory", directory())
    machine.start_worker()
    machine.start_auditor()
    watch.tell("start Alertmanager and Prometheus, with the rules sixty times as fast")
    machine.start_watchers()
    watch.start()
    try:
        watch.wait(ALWAYS, 30)
        watch.wait_quiet(30)
        for cause in _in_order(machine, watch):
            if not only or cause.__name__ in only:
                cause()
        watch.wait_quiet(120)
        _show(watch)
        _queries(machine, watch)
        _metrics(machine, watch)
        if not only:
            _verdict(machine, watch)
    finally:
        watch.stop()


def _show(watch: Watch) -> None:
    """When each was caused, fired and ended."""
    watch.tell("alert: caused, fired, ended (seconds)")
    for alert, (since, fired) in watch.seen.items():
        ended = f"{watch.ended[alert]:.0f}" if alert in watch.ended else "never"
        watch.tell(f"    {alert}: {since:.0f}, {fired:.0f}, {ended}")


def _verdict(machine: Machine, watch: Watch) -> None:
    alerts = yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())
    named = {rule["alert"] for group in alerts["groups"] for rule in group["rules"]}
    seen = watch.seen.keys() & (watch.ended.keys() | {ALWAYS})
    told = {each[1] for each in machine.hooks.got}
    if missing := named - seen - NOT_CAUSED:
        raise NotSeen(f"not seen, or not ended: {sorted(missing)}")
    if seen - told:
        raise NotSeen(f"not sent to any receiver: {sorted(seen - told)}")
    pages = sorted({alert for receiver, alert, _ in machine.hooks.got if receiver == "pages"})
    watch.tell(
        f"{len(seen)} of {len(named)} alerts fired at Alertmanager; pages: {', '.join(pages)}"
    )


def _metrics(machine: Machine, watch: Watch) -> None:
    done = subprocess.run(
        [str(tool("promtool")), "check", "metrics"],
        input=machine.exposition(), text=True, check=False, capture_output=True,
    )  # fmt: skip
    watch.tell(f"promtool check metrics on the worker's: {done.stderr.strip() or 'fine'}")
    if done.returncode:
        raise NotSeen("promtool finds fault with the worker's metrics")


def _queries(machine: Machine, watch: Watch) -> None:
    """Every query of the dashboard and every recording rule: did each have data at some time?"""
    rules = yaml.safe_load((PROMETHEUS / "rules.yaml").read_text())
    recorded = [rule["record"] for group in rules["groups"] for rule in group["rules"]]
    panels = {shown.title: shown.query for row in ROWS.values() for shown in row}
    asked = {f"panel {title}": query for title, query in panels.items()}
    asked |= {f"rule {name}": name for name in recorded}
    empty = [name for name, query in asked.items() if not machine.query(query, watch.passed())]
    watch.tell(f"{len(asked)} queries asked of the whole run; without data: {json.dumps(empty)}")


if __name__ == "__main__":
    main()
