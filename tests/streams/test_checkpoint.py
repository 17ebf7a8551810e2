"""What a state was made from, as it is kept beside the state."""

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from streams.runtime import checkpoint
from streams.runtime.checkpoint import Checkpoint, Origin, Position
from streams.runtime.commits import as_writes
from streams.runtime.partition import Partition
from streams.runtime.references import Snapshot
from streams.topology import Message
from tests.streams.toy import Toy

TOY = Toy("toy")
ORIGIN = Origin(
    group="toy-counting",
    partitions=4,
    changelog_id="log-id",
    changelog_begin=7,
    topic_ids={topic: f"id-of-{topic}" for topic in TOY.stage.topics},
    made_with={"zones": "2026.6"},
)


@given(some.dictionaries(some.sampled_from(TOY.stage.topics), some.integers(0, 2**62)),
       some.none() | some.integers(0, 2**40))  # fmt: skip
def test_what_is_written_is_what_is_read(positions: dict[str, int], keys: int | None) -> None:
    written = ORIGIN.checkpoint({(topic, 2): at for topic, at in positions.items()}, keys)

    found = checkpoint.decode(written)

    assert found == Checkpoint(
        group="toy-counting",
        partitions=4,
        changelog_id="log-id",
        changelog_begin=7,
        positions={t: Position(ORIGIN.topic_ids[t], at) for t, at in positions.items()},
        keys=keys,
        made_with={"zones": "2026.6"},
    )
    assert checkpoint.decode(checkpoint.encode(found)) == found


def test_a_checkpoint_of_a_later_version_is_read() -> None:
    later = msgspec.msgpack.decode(ORIGIN.checkpoint({}, 3)) | {"of_later": [1]}

    assert checkpoint.decode(msgspec.msgpack.encode(later)).keys == 3


def test_it_is_a_header_of_now_which_is_written_last_and_of_nothing_else() -> None:
    partition = Partition(TOY.stage, 2)
    partition.origin = ORIGIN
    message = Message(TOY.left, 2, 4, 1_000, b"a", b"v")
    partition.merge.add(TOY.left, [message], 5)
    run = partition.merge.pop_run(1)
    assert run is not None
    partition.handle_run(run, Snapshot("r", {}))

    positions = partition.positions()
    writes = list(as_writes([partition.changelog(positions)]))

    assert [(each.key, each.value) for each in writes] == [(b"a", b"1"), (b":now", b"1000")]
    assert writes[0].headers == ()
    assert writes[1].headers == ((checkpoint.HEADER, ORIGIN.checkpoint(positions, 1)),)
    assert partition.checkpoint == writes[1].headers[0][1]


def test_a_key_that_is_forgotten_is_not_counted() -> None:
    partition = Partition(TOY.stage, 2)
    partition.origin = ORIGIN
    for offset, (key, value) in enumerate([(b"a", b"1"), (b"b", b"2"), (b"a", b"forget")]):
        partition.merge.add(TOY.left, [Message(TOY.left, 2, offset, 9, key, value)], offset + 1)
        run = partition.merge.pop_run(1)
        assert run is not None
        partition.handle_run(run, Snapshot("r", {}))

    [(_, made_from)] = partition.changelog(partition.positions()).headers

    assert checkpoint.decode(made_from).keys == 1
