"""The board as an application: its pages, the gate around them, metrics and health."""

import sqlite3
import time
from typing import Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agents.board import metrics
from agents.board.gate import Gate
from agents.board.model.changes import Changes
from agents.board.model.views import Model
from agents.board.pages.customers import CustomerPages
from agents.board.pages.forms import SEE_OTHER
from agents.board.pages.live import Live
from agents.board.pages.managers import ManagerPages
from agents.board.pages.overviews import OverviewPages
from agents.board.pages.rendering import NOT_FOUND, Renderer, static
from agents.board.sending import Desk, Outbox
from agents.board.viewers import Page, Role

log = structlog.get_logger()

UNAVAILABLE: Final = 503
FAILED: Final = 500
_KINDS: Final = {
    "board.css": "text/css; charset=utf-8",
    "board.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def create(model: Model, gate: Gate, desk: Desk, changes: Changes) -> Starlette:
    """The application."""
    renderer, outbox = Renderer(model, gate), Outbox()
    front = _Front(model, gate, renderer)
    pages = (
        ManagerPages(model, gate, desk, outbox, renderer),
        CustomerPages(model, gate, desk, outbox, renderer),
        OverviewPages(model, gate, renderer),
        Live(model, gate, changes),
    )
    routes = [*front.routes(), *(route for each in pages for route in each.routes())]
    return Starlette(
        routes=[*routes, *gate.routes()],
        middleware=[Middleware(_Measured), *gate.middleware(), Middleware(GZipMiddleware)],
        exception_handlers={
            HTTPException: front.refused,
            sqlite3.Error: front.unavailable,
            Exception: front.failed,
        },
    )


class _Front:
    """Where everybody begins, and what everybody gets where there is nothing."""

    def __init__(self, model: Model, gate: Gate, renderer: Renderer) -> None:
        self._model = model
        self._gate = gate
        self._renderer = renderer

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home, name="home"),
            Route("/static/{name}", self.file, name="static"),
            Route("/health/live", self.live, name="health"),
            Route("/health/ready", self.ready, name="health"),
            Route("/metrics", self.metrics, name="metrics"),
        ]

    def home(self, request: Request) -> Response:
        """Each to their first page."""
        viewer = self._gate.viewer(request)
        if viewer is None:
            return self._gate.unknown(request)
        if viewer.role is Role.CUSTOMER:
            return RedirectResponse("/my-case", SEE_OTHER)
        for page, address in ((Page.MY_CASES, "/cases"), (Page.NETWORK, "/network")):
            if self._gate.may(viewer, page, None):
                return RedirectResponse(address, SEE_OTHER)
        for site_id in sorted(viewer.sites):
            return RedirectResponse(f"/sites/{site_id}", SEE_OTHER)
        return self._renderer.not_found(request)

    def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _KINDS:
            return self._renderer.not_found(request)
        headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
        return Response(static(name), 200, headers, media_type=_KINDS[name])

    def live(self, request: Request) -> Response:
        del request
        return PlainTextResponse("ok\n")

    def ready(self, request: Request) -> Response:
        """Once it has read what was there; what is old is shown all the same, with its age."""
        del request
        heard = self._model.heard
        if heard.at is None:
            return PlainTextResponse(f"{heard.problem or 'reading'}\n", UNAVAILABLE)
        return PlainTextResponse("ok\n")

    def metrics(self, request: Request) -> Response:
        del request
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    def refused(self, request: Request, problem: Exception) -> Response:
        """A path or method that there is not."""
        if isinstance(problem, HTTPException) and problem.status_code != NOT_FOUND:
            return PlainTextResponse("", problem.status_code)
        return self._renderer.not_found(request)

    def unavailable(self, request: Request, problem: Exception) -> Response:
        """The copy can't be read now: it is being made, or its disk is full or broken."""
        del request
        log.warning("board_unavailable", problem=str(problem))
        text = "The board is reading what has happened. Please try again in a moment.\n"
        headers = {"Retry-After": "5", "Cache-Control": "no-store"}
        return PlainTextResponse(text, UNAVAILABLE, headers)

    def failed(self, request: Request, problem: Exception) -> Response:
        """A defect of ours; what it held is not said."""
        log.error("board_failed", path=_page(request.scope), error=type(problem).__name__)
        return PlainTextResponse("This did not work. The fault is ours.\n", FAILED)


class _Measured:
    """Counts and times each answer, by the page's name: no address, which may name a case."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status = time.perf_counter(), FAILED

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            page = _page(scope)
            metrics.ASKED.labels(page=page, status=f"{status // 100}xx").inc()
            if page != "Live.events":
                metrics.TOOK.labels(page=page).observe(time.perf_counter() - begin)


def _page(scope: Scope) -> str:
    endpoint = scope.get("endpoint")
    return getattr(endpoint, "__qualname__", "other").removeprefix("_")
