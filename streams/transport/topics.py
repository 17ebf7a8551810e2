"""Topics as declared: made where they are missing, compared where they exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from streams.errors import ConfigurationError

_ADMIN_SECONDS = 30.0
OWN_TIME: Mapping[str, str] = {
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": str(2**63 - 1),
    "message.timestamp.after.max.ms": str(2**63 - 1),
    "retention.ms": "-1",
}
"""Settings of topics whose writers give the time (a demo, a backfill, a test): any time is
taken, and nothing is removed for being old."""


@dataclass(frozen=True, kw_only=True)
class TopicSpec:
    """A topic as it should be."""

    name: str
    partitions: int
    config: Mapping[str, str] = field(default_factory=dict)

    def with_own_time(self) -> "TopicSpec":
        """The same topic where the writer gives the time; a compacted one keeps its policy."""
        return TopicSpec(
            name=self.name, partitions=self.partitions, config={**self.config, **OWN_TIME}
        )


def declare(client: AdminClient, specs: Sequence[TopicSpec], replication: int = 1) -> list[str]:
    """Create what is missing; gives in words where an existing topic differs in its settings.

    Raises:
        ConfigurationError: a topic exists with another number of partitions.
    """
    there = client.list_topics(timeout=_ADMIN_SECONDS).topics
    new = [
        NewTopic(spec.name, spec.partitions, replication, config=dict(spec.config))
        for spec in specs
        if spec.name not in there
    ]
    if new:
        for future in client.create_topics(new, operation_timeout=_ADMIN_SECONDS).values():
            future.result(_ADMIN_SECONDS)
    existing = [spec for spec in specs if spec.name in there]
    for spec in existing:
        found = len(there[spec.name].partitions)
        if found != spec.partitions:
            raise ConfigurationError(
                f"topic {spec.name} has {found} partitions: expected {spec.partitions}"
            )
    return _differences(client, existing)


def _differences(client: AdminClient, specs: Sequence[TopicSpec]) -> list[str]:
    resources = {ConfigResource(ResourceType.TOPIC, spec.name): spec for spec in specs}
    if not resources:
        return []
    different = []
    for resource, future in client.describe_configs(list(resources)).items():
        found = future.result(_ADMIN_SECONDS)
        spec = next(each for each in specs if each.name == resource.name)
        different += [
            f"topic {spec.name}: {name} is {found[name].value}, declared is {value}"
            for name, value in sorted(spec.config.items())
            if found[name].value != value
        ]
    return sorted(different)
