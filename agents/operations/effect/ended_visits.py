"""Visits that ended, as `recourse.visits` still has them."""

from agents.operations.left_out import LeftOut
from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from schemas.records import VisitEnded
from streams.transport.kafka import admin, partition_counts
from streams.transport.reading import read_all

VISITS = "recourse.visits"


class NoVisits(Exception):  # noqa: N818 - it says what the case is
    """There is no topic of visits; one sentence."""


def read_visits(bootstrap_servers: str, wire: Codecs) -> tuple[list[VisitEnded], str]:
    """All of them, and what could not be read, in a sentence (empty where all could).

    Raises:
        NoVisits: there is no such topic.
        KafkaException: the broker can't be asked.
    """
    counts = partition_counts(admin(bootstrap_servers), [VISITS])
    if not counts:
        raise NoVisits(not_shown(bootstrap_servers, [VISITS]))
    found, left_out = list[VisitEnded](), LeftOut()
    for message in read_all(bootstrap_servers, counts):
        try:
            record = wire.decode(VISITS, message.value or b"")
        except Undecodable as why:
            left_out.add(message, why)
            continue
        if isinstance(record, VisitEnded):
            found.append(record)
    return found, str(left_out)
