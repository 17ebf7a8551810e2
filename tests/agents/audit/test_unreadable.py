"""A record that can't be read is a finding of its own; the others are looked at all the same."""

from collections import deque

from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import TopicsRead
from agents.records.codecs import PLAIN
from streams.topology import Message
from tests.core.desk.world import disagreement

DISAGREEMENTS = "recourse.disagreements"
DAY_MS = 86_400_000
AT = 1_772_442_000_000


def test_it_is_found_where_it_lies_and_let_go_of_with_its_topic() -> None:
    read = TopicsRead.__new__(TopicsRead)  # without a connection
    read.wire, read._carried = PLAIN, deque()
    ledger = Ledger({})
    good = PLAIN.encode(DISAGREEMENTS, disagreement())
    values = [b"no record", good]

    read._take(ledger, [Message(DISAGREEMENTS, 1, n, AT, b"c1", v) for n, v in enumerate(values)])

    found = [each for each in ledger.findings() if each.what is Breach.UNREADABLE]
    assert found == [
        Finding(
            what=Breach.UNREADABLE,
            of="recourse.disagreements:1:0",
            detail="the value begins with 6e 6f 20 72 65 63 6f 72 64: must be Avro Disagreement in "
            "single-object encoding (c3 01) or Confluent's framing (00)",
        )
    ]
    assert ledger.counted["decisions"] == 1
    ledger.tick(0, AT + 40 * DAY_MS)
    ledger.forget()
    assert [each for each in ledger.findings() if each.what is Breach.UNREADABLE] == []


def test_of_very_many_the_first_thousand_are_named() -> None:
    ledger = Ledger({})
    for number in range(1_500):
        ledger.unreadable(f"recourse.notices:0:{number}", "why", AT)

    assert len([each for each in ledger.findings() if each.what is Breach.UNREADABLE]) == 1_000
