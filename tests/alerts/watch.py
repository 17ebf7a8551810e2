"""What Alertmanager has, looked at twice a second, and what was awaited of it."""

import sys
import threading
import time
from collections.abc import Callable

from tests.alerts.machine import Machine, NotSeen

ALWAYS = "RecourseDeadMan"


def _nothing() -> None:
    """What is done while nothing needs doing."""


class Watch:
    """`seen`: of each alert that was awaited, when its cause began and when it fired."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._begin = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._since = 0.0
        self._fired: dict[str, float] = {}
        self.now: dict[str, str] = {}
        self.seen: dict[str, tuple[float, float]] = {}
        self.ended: dict[str, float] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, text: str) -> None:
        sys.stdout.write(f"{self.passed():6.1f} s  {text}\n")
        sys.stdout.flush()

    def cause(self, text: str) -> None:
        """Tells what is done now; what fired before has another cause."""
        self._since = self.passed()
        self.tell(text)

    def wait(self, alert: str, seconds: float, meanwhile: Callable[[], None] = _nothing) -> None:
        """Until it fires by this cause; else it is told, and the others are tried all the same."""
        end = time.monotonic() + seconds
        while self._fired.get(alert, -1.0) < self._since:
            if time.monotonic() > end:
                self.tell(f"NOT SEEN {alert} within {seconds:.0f} s")
                return
            meanwhile()
            time.sleep(0.2)
        self.seen.setdefault(alert, (self._since, self._fired[alert]))

    def wait_quiet(self, seconds: float) -> None:
        """Until nothing fires but the dead man's switch."""
        end = time.monotonic() + seconds
        while self.now.keys() - {ALWAYS}:
            if time.monotonic() > end:
                raise NotSeen(f"still firing after {seconds:.0f} s: {sorted(self.now)}")
            time.sleep(0.2)

    def passed(self) -> float:
        """Seconds since the begin."""
        return time.monotonic() - self._begin

    def _run(self) -> None:
        while not self._over.wait(0.5):
            try:
                found = self._machine.firing()
            except OSError:
                continue
            for alert in found.keys() - self.now.keys():
                self._fired[alert] = self.passed()
                self.tell(f"FIRES {alert}: {found[alert]}")
            for alert in self.now.keys() - found.keys():
                if alert in self.seen:
                    self.ended.setdefault(alert, self.passed())
                self.tell(f"ENDS  {alert}")
            self.now = found
