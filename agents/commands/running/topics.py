"""Reading and writing the reference topics from the command line."""

from collections.abc import Iterable, Iterator

from confluent_kafka import KafkaException, Producer

from agents.core.pseudonyms import Pseudonyms
from agents.pipeline.topic_specs import not_shown
from agents.reference_data.publish import Record
from agents.reference_data.reference import REFERENCES, Reference, fold
from streams.topology import Message
from streams.transport.kafka import admin, client, partition_counts
from streams.transport.reading import read_all

_PATIENCE_SECONDS = 30.0


class NotPublished(Exception):  # noqa: N818 - it says what happened
    """The broker did not take it; the message says why, in one sentence."""


def published(bootstrap_servers: str) -> Reference:
    """What the reference topics hold now; whose key the lists are under is not asked.

    Raises:
        NotPublished: the broker can't be reached, or the topics are not there.
    """
    reference = Reference(pseudonyms=Pseudonyms(any_key=True))
    for message in records(bootstrap_servers):
        reference = fold(reference, message)
    return reference


def records(bootstrap_servers: str) -> Iterator[Message]:
    """All records of the reference topics, in the order of each topic.

    Raises:
        NotPublished: the broker can't be reached, or the topics are not there.
    """
    try:
        counts = partition_counts(admin(bootstrap_servers), REFERENCES.topics)
        absent = [topic for topic in REFERENCES.topics if topic not in counts]
        if absent:
            raise NotPublished(not_shown(bootstrap_servers, absent))
        yield from read_all(bootstrap_servers, counts)
    except KafkaException as error:
        raise NotPublished(
            f"Kafka at {bootstrap_servers} can't be reached: {error.args[0].str()}"
        ) from error


def publish(bootstrap_servers: str, published: Iterable[Record]) -> None:
    """Writes the records, all acknowledged by the broker when it returns.

    Raises:
        NotPublished: the broker refused one, or did not answer in time.
    """
    failures: list[str] = []
    producer = Producer(
        client(bootstrap_servers, partitioner="murmur2_random", enable_idempotence=True)
    )
    for topic, key, value in published:
        producer.produce(
            topic,
            value,
            key.encode(),
            on_delivery=lambda error, _: failures.append(error.str()) if error else None,
        )
    left = producer.flush(_PATIENCE_SECONDS)
    if failures or left:
        reason = failures[0] if failures else f"no answer within {_PATIENCE_SECONDS:.0f} s"
        raise NotPublished(f"Kafka at {bootstrap_servers} did not take the records: {reason}")
