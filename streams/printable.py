"""Text from a record, a file or a person, as it may go to a terminal, a log, a page or a message.

It can't set a title, clear a screen, forge a line or turn the direction: what controls a terminal,
and what can't be seen, is shown as an escape. Spaces of every width stay, as figures of many
languages hold them.
"""

import re
import unicodedata

_CONTROLLING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's: control, format (direction too), surrogate, private use, not assigned as far as this
Python knows, line, paragraph."""
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Of other categories, but nothing is to be seen of them: ids that look alike are made of them."""
_LINE_ENDS = re.compile(r"\r\n|\n")


def controls(character: str) -> bool:
    """Whether it is no character to be read: it controls, turns the direction, or is unseen."""
    return unicodedata.category(character) in _CONTROLLING or character in _UNSEEN


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def printable(text: str) -> str:
    """The text on one line, with escapes for all that is no character to be read."""
    if _is_plain(text):
        return text
    return "".join(
        each.encode("unicode_escape").decode() if controls(each) else each for each in text
    )


def printable_lines(text: str) -> str:
    """The same of a text of several lines, which stay lines."""
    return "\n".join(map(printable, _LINE_ENDS.split(text)))


def printable_json(text: str) -> str:
    """The same of JSON, which means what it meant: the escapes are JSON's. Its line ends stay."""
    if _is_plain(text):
        return text
    return "".join(_as_json(each) if each != "\n" and controls(each) else each for each in text)


def without_controls(text: str) -> str:
    """The text, with a space for each of them: for messages, whose readers know no escapes.

    The joiners of letters stay: words of Persian and of Indian languages are written with them.
    """
    if _is_plain(text):
        return text
    return "".join(" " if each not in "\u200c\u200d" and controls(each) else each for each in text)


def lines_without_controls(text: str) -> str:
    """The same of a text of several lines, which stay lines."""
    return "\n".join(map(without_controls, _LINE_ENDS.split(text)))


def _as_json(character: str) -> str:
    """As JSON escapes it: two of them where it lies beyond the first plane."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
