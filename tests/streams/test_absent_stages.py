"""Which stages a worker leaves out, as a topic of theirs or a right to one is missing."""

from typing import Any

import pytest
from confluent_kafka.admin import AclOperation

from streams.runtime import checks
from streams.runtime.checks import absent_stages
from streams.settings import Settings
from streams.topology import ReferenceTopics, Stage

READ, WRITE = AclOperation.READ, AclOperation.WRITE
TOPICS = {"in": 3, "ticks": 3, "log": 3, "out": 5}


def stage(name: str, **more: Any) -> Stage:
    whole: dict[str, Any] = {"inputs": ("in",), "changelog": "log", "outputs": ("out",)}
    return Stage(name=name, tick_topic="ticks", processor=lambda _: None, **(whole | more))  # type: ignore[arg-type, return-value]


MAIN = stage("main", inputs=("in",), changelog="log")
EXTRA = stage("extra", may_be_absent=True)


def found(
    monkeypatch: pytest.MonkeyPatch,
    stages: list[Stage],
    topics: dict[str, int],
    may: dict[str, frozenset[AclOperation]] | None = None,
) -> dict[str, str]:
    monkeypatch.setattr(
        checks, "partition_counts", lambda _, names: {n: topics[n] for n in names if n in topics}
    )
    monkeypatch.setattr(checks, "rights", lambda *_: may or {})
    client: Any = None
    return absent_stages(stages, ReferenceTopics(), Settings(bootstrap_servers="k:1"), client)


def test_with_all_topics_and_rights_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    may = dict.fromkeys(TOPICS, frozenset({READ, WRITE}))

    assert found(monkeypatch, [MAIN, EXTRA], TOPICS) == {}
    assert found(monkeypatch, [MAIN, EXTRA], TOPICS, may) == {}


@pytest.mark.parametrize("missing", ["in", "ticks", "log", "out"])
def test_a_stage_without_a_topic_is_left_out(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    topics = {name: count for name, count in TOPICS.items() if name != missing}

    absent = found(monkeypatch, [MAIN, EXTRA], topics)

    assert list(absent) == ["extra"]
    assert f"has no topic {missing}, or does not show it to this user" in absent["extra"]
    assert "`recourse topics apply`" in absent["extra"]


def test_a_stage_whose_topics_differ_in_partitions_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = found(monkeypatch, [MAIN, EXTRA], TOPICS | {"log": 4})

    assert "the same number of partitions" in absent["extra"]


@pytest.mark.parametrize(
    ("topic", "operation", "said"),
    [("in", READ, "read in"), ("log", READ, "read log"), ("log", WRITE, "write log"),
     ("out", WRITE, "write out"), ("out", READ, None), ("in", WRITE, None)],
)  # fmt: skip
def test_a_stage_without_a_right_that_it_needs_is_left_out(
    monkeypatch: pytest.MonkeyPatch, topic: str, operation: AclOperation, said: str | None
) -> None:
    may = dict.fromkeys(TOPICS, frozenset({READ, WRITE})) | {
        topic: frozenset({READ, WRITE} - {operation})
    }

    absent = found(monkeypatch, [MAIN, EXTRA], TOPICS, may)

    assert absent == (
        {} if said is None
        else {"extra": f"this user may not {said}: `recourse topics apply --access` lets it"}
    )  # fmt: skip


def test_who_runs_that_stage_alone_is_told_by_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, [EXTRA], {}) == {}


def test_another_stage_is_never_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "main" not in found(monkeypatch, [MAIN, EXTRA], {})
