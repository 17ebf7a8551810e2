"""Who was told of a step or a decision: the notices that it made, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from agents.operations.explain.story import cause_of
from agents.operations.explain.wording.reasons import Line
from agents.operations.explain.wording.time_format import local
from agents.operations.explain.wording.words import CHANNELS
from schemas.records import AddresseeKind, Delivery, Disagreement, Escalation, Notice

_LABEL = "Told"


class NoticesOfStory:
    """The notices of a story, by what caused them."""

    def __init__(self, records: Iterable[object], time_zone: str) -> None:
        self._zone = time_zone
        self._notices: dict[str, list[Notice]] = defaultdict(list)
        self._deliveries: dict[str, Delivery] = {}
        self._made_at: dict[str, int] = {}
        for each in records:
            match each:
                case Notice():
                    self._notices[cause_of(each.notice_id)].append(each)
                case Delivery():
                    self._deliveries[each.notice_id] = each  # the last one counts
                case Escalation():
                    self._made_at[f"{each.escalation_id}:{each.step}"] = each.occurred_at
                case Disagreement():
                    self._made_at[each.disagreement_id] = each.decided_at
                case _:
                    pass

    def step(self, record: Escalation) -> Iterator[Line]:
        """Who was told of a step."""
        yield from self._lines(f"{record.escalation_id}:{record.step}")

    def decision(self, record: Disagreement) -> Iterator[Line]:
        """Who was told of a decision that opened no case."""
        yield from self._lines(record.disagreement_id)

    def is_beside(self, record: object) -> bool:
        """Whether it is said with what caused it: a notice, and what became of that."""
        if isinstance(record, Delivery):
            return any(
                record.notice_id == each.notice_id
                for each in self._notices.get(cause_of(record.notice_id), ())
            )
        return isinstance(record, Notice) and cause_of(record.notice_id) in self._made_at

    def line(self, notice: Notice, at: int) -> Line:
        """One notice: to whom, by which channels, when, with what title, and what became of it."""
        later = notice.not_before > at
        when = f"not before {local(notice.not_before, self._zone)}" if later else "at once"
        to = f"{whom(notice)}, by {ways_of(notice)}"
        text = f"{to}, {when}: “{notice.title}” ({notice.message})"
        return Line(_LABEL, f"{text}; {self._became(notice)}.")

    def next(self) -> Iterator[str]:
        """Which notices wait for their time, as far as it is known."""
        for cause, notices in self._notices.items():
            for each in notices:
                waits = each.not_before > self._made_at.get(cause, each.not_before)
                if waits and each.notice_id not in self._deliveries:
                    at = local(each.not_before, self._zone)
                    yield f"{whom(each)} is told “{each.title}” not before {at}."

    def _lines(self, cause: str) -> Iterator[Line]:
        for each in self._notices.get(cause, ()):
            yield self.line(each, self._made_at[cause])

    def _became(self, notice: Notice) -> str:
        delivery = self._deliveries.get(notice.notice_id)
        if delivery is None:
            return "no word yet of its delivery"
        at = local(delivery.occurred_at, self._zone)
        if delivery.delivered:
            return f"delivered {at}"
        why = f": {delivery.reason}" if delivery.reason else ""
        return f"not delivered, {at}{why}"


def ways_of(notice: Notice) -> str:
    """The channels of a notice, in their order."""
    ways = [CHANNELS.get(each, each.value) for each in notice.channels]
    return ", then ".join(ways) or "no channel"


def whom(notice: Notice) -> str:
    """Whom a notice is for."""
    match notice.addressee.kind:
        case AddresseeKind.CUSTOMER:
            return "The customer"
        case AddresseeKind.SITE:
            return f"Site {notice.addressee.id}"
        case _:
            return f"Manager {notice.addressee.id}"
