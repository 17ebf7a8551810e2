"""Each alert that can be caused on one machine: how, and what its runbook does about it."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from confluent_kafka import Producer

from tests.alerts.events import SITES, action, directory, press, presses, soon, unsafe, wrong
from tests.alerts.machine import Machine

PROMISED = [f"v-promised-{number}" for number in range(5)]
WAITING = [f"v-waiting-{number}" for number in range(60)]
LATE = "v-late"


class Causes:
    """One after the other; `wait` ends when an alert fires at Alertmanager."""

    def __init__(
        self, machine: Machine, tell: Callable[[str], None], wait: Callable[[str, float], None]
    ) -> None:
        self._machine = machine
        self._tell = tell
        self._wait = wait

    def customers_wait(self) -> None:
        """Nobody acknowledges, a promised call is not made, nobody decides at EXECUTIVE."""
        send = self._machine.send
        self._tell(
            "press: 60 customers, 5 who are promised a call, 1 with an unsafe car; nobody acts"
        )
        send("upstream", [unsafe("c-unsafe", "v-unsafe")])
        send("upstream", [press("c-unsafe", "v-unsafe", tier="EXECUTIVE")])
        send("upstream", presses(PROMISED, SITES[18:]))
        waiting = presses(WAITING, SITES[:18])
        slowly = threading.Thread(target=send, args=("upstream", waiting, 1.5))
        slowly.start()
        time.sleep(3)
        send("managers-app", [action(visit, "PROMISE", until=soon(15)) for visit in PROMISED])
        self._wait("RecourseOverdueAtTheTop", 80)
        self._tell("runbook: the night desk resolves the case with the unsafe car")
        send("managers-app", [action("v-unsafe", "RESOLVE", outcome="UPHELD")])
        self._wait("RecourseCustomersWaitFast", 40)
        self._wait("RecoursePromisesMissed", 40)
        self._wait("RecourseCustomersWaitSlow", 40)
        slowly.join()
        self._tell("runbook: managers acknowledge what is open, and make the promised calls")
        send("managers-app", [action(visit, "ACKNOWLEDGE") for visit in WAITING])
        send("managers-app", [action(visit, "CONTACTED") for visit in PROMISED])

    def what_comes_in(self) -> None:
        """One customer floods; then bad records."""
        self._flood()
        self._wait_for_bad_records()

    def ticks_stop(self) -> None:
        """Nobody runs the stage that writes the ticks."""
        machine = self._machine
        self._tell("start the worker again with the desk alone: nobody writes ticks")
        machine.stop("worker")
        machine.start_worker("--stage", "desk")
        self._wait("RecourseTicksStopped", 75)
        self._tell("runbook: start a worker with stage customers")
        machine.stop("worker")
        machine.start_worker()

    def _flood(self) -> None:
        self._tell("flood: one customer presses the button on 20 visits")
        flood = [press("c-flood", f"v-flood-{number}") for number in range(20)]
        self._machine.send("upstream", flood, 2.0)
        self._wait("RecourseThrottledJump", 40)

    def _wait_for_bad_records(self) -> None:
        machine = self._machine
        self._tell("30 events from the future, and a policy that is none")
        bad = [wrong(number) for number in range(30)]
        machine.send("upstream", bad, 3.0)
        self._wait("RecourseDeadLetters", 25)
        listed = machine.recourse("operator", "dead-letters", "list", "--json")
        self._tell(f"runbook: recourse dead-letters list says {_first_detail(listed)}")
        self._write_policy(b'{"throttle": {"limit": -1}}')
        self._wait("RecourseReferenceRefused", 20)
        self._tell("runbook: take back the record that is no policy, under its own key")
        self._write_policy(None)

    def workers_gone(self) -> None:
        """No worker; then one without the desk, over a deadline; meanwhile, nobody who watches."""
        machine = self._machine
        self._tell("one more case with an unsafe car; then stop the worker")
        machine.send("upstream", [unsafe("c-late", LATE), press("c-late", LATE)])
        time.sleep(3)
        self._tell(f"the worker ended with {machine.stop('worker')}")
        self._wait("RecourseWorkersGone", 20)
        self._tell("runbook: start it again (but, for the next alert, without the desk)")
        machine.start_worker("--stage", "customers")
        self._tell("stop the auditor")
        machine.stop("audit")
        self._wait("RecourseAuditSilent", 20)
        self._tell("runbook: start the auditor again")
        machine.start_auditor()
        self._wait("RecourseAuditFound", 80)
        self._tell("runbook: start the desk; the night desk resolves the case")
        machine.stop("worker")
        machine.start_worker()
        machine.send("managers-app", [action(LATE, "RESOLVE", outcome="UPHELD")])

    def nobody_reachable(self) -> None:
        """All managers are absent; then a site that the directory does not know."""
        machine = self._machine
        self._tell("publish a directory whose managers are all absent, and press the button")
        self.publish("directory", directory(absent=True))
        machine.send("upstream", [press("c-alone", "v-alone")])
        self._wait("RecourseNobodyReachable", 25)
        said = machine.recourse("operator", "explain", "v-alone:1")
        self._tell("runbook: recourse explain v-alone:1 says")
        for line in said.splitlines()[:8]:
            self._tell(f"    {line}")
        self._tell("press the button at a site that the directory does not know")
        machine.send("upstream", [press("c-nowhere", "v-nowhere", "nowhere")])
        self._wait("RecourseUnknownSites", 20)
        self._tell("runbook: publish the directory with the managers there, and the site")
        self.publish("directory", directory("nowhere"))

    def commits_slow(self) -> None:
        """Kafka stands still for three seconds, again and again."""
        status = self._machine.broker.status()
        assert status is not None, "it runs"
        self._tell("stop Kafka's process for 3 of every 4 seconds")
        over = threading.Event()

        def hold() -> None:
            while not over.is_set():
                os.kill(status.pid, signal.SIGSTOP)
                time.sleep(3)
                os.kill(status.pid, signal.SIGCONT)
                time.sleep(1)

        held = threading.Thread(target=hold)
        held.start()
        try:
            self._wait("RecourseCommitsSlow", 40)
        finally:
            over.set()
            held.join()
        self._tell("runbook: mend Kafka (let it run); the worker has waited and goes on")

    def publish(self, kind: str, document: dict[str, Any]) -> None:
        """Policy or directory, as the operator."""
        file = self._machine.folder / f"{kind}.json"
        file.write_text(json.dumps(document))
        self._machine.recourse("operator", kind, "publish", str(file))

    def _plain(self) -> str:
        status = self._machine.broker.status()
        assert status is not None, "it runs"
        return status.bootstrap_servers

    def _write_policy(self, value: bytes | None) -> None:
        producer = Producer({"bootstrap.servers": self._plain()})
        producer.produce("recourse.policies", value, b"by-hand", 0)
        assert producer.flush(30) == 0


def _first_detail(listed: str) -> str:
    found = (
        json.loads(listed.splitlines()[0]) if not listed.startswith("[") else json.loads(listed)[0]
    )
    return f"{found['reason']}: {found['detail']}"
