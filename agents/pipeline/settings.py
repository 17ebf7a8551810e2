"""The application's settings: the engine's, and the keys that only the application knows.

The key that ids of customers are hashed with is the same for `recourse policy publish` and for
every worker; that of customers' links for the board and for whoever sends them. They are given in
files that the environment names (mounted secrets); nothing ever shows them.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agents.core.case_links import LinkKeys
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from streams import settings
from streams.errors import ConfigurationError

PRIVACY_KEY = "RECOURSE_PRIVACY_KEY"
PRIVACY_KEY_FILE = "RECOURSE_PRIVACY_KEY_FILE"
WORKERS = "RECOURSE_WORKERS"
"""Where workers answer (host:port, several with spaces): read by `recourse status`."""
BOARD_ADDRESS = "RECOURSE_BOARD_ADDRESS"
"""Where people reach the board: https://HOST, as it stands before customers' links."""
LINK_KEY_FILE = "RECOURSE_LINK_KEY_FILE"
"""The file of the keys that customers' links are signed with, one a line; the first one signs."""
SESSION_KEY_FILE = "RECOURSE_SESSION_KEY_FILE"
"""The file of the keys that the board seals sessions with, one a line; the first one seals."""
OIDC_ISSUER = "RECOURSE_OIDC_ISSUER"
"""Who signs people in to the board, by OpenID Connect: https://..., as it names itself."""
OIDC_CLIENT_ID = "RECOURSE_OIDC_CLIENT_ID"
"""Who the board is there."""
OIDC_CLIENT_SECRET_FILE = "RECOURSE_OIDC_CLIENT_SECRET_FILE"  # noqa: S105 - a setting's name
"""The file of its secret; without it a public client, which PKCE alone proves."""
OIDC_GROUPS_CLAIM = "RECOURSE_OIDC_GROUPS_CLAIM"
"""Which claim of the ID token says somebody's groups; `groups` where it is not set."""
_OWN = (
    PRIVACY_KEY,
    PRIVACY_KEY_FILE,
    WORKERS,
    BOARD_ADDRESS,
    LINK_KEY_FILE,
    SESSION_KEY_FILE,
    OIDC_ISSUER,
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET_FILE,
    OIDC_GROUPS_CLAIM,
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?\Z")
_HERE = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?\Z")
_KEY = re.compile(r"^([0-9a-fA-F]{2}){16,}\Z")
_RIGHT = (
    "must be 32 hexadecimal digits or more, an even number, as `openssl rand -hex 32` makes them"
)


def load(**overrides: Any) -> settings.Settings:  # noqa: ANN401
    """The engine's settings; `overrides` come from the command line.

    Raises:
        ConfigurationError: one sentence.
    """
    return settings.load(also=_OWN, **overrides)


def pseudonyms(environment: Mapping[str, str] = os.environ) -> Pseudonyms:
    """The keys for customers' ids: the first writes, all read; none when the setting is not there.

    Raises:
        ConfigurationError: a key can't be one, or can't be read; one sentence, without the key.
    """
    given, path = environment.get(PRIVACY_KEY), environment.get(PRIVACY_KEY_FILE)
    if given is not None and path is not None:
        raise ConfigurationError(
            f"{PRIVACY_KEY} and {PRIVACY_KEY_FILE} (environment) are both set: set one of them"
        )
    if given is not None:
        keys = _of(given.split(","), f"{PRIVACY_KEY} (environment)", "several with commas")
        return Pseudonyms(keys=keys)
    return PLAIN_IDS if path is None else Pseudonyms(keys=keys_in(Path(path), PRIVACY_KEY_FILE))


def board_address(environment: Mapping[str, str] = os.environ) -> str | None:
    """Where people reach the board, without `/` at its end; None: it is not set.

    Raises:
        ConfigurationError: it can't be one; http is for this machine alone.
    """
    given = environment.get(BOARD_ADDRESS)
    if given is None:
        return None
    address = given.strip().rstrip("/").lower()
    if not _ADDRESS.match(address) or not (address.startswith("https:") or _HERE.match(address)):
        raise ConfigurationError(
            # Without its value: a password may stand in it.
            f"{BOARD_ADDRESS} (environment) is none: must be https://HOST, with a port or not and "
            "without a path (http://localhost on this machine)"
        )
    return address


def link_keys(environment: Mapping[str, str] = os.environ) -> LinkKeys | None:
    """The keys of customers' links; None: the setting is not there.

    Raises:
        ConfigurationError: a key can't be one, or can't be read; one sentence, without the key.
    """
    path = environment.get(LINK_KEY_FILE)
    return None if path is None else LinkKeys(keys=keys_in(Path(path), LINK_KEY_FILE))


def keys_in(path: Path, setting: str) -> tuple[bytes, ...]:
    """The keys of a file that a setting names, one a line.

    Raises:
        ConfigurationError: a key can't be one, or can't be read; one sentence, without the key.
    """
    where = f"{setting} (environment) names {path}"
    return _of(_lines(path, where), where, "one a line")


def _lines(path: Path, where: str) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split("\n")
    except OSError as error:
        raise ConfigurationError(f"{where}, which can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{where}: a key in it {_RIGHT}") from None


def _of(parts: Iterable[str], where: str, several: str) -> tuple[bytes, ...]:
    texts = [part.strip() for part in parts if part.strip()]
    if not texts:
        raise ConfigurationError(f"{where}: no key is in it; it {_RIGHT} ({several})")
    for number, text in enumerate(texts, 1):
        if not _KEY.match(text):
            raise ConfigurationError(
                f"{where}: key {number} has {len(text)} characters and is none: "
                f"it {_RIGHT} ({several})"
            )
    keys = tuple(bytes.fromhex(text) for text in texts)
    if len(set(keys)) < len(keys):
        raise ConfigurationError(f"{where}: a key stands there twice: name each once")
    return keys
