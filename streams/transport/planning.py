"""What topics lack of what is declared, and doing it, without ever losing data unasked."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from streams.transport.topics import TopicSpec

_ANSWER_SECONDS = 30.0
_FOR_EVER = -1
WAYS_OUT = "docs/disaster-recovery.md says the ways out"
RETENTION, CLEANUP, SYNCED = "retention.ms", "cleanup.policy", "min.insync.replicas"


class Kind(StrEnum):
    """What becomes of a difference."""

    CREATE = "create"
    SET = "set"
    REFUSED = "refused"
    """Done by nobody here: records would be lost, or keys parted from their state."""
    BY_HAND = "by hand"
    """Kafka's own tools do it, with an eye on the load that it makes."""


class Change(NamedTuple):
    """A difference between a topic and its declaration; `setting` and `value` where it is one."""

    kind: Kind
    topic: str
    detail: str
    setting: str = ""
    value: str = ""


class Found(NamedTuple):
    """A topic as it is."""

    partitions: int
    replication: int
    config: Mapping[str, str]


def synced(spec: TopicSpec, replication: int) -> TopicSpec:
    """The spec with the replicas that must have a record before it counts: all but one."""
    config = {**spec.config, SYNCED: str(max(1, replication - 1))}
    return TopicSpec(name=spec.name, partitions=spec.partitions, config=config)


def find(client: AdminClient, specs: Iterable[TopicSpec]) -> dict[str, Found]:
    """The topics that exist.

    Raises:
        KafkaException: the broker can't be asked, or does not let us.
    """
    there = client.list_topics(timeout=_ANSWER_SECONDS).topics
    named = [spec.name for spec in specs if spec.name in there]
    asked = [ConfigResource(ResourceType.TOPIC, name) for name in named]
    if not asked:
        return {}
    answers = client.describe_configs(asked)
    found = {}
    for resource, future in answers.items():
        entries: Mapping[str, Any] = future.result(_ANSWER_SECONDS)
        topic: Any = there[resource.name]
        replicas = min(len(each.replicas) for each in topic.partitions.values())
        config = {name: str(entry.value) for name, entry in entries.items()}
        found[resource.name] = Found(len(topic.partitions), replicas, config)
    return found


def plan(
    specs: Sequence[TopicSpec],
    found: Mapping[str, Found],
    replication: int,
    *,
    loss_allowed: bool = False,
) -> list[Change]:
    """What must be done, topic by topic; `loss_allowed`: settings that make records go, too."""
    changes: list[Change] = []
    for spec in specs:
        is_there = found.get(spec.name)
        if is_there is None:
            detail = f"{spec.partitions} partitions, {replication} replicas, {_settings(spec)}"
            changes.append(Change(Kind.CREATE, spec.name, detail))
        else:
            changes += _partitions(spec, is_there) + _replication(spec, is_there, replication)
            changes += _config(spec, is_there, loss_allowed=loss_allowed)
    return changes


def carry_out(
    client: AdminClient, specs: Sequence[TopicSpec], changes: Sequence[Change], replication: int
) -> None:
    """Does what can be done of a plan.

    Raises:
        KafkaException: the broker refuses.
    """
    of = {spec.name: spec for spec in specs}
    new = [
        NewTopic(
            each.topic, of[each.topic].partitions, replication, config=dict(of[each.topic].config)
        )
        for each in changes
        if each.kind is Kind.CREATE
    ]
    if new:
        for future in client.create_topics(new, operation_timeout=_ANSWER_SECONDS).values():
            future.result(_ANSWER_SECONDS)
    entries: dict[str, list[ConfigEntry]] = {}
    for each in changes:
        if each.kind is Kind.SET:
            entry = ConfigEntry(
                each.setting, each.value, incremental_operation=AlterConfigOpType.SET
            )
            entries.setdefault(each.topic, []).append(entry)
    resources = [
        ConfigResource(ResourceType.TOPIC, topic, incremental_configs=settings)
        for topic, settings in entries.items()
    ]
    if resources:
        for future in client.incremental_alter_configs(resources).values():
            future.result(_ANSWER_SECONDS)


def _settings(spec: TopicSpec) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(spec.config.items()))


def _partitions(spec: TopicSpec, found: Found) -> list[Change]:
    if found.partitions == spec.partitions:
        return []
    why = (
        "partitions can't be taken away"
        if found.partitions > spec.partitions
        else "with more partitions a key's records would lie apart from its state"
    ) + f"; {WAYS_OUT}"
    detail = f"has {found.partitions} partitions, declared are {spec.partitions}: {why}"
    return [Change(Kind.REFUSED, spec.name, detail)]


def _replication(spec: TopicSpec, found: Found, replication: int) -> list[Change]:
    if found.replication == replication:
        return []
    detail = (
        f"has {found.replication} replicas, declared are {replication}: "
        "move them with kafka-reassign-partitions"
    )
    return [Change(Kind.BY_HAND, spec.name, detail)]


def _config(spec: TopicSpec, found: Found, *, loss_allowed: bool) -> list[Change]:
    changes = []
    for name, value in sorted(spec.config.items()):
        before = found.config.get(name, "")
        if before == value:
            continue
        detail = f"{name} is {before}, declared is {value}"
        loses = _loses(name, before, value)
        if loses is None or loss_allowed:
            changes.append(Change(Kind.SET, spec.name, detail, name, value))
        else:
            detail = f"{detail}: {loses}; --allow-loss says that it is meant"
            changes.append(Change(Kind.REFUSED, spec.name, detail))
    return changes


def _loses(setting: str, before: str, after: str) -> str | None:
    """What would go, in words."""
    if setting == CLEANUP:
        if after == "compact" and "compact" in before.split(","):
            return None  # it is compacted already: now nothing is removed for being old any more
        return (
            "older values of a key would be removed"
            if after == "compact"
            else "old values would be removed, though they are the last of their key"
        )
    if setting == RETENTION and int(after) != _FOR_EVER:
        was, becomes = int(before), int(after)
        return "records older than that would go" if was < 0 or becomes < was else None
    return None
