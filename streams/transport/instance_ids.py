"""The stable names of a group's static members (KIP-345)."""

import re
import zlib
from collections.abc import Iterable

_WITH_TOPICS = re.compile(r"(.*-\d+)\.[0-9a-f]{8}\Z")


def instance_id(group: str, number: int, topics: Iterable[str]) -> str:
    """The stable name of the group's member that has a worker's number and reads those topics.

    Of others another name. A static member that comes back gets the partitions that its earlier
    life had, and no rebalance: a version that reads a topic more would never get that topic's, and
    one that reads a topic less would get partitions that it does not know.
    """
    read = zlib.crc32("\n".join(sorted(topics)).encode())
    return f"{group}-{number}.{read:08x}"


def group_and_number(name: str) -> str:
    """What people are told of a member: group and worker's number, without the topics."""
    found = _WITH_TOPICS.match(name)
    return name if found is None else found[1]
