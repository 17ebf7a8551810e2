"""The pages of signing in and out, of customers' links, and of the demo's people."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from agents.board.identity import metrics, shown
from agents.board.identity.demo_people import by_role, offered
from agents.board.identity.gate import SECOND_FACT, SEE_OTHER, IdentityGate, same
from agents.board.identity.guard import client_of
from agents.board.identity.openid.id_tokens import Refused, Why
from agents.board.identity.openid.provider import ProviderAway
from agents.board.identity.people import (
    Person,
    entry_for,
    groups_named,
    manager_for,
    mark_of,
    second_fact_of,
)
from agents.board.identity.sealed.sessions import NOBODY_MS, Kind, Session, new_id
from agents.board.identity.settings import CALLBACK
from agents.core.languages import said as language_said

log = structlog.get_logger()

NOT_FOUND, UNFIT, TOO_OFTEN, AWAY, FORBIDDEN = 404, 422, 429, 503, 403
_INSIDE: Final = re.compile(r"/(?![/\\])[A-Za-z0-9/._~:%-]{0,500}")
"""A path of ours; anything else would lead away from here."""
_FIELDS: Final = 10
_SHOWN_NAME: Final = 80


def routes_of(gate: IdentityGate) -> Sequence[BaseRoute]:
    """All of them."""
    pages = _Pages(gate)
    found = [
        Route("/sign-in", pages.sign_in, name="sign-in"),
        Route(CALLBACK, pages.back, name="signed-in"),
        Route("/sign-out", pages.sign_out, methods=["POST"], name="sign-out"),
        Route("/signed-out", pages.signed_out, name="signed-out"),
        Route("/c/{token}", pages.link, name="link"),
        Route(SECOND_FACT, pages.fact, methods=["GET", "POST"], name="second-fact"),
    ]
    if gate.demo:
        found.append(Route("/demo", pages.demo, methods=["GET", "POST"], name="demo"))
    return found


class _Pages:
    def __init__(self, gate: IdentityGate) -> None:
        self._gate = gate

    # ------------------------------------------------------------------ OpenID Connect

    async def sign_in(self, request: Request) -> Response:
        """On to the provider; nothing is asked here."""
        gate, provider = self._gate, self._gate.provider
        if provider is None:
            return shown.page(request, "said.html", NOT_FOUND, message="no-way", again=None)
        if not gate.tries.takes(client_of(request.scope), gate.clock()):
            return _too_often(request)
        back = request.query_params.get("back", "/")
        try:
            where, flow = await provider.begin(back if _INSIDE.fullmatch(back) else "/")
        except ProviderAway as problem:
            return _away(request, problem)
        response = RedirectResponse(where, SEE_OTHER)
        gate.cookies.set_flow(response, flow, gate.clock())
        return response

    async def back(self, request: Request) -> Response:
        """Back from the provider, with what it says of who came."""
        gate, provider = self._gate, self._gate.provider
        if provider is None:
            return shown.page(request, "said.html", NOT_FOUND, message="no-way", again=None)
        if not gate.tries.takes(client_of(request.scope), gate.clock()):
            return _too_often(request)
        response = RedirectResponse("/", SEE_OTHER)
        flow = gate.cookies.take_flow(request, response, gate.clock())
        try:
            claims = await provider.finish(request.query_params, flow)
            session = await run_in_threadpool(self._known, claims, provider.client.groups_claim)
        except Refused as refused:
            return self._refused(request, response, refused.why)
        except ProviderAway as problem:
            return _away(request, problem)
        response.headers["location"] = flow.back_to if flow is not None else "/"
        gate.begin(request, response, session)
        return response

    def _known(self, claims: Mapping[str, Any], groups_claim: str) -> Session:
        """The session of who signed in; pins them to the manager who they are.

        Raises:
            Refused: they are nothing here.
        """
        gate, person = self._gate, _person(claims, groups_claim)
        world, mark = gate.world(), mark_of(person.issuer, person.subject)
        manager_id = manager_for(person, gate.pins.all(), world)
        groups = groups_named(person, world)
        entry = entry_for(person.issuer, groups, manager_id, world)
        if entry is None:
            raise Refused(Why.NO_ROLE)
        if entry.role != "MANAGER":
            manager_id = None
        elif manager_id is None or not gate.pins.pin(manager_id, mark):
            raise Refused(Why.NO_ROLE)
        return Session(
            session_id="", kind=Kind.OIDC, until=0, name=person.name, language=person.language,
            issuer=person.issuer, subject=person.subject, groups=groups, manager_id=manager_id,
        )  # fmt: skip

    def _refused(self, request: Request, before: Response, why: Why) -> Response:
        metrics.SIGN_INS.labels(by="oidc", result="refused").inc()
        log.warning("board_sign_in_refused", why=why.value)
        message = "no-role" if why is Why.NO_ROLE else "refused"
        page = shown.page(request, "said.html", FORBIDDEN, message=message, again="/sign-in")
        for name, value in before.raw_headers:
            if name == b"set-cookie":  # the flow is used
                page.raw_headers.append((name, value))
        return page

    async def sign_out(self, request: Request) -> Response:
        """Over, for every copy of the cookie."""
        if not self._gate.is_own_form(request, await _form(request)):
            return shown.page(request, "said.html", FORBIDDEN, message="refused", again=None)
        response = RedirectResponse("/signed-out", SEE_OTHER)
        self._gate.end(request, response)
        return response

    async def signed_out(self, request: Request) -> Response:
        """What somebody sees then."""
        way = self._gate.provider is not None or self._gate.demo
        again = ("/demo" if self._gate.demo else "/sign-in") if way else None
        return shown.page(request, "said.html", message="signed-out", again=again)

    # ------------------------------------------------------------------ customers' links

    def link(self, request: Request) -> Response:
        """A link becomes a session, and its token leaves the address at once."""
        gate, now = self._gate, self._gate.clock()
        if not gate.tries.takes(client_of(request.scope), now):
            return _too_often(request)
        keys = gate.access.links
        link = None if keys is None else keys.believed(request.path_params["token"], now)
        session = None
        if link is not None:
            session = Session(
                session_id="", kind=Kind.LINK, until=0, escalation_id=link.escalation_id,
                made_at=link.made_at, key=link.key,
            )  # fmt: skip
        if link is None or session is None or not gate.link_holds(session):
            # The same whatever was wrong, also for a case that there never was.
            metrics.SIGN_INS.labels(by="link", result="refused").inc()
            return shown.page(request, "said.html", NOT_FOUND, message="over", again=None)
        response = RedirectResponse("/my-case", SEE_OTHER)
        gate.begin(request, response, session, at_most=link.until)
        return response

    async def fact(self, request: Request) -> Response:
        """The question before a customer's first word, and their answer."""
        form = await _form(request) if request.method == "POST" else None
        return await run_in_threadpool(self._fact, request, form)

    def _fact(self, request: Request, form: Mapping[str, str] | None) -> Response:
        gate, session = self._gate, self._gate.session(request)
        viewer = gate.viewer(request)
        case = None
        if viewer is not None and viewer.escalation_id is not None:
            case = gate.cases.case(viewer.escalation_id)
        if viewer is None or session is None or case is None:
            return gate.unknown(request)
        if gate.asks_first(viewer, case) is None:
            return RedirectResponse("/my-case", SEE_OTHER)
        wanted = second_fact_of(case.vehicle_id)
        if form is None:
            return self._question(request, None if wanted else "fact-unknown")
        if not gate.is_own_form(request, form):
            return shown.page(request, "said.html", FORBIDDEN, message="refused", again=None)
        now = gate.clock()
        if not (
            gate.tries.takes(client_of(request.scope), now)
            and gate.facts.takes(case.escalation_id, now)
        ):
            return _too_often(request)
        given = second_fact_of(form.get("fact", "").strip())
        if wanted is None or given is None or not same(given, wanted):
            metrics.SIGN_INS.labels(by="fact", result="refused").inc()
            log.warning("board_second_fact_wrong", case=case.escalation_id)
            problem = "fact-wrong" if wanted else "fact-unknown"
            return self._question(request, problem, UNFIT)
        response = RedirectResponse("/my-case", SEE_OTHER)
        gate.begin(request, response, replace(session, proved=True), at_most=session.until)
        return response

    def _question(self, request: Request, problem: str | None, status: int = 200) -> Response:
        token = self._gate.form_token(request)
        return shown.page(request, "fact.html", status, form_token=token, problem=problem)

    # ------------------------------------------------------------------ the demo

    async def demo(self, request: Request) -> Response:
        """Who one can be, and being it; there is no such page elsewhere."""
        form = await _form(request) if request.method == "POST" else None
        return await run_in_threadpool(self._demo, request, form)

    def _demo(self, request: Request, form: Mapping[str, str] | None) -> Response:
        gate, now = self._gate, self._gate.clock()
        found = offered(gate.world(), gate.cases.open_cases())
        if form is not None:
            chosen = found.get(form.get("as", ""))
            if chosen is None or not gate.is_own_form(request, form):
                return shown.page(request, "said.html", FORBIDDEN, message="refused", again="/demo")
            response: Response = RedirectResponse("/", SEE_OTHER)
            gate.begin(request, response, chosen)
            return response
        session = gate.session(request)
        fresh = session is None
        if session is None:
            session = Session(session_id=new_id(), kind=Kind.NOBODY, until=now + NOBODY_MS)
        token = gate.access.sealer.form_token(session.session_id)
        response = shown.page(request, "demo.html", form_token=token, offered=by_role(found))
        if fresh:
            gate.cookies.set_session(response, session, now)
        return response


