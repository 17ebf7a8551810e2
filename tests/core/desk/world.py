"""A small world for the desk's tests: one site in Berlin, open Monday to Friday 09:00 to 17:00."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from agents.core.desk.handle import handle, handle_time
from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.timers.firing import next_moment
from agents.core.handling import NOTHING, Arrived, Handled, in_one_go
from agents.core.policy import Policy, policy_from
from agents.core.policy_values import merge
from agents.core.world import Directory, World
from agents.reference_data.policy_files import default_data
from schemas.records import (
    Action,
    ActionName,
    Arm,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Hours,
    Insight,
    Kind,
    Manager,
    ManagerContact,
    Notice,
    Outcome,
    Reason,
    Rule,
    Severity,
    Site,
    Tier,
)
from tests.core.desk.cases_topic import CasesTopic
from tests.strict import readable

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SITE = Site(
    site_id="s1",
    region_id="r1",
    name="Moosach",
    country="DE",
    subdivision="DE-BY",
    currency="EUR",
    time_zone="Europe/Berlin",
    hours=(Hours(days=(1, 2, 3, 4, 5), from_="09:00", to="17:00"),),
    holidays="DE-BY",
    closed_on=(),
)


def at(text: str, zone: str = "Europe/Berlin") -> int:
    """Epoch milliseconds of a local time such as 2026-03-02 09:00."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


NOW = at("2026-03-02 10:00")  # a Monday


def manager(manager_id: str, tier: Tier = Tier.LOCAL, **fields: Any) -> Manager:
    """Somebody of site s1 or region r1 who speaks German and always works."""
    local = tier is Tier.LOCAL
    whole: dict[str, Any] = {
        "name": manager_id.upper(),
        "site_ids": ("s1",) if local else (),
        "region_ids": () if local else ("r1",),
        "languages": ("de",),
        "phone": None,
        "email": f"{manager_id}@example.com",
        "app_handle": None,
        "shifts": (),
        "time_zone": "Europe/Berlin",
        "absences": (),
        "max_open": None,
        "max_new_a_day": None,
    }
    return Manager(manager_id=manager_id, tier=tier, **(whole | fields))


LENA = manager("lena")
RUTH = manager("ruth", Tier.REGIONAL)
EVA = manager("eva", Tier.EXECUTIVE)
STAFF = (LENA, RUTH, EVA)


def contact(of: Manager) -> ManagerContact:
    return ManagerContact(
        manager_id=of.manager_id,
        name=of.name,
        phone=of.phone,
        email=of.email,
        app_handle=of.app_handle,
    )


def policy(**differs: Any) -> Policy:
    """The package's, but for ceilings: what these change is the matter of `test_ceilings.py`."""
    return policy_from(merge(_WITHOUT_CEILINGS, differs), default_data())


_WITHOUT_CEILINGS: dict[str, Any] = {
    "wish": {"max_tier": "EXECUTIVE"},
    "clocks": {each: {"highest_tier": "EXECUTIVE"} for each in ("NORMAL", "LOW")},
}


def world(
    *managers: Manager,
    now: int = NOW,
    sites: tuple[Site, ...] = (SITE,),
    holds: Policy | None = None,
) -> World:
    return World(now=now, policy=holds or policy(), directory=Directory(sites, managers or STAFF))


def disagreement(disagreement_id: str = "v1:ESTIMATE_DISPUTED:1", **fields: Any) -> Disagreement:
    """A RAISED, NORMAL, of customer c1 on visit v1."""
    whole: dict[str, Any] = {
        "n": 1,
        "visit_id": "v1",
        "customer_id": "c1",
        "vehicle_id": "car",
        "site_id": "s1",
        "region_id": "r1",
        "kind": Kind.ESTIMATE,
        "rule": Rule.ESTIMATE_DISPUTED,
        "subject_id": None,
        "severity": Severity.NORMAL,
        "decision": Decision.RAISED,
        "would_be": None,
        "arm": Arm.LIVE,
        "trigger_event_id": "e1",
        "occurred_at": NOW,
        "decided_at": NOW,
        "reasons": (Reason(code="DISPUTED", facts={"subject": "ESTIMATE"}),),
        "escalation_id": "v1:1",
        "wish": None,
        "language": "de",
        "channels": (),
        "quiet_from": None,
        "quiet_until": None,
        "time_zone": "Europe/Berlin",
        "policy_version": "default",
        "corrects": None,
    }
    return Disagreement(disagreement_id=disagreement_id, **(whole | fields))


def joined(disagreement_id: str = "v1:DIAGNOSIS_DISPUTED:1", **fields: Any) -> Disagreement:
    whole = {
        "decision": Decision.JOINED,
        "kind": Kind.DIAGNOSIS,
        "rule": Rule.DIAGNOSIS_DISPUTED,
    }
    return disagreement(disagreement_id, **(whole | fields))


def appeal(number: int = 1, **fields: Any) -> Disagreement:
    """The customer's appeal on visit v1, which joins the case."""
    whole = {"rule": Rule.APPEALED_BY_CUSTOMER, "kind": Kind.REQUEST}
    return joined(f"v1:APPEALED_BY_CUSTOMER:{number}", **(whole | fields))


def corrected(corrects: str | None = "v1:ESTIMATE_DISPUTED:1", **fields: Any) -> Disagreement:
    whole = {"decision": Decision.CORRECTED, "corrects": corrects, "reasons": (GONE,)}
    return disagreement(f"{corrects}:corrected", **(whole | fields))


