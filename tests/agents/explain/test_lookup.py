"""Where the records of a story may lie; on a real Kafka it is looked up in tests/kafka."""

import pytest

from agents.explain.lookup import Lookup
from agents.explain.story import story_of
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
