"""Consumer groups from outside: who is in one, what each has, and up to where it has committed."""

import time
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException

from streams.transport.coordinators import Coordinators
from streams.transport.instance_ids import group_and_number
from streams.transport.kafka import AWAY, PATIENCE_SECONDS, Place

_NO_GROUP = {KafkaError.GROUP_ID_NOT_FOUND}
NOBODY = "EMPTY"
STABLE = "STABLE"
_AGAIN_SECONDS = 0.2


class Member(NamedTuple):
    """One member: `numbers` are its partitions.

    `name` says group and worker's number where it is a static member, else it is Kafka's id for it.
    """

    name: str
    host: str
    numbers: tuple[int, ...]


class Group(NamedTuple):
    """A group; `state` is Kafka's word for it (STABLE, EMPTY, PREPARING_REBALANCE, ...)."""

    name: str
    state: str
    members: tuple[Member, ...]

    def owner_of(self, number: int) -> str | None:
        """Who has a partition; None where nobody does."""
        return next((each.name for each in self.members if number in each.numbers), None)

    @property
    def numbers(self) -> set[int]:
        """The partitions that somebody has."""
        return {number for member in self.members for number in member.numbers}


def groups(coordinators: Coordinators, names: Iterable[str]) -> dict[str, Group]:
    """Groups by name; one that was never there is empty.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
    """
    asked = list(names)
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            answers = coordinators.describe(asked)
            return {name: _group(name, answers[name]) for name in asked}
        except KafkaException as error:
            # A coordinator that has just begun says for a moment that it does not know yet.
            if error.args[0].code() not in AWAY or time.monotonic() > until:
                raise
        time.sleep(_AGAIN_SECONDS)


def _group(name: str, answer: "Future[Any]") -> Group:
    try:
        described = answer.result()
    except KafkaException as error:
        if error.args[0].code() not in _NO_GROUP:
            raise
        return Group(name, NOBODY, ())
    members = sorted(_member(each) for each in described.members)
    state = NOBODY if described.state.name == "DEAD" else described.state.name
    return Group(name, state, tuple(members))


def committed(coordinators: Coordinators, group: str) -> dict[Place, int]:
    """The offsets that a group has committed; a partition without one is left out.

    Raises:
        KafkaException: the broker can't be asked, or does not let us look.
    """
    try:
        found = coordinators.committed(group)[group].result()
    except KafkaException as error:
        if error.args[0].code() not in _NO_GROUP:
            raise
        return {}
    return {
        (each.topic, each.partition): each.offset
        for each in found.topic_partitions or ()
        if each.offset >= 0
    }


def _member(described: Any) -> Member:  # noqa: ANN401 - the client's, without types
    numbers = {each.partition for each in described.assignment.topic_partitions}
    name = group_and_number(described.group_instance_id or described.member_id)
    return Member(name, described.host.lstrip("/"), tuple(sorted(numbers)))
