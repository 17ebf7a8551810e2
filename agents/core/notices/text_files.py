"""The files of texts: a Fluent file a language, and one of a country with what differs there.

`en-US.ftl` has only what Americans read otherwise; all else of it is `en.ftl`'s.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from fluent.runtime import FluentResource
from fluent.syntax import ast

from agents.core.languages import primary
from agents.core.notices.entries import entries_of

NOTICES: Final = ("texts", "notices")
RULES: Final = ("texts", "rules")
EXPLANATIONS: Final = ("texts",)
_END: Final = ".ftl"


@cache
def languages_in(folder: tuple[str, ...]) -> frozenset[str]:
    """The languages that a folder has a file of: `de`, `en`, `en-US`."""
    there = files("agents").joinpath(*folder).iterdir()
    return frozenset(each.name.removesuffix(_END) for each in there if each.name.endswith(_END))


@cache
def texts_in(folder: tuple[str, ...], language: str) -> ast.Resource:
    """The texts of a language, read once; of a country's, all that its language has."""
    own = file_of(folder, language) if language in languages_in(folder) else ast.Resource([])
    spoken = primary(language)
    return own if spoken == language else _over(texts_in(folder, spoken), own)


def file_of(folder: tuple[str, ...], language: str) -> ast.Resource:
    """What stands in a language's own file, and no more."""
    file = files("agents").joinpath(*folder, f"{language}{_END}")
    return FluentResource(file.read_text(encoding="utf-8"))


def _over(base: ast.Resource, own: ast.Resource) -> ast.Resource:
    differs = entries_of(own)
    return ast.Resource([_with(each, differs) for each in base.body])


def _with(entry: ast.EntryType, differs: dict[str, ast.Message | ast.Term]) -> ast.EntryType:
    """A term, or a message's text and attributes, as its country has them of its own."""
    own = differs.get(entry.id.name) if isinstance(entry, ast.Message | ast.Term) else None
    if own is None or not isinstance(entry, ast.Message):
        return own or entry
    attributes = _by_name(entry.attributes) | _by_name(own.attributes)
    return ast.Message(entry.id, own.value or entry.value, list(attributes.values()))


def _by_name(attributes: Iterable[ast.Attribute]) -> dict[str, ast.Attribute]:
    return {each.id.name: each for each in attributes}
