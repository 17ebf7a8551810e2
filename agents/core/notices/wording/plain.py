"""Text that comes from outside, made fit to stand in a message: plain, in one line, not too long.

A name in an event must not be able to look like a link, a tag or a line of ours.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from schemas.records.common import LONGEST_QUOTE

NAME_AT_MOST: Final = 80
WORDS_AT_MOST: Final = 200
_MARKUP: Final = re.compile(r"[<>\[\]{}*_~`#|\\^]|://|(?<![\w.+-])@")
"""Of HTML, Markdown and chats, where a word after an @ calls people; an address has one, too."""
_ELLIPSIS: Final = "..."


@lru_cache(maxsize=8_192)
def plain(text: str, at_most: int = WORDS_AT_MOST) -> str:
    """The text without control, direction and markup characters, in at most so many characters."""
    kept = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return clipped(" ".join(_MARKUP.sub(" ", unicodedata.normalize("NFC", kept)).split()), at_most)


def quoted(text: str | None) -> str | None:
    """What a person wrote, word for word, in one line: without control and direction characters.

    An address in it is no link: what makes it one is apart from what it leads to. None: nothing
    that can be read. It is remembered nowhere, as people may ask to be forgotten.
    """
    if text is None:
        return None
    kept = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    shown = " ".join(unicodedata.normalize("NFC", kept).replace("://", ": //").split())
    return clipped(shown, LONGEST_QUOTE) or None


def clipped(text: str, at_most: int) -> str:
    """The text in at most so many characters; what is cut ends with three dots."""
    if len(text) <= at_most:
        return text
    return text[: at_most - len(_ELLIPSIS)].rstrip() + _ELLIPSIS
