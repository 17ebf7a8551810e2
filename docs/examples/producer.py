"""Sends the events of one visit: `python docs/examples/producer.py CUSTOMER VISIT [ROLE]`.

With a role, service-system or customer-channel, only what that one writes. Needs confluent-kafka,
fastavro and the schemas; nothing else of recourse. Run again, it sends the same events again:
nothing more comes of them.
"""

import io
import json
import os
import sys
import time
import urllib.request
from pathlib import Path

import fastavro
from confluent_kafka import Producer
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMAS = Path(os.environ.get("SCHEMAS", "schemas/avro"))
REGISTRY = os.environ.get("REGISTRY")
SERVERS = os.environ.get("RECOURSE_BOOTSTRAP_SERVERS", "localhost:9092")
RESPONSES = "service.customer-responses"


def framing(topic, name):
    """The schema to write with, and the bytes in front of each value that say so."""
    schema = json.loads((SCHEMAS / f"{name}.avsc").read_text())
    if REGISTRY:  # Confluent's framing: a zero byte, and the schema's number in the registry
        # Not the latest version: that may be another team's.
        asked = urllib.request.Request(
            f"{REGISTRY}/subjects/{topic}-value",
            json.dumps({"schema": json.dumps(schema)}).encode(),
            {"Content-Type": "application/vnd.schemaregistry.v1+json"},
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return schema, b"\x00" + json.load(answer)["id"].to_bytes(4, "big")
    # Single-object encoding: C3 01, and the fingerprint of the schema in 8 bytes.
    mark = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
    return schema, b"\xc3\x01" + bytes.fromhex(mark)


def encode(topic, name, event):
    """An event as the value of a record."""
    schema, head = framing(topic, name)  # a program that sends many keeps it
    value = io.BytesIO()
    value.write(head)
    # strict: a field that the schema lacks, or a missing one without default, is an error here.
    fastavro.schemaless_writer(value, schema, event, strict_allow_default=True)
    return value.getvalue()


def events(customer, visit):
    """The visit: what it costs is agreed on, then it costs 30 % more, then the customer objects."""
    at = int(time.time() * 1000)  # when it happened, in ms UTC: not when it is sent
    told = {"customer_id": customer, "visit_id": visit, "site_id": "columbus"}
    car = told | {"vehicle_id": f"car-of-{customer}"}
    price = {"estimate_id": f"{visit}-e1", "currency": "USD"}
    brakes = {"operation": "brakes", "claim_id": None}
    # An event_id is made from what it names, so that sending it again can be no second event.
    yield (
        "service.check-ins",
        "check_in",
        car
        | {
            "event_id": f"{visit}:check-in",
            "occurred_at": at - 3 * 3_600_000,
            "language": "en",
            "channels": ["APP", "SMS"],
            "symptoms": ["noise when braking"],
        },
    )
    yield (
        "service.estimates",
        "estimate",
        car
        | price
        | {
            "event_id": f"{visit}:e1:1",
            "occurred_at": at - 2 * 3_600_000,
            "revision": 1,
            "total": 40_000,  # cents, with tax
            "subtotal": 37_200,
            "lines": [brakes | {"amount": 37_200}],
        },
    )
    yield (
        RESPONSES,
        "customer_response",
        told
        | {
            "event_id": f"{visit}:authorised",
            "occurred_at": at - 3_600_000,
            "response": "AUTHORISED",
            "subject": "ESTIMATE",
            "subject_id": f"{visit}-e1",
        },
    )
    yield (
        "service.estimates",
        "estimate",
        car
        | price
        | {
            "event_id": f"{visit}:e1:2",
            "occurred_at": at - 60_000,
            "revision": 2,
            "total": 52_000,
            "subtotal": 48_360,
            "lines": [brakes | {"amount": 48_360}],
        },
    )
    yield (
        RESPONSES,
        "customer_response",
        told
        | {
            "event_id": f"{visit}:disputed",
            "occurred_at": at,
            "response": "DISPUTED",
            "subject": "ESTIMATE",
            "subject_id": f"{visit}-e1",
        },
    )


def writer(topic):
    """The role that writes there: a centre must not say its customer's yes."""
    return "customer-channel" if topic == RESPONSES else "service-system"


def access():
    """For a Kafka that asks who one is: a file of librdkafka's settings, a line `name=value`."""
    lines = Path(os.environ.get("KAFKA_CONFIG", os.devnull)).read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def main(customer, visit, role=None):
    """Exit 0 when Kafka has every event; else the same command again sends the same events."""
    producer = Producer(
        {
            "bootstrap.servers": SERVERS,
            "partitioner": "murmur2_random",  # where Java's producer would place the key
            "enable.idempotence": True,  # and with it acks=all, order kept, retries without doubles
            "delivery.timeout.ms": 30_000,
        }
        | access()
    )
    failed = []

    def delivered(error, message):
        if error is None:
            print(f"{message.topic()}[{message.partition()}] has it at {message.offset()}")
        else:
            failed.append(f"{message.topic()} did not take it: {error.str()}")

    for topic, name, event in events(customer, visit):
        if role not in {None, writer(topic)}:
            continue
        key = event["customer_id"].encode()
        producer.produce(topic, encode(topic, name, event), key, on_delivery=delivered)
        producer.poll(0)
    left = producer.flush(40)
    if failed or left:
        sys.exit("\n".join([*failed, f"{left} events without an answer"]))


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[3:] not in ([], ["service-system"], ["customer-channel"]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
