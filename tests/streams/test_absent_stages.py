"""Which stages a worker leaves out, as a topic of theirs or a right to one is missing."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka.admin import AclOperation

from streams.errors import ConfigurationError, Fenced, ProcessorFailed
from streams.runtime import absence, checks
from streams.runtime.absence import own_topics, why_without
from streams.runtime.checks import absent_stages
from streams.runtime.cluster_watch import Apart
from streams.runtime.topic_watch import CONFIRM_SECONDS
from streams.settings import Settings
from streams.topology import ReferenceTopics, Stage
from streams.transport.topic_look import SeenTopic

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


def without(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, looks: list[dict[str, int]]
) -> str | None:
    """Why the worker goes on without EXTRA, which failed, as the topics are at each look."""
    monkeypatch.setattr(absence, "LOOK_SECONDS", 0)
    monkeypatch.setattr(absence, "admin", lambda _: None)
    left = iter(looks)

    def asked(*_: Any) -> dict[str, str]:
        return {} if "out" in next(left) else {"extra": "no topic out"}

    monkeypatch.setattr(absence, "absent_stages", asked)

    async def why() -> str | None:
        failure = asyncio.get_running_loop().create_future()
        failure.set_exception(error)
        runner: Any = SimpleNamespace(stage=EXTRA, failure=failure)
        settings = Settings(bootstrap_servers="k:1")
        return await why_without(runner, [MAIN, EXTRA], ReferenceTopics(), settings)

    return asyncio.run(why())


GONE: dict[str, int] = {}


@pytest.mark.parametrize(
    ("error", "looks", "why"),
    [
        (Fenced("aborted"), [TOPICS], None),
        (Fenced("aborted"), [GONE, GONE, GONE], "no topic out"),
        (Fenced("aborted"), [GONE, GONE, TOPICS], None),
        (ConfigurationError("its state is lost"), [TOPICS], "its state is lost"),
        (ConfigurationError("its state is lost"), [GONE, GONE, GONE], "no topic out"),
        (ProcessorFailed("a defect"), [TOPICS], "a defect"),
        (OSError("no such thing"), [TOPICS], "no such thing"),
    ],
)
def test_the_others_go_on_unless_a_start_mends_it(
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    looks: list[dict[str, int]],
    why: str | None,
) -> None:
    """A look that finds all there is believed at once; what is missing only after three."""
    assert without(monkeypatch, error, looks) == why


def test_only_what_nobody_else_uses_is_a_stages_own() -> None:
    another = stage("another", may_be_absent=True, inputs=("in", "mine"), outputs=("out", "his"))

    assert own_topics(another, [MAIN, another]) == {"mine", "his"}
    assert own_topics(MAIN, [MAIN, another]) == set()
    assert own_topics(another, [another]) == set()


def test_a_stage_hears_of_its_own_topics_alone_and_once_that_is_certain() -> None:
    held, lost = list[bool](), list[str]()
    there = {"out": SeenTopic(5, "a"), "in": SeenTopic(3, "b")}
    apart = Apart("extra", {"out"}, held.append, lambda error: lost.append(str(error)))
    apart.begin({"out": 5}, there)

    apart.look(there | {"in": None}, 0)
    apart.look(there | {"out": None}, 1)
    assert (held, lost) == ([False, True], [])
    apart.look(there | {"out": None}, 1 + CONFIRM_SECONDS)
    assert (held[-1], len(lost)) == (True, 1)
    assert lost[0].startswith("topic out is gone (it had 5 partitions)")
    apart.no_answer()
    assert (held[-1], apart.changes.suspected) == (False, None)
