"""Says what of your events can't be used: `python docs/examples/dead_letters.py [SECONDS]`.

Ends so many seconds after the last record; without a number, at Ctrl-C. Needs confluent-kafka,
fastavro and the schemas (a registry too where values are written with one); nothing else of
recourse.
"""

import io
import json
import os
import sys
import time
import urllib.request
from functools import cache
from pathlib import Path

import fastavro
from confluent_kafka import Consumer, KafkaException
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMAS = Path(os.environ.get("SCHEMAS", "schemas"))
REGISTRY = os.environ.get("REGISTRY")
SERVERS = os.environ.get("RECOURSE_BOOTSTRAP_SERVERS", "localhost:9092")
READER = fastavro.parse_schema(json.loads((SCHEMAS / "avro/dead_letter.avsc").read_text()))


@cache
def written_with(head):
    """The schema that the bytes before a body name: by its number in a registry, or fingerprint."""
    if head[:1] == b"\x00":
        number = int.from_bytes(head[1:], "big")
        with urllib.request.urlopen(f"{REGISTRY}/schemas/ids/{number}", timeout=10) as answer:
            return fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
    for file in [SCHEMAS / "avro/dead_letter.avsc", *SCHEMAS.glob("released/*/dead_letter.avsc")]:
        schema = json.loads(file.read_text())
        known = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
        if bytes.fromhex(known) == head[2:]:
            return fastavro.parse_schema(schema)
    # Never pass over a record: stop, get the new schemas, go on from here.
    raise ValueError(f"no schema here has the fingerprint {head[2:].hex()}")


def decode(value):
    """A dead letter as the schema that we know has it, whichever version wrote it."""
    size = 5 if value[:1] == b"\x00" else 10
    writer = written_with(value[:size])
    return fastavro.schemaless_reader(io.BytesIO(value[size:]), writer, READER)


def access():
    """For a Kafka that asks who one is: a file of librdkafka's settings, a line `name=value`."""
    lines = Path(os.environ.get("KAFKA_CONFIG", os.devnull)).read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def main(idle_seconds):
    """Reads committed records; keeps its own offsets."""
    consumer = Consumer(
        {
            "bootstrap.servers": SERVERS,
            "group.id": "service-system-dead-letters",  # your own; it begins with the role
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
        | access()
    )
    consumer.subscribe(["service.dead-letters"])
    end = float("inf")
    try:
        while time.monotonic() < end:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            letter = decode(message.value())
            # Those of all senders are here: a system of yours takes what it sent itself.
            print(letter["topic"], letter["key"], letter["reason"], letter["detail"], sep=" | ")
            sys.stdout.flush()
            consumer.commit(message, asynchronous=False)
            end = time.monotonic() + idle_seconds
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
