"""The link by which a customer opens their case: a signed token, and the keys it is signed with.

A token says which case, when it was made and until when it can hold, and is signed: whoever has it
is let in to that one case, so it stands in what is sent to the customer and nowhere else. It is
made by whoever sends (`recourse notify`, `recourse link`) and believed by the board, which have
the keys from a file in common; the first key signs, all of them are believed, so one is changed by
putting the new one in front of it.

Of a token, in bytes: its version, the key's name (4), when it was made and when it ends at the
latest (4 each, minutes since 1970), the case's id, and 16 of HMAC-SHA-256 over all before. 128
bits can't be guessed; shorter is better in a text message.
"""

import binascii
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from msgspec import Struct

from agents.core.calendar import DAY_MS, MINUTE_MS

LONGEST_DAYS: Final = 180
"""How long a link can hold, whatever becomes of its case."""
_VERSION: Final = 1
_HEAD: Final = struct.Struct(">B4sII")
_SIGNATURE: Final = 16  # bytes
_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,160}")
_LONGEST_TOKEN: Final = 300  # characters: of an id of 160
_TEXT: Final = re.compile(r"[A-Za-z0-9_-]+")
_NAMES: Final = b"recourse link key"
_SIGNS: Final = b"recourse link\0"
_AHEAD_MS: Final = 5 * MINUTE_MS  # of the clock of whoever made it


class CaseLink(Struct, frozen=True, kw_only=True):
    """What a token that can be believed says; moments in epoch milliseconds, of whole minutes."""

    escalation_id: str
    made_at: int
    until: int
    key: str
    """The name of the key that signed it: 8 hexadecimal digits, no secret."""


@dataclass(frozen=True, kw_only=True)
class LinkKeys:
    """Makes tokens and looks at them; there is a key at least."""

    keys: tuple[bytes, ...] = field(repr=False)

    def token(self, escalation_id: str, now: int) -> str:
        """The token of a case, made at `now` (ms)."""
        made = now // MINUTE_MS
        until = made + LONGEST_DAYS * DAY_MS // MINUTE_MS
        key = self.keys[0]
        said = _HEAD.pack(_VERSION, _name(key), made, until) + escalation_id.encode("ascii")
        return urlsafe_b64encode(said + _signature(key, said)).rstrip(b"=").decode()

    def believed(self, token: str, now: int) -> CaseLink | None:
        """What a token says; None: it is none of ours, was changed, or its time is over.

        Why is not said: who tries tokens learns nothing.
        """
        whole = _bytes_of(token)
        if whole is None or len(whole) <= _HEAD.size + _SIGNATURE:
            return None
        said, signature = whole[:-_SIGNATURE], whole[-_SIGNATURE:]
        version, name, made, until = _HEAD.unpack_from(said)
        key = self._by_name.get(name)
        if version != _VERSION or key is None:
            return None
        if not hmac.compare_digest(signature, _signature(key, said)):
            return None
        id_ = said[_HEAD.size :]
        if not _ID.fullmatch(id_):
            return None
        if not made * MINUTE_MS - _AHEAD_MS <= now < until * MINUTE_MS:
            return None
        return CaseLink(
            escalation_id=id_.decode("ascii"),
            made_at=made * MINUTE_MS,
            until=until * MINUTE_MS,
            key=name.hex(),
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the keys, in their order."""
        return tuple(_name(each).hex() for each in self.keys)

    @cached_property
    def _by_name(self) -> dict[bytes, bytes]:
        return {_name(each): each for each in reversed(self.keys)}


def link_of(address: str, token: str) -> str:
    """What the customer is sent: the board's address (without `/` at its end), and the token."""
    return f"{address}/c/{token}"


def _bytes_of(token: str) -> bytes | None:
    """A token's bytes; None: it is no text of a token, or another spelling of the same bytes."""
    if len(token) > _LONGEST_TOKEN or not _TEXT.fullmatch(token):
        return None
    try:
        whole = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    return whole if urlsafe_b64encode(whole).rstrip(b"=").decode() == token else None


def _name(key: bytes) -> bytes:
    return hmac.digest(key, _NAMES, "sha256")[:4]


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, _SIGNS + said, "sha256")[:_SIGNATURE]
