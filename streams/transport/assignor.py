"""Which member of a group gets which partitions: each keeps what it has, as far as that is fair.

What is shared out are numbers: whoever gets number 3 gets partition 3 of every topic that it reads,
since the topics of a stage belong together. A worker that joins moves only as many as it takes
itself; aiokafka's range assignor moves most, and its sticky one tears topics apart.

Each member says with its wish to join what it had, and in which generation. aiokafka speaks the
eager protocol alone: all let go of all, but what comes back to the same member in the next
generation need not be restored (`streams.runtime.ownership`).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.protocol import (
    ConsumerProtocolMemberAssignment,
    ConsumerProtocolMemberMetadata,
)

VERSION = 0


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What a member had when it wished to join; `name` is its stable name, if it has one."""

    name: str = ""
    generation: int = -1
    numbers: tuple[int, ...] = ()


class Share(NamedTuple):
    """What a member gets at most, and what it has so far."""

    at_most: int
    numbers: list[int]


def share_out(claims: Mapping[str, Claim], numbers: Iterable[int]) -> dict[str, list[int]]:
    """Numbers by member: as many to each, but for one; of those that a member claims all it may.

    Of several members that claim one number the latest generation is believed: the others have
    lost it since.
    """
    free = set(numbers)
    # Who keeps most may also keep the one more; of equals the order of names, which are stable.
    order = sorted(claims, key=lambda m: (-len(claims[m].numbers), claims[m].name, m))
    least, more = divmod(len(free), len(claims))
    shares = {m: Share(least + (at < more), []) for at, m in enumerate(order)}
    latest: dict[int, tuple[int, str]] = {}
    for member in order:
        for number in claims[member].numbers:
            if number in free and latest.get(number, (-2, ""))[0] < claims[member].generation:
                latest[number] = (claims[member].generation, member)
    for number, (_, member) in sorted(latest.items()):
        share = shares[member]
        if len(share.numbers) < share.at_most:
            share.numbers.append(number)
            free.discard(number)
    left = sorted(free)
    for member in sorted(claims, key=lambda m: (claims[m].name, m)):
        share = shares[member]
        while left and len(share.numbers) < share.at_most:
            share.numbers.append(left.pop(0))
    return {member: sorted(share.numbers) for member, share in shares.items()}


class KeepingAssignor:
    """aiokafka's interface to `share_out`, for one member."""

    name = "recourse-keeping"

    def __init__(self, member_name: str = "") -> None:
        self.claim = Claim(member_name)

    def owns(self, generation: int, numbers: Iterable[int]) -> None:
        """Notes what this member has got."""
        self.claim = Claim(self.claim.name, generation, tuple(sorted(numbers)))

    def metadata(self, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """What goes with the wish to join."""
        claim = msgspec.msgpack.encode(self.claim)
        return ConsumerProtocolMemberMetadata(VERSION, sorted(topics), claim)

    def assign(
        self, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        """Called for the member that leads the group."""
        topics = {topic for each in members.values() for topic in each.subscription}
        counts = {topic: cluster.partitions_for_topic(topic) or set() for topic in topics}
        claims = {member: _claim(each.user_data) for member, each in members.items()}
        shares = share_out(claims, set[int]().union(*counts.values()))
        return {
            member: ConsumerProtocolMemberAssignment(
                VERSION,
                [
                    (topic, [number for number in shares[member] if number in counts[topic]])
                    for topic in sorted(each.subscription)
                ],
                b"",
            )
            for member, each in members.items()
        }

    def on_assignment(self, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Nothing: the generation that belongs to it comes with the listener's call."""


def _claim(user_data: bytes) -> Claim:
    try:
        return msgspec.msgpack.decode(user_data, type=Claim)
    except msgspec.DecodeError:
        return Claim()  # of another version: it claims nothing, and gets its share
