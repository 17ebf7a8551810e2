"""What each stage has not handled yet, by partition, and for how long it has waited."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from streams.transport.groups import Group
from streams.transport.kafka import Place


class Behind(Struct, frozen=True, kw_only=True):
    """A partition of a topic that a stage has not read to its end.

    `offsets` are those between what is committed and the end, markers of transactions included; so
    at most as many records. `waits_ms` is the age of the first of them.
    """

    stage: str
    topic: str
    partition: int
    owner: str | None
    offsets: int
    waits_ms: int
    """0 where it could not be asked in time."""


class StageLag(Struct, frozen=True, kw_only=True):
    """A stage from outside."""

    stage: str
    state: str
    members: int
    partitions: int
    owned: int
    behind: tuple[Behind, ...]

    @property
    def offsets(self) -> int:
        """All that it is behind."""
        return sum(each.offsets for each in self.behind)

    @property
    def waits_ms(self) -> int:
        """How long the oldest record waits that it has not handled."""
        return max((each.waits_ms for each in self.behind), default=0)


def unread_from(
    places: Iterable[Place],
    committed: Mapping[Place, int],
    starts: Mapping[Place, int],
    ends: Mapping[Place, int],
) -> dict[Place, int]:
    """Of each partition that is not read to its end, where its group goes on.

    Without a commit, or where that is no longer there, it goes on at the first record.
    """
    begins = {place: max(committed.get(place, 0), starts.get(place, 0)) for place in places}
    return {place: begin for place, begin in begins.items() if ends.get(place, 0) > begin}


def lag_of(
    stage: str,
    group: Group,
    *,
    partitions: int,
    begins: Mapping[Place, int],
    ends: Mapping[Place, int],
    unread: Mapping[Place, tuple[int, int]],
    now: int,
) -> StageLag:
    """A stage, by what was asked. `unread`: the first record of each partition that has one."""
    behind = tuple(
        Behind(
            stage=stage,
            topic=place[0],
            partition=place[1],
            owner=group.owner_of(place[1]),
            offsets=ends[place] - max(begin, unread[place][0]),
            waits_ms=max(0, now - unread[place][1]),
        )
        for place, begin in sorted(begins.items())
        if place in unread
    )
    return StageLag(
        stage=stage,
        state=group.state,
        members=len(group.members),
        partitions=partitions,
        owned=len(group.numbers),
        behind=behind,
    )


def in_ranges(numbers: Sequence[int]) -> str:
    """Numbers in order, as people write them: `0-3, 7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
