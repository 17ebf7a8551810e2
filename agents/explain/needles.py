"""What to look for in the bytes of records, so that only a few are decoded; and when to stop."""

from collections.abc import Callable
from io import BytesIO

from fastavro import schemaless_writer

from agents.explain.story import Kind, Story, is_decision, letter_place, visits_of
from schemas.records import Disagreement, Escalation, Rule


def wanted(id_: str) -> Callable[[bytes], bool]:
    """Whether a value in Avro may belong to an id: its visit, or its place of a dead letter.

    Avro writes a string as its length and its bytes, in either framing; so `v1` is not found in
    `v10`, and what a dead letter holds of its original is found as well.
    """
    place = letter_place(id_)
    if place is None:
        needles = [_string(each) for each in visits_of(id_)]
    else:
        topic, partition, offset = place
        needles = [_string(topic) + _number(partition) + _number(offset)]
    if len(needles) == 1:
        needle = needles[0]
        return lambda value: needle in value
    return lambda value: any(needle in value for needle in needles)


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


def _string(text: str) -> bytes:
    """A string as Avro writes it: its length, then its bytes."""
    octets = text.encode()
    return _number(len(octets)) + octets


def _number(value: int) -> bytes:
    """A number as Avro writes it."""
    out = BytesIO()
    schemaless_writer(out, "long", value)
    return out.getvalue()