def _person(claims: Mapping[str, Any], groups_claim: str) -> Person:
    """Who it is, of claims that were checked; what is not of its kind is not there."""
    groups = claims.get(groups_claim)
    named = groups if isinstance(groups, list) else [groups]
    email, language = claims.get("email"), claims.get("locale")
    name = claims.get("name") or claims.get("preferred_username")
    return Person(
        issuer=claims["iss"],
        subject=claims["sub"],
        name=name[:_SHOWN_NAME] if isinstance(name, str) else "",
        email=email if isinstance(email, str) else None,
        email_verified=claims.get("email_verified") is True,
        groups=frozenset(each for each in named if isinstance(each, str)),
        language=language_said(language) if isinstance(language, str) and language else None,
    )


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form; no file is taken."""
    async with request.form(max_files=0, max_fields=_FIELDS) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _too_often(request: Request) -> Response:
    page = shown.page(request, "said.html", TOO_OFTEN, message="too-often", again=None)
    page.headers["Retry-After"] = "60"
    return page


def _away(request: Request, problem: ProviderAway) -> Response:
    metrics.SIGN_INS.labels(by="oidc", result="away").inc()
    log.warning("board_provider_away", problem=str(problem))
    page = shown.page(request, "said.html", AWAY, message="away", again="/sign-in")
    page.headers["Retry-After"] = "60"
    return page
