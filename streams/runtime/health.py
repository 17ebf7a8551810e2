"""The worker's HTTP: /metrics, /health/live, /health/ready. In a thread, to see a dead loop."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.printable import printable_lines

log = structlog.get_logger()

Check = Callable[[], str | None]
"""None if all is well, else a sentence."""


class HealthServer:
    """Answers on its own thread."""

    def __init__(self, host: str, port: int, live: Check, ready: Check) -> None:
        checks = {"/health/live": live, "/health/ready": ready}

        class Handler(BaseHTTPRequestHandler):
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

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
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
