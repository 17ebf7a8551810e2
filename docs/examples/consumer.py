"""Follows escalations: `python docs/examples/consumer.py [SECONDS]`.

Ends so many seconds after the last record; without a number, at Ctrl-C. Needs confluent-kafka,
fastavro and the schemas (a registry too where values are written with one); nothing else of
recourse.
"""

import io
import json
import os
import sqlite3
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
DONE = os.environ.get("DONE", "var/consumer.db")
READER = fastavro.parse_schema(json.loads((SCHEMAS / "avro/escalation.avsc").read_text()))


@cache
def written_by_fingerprint(mark):
    """Single-object encoding: the version of the schema, current or released, with this mark."""
    for file in [SCHEMAS / "avro/escalation.avsc", *SCHEMAS.glob("released/*/escalation.avsc")]:
        schema = json.loads(file.read_text())
        known = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
        if bytes.fromhex(known) == mark:
            return fastavro.parse_schema(schema)
    # Never pass over a record: stop, get the new schemas, go on from here.
    raise ValueError(f"no schema here has the fingerprint {mark.hex()}")


@cache
def written_by_number(number):
    """Confluent's framing: the schema with this number in the registry."""
    with urllib.request.urlopen(f"{REGISTRY}/schemas/ids/{number}", timeout=10) as answer:
        return fastavro.parse_schema(json.loads(json.load(answer)["schema"]))


def decode(value):
    """A record of the topic, as the schema that we know has it, whichever version wrote it."""
    if value[:1] == b"\x00":
        writer, body = written_by_number(int.from_bytes(value[1:5], "big")), value[5:]
    else:  # C3 01
        writer, body = written_by_fingerprint(value[2:10]), value[10:]
    return fastavro.schemaless_reader(io.BytesIO(body), writer, READER)


def access():
    """For a Kafka that asks who one is: a file of librdkafka's settings, a line `name=value`."""
    lines = Path(os.environ.get("KAFKA_CONFIG", os.devnull)).read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


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
            "group.id": "consumer-escalations",  # of your team's own; it begins with the role
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
        | access()
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
