"""One part of a network through a month: events, managers and ticks through both stages."""

from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from agents.core.calendar import DAY_MS, MINUTE_MS
from agents.core.customers.overviews import TOPIC as OVERVIEWS
from agents.core.handling import Tombstone
from agents.core.policy import Policy
from agents.core.world import Directory
from agents.operations.audit.for_apps.overviews import NoOverview
from agents.operations.audit.ledger import Ledger
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.stages import stages
from agents.records import codecs
from agents.reference_data.reference import REFERENCES
from agents.simulation.demo.event_generator import BEGIN, Arrival
from agents.simulation.demo.network import reference_records
from agents.simulation.demo.play import ACTIONS, TICKS
from agents.simulation.month.centres import Centres
from agents.simulation.month.figures import Figures, Reckoning
from agents.simulation.month.staff import Staff
from schemas.records import Escalation, Tick
from streams.testing import Driver
from streams.topology import Message

TICK_EVERY_MS = MINUTE_MS
_LOOKED_AT = frozenset(
    {
        "recourse.disagreements",
        "recourse.escalations",
        "recourse.outcomes",
        "recourse.notices",
        "recourse.cases",
        OVERVIEWS,
        *LETTER_TOPICS,
    }
)


class Part(Struct, frozen=True, kw_only=True):
    """Sites that share managers with no others, who works there, and what happens there."""

    seed: int
    days: int
    directory: Directory
    policy: Policy
    arrivals: list[Arrival]


def play(part: Part, day_over: Callable[[], None]) -> Figures:
    """Plays it from its first minute to its last; says when a day is over."""
    return _Month(part).play(day_over)


class _Month:
    """Who looks at what the stages write: the managers, the figures, the auditor."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._driver = Driver(stages(worded=False)[:2], REFERENCES)
        self._staff = Staff(part.seed, part.directory)
        self._centres = Centres(part.seed)
        self._reckoning = Reckoning(part.directory, part.policy)
        self._ledger = Ledger({part.policy.version: part.policy})
        self._counts: Counter[str] = Counter()

    def play(self, day_over: Callable[[], None]) -> Figures:
        for topic, key, value in reference_records(self._part.directory, self._part.policy):
            self._driver.pipe(topic, key.encode(), value, 0)
        end = BEGIN + self._part.days * DAY_MS
        arrivals = iter(self._part.arrivals)
        following = next(arrivals, None)
        for now in range(BEGIN + TICK_EVERY_MS, end + TICK_EVERY_MS, TICK_EVERY_MS):
            while following is not None and following.at <= now:
                self._pipe(self._centres.as_decided(following))
                following = next(arrivals, None)
            for action in self._actions(now):
                self._pipe(action)
            for event in self._centres.due(now):
                self._pipe(event)
            self._tick(now)
            if (now - BEGIN) % DAY_MS == 0:
                day_over()
        return self._end(end)

    def _actions(self, now: int) -> Iterator[Arrival]:
        for action in self._staff.due(now):
            self._counts["actions"] += 1
            value = codecs.encode(ACTIONS, action)
            yield Arrival(action.occurred_at, ACTIONS, action.region_id.encode(), value)

    def _pipe(self, record: Arrival) -> None:
        self._counts["events"] += record.topic.startswith("service.")
        self._heed(self._driver.pipe(record.topic, record.key, record.value, record.at))

    def _tick(self, now: int) -> None:
        self._heed(self._driver.tick(TICKS, codecs.encode(TICKS, Tick(now=now)), now))
        self._ledger.tick(0, now)
        self._driver.read()  # or it would keep all that was ever written

    def _heed(self, outputs: list[Message]) -> None:
        self._counts["records written"] += len(outputs)
        for each in outputs:
            if each.topic not in _LOOKED_AT:
                continue
            if each.value is None:
                gone = NoOverview if each.topic == OVERVIEWS else Tombstone
                self._ledger.take(gone(key=(each.key or b"").decode()))
                continue
            record = codecs.decode(each.topic, each.value)
            self._ledger.take(record)
            self._reckoning.take(record)
            self._centres.take(record)
            if isinstance(record, Escalation):
                self._staff.read(record)

    def _end(self, now: int) -> Figures:
        figures = self._reckoning.end(now)
        figures.counts += self._counts
        figures.findings = Counter(each.what.value for each in self._ledger.findings())
        return figures
