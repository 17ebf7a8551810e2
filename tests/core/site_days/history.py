"""A few days at two sites, as records of the topics that stage insights reads; and the stage."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from agents.core.handling import Arrived, Handled, in_one_go
from agents.core.policy import Policy
from agents.core.site_days.handle import handle, handle_time
from agents.core.site_days.partition import Partition
from agents.core.site_days.state import State
from agents.core.world import Directory, World
from schemas.records import (
    Answer,
    Arm,
    Decision,
    Delivery,
    Disagreement,
    Escalation,
    EscalationStatus,
    Insight,
    Kind,
    OutcomeName,
    Reason,
    Remedy,
    Response,
    Rule,
    Severity,
    SiteDay,
    Subject,
    Tier,
)
from tests.core.builders import DAY, HOUR, START, package_policy, site
from tests.strict import readable

ZONES = {"berlin": "Europe/Berlin", "fresno": "America/Los_Angeles"}
DIRECTORY = Directory(
    sites=tuple(site(site_id=name, time_zone=zone) for name, zone in ZONES.items())
)
TOPICS: Mapping[type, str] = {
    Insight: "recourse.insights",
    Disagreement: "recourse.disagreements",
    Escalation: "recourse.escalations",
    Answer: "recourse.answers",
    Delivery: "recourse.deliveries",
}


class Given(Struct, frozen=True):
    """A record as it lies in its topic; `id`: its header `event_id`."""

    record: Any
    id: str | None = None
    at: int = START
    offset: int = 0


class Insights:
    """One partition of stage insights; `written` is all that it wrote."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or package_policy()
        self.partition = Partition()
        self.now = START
        self.written: list[SiteDay] = []

    def hears(self, given: Given) -> Handled[State]:
        self.now = max(self.now, given.at)
        arrived = Arrived(
            topic=TOPICS[type(given.record)],
            record=given.record,
            timestamp=given.at,
            offset=given.offset,
            record_id=given.id,
        )
        return self._take(handle(self.partition, arrived, self.world))

    def tick(self, at: int, aside: Mapping[str, Exception] | None = None) -> list[SiteDay]:
        self.now = max(self.now, at)
        before = len(self.written)
        self._take(in_one_go(handle_time(self.partition, self.world, aside or {})))
        return self.written[before:]

    def restart(self) -> None:
        kept = dict(self.partition.records())
        self.partition = Partition()
        self.partition.restore(kept)

    @property
    def world(self) -> World:
        return World(now=self.now, policy=self.policy, directory=DIRECTORY)

    @property
    def state(self) -> dict[str, object]:
        """What is kept, as plain data."""
        return {key: msgspec.msgpack.decode(value, strict=False) for key, value in
                self.partition.records()}  # fmt: skip

    def _take(self, handled: Handled[State]) -> Handled[State]:
        readable(handled.outputs)
        assert handled.rejected is None
        self.partition.apply(handled.changed)
        for output in handled.outputs:
            assert isinstance(output.record, SiteDay)
            self.written.append(output.record)
        return handled


def all_written(given: Iterable[Given], policy: Policy | None = None) -> list[SiteDay]:
    stage = Insights(policy)
    for each in given:
        stage.hears(each)
    stage.tick(stage.now + DAY)
    return stage.written


def insight(
    counts: Mapping[str, int], of: str = "i1", at: int = START, offset: int = 0, **fields: Any
) -> Given:
    whole: dict[str, Any] = {
        "site_id": "berlin",
        "day": date(2026, 3, 2),
        "arm": Arm.LIVE,
        "region_id": "r1",
    }
    return Given(Insight(counts=dict(counts), **(whole | fields)), of, at, offset)


def step(status: str, number: int, at: int = START, **fields: Any) -> Given:
    whole: dict[str, Any] = {
        "escalation_id": "v1:1",
        "occurred_at": at,
        "visit_id": "v1",
        "customer_id": "c1",
        "site_id": "berlin",
        "region_id": "r1",
        "severity": Severity.NORMAL,
        "tier": Tier.LOCAL,
        "kinds": (Kind.REQUEST,),
        "disagreement_ids": ("v1:REQUESTED_BY_CUSTOMER:1",),
        "passed_over": (),
        "acknowledge_by": START + HOUR,
        "decide_by": START + 4 * HOUR,
        "reasons": (),
        "policy_version": "p1",
    }
    record = Escalation(step=number, status=EscalationStatus(status), **(whole | fields))
    return Given(record, None, at)


def resolved(
    number: int, outcome: str = "UPHELD", at: int = START, remedy: Remedy | None = None, **more: Any
) -> Given:
    return step("RESOLVED", number, at, outcome=OutcomeName(outcome), remedy=remedy, **more)


def appeal_of_throttle() -> Reason:
    return Reason(code="APPEAL", facts={"of": "v1:ESTIMATE_DISPUTED:1", "event_id": "e1"})


def appeal_of_outcome() -> Reason:
    facts = {"of": "v1:1", "event_id": "e1", "outcome": "UNFOUNDED", "decided_at": "2026-03-02"}
    return Reason(code="APPEAL", facts=facts)


def decided(decision: str, n: int = 1, at: int = START, **fields: Any) -> Given:
    rule = fields.get("rule", Rule.ESTIMATE_OVER_AUTHORISED)
    whole: dict[str, Any] = {
        "disagreement_id": f"{fields.get('visit_id', 'v1')}:{rule}:{n}",
        "n": n,
        "visit_id": "v1",
        "customer_id": "c1",
        "site_id": "berlin",
        "region_id": "r1",
        "kind": Kind.ESTIMATE,
        "rule": rule,
        "severity": Severity.NORMAL,
        "arm": Arm.LIVE,
        "trigger_event_id": "e1",
        "occurred_at": at,
        "decided_at": at,
        "reasons": (),
        "language": "en",
        "channels": (),
        "time_zone": "UTC",
        "policy_version": "p1",
    }
    return Given(Disagreement(decision=Decision(decision), **(whole | fields)), None, at)


def answer(event_id: str, response: str = "ASKED", at: int = START, **fields: Any) -> Given:
    whole: dict[str, Any] = {"escalation_id": "v1:1", "visit_id": "v1", "region_id": "r1"}
    record = Answer(
        event_id=event_id,
        occurred_at=at,
        response=Response(response),
        subject=Subject.NONE,
        **(whole | fields),
    )
    return Given(record, None, at)


def delivery(notice_id: str, *, delivered: bool, at: int = START, **fields: Any) -> Given:
    whole: dict[str, Any] = {"escalation_id": "v1:1", "region_id": "r1"}
    record = Delivery(notice_id=notice_id, occurred_at=at, delivered=delivered, **(whole | fields))
    return Given(record, None, at)
