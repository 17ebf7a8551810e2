"""What the pages ask of whoever knows who somebody is."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from agents.board.viewers import Page, Seen, Viewer, Word
from schemas.records import ActionName

What = Page | Word | ActionName


class Gate(Protocol):
    """Who somebody is, and what they may. The pages ask it before each read and each action."""

    def viewer(self, request: Request) -> Viewer | None:
        """Who asks; None: nobody who is known."""

    def unknown(self, request: Request) -> Response:
        """What somebody gets who is not known: the way to sign in."""

    def may(self, viewer: Viewer, what: What, case: Seen | None) -> bool:
        """Whether a viewer may see or do that.

        `case` is None for MY_CASES and NETWORK, and for SITE, of which `may_site` is asked.
        What somebody may not, the pages answer as what is not there: 404, the same in each byte.
        """

    def may_site(self, viewer: Viewer, site_id: str, region_id: str | None) -> bool:
        """Whether a viewer may see the page of that site."""

    def asks_first(self, viewer: Viewer, case: Seen) -> str | None:
        """Where a customer proves more before they may say anything; None: nothing is asked."""

    def form_token(self, request: Request) -> str:
        """What each form carries in its hidden field `token`, against forged requests."""

    def is_own_form(self, request: Request, form: Mapping[str, str]) -> bool:
        """Whether a form that was sent is one of ours, of the same session."""

    def looked(self, viewer: Viewer, what: What, case_id: str) -> None:
        """Says that somebody looked at a case or acted on it, for the auditor."""

    def nonce(self, request: Request) -> str:
        """The nonce of this answer's content security policy; empty: there is none."""

    def routes(self) -> Sequence[BaseRoute]:
        """Its own pages: signing in and out, links, the demo's roles."""

    def middleware(self) -> Sequence[Middleware]:
        """What lies around every page: sessions, security headers, rate limits."""
