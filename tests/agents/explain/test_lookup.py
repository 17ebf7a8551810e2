"""Where the records of a story may lie; on a real Kafka it is looked up in tests/kafka."""

import pytest

from agents.operations.explain.lookup import Lookup
from agents.operations.explain.story import story_of
from agents.operations.left_out import LeftOut
from agents.records.codecs import PLAIN
from streams.topology import Message
from streams.transport.placing import partition_of
from tests.agents.explain.records import a_disagreement

RAISED = a_disagreement(escalation_id="v1:1")
HOME = partition_of(RAISED.region_id.encode(), 12)


@pytest.mark.parametrize(
    ("topic", "anywhere"),
    [
        ("recourse.escalations", False),
        ("recourse.deliveries", True),  # whose producer may place keys by another hash
        ("recourse.notices", True),
        ("recourse.dead-letters", True),
    ],
)
def test_only_what_we_place_ourselves_lies_where_its_key_belongs(
    topic: str, *, anywhere: bool
) -> None:
    lookup = Lookup.__new__(Lookup)  # without a connection
    lookup._counts = {topic: 12}
    story = story_of("v1", [RAISED])
    assert story is not None

    assert lookup._may_hold((topic, HOME), story)
    assert lookup._may_hold((topic, (HOME + 1) % 12), story) is anywhere


def test_a_record_that_can_not_be_read_is_left_out_and_counted() -> None:
    lookup = Lookup.__new__(Lookup)  # without a connection
    lookup._wire, lookup.left_out = PLAIN, LeftOut()

    assert lookup._record(Message("recourse.notices", 1, 5, 0, b"c1", b"v1:1")) is None

    assert str(lookup.left_out) == (
        "1 record left out that can't be read, the first is recourse.notices:1:5 (UNREADABLE, the "
        "value begins with 76 31 3a 31: must be Avro Notice in single-object encoding (c3 01) or "
        "Confluent's framing (00))"
    )
