"""What a command is doing while nothing is to be shown yet: on stderr, from its first second on.

On a terminal it is one line that goes away again, with the seconds that it has taken; elsewhere a
line for the beginning (`sign_of_life`), and one for whatever takes long.
"""

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import Self

from streams.printable import printable

LINE_AWAY = "\r\x1b[2K"
_TICK_SECONDS = 1.0
LASTING_SECONDS = 2.0
"""From when on something that is done is worth a line of its own where no terminal is."""


class Progress:
    """Of one command, by whose name its lines begin; `with` ends it."""

    def __init__(self, name: str, doing: str) -> None:
        self._name, self._doing = name, doing
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._since = time.monotonic()
        self._is_said = False
        self._ticks = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        if self._terminal:
            self._show()
        self._ticks.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._ticks.join()
        self.hide()

    def say(self, doing: str) -> None:
        """What is done from now on."""
        with self._lock:
            self._doing, self._since = doing, time.monotonic()
            self._is_said = False
        if self._terminal:
            self._show()

    def hide(self) -> None:
        """Makes room for a line of the command's own."""
        if self._terminal:
            with self._lock:
                _write(LINE_AWAY)

    def _run(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            self.tick()

    def tick(self) -> None:
        """A second has gone by."""
        lasts = time.monotonic() - self._since >= LASTING_SECONDS
        if self._terminal or (lasts and not self._is_said):
            self._show()

    def _show(self) -> None:
        with self._lock:
            self._is_said = True
            text = printable(f"{self._name}: {self._doing} ...")
            if not self._terminal:
                _write(f"{text}\n")
                return
            seconds = int(time.monotonic() - self._since)
            text += f" {seconds} s" if seconds else ""
            _write(LINE_AWAY + text[: shutil.get_terminal_size().columns - 1])


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
