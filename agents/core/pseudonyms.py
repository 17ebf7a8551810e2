"""An id under a keyed hash: what stands for it where the id itself must not stay.

`hash=KEY.HEX`: `KEY` names the key (8 hexadecimal digits made from it), `HEX` is the HMAC-SHA-256
of the id (a customer's, or a visit's). An id has no `=` (its alphabet is the contract's), so the
two are never taken for each other. The keys are a setting (`agents/pipeline/settings.py`); the
first writes, all of them read.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

_PSEUDONYM = re.compile(r"^hash=([0-9a-f]{8})\.[0-9a-f]{64}\Z")
_OF_A_CUSTOMER = b"customer:"
_OF_A_VISIT = b"visit:"
_OF_A_KEY = b"key"  # no customer's, for it lacks the colon
# Where there is no key an erasure is still done; what stays can then be found by trying ids.
_NO_SECRET = b"recourse"


@dataclass(frozen=True, kw_only=True)
class Pseudonyms:
    """Makes and recognises keyed hashes; without a key it knows plain ids only.

    `any_key` is for who only looks on (a command that shows or compares): no hash is foreign.
    """

    keys: tuple[bytes, ...] = field(default=(), repr=False)
    any_key: bool = False

    def of(self, customer_id: str) -> str:
        """The keyed hash of an id, under the key that writes."""
        assert self.keys, "asked for only where there is a key"
        return _pseudonym(self.keys[0], customer_id)

    def names(self, customer_id: str) -> frozenset[str]:
        """All that may stand for a customer: the id, and its hash under every key."""
        return frozenset({customer_id, *(_pseudonym(key, customer_id) for key in self.keys)})

    def mark(self, customer_id: str) -> str:
        """What stays of an id after an erasure: its hash, with a secret where there is a key."""
        return _pseudonym(self._marking[0], customer_id)

    def marks(self, customer_id: str) -> tuple[str, ...]:
        """All that may have stayed of an id."""
        return tuple(_pseudonym(key, customer_id) for key in self._marking)

    def public_mark(self, customer_id: str) -> str:
        """What stays of an id where an erasure was done without a key: found by trying ids."""
        return _pseudonym(_NO_SECRET, customer_id)

    def visit_mark(self, visit_id: str) -> str:
        """The same of a visit's id."""
        return _pseudonym(self._marking[0], visit_id, _OF_A_VISIT)

    def visit_marks(self, visit_id: str) -> tuple[str, ...]:
        """All that may have stayed of a visit's id."""
        return tuple(_pseudonym(key, visit_id, _OF_A_VISIT) for key in self._marking)

    @property
    def _marking(self) -> tuple[bytes, ...]:
        return (*self.keys, _NO_SECRET)

    def foreign(self, names: Iterable[str]) -> tuple[str, ...]:
        """The keys of the hashes among `names` that are not ours, each once."""
        if self.any_key:
            return ()
        used = {key_of(name) for name in names} - {None}
        return tuple(sorted(key for key in used if key is not None and key not in self.key_names))

    @cached_property
    def key_names(self) -> tuple[str, ...]:
        """What stands for each key before the point of a hash."""
        return tuple(_key_name(key) for key in self.keys)


PLAIN_IDS = Pseudonyms()
"""Without a key."""


def key_of(name: str) -> str | None:
    """The name of the key that a hash was made under; None for what is no hash."""
    found = _PSEUDONYM.match(name)
    return None if found is None else found[1]


@lru_cache(maxsize=16)
def _key_name(key: bytes) -> str:
    return hmac.digest(key, _OF_A_KEY, "sha256").hex()[:8]


def _pseudonym(key: bytes, id_: str, kind: bytes = _OF_A_CUSTOMER) -> str:
    digest = hmac.digest(key, kind + id_.encode(), "sha256")
    return f"hash={_key_name(key)}.{digest.hex()}"
