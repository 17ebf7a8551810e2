"""Who is who on the board, and how long a customer's link to their case holds."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from agents.core.policy_numbers import Part
from agents.core.policy_values import (
    BY_HAND,
    Days,
    Identifier,
    Moment,
    Phrase,
    Text,
    few,
    symbol,
)

ANYBODY: Final = "*"
"""Of a role's group: whoever the issuer knows."""
_MOST_ROLES: Final = 1_000
_MOST_PLACES: Final = 10_000
_MOST_REVOKED: Final = 1_000


class BoardRole(StrEnum):
    """What somebody who signs in can be; a customer comes by a link."""

    MANAGER = "MANAGER"
    ADVISER = "ADVISER"
    OPERATOR = "OPERATOR"
    AUDITOR = "AUDITOR"


class SecondFact(StrEnum):
    """What a customer says beside their link before they may say anything on the board."""

    NONE = "NONE"
    VEHICLE = "VEHICLE"
    """The last four characters of their vehicle's id."""


def _https(issuer: str, info: ValidationInfo) -> str:
    by_hand = bool(info.context and info.context.get(BY_HAND))
    if by_hand and not issuer.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise ValueError("must be an issuer as OpenID Connect names it: https://...")
    return issuer


class RoleOfGroup(Part):
    """What the members of a group are, as an issuer says who is in it.

    `sites` and `regions` are an adviser's. A manager's come from the directory, which is asked by
    their e-mail address. `operator`: which of `operators` an operator acts as.
    """

    issuer: Annotated[Text, Field(min_length=1), AfterValidator(_https)]
    group: Annotated[Text, Field(min_length=1)]
    role: Annotated[BoardRole, symbol(BoardRole)]
    sites: Annotated[tuple[Identifier, ...], few(_MOST_PLACES)] = ()
    regions: Annotated[tuple[Text, ...], few(_MOST_PLACES)] = ()
    operator: Identifier | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        is_adviser, has_places = self.role is BoardRole.ADVISER, bool(self.sites or self.regions)
        if is_adviser != has_places:
            raise ValueError(
                "ADVISER needs sites or regions" if is_adviser else "only ADVISER has sites"
            )
        is_operator = self.role is BoardRole.OPERATOR
        if is_operator != (self.operator is not None):
            raise ValueError(
                "OPERATOR needs operator: one of `operators`, as whom they act"
                if is_operator
                else "only OPERATOR has operator"
            )
        if self.group == ANYBODY and self.role is not BoardRole.MANAGER:
            raise ValueError(f"group {ANYBODY} is for MANAGER alone, whom the directory knows")
        return self


class RevokedLink(Part):
    """The links to a case that were made before a moment: they open nothing any more."""

    escalation_id: Annotated[Text, Field(min_length=1)]
    made_before: Moment


class BoardLinks(Part):
    """How long customers' links hold."""

    days_after_end: Annotated[
        Days, Phrase("The time from the end of a case until its customer's links end")
    ]
    second_fact: Annotated[
        SecondFact,
        symbol(SecondFact),
        Phrase("What a customer says beside their link before they may say more"),
    ]
    revoked: Annotated[tuple[RevokedLink, ...], few(_MOST_REVOKED)]


class Board(Part):
    """Who is who on the board. Of several entries that fit somebody the first one counts."""

    roles: Annotated[tuple[RoleOfGroup, ...], few(_MOST_ROLES)]
    links: BoardLinks
