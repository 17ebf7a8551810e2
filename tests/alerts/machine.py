"""All that runs while alerts are tried: a guarded Kafka, worker, auditor, Prometheus, Alertmanager.

Everybody comes in as a user of their own, with the rights of `agents/operations/access/roles.yaml`.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import yaml
from confluent_kafka import Producer

from agents.records import codecs
from schemas.catalogue import TOPICS
from streams.broker import Broker
from streams.broker.server import any_free_port, die_with_parent
from tests.alerts.shortened import write_shortened
from tests.fetched_tools import CACHE, tool

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
SCRAPE_SECONDS = 1
PORTS = ("worker", "worker-1", "audit", "prometheus", "alerts")
NOTHING: Mapping[str, str] = {}
NUMBERS = {"worker": 0, "worker-1": 1}


class NotSeen(Exception):  # noqa: N818 - it says what the case is
    """What should have come did not come; one sentence."""


class Machine:
    """The processes, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Broker(folder / "kafka")
        self.ports = {name: any_free_port() for name in PORTS}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.hooks = _Hooks()

    def start_kafka(self) -> None:
        """The guarded broker, with topics and rights."""
        self.broker.start(owned=True, guarded=True)
        self.recourse("admin", "topics", "apply", "--access")

    def recourse(self, user: str, *arguments: str, code: int = 0) -> str:
        """A command of ours, as a user, that must end with a code; what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "agents", *arguments],
            env=self._environment(user),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        if done.returncode != code:
            raise NotSeen(
                f"recourse {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
            )
        return done.stdout

    def send(
        self,
        user: str,
        lines: Iterable[dict[str, Any]],
        a_second: float = 0.0,
        over: Event | None = None,
        partitioner: str = "murmur2_random",
    ) -> None:
        """Sends lines as `recourse play` does, as a user; `a_second` so many, or all at once.

        `over` ends it before its time.
        """
        guard = self.broker.guard
        producer = Producer(
            {
                "bootstrap.servers": guard.bootstrap_servers,
                "security.protocol": "SASL_SSL",
                "ssl.ca.location": str(guard.folder / "ca.pem"),
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": user,
                "sasl.password": guard.password_file(user).read_text(),
                "partitioner": partitioner,
            }
        )
        begun = time.monotonic()
        for number, line in enumerate(lines):
            if over is not None and over.is_set():
                break
            topic = TOPICS[line["topic"]]
            record = codecs.from_json(topic.name, line["value"])
            key = topic.key_of(record).encode()
            producer.produce(topic.name, codecs.encode(topic.name, record), key)
            due = begun + (number + 1) / a_second if a_second else 0.0
            time.sleep(max(0.0, due - time.monotonic()))
        if producer.flush(30):
            raise NotSeen(f"Kafka did not take what {user} sent")

    def publish(self, kind: str, document: dict[str, Any]) -> None:
        """Policy or directory, as the operator."""
        file = self.folder / f"{kind}.json"
        file.write_text(json.dumps(document))
        self.recourse("operator", kind, "publish", str(file))

    def write_policy(self, value: bytes | None, version: str = "by-hand") -> None:
        """Past `recourse policy publish`, which would not write it."""
        producer = Producer({"bootstrap.servers": self.plain()})
        producer.produce("recourse.policies", value, version.encode(), 0)
        assert producer.flush(30) == 0

    def start_worker(self, *more: str, name: str = "worker", **how: Any) -> None:
        """A worker, ready."""
        self.launch_worker(name, *more, **how)
        self.wait_ready(name)

    def wait_ready(self, name: str) -> None:
        """Until a worker says so."""
        self._answers(f"http://127.0.0.1:{self.ports[name]}/health/ready")

    def launch_worker(
        self,
        name: str,
        *more: str,
        number: int | None = None,
        module: str = "agents",
        keeps_state: bool = False,
    ) -> None:
        """A worker that will be ready some time."""
        own = NUMBERS[name] if number is None else number
        chosen = {"RECOURSE_WORKER_NUMBER": str(own)}
        if keeps_state:
            chosen["RECOURSE_STATE_DIR"] = str(self.folder / f"state-{name}")
        command = [sys.executable, "-m", module, "worker", "--http-port"]
        self._start(name, [*command, str(self.ports[name]), *more], "worker", chosen)

    def start_auditor(self) -> None:
        """The auditor."""
        command = [sys.executable, "-m", "agents", "audit", "--watch", "--http-port"]
        self._start("audit", [*command, str(self.ports["audit"])], "auditor")
        self._answers(f"http://127.0.0.1:{self.ports['audit']}/metrics")

    def start_watchers(self) -> None:
        """Alertmanager and Prometheus, with our files, a minute of which is a second."""
        self.hooks.start()
        routing = yaml.safe_load((PROMETHEUS / "alertmanager.yaml").read_text())
        _hurry(routing["route"])
        for receiver in routing["receivers"]:
            receiver["webhook_configs"] = [
                {
                    "url": f"http://127.0.0.1:{self.hooks.port}/{receiver['name']}",
                    "send_resolved": True,
                }
            ]
        (self.folder / "alertmanager.yaml").write_text(yaml.safe_dump(routing))
        self._start(
            "alertmanager",
            [
                *_alertmanager(),
                f"--config.file={self.folder}/alertmanager.yaml",
                f"--storage.path={self.folder}/alertmanager", "--cluster.listen-address=",
                f"--web.listen-address=127.0.0.1:{self.ports['alerts']}",
            ],
        )  # fmt: skip
        self._answers(f"http://127.0.0.1:{self.ports['alerts']}/-/ready")
        for name in ("rules.yaml", "alerts.yaml"):
            write_shortened(PROMETHEUS / name, self.folder / name)
        (self.folder / "prometheus.yaml").write_text(yaml.safe_dump(self._prometheus()))
        self._start(
            "prometheus",
            [
                str(tool("prometheus")), f"--config.file={self.folder}/prometheus.yaml",
                f"--storage.tsdb.path={self.folder}/prometheus", "--log.level=warn",
                "--rules.alert.resend-delay=1s",
                f"--web.listen-address=127.0.0.1:{self.ports['prometheus']}",
            ],
        )  # fmt: skip
        self._answers(f"http://127.0.0.1:{self.ports['prometheus']}/-/ready")

    def _prometheus(self) -> dict[str, Any]:
        every = f"{SCRAPE_SECONDS}s"
        targets = {"recourse": ("worker", "worker-1"), "recourse-audit": ("audit",)}
        return {
            "global": {
                "scrape_interval": every,
                "scrape_timeout": every,
                "evaluation_interval": every,
            },
            "rule_files": ["rules.yaml", "alerts.yaml"],
            "alerting": {
                "alertmanagers": [_at(self.ports["alerts"])],
            },
            "scrape_configs": [
                {"job_name": job} | _at(*(self.ports[name] for name in names))
                for job, names in targets.items()
            ],
        }

    def stop(self, name: str, *, for_good: bool = False) -> int:
        """Ends a process as a supervisor does; its exit code. `for_good`: a worker's group hears
        of it.
        """
        process = self._running.pop(name)
        process.send_signal(signal.SIGUSR1 if for_good else signal.SIGTERM)
        return process.wait(20)

    def close(self) -> None:
        """Leaves nothing behind."""
        for process in self._running.values():
            process.kill()
            process.wait(10)
        self.hooks.stop()
        self.broker.stop(wipe=True)

    def firing(self) -> dict[str, str]:
        """The alerts that Alertmanager has now, with their summaries."""
        answer = _json(
            f"http://127.0.0.1:{self.ports['alerts']}/api/v2/alerts?active=true&inhibited=true"
        )
        return {each["labels"]["alertname"]: each["annotations"]["summary"] for each in answer}

    def query(self, expression: str, seconds: float) -> list[dict[str, Any]]:
        """What Prometheus had for the last so many seconds; an error of it is one of ours."""
        now = time.time()
        over = {"query": expression, "start": now - seconds, "end": now, "step": "5s"}
        asked = urllib.parse.urlencode(over)
        answer = _json(f"http://127.0.0.1:{self.ports['prometheus']}/api/v1/query_range?{asked}")
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def exposition(self, name: str = "worker") -> str:
        """What a worker shows."""
        address = f"http://127.0.0.1:{self.ports[name]}/metrics"
        with urllib.request.urlopen(address, timeout=5) as it:
            shown: str = it.read().decode()
        return shown

    def said(self, name: str) -> str:
        """What a process has logged."""
        return (self.folder / f"{name}.log").read_text()

    def line(self, name: str, event: str) -> str:
        """The last line of a process' log that has this in it."""
        found = [line for line in self.said(name).splitlines() if event in line]
        return found[-1] if found else "nothing of it"

    def runs(self, name: str) -> bool:
        """Whether it was started, and is not known to have ended."""
        return name in self._running

    def ended(self, name: str) -> int | None:
        """The code with which a process ended by itself; None while it runs, or never did."""
        code = self._running[name].poll() if name in self._running else None
        if code is not None:
            del self._running[name]
        return code

    def pid(self, name: str) -> int:
        """Of a process that runs."""
        return self._running[name].pid

    def plain(self) -> str:
        """The listener that asks nobody who they are, for what no role of ours may."""
        status = self.broker.status()
        assert status is not None, "it runs"
        return status.bootstrap_servers

    def _environment(self, user: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if "RECOURSE" not in name}
        mine = {"RECOURSE_TICK_INTERVAL_MS": "500"}
        return clean | self.broker.guard.environment(user) | mine

    def _start(
        self, name: str, command: list[str], user: str = "", settings: Mapping[str, str] = NOTHING
    ) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment(user) | dict(settings) if user else None,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one thing of the kernel
            )

    def _answers(self, address: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(address, timeout=2):
                    return
            except OSError:
                gone = [name for name, it in self._running.items() if it.poll() is not None]
                if gone:
                    raise NotSeen(f"{gone[0]} has ended: {self.said(gone[0])[-500:]}") from None
                time.sleep(0.2)
        raise NotSeen(f"{address} did not answer within {seconds:.0f} s")


class _Hooks:
    """Where Alertmanager sends: pages, tickets, the dead man's switch."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, str]] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for each in body["alerts"]:
                    got.append((self.path[1:], each["labels"]["alertname"], each["status"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def start(self) -> None:
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.server_close()


def _alertmanager() -> list[str]:
    """Its command; Debian's wants a file in /usr/share, also where it is only unpacked."""
    program = tool("prometheus-alertmanager")
    if not program.is_relative_to(CACHE):
        return [str(program)]
    share = program.parents[1] / "share"
    seen = f'mount --bind {share} /usr/share && exec "$0" "$@"'
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", seen, str(program)]


def _hurry(route: dict[str, Any]) -> None:
    """Groups are sent at once, not after half a minute."""
    route |= {"group_wait": "1s", "group_interval": "1s"}
    for each in route.get("routes", ()):
        _hurry(each)


def _at(*ports: int) -> dict[str, Any]:
    return {"static_configs": [{"targets": [f"127.0.0.1:{port}" for port in ports]}]}


def _json(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return json.loads(answer.read())
