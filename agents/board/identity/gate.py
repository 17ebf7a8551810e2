"""The gate that the pages ask: who somebody is, what they may, and whether a form is theirs."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

import structlog
from msgspec.structs import replace
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from agents.board.gate import What
from agents.board.identity import metrics, permissions, shown
from agents.board.identity.guard import Guard
from agents.board.identity.limits import Limiter
from agents.board.identity.openid.pinning import PinFile
from agents.board.identity.openid.provider import Provider
from agents.board.identity.people import link_holds, viewer_of
from agents.board.identity.sealed.cookies import Cookies
from agents.board.identity.sealed.sessions import (
    CUSTOMER_MS,
    STAFF_MS,
    Kind,
    Session,
    Sessions,
    new_id,
)
from agents.board.identity.settings import Access
from agents.board.viewers import Role, Seen, Viewer, Word
from agents.core.policy_board import SecondFact
from agents.core.world import World
from agents.reference_data.reference import Reference

log = structlog.get_logger()

SEE_OTHER: Final = 303
SECOND_FACT: Final = "/second-fact"
_MY_CASE: Final = "/my-case"
_LOOKED: Final = frozenset({"GET", "HEAD"})


class Cases(Protocol):
    """What the gate asks of the board's copy."""

    def now(self) -> int:
        """The time of the records (ms)."""

    def reference(self) -> Reference:
        """Policy and directory."""

    def case(self, case_id: str) -> Seen | None:
        """A case, if there is one."""

    def open_cases(self, sites: Iterable[str] | None = None) -> Sequence[Seen]:
        """Those that are open; asked in the demo alone."""


