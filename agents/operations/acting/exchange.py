"""An action and its answer over Kafka: the case is looked up, the action sent, the answer awaited.

The answer is known by its trace (`traceparent`), which every record made of an action takes on; it
is read as committed, so it stands. Nothing here joins a group.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import Struct

from agents.operations.acting.rehearsal import rehearsed
from agents.operations.acting.reply import ESCALATIONS, Reply
from agents.operations.acting.request import ACTIONS, trace_of_action
from agents.operations.cases.case_reader import spans
from agents.pipeline.dead_letter import DEAD_LETTERS
from agents.pipeline.stages import DESK
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from agents.records.headers import is_of_trace
from agents.reference_data.reference import Reference
from schemas.records import Action, DeadLetter, Escalation
from streams.errors import ConfigurationError
from streams.topology import Message
from streams.transport.awaiting import records_as_they_come
from streams.transport.kafka import (
    Place,
    Write,
    admin,
    partition_counts,
    partition_of,
    readable_ends,
    topic_starts,
)
from streams.transport.ranges import RangeReader
from streams.transport.reading import read_from
from streams.transport.sending import Sender

_PLACED_BY_KEY = -1


class Found(Struct, frozen=True, kw_only=True):
    """A case as Kafka has it: its newest step, and what an action had been answered before.

    `ends`: up to where it was looked for the answer; one that is still to come lies after that.
    """

    last: Escalation
    ends: Mapping[Place, int]
    answer: tuple[Escalation, ...] = ()


class Desk:
    """The desk as somebody outside speaks with it.

    Every method may raise `KafkaException` (it can't be reached, or refuses) and `EngineError`.
    """

    def __init__(self, bootstrap_servers: str, wire: Codecs) -> None:
        """Raises `ConfigurationError` where a topic is not there."""
        self._bootstrap_servers = bootstrap_servers
        self._wire = wire
        self._admin = admin(bootstrap_servers)
        topics = (ESCALATIONS, DEAD_LETTERS, ACTIONS, DESK.changelog)
        self._counts: Mapping[str, int] = partition_counts(self._admin, topics)
        absent = [each for each in (ESCALATIONS, ACTIONS) if each not in self._counts]
        if absent:
            raise ConfigurationError(not_shown(bootstrap_servers, absent))

    def find(self, case_id: str, action_id: str | None = None) -> Found | None:
        """A case by its newest steps; None: no step of it is there (any more).

        `action_id`: all that Kafka has of the case is looked through for the answer to that.
        """
        trace = None if action_id is None else trace_of_action(action_id)
        needle = case_id.encode()
        topics = [each for each in (ESCALATIONS, DEAD_LETTERS) if each in self._counts]
        places = [(topic, number) for topic in topics for number in range(self._counts[topic])]
        known = readable_ends(self._admin, places)
        ends = {place: end for place, end in known.items() if place[0] == ESCALATIONS}
        begins = topic_starts(self._admin, ends)
        reader, steps = RangeReader(self._bootstrap_servers), dict[int, Escalation]()
        answer = dict[int, Escalation]()
        try:
            for ranges in spans(begins, ends):
                for _, messages in reader.read(ranges, lambda value: needle in value):
                    for message, step in self._steps(messages, case_id):
                        steps[step.step] = step
                        if trace is not None and is_of_trace(message, trace[1]):
                            answer[step.step] = step
                if (steps and trace is None) or _begins_in(steps, answer):
                    break
        finally:
            reader.close()
        if not steps:
            return None
        return Found(last=steps[max(steps)], ends=known, answer=_in_order(answer))

    def rehearse(self, action: Action, before: Escalation, reference: Reference) -> Reply:
        """What the desk would answer; nothing is written.

        Raises:
            ConfigurationError: its state can't be read: there is none, or another version's.
        """
        if DESK.changelog not in self._counts:
            raise ConfigurationError(not_shown(self._bootstrap_servers, [DESK.changelog]))
        number = partition_of(action.region_id.encode(), self._counts[DESK.changelog])
        changelog = read_from(self._bootstrap_servers, {(DESK.changelog, number): 0})
        return rehearsed(changelog, action, before, reference)

    def send(self, action: Action, found: Found, seconds: float) -> Reply | None:
        """Writes the action and waits for the committed answer; None: there was none in time.

        Without an answer the action stands on its topic, and counts as soon as the desk reads it.
        """
        begins = {place: found.ends[place] for place in self._answered_in(action)}
        name, trace = trace_of_action(action.action_id)
        sender = Sender(self._bootstrap_servers)
        sender.send(
            Write(
                ACTIONS,
                _PLACED_BY_KEY,
                action.region_id.encode(),
                self._wire.encode(ACTIONS, action),
                ((name, trace),),
                action.occurred_at,  # where the broker stamps the records, it is passed over
            ),
            "the action",
        )
        sender.finish()
        for messages in records_as_they_come(self._bootstrap_servers, begins, seconds):
            made = [each for each in messages if is_of_trace(each, trace)]
            if made:
                return self._reply(action, found.last, made)
        return None

    def _answered_in(self, action: Action) -> list[Place]:
        key = action.region_id.encode()
        return [
            (topic, partition_of(key, self._counts[topic]))
            for topic in (ESCALATIONS, DEAD_LETTERS)
            if topic in self._counts
        ]

    def _reply(self, action: Action, before: Escalation, made: list[Message]) -> Reply:
        steps = {step.step: step for _, step in self._steps(made, action.escalation_id)}
        letters = [
            cast("DeadLetter", self._wire.decode(each.topic, each.value or b""))
            for each in made
            if each.topic == DEAD_LETTERS
        ]
        return Reply(
            action=action,
            before=before,
            steps=_in_order(steps),
            dead_letter=letters[0] if letters and not steps else None,
        )

    def _steps(
        self, messages: Iterable[Message], case_id: str
    ) -> Iterable[tuple[Message, Escalation]]:
        for message in messages:
            if message.topic != ESCALATIONS or not message.value:
                continue
            try:
                step = cast("Escalation", self._wire.decode(ESCALATIONS, message.value))
            except Undecodable:
                continue
            if step.escalation_id == case_id:
                yield message, step


def _begins_in(steps: Mapping[int, Escalation], answer: Mapping[int, Escalation]) -> bool:
    """Whether the answer's first step is known: the one before it is another's."""
    return bool(answer) and (min(answer) == 0 or min(answer) - 1 in steps.keys() - answer.keys())


def _in_order(steps: Mapping[int, Escalation]) -> tuple[Escalation, ...]:
    return tuple(step for _, step in sorted(steps.items()))
