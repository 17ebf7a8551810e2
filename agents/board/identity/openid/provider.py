"""The identity provider, spoken with: OpenID Connect, authorization code with PKCE.

What it says of itself and its keys is kept for an hour. A token signed with a key that is not
known has the keys read again, at most once a minute: a provider changes its keys, and who makes
such tokens up must not make us ask it on and on. Nothing is followed elsewhere, nothing is read
that is larger than it can be, and every answer is waited for a few seconds at most.
"""

import asyncio
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import DecodeError, Struct, json

from agents.board.identity.openid.id_tokens import (
    Expected,
    Refused,
    Why,
    checked,
    key_id_of,
)

FLOW_MS: Final = 600_000
"""How long somebody may take at the provider."""
_KEPT_MS: Final = 3_600_000
_KEYS_AGAIN_MS: Final = 60_000
_SECONDS: Final = 5.0
_LARGEST: Final = 1_000_000  # bytes of an answer
_OK: Final = 200
_REFUSES: Final = range(400, 500)
_CODE: Final = re.compile(r"[\x21-\x7e]{1,2048}")
_HERE: Final = ("localhost", "127.0.0.1", "::1")


class ProviderAway(Exception):  # noqa: N818 - it says what happened
    """The provider can't be asked, or says what it can't mean; a sentence for the log."""


class Client(Struct, frozen=True, kw_only=True):
    """Who we are for the provider; `secret` None: a public client, which PKCE alone proves."""

    issuer: str
    client_id: str
    secret: str | None
    redirect: str
    groups_claim: str = "groups"
    scopes: str = "openid profile email"

    def __repr__(self) -> str:
        return f"Client({self.issuer!r}, {self.client_id!r})"


class Flow(Struct, frozen=True, kw_only=True):
    """A sign-in on its way: what only the browser that began it can show again."""

    state: str
    nonce: str
    verifier: str
    until: int
    back_to: str = "/"


class _Described(Struct, frozen=True, kw_only=True):
    authorization: str
    token: str
    keys: str
    names_itself: bool
    by_post: bool
    at: int


class Provider:
    """One identity provider. For one event loop."""

    def __init__(
        self,
        client: Client,
        now: Callable[[], int],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`now`: the clock (ms). `transport`: of tests."""
        self.client = client
        self._now = now
        self._transport = transport
        self._described: _Described | None = None
        self._keys: KeySet | None = None
        self._keys_at = 0
        self._turn = asyncio.Lock()

    async def begin(self, back_to: str) -> tuple[str, Flow]:
        """Where the browser goes to sign in, and what it is to show when it comes back.

        Raises:
            ProviderAway: it can't be asked.
        """
        described = await self._description()
        flow = Flow(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            until=self._now() + FLOW_MS,
            back_to=back_to,
        )
        challenge = urlsafe_b64encode(sha256(flow.verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect,
            "scope": self.client.scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        sign = "&" if "?" in described.authorization else "?"
        return f"{described.authorization}{sign}{urlencode(asked)}", flow

    async def finish(self, query: Mapping[str, str], flow: Flow | None) -> Mapping[str, Any]:
        """The claims of who came back.

        Raises:
            Refused: they are not signed in.
            ProviderAway: it can't be asked.
        """
        state, given = query.get("state", ""), flow.state if flow is not None else ""
        if flow is None or not given or not secrets.compare_digest(
            state.encode(), given.encode()
        ) or self._now() >= flow.until:  # fmt: skip
            raise Refused(Why.STATE)
        described = await self._description()
        said = query.get("iss")
        if (said is not None or described.names_itself) and said != self.client.issuer:
            raise Refused(Why.ISSUER)  # RFC 9207: another provider's answer
        if "error" in query:
            raise Refused(Why.CANCELLED)
        code = query.get("code", "")
        if not _CODE.fullmatch(code):
            raise Refused(Why.CODE)
        token = await self._token(described, code, flow)
        keys = await self._keys_for(described, key_id_of(token))
        expected = Expected(
            issuer=self.client.issuer, client_id=self.client.client_id, nonce=flow.nonce
        )
        return checked(token, keys, expected, self._now())

    async def _token(self, described: _Described, code: str, flow: Flow) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect,
            "code_verifier": flow.verifier,
        }
        auth: tuple[str, str] | None = None
        if self.client.secret is None:
            form["client_id"] = self.client.client_id
        elif described.by_post:
            form |= {"client_id": self.client.client_id, "client_secret": self.client.secret}
        else:
            auth = (_quoted(self.client.client_id), _quoted(self.client.secret))
        status, answer = await self._asked("POST", described.token, data=form, auth=auth)
        if status in _REFUSES:
            raise Refused(Why.CODE)
        token = answer.get("id_token")
        if status != _OK or not isinstance(token, str):
            raise ProviderAway(f"its token endpoint answered {status} without an ID token")
        return token

    async def _keys_for(self, described: _Described, kid: str | None) -> KeySet:
        """The keys, read again where the one that is named is not among them."""
        async with self._turn:
            now = self._now()
            known, age = self._keys, now - self._keys_at
            missing = known is None or (kid is not None and all(k.kid != kid for k in known))
            if known is not None and (age < _KEYS_AGAIN_MS or (not missing and age < _KEPT_MS)):
                return known
            self._keys_at = now
            status, answer = await self._asked("GET", described.keys)
            try:
                keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError):
                raise ProviderAway(f"its keys can't be read ({status})") from None
            self._keys = keys
            return keys

    async def _description(self) -> _Described:
        async with self._turn:
            now = self._now()
            if self._described is not None and now - self._described.at < _KEPT_MS:
                return self._described
            where = self.client.issuer.rstrip("/") + "/.well-known/openid-configuration"
            status, answer = await self._asked("GET", where)
            if status != _OK or answer.get("issuer") != self.client.issuer:
                raise ProviderAway(f"it does not say that it is {self.client.issuer} ({status})")
            self._described = _described(answer, now)
            return self._described

    async def _asked(self, method: str, where: str, **more: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - httpx's own
        """The status and the JSON of an answer; an empty one where it is none."""
        try:
            async with (
                httpx2.AsyncClient(
                    timeout=_SECONDS, follow_redirects=False, transport=self._transport
                ) as client,
                asyncio.timeout(2 * _SECONDS),
                client.stream(method, where, **more) as answer,
            ):
                whole = bytearray()
                async for part in answer.aiter_bytes():
                    whole += part
                    if len(whole) > _LARGEST:
                        raise ProviderAway("its answer is too large")
                return answer.status_code, _object(bytes(whole))
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            raise ProviderAway(f"it can't be asked: {type(error).__name__}") from None


def _described(answer: Mapping[str, Any], now: int) -> _Described:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    authorization, token, keys = (str(answer.get(each, "")) for each in names)
    if not all(_is_safe(each) for each in (authorization, token, keys)):
        raise ProviderAway("it names no endpoints by https")
    methods = answer.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return _Described(
        authorization=authorization,
        token=token,
        keys=keys,
        names_itself=answer.get("authorization_response_iss_parameter_supported") is True,
        by_post="client_secret_basic" not in methods and "client_secret_post" in methods,
        at=now,
    )


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in _HERE
    return bool(parts.hostname) and (parts.scheme == "https" or here) and not parts.username


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.decode(body)
    except DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _quoted(part: str) -> str:
    """As RFC 6749, 2.3.1 has the client's id and secret in a header."""
    return urlencode({"": part})[1:]
