"""What a rule looks at."""

from msgspec import Struct

from agents.core.customers.state import Customer, Visit
from agents.core.policy import Jurisdiction
from agents.core.world import World
from schemas.records import Site


class RuleContext(Struct, frozen=True, kw_only=True):
    """One visit of one customer, with the site's facts and law, while one event is handled.

    `visit` is the one judged; `customer` holds it too, with the others. `event_id` is that of the
    event being handled (None for a tick or an outcome): the trigger of the customer's own words is
    the
    one that has just arrived. `site` is the visit's (limits are its), also of another region.
    """

    customer: Customer
    visit: Visit
    world: World
    site: Site
    jurisdiction: Jurisdiction
    event_id: str | None = None