GONE = Reason(code="GONE", facts={})


def action(what: ActionName, by: str = "lena", action_id: str = "a1", **fields: Any) -> Action:
    whole: dict[str, Any] = {
        "occurred_at": NOW,
        "escalation_id": "v1:1",
        "region_id": "r1",
        "until": None,
        "to_manager_id": None,
        "outcome": None,
        "reason": None,
    }
    return Action(action_id=action_id, by=by, action=what, **(whole | fields))


SPOKE = action(ActionName.CONTACTED, action_id="spoke")
"""That lena spoke with the customer, without which nobody may wait for them."""


def escalation(**fields: Any) -> Escalation:
    """The first step of what `disagreement()` opens at NOW."""
    whole: dict[str, Any] = {
        "escalation_id": "v1:1",
        "step": 0,
        "status": EscalationStatus.OPENED,
        "occurred_at": NOW,
        "visit_id": "v1",
        "customer_id": "c1",
        "site_id": "s1",
        "region_id": "r1",
        "severity": Severity.NORMAL,
        "tier": Tier.LOCAL,
        "kinds": (Kind.ESTIMATE,),
        "disagreement_ids": ("v1:ESTIMATE_DISPUTED:1",),
        "incident_id": None,
        "merged_into": None,
        "manager": contact(LENA),
        "passed_over": (),
        "acknowledge_by": at("2026-03-02 12:00"),
        "decide_by": at("2026-03-03 10:00"),
        "until": None,
        "by": None,
        "outcome": None,
        "reasons": (Reason(code="DISPUTED", facts={"subject": "ESTIMATE"}),),
        "policy_version": "default",
    }
    return Escalation(**(whole | fields))


def outcome(**fields: Any) -> Outcome:
    whole: dict[str, Any] = {
        "escalation_id": "v1:1",
        "visit_id": "v1",
        "customer_id": "c1",
        "occurred_at": NOW,
        "outcome": None,
        "on_appeal": False,
        "withdrawn_by": None,
        "merged_into": None,
    }
    return Outcome(**(whole | fields))


class Desk:
    """A partition that takes over what each handling changed; every step must follow the last.

    What people are told is kept apart, in `notices`, what is counted in `insights`, and where cases
    stand in `cases`, which is checked after each handling.
    """

    def __init__(self, *managers: Manager, **fields: Any) -> None:
        self.partition = Partition()
        self.managers = managers
        self.fields = fields
        self.steps: dict[str, int] = {}
        self.notices: list[Notice] = []
        self.insights: list[Insight] = []
        self.cases = CasesTopic()

    def world(self, now: int) -> World:
        return world(*self.managers, now=now, **self.fields)

    def hears(self, record: Struct, now: int = NOW) -> Handled[EscalationState]:
        arrived = Arrived(topic="any", record=record, timestamp=now)
        return self._taken_over(handle(self.partition, arrived, self.world(now)))

    def says(self, record: Struct, now: int = NOW) -> list[Any]:
        """What one record makes, steps and outcomes; it must be applied."""
        handled = self.hears(record, now)
        assert (handled.rejected, handled.passed_over) == (None, None)
        return [output.record for output in handled.outputs]

    def ticks(self, now: int) -> list[Any]:
        """What time makes; none of it is a failure of ours."""
        handled = self.ticked(now)
        assert handled.failures == ()
        return [output.record for output in handled.outputs]

    def ticked(
        self, now: int, aside: Mapping[str, Exception] = NOTHING
    ) -> Handled[EscalationState]:
        """The same with what fails; `aside`: the cases on which it is known to."""
        handled = in_one_go(handle_time(self.partition, self.world(now), aside))
        return self._taken_over(handled)

    def state(self, escalation_id: str = "v1:1") -> EscalationState:
        return self.partition.records[escalation_id]

    def next_due(self, now: int) -> int | None:
        return next_moment(self.partition, self.world(now))

    def _taken_over(self, handled: Handled[EscalationState]) -> Handled[EscalationState]:
        """The handling without notices, insights and cases, which come after everything else."""
        readable(handled.outputs)
        told = [each.record for each in handled.outputs if isinstance(each.record, Notice)]
        self.notices += told
        counted = [each.record for each in handled.outputs if isinstance(each.record, Insight)]
        self.insights += counted
        shown = [each for each in handled.outputs if each.topic == "recourse.cases"]
        self.cases.takes(each.record for each in handled.outputs)
        others = len(handled.outputs) - len(told) - len(counted) - len(shown)
        last = [
            *("recourse.notices" for _ in told),
            *("recourse.insights" for _ in counted),
            *("recourse.cases" for _ in shown),
        ]
        assert [each.topic for each in handled.outputs[others:]] == last
        handled = replace(handled, outputs=handled.outputs[:others])
        for output in handled.outputs:
            topic = {Escalation: "recourse.escalations", Outcome: "recourse.outcomes"}
            assert output.topic == topic[type(output.record)]
            if isinstance(output.record, Escalation):
                step = self.steps.get(output.record.escalation_id, -1) + 1
                assert output.record.step == step
                assert output.record.acknowledge_by <= output.record.decide_by
                self.steps[output.record.escalation_id] = step
        self.partition.apply(handled.changed)
        self.cases.check(self.partition)
        return handled
