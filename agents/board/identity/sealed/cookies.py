"""The board's two cookies: of a session, and of a sign-in on its way to the provider."""

from collections import OrderedDict
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from agents.board.identity.guard import Place
from agents.board.identity.openid.provider import Flow
from agents.board.identity.sealed.sealing import Purpose, Sealer
from agents.board.identity.sealed.sessions import Session, Sessions

_NAME: Final = "recourse-board"
_FLOW: Final = "recourse-board-signing-in"
_HOST: Final = "__Host-"
"""By https a browser takes a cookie of such a name from this very host alone, over https."""
_USED_AT_MOST: Final = 10_000
_decode_flow: Final = msgspec.msgpack.Decoder(Flow).decode


class Cookies:
    """Sets and reads them."""

    def __init__(self, place: Place, sealer: Sealer, sessions: Sessions) -> None:
        self._place = place
        self._sealer = sealer
        self.sessions = sessions
        self._used: OrderedDict[str, int] = OrderedDict()

    def session(self, request: Request, now: int) -> Session | None:
        """The session that a request shows."""
        return self.sessions.of_cookie(request.cookies.get(self._called(_NAME)), now)

    def set_session(self, response: Response, session: Session, now: int) -> None:
        """The browser keeps it until its end."""
        self._set(response, _NAME, self.sessions.cookie(session), session.until - now)

    def forget(self, response: Response) -> None:
        """The browser keeps none."""
        self._set(response, _NAME, "", 0)

    def set_flow(self, response: Response, flow: Flow, now: int) -> None:
        """The sign-in that this browser began."""
        sealed = self._sealer.sealed(Purpose.FLOW, msgspec.msgpack.encode(flow))
        self._set(response, _FLOW, sealed, flow.until - now)

    def take_flow(self, request: Request, response: Response, now: int) -> Flow | None:
        """The sign-in that this browser began, once; None: it began none, or it is used."""
        self._set(response, _FLOW, "", 0)
        sealed = request.cookies.get(self._called(_FLOW))
        data = None if sealed is None else self._sealer.opened(Purpose.FLOW, sealed)
        if data is None:
            return None
        try:
            flow = _decode_flow(data)
        except msgspec.DecodeError:
            return None
        while self._used and next(iter(self._used.values())) <= now:
            self._used.popitem(last=False)
        if flow.state in self._used:
            return None
        self._used[flow.state] = flow.until
        if len(self._used) > _USED_AT_MOST:  # the provider takes no code twice either
            self._used.popitem(last=False)
        return flow

    def _set(self, response: Response, name: str, value: str, lasts_ms: int) -> None:
        response.set_cookie(
            self._called(name),
            value,
            max_age=max(0, lasts_ms // 1000),
            path="/",
            secure=self._place.is_https,
            httponly=True,
            # A link in a mail, and the way back from the provider, come from another site.
            samesite="lax",
        )

    def _called(self, name: str) -> str:
        return _HOST + name if self._place.is_https else name
