"""The application's settings: the engine's, and the key that ids of customers are hashed with.

The key is the same for `recourse policy publish` and for every worker. It is given in the
environment, or in a file that the environment names (a mounted secret); nothing ever shows it.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from streams import settings
from streams.errors import ConfigurationError

PRIVACY_KEY = "RECOURSE_PRIVACY_KEY"
PRIVACY_KEY_FILE = "RECOURSE_PRIVACY_KEY_FILE"
WORKERS = "RECOURSE_WORKERS"
"""Where workers answer (host:port, several with spaces): read by `recourse status`."""
_KEY = re.compile(r"^([0-9a-fA-F]{2}){16,}\Z")
_RIGHT = (
    "must be 32 hexadecimal digits or more, an even number, as `openssl rand -hex 32` makes them"
)


def load(**overrides: Any) -> settings.Settings:  # noqa: ANN401
    """The engine's settings; `overrides` come from the command line.

    Raises:
        ConfigurationError: one sentence.
    """
    return settings.load(also=(PRIVACY_KEY, PRIVACY_KEY_FILE, WORKERS), **overrides)


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
        return _of(given.split(","), f"{PRIVACY_KEY} (environment)", "several with commas")
    if path is not None:
        where = f"{PRIVACY_KEY_FILE} (environment) names {path}"
        return _of(_lines(Path(path), where), where, "one a line")
    return PLAIN_IDS


def _lines(path: Path, where: str) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split("\n")
    except OSError as error:
        raise ConfigurationError(f"{where}, which can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{where}: a key in it {_RIGHT}") from None


def _of(parts: Iterable[str], where: str, several: str) -> Pseudonyms:
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
    return Pseudonyms(keys=keys)
