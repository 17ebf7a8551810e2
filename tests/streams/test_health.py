"""The HTTP of a worker answers whoever else is connected, and lets nobody hold it."""

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest

from streams.runtime import health
from streams.runtime.health import CONNECTIONS, HealthServer

_SECONDS = 30.0  # a bound against standing still, not a measure


@pytest.fixture
def server() -> Iterator[HealthServer]:
    made = HealthServer("127.0.0.1", 0, lambda: None, lambda: None)
    made.start()
    yield made
    made.stop()


def half_sent(server: HealthServer) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=_SECONDS)
    client.sendall(b"GET /metr")
    return client


def asked(server: HealthServer) -> str:
    url = f"http://127.0.0.1:{server.port}/health/live"
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
        return str(answer.read().decode())


def test_of_more_connections_than_are_held_the_oldest_end_and_a_probe_is_answered(
    server: HealthServer,
) -> None:
    before = threading.active_count()
    clients = [half_sent(server) for _ in range(CONNECTIONS + 10)]
    answered = asked(server)

    ended = [each.recv(1) == b"" for each in clients[:10]]
    end = time.monotonic() + _SECONDS
    while (held := threading.active_count() - before) > CONNECTIONS and time.monotonic() < end:
        time.sleep(0.01)
    for each in clients:
        each.close()
    assert (answered, ended) == ("ok\n", [True] * 10)
    assert held <= CONNECTIONS


def test_who_says_nothing_more_in_the_middle_of_a_request_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "READ_SECONDS", 0.05)
    made = HealthServer("127.0.0.1", 0, lambda: None, lambda: None)
    made.start()
    try:
        with half_sent(made) as client:
            assert client.recv(1) == b""
        assert asked(made) == "ok\n"
    finally:
        made.stop()
