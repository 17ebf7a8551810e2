"""What breaks in the machine room: how it is caused, and what the alert's runbook does about it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.alerts.events import action, press, unsafe
from tests.alerts.machine import Machine
from tests.alerts.watch import Watch

LATE = "v-late"


class MachineRoom:
    """One after the other."""

    def __init__(self, machine: Machine, watch: Watch) -> None:
        self._machine = machine
        self._watch = watch

    def ticks_stop(self) -> None:
        """Nobody runs the stage that writes the ticks."""
        machine, watch = self._machine, self._watch
        watch.cause("start the worker again with the desk alone: nobody writes ticks")
        machine.stop("worker")
        machine.start_worker("--stage", "desk")
        watch.wait("RecourseTicksStopped", 75)
        watch.tell("runbook: start a worker with stage customers")
        machine.stop("worker")
        machine.start_worker()

    def workers_gone(self) -> None:
        """No worker; then one without the desk, over a deadline; meanwhile, nobody who watches."""
        machine, watch = self._machine, self._watch
        watch.cause("one more case with an unsafe car; then stop the worker")
        machine.send("service-system", [unsafe("c-late", LATE)])
        machine.send("customer-channel", [press("c-late", LATE)])
        time.sleep(3)
        watch.tell(f"the worker ended with {machine.stop('worker')}")
        watch.wait("RecourseWorkersGone", 20)
        watch.wait("RecourseWorkerDown", 30)
        watch.tell("runbook: start it again (but, for the next alert, without the desk)")
        machine.start_worker("--stage", "customers")
        watch.cause("stop the auditor")
        machine.stop("audit")
        watch.wait("RecourseAuditSilent", 20)
        watch.tell("runbook: start the auditor again")
        machine.start_auditor()
        watch.wait("RecourseAuditFound", 80)
        watch.tell("runbook: start the desk; the night desk resolves the case")
        machine.stop("worker")
        machine.start_worker()
        machine.send("managers-app", [action(LATE, "RESOLVE", outcome="UPHELD")])

    def own_failures(self) -> None:
        """A version with a defect."""
        machine, watch = self._machine, self._watch
        watch.cause("a version that fails on some customers; three of them press the button")
        machine.stop("worker")
        machine.start_worker(module="tests.alerts.defective")
        machine.send(
            "customer-channel", [press(f"c-defect-{n}", f"v-defect-{n}") for n in range(3)]
        )
        watch.wait("RecourseOurOwnFailures", 20)
        listed = machine.recourse("operator", "dead-letters", "list", "--reason", "FAILED")
        watch.tell("runbook: recourse dead-letters list --reason FAILED says")
        for line in listed.splitlines():
            watch.tell(f"    {line}")
        watch.tell("runbook: the version before, then redrive")
        machine.stop("worker")
        machine.start_worker()
        redriven = machine.recourse(
            "redriver", "dead-letters", "redrive", "--reason", "FAILED", "--yes"
        )
        watch.tell(f"    {redriven.splitlines()[-1]}")

    def commits_slow(self) -> None:
        """Kafka stands still for three seconds, again and again, while events come in."""
        machine, watch = self._machine, self._watch
        status = machine.broker.status()
        assert status is not None, "it runs"
        watch.cause("stop Kafka's process for 3 of every 4 seconds; 100 events a second come in")
        events = [unsafe(f"c-slow-{n}", f"v-slow-{n}") for n in range(4_000)]
        sent = threading.Thread(target=machine.send, args=("service-system", events, 100.0))
        sent.start()
        with _held(status.pid, stopped=3.0, runs=1.0):
            watch.wait("RecourseCommitsSlow", 40)
        watch.tell("runbook: mend Kafka (let it run); the worker has waited and goes on")
        sent.join()

    def lag_grows(self) -> None:
        """More comes in than the worker handles."""
        machine, watch = self._machine, self._watch
        watch.cause("3,000 events a second for a worker that gets a sixth of its core")
        events = [unsafe(f"c-burst-{n}", f"v-burst-{n}") for n in range(90_000)]
        over = threading.Event()
        sent = threading.Thread(
            target=machine.send, args=("service-system", events, 3_000.0), kwargs={"over": over}
        )
        sent.start()
        with _held(machine.pid("worker"), stopped=0.25, runs=0.05):
            watch.wait("RecourseLagGrows", 60)
            watch.tell("runbook: a second worker; the burst passes")
            machine.start_worker(name="worker-1")
        over.set()
        sent.join()

    def rebalance_loop(self) -> None:
        """Two workers with one number fence each other, and are started again each time."""
        machine, watch = self._machine, self._watch
        watch.cause("a second worker with the number of the first; each is started when it ends")
        self._stop_if_there("worker-1")
        codes: list[int] = []

        def supervise() -> None:
            for name in ("worker", "worker-1"):
                code = machine.ended(name)
                if code is not None:
                    codes.append(code)
                if not machine.runs(name):
                    machine.launch_worker(name, number=0)

        watch.wait("RecourseRebalanceLoop", 120, supervise)
        watch.wait("RecourseWorkerRestarts", 120, supervise)
        watch.tell(f"they have ended {len(codes)} times, with {sorted(set(codes))}")
        watch.tell("runbook: give each worker its number")
        self._stop_if_there("worker", "worker-1")
        machine.start_worker()
        machine.start_worker(name="worker-1")

    def restore_slow(self) -> None:
        """A worker without its local state, to whom the changelog comes slowly."""
        machine, watch = self._machine, self._watch
        watch.cause("a worker with an empty RECOURSE_STATE_DIR; the changelog comes a minute late")
        self._stop_if_there("worker-1", "worker")
        slow = "tests.alerts.slow_changelog"
        machine.launch_worker("worker", module=slow, keeps_state=True)
        watch.wait("RecourseRestoreSlow", 120)
        machine.wait_ready("worker")
        watch.tell("runbook: RECOURSE_STATE_DIR is kept; stop as planned, start again")
        machine.stop("worker")
        machine.start_worker(keeps_state=True)

    def _stop_if_there(self, *names: str) -> None:
        for name in names:
            if self._machine.runs(name):
                self._machine.stop(name)


@contextmanager
def _held(pid: int, *, stopped: float, runs: float) -> Iterator[None]:
    """A process that stands still for `stopped` seconds, then runs for `runs`, and so on."""
    over = threading.Event()

    def hold() -> None:
        while not over.is_set():
            os.kill(pid, signal.SIGSTOP)
            time.sleep(stopped)
            os.kill(pid, signal.SIGCONT)
            over.wait(runs)

    holding = threading.Thread(target=hold)
    holding.start()
    try:
        yield
    finally:
        over.set()
        holding.join()
