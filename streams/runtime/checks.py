"""What must be so before a worker starts: all topics there, and partitions equal."""

from collections.abc import Iterator, Sequence

from confluent_kafka.admin import AclOperation, AdminClient

from streams.errors import ConfigurationError
from streams.settings import Settings
from streams.topology import ReferenceTopics, Stage
from streams.transport.kafka import partition_counts, patiently
from streams.transport.topic_look import rights

CREATE_COMMAND = "recourse topics apply"


def check_topics(
    stages: Sequence[Stage],
    references: ReferenceTopics,
    settings: Settings,
    admin_client: AdminClient,
) -> dict[str, int]:
    """Looks at every topic that the worker needs; gives their numbers of partitions.

    Raises:
        ConfigurationError: one sentence that says what is missing or unequal.
    """
    names = [t for s in stages for t in (*s.topics, *s.outputs, s.changelog)]
    names += references.topics
    if settings.order_log:
        names.append(f"{settings.application}.order")
    counts = patiently("look at the topics", lambda: partition_counts(admin_client, names))
    absent = sorted(set(names) - set(counts))
    if absent:
        raise ConfigurationError(
            f"Kafka at {settings.bootstrap_servers} has no topic {', '.join(absent)}, or does not "
            f"show it to this user: `{CREATE_COMMAND}` makes topics, with --access also the rights"
        )
    for stage in stages:
        _check_equal(stage, counts)
    for topic in references.topics:
        if counts[topic] != 1:
            raise ConfigurationError(
                f"reference topic {topic} has {counts[topic]} partitions: must be 1"
            )
    return counts


def absent_stages(
    stages: Sequence[Stage],
    references: ReferenceTopics,
    settings: Settings,
    admin_client: AdminClient,
) -> dict[str, str]:
    """The stages that may be absent and have to be, by name, each with why in a sentence.

    None is, where there is no other stage: then the worker does not start.
    """
    found: dict[str, str] = {}
    if all(stage.may_be_absent for stage in stages):
        return found
    for stage in stages:
        if not stage.may_be_absent:
            continue
        try:
            check_topics([stage], references, settings, admin_client)
        except ConfigurationError as problem:
            found[stage.name] = str(problem)
            continue
        lacking = list(_rights_lacking(stage, admin_client))
        if lacking:
            found[stage.name] = (
                f"this user may not {' or '.join(lacking)}: `{CREATE_COMMAND} --access` lets it"
            )
    return found


def _rights_lacking(stage: Stage, admin_client: AdminClient) -> Iterator[str]:
    """What Kafka says that this user may not do; a Kafka that asks nobody lets all do all."""
    read = {*stage.topics, stage.changelog}
    written = {*stage.outputs, stage.changelog}
    may = patiently("look at the rights", lambda: rights(admin_client, read | written))
    for operation, topics in ((AclOperation.READ, read), (AclOperation.WRITE, written)):
        for topic in sorted(topics):
            if topic in may and operation not in may[topic]:
                yield f"{operation.name.lower()} {topic}"


def _check_equal(stage: Stage, counts: dict[str, int]) -> None:
    own = {topic: counts[topic] for topic in (*stage.topics, stage.changelog)}
    if len(set(own.values())) > 1:
        listed = ", ".join(f"{topic} {count}" for topic, count in sorted(own.items()))
        raise ConfigurationError(
            f"stage {stage.name} needs topics with the same number of partitions, but they have: "
            f"{listed}"
        )
