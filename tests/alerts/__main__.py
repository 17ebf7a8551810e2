"""Alerts caused one after the other, seen firing, and resolved by their runbooks.

`make check-alerts`, with a real Prometheus and Alertmanager: six minutes, a minute of the rules is
a second. Ends with 1 when an alert did not fire, or did not end.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import yaml

from tests.alerts.causes import Causes
from tests.alerts.events import POLICY, directory
from tests.alerts.machine import PROMETHEUS, Machine, NotSeen
from tests.dashboard import ROWS
from tests.fetched_tools import ToolMissing, tool

NEVER_TRIED = {
    "RecourseLagGrows": "more load than two cores can send beside the worker",
    "RecourseOurOwnFailures": "needs a defect in our code",
    "RecourseRebalanceLoop": "nine hand-overs in the fifteen seconds that are fifteen minutes here",
    "RecourseRestoreSlow": "needs a million customers and a slow broker",
}
"""Alerts that this does not cause, and why; their unit tests say that they fire."""
ALWAYS = "RecourseDeadMan"


class Watch:
    """What Alertmanager has, looked at twice a second."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._begin = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.now: dict[str, str] = {}
        self.fired: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, text: str) -> None:
        sys.stdout.write(f"{time.monotonic() - self._begin:6.1f} s  {text}\n")
        sys.stdout.flush()

    def wait(self, alert: str, seconds: float) -> None:
        """Until it fires; one that does not is told, and the others are tried all the same."""
        end = time.monotonic() + seconds
        while alert not in self.fired:
            if time.monotonic() > end:
                self.tell(f"NOT SEEN {alert} within {seconds:.0f} s")
                return
            time.sleep(0.2)

    def wait_quiet(self, seconds: float) -> None:
        """Until nothing fires but the dead man's switch."""
        end = time.monotonic() + seconds
        while self.now.keys() - {ALWAYS}:
            if time.monotonic() > end:
                raise NotSeen(f"still firing after {seconds:.0f} s: {sorted(self.now)}")
            time.sleep(0.2)

    def _run(self) -> None:
        while not self._over.wait(0.5):
            try:
                found = self._machine.firing()
            except OSError:
                continue
            for alert in found.keys() - self.now.keys():
                self.fired.setdefault(alert, time.monotonic() - self._begin)
                self.tell(f"FIRES {alert}: {found[alert]}")
            for alert in self.now.keys() - found.keys():
                self.ended[alert] = time.monotonic() - self._begin
                self.tell(f"ENDS  {alert}")
            self.now = found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="where to leave logs and generated files")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="recourse-alerts-"))
    machine = Machine(folder)
    try:
        for each in ("prometheus", "prometheus-alertmanager", "promtool"):
            tool(each)
        _try(machine)
    except (NotSeen, ToolMissing) as problem:
        sys.exit(str(problem))
    finally:
        machine.close()
        if arguments.keep:
            shutil.copytree(folder, arguments.keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _try(machine: Machine) -> None:
    watch = Watch(machine)
    causes = Causes(machine, watch.tell, watch.wait)
    watch.tell("start Kafka with TLS, passwords and ACLs; publish; start worker and auditor")
    machine.start_kafka()
    causes.publish("policy", POLICY)
    causes.publish("directory", directory())
    machine.start_worker()
    machine.start_auditor()
    watch.tell("start Alertmanager and Prometheus, with the rules sixty times as fast")
    machine.start_watchers()
    watch.start()
    try:
        watch.wait(ALWAYS, 30)
        watch.wait_quiet(30)
        causes.customers_wait()
        causes.what_comes_in()
        causes.ticks_stop()
        causes.workers_gone()
        causes.nobody_reachable()
        causes.commits_slow()
        watch.wait_quiet(90)
        _verdict(machine, watch)
    finally:
        watch.stop()


def _verdict(machine: Machine, watch: Watch) -> None:
    alerts = yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())
    named = {rule["alert"] for group in alerts["groups"] for rule in group["rules"]}
    seen = watch.ended.keys() | {ALWAYS}
    told = {each[1] for each in machine.hooks.got}
    if named - seen != NEVER_TRIED.keys():
        raise NotSeen(f"neither seen nor known as never tried: {named - seen - NEVER_TRIED.keys()}")
    if seen - told:
        raise NotSeen(f"not sent to any receiver: {sorted(seen - told)}")
    pages = sorted({alert for receiver, alert, _ in machine.hooks.got if receiver == "pages"})
    watch.tell(
        f"{len(seen)} of {len(named)} alerts fired at Alertmanager; pages: {', '.join(pages)}"
    )
    for alert, why in NEVER_TRIED.items():
        watch.tell(f"not tried: {alert}: {why}")
    _queries(machine, watch)
    done = subprocess.run(
        [str(tool("promtool")), "check", "metrics"],
        input=machine.exposition(), text=True, check=False, capture_output=True,
    )  # fmt: skip
    watch.tell(f"promtool check metrics on the worker's: {done.stderr.strip() or 'fine'}")
    if done.returncode:
        raise NotSeen("promtool finds fault with the worker's metrics")


def _queries(machine: Machine, watch: Watch) -> None:
    """Every query of the dashboard and every recording rule: parsed, and which give nothing."""
    rules = yaml.safe_load((PROMETHEUS / "rules.yaml").read_text())
    recorded = [rule["record"] for group in rules["groups"] for rule in group["rules"]]
    panels = {shown.title: shown.query for row in ROWS.values() for shown in row}
    asked = {f"panel {title}": query for title, query in panels.items()}
    asked |= {f"rule {name}": name for name in recorded}
    empty = [name for name, query in asked.items() if not machine.query(query)]
    watch.tell(f"{len(asked)} queries asked; without data now: {json.dumps(empty)}")


if __name__ == "__main__":
    main()
