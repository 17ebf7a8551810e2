"""Every topic that the application needs, as declared in the catalogue, with the changelogs."""

from collections.abc import Sequence

from agents.pipeline.stages import every_stage
from schemas.catalogue import PARTITIONS, TOPICS
from streams.transport.topics import TopicSpec

_ORDER = "recourse.order"
_NAMED = 5


def topic_specs(*, own_time: bool = False) -> list[TopicSpec]:
    """All topics. `own_time`: writers give the time (a demo, a backfill, a test).

    The order log is no input, and is read by its transactions; the reference topics are compacted.
    """
    specs = [
        TopicSpec(name=topic.name, partitions=topic.partitions, config=topic.config)
        for topic in TOPICS.values()
    ]
    if own_time:
        specs = [spec.with_own_time() for spec in specs]
    changelogs = [
        TopicSpec(name=stage.changelog, partitions=PARTITIONS, config={"cleanup.policy": "compact"})
        for stage in every_stage()
    ]
    return specs + changelogs


def not_shown(bootstrap_servers: str, topics: Sequence[str]) -> str:
    """The sentence about topics that Kafka does not name: it hides those that one may not see."""
    named = ", ".join(topics[:_NAMED])
    if len(topics) > _NAMED:
        named += f" and {len(topics) - _NAMED} more"
    return (
        f"Kafka at {bootstrap_servers} has no topic {named}, or does not show it to this user: "
        "`recourse topics apply` makes it, another role may see it (docs/security.md)"
    )
