"""The two records that the engine writes itself: ticks, and the order log."""

from collections.abc import Sequence

from agents.records import codecs
from schemas.records import Order, OrderRun, Tick
from streams.topology import Run

ORDER = "recourse.order"
TICKS = "recourse.ticks"


def encode_tick(now_ms: int) -> bytes:
    """A tick; its `now` is for reading, the Kafka timestamp counts."""
    return codecs.encode(TICKS, Tick(now=now_ms))


def encode_order(stage: str, partition: int, runs: Sequence[Run]) -> bytes:
    """What a stage handled of a partition in one transaction, in order."""
    listed = tuple(
        OrderRun(topic=run.topic, first=run.first, last=run.last, reference=dict(run.reference))
        for run in runs
    )
    return codecs.encode(ORDER, Order(stage=stage, partition=partition, runs=listed))


def decode_order(value: bytes) -> tuple[str, int, list[Run]]:
    """Reads an order record back."""
    order = codecs.decode(ORDER, value)
    assert isinstance(order, Order), "the catalogue's record of the topic"
    runs = [Run(run.topic, run.first, run.last, run.reference) for run in order.runs]
    return order.stage, order.partition, runs
