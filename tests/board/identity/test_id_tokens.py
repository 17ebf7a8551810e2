"""What an ID token must be: each way in which one is wrong is refused, with its reason."""

import hmac
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OctKey, RSAKey

from agents.board.identity.openid.id_tokens import (
    ALGORITHMS,
    Expected,
    Refused,
    Why,
    checked,
    key_id_of,
)
from tests.board.identity.tokens import (
    CLIENT,
    ISSUER,
    NONCE,
    NOW,
    claims,
    elliptic,
    key_set,
    part,
    rsa,
    signed,
)

EXPECTED = Expected(issuer=ISSUER, client_id=CLIENT, nonce=NONCE)
KEYS = key_set(rsa("one"), elliptic("two"))
SECOND = NOW // 1000


def why(token: str, keys: KeySet = KEYS, expected: Expected = EXPECTED, now: int = NOW) -> Why:
    with pytest.raises(Refused) as caught:
        checked(token, keys, expected, now)
    return caught.value.why


def test_a_right_token_says_who_it_is() -> None:
    assert checked(signed(claims()), KEYS, EXPECTED, NOW) == claims()
    assert checked(signed(claims(), elliptic("two"), "ES256"), KEYS, EXPECTED, NOW) == claims()
    assert checked(signed(claims(), algorithm="PS256"), KEYS, EXPECTED, NOW) == claims()


@pytest.mark.parametrize(
    ("differs", "reason"),
    [
        ({"iss": "https://id.example.com/"}, Why.ISSUER),
        ({"iss": "https://evil.example.com"}, Why.ISSUER),
        ({"iss": None}, Why.ISSUER),
        ({"aud": "other"}, Why.AUDIENCE),
        ({"aud": None}, Why.AUDIENCE),
        ({"aud": []}, Why.AUDIENCE),
        ({"aud": [CLIENT, "other"]}, Why.AUDIENCE),
        ({"aud": [CLIENT, "other"], "azp": "other"}, Why.AUDIENCE),
        ({"azp": "other"}, Why.AUDIENCE),
        ({"nonce": "another"}, Why.NONCE),
        ({"nonce": None}, Why.NONCE),
        ({"nonce": ""}, Why.NONCE),
        ({"exp": None}, Why.EXPIRED),
        ({"exp": str(SECOND + 300)}, Why.EXPIRED),
        ({"exp": True}, Why.EXPIRED),
        ({"iat": None}, Why.EXPIRED),
        ({"iat": SECOND - 3_600}, Why.EXPIRED),
        ({"iat": SECOND + 3_600, "exp": SECOND + 7_200}, Why.NOT_YET),
        ({"nbf": SECOND + 3_600}, Why.NOT_YET),
        ({"sub": None}, Why.SUBJECT),
        ({"sub": ""}, Why.SUBJECT),
        ({"sub": 17}, Why.SUBJECT),
        ({"sub": "x" * 256}, Why.SUBJECT),
    ],
)
def test_a_token_that_says_something_wrong_is_refused(differs: dict[str, Any], reason: Why) -> None:
    assert why(signed(claims(**differs))) is reason


@pytest.mark.parametrize("differs", [{"aud": [CLIENT]}, {"aud": [CLIENT, "x"], "azp": CLIENT}])
def test_a_token_for_us_among_others_says_that_we_asked(differs: dict[str, Any]) -> None:
    assert checked(signed(claims(**differs)), KEYS, EXPECTED, NOW)["sub"] == "person-1"


@pytest.mark.parametrize(("after", "reason"), [(359, None), (360, Why.EXPIRED), (361, Why.EXPIRED)])
def test_an_expired_token_is_refused_a_minute_of_clocks_apart(
    after: int, reason: Why | None
) -> None:
    now = NOW + after * 1_000
    if reason is None:
        assert checked(signed(claims()), KEYS, EXPECTED, now)
    else:
        assert why(signed(claims()), now=now) is reason


@pytest.mark.parametrize(("ahead", "reason"), [(59, None), (60, None), (61, Why.NOT_YET)])
@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_token_that_is_not_valid_yet_is_refused_a_minute_of_clocks_apart(
    name: str, ahead: int, reason: Why | None
) -> None:
    token = signed(claims(**{name: SECOND + ahead}))
    if reason is None:
        assert checked(token, KEYS, EXPECTED, NOW)
    else:
        assert why(token) is reason


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None])
def test_a_token_without_a_signature_is_refused(alg: str | None) -> None:
    header = {"kid": "one"} | ({} if alg is None else {"alg": alg})
    for signature in ("", part(b"x")):
        token = f"{part(header)}.{part(claims())}.{signature}"
        assert why(token) in (Why.ALGORITHM, Why.NO_TOKEN)


