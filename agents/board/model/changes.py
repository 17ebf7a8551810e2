"""Who waits for news hears that something has changed, and of which case."""

import threading
from collections.abc import Callable, Iterable

from agents.board.model.rows import EVERYTHING, Row

Listener = Callable[[frozenset[str]], None]


class Changes:
    """Passes on which cases have changed; any thread may listen, and tell."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._turn = threading.Lock()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """`listener` hears the ids of cases, in the thread of who tells; the result ends that."""
        with self._turn:
            self._listeners.append(listener)

        def stop() -> None:
            with self._turn:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def tell(self, rows: Iterable[Row]) -> None:
        """The cases of which rows say something new have changed."""
        self._say(frozenset({each.case_id for each in rows if each.case_id is not None}))

    def everything(self) -> None:
        """All may have changed."""
        self._say(frozenset({EVERYTHING}))

    def _say(self, cases: frozenset[str]) -> None:
        with self._turn:
            listeners = list(self._listeners)
        for each in listeners:
            each(cases)
