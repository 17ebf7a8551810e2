"""A free port is free until somebody listens there: nobody else is given it meanwhile."""

import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streams.broker import server
from streams.broker.server import HOST, any_free_port


def lowest_ephemeral() -> int:
    return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


@pytest.fixture
def first_drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is drawn first; after these, any."""
    first, any_of = list[int](), random.randrange
    monkeypatch.setattr(random, "randrange", lambda *ends: first.pop(0) if first else any_of(*ends))
    return first


def test_no_free_port_is_one_that_the_system_gives_to_a_connection() -> None:
    assert all(10_000 <= any_free_port() < lowest_ephemeral() for _ in range(20))


def test_a_port_is_given_once_though_nobody_listens_there_yet(first_drawn: list[int]) -> None:
    given = any_free_port()
    first_drawn += [given, given]

    assert any_free_port() != given
    assert first_drawn == []


def test_a_port_of_another_process_is_given_only_once_that_has_ended(
    first_drawn: list[int],
) -> None:
    asks = "from streams.broker.server import any_free_port; print(any_free_port(), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{asks}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        theirs = int(other.stdout.readline())
        first_drawn += [theirs]
        assert any_free_port() != theirs
        other.communicate("\n")
    first_drawn += [theirs]

    assert any_free_port() == theirs


def test_a_port_where_somebody_listens_is_not_given(first_drawn: list[int]) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        number = taken.getsockname()[1]
        first_drawn += [number]

        assert any_free_port() != number


@pytest.mark.parametrize(
    ("said", "lowest"),
    [
        ("32768\t60999\n", 32_768),
        ("20001\t60999\n", 20_001),
        ("20000\t60999\n", 32_768),
        ("1024\t65535\n", 32_768),
        ("", 32_768),
        (None, 32_768),
    ],
)
def test_where_the_systems_own_ports_leave_no_room_the_usual_ones_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str | None, lowest: int
) -> None:
    file = tmp_path / "range"
    if said is not None:
        file.write_text(said)
    monkeypatch.setattr(server, "_EPHEMERAL_PORTS", file)

    assert server._lowest_ephemeral_port() == lowest
