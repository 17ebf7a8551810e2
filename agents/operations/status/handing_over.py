"""A planned stop: what speaks against it, and who has got what by it."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from agents.operations.status.local_workers import LocalWorker
from streams.transport.groups import NOBODY, STABLE, Group


class Had(Struct, frozen=True, kw_only=True):
    """What a worker has in the group of a stage; `others` are the other members there."""

    stage: str
    group: str
    numbers: tuple[int, ...]
    others: int


def had(worker: LocalWorker, groups: Mapping[str, Group]) -> tuple[Had, ...]:
    """What a worker has, by stage. One without a name of its own is known only when it is alone."""
    return tuple(_had(worker, groups))


def _had(worker: LocalWorker, groups: Mapping[str, Group]) -> Iterator[Had]:
    for stage in worker.stages:
        group = groups[group_of(worker, stage)]
        own = [each for each in group.members if each.name == worker.member(stage)]
        if not own and len(group.members) == 1:
            own = list(group.members)
        yield Had(
            stage=stage,
            group=group.name,
            numbers=own[0].numbers if own else (),
            others=len(group.members) - len(own),
        )


def group_of(worker: LocalWorker, stage: str) -> str:
    """The name of the group that shares out a stage."""
    return f"{worker.application}-{stage}"


def hindrance(worker: LocalWorker, groups: Mapping[str, Group], *, for_good: bool) -> str | None:
    """Why it should not be stopped just now, in one sentence; None: it may."""
    for each in had(worker, groups):
        state = groups[each.group].state
        if state not in (STABLE, NOBODY):
            return (
                f"stage {each.stage}: its group moves ({state}), and another stop would make it "
                "move again: wait until `recourse status` calls it stable"
            )
        if for_good and each.numbers and not each.others:
            return (
                f"stage {each.stage}: no other worker is there to take over its "
                f"{len(each.numbers)} partitions"
            )
    return None


def taken_over(
    before: tuple[Had, ...], groups: Mapping[str, Group]
) -> dict[str, dict[str, tuple[int, ...]]] | None:
    """Who has by now what a worker had, by stage; None while some of it has no owner."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for each in before:
        group = groups[each.group]
        if group.state != STABLE or not set(each.numbers) <= group.numbers:
            return None
        taken = {
            member.name: tuple(number for number in member.numbers if number in each.numbers)
            for member in group.members
        }
        found[each.stage] = {name: numbers for name, numbers in taken.items() if numbers}
    return found
