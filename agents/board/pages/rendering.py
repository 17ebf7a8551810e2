"""Templates, filled: what every page has around its own, and the answer where there is nothing."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from agents.board.gate import Gate
from agents.board.model.views import Model
from agents.board.pages.words import Words, accepted, words_for
from agents.board.viewers import Page, Viewer
from agents.core.languages import primary

NOT_FOUND: Final = 404
STALE_MS: Final = 30_000
"""From when on a page says how old it is: workers write the time every few seconds."""


@cache
def static(name: str) -> bytes:
    """A file of ours that pages ask for."""
    return files("agents.board.pages").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """Where such a file is: another address once it is another, so it may be kept for ever."""
    return f"/static/{name}?v={sha256(static(name)).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("agents.board.pages", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["static"] = static_address
    return found


class Renderer:
    """Fills templates for whoever asks."""

    def __init__(self, model: Model, gate: Gate) -> None:
        self._model = model
        self._gate = gate

    def words(self, request: Request, viewer: Viewer | None) -> Words:
        """The words in the reader's language."""
        asked = accepted(request.headers.get("accept-language"))
        own = viewer.language if viewer is not None else None
        if own is None:
            return words_for(*asked)
        same = [each for each in asked if primary(each) == own]  # `en-US` of `en`, say
        return words_for(*same, own, *asked)

    @staticmethod
    def words_in(language: str) -> Words:
        """The words in a language that is known already."""
        return words_for(language)

    def page(
        self,
        request: Request,
        viewer: Viewer | None,
        template: str,
        values: Mapping[str, Any],
        status: int = 200,
    ) -> HTMLResponse:
        """A page as somebody gets it."""
        t = values.get("t") or self.words(request, viewer)
        around = {
            "t": t,
            "viewer": viewer,
            "token": self._gate.form_token(request) if viewer is not None else "",
            "links": self._links(viewer, t) if viewer is not None else [],
            "here": request.url.path,
            "banner": self._banner(t),
            "watch": "",
        }
        text = _environment().get_template(template).render(around | dict(values))
        return HTMLResponse(text, status, {"Cache-Control": "no-store", "Vary": "Accept-Language"})

    def not_found(self, request: Request) -> HTMLResponse:
        """The same for what is not there and for what is not somebody's to see."""
        values = {"title": "not-found", "text": "not-found-text"}
        return self.page(request, None, "notice.html", values, NOT_FOUND)

    def _links(self, viewer: Viewer, t: Words) -> list[tuple[str, str]]:
        links = []
        if self._gate.may(viewer, Page.MY_CASES, None):
            links.append(("/cases", t("nav-cases")))
        if self._gate.may(viewer, Page.NETWORK, None):
            links.append(("/network", t("nav-network")))
        directory = self._model.reference().directory
        for site_id in sorted(viewer.sites):
            site = directory.site(site_id)
            if self._gate.may_site(viewer, site_id, site.region_id):
                links.append((f"/sites/{site_id}", t("nav-site", site=site.name)))
        return links

    def _banner(self, t: Words) -> str:
        """What to know of a page that does not hold all that was committed."""
        heard, parts = self._model.heard, []
        age = heard.age()
        if age is None:
            parts.append(t("never-heard"))
        elif age > STALE_MS:
            parts.append(t("stale", ago=t.span(age)))
        if heard.left_out:
            parts.append(t("left-out", count=heard.left_out))
        return " ".join(parts)
