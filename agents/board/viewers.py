"""Who looks at the board, and what it is that they look at or do."""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from schemas.records import Tier


class Role(StrEnum):
    """What somebody is to the board."""

    MANAGER = "MANAGER"
    CUSTOMER = "CUSTOMER"
    ADVISER = "ADVISER"
    OPERATOR = "OPERATOR"
    AUDITOR = "AUDITOR"


class Page(StrEnum):
    """What can be looked at. Each is also what its stream of events tells of."""

    MY_CASES = "MY_CASES"
    """A manager's open cases, by their next deadline."""
    CASE = "CASE"
    """A case as managers, operators and auditors see it: its steps, its grounds, its notices."""
    CUSTOMER_CASE = "CUSTOMER_CASE"
    """A case as its customer sees it."""
    SITE = "SITE"
    """The cases of a site, with what was decided."""
    NETWORK = "NETWORK"
    """All that is open, by tier and deadline; what wants a look."""


class Word(StrEnum):
    """What a customer can say on the board about their case."""

    ASK = "ASK"
    """A word more."""
    WISH = "WISH"
    """Another time."""
    WITHDRAW = "WITHDRAW"
    APPEAL = "APPEAL"
    RATE = "RATE"


class Viewer(Struct, frozen=True, kw_only=True):
    """Somebody who is known, for as long as a request.

    `subject` is who they are in what they write and in logs: a manager's or operator's id, an
    auditor's subject, for a customer the id of their link; never an address or a name. `known_by`
    says how it is known (`link`, `demo`, `oidc`). `sites` and `regions` are what an adviser, or a
    manager, is there for; `escalation_id` is the one case of a customer's link.
    """

    role: Role
    subject: str
    name: str
    known_by: str
    language: str | None = None
    manager_id: str | None = None
    sites: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    escalation_id: str | None = None


class Seen(Protocol):
    """What is asked of a case, to say whether somebody may see it or act on it."""

    @property
    def escalation_id(self) -> str:
        """Its id."""

    @property
    def site_id(self) -> str:
        """Where it is."""

    @property
    def region_id(self) -> str:
        """The region of its site."""

    @property
    def manager_id(self) -> str | None:
        """Who has it."""

    @property
    def tier(self) -> Tier:
        """How far up it is."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""

    @property
    def ended_at(self) -> int | None:
        """When it ended (ms)."""

    @property
    def vehicle_id(self) -> str | None:
        """The vehicle, where the visit has one."""

    @property
    def about_conduct(self) -> bool:
        """Whether the customer complains of how somebody at the site behaved."""

    @property
    def had_by(self) -> frozenset[str]:
        """Managers who have had it, who has it now among them."""
