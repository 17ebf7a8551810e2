"""What mends the refused records of the reference topics; no I/O.

A record that can't be used leaves what was there before in force, but in a compacted topic it takes
the place of the good one. Until Kafka compacts, the good one can be read, and published again.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from agents.core.pseudonyms import Pseudonyms
from agents.records import codecs
from agents.reference_data.publish import Record
from agents.reference_data.reference import Decode, Reference, Refused, fold
from streams.topology import Message


class Repair(NamedTuple):
    """A refused record and what takes its place: the good value of before, or None (a tombstone).

    `offset` is the good record's; None where there is none.
    """

    refused: Refused
    value: bytes | None
    offset: int | None

    @property
    def record(self) -> Record:
        """What is to be published."""
        return (self.refused.topic, self.refused.key, self.value)


def repairs(
    messages: Iterable[Message], topics: Collection[str], decode: Decode = codecs.decode
) -> list[Repair]:
    """What would mend `topics`, given all records of the reference topics in their order.

    Whose privacy key a policy's lists are under is not asked: that is no damage of the record.
    """
    reference = Reference(pseudonyms=Pseudonyms(any_key=True))
    good: dict[tuple[str, str], tuple[bytes | None, int]] = {}
    for message in messages:
        refused_before = reference.refused_count
        reference = fold(reference, message, decode=decode)
        if reference.refused_count == refused_before and message.key is not None:
            good[message.topic, message.key.decode("utf-8", "replace")] = (
                message.value,
                message.offset,
            )
    found = []
    for refused in reference.standing:
        if refused.topic in topics:
            value, offset = good.get((refused.topic, refused.key), (None, None))
            found.append(Repair(refused, value, None if value is None else offset))
    return found
