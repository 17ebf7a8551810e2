"""What thousands of cases or customers cost, as counts of what is looked at: no clock is asked."""

from collections import Counter
from typing import Any

import pytest

from agents.core.customers import state_codec
from agents.core.customers.partition import Partition
from agents.core.customers.state import Customer
from agents.core.desk.assignment import Search
from agents.core.desk.moves import search_for
from agents.core.desk.timers import firing
from agents.core.desk.timers.due import TimerIndex
from tests.core.desk.world import HOUR, MINUTE, NOW, Desk, disagreement, manager

WIDTH = 10_000


class Looked:
    """Moments of keys, and how often one was asked for."""

    def __init__(self) -> None:
        self.moments: dict[str, int] = {}
        self.count = 0

    def __call__(self, key: str) -> int | None:
        self.count += 1
        return self.moments.get(key)


def due_together(looked: Looked, count: int) -> TimerIndex:
    index = TimerIndex(looked, WIDTH)
    for number in range(count):
        looked.moments[str(number)] = 5_000 + number
        index.put(str(number), 5_000 + number)
    return index


def test_what_is_due_next_is_asked_for_again_and_again_and_one_is_looked_at() -> None:
    looked = Looked()
    index = due_together(looked, 1_000)
    assert index.earliest() == 5_000
    looked.count = 0

    assert [index.earliest() for _ in range(100)] == [5_000] * 100
    assert looked.count == 100

    looked.moments["7"] = 3
    index.put("7", 3)
    assert index.earliest() == 3
    del looked.moments["7"]
    assert index.earliest() == 5_000


def test_a_tick_before_anything_is_due_looks_at_nothing() -> None:
    looked = Looked()
    index = due_together(looked, 1_000)

    assert [index.until(moment) for moment in range(0, 5_000, 100)] == [[]] * 50
    assert looked.count == 0
    assert index.until(5_001) == [(5_000, "0"), (5_001, "1")]


def test_customers_who_are_due_in_one_hour_are_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    partition, asked = Partition(), Counter[str]()
    due_at = state_codec.due_at
    for number in range(500):
        partition.apply({f"c{number}": _customer(number)})

    def counted(value: bytes) -> int:
        asked["due_at"] += 1
        return due_at(value)

    monkeypatch.setattr(state_codec, "due_at", counted)
    assert partition.next_due() == NOW
    assert asked["due_at"] <= 501
    asked.clear()
    for number in range(100):
        assert partition.next_due() == NOW + number
        assert list(partition.due_by(NOW + number)) == [(NOW + number, f"c{number}")]
        partition.apply({f"c{number}": _customer(number + 500)})
    assert asked["due_at"] <= 1_000

    partition.apply({"c100": None})
    assert partition.next_due() == NOW + 101
    partition.apply({"c499": _customer(-1)})
    assert partition.next_due() == NOW - 1
    assert sorted(partition.due_by(NOW + 101)) == [(NOW - 1, "c499"), (NOW + 101, "c101")]


def _customer(number: int) -> Customer:
    return Customer(
        customer_id=f"c{number % 500}",
        first_visit_id="v",
        first_visit_at=NOW,
        first_event_id="e",
        last_visit_at=NOW,
        due_at=NOW + number,
    )


def test_of_cases_that_ask_for_the_same_nobody_is_searched_for_once_a_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, asked = Desk(manager("lena", max_open=0)), Counter[str]()
    for number in range(200):
        visit = f"v{number}"
        desk.says(disagreement(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"))

    def counted(*arguments: Any) -> Search:
        asked["search"] += 1
        return search_for(*arguments)

    monkeypatch.setattr(firing, "search_for", counted)
    assert desk.ticks(NOW + MINUTE) == []
    assert asked["search"] <= 2

    desk.managers = (manager("lena", max_open=3),)
    assert len(desk.ticks(NOW + HOUR // 2)) == 3
