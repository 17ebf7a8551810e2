"""A week of service events that looks like life: seeded, so the same seed is the same week.

Each customer has a random stream of their own: more customers only add events. What the demo tells
stories about are customers with names (`STORIES`), at sites where everybody takes part.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec

from agents.core.calendar import MINUTE_MS, next_opening
from agents.core.world import Directory
from agents.records import codecs
from agents.simulation.demo.bad_day import BAD_DAY, THE_OTHERS, gus
from agents.simulation.demo.prices import cleo, dora, hal, iris, jon
from schemas.records import (
    Cause,
    Channel,
    CheckIn,
    Closure,
    CustomerResponse,
    Diagnosis,
    Erasure,
    Estimate,
    EstimateLine,
    Response,
    Site,
    Stage,
    Subject,
    Tier,
    WarrantyDecision,
    WarrantyDecisionName,
    Wish,
)

HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
BEGIN = int(datetime(2026, 9, 14, tzinfo=UTC).timestamp()) * 1000
"""A Monday without a holiday at any of the sites."""
END = BEGIN + 6 * DAY_MS
SYMPTOM = "noise at low speed"
STORIES = {
    "ada": "presses the button again and again; her cases are found unfounded, then abusive",
    "ben": "is throttled, appeals, and is right",
    "cleo": "has an open recall, and a claim denied against its cause",
    "dora": "is charged for a rise that she never authorised",
    "emil": "asks, and hears nothing for four hours of opening",
    "fay": "disputes an estimate, and asks to be forgotten",
    "gus": "is one of five on a bad day, and is promised a call that nobody makes",
    "hal": "is asked for a yes to a higher price, and gives it in time",
    "iris": "has a fleet whose prices rise by themselves; what we find is no request of hers",
    "jon": "is decided to be right about a price, and is charged all the same",
}


@dataclass(frozen=True, order=True, slots=True)
class Arrival:
    """One record as a producer sends it: `at` is its Kafka timestamp (epoch milliseconds)."""

    at: int
    topic: str
    key: bytes
    value: bytes


class EventGenerator:
    """Tells one customer's events: their own random stream, sites and running numbers.

    `late`: how many of their events are late, a fifth of those too late to count. `steady`: nothing
    is late or comes twice, so that their story is easy to follow.
    """

    def __init__(
        self,
        seed: int,
        customer_id: str,
        directory: Directory,
        *,
        late: float = 0.02,
        steady: bool = False,
    ) -> None:
        self.random = Random(f"{seed}:{customer_id}")  # noqa: S311 - nothing secret
        self.customer_id = customer_id
        self.directory = directory
        self.arrivals: list[Arrival] = []
        self._late = late
        self._steady = steady
        self._events = 0
        self._visits = 0

    def visit(
        self,
        site_id: str,
        day: int,
        *,
        check_in: bool = True,
        minutes: int = 0,
        symptom: str = SYMPTOM,
        vehicle: str = "car",
    ) -> "Stay":
        """Begins a visit in the first hours of a day's opening."""
        self._visits += 1
        site = self.directory.site(site_id)
        at = next_opening(site, BEGIN + day * DAY_MS + 5 * HOUR_MS)
        at += (minutes or self.random.randint(1, 150)) * MINUTE_MS
        stay = Stay(self, site, f"{self.customer_id}-v{self._visits}", at, symptom)
        stay.vehicle_id = f"{self.customer_id}-{vehicle}"
        if check_in:
            stay.check_in()
        return stay

    def send(self, topic: str, record: Any) -> None:  # noqa: ANN401 - any record of the topic
        """Sends a record: mostly at once, at times late, twice, or far too late."""
        value, chance = codecs.encode(topic, record), self.random.random()
        at = record.occurred_at + self.random.randint(200, 5_000)
        if self._steady:
            chance = 1.0
        if chance < self._late:
            at += self.random.randint(1, 9) * HOUR_MS
        elif chance < self._late * 1.2:
            at += 30 * HOUR_MS
        self.arrivals.append(Arrival(at, topic, self.customer_id.encode(), value))
        if 0.5 < chance < 0.53:
            at += self.random.randint(1, 20) * MINUTE_MS
            self.arrivals.append(Arrival(at, topic, self.customer_id.encode(), value))

    def event_id(self) -> str:
        """The next event's id."""
        self._events += 1
        return f"{self.customer_id}-e{self._events}"


