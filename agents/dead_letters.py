"""How a record that could not be used becomes a record of `recourse.dead-letters`."""

from hashlib import sha256

from schemas.records import DeadLetter, DeadLetterReason
from streams.topology import Message

DEAD_LETTERS = "recourse.dead-letters"
VALUE_AT_MOST = (
    900_000  # bytes: below the broker's limit of a record, with room for the rest (events.md)
)
_DETAIL_AT_MOST = 2_000  # characters


def dead_letter(
    message: Message, reason: DeadLetterReason, detail: str, occurred_at: int
) -> DeadLetter:
    """The dead letter of a message.

    `occurred_at` is the `now` at which it was given up (ms). Of a customer who asked to be
    forgotten neither key, value nor headers are kept.
    """
    key, value, headers = message.key, message.value, message.headers
    if reason is DeadLetterReason.ERASED:
        key, value, headers = None, None, ()
    elif value is not None and len(value) > VALUE_AT_MOST:
        detail = (
            f"{detail}; the value has {len(value)} bytes, SHA-256 {sha256(value).hexdigest()}: "
            "read it by topic, partition and offset"
        )
        value = None
    return DeadLetter(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        reason=reason,
        detail=detail[:_DETAIL_AT_MOST],
        key=None if key is None else key.decode("utf-8", "replace"),
        value=value,
        occurred_at=occurred_at,
        headers={name: content or b"" for name, content in headers},
    )
