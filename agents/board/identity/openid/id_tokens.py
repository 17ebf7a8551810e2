"""An ID token, looked at: whose signature, of which issuer, for whom, when, for which sign-in.

Only signatures by a private key are believed: with HMAC whoever knows the provider's public key
could make one, with `none` anybody.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from msgspec import DecodeError, Struct, json

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
)
_KEY_TYPES: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_SMALLEST_RSA: Final = 2_048  # bits
SKEW_SECONDS: Final = 60
"""How far the provider's clock and ours may be apart."""
_OLDEST_SECONDS: Final = 600
_LONGEST_SUBJECT: Final = 255
_LONGEST_TOKEN: Final = 16_384


class Why(StrEnum):
    """Why a sign-in is refused; for logs, never for who tries."""

    NO_TOKEN = "NO_TOKEN"  # noqa: S105 - a reason
    ALGORITHM = "ALGORITHM"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    SIGNATURE = "SIGNATURE"
    ISSUER = "ISSUER"
    AUDIENCE = "AUDIENCE"
    EXPIRED = "EXPIRED"
    NOT_YET = "NOT_YET"
    NONCE = "NONCE"
    SUBJECT = "SUBJECT"
    STATE = "STATE"
    CODE = "CODE"
    """The provider does not take the code: it was used, is too old, or is somebody else's."""
    CANCELLED = "CANCELLED"
    NO_ROLE = "NO_ROLE"


class Refused(Exception):  # noqa: N818 - it says what happened
    """Somebody is not signed in; `why` is one of few words."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(str(why))


class Expected(Struct, frozen=True, kw_only=True):
    """What a token must say to be for us, and for this sign-in."""

    issuer: str
    client_id: str
    nonce: str


def key_id_of(token: str) -> str | None:
    """The name of the key that a token says it is signed with; None: it names none.

    Raises:
        Refused: it is no token, or signed by what is never believed.
    """
    header = _header(token)
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise Refused(Why.NO_TOKEN)
    return kid


def checked(token: str, keys: KeySet, expected: Expected, now: int) -> Mapping[str, Any]:
    """The claims of a token that is right; `now` in epoch milliseconds.

    Raises:
        Refused: it is not.
    """
    algorithm = str(_header(token)["alg"])
    key = _key(keys, key_id_of(token), algorithm)
    try:
        found = jws.deserialize_compact(
            token, key, algorithms=[algorithm], registry=JWSRegistry(algorithms=[algorithm])
        )
        claims = json.decode(found.payload)
    except (JoseError, DecodeError, ValueError, TypeError):
        raise Refused(Why.SIGNATURE) from None
    if not isinstance(claims, dict):
        raise Refused(Why.NO_TOKEN)
    _check(claims, expected, now // 1000)
    return claims


def _header(token: str) -> Mapping[str, Any]:
    if len(token) > _LONGEST_TOKEN:
        raise Refused(Why.NO_TOKEN)
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError):
        raise Refused(Why.NO_TOKEN) from None
    if header.get("alg") not in ALGORITHMS or "crit" in header or header.get("b64") is not None:
        raise Refused(Why.ALGORITHM)
    return header


def _key(keys: KeySet, kid: str | None, algorithm: str) -> Any:  # noqa: ANN401 - joserfc's own union
    """The key that signs such tokens, by its name; without one, the only one that can."""
    fitting = [
        each
        for each in keys
        if each.key_type == _KEY_TYPES[algorithm[:2]]
        and each.get("use") in (None, "sig")
        and each.get("alg") in (None, algorithm)
        and _is_strong(each, algorithm)
    ]
    named = fitting if kid is None else [each for each in fitting if each.kid == kid]
    if len(named) != 1:
        raise Refused(Why.UNKNOWN_KEY)
    return named[0]


def _is_strong(key: Any, algorithm: str) -> bool:  # noqa: ANN401 - joserfc's own union
    if key.key_type == "EC":
        return bool(key.curve_name == _CURVES[algorithm])
    return bool(key.raw_value.key_size >= _SMALLEST_RSA)


def _check(claims: Mapping[str, Any], expected: Expected, now: int) -> None:
    if claims.get("iss") != expected.issuer:
        raise Refused(Why.ISSUER)
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    for_others = len(several) > 1 and claims.get("azp") != expected.client_id
    wrong_party = claims.get("azp") not in (None, expected.client_id)
    if expected.client_id not in several or for_others or wrong_party:
        raise Refused(Why.AUDIENCE)
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires is None or issued is None or now - SKEW_SECONDS >= expires:
        raise Refused(Why.EXPIRED)
    if now - issued > _OLDEST_SECONDS + SKEW_SECONDS:
        raise Refused(Why.EXPIRED)
    if max(issued, _seconds(claims, "nbf") or 0) > now + SKEW_SECONDS:
        raise Refused(Why.NOT_YET)
    if not expected.nonce or claims.get("nonce") != expected.nonce:
        raise Refused(Why.NONCE)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Refused(Why.SUBJECT)


def _seconds(claims: Mapping[str, Any], name: str) -> int | None:
    value = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and abs(value) < 2**53 else None  # type: ignore[arg-type]
