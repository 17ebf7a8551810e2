"""Runs the table's kinds in memory, among good records, through the real processors."""

import re
from collections import Counter
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from agents.core.site_days.published import SITE_DAYS
from agents.pipeline.dead_letter import LETTER_TOPICS
from agents.pipeline.stages import stages
from agents.records.codecs import Undecodable
from schemas.records import DeadLetter, DeadLetterReason, Receipt, ReceiptStatus
from streams.topology import Message
from tests.bad_input.breaking import FRAMINGS, Broken, Framing
from tests.bad_input.good import Good, driver, morning
from tests.bad_input.kinds import KINDS, Kind

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
INSIGHTS = "recourse.insights"
RECEIPTS = "recourse.receipts"
GOOD = morning(("ann", "ben", "cat"))
HERE = 8  # the broken record comes when ann's escalation is open and acknowledged
CASES = [(each, framing) for each in KINDS for framing in FRAMINGS if framing.name in each.framings]


class Came(NamedTuple):
    """What came of a run: the outputs of both stages, and what they keep.

    Outputs are without their offsets: where a broken record came between, those moved on by one.
    """

    outputs: list[Message]
    state: list[dict[str, bytes]]


def of(framing: Framing, *broken: Message) -> Came:
    """Good records, with these in their midst."""
    found = driver(framing.codecs)
    found.read()
    good = [each.message(framing.codecs.encode) for each in GOOD]
    for each in (*good[:HERE], *broken, *good[HERE:]):
        found.pipe(each.topic, each.key, each.value, each.timestamp, each.headers, 0)
    outputs = [each._replace(offset=0) for each in found.read()]
    return Came(outputs, [found.state(stage) for stage in stages()[:2]])


def offset_of(broken: Message, framing: Framing) -> int:
    """Which place in its topic a broken record has: behind what was sent and made before it."""
    return _before(framing)[broken.topic]


@cache
def _before(framing: Framing) -> Counter[str]:
    found = driver(framing.codecs)
    good = [each.message(framing.codecs.encode) for each in GOOD[:HERE]]
    made: list[Message] = []
    for each in good:
        made += found.pipe(each.topic, each.key, each.value, each.timestamp, each.headers, 0)
    return Counter(each.topic for each in (*good, *made))


def broken_at(good: Good = GOOD[HERE - 1]) -> int:
    """When the broken record arrives: with the good one before it, so that it moves no time."""
    return good.at


def letters(came: Came, framing: Framing) -> list[DeadLetter]:
    """The dead letters among outputs."""
    found = [
        framing.codecs.decode(each.topic, each.value or b"")
        for each in came.outputs
        if each.topic in LETTER_TOPICS
    ]
    return [each for each in found if isinstance(each, DeadLetter)]


def others(came: Came, framing: Framing) -> list[Message]:
    """The outputs that are no dead letters, nor what one adds to the counts, right after it.

    Nor are they receipts of what had no effect.
    """
    before = [None, *(each.topic for each in came.outputs)]
    return [
        each
        for each, topic in zip(came.outputs, before, strict=False)
        if each.topic not in (*LETTER_TOPICS, SITE_DAYS)
        and not (each.topic == INSIGHTS and topic in LETTER_TOPICS)
        and _receipt(each, framing) in (None, ReceiptStatus.TAKEN)
    ]


def answers(came: Came, framing: Framing) -> list[Receipt]:
    """The receipts of what had no effect."""
    found = [
        framing.codecs.decode(each.topic, each.value or b"")
        for each in came.outputs
        if _receipt(each, framing) not in (None, ReceiptStatus.TAKEN)
    ]
    return [each for each in found if isinstance(each, Receipt)]


def has_ids(message: Message, framing: Framing) -> bool:
    """Whether an event says whose it is, as its key does, whatever else is wrong with it."""
    try:
        plain = framing.codecs.plain(message.topic, message.value or b"")
    except Undecodable:
        return False
    assert isinstance(plain, dict)
    ids = all(_ID.fullmatch(str(plain[name])) for name in ("event_id", "customer_id"))
    return ids and message.key == plain["customer_id"].encode()


def _receipt(output: Message, framing: Framing) -> ReceiptStatus | None:
    if output.topic != RECEIPTS:
        return None
    found = framing.codecs.decode(output.topic, output.value or b"")
    assert isinstance(found, Receipt)
    return found.status


def expected_detail(kind: Kind, broken: Broken) -> str:
    """The table's detail, with the field's byte and the names of what is too long to repeat."""
    detail = re.sub(r"{at\+?(\d*)}", lambda more: str(broken.at + int(more[1] or 0)), kind.detail)
    message = broken.message
    left_out = [
        f"the {what} has {len(octets)} bytes, SHA-256 {sha256(octets).hexdigest()}"
        for what, octets, most in (("value", message.value, 900_000), ("key", message.key, 1_000))
        if octets is not None and len(octets) > most
    ]
    size = headers_size(message)
    left_out += [f"the headers have {size} bytes"] if size > 50_000 else []
    if not left_out:
        return detail
    return f"{detail}; {', '.join(left_out)}: read it by topic, partition and offset"


def headers_size(message: Message) -> int:
    """Bytes of a record's headers, names included."""
    return sum(len(name) + len(content or b"") for name, content in message.headers)


def expected_letter(kind: Kind, framing: Framing) -> DeadLetter:
    """The dead letter that must come of a kind."""
    broken = kind.broken(kind.topic, framing, broken_at())
    message = broken.message
    key, value, headers = message.key, message.value, message.headers
    return DeadLetter(
        topic=kind.topic,
        partition=0,
        offset=offset_of(message, framing),
        reason=DeadLetterReason(kind.reason),
        detail=expected_detail(kind, broken),
        key=None if key is None or len(key) > 1_000 else key.decode("utf-8", "replace"),
        value=None if value is None or len(value) > 900_000 else value,
        occurred_at=broken_at(),
        headers={name: content or b"" for name, content in headers if len(content or b"") < 50_000},
    )
