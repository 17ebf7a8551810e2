"""A session: who somebody proved to be, when, and until when that holds.

It lies in the browser's cookie, sealed, so every replica of the board knows it and none has to
keep it. What somebody may is not in it: that is asked anew at each request, of the policy, the
directory and the case as they are then. The server remembers only which sessions were ended before
their time.
"""

import secrets
from collections import OrderedDict
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from agents.board.identity.sealed.sealing import Purpose, Sealer

_HOUR_MS: Final = 3_600_000
STAFF_MS: Final = 8 * _HOUR_MS
"""How long somebody who signed in is known: a shift."""
CUSTOMER_MS: Final = 2 * _HOUR_MS
"""How long a customer is, who can open their link again."""
NOBODY_MS: Final = _HOUR_MS
"""How long a form of somebody whom nobody knows yet can be sent."""
_ENDED_AT_MOST: Final = 100_000


class Kind(StrEnum):
    """How somebody is known."""

    NOBODY = "nobody"
    """Not yet: the session is for the forms by which they sign in."""
    LINK = "link"
    DEMO = "demo"
    OIDC = "oidc"


class Session(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a cookie says; moments in epoch milliseconds.

    Of OIDC: `issuer`, `subject`, the `groups` that the policy named at sign-in, `manager_id`. Of
    LINK: `escalation_id`, `made_at` and `key` of the link; `proved`: the second fact was given. Of
    DEMO: `role`, with `manager_id`, `sites` or `escalation_id`.
    """

    session_id: str
    kind: Kind
    until: int
    name: str = ""
    language: str | None = None
    issuer: str = ""
    subject: str = ""
    groups: tuple[str, ...] = ()
    manager_id: str | None = None
    escalation_id: str | None = None
    made_at: int = 0
    key: str = ""
    proved: bool = False
    role: str = ""
    sites: tuple[str, ...] = ()


_decode: Final = msgspec.msgpack.Decoder(Session).decode
_encode: Final = msgspec.msgpack.Encoder().encode


def new_id() -> str:
    """The id of a session that begins: nobody can guess it, and none is used again."""
    return secrets.token_urlsafe(16)


class Sessions:
    """Sessions in and out of cookies. For one process; what it remembers is bounded."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._ended: OrderedDict[str, int] = OrderedDict()

    def cookie(self, session: Session) -> str:
        """The value of the cookie."""
        return self._sealer.sealed(Purpose.SESSION, _encode(session))

    def of_cookie(self, value: str | None, now: int) -> Session | None:
        """The session that a cookie says; None: it is none of ours, over, or was ended."""
        data = None if value is None else self._sealer.opened(Purpose.SESSION, value)
        if data is None:
            return None
        try:
            session = _decode(data)
        except msgspec.DecodeError:  # sealed by another version
            return None
        over = now >= session.until or session.session_id in self._ended
        return None if over else session

    def end(self, session: Session, now: int) -> None:
        """The session counts no more, whoever has a copy of its cookie."""
        while self._ended and next(iter(self._ended.values())) <= now:
            self._ended.popitem(last=False)
        self._ended[session.session_id] = session.until
        while len(self._ended) > _ENDED_AT_MOST:
            self._ended.popitem(last=False)
