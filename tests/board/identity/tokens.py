"""ID tokens, made as a provider makes them, and as nobody should."""

import json
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

ISSUER, CLIENT, NONCE = "https://id.example.com", "board", "the-nonce"
NOW = 1_790_000_000_000


@cache
def rsa(kid: str, bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": kid})


@cache
def elliptic(kid: str, curve: str = "P-256") -> ECKey:
    return ECKey.generate_key(curve, {"kid": kid})


def published(*keys: Any, **more: Any) -> dict[str, Any]:
    """The keys as a provider shows them: the public halves."""
    return {"keys": [each.as_dict(private=False) | more for each in keys]}


def key_set(*keys: Any, **more: Any) -> KeySet:
    return KeySet.import_key_set(published(*keys, **more))  # type: ignore[arg-type]


def claims(**differs: Any) -> dict[str, Any]:
    now = NOW // 1000
    whole = {
        "iss": ISSUER, "aud": CLIENT, "sub": "person-1", "nonce": NONCE, "iat": now,
        "exp": now + 300, "email": "lena@example.com", "email_verified": True, "name": "Lena",
        "groups": ["managers"],
    }  # fmt: skip
    return {name: value for name, value in (whole | differs).items() if value is not None}


def signed(said: dict[str, Any], key: Any = None, algorithm: str = "RS256", **header: Any) -> str:
    key = rsa("one") if key is None else key
    whole = {"alg": algorithm, "kid": key.kid} | header
    head = {name: value for name, value in whole.items() if value is not None}
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return jws.serialize_compact(
        head, json.dumps(said), key, algorithms=[algorithm], registry=registry
    )


def part(data: object) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
