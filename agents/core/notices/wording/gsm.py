"""The alphabet of text messages (GSM 03.38, 7 bits), and how many parts a text takes.

A single character outside the alphabet would make the whole message UCS-2, with room for 70
characters instead of 160. So a letter that the alphabet lacks loses its accent.
"""

import re
import unicodedata
from typing import Final

SINGLE: Final = 160  # septets of a message in one part
PART: Final = 153  # septets of each of several parts: 7 say which part it is
MOST_PARTS: Final = 2

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_NOT_BASIC: Final = re.compile(f"[^{re.escape(''.join(sorted(_BASIC)))}]")
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")  # each takes two septets
_ANY_EXTENDED: Final = re.compile(f"[{re.escape(''.join(sorted(_EXTENDED)))}]")
_LIKE: Final = {
    like: letter
    for letter, likes in {
        "'": "\u2018\u2019\u201a\u02bc",  # quotation marks and the apostrophe
        '"': "\u201c\u201d\u201e\u00ab\u00bb",
        "-": "\u2010\u2011\u2013\u2014\u2212\u2022",  # hyphens, dashes, minus, bullet
        "...": "\u2026",
        ".": "\u00b7",
        "o": "\u00ba\u00b0",
        "a": "\u00aa",
        "oe": "œ",
        "OE": "Œ",
        "l": "ł",
        "L": "Ł",
        "d": "đð",
        "D": "ĐÐ",
        "i": "\u0131",
        "th": "þ",
        "Th": "Þ",
        "SS": "ẞ",
    }.items()
    for like in likes
}
_UNWRITABLE: Final = "?"


def gsm(text: str) -> str:
    """The text in the alphabet; what nothing in it stands for is a question mark."""
    return _NOT_BASIC.sub(lambda found: _written(found[0]), unicodedata.normalize("NFC", text))


def is_writable(text: str) -> bool:
    """Whether every character has one in the alphabet that stands for it."""
    return all(_written(each) != _UNWRITABLE or each == _UNWRITABLE for each in text)


def parts(text: str) -> int:
    """How many parts a text of the alphabet takes; an escape is never cut from its character."""
    length = septets(text)
    if length <= SINGLE:
        return 1
    if length == len(text):
        return -(-length // PART)
    sizes = [2 if each in _EXTENDED else 1 for each in text]
    count, room = 1, PART
    for size in sizes:
        if size > room:
            count, room = count + 1, PART
        room -= size
    return count


def septets(text: str) -> int:
    """How long a text of the alphabet is."""
    return len(text) + len(_ANY_EXTENDED.findall(text))


def fitting(text: str) -> str:
    """The text, cut where it would take more parts than are sent."""
    text = gsm(text)
    if parts(text) <= MOST_PARTS:
        return text
    while parts(text + "...") > MOST_PARTS:
        text = text[:-1]
    return text.rstrip() + "..."


def _written(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    if unicodedata.category(character) == "Zs":  # the narrow space before French marks, say
        return " "
    like = _LIKE.get(character)
    if like is not None:
        return like
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each)
    )
    fits = bare and all(each in _BASIC or each in _EXTENDED for each in bare)
    return bare if fits else _UNWRITABLE
