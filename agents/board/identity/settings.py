"""How the board knows people: settings from the environment, keys and secrets from files."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from agents.board.identity.guard import Place
from agents.board.identity.openid.provider import Client
from agents.board.identity.sealed.sealing import Sealer
from agents.core.case_links import LinkKeys
from agents.pipeline.settings import (
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET_FILE,
    OIDC_GROUPS_CLAIM,
    OIDC_ISSUER,
    SESSION_KEY_FILE,
    board_address,
    keys_in,
    link_keys,
)
from streams.errors import ConfigurationError

CALLBACK: Final = "/oidc/back"
_KEY_BYTES: Final = 32
_HERE: Final = ("localhost", "127.0.0.1", "::1")


class Access(Struct, frozen=True, kw_only=True):
    """Where the board is, what it seals with, and who signs people in."""

    place: Place
    sealer: Sealer
    links: LinkKeys | None
    client: Client | None


def access(default_origin: str, environment: Mapping[str, str] = os.environ) -> Access:
    """The settings; `default_origin` (http://localhost:PORT) is where it is without an address.

    Raises:
        ConfigurationError: one can't be used; one sentence, without any secret.
    """
    origin = board_address(environment) or default_origin
    path = environment.get(SESSION_KEY_FILE)
    if path is None:
        # Nobody else knows it: sessions end with the process, and one replica is all there is.
        keys: tuple[bytes, ...] = (secrets.token_bytes(_KEY_BYTES),)
    else:
        keys = keys_in(Path(path), SESSION_KEY_FILE)
    return Access(
        place=Place(origin=_as_browsers_write_it(origin)),
        sealer=Sealer(keys=keys),
        links=link_keys(environment),
        client=_client(origin, environment),
    )


def _as_browsers_write_it(origin: str) -> str:
    for scheme, port in (("https:", ":443"), ("http:", ":80")):
        if origin.startswith(scheme) and origin.endswith(port):
            return origin.removesuffix(port)
    return origin


def _client(origin: str, environment: Mapping[str, str]) -> Client | None:
    issuer, client_id = environment.get(OIDC_ISSUER), environment.get(OIDC_CLIENT_ID)
    path = environment.get(OIDC_CLIENT_SECRET_FILE)
    if issuer is None and client_id is None and path is None:
        return None
    if not issuer or not client_id:
        raise ConfigurationError(
            f"{OIDC_ISSUER} and {OIDC_CLIENT_ID} (environment) go together: set both"
        )
    if not _is_issuer(issuer):
        raise ConfigurationError(
            f"{OIDC_ISSUER} (environment) is none: must be https://..., as the provider names "
            "itself, without a name, password or question in it"
        )
    return Client(
        issuer=issuer,
        client_id=client_id,
        secret=None if path is None else _secret(Path(path)),
        redirect=origin + CALLBACK,
        groups_claim=environment.get(OIDC_GROUPS_CLAIM, "groups"),
    )


def _is_issuer(issuer: str) -> bool:
    parts = urlsplit(issuer)
    here = parts.scheme == "http" and parts.hostname in _HERE
    plain = not (parts.username or parts.query or parts.fragment)
    return bool(parts.hostname) and plain and (parts.scheme == "https" or here)


def _secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        why = f"which can't be read: {error.strerror}"
    except UnicodeDecodeError:
        why = "which is no text in ASCII"
    else:
        if secret:
            return secret
        why = "which is empty"
    raise ConfigurationError(f"{OIDC_CLIENT_SECRET_FILE} (environment) names {path}, {why}")
