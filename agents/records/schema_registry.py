"""The contract's schemas in a registry, and codecs that use it."""

from typing import TYPE_CHECKING

from agents.records.codecs import PLAIN, Codecs
from schemas.catalogue import TOPICS, schema
from schemas.records import DeadLetter
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.serialisation.registry import Registry


_WRITTEN_BY_OTHERS = ("recourse.actions", "recourse.deliveries", "privacy.erasures")


def compatibility_of(topic: str) -> str:
    """What the subject of a topic must take: who writes there also writes by schemas of its own.

    One team's version without a field would else be the one that another team's program is given.
    """
    # Slow to import, and most have no registry.
    from streams.serialisation.registry import READ_BY_ALL, READ_BY_ALL_LATER  # noqa: PLC0415

    ours = TOPICS[topic].record is DeadLetter
    others = (topic.startswith("service.") and not ours) or topic in _WRITTEN_BY_OTHERS
    return READ_BY_ALL if others else READ_BY_ALL_LATER


def register_all(registry: "Registry") -> dict[str, int]:
    """Registers the schema of every topic as `TOPIC-value`; the id of each, by topic.

    Waits for a registry that is away; raises `ConfigurationError` when it refuses one.
    """
    return {
        name: registry.register(f"{name}-value", schema(topic.schema), compatibility_of(name))
        for name, topic in TOPICS.items()
        if topic.schema is not None
    }


def codecs_of(settings: Settings, *, writes: bool = True) -> Codecs:
    """How a worker with these settings reads and writes; who only reads registers nothing.

    Raises:
        ConfigurationError: the registry does not let us in, or refuses a schema.
    """
    if settings.registry_url is None:
        return PLAIN
    # Slow to import, and most have none.
    from streams.serialisation.registry import Registry  # noqa: PLC0415

    registry = Registry(settings.registry_url, settings.registry_wait_ms / 1000)
    registry.look_in()
    written = register_all(registry) if writes and settings.framing == "confluent" else None
    return Codecs(registry.schema_of, written)
