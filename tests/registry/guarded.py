"""A small proxy before the registry, as a team would put one: TLS, and a password to be let in."""

import base64
import ssl
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from streams.broker.certificates import certificates
from streams.broker.server import HOST

USER, PASSWORD = "recourse", "canary-registry-72ab"


class GuardedRegistry:
    """Listens with TLS, lets one user in, and passes on what they ask."""

    def __init__(self, registry_url: str, folder: Path) -> None:
        at, _, interface = registry_url.removeprefix("http://").partition("/")
        authority, own = certificates(HOST)
        self.ca_file, key_file = folder / "ca.pem", folder / "own.pem"
        self.password_file = folder / "password"
        self.ca_file.write_bytes(authority)
        key_file.write_bytes(own)
        self.password_file.write_text(PASSWORD + "\n")
        self.asked: list[tuple[str, int]] = []
        self._server = ThreadingHTTPServer((HOST, 0), _handler(f"http://{at}", self.asked))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(key_file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://{HOST}:{self._server.server_address[1]}/{interface}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def settings(self, **other: str) -> dict[str, str]:
        """What a worker must be told of it, as settings without their prefix."""
        return {
            "REGISTRY_URL": self.url,
            "REGISTRY_USERNAME": USER,
            "REGISTRY_PASSWORD_FILE": str(self.password_file),
            "REGISTRY_CA_FILE": str(self.ca_file),
        } | other

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(registry: str, asked: list[tuple[str, int]]) -> type[BaseHTTPRequestHandler]:
    right = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length) if length else None
            if self.headers.get("Authorization") != right:
                code, answer = 401, b'{"error_code": 40101, "message": "Unauthorized"}'
            else:
                code, answer = self._asked_of(body)
            asked.append((f"{self.command} {self.path}", code))
            self.send_response(code)
            self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _asked_of(self, body: bytes | None) -> tuple[int, bytes]:
            request = urllib.request.Request(
                registry + self.path,
                body,
                {"Content-Type": "application/json"},
                method=self.command,
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()

        do_GET = do_POST = do_PUT = _pass_on  # noqa: N815 - the server's names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
            """Says nothing."""

    return Handler
