"""The driver without a broker."""

from streams.testing import Driver
from tests.streams.toy import Toy, encode_tick

TOY = Toy("toy")


def test_what_a_stage_writes_is_handled_by_the_next_before_pipe_returns() -> None:
    driver = Driver(TOY.stages, TOY.references)

    assert [(m.topic, m.value) for m in driver.pipe(TOY.left, b"a", b"1", 1_000)] == [
        (TOY.out, b"left 1 is 1 at 1000"),
        (TOY.echo, b"out left 1 is 1 at 1000 is 1 at 1000"),
    ]


def test_a_tick_goes_to_every_partition_with_the_references_piped_before() -> None:
    driver = Driver([TOY.stage], TOY.references, partitions=2)
    driver.pipe(TOY.reference, b"k", b"r", 0)

    assert [m.value for m in driver.tick(TOY.ticks, encode_tick(5), 5_000)] == [
        b"tick 0 total 0 now 5000 reference none,r",
        b"tick 1 total 0 now 5000 reference none,r",
    ]


def test_read_gives_each_output_once() -> None:
    driver = Driver([TOY.stage])
    driver.pipe(TOY.left, b"a", b"1", 1_000)

    assert len(driver.read()) == 1
    assert driver.read() == []


def test_a_restart_keeps_state_and_now() -> None:
    driver = Driver([TOY.stage])
    driver.pipe(TOY.left, b"a", b"1", 9_000)
    driver.pipe(TOY.left, b"b", b"2", 9_000)
    driver.pipe(TOY.left, b"b", b"forget", 9_000)
    driver.restart()

    assert [m.value for m in driver.pipe(TOY.left, b"a", b"3", 1_000)] == [b"left 3 is 2 at 9000"]
    assert driver.state(TOY.stage) == {"a": b"2", ":now": b"9000"}
