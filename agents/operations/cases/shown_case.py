"""One case as `recourse.cases` shows it, looked up by its id."""

from typing import Final

from agents.pipeline.topic_specs import not_shown
from agents.records.codecs import Codecs, Undecodable
from schemas.records import Case
from streams.errors import ConfigurationError
from streams.topology import Message
from streams.transport.kafka import admin, partition_counts
from streams.transport.reading import read_all

CASES: Final = "recourse.cases"


def shown_case(bootstrap_servers: str, wire: Codecs, case_id: str) -> Case | None:
    """Where a case stands; None: the topic shows none of that id (any more).

    Raises:
        ConfigurationError: there is no such topic.
        KafkaException: the broker can't be asked.
    """
    client = admin(bootstrap_servers)
    counts = partition_counts(client, [CASES])
    if not counts:
        raise ConfigurationError(not_shown(bootstrap_servers, [CASES]))
    key = case_id.encode()
    # With what took cases away, too: a reader of values alone would find one that was forgotten.
    last: Message | None = None
    for each in read_all(bootstrap_servers, counts):
        last = each if each.key == key else last
    return _case_of(last, wire, case_id)


def _case_of(last: Message | None, wire: Codecs, case_id: str) -> Case | None:
    """What the last of a key's records says; they lie in one partition, in their order."""
    if last is None or not last.value:
        return None
    try:
        case = wire.decode(CASES, last.value)
    except Undecodable:
        return None
    return case if isinstance(case, Case) and case.escalation_id == case_id else None
