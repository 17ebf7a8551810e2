"""Customers' texts: a Fluent file a language in `agents/texts`, and which one a customer gets."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.core import Locale, UnknownLocaleError
from fluent.runtime import FluentBundle, FluentResource
from msgspec import Struct

FALLBACK = "en"


class Texts(Struct, frozen=True, kw_only=True):
    """The messages of a language; `locale` (CLDR) is how amounts and times are written."""

    language: str
    locale: str

    def say(self, message: str, values: Mapping[str, str | int] | None = None) -> str:
        """A message with its values; every message must be there, and every value that it needs."""
        bundle = _bundle(self.language)
        pattern = bundle.get_message(message).value
        assert pattern is not None, f"{message} has no text in {self.language}"
        text, errors = bundle.format_pattern(pattern, dict(values or {}))
        assert not errors, f"{message} in {self.language}: {errors}"
        return str(text)


def texts_for(language: str) -> Texts:
    """The texts in a customer's language (BCP 47), else in English."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    if primary not in languages():
        return Texts(language=FALLBACK, locale=FALLBACK)
    try:
        locale = str(Locale.parse(language, sep="-"))
    except (ValueError, UnknownLocaleError):
        locale = primary
    return Texts(language=primary, locale=locale)


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
    bundle.add_resource(FluentResource(text))
    return bundle
