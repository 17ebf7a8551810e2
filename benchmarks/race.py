"""The reference job against its peers, in one run of the peers' own harness (JOB.md there).

The peers' folder is only read: everything is built and run in a copy. Kafka's jars are the
project's own; Kafka Streams and Flink need Java 17 and Maven to be built.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.machine import ROOT
from benchmarks.report import Cell, Table, spread
from streams.broker.jars import jars

PEERS = "RECOURSE_PEERS"
DEFAULT_PEERS = ROOT.parent / "shared" / "peers"
OURS = Path(__file__).with_name("engines.json")
PYTHON_ENGINES = ("raw_job", "quix", "bytewax")
PROTOTYPE = ("faust_lock_100", "faust_whole_500")
JVM_ENGINES = (
    "kafka_streams_hash_eos_1s",
    "kafka_streams_hash",
    "kafka_streams_eos",
    "flink_chained_eos_10s",
    "flink_chained_10s",
)
MORE_JVM_ENGINES: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "kafka_streams_hash_eos": (
        "kafka_streams_hash",
        {"GUARANTEE": "exactly_once"},
        "Kafka Streams 4.1.1 on its hash map, exactly_once_v2, commit 100 ms (its default)",
    ),
    "kafka_streams_hash_eos_1s": (
        "kafka_streams_hash",
        {"GUARANTEE": "exactly_once", "COMMIT_INTERVAL_MS": "1000"},
        "Kafka Streams 4.1.1 on its hash map, exactly_once_v2, commit 1 s",
    ),
    "flink_chained_eos_10s": (
        "flink_chained_10s",
        {"GUARANTEE": "exactly_once"},
        "Flink 2.1.1 without the exchange, checkpoint and transaction every 10 s",
    ),
}
"""The peers' fastest settings made exactly once: each from which entry, and what is different."""
STREAMS, FLINK = "kafka_streams", "flink"
_BUILD_SECONDS = 600.0
_PORT = 29_092
_MEASURES = {
    "throughput": "events/s",
    "cpu_s_steady_per_M": "CPU s a million",
    "peak_rss_mb": "RSS MB",
    "broker_cpu_s_per_M": "broker's CPU s a million",
}


class NoRace(Exception):  # noqa: N818 - it says what is missing
    """The race can't be run; one sentence."""


def _without_peers(environment: Mapping[str, str]) -> dict[str, str]:
    """Our worker refuses settings that it does not know, and would find this one."""
    return {name: value for name, value in environment.items() if name != PEERS}


