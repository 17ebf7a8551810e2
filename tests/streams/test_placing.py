"""In which partition a key belongs: the part in C, its twin, and other programs' murmur2."""

import pytest
from aiokafka.partitioner import murmur2
from hypothesis import given
from hypothesis import strategies as some

from streams.compiled import native
from streams.topology import Listed, Message
from streams.transport.placing import in_python, misplaced, partition_of
from streams.transport.records import read_batch
from tests.streams.test_records import batch

KEYS = some.none() | some.binary(max_size=40)


@pytest.mark.parametrize(
    ("key", "hashed"),
    [  # of Kafka's own UtilsTest.testMurmur2
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_a_key_lies_where_javas_producer_places_it(key: bytes, hashed: int) -> None:
    expected = (hashed & 0x7FFFFFFF) % 12

    assert in_python(key, 12) == partition_of(key, 12) == expected


@pytest.mark.skipif(native is None, reason="not compiled")
@given(some.binary(max_size=100), some.integers(1, 1000))
def test_the_part_in_c_places_a_key_as_python_does(key: bytes, partitions: int) -> None:
    assert native is not None

    found = native.partition_of(key, partitions)

    assert found == (murmur2(key) & 0x7FFFFFFF) % partitions == in_python(key, partitions)


@given(some.lists(KEYS, min_size=1, max_size=20), some.integers(0, 6))
def test_the_misplaced_of_a_batch_are_those_whose_keys_belong_elsewhere(
    keys: list[bytes | None], number: int
) -> None:
    raw = batch([(1_000, key, b"v", []) for key in keys])
    listed = Listed([Message("t", number, at, 1_000, key, b"v") for at, key in enumerate(keys)])
    expected = [
        place for place, key in enumerate(keys) if key is not None and in_python(key, 7) != number
    ]

    assert list(misplaced(listed, number, 7)) == expected
    assert list(misplaced(read_batch("t", number, raw), number, 7)) == expected
    part = read_batch("t", number, raw)[1:]
    assert list(misplaced(part, number, 7)) == [at - 1 for at in expected if at]


@pytest.mark.skipif(native is None, reason="not compiled")
def test_no_partition_at_all_is_refused() -> None:
    assert native is not None

    with pytest.raises(ValueError, match="no partition"):
        native.partition_of(b"a", 0)
    with pytest.raises(ValueError, match="no partition"):
        read_batch("t", 0, batch([(1, b"a", None, [])])).misplaced(0, 0)  # type: ignore[attr-defined]
