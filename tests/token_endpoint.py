"""A token endpoint as OAuth 2.0 has it: Authlib's own, for clients that a test names.

It signs JWTs (RFC 9068) by joserfc, and shows the key with which a broker verifies them.
"""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://identity.example"
AUDIENCE = "kafka"
_KEY, FOREIGN_KEY = (
    RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}) for _ in range(2)
)


class _Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    def __init__(self, name: str, secret: str) -> None:
        self.client_id, self._secret = name, secret

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self._secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_secret_basic", "token")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str) -> str:
        return scope


class _Server(AuthorizationServer):  # type: ignore[misc]  # the same
    def __init__(self, endpoint: "TokenEndpoint") -> None:
        super().__init__(scopes_supported=["kafka"])
        self._endpoint = endpoint
        self.register_token_generator("default", self._signed)
        self.register_grant(ClientCredentialsGrant)

    def query_client(self, client_id: str) -> _Client | None:
        secret = self._endpoint.clients.get(client_id)
        return None if secret is None else _Client(client_id, secret)

    def save_token(self, token: object, request: object) -> None:
        del request
        self._endpoint.given.append(token)

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:
        return status, body, headers

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        del name, args, kwargs

    def _signed(self, *, client: _Client, **_: object) -> dict[str, object]:
        now, lasts = int(time.time()), self._endpoint.lasts
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": client.client_id,
            "iat": now, "exp": now + lasts, "jti": f"{now}-{len(self._endpoint.given)}",
        }  # fmt: skip
        value = jwt.encode(
            {"alg": "RS256", "kid": "one", "typ": "at+jwt"}, claims, self._endpoint.key
        )
        return {"access_token": value, "token_type": "Bearer", "expires_in": lasts}


class TokenEndpoint:
    """Listens on a port of this machine until it is closed.

    `clients` are the secrets by client id; `lasts` the seconds of a token from now on; `key` what
    it signs with; `status` something else than an answer; all may be changed while it runs.
    """

    def __init__(self, clients: Mapping[str, str], certificate: Path | None = None) -> None:
        self.clients, self.lasts, self.key = dict(clients), 300, _KEY
        self.status: int | None = None
        self.given: list[object] = []
        self.asked = 0
        self._server = _Server(self)
        self._listening = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._listening.socket = context.wrap_socket(self._listening.socket, server_side=True)
            scheme = "https"
        self.address = f"{scheme}://127.0.0.1:{self._listening.server_port}"
        self.url = f"{self.address}/token"
        self._thread = threading.Thread(target=self._listening.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join()

    def answer(self, form: str, headers: Mapping[str, str]) -> tuple[int, Any, Any]:
        """What Authlib says to a request."""
        request = SimpleNamespace(
            method="POST", uri=self.url, headers=headers, client=None, user=None, scope=None,
            auth_method=None, payload=BasicOAuth2Payload(dict(parse_qsl(form))),
            form=dict(parse_qsl(form)),
        )  # fmt: skip
        return self._server.create_token_response(request)  # type: ignore[no-any-return]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """The key with which its tokens are verified."""
                self._say(200, {"keys": [_KEY.as_dict(private=False)]}, ())

            def do_POST(self) -> None:
                endpoint.asked += 1
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if endpoint.status is not None:
                    self._say(endpoint.status, {}, [("Location", f"{endpoint.address}/elsewhere")])
                else:
                    self._say(*endpoint.answer(form, dict(self.headers)))

            def _say(self, status: int, body: object, headers: Any) -> None:
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                """Nothing: a test's output is its own."""

        return Handler
