# ruff: noqa: SLF001 - beside faust.py and fetching.py, where aiokafka's private interfaces are used
"""A worker's place in its group, and what the broker says of it.

aiokafka's own commit goes out under whatever generation it has at that moment, also under none,
which the broker takes where the group is empty. Here it is always the one under which records were
handled.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiokafka.errors import KafkaError, RebalanceInProgressError, for_code
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.group import HeartbeatRequest

from streams.errors import Fenced, taken_over
from streams.transport.draining import Place
from streams.transport.instance_ids import group_and_number

_RETRY_SECONDS = 0.1


class Membership(NamedTuple):
    """This worker's place in its group: a commit with an older one is refused.

    `instance_id` is stable over restarts (static membership, KIP-345), None where not used.
    """

    generation: int
    member_id: str
    instance_id: str | None


async def prove(coordinator: Any, membership: Membership) -> None:  # noqa: ANN401 - aiokafka's
    """Returns once the broker says that this member still has what it was given.

    While the group moves it has: nobody gets anything before this member answers, or its session
    is over.

    Raises:
        Fenced: it has not.
    """
    request = HeartbeatRequest(coordinator.group_id, membership.generation, membership.member_id)
    answer = await _answered(coordinator, request)
    error = for_code(answer.error_code)
    if error.errno and error is not RebalanceInProgressError:
        if not error.retriable:
            if membership.instance_id is not None:
                raise taken_over(group_and_number(membership.instance_id), error.__name__)
            raise Fenced(f"the group has another owner by now: {error.__name__}")
        await asyncio.sleep(_RETRY_SECONDS)
        await prove(coordinator, membership)


async def commit(
    coordinator: Any,  # noqa: ANN401 - aiokafka's
    membership: Membership,
    offsets: Mapping[Place, int],
) -> None:
    """Commits offsets; tries again while the broker is away.

    Raises:
        Fenced: refused; somebody else may have the partitions.
    """
    topics: dict[str, list[tuple[int, int, str]]] = {}
    for (topic, partition), offset in offsets.items():
        topics.setdefault(topic, []).append((partition, offset, ""))
    request = OffsetCommitRequest(
        coordinator.group_id,
        membership.generation,
        membership.member_id,
        OffsetCommitRequest.DEFAULT_RETENTION_TIME,
        list(topics.items()),
    )
    while True:
        answer = await _answered(coordinator, request)
        errors = {for_code(code) for _, places in answer.topics for _, code in places}
        refused = [error.__name__ for error in errors if error.errno and not error.retriable]
        if refused and membership.instance_id is not None:
            raise taken_over(group_and_number(membership.instance_id), ", ".join(refused))
        if refused:
            raise Fenced(f"the offsets were refused: {', '.join(refused)}")
        if not any(error.errno for error in errors):
            return
        coordinator.coordinator_dead()
        await asyncio.sleep(_RETRY_SECONDS)


async def _answered(coordinator: Any, request: object) -> Any:  # noqa: ANN401 - aiokafka's
    while True:
        await coordinator.ensure_coordinator_known()
        try:
            return await coordinator._send_req(request)
        except KafkaError as error:
            if not error.retriable:
                raise Fenced(f"the group's coordinator refused: {error!r}") from error
        await asyncio.sleep(_RETRY_SECONDS)
