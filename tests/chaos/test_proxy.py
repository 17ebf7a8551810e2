"""The proxy does to a connection what it is told, and no more."""

import socket
import threading
from collections.abc import Iterator

import pytest

from streams.broker.server import HOST
from tests.chaos.proxy import Proxy


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Before a server that says everything again."""
    server = socket.create_server((HOST, 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(1_000):
                connection.sendall(data)

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    proxy = Proxy(server.getsockname()[1])
    yield proxy
    proxy.close()
    server.shutdown(socket.SHUT_RDWR)  # else who waits in `accept` waits on
    server.close()
    accepting.join(10)


def connected(proxy: Proxy) -> socket.socket:
    client = socket.create_connection((HOST, proxy.port), 10)
    assert said(client, b"hello") == b"hello"
    return client


def said(client: socket.socket, data: bytes, seconds: float = 10) -> bytes | None:
    """What comes back; None for nothing."""
    client.sendall(data)
    client.settimeout(seconds)
    try:
        return client.recv(1_000)
    except TimeoutError:
        return None


def has_ended(client: socket.socket) -> bool:
    client.settimeout(10)
    try:
        return client.recv(1_000) == b""
    except ConnectionError:
        return True


def test_what_is_stalled_arrives_after_the_healing(proxy: Proxy) -> None:
    with connected(proxy) as client:
        proxy.stall()
        assert said(client, b"late", 0.3) is None
        proxy.heal()
        client.settimeout(10)
        assert client.recv(1_000) == b"late"


def test_a_half_open_connection_is_silent_for_ever_and_a_new_one_works(proxy: Proxy) -> None:
    with connected(proxy) as old:
        proxy.half_open()
        assert said(old, b"lost", 0.3) is None
        proxy.heal()
        with connected(proxy):
            assert said(old, b"lost too", 0.3) is None


def test_a_cut_ends_connections_and_new_ones_until_the_healing(proxy: Proxy) -> None:
    with connected(proxy) as client:
        proxy.cut()
        assert has_ended(client)
    with socket.create_connection((HOST, proxy.port), 10) as refused:
        assert has_ended(refused)
    proxy.heal()
    connected(proxy).close()


def test_a_slow_connection_says_everything_in_its_order(proxy: Proxy) -> None:
    with connected(proxy) as client:
        proxy.slow(0.05)
        client.sendall(b"a")
        client.sendall(b"b")
        heard = b""
        while len(heard) < 2:
            heard += client.recv(1_000)
    assert heard == b"ab"
