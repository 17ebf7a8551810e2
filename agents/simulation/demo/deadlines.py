"""In which steps the week is played: hour by hour, and to the minute where a deadline passes.

A tick costs little, a step on Kafka a tenth of a second: only those deadlines have one of their own
by which somebody has not done what they were to do.
"""

from collections.abc import Iterator
from typing import Final

from agents.core.calendar import MINUTE_MS
from agents.core.desk.statuses import ACKNOWLEDGING, CLOSED, GIVEN
from agents.core.rfc3339 import milliseconds
from agents.simulation.demo.event_generator import Arrival
from agents.simulation.demo.people import People
from schemas.records import ActionName, Decision, Disagreement, Escalation, EscalationStatus

AT_MOST: Final = 6
"""Of one hour so many minutes have a step of their own, the first; the others wait for its end."""
_MISSED_AFTER_MS: Final = 30 * MINUTE_MS  # a promised call (`promise_missed_after_minutes`)
_Names = frozenset[ActionName]
_TAKES: Final = frozenset({ActionName.ACKNOWLEDGE, ActionName.PROMISE, ActionName.CONTACTED})
_DECIDES: Final = frozenset({ActionName.RESOLVE})
_KEEPS: Final = frozenset({ActionName.CONTACTED, ActionName.RESOLVE})


class Deadlines:
    """What is due, from the committed records."""

    def __init__(self, people: People, arrivals: list[Arrival]) -> None:
        self._people = people
        self._cases: dict[str, tuple[tuple[int, _Names], ...]] = {}
        self._prices: dict[str, int] = {}
        self._heard: dict[bytes, list[int]] = {}
        for each in arrivals:
            self._heard.setdefault(each.key, []).append(each.at)

    def take(self, record: object) -> None:
        """Takes notice of a price that waits, and of a step of a case."""
        match record:
            case Disagreement(decision=Decision.AWAITING):
                due_at = milliseconds(record.reasons[-1].facts["due_at"])
                assert due_at is not None, "the reason says when, in RFC 3339"
                key = record.customer_id.encode()
                if not any(record.decided_at < at <= due_at for at in self._heard.get(key, ())):
                    self._prices[record.disagreement_id] = due_at
            case Escalation() if record.status in CLOSED:
                self._cases.pop(record.escalation_id, None)
            case Escalation():
                self._step(record)
            case _:
                pass

    def _step(self, step: Escalation) -> None:
        case = step.escalation_id
        due = {names: at for at, names in self._cases.get(case, ())}
        due[_DECIDES] = step.decide_by
        if step.status in GIVEN:
            due[_TAKES] = step.acknowledge_by
            due.pop(_KEEPS, None)
        if step.status in ACKNOWLEDGING:
            due.pop(_TAKES, None)
            due.pop(_KEEPS, None)
        if step.status is EscalationStatus.PROMISED and step.until is not None:
            due[_KEEPS] = step.until + _MISSED_AFTER_MS
        self._cases[case] = tuple((at, names) for names, at in due.items())

    def following(self, after: int, until: int) -> int | None:
        """The first minute within which something passes that nobody means to do by then."""
        waiting = [at for at in self._prices.values() if after < at]
        waiting += [
            at
            for case, due in self._cases.items()
            for at, names in due
            if after < at <= until and not self._people.mean_to(case, names, by=at)
        ]
        first = min(waiting, default=until + 1)
        minute = -(-first // MINUTE_MS) * MINUTE_MS
        return minute if minute < until else None


def steps(deadlines: Deadlines, begin: int, end: int, step: int) -> Iterator[int]:
    """The ends of the steps (ms), each as of what has been committed when it is asked for."""
    for upto in range(begin + step, end + step, step):
        now = upto - step
        for _ in range(AT_MOST):
            minute = deadlines.following(now, upto)
            if minute is None:
                break
            yield minute
            now = minute
        yield upto
