"""What a price's ground went by, where the event alone does not say it.

A yes may be to the new price or to less; what customers read of a correction says which.
"""

from enum import StrEnum
from typing import Final

from agents.core.customers.rule_base.authorised import authorisations, base_of, estimates
from agents.core.customers.rule_base.facts import valid_revision
from agents.core.customers.state import EpisodeState, Visit
from agents.core.customers.stored_facts import Fact
from schemas.records import CustomerResponse, Response, Rule

_BY_A_YES: Final = (Rule.CHARGED_OVER_AUTHORISED, Rule.ESTIMATE_CHARGES_COVERED_WORK)
"""Whatever else the customer says of these, a yes that takes the ground away is to the price."""


class Now(StrEnum):
    """How a price stands whose rise was a disagreement."""

    AGREED = "AGREED"
    """The customer agreed to it."""
    AGREED_LESS = "AGREED_LESS"
    """They agreed to less than it, which declines the rest."""
    DECLINED = "DECLINED"
    """They declined it."""


def how_it_stands(visit: Visit, standing: EpisodeState, event: Fact | None) -> Now | None:
    """What the customer said of the price that a finding was about; None: it is not by that."""
    if standing.rule in _BY_A_YES:
        said_yes = isinstance(event, CustomerResponse) and event.response is Response.AUTHORISED
        return Now.AGREED if said_yes else None
    if standing.rule is not Rule.ESTIMATE_OVER_AUTHORISED:
        return None
    if isinstance(event, CustomerResponse) and event.response is Response.DECLINED:
        return Now.DECLINED
    revisions = estimates(visit).get(standing.subject_id or "", ())
    base = base_of(standing.subject_id, revisions, authorisations(visit))
    if not revisions or base is None or base.authorisation is None:
        return None
    current = valid_revision(revisions)
    if current.occurred_at > base.authorisation.occurred_at:
        return None  # it came after the yes, and is no rise any more
    return Now.AGREED if base.total >= current.total else Now.AGREED_LESS
