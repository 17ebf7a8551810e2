"""What a topic lacks of what is declared, and what nobody does unasked."""

import pytest

from streams.transport.planning import Change, Found, Kind, plan, synced
from streams.transport.topics import TopicSpec

SPEC = TopicSpec(
    name="t", partitions=12, config={"cleanup.policy": "delete", "retention.ms": "1000"}
)


def found(partitions: int = 12, replication: int = 3, **config: str) -> dict[str, Found]:
    settings = {"cleanup.policy": "delete", "retention.ms": "1000"}
    settings |= {name.replace("_", "."): value for name, value in config.items()}
    return {"t": Found(partitions, replication, settings)}


def test_a_missing_topic_is_created_with_all_that_is_declared() -> None:
    (change,) = plan([SPEC], {}, 3)

    assert change == Change(
        Kind.CREATE, "t", "12 partitions, 3 replicas, cleanup.policy=delete, retention.ms=1000"
    )


def test_what_is_as_declared_is_left_alone() -> None:
    assert plan([SPEC], found(), 3) == []


@pytest.mark.parametrize(("partitions", "word"), [(6, "apart from its state"), (13, "taken away")])
def test_another_number_of_partitions_is_refused(partitions: int, word: str) -> None:
    (change,) = plan([SPEC], found(partitions), 3, loss_allowed=True)

    assert change.kind is Kind.REFUSED
    assert word in change.detail


@pytest.mark.parametrize(("before", "kind"), [
    ("999", Kind.SET), ("1001", Kind.REFUSED), ("-1", Kind.REFUSED),
])  # fmt: skip
def test_a_retention_may_grow_but_not_shrink(before: str, kind: Kind) -> None:
    (change,) = plan([SPEC], found(retention_ms=before), 3)

    assert change.kind is kind


def test_a_retention_shrinks_where_it_is_meant() -> None:
    (change,) = plan([SPEC], found(retention_ms="-1"), 3, loss_allowed=True)

    assert (change.kind, change.setting, change.value) == (Kind.SET, "retention.ms", "1000")


def test_a_compacted_topic_does_not_become_another_unasked() -> None:
    (change,) = plan([SPEC], found(cleanup_policy="compact"), 3)

    assert change.kind is Kind.REFUSED
    assert "last of their key" in change.detail


def test_a_compacted_topic_that_also_forgets_is_set_back_without_being_asked() -> None:
    spec = TopicSpec(name="t", partitions=12, config={"cleanup.policy": "compact"})

    (change,) = plan([spec], found(cleanup_policy="compact,delete"), 3)

    assert (change.kind, change.setting, change.value) == (Kind.SET, "cleanup.policy", "compact")


def test_replicas_are_moved_by_hand() -> None:
    (change,) = plan([SPEC], found(replication=1), 3)

    assert change.kind is Kind.BY_HAND


@pytest.mark.parametrize(("replication", "least"), [(1, "1"), (2, "1"), (3, "2")])
def test_all_replicas_but_one_must_have_a_record(replication: int, least: str) -> None:
    assert synced(SPEC, replication).config["min.insync.replicas"] == least
