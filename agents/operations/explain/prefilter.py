"""What to look for in the bytes of records, so that only a few are decoded; and when to stop."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

from fastavro import schemaless_writer

from agents.operations.explain.story import Kind, Story, is_decision, letter_place, visits_of
from schemas.records import Disagreement, Escalation, Rule

_ID = re.compile(rb"[A-Za-z0-9._:-]+")
_MORE_FOLLOWS = 0x80  # in a byte of a number in Avro: another byte is part of it


def wanted(id_: str) -> Callable[[bytes], bool]:
    """Whether a value in Avro may belong to an id: its visit, or its place of a dead letter.

    Avro writes a string as its length and its bytes, in either framing; so `v1` is not found in
    `v10`, and what a dead letter holds of its original is found as well. A notice names its visit
    only by how its own id begins.
    """
    place = letter_place(id_)
    if place is not None:
        topic, partition, offset = place
        needle = _string(topic) + _number(partition) + _number(offset)
        return lambda value: needle in value
    visits = visits_of(id_)
    needles, begin = [_string(each) for each in visits], f"{visits[0]}:".encode()
    return lambda value: any(needle in value for needle in needles) or _begins(value, begin)


def is_whole(story: Story) -> bool:
    """Whether records from before those known can add nothing.

    What comes of a decision comes after it. So a disagreement's or escalation's story is whole with
    its own beginning and those that it names; where a visit begins no record says.
    """
    if story.kind is Kind.DEAD_LETTER:
        return True
    if story.kind is Kind.VISIT:
        return False
    told = [each for each in story.records if isinstance(each, Disagreement)]
    steps = [each for each in story.records if isinstance(each, Escalation)]
    appealed = {each.subject_id for each in told if each.rule is Rule.APPEALED_BY_CUSTOMER}
    named = {each.corrects for each in told} | {each for each in appealed if is_decision(each)}
    if story.kind is Kind.ESCALATION:
        own = (step for step in steps if step.escalation_id == story.id)
        named |= {each for step in own for each in step.disagreement_ids}
    opened = {each.escalation_id for each in steps if each.step == 0}
    escalations = {
        *(each.escalation_id for each in told),
        *(each for each in appealed if not is_decision(each)),
        *(each.escalation_id for each in steps),
        *(each.merged_into for each in steps),
    }
    found = {each.disagreement_id for each in told}
    return named - {None} <= found and escalations - {None} <= opened


def _begins(value: bytes, begin: bytes) -> bool:
    """Whether a string of ids' characters begins so: before it stands its length."""
    at = value.find(begin, 1)
    while at > 0:
        for length in _lengths(value[max(0, at - 2) : at]):
            text = value[at : at + length]
            if len(text) == length >= len(begin) and _ID.fullmatch(text):
                return True
        at = value.find(begin, at + 1)
    return False


def _lengths(before: bytes) -> Iterator[int]:
    """What length of a string the bytes before it may say: of one byte, or of two."""
    last = before[-1]
    if last < _MORE_FOLLOWS and last % 2 == 0:
        yield last // 2
    if len(before) > 1 and before[0] >= _MORE_FOLLOWS > last and before[0] % 2 == 0:
        yield (before[0] - _MORE_FOLLOWS + last * _MORE_FOLLOWS) // 2


def _string(text: str) -> bytes:
    """A string as Avro writes it: its length, then its bytes."""
    octets = text.encode()
    return _number(len(octets)) + octets


def _number(value: int) -> bytes:
    """A number as Avro writes it."""
    out = BytesIO()
    schemaless_writer(out, "long", value)
    return out.getvalue()
