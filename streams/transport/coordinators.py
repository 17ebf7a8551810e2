# ruff: noqa: SLF001 - the names of librdkafka's own error codes begin with an underscore
"""What the coordinators of consumer groups are asked over, without librdkafka's own time-out.

librdkafka (2.16.0 too) ends the whole process, `rd_kafka_enq_once_del_source_return: Assertion
eonce->refcnt > 0 failed`, where it reaches a coordinator after its time-out for a question has
passed: it then answers the question once more, which is freed by then (its issue 4605, and pull
request 5397). A broker that is away for a moment is enough. So that time-out must never pass while
the client lives.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from streams.transport.kafka import PATIENCE_SECONDS, admin

Answers = Mapping[str, "Future[Any]"]
"""By group; each is there."""

_NEVER_SECONDS = 3_600.0
"""The longest time-out that the client takes: it is let go of long before."""


class Coordinators:
    """Asks over a client of its own, and lets go of it where no answer comes: the question ends so.

    Nobody else may ask a coordinator (`tests/streams/test_coordinators.py` looks). Every call may
    come from any thread. Where it is not answered in `patience_seconds` it raises KafkaException,
    timed out.
    """

    def __init__(self, bootstrap_servers: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._patience_seconds = patience_seconds
        self._client: AdminClient | None = None
        self._turn = threading.Lock()

    def describe(self, groups: Sequence[str]) -> Answers:
        """State and members of groups."""
        return self._answered(
            lambda client: client.describe_consumer_groups(
                list(groups), request_timeout=_NEVER_SECONDS
            )
        )

    def committed(self, group: str) -> Answers:
        """The offsets that a group has committed."""
        asked = [ConsumerGroupTopicPartitions(group)]
        return self._answered(
            lambda client: client.list_consumer_group_offsets(asked, request_timeout=_NEVER_SECONDS)
        )

    def set_committed(self, wanted: ConsumerGroupTopicPartitions) -> Answers:
        """Sets offsets of a group."""
        return self._answered(
            lambda client: client.alter_consumer_group_offsets(
                [wanted], request_timeout=_NEVER_SECONDS
            )
        )

    def _answered(self, ask: Callable[[AdminClient], Answers]) -> Answers:
        client = self._this_client()
        answers = ask(client)
        if wait(answers.values(), self._patience_seconds).not_done:
            self._let_go_of(client)
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return answers

    def _this_client(self) -> AdminClient:
        with self._turn:
            if self._client is None:
                self._client = admin(self._bootstrap_servers)
            return self._client

    def _let_go_of(self, client: AdminClient) -> None:
        """It ends once nobody asks over it any more."""
        with self._turn:
            if self._client is client:
                self._client = None
