"""The contract's schemas in a registry, and codecs that use it."""

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from agents.records.codecs import PLAIN, Codecs
from agents.records.engine_records import ORDER, TICKS
from schemas.catalogue import TOPICS, schema
from schemas.records import DeadLetter
from streams.errors import ConfigurationError
from streams.settings import Settings, framings

if TYPE_CHECKING:
    from streams.serialisation.registry import Registry


_ALWAYS_SINGLE_OBJECT = (ORDER, TICKS, "directory.sites", "directory.managers")
"""Read by workers before they have asked any registry."""
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


def register_all(registry: "Registry", names: Iterable[str] | None = None) -> dict[str, int]:
    """Registers the schemas of topics, else of every topic, as `TOPIC-value`; each one's id.

    Waits for a registry that is away; raises `ConfigurationError` when it refuses one.
    """
    return {
        name: registry.register(f"{name}-value", schema(topic.schema), compatibility_of(name))
        for name, topic in TOPICS.items()
        if topic.schema is not None and (names is None or name in names)
    }


def codecs_of(settings: Settings, *, writes: bool = True) -> Codecs:
    """How a worker with these settings reads and writes; who only reads registers nothing.

    Raises:
        ConfigurationError: the registry does not let us in, or refuses a schema; a framing is
            given for a topic that there is not.
    """
    registered = written_with_a_registry(settings)
    if settings.registry_url is None:
        return PLAIN
    # Slow to import, and most have none.
    from streams.serialisation.registry import Registry  # noqa: PLC0415

    registry = Registry(settings.registry_url, settings.registry_wait_ms / 1000)
    registry.look_in()
    written = register_all(registry, registered) if writes and registered else None
    return Codecs(registry.schema_of, written)


def written_with_a_registry(settings: Settings) -> frozenset[str]:
    """The topics that are written in Confluent's framing.

    Raises:
        ConfigurationError: a framing is given for a topic that there is not.
    """
    framed = {name for name, topic in TOPICS.items() if topic.schema is not None}
    named = framings(settings.framing_by_topic)
    for name in named:
        if name not in framed or name in _ALWAYS_SINGLE_OBJECT:
            near = difflib.get_close_matches(name, sorted(framed), 1)
            right = f"did you mean {near[0]}?" if near else "docs/asyncapi.md names all topics"
            if name in framed:
                right = "it is always written in single-object encoding"
            raise ConfigurationError(
                f"RECOURSE_FRAMING_BY_TOPIC (environment) names {name!r}, whose framing can't be "
                f"chosen: {right}"
            )
    return frozenset(name for name in framed if named.get(name, settings.framing) == "confluent")
