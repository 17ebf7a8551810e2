"""The pages by which people sign in and out, filled: templates of ours around the board's base."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from agents.board.pages.rendering import static_address
from agents.board.pages.words import Words, accepted, words_for
from agents.core.notices.text_files import texts_in
from agents.core.notices.wording.patterns import Patterns

TEXTS: Final = ("texts", "sign_in")


@cache
def _patterns(language: str) -> Patterns:
    return Patterns(language, texts_in(TEXTS, language), lambda text: text)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("agents.board.identity", "templates"),
                PackageLoader("agents.board.pages", "templates"),
            ]
        ),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["static"] = static_address
    return found


def page(
    request: Request,
    template: str,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - a template's
) -> HTMLResponse:
    """A page for somebody who is not signed in (yet), in the language that their browser names."""
    t = words_for(*accepted(request.headers.get("accept-language")))
    around: Mapping[str, Any] = {
        "t": t,
        "s": lambda message, **given: said(t, message, **given),
        "viewer": None,
        "token": "",
        "links": [],
        "here": "",
        "banner": "",
        "watch": "",
    }
    text = _environment().get_template(template).render({**around, **values})
    return HTMLResponse(text, status, {"Vary": "Accept-Language"})


def said(t: Words, message: str, **values: str | int) -> str:
    """A message of ours in a language."""
    return _patterns(t.language).say(message, None, values)
