"""What lies around every page: which requests are let in at all, and what every answer says.

A request is refused here, before anything looks at it, whose host is not ours, that is too large or
too slow, that comes too often, or that another site sent. Every answer, also an error's, says what
a browser must not do with it.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agents.board.identity.limits import Limiter

LARGEST_BODY: Final = 65_536  # bytes: the largest form of ours has a tenth of it
BODY_SECONDS: Final = 10.0
_LONGEST_PATH: Final = 2_048
_REQUESTS_AT_ONCE, _REQUEST_EVERY_MS = 120, 50  # of an address: 20 a second, and a page's at once
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Not `no-referrer`: under it browsers send `Origin: null` with every form, also to ourselves.
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_HSTS: Final = "max-age=31536000"
_WITHOUT_HOST: Final = ("/health/live", "/health/ready", "/metrics")
"""Asked by what knows this process by its address."""
_STATIC: Final = "/static/"


class Place(Struct, frozen=True, kw_only=True):
    """Where people reach the board: `origin` is scheme, host and port as browsers write them."""

    origin: str

    @property
    def host(self) -> str:
        """What stands in `Host`."""
        return urlsplit(self.origin).netloc

    @property
    def is_https(self) -> bool:
        """Whether nobody on the way can read it."""
        return self.origin.startswith("https:")


class Guard:
    """Lies around the application; for one process."""

    def __init__(self, app: ASGIApp, place: Place, now: Callable[[], int]) -> None:
        self._app = app
        self._place = place
        self._now = now
        self._limiter = Limiter(_REQUESTS_AT_ONCE, _REQUEST_EVERY_MS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no page of ours has a web socket
        answer = self._saying(scope, send)
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, answer)
            return
        try:
            await self._app(scope, _bounded(receive), answer)
        except _TooLarge:
            await PlainTextResponse("", 413)(scope, receive, answer)
        except _TooSlow:
            await PlainTextResponse("", 408)(scope, receive, answer)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        headers, path = Headers(scope=scope), scope["path"]
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) > _LONGEST_PATH:
            return PlainTextResponse("", 414)
        if path in _WITHOUT_HOST:
            return None
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() != self._place.host:
            return PlainTextResponse("This is not the address of this board.\n", 421)
        if not path.startswith(_STATIC) and not self._limiter.takes(client_of(scope), self._now()):
            return PlainTextResponse("Too many requests. Please wait.\n", 429, {"Retry-After": "5"})
        if not _is_length(headers.get("content-length")):
            return PlainTextResponse("", 413)
        if scope["method"] not in ("GET", "HEAD") and self._is_from_elsewhere(headers):
            return PlainTextResponse("This form was not sent from this board.\n", 403)
        return None

    def _is_from_elsewhere(self, headers: Headers) -> bool:
        """Whether another site has a browser send this; a browser says so, whoever is no browser
        holds no one's cookie.
        """  # noqa: D205
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            return True
        return origin is not None and origin.lower() != self._place.origin

    def _saying(self, scope: Scope, send: Send) -> Send:
        is_static = scope["path"].startswith(_STATIC)

        async def saying(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if self._place.is_https:
                    headers["Strict-Transport-Security"] = _HSTS
                if not is_static or message["status"] != 200:  # noqa: PLR2004 - all is well
                    headers["Cache-Control"] = "no-store"
                if "server" in headers:
                    del headers["server"]
            await send(message)

        return saying


class _TooLarge(Exception):  # noqa: N818 - it says what happened
    """More than a form of ours can be."""


class _TooSlow(Exception):  # noqa: N818 - it says what happened
    """A body that does not come."""


def _bounded(receive: Receive) -> Receive:
    """What comes of a body, up to so many bytes and seconds; then nobody waits for more of it."""
    left, deadline, whole = LARGEST_BODY, None, False

    async def bounded() -> Message:
        nonlocal left, deadline, whole
        if whole:  # what comes now is that they have gone, which may take any time
            return await receive()
        clock = asyncio.get_running_loop().time
        deadline = clock() + BODY_SECONDS if deadline is None else deadline
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise _TooSlow from None
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if left < 0:
                raise _TooLarge
        return message

    return bounded


def _is_length(given: str | None) -> bool:
    return given is None or (given.isascii() and given.isdigit() and int(given) <= LARGEST_BODY)


def client_of(scope: Scope) -> str:
    """The address that a request comes from; of IPv6 the network that one customer has."""
    client = scope.get("client")
    host = "" if client is None else str(client[0])
    return ":".join(host.split(":")[:4]) if ":" in host else host
