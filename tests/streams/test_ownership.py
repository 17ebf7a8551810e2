"""What a worker had, when the group moves while it stops."""

import asyncio
from pathlib import Path

import pytest

from streams.runtime import ownership
from streams.runtime.ownership import Ownership
from streams.runtime.partition import Partition
from streams.runtime.snapshots import Bounds, Snapshots, Topic
from streams.settings import Settings
from streams.transport.faust import Membership
from streams.transport.kafka import admin
from tests.streams.toy import Toy

NOWHERE = "127.0.0.1:1"
BOUNDS = Bounds(begin=0, end=7, leader_epoch=3)


def test_a_rebalance_during_a_planned_stop_takes_no_snapshot_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, settings = Toy("toy").stage, Settings(bootstrap_servers=NOWHERE)
    snapshots = Snapshots(tmp_path, "toy", stage, Topic("an-id", 86_400_000))
    had = Ownership(stage, "toy-group", settings, admin(NOWHERE))
    had._snapshots = snapshots
    partition = Partition(stage, 2)
    partition.committed = {(stage.topics[0], 2): 5}
    monkeypatch.setattr(ownership, "changelog_bounds", lambda *_: {2: BOUNDS})

    async def stop() -> None:
        async def confirm(_: object) -> None:
            had.let_go({}, Membership(4, "me", None))  # the group moves

        stopped = await had.bounds(confirm)
        await had.save(stopped)

    had.let_go({2: partition}, Membership(3, "me", None))
    asyncio.run(stop())

    found = snapshots.take(2, BOUNDS)
    assert found is not None
    assert found[0].offset == BOUNDS.end
