"""What the board gives a browser to keep, and believes again: sealed with a key, for one purpose.

It can be read by who has it, and not be made or changed. The first key seals, all are believed. The
purpose is part of what is sealed: what was made as one thing is never taken for another.
"""

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

_SEAL: Final = 32  # bytes
_NONCE: Final = 16
_LONGEST: Final = 4_096  # characters: a browser keeps no longer cookie


class Purpose(Enum):
    """What something is sealed for."""

    SESSION = b"session"
    FLOW = b"signing in"
    FORM = b"form"


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """Seals and opens; there is a key at least."""

    keys: tuple[bytes, ...] = field(repr=False)

    def sealed(self, purpose: Purpose, data: bytes) -> str:
        """The data as text that only who has a key can have made."""
        return _text(data + _seal(self.keys[0], purpose, data))

    def opened(self, purpose: Purpose, text: str) -> bytes | None:
        """The data of such a text; None: it is none of ours for that purpose."""
        whole = _bytes(text)
        if whole is None or len(whole) < _SEAL:
            return None
        data, seal = whole[:-_SEAL], whole[-_SEAL:]
        ours = any(hmac.compare_digest(seal, _seal(key, purpose, data)) for key in self.keys)
        return data if ours else None

    def form_token(self, session_id: str) -> str:
        """What a form of a session carries: another one each time, so that no page repeats it.

        A page is compressed, and may hold what somebody else wrote beside it: what never stays the
        same can't be found out by how well it compresses.
        """
        nonce = secrets.token_bytes(_NONCE)
        return _text(nonce + _seal(self.keys[0], Purpose.FORM, nonce + session_id.encode()))

    def is_form_token(self, session_id: str, text: str) -> bool:
        """Whether a token was made for a form of that session."""
        whole = _bytes(text)
        if whole is None or len(whole) != _NONCE + _SEAL:
            return False
        nonce, seal = whole[:_NONCE], whole[_NONCE:]
        data = nonce + session_id.encode()
        return any(hmac.compare_digest(seal, _seal(each, Purpose.FORM, data)) for each in self.keys)


def _seal(key: bytes, purpose: Purpose, data: bytes) -> bytes:
    return hmac.digest(key, b"recourse board " + purpose.value + b"\0" + data, "sha256")


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    if len(text) > _LONGEST or not text.isascii():
        return None
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return data if _text(data) == text else None
