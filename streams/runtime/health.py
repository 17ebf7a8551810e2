"""The worker's HTTP: /metrics, /health/live, /health/ready. In a thread, to see a dead loop."""

import contextlib
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.printable import printable_lines

log = structlog.get_logger()

Check = Callable[[], str | None]
"""None if all is well, else a sentence."""


READ_SECONDS = 5.0
"""How long a client may say nothing in the middle of its request."""
CONNECTIONS = 32
"""How many are answered at once; one more ends the oldest, so that a probe always gets its turn."""


class _Server(ThreadingHTTPServer):
    """A thread a connection, and so many at most."""

    daemon_threads = True
    request_queue_size = CONNECTIONS

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: OrderedDict[int, socket.socket] = OrderedDict()
        self._turn = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        with self._turn:
            self._open[id(request)] = request
            oldest = next(iter(self._open.values())) if len(self._open) > CONNECTIONS else None
            if oldest is not None:
                del self._open[id(oldest)]
                with contextlib.suppress(OSError):  # it has ended by itself meanwhile
                    oldest.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and closes it
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        with self._turn:
            self._open.pop(id(request), None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002
        """A client that went away, or said nothing for too long, is no news."""
        error = sys.exception()
        if not isinstance(error, OSError):
            log.error("http_failed", error=repr(error))


class HealthServer:
    """Answers on its own thread."""

    def __init__(self, host: str, port: int, live: Check, ready: Check) -> None:
        checks = {"/health/live": live, "/health/ready": ready}

        class Handler(BaseHTTPRequestHandler):
            timeout = READ_SECONDS

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path == "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
                elif path in checks:
                    problem = checks[path]()
                    text = printable_lines(problem or "ok") + "\n"
                    self._answer(503 if problem else 200, "text/plain", text.encode())
                else:
                    self._answer(404, "text/plain", b"/metrics /health/live /health/ready\n")

            def _answer(self, status: int, content_type: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: a probe every second is no news."""

        self._server = _Server((host, port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="recourse-http", daemon=True
        )

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()
        log.info("http_listening", port=self.port)

    def stop(self) -> None:
        """Ends."""
        self._server.shutdown()
        self._server.server_close()
