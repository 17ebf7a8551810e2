"""What the stages tell about their work; the worker makes metrics of it, a replay nothing."""

from typing import Any, Protocol

from agents.core.handling import Handled
from schemas.records import DeadLetterReason


class Counts(Protocol):
    """Told after each record; must not raise and must not change anything of the stage."""

    def handled(self, stage: str, topic: str, handled: Handled[Any]) -> None:
        """Says that a record or tick was applied or passed over."""

    def dead_letter(self, stage: str, topic: str, reason: DeadLetterReason) -> None:
        """Says that a record became a dead letter."""

    def failed(self, stage: str, topic: str, error: Exception) -> None:
        """Says that our own code failed on a record (its dead letter is told apart)."""


class NoCounts:
    """Counts nothing: for replays, tests and `simulate`."""

    def handled(self, stage: str, topic: str, handled: Handled[Any]) -> None:
        """Passes over it."""

    def dead_letter(self, stage: str, topic: str, reason: DeadLetterReason) -> None:
        """Passes over it."""

    def failed(self, stage: str, topic: str, error: Exception) -> None:
        """Passes over it."""


class FailuresAlone:
    """For a stage that decides again on what another one counts: only where our code failed."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def handled(self, stage: str, topic: str, handled: Handled[Any]) -> None:
        """Passes over it."""

    def dead_letter(self, stage: str, topic: str, reason: DeadLetterReason) -> None:
        """Passes over it."""

    def failed(self, stage: str, topic: str, error: Exception) -> None:
        """Says it as it came."""
        self._counts.failed(stage, topic, error)


NO_COUNTS = NoCounts()
