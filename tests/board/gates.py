"""A gate without signing in: who somebody is stands in a cookie."""

from collections.abc import Mapping, Sequence

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from agents.board.gate import What
from agents.board.viewers import Page, Role, Seen, Viewer, Word
from schemas.records import ActionName

TOKEN = "the-form-is-ours"
_OFFICE = (Role.MANAGER, Role.OPERATOR)


class OpenGate:
    """Knows the viewers that it was given, each under a name; notes who looked at what."""

    def __init__(self, viewers: Mapping[str, Viewer]) -> None:
        self.viewers = dict(viewers)
        self.noted: list[tuple[str, str, str]] = []
        self.prove_at: str | None = None

    def viewer(self, request: Request) -> Viewer | None:
        return self.viewers.get(request.cookies.get("who", ""))

    def unknown(self, request: Request) -> Response:
        del request
        return PlainTextResponse("sign in", 401)

    def may(self, viewer: Viewer, what: What, case: Seen | None) -> bool:
        match what:
            case Page.MY_CASES:
                return viewer.role is Role.MANAGER
            case Page.NETWORK:
                return viewer.role in (Role.OPERATOR, Role.AUDITOR)
            case Page.CUSTOMER_CASE | Word():
                own = case is not None and case.escalation_id == viewer.escalation_id
                return viewer.role is Role.CUSTOMER and own
            case Page.CASE | ActionName():
                if case is None or viewer.role is Role.CUSTOMER:
                    return False
                if isinstance(what, ActionName) and viewer.role not in _OFFICE:
                    return False
                here = case.site_id in viewer.sites or case.region_id in viewer.regions
                return here or viewer.role in (Role.OPERATOR, Role.AUDITOR)
            case _:
                return False

    def may_site(self, viewer: Viewer, site_id: str, region_id: str | None) -> bool:
        return site_id in viewer.sites or region_id in viewer.regions

    def asks_first(self, viewer: Viewer, case: Seen) -> str | None:
        del viewer, case
        return self.prove_at

    def form_token(self, request: Request) -> str:
        del request
        return TOKEN

    def is_own_form(self, request: Request, form: Mapping[str, str]) -> bool:
        del request
        return form.get("token") == TOKEN

    def looked(self, viewer: Viewer, what: What, case_id: str) -> None:
        self.noted.append((viewer.subject, str(what), case_id))

    def nonce(self, request: Request) -> str:
        del request
        return ""

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def middleware(self) -> Sequence[Middleware]:
        return ()
