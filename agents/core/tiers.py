"""The tiers of managers, from the lowest to the highest (domain.md, "Tiers, clocks")."""

from types import MappingProxyType
from typing import Final

from schemas.records import Tier

TIERS: Final = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)
PLACES: Final = MappingProxyType({tier: place for place, tier in enumerate(TIERS)})
"""Each tier's place in that order, from 0."""
