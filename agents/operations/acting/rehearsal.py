"""An action put to the core alone: what the desk would make of it, and nothing happens.

The state is the changelog's, as of the last thing that the desk committed. The same processor as
the worker's handles the action, so the answer is the worker's, if nothing comes in between.
"""

from collections.abc import Iterable
from typing import cast

from agents.operations.acting.reply import ESCALATIONS, Reply
from agents.operations.acting.request import ACTIONS
from agents.pipeline.dead_letter import DEAD_LETTERS
from agents.pipeline.stages import DESK
from agents.records.codecs import PLAIN
from agents.reference_data.reference import Reference
from schemas.records import Action, DeadLetter, Escalation, Notice
from streams.topology import NOW_KEY, Message

NOTICES = "recourse.notices"


def rehearsed(
    changelog: Iterable[Message], action: Action, before: Escalation, reference: Reference
) -> Reply:
    """The answer to an action by the state that a partition's changelog holds.

    Raises:
        UnreadableState: another version wrote it.
    """
    processor = DESK.processor(0)
    for key, value in _newest(changelog).items():
        processor.restore(key, value)
    processor.restored()
    message = Message(
        topic=ACTIONS,
        partition=0,
        offset=0,
        timestamp=action.occurred_at,
        key=action.region_id.encode(),
        value=PLAIN.encode(ACTIONS, action),
    )
    made = [
        (each.topic, PLAIN.decode(each.topic, each.value or b""))
        for each in processor.handle(message, action.occurred_at, reference)
        if each.topic in {ESCALATIONS, NOTICES, DEAD_LETTERS}
    ]
    steps = tuple(cast("Escalation", record) for topic, record in made if topic == ESCALATIONS)
    letters = [cast("DeadLetter", record) for topic, record in made if topic == DEAD_LETTERS]
    return Reply(
        action=action,
        before=before,
        steps=tuple(each for each in steps if each.escalation_id == action.escalation_id),
        dead_letter=letters[0] if letters else None,
        notices=tuple(cast("Notice", record) for topic, record in made if topic == NOTICES),
        rehearsed=True,
    )


def _newest(changelog: Iterable[Message]) -> dict[str, bytes]:
    """The last value of each key; the engine's own keys are no state of a case."""
    found: dict[str, bytes] = {}
    for each in changelog:
        key = (each.key or b"").decode("utf-8", "replace")
        if key == NOW_KEY:
            continue
        if each.value is None:
            found.pop(key, None)
        else:
            found[key] = each.value
    return found
