"""The identity provider, spoken with: what is kept, what is read anew, what is never followed."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from agents.board.identity.openid.id_tokens import Refused, Why
from agents.board.identity.openid.provider import FLOW_MS, Client, Flow, Provider, ProviderAway
from tests.board.identity.tokens import CLIENT, ISSUER, NOW, claims, published, rsa, signed

BACK = "https://board.example.com/oidc/back"
MINUTE, HOUR = 60_000, 3_600_000


class AProvider:
    """Answers as a provider does; what it answers can be changed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.forms: list[dict[str, list[str]]] = []
        self.headers: list[httpx2.Headers] = []
        self.keys: dict[str, Any] = published(rsa("one"))
        self.token: Callable[[str], str] = lambda nonce: signed(claims(nonce=nonce))
        self.nonce = ""
        self.describes: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.status: dict[str, int] = {}
        self.used: set[str] = set()
        self.raises: Exception | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.raises is not None:
            raise self.raises
        path = request.url.path
        self.asked.append(path)
        status = self.status.get(path, 200)
        if status != 200:
            return httpx2.Response(status, headers={"location": "https://evil.example.com/"})
        if path == "/token":
            form = parse_qs(request.content.decode())
            self.forms.append(form)
            self.headers.append(request.headers)
            (code,) = form["code"]
            if code in self.used:
                return httpx2.Response(400, json={"error": "invalid_grant"})
            self.used.add(code)
            return httpx2.Response(200, json={"id_token": self.token(self.nonce)})
        return httpx2.Response(200, json=self.keys if path == "/keys" else self.describes)


class Signing:
    """Somebody signs in, again and again."""

    def __init__(self, **client: Any) -> None:
        self.provider, self.now = AProvider(), NOW
        known: dict[str, Any] = {"secret": "hidden"} | client
        self._ours = Provider(
            Client(issuer=ISSUER, client_id=CLIENT, redirect=BACK, **known),
            lambda: self.now,
            httpx2.MockTransport(self.provider),
        )

    def begins(self, back_to: str = "/") -> tuple[str, Flow]:
        where, flow = asyncio.run(self._ours.begin(back_to))
        self.provider.nonce = flow.nonce
        return where, flow

    def comes_back(self, flow: Flow | None, **query: str) -> Any:
        whole = {"state": flow.state if flow else "", "code": "the-code"} | query
        return asyncio.run(self._ours.finish(whole, flow))

    def is_refused(self, flow: Flow | None, **query: str) -> Why:
        with pytest.raises(Refused) as caught:
            self.comes_back(flow, **query)
        return caught.value.why

    def is_away(self, act: Callable[[], object]) -> str:
        with pytest.raises(ProviderAway) as caught:
            act()
        return str(caught.value)


