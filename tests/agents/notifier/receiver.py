"""A service on this machine that takes notices: what it got, and what it answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """One request."""

    path: str
    notice_id: str | None
    body: dict[str, Any]


class Receiver:
    """Answers 200, or what `answers` has for the next requests."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[int] = []
        self.port = 0

    def take(self, request: Got) -> int:
        self.got.append(request)
        return self.answers.pop(0) if self.answers else 200


@contextmanager
def receiving(given: Receiver | None = None) -> Iterator[Receiver]:
    receiver = given or Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got = Got(self.path, self.headers.get("Recourse-Notice-Id"), body)
            self.send_response(receiver.take(got))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
