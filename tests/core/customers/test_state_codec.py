"""How customers are kept: read back they are the same, also what earlier versions wrote."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from agents.core.customers import partition, state_codec
from agents.core.customers.field_aliases import ALIASES
from agents.core.customers.partition import Partition
from agents.core.customers.state import Customer
from agents.core.customers.stored_facts import FACT_TYPES, Fact, FactType
from agents.core.customers.stored_facts import kept as kept_fact
from tests.core import builders

HOUR = builders.HOUR
FACTS = tuple(each.record for each in FACT_TYPES)
RELEASED = Path(__file__).with_name("released")


def values(name: str) -> dict[str, bytes]:
    found = msgspec.msgpack.decode((RELEASED / name).read_bytes(), type=dict[str, bytes])
    assert len(found) > 3
    return found


def customer(customer_id: str = "c1", due_at: int = 0, **fields: Any) -> Customer:
    whole: dict[str, Any] = {
        "customer_id": customer_id,
        "first_visit_id": "v1",
        "first_visit_at": builders.at(),
        "first_event_id": "in",
        "last_visit_at": builders.at(),
        "due_at": due_at,
    }
    return Customer(**(whole | fields))


def assert_says(record: Any, data: Any, left_out: tuple[str, ...] = ()) -> None:
    """Every field of plain data is in the record, under its name."""
    if isinstance(record, msgspec.Struct) and isinstance(data, Mapping):
        if isinstance(record, FACTS):
            left_out = ("customer_id", "visit_id")
        for name in data:
            if name not in left_out:
                assert_says(getattr(record, name), data[name])
    elif isinstance(record, msgspec.Struct):
        assert list(msgspec.structs.astuple(record)) == data
    elif isinstance(data, Mapping):
        assert record.keys() == data.keys()
        for key in data:
            assert_says(record[key], data[key])
    elif isinstance(data, list | tuple):
        assert len(record) == len(data)
        for one, other in zip(record, data, strict=True):
            assert_says(one, other)
    else:
        assert record == data


def test_what_was_kept_before_there_was_a_form_is_read_whole() -> None:
    for value in values("without_a_form.msgpack").values():
        assert_says(state_codec.decode(value), msgspec.msgpack.decode(value))


def test_what_was_kept_in_this_form_is_read_as_it_was() -> None:
    """A field may come; none may take another short name, another type, or no default."""
    before = values("without_a_form.msgpack")
    for key, value in values("form_2.msgpack").items():
        assert state_codec.decode(value) == state_codec.decode(before[key])
        assert state_codec.decode(
            state_codec.encode(state_codec.decode(value))
        ) == state_codec.decode(value)
        assert state_codec.in_this_form(value) == value
        assert len(value) < state_codec.size(value) < len(before[key])


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        state_codec.decode(b"\xc1\x03 a form of the future")


def test_short_names_are_each_of_one_field() -> None:
    assert len(set(ALIASES.values())) == len(ALIASES)


def filled(info: Any, name: str = "") -> Any:
    """A value of a type that says something in every field, whatever fields there are."""
    match info:
        case inspect.UnionType():
            return filled(next(e for e in info.types if not isinstance(e, inspect.NoneType)), name)
        case inspect.StructType():
            return info.cls(**{each.name: filled(each.type, each.name) for each in info.fields})
        case inspect.VarTupleType():
            return (filled(info.item_type, name), filled(info.item_type, name))
        case inspect.EnumType():
            return list(info.cls)[-1]
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return info.le or 4
        case inspect.StrType():
            return f"{name}-text"
        case _:
            raise AssertionError(f"{name}: no value for {info}")


@pytest.mark.parametrize("kind", FACT_TYPES, ids=lambda kind: kind.record.__name__)
def test_no_field_of_a_fact_is_lost_in_state_changelog_and_snapshot(kind: FactType) -> None:
    """A field that somebody adds is among them: they are read off the record."""
    fact = filled(inspect.type_info(kind.record))
    visit = msgspec.structs.replace(builders.visit(), **{kind.field: (kept_fact(fact),)})
    here, restored = Partition(), Partition()
    here.apply({"c1": customer("c1", visits={"v1": visit})})
    restored.restore(dict(here.records()))  # what changelog and snapshot hold
    found = restored.get("c1")
    assert found is not None
    (stored,) = getattr(found.visits["v1"], kind.field)

    assert isinstance(stored, kind.record)
    for name in kind.record.__struct_fields__:
        if name not in {"customer_id", "visit_id"}:  # the visit says them
            assert_says(getattr(stored, name), msgspec.to_builtins(getattr(fact, name)))


def test_each_fact_has_its_kind() -> None:
    assert {each.record for each in FACT_TYPES} == set(Fact.__args__)


def test_a_partition_gives_back_what_it_took_however_many_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition, "READ_AT_MOST", 2)
    here = Partition()
    taken = {f"c{number}": customer(f"c{number}", due_at=number) for number in range(5)}
    here.apply(taken)
    assert {each: here.get(each) for each in taken} == taken
    here.apply({"c1": None, "c2": customer("c2", due_at=99)})
    assert here.get("c1") is None
    assert here.get("c2") == customer("c2", due_at=99)
    assert sorted(here.due_by(10)) == [(0, "c0"), (3, "c3"), (4, "c4")]
    assert {key for key, _ in here.records()} == {"c0", "c2", "c3", "c4"}


def test_what_is_due_when() -> None:
    here = Partition()
    assert here.next_due() is None
    due = {"a": 3 * HOUR, "b": 3 * HOUR + 1, "c": 90 * 24 * HOUR, "d": -1}
    here.apply({key: customer(key, due_at=due[key]) for key in due})
    assert here.next_due() == -1
    assert sorted(here.due_by(3 * HOUR)) == [(-1, "d"), (3 * HOUR, "a")]
    here.apply({"d": customer("d", due_at=5 * HOUR), "a": None})
    assert here.next_due() == 3 * HOUR + 1
    assert sorted(here.due_by(3 * HOUR)) == []
    assert sorted(here.due_by(5 * HOUR)) == [(3 * HOUR + 1, "b"), (5 * HOUR, "d")]
    here.apply(dict.fromkeys(due))
    assert here.next_due() is None
    assert not list(here.records())


def test_a_partition_restored_is_the_same_and_has_the_new_form() -> None:
    before = values("without_a_form.msgpack")
    here, there = Partition(), Partition()
    here.restore(before)
    there.apply({key: state_codec.decode(value) for key, value in before.items()})
    assert dict(here.records()) == dict(there.records())
    assert all(here.get(key) == state_codec.decode(value) for key, value in before.items())
    assert here.next_due() == there.next_due()