def peers_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the peers lie.

    Raises:
        NoRace: nowhere.
    """
    given = environment.get(PEERS)
    folder = Path(given) if given else DEFAULT_PEERS
    if not (folder / "compare.py").exists():
        named = f"{PEERS} names {folder}" if given else f"there is no {folder}, and no {PEERS}"
        raise NoRace(f"No race: {named}; the peers and their harness are not part of the project.")
    return folder


class Track:
    """A copy of the peers, built."""

    def __init__(self, folder: Path, peers: Path, console: Console) -> None:
        self.folder = folder
        self._console = console
        shutil.copytree(
            peers,
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("data", "results", "target", ".venv"),
            copy_function=shutil.copy,
        )
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)  # the original may be read-only

    @property
    def python(self) -> Path:
        """The interpreter of the harness and of the Python peers."""
        return self.folder / ".venv" / "bin" / "python"

    def build(self) -> None:
        """Harness and peers; what can't be built here is said, and left out."""
        self._python_peers()
        libs = self.folder / "kafka" / "libs"
        libs.mkdir(exist_ok=True)
        for jar in jars(self._console):
            if not (libs / jar.name).exists():
                (libs / jar.name).symlink_to(jar)
        self._jvm_peers()
        self._prototype()

    def _python_peers(self) -> None:
        if self.python.exists():
            return
        self._say("the peers' Python packages")
        self._run([sys.executable, "-m", "venv", ".venv"])
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "cython", "-r"]
        self._run([*pip, "requirements.txt"])

    def _jvm_peers(self) -> None:
        jvm = self.folder / "engines" / "jvm"
        known = json.loads((jvm / "engines.json").read_text())
        more = {
            name: {**known[base], "env": {**known[base]["env"], **changes}, "notes": notes}
            for name, (base, changes, notes) in MORE_JVM_ENGINES.items()
        }
        (jvm / "more.json").write_text(json.dumps(more, indent=1))
        if self.has_jvm_engines():
            return
        if shutil.which("mvn") is None or shutil.which("java") is None:
            self._say("no Kafka Streams and no Flink: Java 17 and Maven are needed to build them")
            return
        self._say("Kafka Streams and Flink, with Maven")
        self._run(["mvn", "-q", "-B", "-f", str(jvm / "pom.xml"), "-DskipTests", "package"])

    def has_jvm_engines(self) -> bool:
        """Whether Kafka Streams and Flink are built."""
        jvm = self.folder / "engines" / "jvm"
        return all((jvm / n / "target" / f"{n}.jar").exists() for n in ("kafka-streams", "flink"))

    def _prototype(self) -> None:
        code = "import faust_native, pathlib, sys; faust_native.build(pathlib.Path(sys.argv[1]))"
        self._run([str(self.python), "-c", code, str(self.built)], self.folder / "engines")

    @property
    def built(self) -> Path:
        """Where the prototype's compiled decoder is."""
        return self.folder / "build"

    def _run(self, command: Sequence[str], folder: Path | None = None) -> None:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=folder or self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_BUILD_SECONDS,
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise NoRace(f"No race: `{' '.join(command[:6])}` failed: {''.join(last)}")

    def _say(self, what: str) -> None:
        self._console.print(f"  {what} ...", highlight=False)

    def engines_files(self) -> list[Path]:
        """The files with entries, ours first."""
        found = [
            OURS,
            self.folder / "engines_faust.json",
            self.folder / "engines" / "jvm" / "engines.json",
            self.folder / "engines" / "jvm" / "more.json",
        ]
        return [path for path in found if path.exists()]

    def entrants(self, asked: Sequence[str]) -> list[str]:
        """Who takes part: those asked for, else ours, the prototype and the best of the peers."""
        if asked:
            return list(asked)
        ours = list(json.loads(OURS.read_text())) if OURS.exists() else []
        jvm = list(JVM_ENGINES) if self.has_jvm_engines() else []
        return [*ours, PROTOTYPE[-1], *jvm]

    def prepare(self, events: int) -> None:
        """Makes the events once, so that a measured turn does not."""
        self._run([str(self.python), "load.py", "generate", "--events", str(events)])

    def race(self, names: Sequence[str], events: int, turns: int) -> list[dict[str, Any]]:
        """Runs each engine in its turn, `turns` times; the harness's results."""
        results = self.folder / "results"
        before = set(results.glob("compare-*.json"))
        files = [part for path in self.engines_files() for part in ("--engines", str(path))]
        command = [
            str(self.python), "compare.py", *list(names) * turns, *files, "--events", str(events),
            "--rate", "0", "--port", str(_PORT), "--stall", "30", "--timeout", "120",
        ]  # fmt: skip
        with subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=self.folder,
            env=_without_peers(os.environ) | {"BUILD": str(self.built)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None, "it is a pipe"
            said = []
            for line in process.stderr:
                said.append(line.rstrip())
                if line.startswith("| "):
                    cells = [cell.strip() for cell in line.split("|")]
                    self._console.print(
                        f"  {cells[1]}: {cells[2]} events/s, exact: {cells[-2]}", highlight=False
                    )
        found = sorted(set(results.glob("compare-*.json")) - before)
        if process.returncode or not found:
            raise NoRace(f"No race: the peers' compare.py ended: {said[-1] if said else ''}")
        measured: list[dict[str, Any]] = json.loads(found[-1].read_text())["results"]
        return measured


def measures(result: Mapping[str, Any]) -> dict[str, float]:
    """What one run of an engine says, with the broker's CPU for a million events."""
    run = dict(result["throughput_run"])
    if "broker_cpu_s" in run:
        run["broker_cpu_s_per_M"] = run["broker_cpu_s"] / run["events"] * 1e6
    return {name: float(run[name]) for name in _MEASURES if name in run}


def table(results: Sequence[Mapping[str, Any]], events: int, ours: Sequence[str]) -> Table:
    """Medians and spread by engine, fastest first, with our multiple of each."""
    by_engine: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        by_engine.setdefault(result["engine"], []).append(result)
    middle = {
        name: spread([measures(run).get("throughput", 0.0) for run in runs]).median
        for name, runs in by_engine.items()
    }
    best = max((middle[name] for name in ours if name in middle), default=0.0)
    rows = [
        _row(name, by_engine[name], best / middle[name] if best and middle[name] else None)
        for name in sorted(by_engine, key=middle.__getitem__, reverse=True)
    ]
    return Table(
        title=f"The reference job, {events:,} events, one core",
        columns=("engine", *_MEASURES.values(), "others on core", "exact", "ours is times"),
        rows=tuple(rows),
        note="Medians (lowest to highest) of the runs, which took turns in one race.",
    )


def _row(name: str, runs: Sequence[Mapping[str, Any]], times: float | None) -> tuple[Cell, ...]:
    found = [measures(run) for run in runs]
    cells: list[Cell] = []
    for measure in _MEASURES:
        values = [each[measure] for each in found if measure in each]
        cells.append(str(spread(values)) if values else None)
    others = max(float(run["throughput_run"]["others_on_core"]) for run in runs)
    exact = all(run["throughput_run"]["ok"] for run in runs)
    return (name, *cells, others, "yes" if exact else "NO", times)


def measure(
    asked: Sequence[str], events: int, turns: int, folder: Path, console: Console
) -> list[Table]:
    """Builds what must be built, and races.

    Raises:
        NoRace: the peers are not there, or the harness does not run here.
    """
    track = prepared(events, folder, console)
    names = track.entrants(asked)
    ours = list(json.loads(OURS.read_text())) if OURS.exists() else list(PROTOTYPE)
    return [table(track.race(names, events, turns), events, ours)]


def prepared(events: int, folder: Path, console: Console) -> Track:
    """The peers, copied and built, and the events of the race."""
    track = Track(folder / "peers", peers_folder(), console)
    track.build()
    track.prepare(events)
    return track
