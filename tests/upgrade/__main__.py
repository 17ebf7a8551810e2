"""A rolling upgrade, and back: an older version and this one side by side in one group.

`make upgrade ARGS="--older REVISION"`: two workers play the demo's week on a real Kafka. Both are
the older version at first; then one after the other is stopped and comes back as this version, and
at last one goes back. Each keeps its number and its folder of state. At the end, inputs, order,
outputs and state must be equal to this version's pure core. Ends with 1 when they are not; what the
older version says in other words is such a difference, too.
"""

import argparse
import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from agents.commands.simulation.demo import STEP_MS
from agents.pipeline.stages import stages
from agents.pipeline.topic_specs import topic_specs
from agents.records.engine_records import decode_order
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.publish import Record
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.event_generator import BEGIN, END, life
from agents.simulation.demo.people import People
from agents.simulation.demo.play import WATCHED, Player, Seen, heed, play
from streams.broker import Broker
from streams.broker.server import any_free_port, die_with_parent
from streams.runtime.verify import Report, verify
from streams.settings import load
from streams.transport.kafka import admin
from streams.transport.topics import declare

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "var" / "upgrade"
SEED = 7
CUSTOMERS = 80
OLDER, NEWER = "the older", "this version"
PLAN = ((1, 0, NEWER), (2, 1, NEWER), (3, 0, OLDER))
"""After so many quarters of the week, the worker of a number comes back as a version."""
START_AGAIN = 75
SHOWN = 600
"""Characters of a difference."""
RECORDS = """
import base64, importlib, json
for name in ("agents.simulation.demo.machine", "agents.demo.network", "agents.demo.machine"):
    try:
        made = importlib.import_module(name).reference_records()
        break
    except (ImportError, AttributeError):  # where it stood before
        continue
print(json.dumps([(t, k, base64.b64encode(v).decode()) for t, k, v in made]))
"""
"""Policy and directory as the older version publishes them: it refuses words that are new to it."""


class Worker:
    """A worker of a number: it is stopped as planned, and comes back as another version."""

    def __init__(
        self, number: int, folder: Path, servers: str, guarantee: str, roots: dict[str, Path]
    ) -> None:
        self._number, self._folder, self._roots = number, folder, roots
        self._settings = {
            "RECOURSE_BOOTSTRAP_SERVERS": servers,
            "RECOURSE_ORDER_LOG": "1",
            "RECOURSE_GUARANTEE": guarantee,
            "RECOURSE_STATE_DIR": str(folder / f"state-{number}"),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._version = ""
        self.port = any_free_port()
        self.log = folder / f"worker-{number}.log"

    def start(self, version: str) -> None:
        """As a version; returns when it is ready."""
        self._version = version
        root = self._roots[version]
        clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
        which = ["--worker-number", str(self._number), "--http-port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(root / ".venv/bin/python"), "-m", "agents", "worker", *which],
                cwd=root,
                env=clean | self._settings,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one thing of the kernel
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready"):
                    return
            except OSError:
                self.look()
                time.sleep(0.1)
        sys.exit(f"worker {self._number} was not ready within 60 s: {self._last_words()}")

    def look(self) -> None:
        """Starts it again where it asks for that; another end is the end of this."""
        assert self._process is not None, "it was started"
        code = self._process.poll()
        if code == START_AGAIN:
            self.start(self._version)
        elif code is not None:
            sys.exit(f"worker {self._number} ended with {code}: {self._last_words()}")

    def stop(self) -> None:
        """As planned."""
        assert self._process is not None, "it was started"
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(30)
        if code:
            sys.exit(f"worker {self._number}, told to stop, ended with {code}")

    def close(self) -> None:
        """Leaves nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        return self.log.read_text()[-1_500:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--older", required=True, help="a revision of this repository")
    parser.add_argument("--guarantee", default="exactly_once")
    arguments = parser.parse_args()
    older = _built(arguments.older)
    with tempfile.TemporaryDirectory(prefix="recourse-upgrade-") as folder:
        broker = Broker(Path(folder) / "kafka")
        servers = broker.start(owned=True).bootstrap_servers
        declare(admin(servers), topic_specs(own_time=True))
        roots = {OLDER: older, NEWER: ROOT}
        workers = [
            Worker(number, Path(folder), servers, arguments.guarantee, roots) for number in (0, 1)
        ]
        try:
            report = _play(servers, workers, _reference_records(older))
        finally:
            for worker in workers:
                worker.close()
            broker.stop(wipe=True)
    for line in report.summary().splitlines():
        _say(line if len(line) <= SHOWN else f"{line[:SHOWN]} ...")
    sys.exit(not report.equal)


def _reference_records(older: Path) -> list[Record]:
    done = subprocess.run(
        [str(older / ".venv/bin/python"), "-c", RECORDS],
        cwd=older,
        check=True,
        capture_output=True,
        text=True,
    )
    return [(topic, key, base64.b64decode(value)) for topic, key, value in json.loads(done.stdout)]


def _play(servers: str, workers: list[Worker], records: list[Record]) -> Report:
    people = People(SEED)

    def show(seen: Seen) -> None:
        heed(people, seen)

    def watch() -> None:
        for worker in workers:
            worker.look()

    player = Player(servers, watch, show)
    player.publish(records)
    for worker in workers:
        worker.start(OLDER)
    _say(f"both workers are {OLDER}")
    steps = range(BEGIN + 3 * STEP_MS, END + 3 * STEP_MS, 3 * STEP_MS)
    swap = _swaps(workers, len(steps))
    arrivals = life(SEED, CUSTOMERS, demo_directory())
    for done, _ in enumerate(play(player, people, arrivals, iter(steps), 0.0), 1):
        swap(done)
    player.close()
    for worker in workers:
        worker.stop()
    settings = load(bootstrap_servers=servers)
    return verify(stages(), REFERENCES, settings, decode_order, WATCHED)


def _swaps(workers: list[Worker], steps: int) -> Callable[[int], None]:
    due = {quarter * steps // 4: (number, version) for quarter, number, version in PLAN}

    def swap(done: int) -> None:
        if done in due:
            number, version = due[done]
            workers[number].stop()
            workers[number].start(version)
            _say(f"step {done} of {steps}: worker {number} is now {version}")

    return swap


def _built(revision: str) -> Path:
    """The revision in a folder of its own, with its own packages."""
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run(
        [*git, "rev-parse", "--short", f"{revision}^{{commit}}"],
        check=True,
        capture_output=True,
        text=True,
    )
    folder = BUILT / found.stdout.strip()
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        partial.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run([*git, "archive", revision], check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", str(partial)], input=archive.stdout, check=True)
        partial.rename(folder)
    subprocess.run(["make", "-s", "-C", str(folder), "setup"], check=True)
    subject = subprocess.run(
        [*git, "log", "-1", "--format=%h %s", revision], check=True, capture_output=True, text=True
    )
    _say(f"{OLDER}: {subject.stdout.strip()}")
    return folder


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
