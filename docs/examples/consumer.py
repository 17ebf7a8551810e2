"""Follows escalations: `python docs/examples/consumer.py [SECONDS]`.

Ends so many seconds after the last record; without a number, at Ctrl-C. Needs confluent-kafka,
fastavro and the schemas; nothing else of recourse.
"""

import io
import json
import os
import sqlite3
import sys
import time
from pathlib import Path

import fastavro
from confluent_kafka import Consumer, KafkaException
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMAS = Path(os.environ.get("SCHEMAS", "schemas"))
SERVERS = os.environ.get("RECOURSE_BOOTSTRAP_SERVERS", "localhost:9092")
DONE = os.environ.get("DONE", "var/consumer.db")
READER = fastavro.parse_schema(json.loads((SCHEMAS / "avro/escalation.avsc").read_text()))


def writers():
    """Every version of the schema that may have written a record, by its fingerprint."""
    files = [SCHEMAS / "avro/escalation.avsc", *SCHEMAS.glob("released/*/escalation.avsc")]
    schemas = [json.loads(file.read_text()) for file in files]
    return {
        bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")): (
            fastavro.parse_schema(schema)
        )
        for schema in schemas
    }


WRITERS = writers()


def decode(value):
    """Avro in single-object encoding: two bytes, the fingerprint of the writer's schema, a body."""
    if value[:2] != b"\xc3\x01":
        raise ValueError(f"not single-object encoding: {value[:10].hex(' ')}")
    writer = WRITERS.get(value[2:10])
    if writer is None:  # never pass over a record: stop, and take over the new schemas
        raise ValueError(f"no schema here has the fingerprint {value[2:10].hex()}")
    return fastavro.schemaless_reader(io.BytesIO(value[10:]), writer, READER)


def tell(step):
    """What your system does with a step; here, a line for a person."""
    who = step["manager"]["name"] if step["manager"] else "nobody yet"
    why = ", ".join(reason["code"] for reason in step["reasons"])
    what = {
        "OPENED": f"with {who}, {step['tier']}; decide by {step['decide_by']:%d %b %H:%M} UTC",
        "JOINED": f"grounds: {', '.join(step['disagreement_ids'])}",
        "RESOLVED": f"{step['outcome']} by {step['by']}",
    }.get(step["status"], f"with {who}")  # also of a status that is newer than this program
    print(
        f"{step['escalation_id']} step {step['step']} {step['status']} {what} ({why})", flush=True
    )


def main(idle_seconds):
    """Reads committed records; keeps its own offsets; does nothing twice."""
    Path(DONE).parent.mkdir(parents=True, exist_ok=True)
    done = sqlite3.connect(DONE)
    done.execute("CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY)")
    consumer = Consumer(
        {
            "bootstrap.servers": SERVERS,
            "group.id": "escalation-follower",  # a name of your team's
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe(["recourse.escalations"])
    end = float("inf")
    try:
        while time.monotonic() < end:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            end = time.monotonic() + idle_seconds
            step = decode(message.value())
            name = f"{step['escalation_id']}:{step['step']}"  # also in the header event_id
            if not done.execute("SELECT 1 FROM done WHERE id = ?", [name]).fetchone():
                tell(step)
                with done:
                    done.execute("INSERT INTO done VALUES (?)", [name])
            consumer.commit(message, asynchronous=False)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
