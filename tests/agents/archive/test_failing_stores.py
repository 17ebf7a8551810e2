"""A full disk, and an object store that fails or does not answer: nothing is lost or doubled."""

import errno
import http.client
import os
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from agents.operations.archive.manifest import NotReadable, manifest_at
from agents.operations.archive.stores import FolderStore, Store, StoreFailed, TakenOver, store_at
from agents.operations.archive.writer import READ_WITHIN_MS, Archive
from tests.agents.archive.kit import CUSTOMER, NOW, kept, take
from tests.agents.archive.test_steps import PARTS, some

LIVES = 60


def lived(opened: Callable[[], Store], forgets: str | None = None) -> tuple[Archive, int]:
    """Lives until one has done all; how many ended with the store."""
    for failed in range(LIVES):
        store = opened()
        try:
            archive = Archive.taken_over(store, f"life-{failed}")
            every = some()
            for part in range(PARTS):
                take(archive, every[: (part + 1) * len(every) // PARTS])
            while archive.compact("2026-03-03", NOW):
                pass
            if forgets is not None:
                archive.forgotten.ask(forgets, NOW)
                archive.forget({}, {"privacy.erasures": {0: 1}}, NOW)
            archive.tidy(NOW + READ_WITHIN_MS)
        except (StoreFailed, TakenOver):
            store.close()
        else:
            return archive, failed
    pytest.fail("no life came to its end")


class Proxy(BaseHTTPRequestHandler):
    """Hands requests on to the store; of each seven it refuses one, and one gets no answer."""

    protocol_version = "HTTP/1.1"
    behind = ("127.0.0.1", 0)
    count = 0
    turn = threading.Lock()

    def _handed_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with Proxy.turn:
            Proxy.count += 1
            number = Proxy.count % 7
        if number == 3:
            self._answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
            return
        connection = http.client.HTTPConnection(*Proxy.behind)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content, headers = answer.read(), dict(answer.getheaders())
        connection.close()
        if number == 5:  # it was done, and nobody hears of it
            self.close_connection = True
            return
        self._answer(answer.status, headers, content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handed_on  # noqa: N815

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def failing_bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of moto's behind the proxy; its place."""
    behind = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    behind.start()
    Proxy.behind, Proxy.count = behind.get_host_and_port(), 0
    host, port = Proxy.behind
    made = urllib.request.Request(f"http://{host}:{port}/past", method="PUT")
    urllib.request.urlopen(made).close()
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    serving = threading.Thread(target=proxy.serve_forever)
    serving.start()
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{proxy.server_address[1]}")
    for name, value in (
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "any"),
        ("AWS_SECRET_ACCESS_KEY", "any"),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    try:
        yield "s3://past/recourse"
    finally:
        proxy.shutdown()
        proxy.server_close()
        serving.join()
        behind.stop()


def test_a_store_that_fails_and_loses_answers_has_everything_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with failing_bucket(monkeypatch) as place:
        archive, _ = lived(lambda: store_at(place), forgets=CUSTOMER)

        assert kept(archive) == [
            each for each in sorted(some()) if CUSTOMER.encode() not in (each.value or b"")
        ]
        store = store_at(place)
        assert {each.path for each in manifest_at(store, place).files} == set(store.paths())
        assert Proxy.count > 50


def test_a_full_disk_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each life but the last meets a file that does not fit, the manifest among them."""
    written, really = [0], os.fsync

    def full(descriptor: int) -> None:
        written[0] += 1
        if written[0] % 41 == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(descriptor)

    monkeypatch.setattr("agents.operations.archive.stores.os.fsync", full)

    archive, failed = lived(lambda: FolderStore(tmp_path / "archive"))

    assert failed > 0
    assert kept(archive) == sorted(some())
    files = {each.relative_to(tmp_path / "archive") for each in tmp_path.rglob("*.parquet*")}
    assert {str(each) for each in files} == {each.path for each in archive.manifest.files}
    archive.close()


@pytest.mark.parametrize("place", ["nowhere://bucket/prefix", "s3:"])
def test_a_place_that_is_none_is_said(place: str) -> None:
    with pytest.raises((StoreFailed, NotReadable), match=place):
        manifest_at(store_at(place), place)
