"""What lies around every page, asked as a server asks it: odd requests, bodies that never come."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from agents.board.identity import guard
from agents.board.identity.guard import Guard, Place

PLACE = Place(origin="http://localhost:8090")


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the whole body before it answers."""
    del scope
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


def status_of(receive: Any, path: str = "/my-case/say", **scope: Any) -> int:
    """What a request is answered."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    whole = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"localhost:8090")], "client": ("10.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(Guard(reads_all, PLACE, lambda: 0)(whole | scope, receive, send))
    return int(sent[0]["status"])


async def at_once() -> Message:
    return {"type": "http.request", "body": b"x", "more_body": False}


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("never")


def test_a_browser_says_its_own_origin_with_a_form_and_is_let_in() -> None:
    """Under `no-referrer` it would say `null`, which is as good as another site's."""

    def with_origin(origin: bytes) -> int:
        headers = [(b"host", b"localhost:8090"), (b"origin", origin)]
        return status_of(at_once, headers=headers)

    assert guard.HEADERS["Referrer-Policy"] == "same-origin"
    assert with_origin(b"http://localhost:8090") == 200
    assert (with_origin(b"null"), with_origin(b"http://example.com")) == (403, 403)


def test_a_body_that_does_not_come_ends_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.01)

    assert status_of(never) == 408
    assert status_of(at_once) == 200


def test_a_body_that_comes_drop_by_drop_ends_with_its_time_and_not_with_its_drops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)

    async def drop() -> Message:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"x", "more_body": True}

    assert status_of(drop) == 408


def test_a_body_without_an_end_ends_at_its_limit() -> None:
    async def much() -> Message:
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    assert status_of(much) == 413


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        ([b"localhost:8090"], 200),
        ([b"LOCALHOST:8090"], 200),
        ([], 421),
        ([b"localhost"], 421),
        ([b"localhost:8090", b"evil.example.com"], 421),
        ([b"localhost:8090, evil.example.com"], 421),
    ],
)
def test_a_request_names_our_host_once(hosts: list[bytes], status: int) -> None:
    assert status_of(at_once, headers=[(b"host", each) for each in hosts]) == status


@pytest.mark.parametrize("length", [b"-1", b"65537", b"1e3", b"0x10", b"\xef\xbc\x91", b""])
def test_a_length_that_is_none_or_too_much_is_refused(length: bytes) -> None:
    headers = [(b"host", b"localhost:8090"), (b"content-length", length)]

    assert status_of(never, headers=headers) == 413


def test_the_addresses_of_one_network_are_one_who_asks() -> None:
    assert guard.client_of({"client": ("2001:db8:1:2:3::4", 1)}) == "2001:db8:1:2"
    assert guard.client_of({"client": ("10.0.0.1", 1)}) == "10.0.0.1"
    assert guard.client_of({"client": None}) == ""


def test_a_web_socket_is_not_answered() -> None:
    asyncio.run(Guard(reads_all, PLACE, lambda: 0)({"type": "websocket"}, never, _nothing))


async def _nothing(message: Message) -> None:
    raise AssertionError(message)
