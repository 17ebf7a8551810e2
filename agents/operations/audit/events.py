"""What the events say of visits on which a manager decided something for the customer.

Of each event only what tells whether such a decision was kept, so no more than that is held.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from agents.core.calendar import HOUR_MS
from agents.core.policy import Policy
from agents.core.policy_values import ServiceTopic
from schemas.records import (
    CheckIn,
    Closure,
    CustomerResponse,
    Estimate,
    Response,
    Subject,
    WarrantyDecision,
    WarrantyDecisionName,
)

TOPICS: Final = (
    "service.check-ins",
    "service.estimates",
    "service.warranty-decisions",
    "service.customer-responses",
    "service.closures",
)
_EVENTS_AT_MOST: Final = 200
"""A visit of more is not looked at: from 300 on the pipeline itself takes none."""
_WORDS: Final = (Response.AUTHORISED, Response.DECLINED, Response.RATED)
_COVERS: Final = (WarrantyDecisionName.APPROVED, WarrantyDecisionName.GOODWILL)
Place = tuple[int, str]
"""A visit: the hash of its customer's id, which is not held, and its own id."""


class Event(Struct, frozen=True, kw_only=True):
    """When it occurred and arrived (ms), and how late one of its topic may be."""

    event_id: str
    at: int
    arrived: int
    topic: ServiceTopic


class Price(Event, frozen=True, kw_only=True):
    """A revision of an estimate."""

    estimate_id: str
    revision: int
    total: int


class Charge(Event, frozen=True, kw_only=True):
    """A closure; `total`: what it charges, if it says."""

    total: int | None


class Cover(Event, frozen=True, kw_only=True):
    """A revision of a claim; `percent`: how much of it is paid for the customer."""

    claim_id: str
    revision: int
    percent: int


class Word(Event, frozen=True, kw_only=True):
    """AUTHORISED, DECLINED or RATED; of which estimate, if it says."""

    said: Response
    estimate_id: str | None
    revision: int | None
    total: int | None


class VisitEvents(Struct, kw_only=True):
    """The events of one visit; `begun`: whether its check-in is among those that are there."""

    begun: bool = False
    full: bool = False
    sites: set[str] = field(default_factory=set)
    events: dict[str, Price | Charge | Cover | Word] = field(default_factory=dict)
    currencies: set[str] = field(default_factory=set)

    def prices(self) -> list[Price]:
        """The revisions of its estimates, as they came."""
        return [each for each in self.events.values() if isinstance(each, Price)]

    def charges(self) -> list[Charge]:
        """Its closures, as they came."""
        return [each for each in self.events.values() if isinstance(each, Charge)]

    def covers(self, claim_id: str) -> list[Cover]:
        """The revisions of a claim, as they came."""
        found = (each for each in self.events.values() if isinstance(each, Cover))
        return [each for each in found if each.claim_id == claim_id]

    def words(self, said: Response) -> list[Word]:
        """What the customer said of one kind, as it came."""
        found = (each for each in self.events.values() if isinstance(each, Word))
        return [each for each in found if each.said is said]


class Limits(Struct, frozen=True, kw_only=True):
    """What every policy that is known takes: how late an event may be, and how far ahead (ms)."""

    late: Mapping[ServiceTopic, int]
    ahead: int

    def takes(self, event: Event) -> bool:
        """Whether the pipeline took an event, whichever of the policies was in force."""
        return -self.ahead <= event.arrived - event.at <= self.late[event.topic]


def limits_of(policies: Mapping[str, Policy]) -> Limits:
    """The narrowest of all."""
    known = policies.values()
    return Limits(
        late={
            topic: min((each.late_after(topic) for each in known), default=0) * HOUR_MS
            for topic in ServiceTopic
        },
        ahead=min((int(each.ahead_at_most_minutes) * 60_000 for each in known), default=0),
    )


def place_of(customer_id: str, visit_id: str) -> Place:
    """What stands for a visit; two customers may give theirs one id."""
    return hash(customer_id), visit_id


class Events:
    """The events of the visits that are looked at, in whatever order they come."""

    def __init__(self) -> None:
        self._visits: dict[Place, VisitEvents] = {}

    def of(self, place: Place) -> VisitEvents:
        """Those of one visit."""
        return self._visits.get(place, VisitEvents())

    def take(self, record: Struct, at: int) -> None:
        """An event more; `at`: when it came into its topic (ms). The first of an id counts."""
        match record:
            case CheckIn():
                visit = self._visit(record)
                visit.begun = True
                visit.sites.add(record.site_id)
            case Estimate():
                self._add(record, record.currency, _price(record, at))
            case Closure():
                self._add(record, record.currency, _charge(record, at))
            case WarrantyDecision():
                self._add(record, None, _cover(record, at))
            case CustomerResponse() if record.response in _WORDS:
                self._add(record, record.currency, _word(record, at))
            case _:
                pass

    def _add(
        self,
        record: Estimate | Closure | WarrantyDecision | CustomerResponse,
        currency: str | None,
        event: Price | Charge | Cover | Word,
    ) -> None:
        visit = self._visit(record)
        if len(visit.events) >= _EVENTS_AT_MOST:
            visit.full = True
            return
        visit.events.setdefault(event.event_id, event)
        visit.sites.add(record.site_id)
        visit.currencies.update(() if currency is None else (currency,))

    def _visit(
        self, record: CheckIn | Estimate | Closure | WarrantyDecision | CustomerResponse
    ) -> VisitEvents:
        place = place_of(record.customer_id, record.visit_id)
        return self._visits.setdefault(place, VisitEvents())


def _price(record: Estimate, at: int) -> Price:
    return Price(
        event_id=record.event_id,
        at=record.occurred_at,
        arrived=at,
        topic=ServiceTopic.ESTIMATES,
        estimate_id=record.estimate_id,
        revision=record.revision,
        total=record.total,
    )


def _charge(record: Closure, at: int) -> Charge:
    return Charge(
        event_id=record.event_id,
        at=record.occurred_at,
        arrived=at,
        topic=ServiceTopic.CLOSURES,
        total=record.charged_total,
    )


def _cover(record: WarrantyDecision, at: int) -> Cover:
    whole = 100 if record.covered_percent is None else record.covered_percent
    return Cover(
        event_id=record.event_id,
        at=record.occurred_at,
        arrived=at,
        topic=ServiceTopic.WARRANTY_DECISIONS,
        claim_id=record.claim_id,
        revision=record.revision,
        percent=whole if record.decision in _COVERS else 0,
    )


def _word(record: CustomerResponse, at: int) -> Word:
    of_estimate = record.subject in (Subject.ESTIMATE, Subject.NONE)
    return Word(
        event_id=record.event_id,
        at=record.occurred_at,
        arrived=at,
        topic=ServiceTopic.CUSTOMER_RESPONSES,
        said=record.response,
        estimate_id=record.subject_id if of_estimate else "",
        revision=record.subject_revision,
        total=record.authorised_total,
    )
