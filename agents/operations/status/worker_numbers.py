"""Worker numbers that run twice, as far as that can be seen from outside.

Kafka does not show it: the second of two takes the place of the first, which ends (75), so a group
never has both. Seen are the processes of this machine that this user may look at, and what the
workers whose addresses are given say of themselves.
"""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from agents.operations.status.local_workers import LocalWorker
from agents.operations.status.workers import WorkerSays
from streams.servers import are_the_same


class Twice(Struct, frozen=True, kw_only=True):
    """A number of a stage, and who has it: addresses, or processes of this machine."""

    stage: str
    number: int
    who: tuple[str, ...]


def twice_here(
    workers: Iterable[LocalWorker], application: str, bootstrap_servers: str
) -> list[Twice]:
    """Numbers that several processes of this machine have in one application of one Kafka."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for each in workers:
        if each.application == application and are_the_same(
            each.bootstrap_servers, bootstrap_servers
        ):
            for stage in each.stages:
                found[stage, each.number].append(f"process {each.pid} of this machine")
    return _several(found)


def twice_said(workers: Iterable[WorkerSays]) -> list[Twice]:
    """Numbers that several workers say are theirs.

    Two addresses of one worker say the same start of one process; one that does not say when it
    began is left out.
    """
    found: dict[tuple[str, int], dict[float, str]] = defaultdict(dict)
    for each in workers:
        for stage, number in each.numbers.items():
            if each.started is not None:
                found[stage, number].setdefault(each.started, each.address)
    return _several({which: list(by_start.values()) for which, by_start in found.items()})


def _several(found: dict[tuple[str, int], list[str]]) -> list[Twice]:
    return [
        Twice(stage=stage, number=number, who=tuple(who))
        for (stage, number), who in sorted(found.items())
        if len(who) > 1
    ]
