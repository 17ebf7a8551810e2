"""News as they come: a stream of server-sent events, each the id of a case that has changed.

A stream says nothing of a case that its reader may not see. It ends when they are signed out, and
when they have read nothing for too long.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from agents.board import metrics
from agents.board.gate import Gate
from agents.board.model.changes import Changes
from agents.board.model.rows import EVERYTHING
from agents.board.model.views import Model
from agents.board.viewers import Page, Role, Viewer

_HEARTBEAT_SECONDS: Final = 15.0
_TOGETHER_SECONDS: Final = 0.1
"""News of so long a time are one event: a page is fetched once for them."""
_AT_MOST: Final = 1_000
_MANY: Final = 50
BUSY: Final = 503


class Live:
    """The streams of one process."""

    def __init__(self, model: Model, gate: Gate, changes: Changes) -> None:
        self._model = model
        self._gate = gate
        self._changes = changes
        self._open = 0

    def routes(self) -> list[Route]:
        """Where they are."""
        return [Route("/events", self.events, name="events")]

    async def events(self, request: Request) -> Response:
        """A stream for whoever asks."""
        viewer = await run_in_threadpool(self._gate.viewer, request)
        if viewer is None:
            return PlainTextResponse("", 401, {"Cache-Control": "no-store"})
        if self._open >= _AT_MOST:
            return PlainTextResponse("", BUSY, {"Retry-After": "30", "Cache-Control": "no-store"})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self._told(request, viewer), media_type="text/event-stream", headers=headers
        )

    async def _told(self, request: Request, viewer: Viewer) -> AsyncIterator[str]:
        loop, news = asyncio.get_running_loop(), asyncio.Event()
        waiting = set[str]()

        def hear(cases: frozenset[str]) -> None:
            waiting.update(cases)
            news.set()

        def from_another_thread(cases: frozenset[str]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(hear, cases)

        stop = self._changes.listen(from_another_thread)
        self._open += 1
        metrics.STREAMS.set(self._open)
        try:
            yield "retry: 2000\n\n"
            while True:
                try:
                    await asyncio.wait_for(news.wait(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    if await run_in_threadpool(self._gate.viewer, request) is None:
                        return
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(_TOGETHER_SECONDS)
                news.clear()
                cases = frozenset(waiting)
                waiting.clear()
                seen = await run_in_threadpool(self._seen, viewer, cases)
                for each in seen:
                    yield f"event: changed\ndata: {each}\n\n"
        finally:
            stop()
            self._open -= 1
            metrics.STREAMS.set(self._open)

    def _seen(self, viewer: Viewer, cases: frozenset[str]) -> list[str]:
        """Of cases, those whose news a viewer may hear; `*` stands for more than one can say."""
        if EVERYTHING in cases:
            return ["*"]
        page = Page.CUSTOMER_CASE if viewer.role is Role.CUSTOMER else Page.CASE
        found = []
        for each in sorted(cases):
            view = self._model.case(each)
            if view is not None and self._gate.may(viewer, page, view):
                found.append("mine" if viewer.role is Role.CUSTOMER else each)
            if len(found) > _MANY:
                return ["*"]
        return found
