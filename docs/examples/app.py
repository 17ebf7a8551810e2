"""An app's day: `python docs/examples/app.py CUSTOMER [press VISIT | appeal CASE]`.

Shows a customer's cards, notices and cases, and how often they may still ask; sends what they say,
and what became of it. Needs confluent-kafka, fastavro and the schemas (a registry too where values
are written with one); nothing else of recourse. The role is customer-app.
"""

import io
import json
import os
import sys
import time
import urllib.request
import uuid
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer
from confluent_kafka import TopicPartition as Partition
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMAS = Path(os.environ.get("SCHEMAS", "schemas"))
REGISTRY = os.environ.get("REGISTRY")
SERVERS = os.environ.get("RECOURSE_BOOTSTRAP_SERVERS", "localhost:9092")
SECONDS = 60
TOPICS = {  # the schema, and its field that says of which thing a record is the newest
    "recourse.contact-cards": ("contact_card", "card_id"),
    "recourse.notices": ("notice", "notice_id"),
    "recourse.receipts": ("receipt", "event_id"),
    "recourse.cases": ("case", "escalation_id"),
    "recourse.customers": ("customer_overview", "customer_id"),
}


def mark_of(schema):
    """What stands before a value in single-object encoding: C3 01, and the schema's fingerprint."""
    mark = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
    return b"\xc3\x01" + bytes.fromhex(mark)


def schema_of(name):
    """A schema as it is now: what this program was written against."""
    return json.loads((SCHEMAS / f"avro/{name}.avsc").read_text())


@cache
def written_with(head, name):
    """The schema that the bytes before a body name: by its number in a registry, or fingerprint."""
    if head[:1] == b"\x00":
        number = int.from_bytes(head[1:], "big")
        with urllib.request.urlopen(f"{REGISTRY}/schemas/ids/{number}", timeout=10) as answer:
            return fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
    for file in [SCHEMAS / f"avro/{name}.avsc", *SCHEMAS.glob(f"released/*/{name}.avsc")]:
        if mark_of(schema := json.loads(file.read_text())) == head:
            return fastavro.parse_schema(schema)
    raise ValueError(f"no schema here has the fingerprint {head[2:].hex()}")  # never pass it over


def access():
    """For a Kafka that asks who one is: a file of librdkafka's settings, a line `name=value`."""
    lines = Path(os.environ.get("KAFKA_CONFIG", os.devnull)).read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def newest(topic, customer, until=None):
    """A customer's records of a topic, the newest of each id: up to its end, and until it is so.

    An app of yours reads each topic once, keeps what it read, and goes on from there.
    """
    name, identity = TOPICS[topic]
    consumer = Consumer(
        {"bootstrap.servers": SERVERS, "group.id": "customer-app-day", "enable.auto.commit": False}
        | {"isolation.level": "read_committed", "enable.partition.eof": True}
        | access()
    )
    before_end = set(consumer.list_topics(topic, 30).topics[topic].partitions)
    consumer.assign([Partition(topic, number, OFFSET_BEGINNING) for number in before_end])
    found, reader, end = {}, fastavro.parse_schema(schema_of(name)), time.monotonic() + SECONDS
    while before_end or (until and not until(found)):
        if time.monotonic() > end:
            sys.exit(f"{topic}: not what was waited for within {SECONDS} s")
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error() and message.error().name() != "_PARTITION_EOF":
            raise KafkaException(message.error())
        if message.error():
            before_end.discard(message.partition())
        elif (value := message.value()) is None:  # shown no more: what you keep goes, too
            found.pop(message.key().decode(), None)
        else:
            size = 5 if value[:1] == b"\x00" else 10
            writer = written_with(value[:size], name)
            record = fastavro.schemaless_reader(io.BytesIO(value[size:]), writer, reader)
            if customer in {record.get("customer_id"), record.get("addressee", {}).get("id")}:
                found[record[identity]] = record
    consumer.close()
    return found


def open_of(cases):
    """Which of them somebody has in hand."""
    return {name for name, case in cases.items() if case["phase"] == "OPEN"}


def say(event):
    """Sends what the customer says, and waits for the answer to it."""
    event |= {"event_id": str(uuid.uuid4()), "occurred_at": int(time.time() * 1000)}
    schema, value, answers = schema_of("customer_response"), io.BytesIO(), []
    value.write(mark_of(schema))
    fastavro.schemaless_writer(value, schema, event, strict_allow_default=True)
    where = {"bootstrap.servers": SERVERS, "partitioner": "murmur2_random"}
    producer = Producer(where | {"enable.idempotence": True} | access())
    customer, sent = event["customer_id"], event["event_id"]
    producer.produce(
        "service.customer-responses",
        value.getvalue(),
        customer.encode(),
        on_delivery=lambda error, _: answers.append(error),
    )
    if producer.flush(40) or answers != [None]:  # send it again, with the same event_id
        sys.exit(f"Kafka did not take it: {answers}")
    receipt = newest("recourse.receipts", customer, lambda found: sent in found)[sent]
    became = [f"{each['decision']} {each['rule']}" for each in receipt["decisions"]]
    became += [reason["code"] for reason in receipt["reasons"]]
    print(f"{event['response']}: {receipt['status']}", *became, sep=", ")
    cases = {each["escalation_id"] for each in receipt["decisions"]} - {None}
    newest("recourse.cases", customer, lambda found: cases <= open_of(found))  # the desk's, later


def places(overview):
    """How many requests pass now. The record says moments, so it is true whenever it was read."""
    free = overview["free"]
    for change in overview["changes"]:
        free = change["free"] if change["from"] <= datetime.now(UTC) else free
    return f"{free} of {overview['limit']} requests free"


def appealable(overview):
    """What of it can be appealed now."""
    now = datetime.now(UTC)
    return [
        each["of"]
        for each in (overview["appeals"] if overview else ())
        if (each["from"] or now) <= now < each["until"]
    ]


def show(customer):
    """The screens, as lines."""
    for card in newest("recourse.contact-cards", customer).values():
        print(f"card of {card['visit_id']}:", *card["text"].splitlines(), sep="\n  ")
    for notice in newest("recourse.notices", customer).values():
        print(f"notice {notice['notice_id']}: {notice['title']}")
    for case in newest("recourse.cases", customer).values():
        who = case["manager"]["name"] if case["manager"] else "nobody yet"
        print(f"case {case['escalation_id']}: {case['phase']}, {case['outcome']}, with {who}")
    for each in newest("recourse.customers", customer).values():
        print(
            places(each), f"open: {each['open_cases']}", f"to appeal: {appealable(each)}", sep="; "
        )


def cards_of(found):
    """By their visit."""
    return {card["visit_id"]: card for card in found.values()}


def press(customer, visit):
    """The button: it stands on the visit's card."""
    cards = newest("recourse.contact-cards", customer, lambda found: visit in cards_of(found))
    where = {name: cards_of(cards)[visit][name] for name in ("customer_id", "visit_id", "site_id")}
    say(where | {"response": "REQUESTED", "subject": "NONE"})


def appeal(customer, of):
    """Another manager, please: offered as soon as the customer's overview says that it may be."""
    newest("recourse.customers", customer, lambda found: of in appealable(found.get(customer)))
    case = newest("recourse.cases", customer)[of]
    where = {name: case[name] for name in ("customer_id", "visit_id", "site_id")}
    say(where | {"response": "APPEALED", "subject": "ESCALATION", "subject_id": of})


if __name__ == "__main__":
    who, what, *which = [*sys.argv[1:], "show"]
    {"press": press, "appeal": appeal, "show": show}[what](who, *which[:-1])