def test_somebody_signs_in_with_a_code_and_its_proof() -> None:
    them = Signing()
    where, flow = them.begins("/cases")
    said = them.comes_back(flow)

    asked = parse_qs(urlsplit(where).query)
    assert where.startswith(f"{ISSUER}/authorize?")
    assert asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [BACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert (asked["state"], asked["nonce"]) == ([flow.state], [flow.nonce])
    assert flow.verifier not in where
    assert said["sub"] == "person-1"
    (form,) = them.provider.forms
    assert form["code_verifier"] == [flow.verifier]
    assert them.provider.headers[0]["authorization"].startswith("Basic ")
    assert "client_secret" not in form


def test_no_two_sign_ins_have_a_state_a_nonce_or_a_proof_in_common() -> None:
    them = Signing()
    flows = [them.begins()[1] for _ in range(20)]

    assert len({each for f in flows for each in (f.state, f.nonce, f.verifier)}) == 60


def test_a_public_client_shows_no_secret_and_one_by_post_shows_it_in_the_form() -> None:
    public, by_post = Signing(secret=None), Signing()
    by_post.provider.describes["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    for them in (public, by_post):
        them.comes_back(them.begins()[1])

    assert public.provider.forms[0]["client_id"] == [CLIENT]
    assert "client_secret" not in public.provider.forms[0]
    assert by_post.provider.forms[0]["client_secret"] == ["hidden"]
    for them in (public, by_post):
        assert "authorization" not in them.provider.headers[0]


@pytest.mark.parametrize("state", ["", "another", "\xe9"])
def test_another_state_is_refused_before_anything_is_asked(state: str) -> None:
    them = Signing()
    flow = them.begins()[1]

    assert them.is_refused(flow, state=state) is Why.STATE
    assert them.is_refused(None) is Why.STATE
    assert them.provider.forms == []


@pytest.mark.parametrize(("after", "over"), [(-1, False), (0, True), (1, True)])
def test_a_sign_in_that_took_too_long_is_refused(after: int, over: bool) -> None:
    them = Signing()
    flow = them.begins()[1]
    them.now += FLOW_MS + after
    them.provider.token = lambda nonce: signed(
        claims(nonce=nonce, iat=them.now // 1000, exp=them.now // 1000 + 60)
    )
    if over:
        assert them.is_refused(flow) is Why.STATE
    else:
        assert them.comes_back(flow)


def test_a_code_used_twice_is_refused_by_the_provider_and_so_by_us() -> None:
    them = Signing()
    flow = them.begins()[1]
    them.comes_back(flow)

    assert them.is_refused(flow) is Why.CODE


def test_a_token_of_another_sign_in_is_refused() -> None:
    them = Signing()
    first = them.begins()[1]
    them.begins()  # the provider answers with the nonce of this one

    assert them.is_refused(first) is Why.NONCE


@pytest.mark.parametrize("code", ["", "a b", "a\n", "x" * 2_049])
def test_a_code_that_can_be_none_is_not_sent_on(code: str) -> None:
    them = Signing()

    assert them.is_refused(them.begins()[1], code=code) is Why.CODE
    assert them.provider.forms == []


def test_who_says_no_at_the_provider_is_not_signed_in() -> None:
    them = Signing()

    assert them.is_refused(them.begins()[1], error="access_denied") is Why.CANCELLED


def test_the_answer_of_another_provider_is_refused() -> None:
    them = Signing()
    flow = them.begins()[1]

    assert them.is_refused(flow, iss="https://evil.example.com") is Why.ISSUER
    assert them.comes_back(flow, iss=ISSUER)


def test_a_provider_that_always_names_itself_is_believed_only_if_it_does() -> None:
    them = Signing()
    them.provider.describes["authorization_response_iss_parameter_supported"] = True

    assert them.is_refused(them.begins()[1]) is Why.ISSUER


# ------------------------------------------------------------------------------ keys


def test_what_a_provider_says_of_itself_is_kept_for_an_hour() -> None:
    them = Signing()
    for number, _ in enumerate(range(3)):
        them.comes_back(them.begins()[1], code=f"c{number}")
    assert them.provider.asked.count("/keys") == 1
    assert them.provider.asked.count("/.well-known/openid-configuration") == 1
    them.now += HOUR
    them.provider.token = lambda nonce: signed(
        claims(nonce=nonce, iat=them.now // 1000, exp=them.now // 1000 + 60)
    )
    them.comes_back(them.begins()[1], code="later")

    assert them.provider.asked.count("/keys") == 2
    assert them.provider.asked.count("/.well-known/openid-configuration") == 2


def _with_key(them: Signing, kid: str) -> None:
    them.provider.token = lambda nonce: signed(
        claims(nonce=nonce, iat=them.now // 1000, exp=them.now // 1000 + 60), rsa(kid)
    )


def test_a_new_key_is_believed_once_the_keys_were_read_again() -> None:
    them = Signing()
    them.comes_back(them.begins()[1], code="c1")
    them.provider.keys = published(rsa("two"), rsa("one"))
    _with_key(them, "two")
    them.now += MINUTE

    assert them.comes_back(them.begins()[1], code="c2")["sub"] == "person-1"


def test_a_key_that_was_taken_away_is_believed_no_more() -> None:
    them = Signing()
    them.comes_back(them.begins()[1], code="c1")
    them.provider.keys = published(rsa("two"))
    them.now += HOUR
    _with_key(them, "one")

    assert them.is_refused(them.begins()[1], code="c2") is Why.UNKNOWN_KEY


def test_made_up_keys_have_the_keys_read_again_once_a_minute_at_most() -> None:
    them = Signing()
    for number in range(30):
        _with_key(them, "two" if number % 2 else "three")
        assert them.is_refused(them.begins()[1], code=f"c{number}") is Why.UNKNOWN_KEY
        them.now += 4_000

    assert them.provider.asked.count("/keys") == 2


# ------------------------------------------------------------------------------ away


@pytest.mark.parametrize(
    "raises", [httpx2.ConnectError("no"), httpx2.ReadTimeout("slow"), OSError("no")]
)
def test_a_provider_that_is_away_is_said_in_words(raises: Exception) -> None:
    them = Signing()
    them.provider.raises = raises

    assert them.is_away(them.begins) == f"it can't be asked: {type(raises).__name__}"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize("status", [302, 500, 503])
def test_what_a_provider_answers_wrongly_is_followed_nowhere(path: str, status: int) -> None:
    them = Signing()
    flow = them.begins()[1]
    them.now += HOUR - 1
    them.provider.status[path] = status
    if path.startswith("/.well"):
        them.now += 1
    flow = Flow(state=flow.state, nonce=flow.nonce, verifier=flow.verifier, until=them.now + MINUTE)

    assert them.is_away(lambda: them.comes_back(flow))
    assert not [each for each in them.provider.asked if each == "/"]


@pytest.mark.parametrize(
    "differs",
    [
        {"issuer": "https://evil.example.com"},
        {"issuer": None},
        {"token_endpoint": "http://id.example.com/token"},
        {"token_endpoint": "https://user:pw@id.example.com/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_can_not_be_the_one_is_not_believed(differs: dict[str, Any]) -> None:
    them = Signing()
    them.provider.describes |= differs

    assert them.is_away(them.begins)


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    them = Signing()
    them.provider.describes["filler"] = "x" * 1_100_000

    assert them.is_away(them.begins) == "its answer is too large"


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{"kty": "RSA"}]}, []])
def test_keys_that_are_none_are_the_providers_fault(keys: Any) -> None:
    them = Signing()
    them.provider.keys = keys

    assert them.is_away(lambda: them.comes_back(them.begins()[1])) == "its keys can't be read (200)"


def test_no_secret_is_shown_where_a_client_is() -> None:
    client = Client(issuer=ISSUER, client_id=CLIENT, secret="hidden", redirect=BACK)

    assert "hidden" not in f"{client!r}{client}"
