"""What to do next with one notice: send by a channel, wait, or say what became of it.

The channels are gone through in the notice's order. Each is tried a few times, with a longer wait
after each failure; then the next one is. What one channel took is delivered.
"""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from schemas.records import Channel, Notice

_REASON_AT_MOST: Final = 2_000


class Limits(Struct, frozen=True, kw_only=True):
    """How often a channel is tried, and how long is waited in between (ms)."""

    attempts: int
    first_wait: int
    longest_wait: int


class Progress(Struct, frozen=True, kw_only=True):
    """How far a notice is: the channels left (the first is the one to try), tries of that, and why
    those before failed. `due` (ms): not to be tried before.
    """  # noqa: D205

    channels: tuple[Channel, ...]
    due: int
    attempts: int = 0
    problems: tuple[str, ...] = ()


class Ended(Struct, frozen=True, kw_only=True):
    """What became of a notice."""

    delivered: bool
    reason: str | None = None


def begun(notice: Notice) -> Progress | Ended:
    """A notice that was just read; one without a channel has ended already."""
    progress = Progress(channels=tuple(notice.channels), due=notice.not_before)
    return progress if progress.channels else _failed(("the notice names no channel",))


def taken() -> Ended:
    """The channel took it."""
    return Ended(delivered=True)


def after_failure(
    progress: Progress, problem: str, now: int, limits: Limits, *, final: bool = False
) -> Progress | Ended:
    """The channel did not take it. `final`: trying again can't help (it has no address, say)."""
    attempts = progress.attempts + 1
    if attempts < limits.attempts and not final:
        return replace(progress, attempts=attempts, due=now + _wait(attempts, limits))
    channel, *left = progress.channels
    tries = f" ({attempts} tries)" if attempts > 1 else ""
    problems = (*progress.problems, f"{channel}: {problem}{tries}")
    if not left:
        return _failed(problems)
    return Progress(channels=tuple(left), due=now, problems=problems)


def _wait(attempts: int, limits: Limits) -> int:
    """Doubled after each failure."""
    return min(limits.first_wait << (attempts - 1), limits.longest_wait)


def _failed(problems: tuple[str, ...]) -> Ended:
    return Ended(delivered=False, reason="; ".join(problems)[:_REASON_AT_MOST])