def test_a_token_signed_with_the_public_key_as_if_it_were_a_secret_is_refused() -> None:
    public = rsa("one").as_pem(private=False)
    for secret in (public, public.strip()):
        head = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
        signature = hmac.digest(secret, head.encode(), "sha256")
        assert why(f"{head}.{part(signature)}") is Why.ALGORITHM


def test_a_key_that_is_a_secret_signs_nothing_even_where_a_provider_shows_it() -> None:
    secret = OctKey.import_key("k" * 32, {"kid": "oct"})
    keys = KeySet([*KEYS, secret])

    assert why(signed(claims(), secret, "HS256"), keys) is Why.ALGORITHM
    assert why(signed(claims(), kid="oct"), keys) is Why.UNKNOWN_KEY


def test_a_token_of_another_key_of_the_same_name_is_refused() -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "one"})

    assert why(signed(claims(), stranger)) is Why.SIGNATURE


def test_a_token_of_a_key_that_is_not_there_any_more_is_refused() -> None:
    assert why(signed(claims(), rsa("gone"))) is Why.UNKNOWN_KEY


def test_a_key_signs_what_it_is_for_and_nothing_else() -> None:
    token = signed(claims())

    assert why(token, key_set(rsa("one"), use="enc")) is Why.UNKNOWN_KEY
    assert why(token, key_set(rsa("one"), alg="PS256")) is Why.UNKNOWN_KEY
    assert why(signed(claims(), elliptic("two"), "ES256", kid="one")) is Why.UNKNOWN_KEY


def test_a_key_that_is_too_short_is_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joserfc's, of such a key
        weak = rsa("weak", 1024)
        token, keys = signed(claims(), weak), key_set(weak)

    assert why(token, keys) is Why.UNKNOWN_KEY


def test_a_token_without_a_keys_name_is_of_the_only_key_there_is() -> None:
    token = signed(claims(), kid=None)

    assert checked(token, key_set(rsa("one")), EXPECTED, NOW)
    assert why(token, key_set(rsa("one"), rsa("three"))) is Why.UNKNOWN_KEY


def test_a_header_that_asks_for_more_is_refused() -> None:
    for more in ({"crit": ["b64"], "b64": False}, {"b64": False}):
        head = part({"alg": "RS256", "kid": "one"} | more)
        assert why(f"{head}.{part(claims())}.{part(b'x')}") in (Why.ALGORITHM, Why.NO_TOKEN)


def test_a_key_that_the_token_brings_along_is_not_believed() -> None:
    own = rsa("own")
    token = signed(claims(), own, kid="one", jwk=own.as_dict(private=False))

    assert why(token) in (Why.SIGNATURE, Why.NO_TOKEN)


def test_a_changed_token_is_refused() -> None:
    head, said, signature = signed(claims()).split(".")
    other = part(claims(sub="somebody-else"))

    assert why(f"{head}.{other}.{signature}") is Why.SIGNATURE
    assert why(f"{head}.{said}.{part(b'x' * 256)}") is Why.SIGNATURE
    assert why(f"{head}.{said}.") in (Why.SIGNATURE, Why.NO_TOKEN)


@given(st.text(max_size=60) | st.text(alphabet="abcAB.-_e{}=", max_size=60))
def test_whatever_comes_is_a_reason_and_no_failure(text: str) -> None:
    assert why(text) in (Why.NO_TOKEN, Why.ALGORITHM)
    with pytest.raises(Refused):
        key_id_of(text)


@pytest.mark.parametrize("payload", [[1], "text", None])
def test_a_token_whose_claims_are_none_is_refused(payload: Any) -> None:
    assert why(signed(payload)) is Why.NO_TOKEN


def test_no_algorithm_of_a_shared_secret_is_among_those_that_are_believed() -> None:
    assert not [each for each in ALGORITHMS if each.startswith("HS") or each == "none"]


def test_a_token_too_long_is_not_looked_at() -> None:
    assert why(signed(claims(filler="x" * 20_000))) is Why.NO_TOKEN