class Stay:
    """One visit as it goes on; each call is an event some minutes after the one before."""

    def __init__(
        self, teller: EventGenerator, site: Site, visit_id: str, at: int, symptom: str
    ) -> None:
        self.teller, self.site, self.visit_id, self.at = teller, site, visit_id, at
        self.vehicle_id = f"{teller.customer_id}-car"
        self._symptom = symptom
        self._revisions: dict[str, int] = {}

    def _head(self, minutes: int) -> dict[str, Any]:
        self.at += minutes * MINUTE_MS
        return {
            "event_id": self.teller.event_id(),
            "occurred_at": self.at,
            "customer_id": self.teller.customer_id,
            "visit_id": self.visit_id,
            "vehicle_id": self.vehicle_id,
            "site_id": self.site.site_id,
        }

    def _revision(self, subject_id: str) -> int:
        self._revisions[subject_id] = self._revisions.get(subject_id, 0) + 1
        return self._revisions[subject_id]

    def check_in(self) -> None:
        """The vehicle is checked in."""
        language = "de" if self.site.country == "DE" else "en"
        if self.teller.random.random() < 0.1:
            language = {"de": "en", "en": "es"}[language]
        record = CheckIn(
            **self._head(0),
            language=language,
            channels=(Channel.APP, Channel.SMS),
            quiet_from="21:00",
            quiet_until="07:00",
            symptoms=(self._symptom,),
            promised_ready_at=self.at + 8 * HOUR_MS,
        )
        self.teller.send("service.check-ins", record)

    def diagnosis(self, *, minutes: int = 40, **changes: Any) -> None:  # noqa: ANN401
        """The centre (or somebody remote) finds a fault."""
        given: dict[str, Any] = {
            "diagnosis_id": f"{self.visit_id}-d1",
            "stage": Stage.CENTRE,
            "code": "P0420",
            "symptom": self._symptom,
            "cause": Cause.WEAR,
            "fault_found": True,
            "safety": False,
        } | changes
        revision = self._revision(str(given["diagnosis_id"]))
        record = Diagnosis(**self._head(minutes), revision=revision, **given)
        self.teller.send("service.diagnoses", record)

    def estimate(self, total: int, *, minutes: int = 30) -> None:
        """An estimate, or its next revision; amounts in minor units."""
        lines = (
            EstimateLine(operation="inspection", amount=total // 4),
            EstimateLine(operation="brake pads", amount=total - total // 4),
        )
        record = Estimate(
            **self._head(minutes),
            estimate_id=f"{self.visit_id}-q1",
            revision=self._revision("estimate"),
            currency=self.site.currency or "USD",
            total=total,
            subtotal=total * 10 // 11,
            lines=lines,
        )
        self.teller.send("service.estimates", record)

    def claim(self, decision: WarrantyDecisionName, *, minutes: int = 60) -> None:
        """A warranty decision, or its next revision."""
        record = WarrantyDecision(
            **self._head(minutes),
            claim_id=f"{self.visit_id}-w1",
            revision=self._revision("claim"),
            decision=decision,
            reason_code="W17",
            operations=("brake pads",),
        )
        self.teller.send("service.warranty-decisions", record)

    def says(
        self,
        response: Response,
        subject: Subject = Subject.NONE,
        *,
        minutes: int = 15,
        **more: Any,  # noqa: ANN401 - fields of the record
    ) -> None:
        """The customer says something."""
        record = CustomerResponse(**self._head(minutes), response=response, subject=subject, **more)
        self.teller.send("service.customer-responses", record)

    def close(self, charged: int | None = None, *, minutes: int = 180) -> None:
        """The visit is closed."""
        record = Closure(
            **self._head(minutes),
            charged_total=charged,
            charged_subtotal=None if charged is None else charged * 10 // 11,
            operations_done=("inspection", "brake pads"),
            rating=self.teller.random.choice((None, 3, 4, 5)),
        )
        self.teller.send("service.closures", record)


def quiet(stay: Stay, total: int) -> None:
    """Nothing happens that anybody would disagree about."""
    _agreed(stay, total)
    stay.close(total)


def rise_authorised(stay: Stay, total: int) -> None:
    """The estimate rises, and the customer says yes; at times the yes arrives before the rise."""
    _agreed(stay, total)
    stay.estimate(total * 13 // 10, minutes=60)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE, minutes=5, subject_revision=2)
    stay.close(total * 13 // 10)


def rise_small(stay: Stay, total: int) -> None:
    """A rise within the law's limit."""
    stay.estimate(total)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)
    stay.estimate(total * 105 // 100, minutes=60)
    stay.close(total * 105 // 100)


def rise_unauthorised(stay: Stay, total: int) -> None:
    """The estimate rises, and nobody asks."""
    _agreed(stay, total)
    stay.estimate(total * 14 // 10, minutes=90)
    stay.close(total * 14 // 10)


def disputed(stay: Stay, total: int) -> None:
    """The customer disputes the estimate; one in three thinks better of it."""
    stay.estimate(total)
    stay.says(Response.DISPUTED, Subject.ESTIMATE)
    if stay.teller.random.random() < 0.33:
        stay.says(Response.WITHDRAWN, Subject.ESTIMATE, minutes=8)
    stay.close(total)


def denied(stay: Stay, total: int) -> None:
    """The claim is denied though the fault is the maker's."""
    stay.diagnosis(cause=Cause.MANUFACTURING)
    stay.claim(WarrantyDecisionName.PENDING)
    stay.claim(WarrantyDecisionName.DENIED)
    stay.estimate(total)
    stay.says(Response.DISPUTED, Subject.WARRANTY)
    stay.close(total)


def button(stay: Stay, total: int) -> None:
    """The customer presses the button."""
    _agreed(stay, total)
    stay.says(Response.REQUESTED, minutes=50, wish=Wish(language="en"))
    stay.close(total)


def recall(stay: Stay, total: int) -> None:
    """An open recall, and work that is declined and done all the same."""
    stay.diagnosis(cause=Cause.MANUFACTURING, safety=True, recall_id="R-2026-11")
    stay.estimate(total)
    stay.says(Response.DECLINED, Subject.ESTIMATE)
    stay.close(0)


def remote_differs(stay: Stay, total: int) -> None:
    """Remote diagnosis says one thing, the centre another."""
    stay.diagnosis(stage=Stage.REMOTE, code="P0171", diagnosis_id=f"{stay.visit_id}-d0", minutes=5)
    _agreed(stay, total)
    stay.close(total)


def called(stay: Stay, total: int) -> None:
    """The customer rings the manager from the card."""
    _agreed(stay, total)
    managers = stay.teller.directory.managers_of(
        Tier.REGIONAL, stay.site.site_id, stay.site.region_id
    )
    rung = managers[0].manager_id if managers else None
    stay.says(Response.CALLED, minutes=30, wish=Wish(manager_id=rung))
    stay.close(total)


def unanswered(stay: Stay, total: int) -> None:
    """The customer asks, and hears nothing until the next day."""
    _agreed(stay, total)
    stay.says(Response.ASKED)
    stay.close(total, minutes=24 * 60)


def _agreed(stay: Stay, total: int) -> None:
    """A fault, its price and a yes: who is charged without having seen a price disputes that."""
    stay.diagnosis()
    stay.estimate(total)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)


Plot = Callable[[Stay, int], None]
PLOTS: tuple[tuple[int, Plot], ...] = (
    (50, quiet),
    (12, rise_authorised),
    (6, rise_small),
    (7, rise_unauthorised),
    (6, disputed),
    (6, denied),
    (5, button),
    (3, recall),
    (3, remote_differs),
    (2, called),
)
"""How often each happens, in percent."""


def life(seed: int, customers: int, directory: Directory) -> list[Arrival]:
    """The week's records in the order in which they arrive."""
    arrivals: list[Arrival] = []
    sites = sorted(directory.sites)
    for number in range(customers):
        teller = EventGenerator(seed, f"c{number:05d}", directory)
        _anybody(teller, sites)
        arrivals += teller.arrivals
    for name, story in (_STORIES | THE_OTHERS).items():
        teller = EventGenerator(seed, name, directory, steady=True)
        story(teller)
        arrivals += teller.arrivals
    arrivals += list(_unreadable(seed, arrivals))
    return sorted(each for each in arrivals if each.at < END)


def _anybody(teller: EventGenerator, sites: list[str]) -> None:
    random = teller.random
    for _ in range(1 if random.random() < 0.9 else 2):
        site_id, day = random.choice(sites), random.randint(0, 4)
        (plot,) = random.choices([plot for _, plot in PLOTS], [weight for weight, _ in PLOTS])
        if (site_id, day) == BAD_DAY and random.random() < 0.7:
            plot = random.choice((rise_unauthorised, denied, disputed))
        stay = teller.visit(site_id, day, check_in=random.random() > 0.05)
        plot(stay, random.randint(80, 900) * 100)


def _ada(teller: EventGenerator) -> None:
    for day in range(5):
        stay = teller.visit("miami", day, minutes=30)
        stay.says(Response.REQUESTED, minutes=20)
        if day == 4:
            stay.says(Response.APPEALED, minutes=30)
        stay.close()


def _ben(teller: EventGenerator) -> None:
    for day in range(3):
        stay = teller.visit("muenchen", day, minutes=20)
        stay.estimate(40_000)
        stay.says(Response.DISPUTED, Subject.ESTIMATE)
        if day == 2:
            stay.says(Response.APPEALED, minutes=25)
        stay.close(40_000, minutes=300)


def _emil(teller: EventGenerator) -> None:
    stay = teller.visit("stuttgart", 1, minutes=20)
    stay.diagnosis()
    stay.says(Response.ASKED, Subject.DIAGNOSIS)
    stay.estimate(38_000, minutes=25 * 60)
    stay.says(Response.AUTHORISED, Subject.ESTIMATE)
    stay.close(38_000)


def _fay(teller: EventGenerator) -> None:
    stay = teller.visit("detroit", 2, minutes=10)
    stay.estimate(52_000)
    stay.says(Response.DISPUTED, Subject.ESTIMATE, minutes=10)
    stay.close(52_000, minutes=1)
    # Long enough after for the case to be open whatever the steps in which the week is played.
    forgotten = Erasure(customer_id=teller.customer_id, occurred_at=stay.at + 4 * HOUR_MS)
    teller.send("privacy.erasures", forgotten)
    closure = next(each for each in teller.arrivals if each.topic == "service.closures")
    teller.arrivals.remove(closure)
    teller.arrivals.append(replace(closure, at=closure.at + 5 * HOUR_MS))


_STORIES: dict[str, Callable[[EventGenerator], None]] = {
    "ada": _ada,
    "ben": _ben,
    "cleo": cleo,
    "dora": dora,
    "emil": _emil,
    "fay": _fay,
    "gus": gus,
    "hal": hal,
    "iris": iris,
    "jon": jon,
}


def _unreadable(seed: int, arrivals: list[Arrival]) -> Iterator[Arrival]:
    """What no consumer can read, or nobody should have sent, among the good records."""
    random = Random(f"{seed}:unreadable")  # noqa: S311 - nothing secret
    for spoil in (_garbage, _cut_short, _another_schema, _wrong_key, _no_value_left):
        for victim in random.sample(arrivals, 2):
            yield spoil(victim)


def _garbage(victim: Arrival) -> Arrival:
    return Arrival(victim.at + 1, victim.topic, victim.key, b'{"event_id": "as JSON"}')


def _cut_short(victim: Arrival) -> Arrival:
    return Arrival(victim.at + 1, victim.topic, victim.key, victim.value[:-3])


def _another_schema(victim: Arrival) -> Arrival:
    return Arrival(victim.at + 1, victim.topic, victim.key, b"\xc3\x01unknown!" + victim.value[10:])


def _wrong_key(victim: Arrival) -> Arrival:
    return Arrival(victim.at + 1, victim.topic, b"somebody-else", victim.value)


def _no_value_left(victim: Arrival) -> Arrival:
    record = codecs.decode(victim.topic, victim.value)
    named = "event_id" if hasattr(record, "event_id") else "customer_id"  # an erasure is no event
    changed = msgspec.structs.replace(record, occurred_at=victim.at, **{named: ""})
    value = codecs.codec(victim.topic).encode_plain(msgspec.to_builtins(changed))
    return Arrival(victim.at + 1, victim.topic, victim.key, value)
