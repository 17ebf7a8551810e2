"""How a record that could not be used becomes a dead letter, and in which topic it is kept."""

import re
from hashlib import sha256
from typing import NamedTuple

from schemas.records import DeadLetter, DeadLetterReason
from schemas.records.own import LONGEST_HEADERS, LONGEST_KEY, LONGEST_VALUE
from streams.serialisation.words import shown
from streams.topology import Message

DEAD_LETTERS = "recourse.dead-letters"
SERVICE_DEAD_LETTERS = "service.dead-letters"
"""Those of what service centres and customers sent: their senders read this topic, and no other."""
LETTER_TOPICS = (SERVICE_DEAD_LETTERS, DEAD_LETTERS)
"""Where dead letters are. A version of before kept all of them in `recourse.dead-letters`."""
_SERVICE = "service."
# Bytes, as characters of the record: below the broker's limit of a record, with room for the rest.
VALUE_AT_MOST = LONGEST_VALUE
KEY_AT_MOST = LONGEST_KEY  # no id is so long, and the key is written twice
HEADERS_AT_MOST = LONGEST_HEADERS  # names included
_TOPIC_AT_MOST = 249  # characters; no topic has more, but a line of a file may say so
_SHOWN_BYTES = 12
_DETAIL_AT_MOST = 2_000  # characters, before what is left out is named


_ID = re.compile(r"^([A-Za-z0-9._-]{1,249}):(\d{1,10}):(\d{1,19})\Z")


class LetterPlace(NamedTuple):
    """Where the record of a dead letter lies."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}:{self.partition}:{self.offset}"


def place_of(letter: DeadLetter) -> LetterPlace:
    """Where the dead letter's record lies: as text, that is the dead letter's id."""
    return LetterPlace(letter.topic, letter.partition, letter.offset)


def id_of(letter: DeadLetter) -> str:
    """What a dead letter is called: topic, partition and offset of its record."""
    return str(place_of(letter))


def kept_in(letter: DeadLetter) -> str:
    """The topic in which a dead letter is kept, by the topic of its record."""
    return SERVICE_DEAD_LETTERS if letter.topic.startswith(_SERVICE) else DEAD_LETTERS


def place_named(id_: str) -> LetterPlace | None:
    """The place that an id means; None when it is no id."""
    found = _ID.match(id_)
    return None if found is None else LetterPlace(found[1], int(found[2]), int(found[3]))


def dead_letter(
    message: Message, reason: DeadLetterReason, detail: str, occurred_at: int
) -> DeadLetter:
    """The dead letter of a message; it fits into a record whatever the message holds.

    `occurred_at` is the `now` at which it was given up (ms). Of a customer who asked to be
    forgotten neither key, value nor headers are kept.
    """
    key, value, headers = message.key, message.value, message.headers
    left_out: list[str] = []
    if reason is DeadLetterReason.ERASED:
        key, value, headers = None, None, ()
    if value is not None and len(value) > VALUE_AT_MOST:
        left_out.append(_named("value", value))
        value = None
    if key is not None and len(key) > KEY_AT_MOST:
        left_out.append(_named("key", key))
        key = None
    size = sum(len(name.encode()) + len(content or b"") for name, content in headers)
    if size > HEADERS_AT_MOST:
        left_out.append(f"the headers have {size} bytes")
        headers = ()
    detail = detail[:_DETAIL_AT_MOST]
    if left_out:
        detail = f"{detail}; {', '.join(left_out)}: read it by topic, partition and offset"
    return DeadLetter(
        topic=message.topic[:_TOPIC_AT_MOST],
        partition=message.partition,
        offset=message.offset,
        reason=reason,
        detail=detail,
        key=None if key is None else key.decode("utf-8", "replace"),
        value=value,
        occurred_at=occurred_at,
        headers={name: content or b"" for name, content in headers},
    )


def _named(what: str, octets: bytes) -> str:
    return f"the {what} has {len(octets)} bytes, SHA-256 {sha256(octets).hexdigest()}"


def shown_key(key: bytes | None) -> str:
    """A record's key as a sentence may have it."""
    if key is None:
        return "null"
    try:
        return shown(key.decode())
    except UnicodeDecodeError:
        return f"{key[:_SHOWN_BYTES].hex(' ')} (not UTF-8)"
