"""The links that `recourse notify` puts into what customers are sent about their case."""

from collections.abc import Mapping

from msgspec import Struct

from agents.core.case_links import LinkKeys, link_of
from agents.pipeline.settings import BOARD_ADDRESS, LINK_KEY_FILE, board_address, link_keys
from schemas.records import AddresseeKind, Notice
from streams.errors import ConfigurationError


class Links(Struct, frozen=True):
    """Where the board is, and what its links are signed with."""

    address: str
    keys: LinkKeys

    def of_case(self, escalation_id: str, now: int) -> str:
        """The link to a case, made at `now` (ms)."""
        return link_of(self.address, self.keys.token(escalation_id, now))

    def of_notice(self, notice: Notice, now: int) -> str | None:
        """The link that goes with a notice: one to a customer about a case; None: no other."""
        if notice.addressee.kind is not AddresseeKind.CUSTOMER or notice.escalation_id is None:
            return None
        return self.of_case(notice.escalation_id, now)


def links_of(environment: Mapping[str, str]) -> Links | None:
    """The links as the settings have them; None: neither of the two is there.

    Raises:
        ConfigurationError: one is there without the other, or can't be used; one sentence.
    """
    address, keys = board_address(environment), link_keys(environment)
    if (address is None) != (keys is None):
        given, missing = (
            (LINK_KEY_FILE, BOARD_ADDRESS) if address is None else (BOARD_ADDRESS, LINK_KEY_FILE)
        )
        raise ConfigurationError(f"{given} (environment) needs {missing}: set both, or neither")
    return None if address is None or keys is None else Links(address, keys)
