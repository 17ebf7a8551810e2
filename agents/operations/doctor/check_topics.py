"""Topics and permissions, as the broker shows them to this principal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer, TopicCollection
from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,
    ResourceType,
)
from msgspec import Struct

from agents.operations.access import Role, covers
from agents.operations.doctor.checks import Check, fine, fix, unknown
from streams.transport.coordinators import Coordinators
from streams.transport.kafka import REQUEST_SECONDS, client
from streams.transport.planning import SYNCED, WAYS_OUT, Change, Found, Kind, plan, synced
from streams.transport.topics import TopicSpec

_REPLICAS = 3
_FORBIDDEN = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
)
_APPLY = "`recourse topics apply`"
_GRANT = "`recourse topics apply --access` grants what its role needs (docs/security.md)"
_APART = (
    "its role must not: `recourse topics apply --access --prune` takes it away; "
    "each role is a principal of its own (docs/security.md)"
)


class Seen(Struct, frozen=True, kw_only=True):
    """What the broker shows of one topic; `operations` are those that this principal may."""

    partitions: int
    replicas: int
    operations: frozenset[str]


class Shown(Struct, frozen=True, kw_only=True):
    """All topics that were asked for: seen, not there, or not ours to see."""

    seen: Mapping[str, Seen]
    absent: frozenset[str]
    hidden: frozenset[str]


def shown(admin: AdminClient, names: Sequence[str]) -> Shown:
    """Asks for topics with what may be done to them.

    Raises:
        KafkaException: the broker can't be asked.
    """
    asked = TopicCollection(list(names))
    answers = admin.describe_topics(asked, include_authorized_operations=True)
    seen: dict[str, Seen] = {}
    absent, hidden = set(), set()
    for name, future in answers.items():
        try:
            topic: Any = future.result(REQUEST_SECONDS)
        except KafkaException as error:
            code = error.args[0].code()
            if code in _FORBIDDEN:
                hidden.add(name)
            elif code == KafkaError.UNKNOWN_TOPIC_OR_PART:
                absent.add(name)
            else:
                raise
        else:
            seen[name] = Seen(
                partitions=len(topic.partitions),
                replicas=min(len(each.replicas) for each in topic.partitions),
                operations=frozenset(each.name for each in topic.authorized_operations or ()),
            )
    return Shown(seen=seen, absent=frozenset(absent), hidden=frozenset(hidden))


def topic_checks(
    admin: AdminClient, specs: Sequence[TopicSpec], topics: Shown, brokers: int
) -> Iterator[Check]:
    """Topics against the declared ones, as far as this principal may see them."""
    replication = min(_REPLICAS, brokers)
    open_to_us = [
        name for name, seen in topics.seen.items() if "DESCRIBE_CONFIGS" in seen.operations
    ]
    config = _config(admin, open_to_us)
    found = {
        name: Found(seen.partitions, seen.replicas, config.get(name, {}))
        for name, seen in topics.seen.items()
    }
    visible = [
        _bare(synced(spec, replication), with_config=spec.name in config)
        if spec.name in topics.seen
        else synced(spec, replication)
        for spec in specs
        if spec.name not in topics.hidden
    ]
    changes = plan(visible, found, replication)
    for change in changes:
        yield fix("topics", f"{change.topic}: {_lacks(change)}", _right(change))
    if not changes:
        yield fine("topics", f"{len(visible)} are as declared: {', '.join(_kinds(visible))}")
    if topics.hidden:
        yield unknown(
            "topics",
            f"{len(topics.hidden)} are not shown to this principal",
            "ask as operator or admin: `recourse doctor --role operator`",
        )
    if len(config) < len(topics.seen):
        yield unknown(
            "topics",
            f"settings of {len(topics.seen) - len(config)} are not shown to this principal",
            "ask as operator or admin",
        )


def _kinds(specs: Sequence[TopicSpec]) -> list[str]:
    looked_at = {name for spec in specs for name in spec.config}
    words = ["partitions", "replicas"]
    return words + [
        name for name in ("retention.ms", "cleanup.policy", SYNCED) if name in looked_at
    ]


def _config(admin: AdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    found = {}
    for resource, future in admin.describe_configs(resources).items():
        entries: Mapping[str, Any] = future.result(REQUEST_SECONDS)
        found[resource.name] = {name: str(entry.value) for name, entry in entries.items()}
    return found


def _bare(spec: TopicSpec, *, with_config: bool) -> TopicSpec:
    """The spec without what can't be seen."""
    return spec if with_config else TopicSpec(name=spec.name, partitions=spec.partitions)


