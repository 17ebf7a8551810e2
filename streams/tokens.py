"""Tokens for SASL/OAUTHBEARER: had from an endpoint, kept while they last, renewed in time.

Both clients of Kafka ask here, so they have one token and one sentence where there is none. The
endpoint is asked as OAuth 2.0 has it for a program that is its own user (RFC 6749, 4.4).
"""

import base64
import json
import re
import ssl
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.parse import quote, urlencode

import structlog

from streams.errors import EXIT_RESTART, ConfigurationError
from streams.printable import printable

log = structlog.get_logger()

_SECONDS = 5.0
_AT_MOST_BYTES = 1_000_000
_USUAL_SECONDS = 300.0
"""How long a token is believed to last whose answer does not say it."""
_RENEWED_AT = 0.25
"""What is left of a token's time when a new one is asked for: librdkafka asks at a fifth."""
_AGAIN_SECONDS = 1.0
"""How soon after a refusal the endpoint is asked again."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*\Z")
_ITS_OWN_FAULT = 500
"""From this of HTTP's codes on a server says that it is not the request that is wrong."""
_TEMPORARY = {408, 425, 429}


class TokenRefused(ConfigurationError):  # noqa: N818 - says what happened
    """The endpoint answers, and gives none: somebody must change something."""


class TokenNotHad(ConfigurationError):  # noqa: N818 - says what happened
    """The endpoint does not answer as it should: start again."""

    exit_code = EXIT_RESTART


@dataclass(frozen=True, kw_only=True)
class Client:
    """Who asks for tokens, where, and for what."""

    url: str
    client_id: str
    secret: str = field(repr=False)
    scope: str | None = None
    ca_file: str | None = None
    """PEM: who vouches for the endpoint; None is the system's list."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """What the brokers are shown; `until` in seconds since 1970."""

    value: str = field(repr=False)
    since: float
    until: float

    def left(self, now: float) -> float:
        """Which part of its time is left."""
        return (self.until - now) / max(self.until - self.since, 1e-9)


class _Source:
    """One client's tokens. Asked from any thread; one of them goes to the endpoint."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._refusal: tuple[float, ConfigurationError] | None = None

    def token(self) -> Token:
        with self._lock:
            now = time.time()
            kept = self._token
            # More than all of it is left where the clock was put back: then who knows.
            if kept is not None and _RENEWED_AT < kept.left(now) <= 1:
                return kept
            try:
                self._token = self._asked(now)
            except ConfigurationError as error:
                if kept is None or kept.until <= now:
                    raise
                log.warning("token_not_renewed", error=str(error), lasts_s=int(kept.until - now))
                return kept
            return self._token

    def _asked(self, now: float) -> Token:
        if self._refusal is not None and 0 <= now - self._refusal[0] < _AGAIN_SECONDS:
            raise self._refusal[1]
        try:
            return _ask(self._client, now)
        except ConfigurationError as error:
            self._refusal = (now, error)
            raise


_SOURCES: dict[Client, _Source] = {}
_SOURCES_LOCK = threading.Lock()


def token(client: Client) -> Token:
    """A token of this client that lasts; the one that is kept, or a new one.

    Raises:
        TokenRefused: the endpoint gives this client none.
        TokenNotHad: it does not answer, or not with a token.
    """
    with _SOURCES_LOCK:
        # A secret that was changed is another client; who had the old one is forgotten.
        source = _SOURCES.get(client)
        if source is None:
            for known in [each for each in _SOURCES if _same(each, client)]:
                del _SOURCES[known]
            source = _SOURCES[client] = _Source(client)
    return source.token()


def _same(one: Client, other: Client) -> bool:
    return (one.url, one.client_id, one.scope) == (other.url, other.client_id, other.scope)


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the secret would go along."""

    def redirect_request(  # noqa: PLR0917 - as its class has it
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        del req, fp, code, msg, headers, newurl


def _ask(client: Client, now: float) -> Token:
    # Each part in the form's encoding first (RFC 6749, 2.3.1): an id may hold a colon.
    who = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
    asked = {"grant_type": "client_credentials"} | ({"scope": client.scope} if client.scope else {})
    request = urllib.request.Request(  # noqa: S310 - the setting takes http and https alone
        client.url,
        data=urlencode(asked).encode(),
        headers={
            "Authorization": f"Basic {base64.b64encode(who.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
    )
    try:
        with _opener(client).open(request, timeout=_SECONDS) as answer:
            body = answer.read(_AT_MOST_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(client, error.code, error.read(_AT_MOST_BYTES)) from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise _not_had(client, str(reason) or type(error).__name__) from None
    return _token_of(client, body, now)


def _opener(client: Client) -> urllib.request.OpenerDirector:
    if not client.url.startswith("https:"):
        return urllib.request.build_opener(_StaysThere)
    try:
        context = ssl.create_default_context(cafile=client.ca_file)
    except (ssl.SSLError, OSError):
        raise TokenRefused(
            f"RECOURSE_OAUTH_CA_FILE (environment) is {client.ca_file!r}: must be certificates in "
            "PEM"
        ) from None
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # as streams.access, for the same reason
    return urllib.request.build_opener(_StaysThere, urllib.request.HTTPSHandler(context=context))


def _token_of(client: Client, body: bytes, now: float) -> Token:
    try:
        answer = json.loads(body)
        value, seconds = answer["access_token"], answer.get("expires_in", _USUAL_SECONDS)
        lasts = float(seconds)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _not_had(client, "its answer holds no access_token") from None
    if not isinstance(value, str) or not _TOKEN.match(value):
        raise _not_had(client, "its access_token is none as RFC 6750 has it")
    if not 0 < lasts < float("inf"):
        raise _not_had(client, "its token is over already (expires_in)")
    return Token(value=value, since=now, until=now + lasts)


def _not_had(client: Client, why: str) -> TokenNotHad:
    return TokenNotHad(
        f"RECOURSE_OAUTH_TOKEN_URL {client.url} gives no token: {_said(client, why)}"
    )


def _refusal(client: Client, code: int, body: bytes) -> ConfigurationError:
    """What an endpoint's error says: of the client, or of itself."""
    said = str(code)
    try:
        answer = json.loads(body)
        said = f"{code} {answer['error']}"
        said += f": {answer['error_description']}" if answer.get("error_description") else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    if code >= _ITS_OWN_FAULT or code in _TEMPORARY:
        return _not_had(client, said)
    return TokenRefused(
        f"RECOURSE_OAUTH_TOKEN_URL {client.url} refuses the client {client.client_id!r} "
        f"({_said(client, said)}): RECOURSE_OAUTH_CLIENT_ID, RECOURSE_OAUTH_CLIENT_SECRET_FILE and "
        "RECOURSE_OAUTH_SCOPE must be ones that it knows"
    )


def _said(client: Client, text: str) -> str:
    """Another's words, short, on one line, and never the secret."""
    return printable(text.replace(client.secret, "..."))[:300]
