"""Where Kafka is: as people write it, and as both clients take it."""

import socket

import pytest
from aiokafka.conn import collect_hosts
from confluent_kafka import KafkaException

from streams import settings
from streams.errors import ConfigurationError
from streams.servers import are_the_same, normalised
from streams.transport import reaching
from streams.transport.kafka import client
from streams.transport.reaching import ATTEMPTS, check_reader, reader_s_problem

RIGHT = "must be host:port, several with commas"


@pytest.mark.parametrize(
    ("written", "protocol", "taken"),
    [
        ("localhost:9092", "PLAINTEXT", "localhost:9092"),
        ("a:1,b:2", "PLAINTEXT", "a:1,b:2"),
        (" a:1 , b:2, ", "PLAINTEXT", "a:1,b:2"),
        ("a:1,\n  b:2\n", "PLAINTEXT", "a:1,b:2"),
        ("PLAINTEXT://a:1", "PLAINTEXT", "a:1"),
        ("plaintext://a:1,b:2", "PLAINTEXT", "a:1,b:2"),
        ("SASL_SSL://a:1, SASL_SSL://b:2", "SASL_SSL", "a:1,b:2"),
        ("[::1]:9092", "PLAINTEXT", "[::1]:9092"),
        ("SSL://[2001:db8::7]:9093", "SSL", "[2001:db8::7]:9093"),
        ("my_kafka-0.kafka.svc.cluster.local.:9092", "PLAINTEXT", None),
    ],
)
def test_servers_as_people_write_them_are_taken(
    written: str, protocol: str, taken: str | None
) -> None:
    assert normalised(written, protocol) == (taken or written)


@pytest.mark.parametrize(
    ("written", "protocol", "said"),
    [
        ("kafka", "PLAINTEXT", RIGHT),
        (",", "PLAINTEXT", RIGHT),
        ("a:1,b", "PLAINTEXT", RIGHT),
        ("a:1;b:2", "PLAINTEXT", RIGHT),
        ("a:1 b:2", "PLAINTEXT", RIGHT),
        ('"a:1"', "PLAINTEXT", RIGHT),
        ("a:1/", "PLAINTEXT", RIGHT),
        ("user:word@a:1", "PLAINTEXT", RIGHT),
        ("a:0", "PLAINTEXT", f"{RIGHT}; a port is 1 to 65535"),
        ("a:65536", "PLAINTEXT", f"{RIGHT}; a port is 1 to 65535"),
        (
            "::1:9092",
            "PLAINTEXT",
            f"{RIGHT}; an address of IPv6 stands in brackets, such as [::1]:9092",
        ),
        ("kafka://a:1", "PLAINTEXT", f"{RIGHT}, without kafka://"),
        ("EXTERNAL://a:1", "PLAINTEXT", f"{RIGHT}, without EXTERNAL://"),
        (
            "SASL_SSL://a:1",
            "PLAINTEXT",
            (
                "SASL_SSL:// says otherwise than RECOURSE_SECURITY_PROTOCOL, which is PLAINTEXT: "
                "must be the same, or host:port alone"
            ),
        ),
        (
            "b:2,PLAINTEXT://a:1",
            "SSL",
            (
                "PLAINTEXT:// says otherwise than RECOURSE_SECURITY_PROTOCOL, which is SSL: "
                "must be the same, or host:port alone"
            ),
        ),
    ],
)
def test_what_one_client_alone_would_take_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str, protocol: str, said: str
) -> None:
    monkeypatch.setenv("RECOURSE_BOOTSTRAP_SERVERS", written)
    monkeypatch.setenv("RECOURSE_SECURITY_PROTOCOL", protocol)

    shown = written.replace("user:word@", "...@")  # a password may stand there
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    assert str(error.value) == f"RECOURSE_BOOTSTRAP_SERVERS (environment) is {shown!r}: {said}"
    with pytest.raises(ConfigurationError, match="or --bootstrap-servers") as error:
        client(written)
    assert str(error.value).endswith(f" is {shown!r}: {said}")


def test_both_clients_are_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_BOOTSTRAP_SERVERS", " PLAINTEXT://a:1,[::1]:2, ")

    taken = settings.load().bootstrap_servers

    assert client(" PLAINTEXT://a:1,[::1]:2, ")["bootstrap.servers"] == taken == "a:1,[::1]:2"
    assert [(host, port) for host, port, _ in collect_hosts(taken, randomize=False)] == [
        ("a", 1),
        ("::1", 2),
    ]


def test_why_the_client_that_reads_cannot_connect_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    problem = reader_s_problem(f"127.0.0.1:{port}")

    assert problem is not None
    assert "KafkaConnectionError" in problem or "Connect" in problem


class Other:
    """The other client: it answers as often as it is told."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)

    def list_topics(self, timeout: float) -> None:
        assert timeout > 0
        if not self.answers.pop(0):
            raise KafkaException


def test_only_one_client_that_connects_is_a_setting_and_not_the_broker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reaching, "reader_s_problem", lambda _: "ValueError no such host")
    other = Other(*[True] * ATTEMPTS)

    with pytest.raises(ConfigurationError) as error:
        check_reader("a:1", other, again_seconds=0.0)  # type: ignore[arg-type]
    assert str(error.value) == (
        "Kafka at a:1 answers one of the worker's two clients, but not the one that reads "
        "(aiokafka): ValueError no such host; RECOURSE_BOOTSTRAP_SERVERS, "
        "RECOURSE_SECURITY_PROTOCOL and the files of RECOURSE_TLS_ and RECOURSE_SASL_ must be "
        "such that both can"
    )


def test_a_broker_that_is_away_for_both_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = ["refused"] * (2 * ATTEMPTS)
    monkeypatch.setattr(
        reaching, "reader_s_problem", lambda _: problems.pop() if problems else None
    )
    other = Other(*([True] * (ATTEMPTS - 1) + [False]) * 2)

    check_reader("a:1", other, again_seconds=0.0)  # type: ignore[arg-type]

    assert other.answers == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a:1", "PLAINTEXT://a:1", True),
        ("a:1,b:2", " b:2, A:1, ", True),
        ("a:1", "a:2", False),
        ("a:1", "", False),
    ],
)
def test_the_same_servers_are_the_same_however_they_are_written(
    one: str, other: str, *, expected: bool
) -> None:
    assert are_the_same(one, other) is expected
