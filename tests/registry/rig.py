"""A real registry that can go away and come back, and a real worker that reads with it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from agents.records import codecs
from agents.simulation.demo.machine import reference_records
from schemas.catalogue import TOPICS
from schemas.records import CustomerResponse, DeadLetter, Disagreement, Response, Subject
from streams.broker import RegistryServer
from streams.transport.kafka import client
from streams.transport.reading import read_all

PRESSES = "service.customer-responses"
DISAGREEMENTS = "recourse.disagreements"
DEAD_LETTERS = "service.dead-letters"
SINGLE_OBJECT, CONFLUENT = b"\xc3\x01", b"\x00"
WAIT_MS = 1_500


class Away:
    """The registry: `go` and `come_back`, always at one address, its schemas in a file."""

    def __init__(self, folder: Path) -> None:
        self._server = RegistryServer(folder)
        started = self._server.start(owned=True)
        self._port, self.url = started.port, self._server.url(started)

    def go(self) -> None:
        self._server.stop()

    def come_back(self) -> None:
        self._server.start(self._port, owned=True)

    def client(self) -> SchemaRegistryClient:
        # Without one it waits for ever; a registry that has just begun may lose a request.
        return SchemaRegistryClient({"url": self.url, "timeout": 20})


class Worker:
    """`recourse worker`, as a process."""

    def __init__(self, servers: str, log: Path, **settings: str) -> None:
        given = {"BOOTSTRAP_SERVERS": servers, "LOG_FORMAT": "json", "COMMIT_INTERVAL_MS": "20"}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECOURSE_")}
        environment |= {f"RECOURSE_{k}": v for k, v in (given | settings).items()}
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agents", "worker"], env=environment, stdout=out, stderr=out
            )

    def says(self, event: str) -> bool:
        return f'"event": "{event}"' in self.log.read_text()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


class Upstream:
    """A team that sends presses of the button, in either framing, and looks what comes of them."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._producer = Producer(client(servers, partitioner="murmur2_random", linger_ms=1))

    def publish_reference(self) -> None:
        for topic, key, value in reference_records():
            self._producer.produce(topic, value, key.encode())
        self._producer.flush()

    def send(self, customer: str, value: bytes) -> None:
        self._producer.produce(PRESSES, value, customer.encode())
        self._producer.flush()

    def press(self, customer: str) -> None:
        """In single-object encoding."""
        self.send(customer, codecs.encode(PRESSES, pressed(customer)))

    def press_registered(self, customer: str, serializer: AvroSerializer) -> None:
        """In Confluent's framing, by Confluent's own serializer."""
        value = serializer(
            msgspec.to_builtins(pressed(customer)),
            SerializationContext(PRESSES, MessageField.VALUE),
        )
        assert value is not None
        self.send(customer, value)

    def values(self, topic: str, framing: bytes = SINGLE_OBJECT) -> list[bytes]:
        found = read_all(self._servers, {topic: TOPICS[topic].partitions})
        return [m.value for m in found if m.value is not None and m.value.startswith(framing)]

    def raised(self) -> set[str]:
        """Customers whose press became a disagreement."""
        found = [codecs.decode(DISAGREEMENTS, value) for value in self.values(DISAGREEMENTS)]
        return {each.customer_id for each in found if isinstance(each, Disagreement)}

    def dead(self) -> dict[str, tuple[str, str]]:
        """Reason and detail by key."""
        found = [codecs.decode(DEAD_LETTERS, value) for value in self.values(DEAD_LETTERS)]
        return {
            each.key or "": (each.reason.value, each.detail)
            for each in found
            if isinstance(each, DeadLetter)
        }


def pressed(customer: str) -> CustomerResponse:
    return CustomerResponse(
        event_id=f"press-{customer}",
        occurred_at=time.time_ns() // 1_000_000,
        customer_id=customer,
        visit_id=f"visit-{customer}",
        vehicle_id=None,
        site_id="berlin",
        response=Response.REQUESTED,
        subject=Subject.NONE,
        subject_id=None,
        subject_revision=None,
        authorised_total=None,
        currency=None,
        rating=None,
        wish=None,
    )


def with_a_field_more(schema: dict[str, Any]) -> dict[str, Any]:
    """What an upstream team's next version may look like."""
    more = {"name": "app_version", "type": ["null", "string"], "default": None}
    return schema | {"fields": [*schema["fields"], more]}
