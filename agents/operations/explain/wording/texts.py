"""Customers' texts: a Fluent file a language in `agents/texts`, and which one a customer gets."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource
from msgspec import Struct

from agents.core.languages import primary
from agents.core.notices.rule_texts import rule_texts
from agents.core.notices.wording.formats import locale_of
from agents.core.notices.wording.texts import FALLBACK, resource

__all__ = ["FALLBACK", "Texts", "languages", "texts_for"]


class Texts(Struct, frozen=True, kw_only=True):
    """The messages of a language; `locale` (CLDR) is how amounts and times are written."""

    language: str
    locale: str

    def say(
        self,
        message: str,
        values: Mapping[str, str | int] | None = None,
        attribute: str | None = None,
    ) -> str:
        """A message with its values; every message must be there, and every value that it needs."""
        bundle = _bundle(self.language)
        entry = bundle.get_message(message)
        pattern = entry.value if attribute is None else entry.attributes[attribute]
        assert pattern is not None, f"{message} has no text in {self.language}"
        text, errors = bundle.format_pattern(pattern, dict(values or {}))
        assert not errors, f"{message} in {self.language}: {errors}"
        return str(text)


def texts_for(language: str) -> Texts:
    """The texts in a customer's language (BCP 47), else in English."""
    spoken = primary(language)
    if spoken not in languages():
        return Texts(language=FALLBACK, locale=FALLBACK)
    return Texts(language=spoken, locale=locale_of(language) or spoken)


@cache
def languages() -> frozenset[str]:
    """The languages that have texts."""
    return frozenset(
        each.name.removesuffix(".ftl")
        for each in files("agents").joinpath("texts").iterdir()
        if each.name.endswith(".ftl")
    )


@cache
def _bundle(language: str) -> FluentBundle:
    text = files("agents").joinpath("texts", f"{language}.ftl").read_text(encoding="utf-8")
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(rule_texts(language))  # first: it has more of the rules than notices say
    bundle.add_resource(resource(language))
    bundle.add_resource(FluentResource(text))
    return bundle