def wall_clock() -> int:
    """Now, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class IdentityGate:
    """See `agents.board.gate.Gate`."""

    def __init__(
        self,
        access: Access,
        cases: Cases,
        *,
        demo: bool = False,
        pins: PinFile | None = None,
        clock: Callable[[], int] = wall_clock,
        provider: Provider | None = None,
    ) -> None:
        """`demo`: anybody may be anybody, by a click. `clock`: of sessions and links (ms)."""
        self.access = access
        self.cases = cases
        self.demo = demo
        self.clock = clock
        self.pins = pins or PinFile(None)
        self.cookies = Cookies(access.place, access.sealer, Sessions(access.sealer))
        self.provider = provider
        if provider is None and access.client is not None:
            self.provider = Provider(access.client, clock)
        self.tries = Limiter(at_once=20, every_ms=6_000)
        """Of an address: links, facts and sign-ins."""
        self.facts = Limiter(at_once=5, every_ms=720_000)
        """Of a case: five, then five an hour, from wherever they come."""

    # ----------------------------------------------------------------- what the pages ask

    def viewer(self, request: Request) -> Viewer | None:
        """Who asks, as policy, directory and case are now."""
        session = self.session(request)
        if session is None or (session.kind is Kind.DEMO and not self.demo):
            return None
        if session.kind is Kind.LINK and not self.link_holds(session):
            return None
        return viewer_of(session, self.world())

    def unknown(self, request: Request) -> Response:
        """The way to sign in; for customers, what became of their link."""
        if request.url.path in (_MY_CASE, SECOND_FACT) and not self.demo:
            return shown.page(request, "said.html", 401, message="over", again=None)
        if request.method not in _LOOKED or request.url.path == "/events":
            return PlainTextResponse("", 401)
        back = quote(request.url.path, safe="/")
        return RedirectResponse("/demo" if self.demo else f"/sign-in?back={back}", SEE_OTHER)

    def may(self, viewer: Viewer, what: What, case: Seen | None) -> bool:
        """By the table; a customer's word also needs what is asked beside the link."""
        if not permissions.may(viewer, what, case, self.world()):
            return False
        return not isinstance(what, Word) or case is None or self.asks_first(viewer, case) is None

    def may_site(self, viewer: Viewer, site_id: str, region_id: str | None) -> bool:
        """By the table."""
        return permissions.may_site(viewer, site_id, region_id, self.world())

    def asks_first(self, viewer: Viewer, case: Seen) -> str | None:
        """Where a customer answers the question that the policy has for them."""
        del case
        by_link_alone = viewer.role is Role.CUSTOMER and viewer.known_by.startswith("link:")
        asked = self.world().policy.board.links.second_fact is not SecondFact.NONE
        return SECOND_FACT if by_link_alone and asked else None

    def form_token(self, request: Request) -> str:
        """Of the session; empty without one."""
        session = self.session(request)
        return "" if session is None else self.access.sealer.form_token(session.session_id)

    def is_own_form(self, request: Request, form: Mapping[str, str]) -> bool:
        """Whether it carries a token of this session."""
        session = self.session(request)
        return session is not None and self.access.sealer.is_form_token(
            session.session_id, form.get("token", "")
        )

    def looked(self, viewer: Viewer, what: What, case_id: str) -> None:
        """A line for the auditor: ids and marks, no name and no address."""
        log.info(
            "board_looked",
            role=viewer.role.value,
            who=viewer.subject,
            known_by=viewer.known_by,
            what=str(what),
            case=case_id,
        )

    def nonce(self, request: Request) -> str:
        """None: nothing of ours stands in a page itself."""
        del request
        return ""

    def routes(self) -> Sequence[BaseRoute]:
        """Signing in and out, links, the demo's people."""
        from agents.board.identity.signing import routes_of  # noqa: PLC0415 - it knows the gate

        return routes_of(self)

    def middleware(self) -> Sequence[Middleware]:
        """What lies around every page."""
        return [Middleware(Guard, place=self.access.place, now=self.clock)]

    # ------------------------------------------------------------------ what its pages ask

    def world(self) -> World:
        """Policy and directory as of now."""
        return self.cases.reference().world(self.cases.now())

    def session(self, request: Request) -> Session | None:
        """The session of a request, as of now: a stream lasts longer than a session may."""
        return self.cookies.session(request, self.clock())

    def link_holds(self, session: Session) -> bool:
        """Whether the link by which a session began still opens its case."""
        keys, case_id = self.access.links, session.escalation_id
        if keys is None or case_id is None or session.key not in keys.names:
            return False
        case = self.cases.case(case_id)
        return case is not None and link_holds(
            case_id, session.made_at, case.ended_at, self.world()
        )

    def begin(
        self, request: Request, response: Response, session: Session, at_most: int | None = None
    ) -> None:
        """A session begins, under an id that nobody knew before; the one before it is over."""
        before, now = self.session(request), self.clock()
        if before is not None:
            self.cookies.sessions.end(before, now)
        lasts = CUSTOMER_MS if session.kind is Kind.LINK else STAFF_MS
        until = now + lasts if at_most is None else min(now + lasts, at_most)
        session = replace(session, session_id=new_id(), until=until)
        self.cookies.set_session(response, session, now)
        by = "fact" if session.proved else session.kind.value
        metrics.SIGN_INS.labels(by=by, result="in").inc()
        log.info("board_signed_in", by=session.kind.value, who=_who(session, self.world()))

    def end(self, request: Request, response: Response) -> None:
        """The session of a request is over, also for who has a copy of its cookie."""
        session = self.session(request)
        if session is not None:
            self.cookies.sessions.end(session, self.clock())
        self.cookies.forget(response)

    def close(self) -> None:
        """Lets go of the file of pins."""
        self.pins.close()


def gate_of(access: Access, cases: Cases, folder: Path | None, *, demo: bool) -> IdentityGate:
    """The gate; `folder` is where it keeps who was pinned to whom.

    Raises:
        sqlite3.Error: the file can't be used.
    """
    return IdentityGate(
        access, cases, demo=demo, pins=PinFile(None if folder is None else folder / "pins.sqlite")
    )


def _who(session: Session, world: World) -> str:
    viewer = viewer_of(session, world)
    return "" if viewer is None else viewer.known_by


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that says nothing of where they differ."""
    return secrets.compare_digest(one.encode(), other.encode())
