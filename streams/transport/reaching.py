"""Whether the client that reads can reach Kafka where the other one can.

Two clients work in a worker, each with its own idea of addresses, certificates and passwords. One
that never connects would end the worker with 75, "start it again", for ever.
"""

import asyncio
import threading
import time

import structlog
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaError as BrokerError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.access import Access, access
from streams.errors import ConfigurationError
from streams.transport.kafka import client

log = structlog.get_logger()
ATTEMPTS = 5
"""How often only one of the clients may connect before that is no coincidence."""
_SECONDS = 5.0
_POLL_SECONDS = 0.2
_REFUSED_TIMES = 3


def reader_s_problem(bootstrap_servers: str) -> str | None:
    """Why aiokafka can't connect there; None where it can.

    Raises:
        ConfigurationError: a certificate or key can't be used; one sentence.
    """
    found: list[str | None] = []
    failed: list[ConfigurationError] = []

    def ask() -> None:
        try:
            found.append(asyncio.run(_problem(bootstrap_servers)))
        except ConfigurationError as error:
            failed.append(error)

    asking = threading.Thread(target=ask, name="reader-s-problem")  # whose loop is nobody else's
    asking.start()
    asking.join()
    if failed:
        raise failed[0]
    return found[0] if found else "it failed"


REFUSALS = ("_AUTHENTICATION", "SASL_AUTHENTICATION_FAILED")
"""As librdkafka names that a broker does not believe who this is."""


def check_believed(bootstrap_servers: str, again_seconds: float = 1.0) -> None:
    """Whether the brokers believe who this is; whatever else stands in the way is not looked at.

    Not by one answer: a broker that is just stopping may break off the talk about who this is.

    Raises:
        ConfigurationError: they say that they do not. A client would go on asking for ever.
    """
    for _ in range(_REFUSED_TIMES):
        if not _is_refused(bootstrap_servers):
            return
        log.warning("kafka_refuses", as_whom=access().who)
        time.sleep(again_seconds)
    raise ConfigurationError(f"Kafka at {bootstrap_servers}: {'; '.join(refused(access()))}")


def _is_refused(bootstrap_servers: str) -> bool:
    heard: list[BrokerError] = []
    asked = AdminClient(client(bootstrap_servers) | {"error_cb": heard.append, "log_level": 0})
    try:
        asked.list_topics(timeout=_SECONDS)
    except KafkaException:
        asked.poll(_POLL_SECONDS)
        return any(each.name() in REFUSALS for each in heard)
    return False


def refused(known: Access) -> tuple[str, str]:
    """What the brokers refuse, and what must be right."""
    if known.by_token:
        return (
            f"RECOURSE_OAUTH_CLIENT_ID is {known.oauth_client_id!r}: the brokers refuse its token",
            (
                "its issuer, audience, scope (RECOURSE_OAUTH_SCOPE) and time must be as the "
                "brokers expect them (RECOURSE_OAUTH_EXTENSIONS, where they want more)"
            ),
        )
    return (
        f"RECOURSE_SASL_USERNAME is {known.sasl_username!r}, {known.sasl_mechanism}: refused",
        (
            "user, password (RECOURSE_SASL_PASSWORD_FILE) and mechanism must be ones that the "
            "brokers know"
        ),
    )


async def _problem(bootstrap_servers: str) -> str | None:
    known = access().for_aiokafka()
    client = AIOKafkaClient(bootstrap_servers=bootstrap_servers, **known)
    try:
        await asyncio.wait_for(client.bootstrap(), _SECONDS)
    except (KafkaError, OSError, TimeoutError):
        return await _why(bootstrap_servers)
    finally:
        await client.close()
    return None


async def _why(bootstrap_servers: str) -> str:
    """What the first of the servers answers: the client itself keeps that for its log."""
    host, port, _ = collect_hosts(bootstrap_servers, randomize=False)[0]
    try:
        connection = await asyncio.wait_for(
            create_conn(host, port, client_id="recourse", **access().for_aiokafka()), _SECONDS
        )
    except (KafkaError, OSError, TimeoutError) as error:
        return f"{type(error).__name__} {error}".strip()
    connection.close()
    return f"{host}:{port} answers, but not as Kafka does"


def check_reader(
    bootstrap_servers: str, admin_client: AdminClient, again_seconds: float = 1.0
) -> None:
    """Waits until aiokafka can connect, loudly, as long as the other client can't either.

    Raises:
        ConfigurationError: only the other one can.
    """
    alone = 0
    while (problem := reader_s_problem(bootstrap_servers)) is not None:
        log.warning("waiting_for_kafka", doing="connect to read", error=problem)
        alone = alone + 1 if _answers(admin_client) else 0
        if alone >= ATTEMPTS:
            raise ConfigurationError(
                f"Kafka at {bootstrap_servers} answers one of the worker's two clients, but not "
                f"the one that reads (aiokafka): {problem}; RECOURSE_BOOTSTRAP_SERVERS, "
                "RECOURSE_SECURITY_PROTOCOL and the files of RECOURSE_TLS_ and RECOURSE_SASL_ must "
                "be such that both can"
            )
        time.sleep(again_seconds)


def _answers(admin_client: AdminClient) -> bool:
    try:
        admin_client.list_topics(timeout=_SECONDS)
    except KafkaException:
        return False
    return True