def _lacks(change: Change) -> str:
    return "it is not there" if change.kind is Kind.CREATE else change.detail.partition(": ")[0]


def _right(change: Change) -> str:
    why = change.detail.partition(": ")[2]
    match change.kind:
        case Kind.CREATE:
            return f"{_APPLY} creates it: {change.detail}"
        case Kind.SET:
            return f"{_APPLY} sets it"
        case Kind.REFUSED if why.endswith(WAYS_OUT):
            return why  # no command mends it, so none is named
        case Kind.REFUSED:
            return f"{_APPLY} refuses: {why}"
        case Kind.BY_HAND:
            return why


def permission_checks(
    coordinators: Coordinators, role: Role, application: str, topics: Shown, who: str
) -> Iterator[Check]:
    """What the role needs and this principal may not."""
    lacking = list(_topics_lacking(role, topics))
    lacking += _groups_lacking(coordinators, role, application)
    for sentence in lacking:
        yield fix("permissions", f"{who} may not {sentence}", _GRANT)
    beyond = written_beyond(role, topics)
    if beyond:
        yield fix("permissions", f"{who} may also write {', '.join(beyond)}", _APART)
    if not lacking:
        needed = len(role.reads) + len(role.writes)
        yield fine("permissions", f"{who} may do what the role needs ({needed} topic rules)")


def written_beyond(role: Role, topics: Shown) -> list[str]:
    """What the role must never write, and this principal may.

    Nothing where it may write every topic: there is no authoriser, or it is an admin.
    """
    may = [name for name, seen in topics.seen.items() if "WRITE" in seen.operations]
    if len(may) == len(topics.seen) and not topics.hidden:
        return []
    return sorted(name for name in may if covers(role.never_writes, name))


def _topics_lacking(role: Role, topics: Shown) -> Iterator[str]:
    needs = {"READ": role.reads, "WRITE": role.writes, "DESCRIBE_CONFIGS": role.settings}
    words = {"READ": "read", "WRITE": "write", "DESCRIBE_CONFIGS": "see the settings of"}
    for operation, patterns in needs.items():
        for name in sorted({*topics.seen, *topics.hidden}):
            if covers(patterns, name):
                seen = topics.seen.get(name)
                if seen is None or operation not in seen.operations:
                    yield f"{words[operation]} {name}"


def readable(role: Role, names: Sequence[str]) -> list[str]:
    """Those of the topics that a role may read."""
    return [name for name in names if covers(role.reads, name)]


def _groups_lacking(coordinators: Coordinators, role: Role, application: str) -> list[str]:
    names = [each.format(application=application) for each in role.groups]
    asked = [f"{name[:-1]}doctor" if name.endswith("*") else name for name in names]
    if not asked:
        return []
    found = []
    for name, answer in coordinators.describe(asked).items():
        try:
            answer.result()
        except KafkaException as error:
            if error.args[0].code() in _FORBIDDEN:
                found.append(f"be in the group {name}")
    return found


def transaction_checks(
    bootstrap_servers: str, role: Role, application: str, who: str
) -> Iterator[Check]:
    """Whether the role may have transactions under its names; asked with one that nobody uses.

    A name without `*` is somebody's own: asking with it would end their transaction.
    """
    for pattern in role.transactions:
        if not pattern.endswith("*"):
            continue
        name = f"{pattern[:-1].format(application=application)}doctor"
        producer = Producer(client(bootstrap_servers, transactional_id=name) | {"log_level": 0})
        try:
            producer.init_transactions(REQUEST_SECONDS)
        except KafkaException as error:
            if error.args[0].code() in _FORBIDDEN:
                yield fix("permissions", f"{who} may not have the transaction {name}", _GRANT)
            else:
                yield unknown("permissions", f"the transaction {name}", error.args[0].str())
        else:
            yield fine(
                "permissions",
                f"{who} may have transactions named {pattern[:-1]}...".format(
                    application=application
                ),
            )
