"""Names of languages (BCP 47), also as phones, Java and operating systems write them."""

import re
from functools import lru_cache
from typing import Final

from schemas.records.common import LONGEST_LANGUAGE

UNDETERMINED: Final = "und"
"""BCP 47's own word for a language that nobody knows."""
LONGEST: Final = LONGEST_LANGUAGE
_NONE: Final = frozenset({UNDETERMINED, "mul", "zxx"})
_OTHER_NAMES: Final = {
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "no": "nb",
    "tl": "fil",
}
"""Names that a language had before, or has beside its own (IANA's registry, CLDR's aliases)."""
_ENDS: Final = re.compile(r"[.@,;]")  # POSIX: code set, modifier; HTTP: the next, its weight
_BETWEEN: Final = re.compile(r"[-_]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}")
_EXTENDED: Final = re.compile(r"[A-Za-z]{3}")
_SCRIPT: Final = re.compile(r"[A-Za-z]{4}")
_REGION: Final = re.compile(r"[A-Za-z]{2}|[0-9]{3}")
_VARIANT: Final = re.compile(r"[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}")
_NYNORSK: Final = ["no", "no", "ny"]  # Java's: no_NO_NY


def tag_of(text: str) -> str:
    """The tag that a text plainly means; `und` where it means none.

    Taken are Java's `Locale.toString()` (`zh_CN_#Hans`), POSIX's names (`de_DE.UTF-8`), and the
    first of an Accept-Language. What follows the language and does not fit is left out.
    """
    plain, _, java_s = _ENDS.split(text.strip(), 1)[0].partition("#")
    language, *parts = _BETWEEN.split(plain)
    if not _LANGUAGE.fullmatch(language):
        return UNDETERMINED
    parts = [each for each in parts if each]
    if [each.lower() for each in (language, *parts)] == _NYNORSK:
        return "nn-NO"
    script = _BETWEEN.split(java_s)[0]
    if _SCRIPT.fullmatch(script):
        parts.insert(0, script)
    found = [language.lower()]
    while parts and _EXTENDED.fullmatch(parts[0]):
        parts.pop(0)  # zh-cmn is zh
    if parts and _SCRIPT.fullmatch(parts[0]):
        found.append(parts.pop(0).title())
    if parts and _REGION.fullmatch(parts[0]):
        found.append(parts.pop(0).upper())
    while parts and _VARIANT.fullmatch(parts[0]):
        found.append(parts.pop(0))
    return bounded("-".join(found))


def bounded(tag: str) -> str:
    """A tag of at most 35 characters: subtags at the end are left out, as RFC 5646 does it."""
    subtags = tag[: LONGEST + 1].split("-")
    while len("-".join(subtags)) > LONGEST or (len(subtags) > 1 and len(subtags[-1]) == 1):
        subtags.pop()
    return "-".join(subtags)


def said(tag: str) -> str | None:
    """A tag where it names a language, bounded; None where it says that none is known."""
    return _said(tag if len(tag) <= LONGEST else bounded(tag))


def primary(tag: str) -> str:
    """The language itself, without region and under its own name: `de` of `de-AT`, `he` of `iw`."""
    return _primary(tag if len(tag) <= LONGEST else bounded(tag))


# What is remembered is remembered by its tag: so that one is never longer than a tag may be.
@lru_cache(maxsize=1_024)
def _said(tag: str) -> str | None:
    return None if primary(tag) in _NONE else bounded(tag)


@lru_cache(maxsize=1_024)
def _primary(tag: str) -> str:
    language = tag.replace("_", "-").partition("-")[0].lower()
    return _OTHER_NAMES.get(language, language)
