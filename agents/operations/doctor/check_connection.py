"""Whether Kafka answers; if not, which setting says why."""

import socket

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from agents.operations.doctor.checks import Check, fine, fix
from streams.access import PREFIX, WITH_SASL, WITH_TLS, Access
from streams.errors import ConfigurationError
from streams.transport.kafka import client
from streams.transport.reaching import REFUSALS, reader_s_problem, refused

_POLL_SECONDS = 0.2
_CONNECT_SECONDS = 2.0


def connection(
    bootstrap_servers: str, access: Access, seconds: float = 5.0
) -> tuple[AdminClient | None, Check]:
    """A client that has had an answer within so long, or None; and what to say of it."""
    errors: list[KafkaError] = []
    asked = AdminClient(client(bootstrap_servers) | {"error_cb": errors.append, "log_level": 0})
    try:
        brokers = asked.list_topics(timeout=seconds).brokers
    except KafkaException as error:
        asked.poll(_POLL_SECONDS)  # what the client has heard meanwhile
        heard = [each for each in errors if each.name() in _TELLING] or errors or [error.args[0]]
        listens = _listens(bootstrap_servers)
        code, text = heard[0].name(), heard[0].str()
        return None, unreachable(code, text, bootstrap_servers, access, listens=listens)
    who = access.who
    count = f"{len(brokers)} broker{'s' if len(brokers) > 1 else ''}"
    found = f"{bootstrap_servers} answers: {count}, {access.security_protocol}, as {who}"
    return asked, fine("kafka", found)


def reader_check(bootstrap_servers: str) -> Check:
    """Whether the client that reads can connect too: a worker has two, and needs both.

    To be asked where the other one has had its answer.
    """
    try:
        problem = reader_s_problem(bootstrap_servers)
    except ConfigurationError as error:
        return fix("kafka", str(error), "both clients of a worker must be able to use them")
    if problem is None:
        return fine("kafka", "both of the worker's clients (librdkafka, aiokafka) connect")
    return fix(
        "kafka",
        f"{PREFIX}BOOTSTRAP_SERVERS is {bootstrap_servers}: only librdkafka connects, not aiokafka",
        f"must be such that both can ({problem}); a worker ends with 78 by it",
    )


_TELLING = ("_SSL", "_RESOLVE", *REFUSALS)


def _listens(bootstrap_servers: str) -> bool:
    """Whether anything takes a connection at one of the servers."""
    for server in bootstrap_servers.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
        except (OSError, ValueError):
            continue
        return True
    return False


def unreachable(
    code: str, text: str, bootstrap_servers: str, access: Access, *, listens: bool
) -> Check:
    """The setting that is most likely wrong, by what the client heard.

    `listens`: something takes connections there, whatever it speaks.
    """
    protocol = f"{PREFIX}SECURITY_PROTOCOL is {access.security_protocol}"
    servers = f"{PREFIX}BOOTSTRAP_SERVERS is {bootstrap_servers}"
    low = text.lower()
    if code in REFUSALS:
        return fix("kafka", *refused(access))
    if code == "_SSL" and "verify failed" in low:
        trusted = access.tls_ca_file or "not set: the system's list"
        return fix(
            "kafka",
            f"{PREFIX}TLS_CA_FILE is {trusted}: it does not vouch for the brokers' certificate",
            "must hold the CA that signed it, and the name in the certificate must be the one in "
            "RECOURSE_BOOTSTRAP_SERVERS",
        )
    if code == "_SSL":
        return fix("kafka", protocol, f"the other side does not speak TLS so ({_short(text)})")
    if code == "_RESOLVE":
        return fix("kafka", servers, "must be names that resolve here, host:port")
    if listens:
        return fix("kafka", f"{protocol}, {servers}", _wrong_protocol(access))
    return fix("kafka", servers, f"nothing answers there ({_short(text)})")


def _wrong_protocol(access: Access) -> str:
    if access.security_protocol in WITH_TLS:
        return "no answer that is TLS: the port may be one without (docs/security.md)"
    asks = "passwords" if access.security_protocol not in WITH_SASL else "TLS"
    return f"it hangs up or is silent: the port may ask for TLS or {asks} (docs/security.md)"


def _short(text: str) -> str:
    """What librdkafka says, without its own prefix of the broker and after-thoughts."""
    return text.rpartition("]: ")[2].partition(" (after ")[0].strip()
