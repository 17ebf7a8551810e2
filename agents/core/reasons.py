"""Codes of reasons that one stage writes and another reads, with the facts that each has."""

from typing import Final

# The case starts at this tier at least. facts: tier.
START_TIER: Final = "START_TIER"

# The customer rang the manager whom `wish.manager_id` names, and they took it.
RECORDED_CALL: Final = "RECORDED_CALL"

# The finding is an appeal that counts as one. facts: of (a disagreement or an escalation).
APPEAL: Final = "APPEAL"

# Facts of the first reason of what is RAISED or JOINED: the visit's currency, where that reason
# names none, and its estimate, where it has one alone and the finding is of none.
VISIT_CURRENCY: Final = "visit_currency"
ONLY_ESTIMATE: Final = "only_estimate"

# A correction: the customer took the ground back (the response WITHDRAWN); without it, a fact did.
WITHDRAWN_BY_CUSTOMER: Final = "WITHDRAWN_BY_CUSTOMER"

# The policy does not say how many units of the visit's currency stand for a dollar of its amounts,
# so one does. facts: currency.
NO_UNIT: Final = "NO_UNIT"

# The product found it: the customer's own words did not make it, so no throttle looks at it.
FOUND: Final = "FOUND"

# The manager whom the customer asked for is of a tier above the ceiling of such cases. facts:
# manager_id, tier (the ceiling).
WISH_ABOVE_CEILING: Final = "WISH_ABOVE_CEILING"

# Somebody took the case over by what they did. facts: manager_id (who had it, if anybody).
TAKEN: Final = "TAKEN"
