"""What an outcome of the desk changes of a customer, and of what it is no outcome."""

from msgspec.structs import replace

from agents.core.customers.outcomes import with_outcome
from agents.core.customers.state import Case, Customer, Escalated, PastVisit, Visit
from agents.core.world import Directory, World
from agents.reference_data.policy_files import default_policy
from schemas.records import Arm, OutcomeName, OutcomeStatus
from tests.core.desk.world import NOW, outcome

WORLD = World(now=NOW, policy=default_policy(), directory=Directory())
RESOLVED = outcome(status=OutcomeStatus.RESOLVED, outcome=OutcomeName.UPHELD)


BEGUN = Customer(
    customer_id="c1",
    first_visit_id="v1",
    first_visit_at=0,
    first_event_id="e1",
    last_visit_at=0,
)


def test_only_the_escalation_that_it_is_of_was_heard_of_now() -> None:
    known = (Escalated("v1:1", "r1", 1), Escalated("v2:1", "r1", 2))

    after = with_outcome(replace(BEGUN, escalations=known), RESOLVED, WORLD)

    assert set(after.escalations) == {Escalated("v1:1", "r1", NOW), Escalated("v2:1", "r1", 2)}


def test_a_visit_that_opened_anew_takes_of_its_line_the_case_that_is_spoken_of_alone() -> None:
    cases = (Case(escalation_id="v1:1", opened_at=0), Case(escalation_id="v1:2", opened_at=0))
    line = PastVisit(
        visit_id="v1", vehicle_id=None, first_occurred_at=0, last_occurred_at=0, cases=cases
    )
    visit = Visit(
        visit_id="v1",
        site_id="s1",
        region_id="r1",
        arm=Arm.LIVE,
        first_event_id="e1",
        first_occurred_at=0,
        last_event_at=0,
        opened_at=0,
    )

    after = with_outcome(replace(BEGUN, visits={"v1": visit}, past=(line,)), RESOLVED, WORLD)

    assert [each.escalation_id for each in after.visits["v1"].cases] == ["v1:1"]
