"""What people do on the board, as records: an action of a manager, or what a customer says."""

import threading
from collections import OrderedDict
from typing import Final, Protocol

from agents.board.viewers import Viewer
from agents.operations.acting.request import ACTIONS, trace_of_action
from agents.records.codecs import Codecs
from schemas.records import Action, CustomerResponse
from streams.transport.kafka import Write
from streams.transport.sending import Sender

RESPONSES: Final = "service.customer-responses"
_PLACED_BY_KEY: Final = -1
_REMEMBERED: Final = 2_000
_UNANSWERED_SECONDS: Final = 10.0
KNOWN_BY: Final = "known_by"
"""The header that says how somebody was known who acted."""


class Desk(Protocol):
    """Takes what people do. Each raises `EngineError` where it was not written."""

    def act(self, action: Action, viewer: Viewer) -> None:
        """Writes an action."""

    def say(self, response: CustomerResponse, viewer: Viewer) -> None:
        """Writes what a customer says."""


class KafkaDesk:
    """Writes to Kafka; returns when it is written for certain."""

    def __init__(self, bootstrap_servers: str, wire: Codecs) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._wire = wire

    def act(self, action: Action, viewer: Viewer) -> None:
        """Writes an action, with the trace by which its answer is known."""
        value = self._wire.encode(ACTIONS, action)
        headers = (trace_of_action(action.action_id), (KNOWN_BY, viewer.known_by.encode()))
        key = action.region_id.encode()
        self._send(Write(ACTIONS, _PLACED_BY_KEY, key, value, headers, action.occurred_at))

    def say(self, response: CustomerResponse, viewer: Viewer) -> None:
        """Writes what a customer says, as any channel does."""
        value = self._wire.encode(RESPONSES, response)
        headers = (("event_id", response.event_id.encode()), (KNOWN_BY, viewer.known_by.encode()))
        key = response.customer_id.encode()
        self._send(Write(RESPONSES, _PLACED_BY_KEY, key, value, headers, response.occurred_at))

    def _send(self, write: Write) -> None:
        sender = Sender(self._bootstrap_servers, _UNANSWERED_SECONDS)
        sender.send(write, "it")
        sender.finish()


class Outbox:
    """What was sent from here and may not have been read back yet; so it is shown at once.

    After a restart the topics alone say it, a moment later.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._actions: OrderedDict[str, Action] = OrderedDict()
        self._said: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._under_way: set[str] = set()

    def begin(self, id_: str) -> bool:
        """Whether this is the first time that it is sent: pressed twice, it is sent once."""
        with self._turn:
            if id_ in self._under_way or id_ in self._actions or id_ in self._said:
                return False
            self._under_way.add(id_)
            return True

    def fail(self, id_: str) -> None:
        """It was not written, so it may be sent again."""
        with self._turn:
            self._under_way.discard(id_)

    def acted(self, action: Action) -> None:
        """An action was written."""
        with self._turn:
            self._under_way.discard(action.action_id)
            self._actions[action.action_id] = action
            _forget(self._actions)

    def said(self, event_id: str, case_id: str, word: str) -> None:
        """A customer's word was written."""
        with self._turn:
            self._under_way.discard(event_id)
            self._said[event_id] = (case_id, word)
            _forget(self._said)

    def actions(self, case_id: str) -> list[Action]:
        """What was done to a case from here, the newest first."""
        with self._turn:
            return [e for e in reversed(self._actions.values()) if e.escalation_id == case_id]

    def words(self, case_id: str) -> list[tuple[str, str]]:
        """What a customer said of a case from here: the event's id and the word, newest first."""
        with self._turn:
            return [
                (event_id, word)
                for event_id, (case, word) in reversed(self._said.items())
                if case == case_id
            ]


def _forget(known: OrderedDict[str, Action] | OrderedDict[str, tuple[str, str]]) -> None:
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
