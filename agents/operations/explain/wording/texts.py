"""Customers' texts: a Fluent file a language in `agents/texts`, and which one a customer gets."""

from collections.abc import Mapping
from functools import cache

from fluent.runtime import FluentBundle
from msgspec import Struct

from agents.core.languages import primary
from agents.core.notices.rule_texts import rule_texts
from agents.core.notices.text_files import EXPLANATIONS, languages_in, texts_in
from agents.core.notices.wording.texts import FALLBACK, moment, resource, spoken_in, tidied

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
        return tidied(str(text))

    def moment(self, at: int, time_zone: str) -> str:
        """A moment (ms) by the clock of a time zone, with the year and the zone's name."""
        return moment(at, time_zone, self.language, self.locale, with_year=True, with_zone=True)


def texts_for(language: str) -> Texts:
    """The texts in a customer's language (BCP 47), else in English."""
    if primary(language) not in languages():
        return Texts(language=FALLBACK, locale=FALLBACK)
    spoken, locale = spoken_in(language)
    return Texts(language=spoken, locale=locale)


def languages() -> frozenset[str]:
    """The languages that have texts; of a country's (`en-US`), its own words alone."""
    return languages_in(EXPLANATIONS)


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(rule_texts(language))  # first: it has more of the rules than notices say
    bundle.add_resource(resource(language))
    bundle.add_resource(texts_in(EXPLANATIONS, language))
    return bundle
