"""By what the arms of the pilot are compared: each customer's visits in sums, and what they move.

The unit is the customer: visits of one customer are alike, so counting them as if they were many
people finds effects that are none. What a comparison needs of an arm are the number of customers,
and over them the sums, squares and products of what each one's visits add up to (the delta method:
Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics", KDD 2018). A customer's own
sums stay in their record, and go with it. What is published is by how much they moved their arm's.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from agents.core.calendar import DAY_MS
from agents.core.customers.compared_sums import Compared, Visited
from agents.core.customers.rule_base.facts import later
from agents.core.customers.rule_base.history import check_in, other_lines
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.state import Customer, PastVisit, Visit
from agents.core.customers.words import settled_by
from schemas.records import Settled

MOST_PLACES: Final = 12
"""Of one customer: visits at further sites, arms and shares are compared with nothing."""
_RETURN_MS: Final = 14 * DAY_MS


RATIOS: Final = (
    ("visits", "same_day"),
    ("visits", "returned"),
    ("visits", "findings"),
    ("rated", "ratings"),
)
"""What is compared, as a share: how often, or how much, of what."""


def compared(
    customer: Customer, visit: Visit, visited: Visited
) -> tuple[Customer, dict[str, int], int | None]:
    """The customer with what a visit adds, by how much their arm's moments move, and its share.

    Nothing moves where the arm was not drawn by the share of a LIVE site: there the share is None.
    """
    if not visit.share:
        return customer, {}, None
    place = (visit.site_id, visit.arm, visit.share)
    others = tuple(each for each in customer.compared if each.place != place)
    known = next((each for each in customer.compared if each.place == place), None)
    if known is None and len(others) >= MOST_PLACES:
        return customer, {}, None
    before = known or Compared(*place)
    after = before.with_visit(visited)
    moved = {"customers": int(known is None)} | _moved(before, after)
    return replace(customer, compared=(*others, after)), moved, visit.share


def _moved(before: Compared, after: Compared) -> dict[str, int]:
    was, now = dict(_moments(before)), dict(_moments(after))
    return {name: now[name] - was[name] for name in now}


def _moments(sums: Compared) -> Iterator[tuple[str, int]]:
    for base, part in RATIOS:
        x, y = getattr(sums, base), getattr(sums, part)
        yield f"customers_{base}_squared", x * x
        yield f"customers_{part}_squared", y * y
        yield f"customers_{base}_by_{part}", x * y


def rating_of(visit: Visit) -> int | None:
    """The rating in force: the closure's, else the customer's own that occurred last."""
    closure = later(visit.closures) if visit.closures else None
    if closure is not None and closure.rating is not None:
        return closure.rating
    given = [each for each in visit.responses if each.rating is not None]
    return later(given).rating if given else None


def settled_of(visit: Visit) -> Settled | None:
    """Whether the customer last said that the matter is settled."""
    said = [each for each in visit.responses if settled_by(each) is not None]
    return settled_by(later(said)) if said else None


def rated_anew(visit: Visit) -> tuple[Visit, Visited, dict[str, int]]:
    """The visit with its rating counted, and what that changes of what was counted of it before."""
    rating, settled = rating_of(visit), settled_of(visit)
    was, before = visit.rating_counted, visit.settled_counted
    visited = Visited(
        rated=int(rating is not None) - int(was is not None),
        ratings=(rating or 0) - (was or 0),
    )
    counts = {"visits_rated": visited.rated, "ratings": visited.ratings}
    if settled is not before:
        counts |= {f"settled_{each.lower()}": -1 for each in (before,) if each is not None}
        counts |= {f"settled_{each.lower()}": 1 for each in (settled,) if each is not None}
    return replace(visit, rating_counted=rating, settled_counted=settled), visited, counts


def is_return(context: RuleContext) -> bool:
    """Whether the vehicle came back within 14 days of a visit, for a symptom it was there for."""
    begun = check_in(context.visit)
    if begun is None or not begun.symptoms:
        return False
    named = set(later(context.visit.check_ins).symptoms)
    return any(
        symptom in named and 0 <= begun.occurred_at - at <= _RETURN_MS
        for symptom, at in _treated(other_lines(context))
    )


def _treated(lines: Iterable[PastVisit]) -> Iterator[tuple[str, int]]:
    for line in lines:
        yield from ((each.symptom, each.occurred_at) for each in line.attempts)
        yield from line.no_fault_found
