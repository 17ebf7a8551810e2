"""A stage that may be absent, and fails while the worker runs: do the others go on without it?"""

import asyncio
from collections.abc import Sequence

import structlog

from streams.errors import EXIT_DEFECT, EXIT_RESTART, EngineError
from streams.runtime.checks import absent_stages
from streams.runtime.open_files import explained
from streams.runtime.stage import StageRunner
from streams.settings import Settings
from streams.topology import ReferenceTopics, Stage
from streams.transport.kafka import admin

log = structlog.get_logger()

LOOKS, LOOK_SECONDS = 3, 1.0
"""So many looks, so far apart, must find that a topic or a right is missing: a broker that has just
begun may know of no topic."""


async def why_without(
    runner: StageRunner, stages: Sequence[Stage], references: ReferenceTopics, settings: Settings
) -> str | None:
    """Why the worker goes on without a stage that failed, in a sentence.

    None: what it failed of a start mends, so the worker is to be started again.
    """
    name, error = runner.stage.name, runner.failure.exception()
    assert error is not None, "a failure without a reason"
    lacking = await _lacking(name, stages, references, settings)
    if lacking is not None:
        return lacking
    told = explained(error)
    code = told.exit_code if isinstance(told, EngineError) else EXIT_DEFECT
    if code == EXIT_DEFECT:
        log.error("stage_failed", stage=name, exit_code=code, exc_info=told)
    return None if code == EXIT_RESTART else str(told)


async def _lacking(
    name: str, stages: Sequence[Stage], references: ReferenceTopics, settings: Settings
) -> str | None:
    """Which topic or right of it is missing; None: none, as far as all looks agree."""
    client, found = admin(settings.bootstrap_servers), None
    for number in range(LOOKS):
        if number:
            await asyncio.sleep(LOOK_SECONDS)
        asked = asyncio.to_thread(absent_stages, stages, references, settings, client)
        found = (await asked).get(name)
        if found is None:
            return None
    return found


def own_topics(stage: Stage, stages: Sequence[Stage]) -> set[str]:
    """What a stage that may be absent uses, and no other of the worker; else nothing."""
    others = [each for each in stages if each is not stage]
    if not stage.may_be_absent or not others:
        return set()
    used = {t for each in others for t in (*each.topics, *each.outputs, each.changelog)}
    return {*stage.topics, *stage.outputs, stage.changelog} - used
