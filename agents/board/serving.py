"""The board's own HTTP server."""

import socket

import structlog
import uvicorn
from starlette.applications import Starlette

from streams.errors import ConfigurationError

log = structlog.get_logger()

_STOP_SECONDS = 2
"""How long a stream that is told of changes may go on once the board is told to stop."""
_CONNECTIONS = 2_000
_KEEP_ALIVE_SECONDS = 5
_HEADERS_BYTES = 16_384


def serve(application: Starlette, host: str, port: int) -> None:
    """Answers until SIGTERM or SIGINT; 0 takes a free port. The log says where it listens.

    It writes no line for each request: an address may hold the id of a case.

    Raises:
        ConfigurationError: nobody can listen there.
    """
    try:
        listening = socket.create_server((host, port), backlog=512)
    except OSError as error:
        raise ConfigurationError(
            f"RECOURSE_HTTP_PORT is {port}: {host} can't be listened on: {error.strerror}"
        ) from None
    with listening:
        log.info("http_listening", host=host, port=listening.getsockname()[1])
        config = uvicorn.Config(
            application,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            h11_max_incomplete_event_size=_HEADERS_BYTES,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[listening])
