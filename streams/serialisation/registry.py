"""A schema registry with Confluent's interface: schemas by id, and subjects registered.

What is known stays known, so a registry that is away stops only what is new. Something new waits a
limited time; then it can't be had, until the registry answers again.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from streams.access import access
from streams.errors import ConfigurationError
from streams.serialisation.codec import NoSuchSchema

R = TypeVar("R")
log = structlog.get_logger()

COMPATIBILITY = "BACKWARD_TRANSITIVE"
ANSWER_SECONDS = 2.0
AGAIN_SECONDS = 0.25
NOT_FOUND_FOR_SECONDS = 10.0
"""How long an id that the registry lacks is not asked for again: it may be registered later."""
_SERVER_ERROR = 500
_NOT_LET_IN = (401, 403)
_UNVERIFIED = "CERTIFICATE_VERIFY_FAILED"


class Registry:
    """One registry.

    `wait_seconds`: how long a schema is waited for while the registry does not answer. Who comes
    within the same time after it has waited with the first, and is not made to wait again.
    """

    def __init__(self, url: str, wait_seconds: float) -> None:
        self.url = url
        self._wait_seconds = wait_seconds
        known_as = access()
        self._user = known_as.registry_username or "anybody without a name"
        self._client = SchemaRegistryClient(
            {"url": url, "timeout": ANSWER_SECONDS, "max.retries": 0} | known_as.for_registry()
        )
        self._absent: dict[int, float] = {}
        self._away_until = 0.0

    def look_in(self) -> None:
        """Asks once whether we are let in; one that is away may come back, so it is no error.

        Raises:
            ConfigurationError: it refuses us, or can't prove who it is.
        """
        try:
            self._client.get_compatibility()
        except SchemaRegistryError as error:
            if error.http_status_code in _NOT_LET_IN:
                raise ConfigurationError(
                    f"the registry {self.url} does not let {self._user} in "
                    f"({error.http_status_code}): "
                    "RECOURSE_REGISTRY_USERNAME and RECOURSE_REGISTRY_PASSWORD_FILE must be those "
                    "of a user who may read schemas"
                ) from error
        except Exception as error:
            if _UNVERIFIED in repr(error):
                raise ConfigurationError(
                    f"the certificate of the registry {self.url} can't be verified: "
                    "RECOURSE_REGISTRY_CA_FILE must be the authority that signed it"
                ) from error

    def schema_of(self, schema_id: int) -> Mapping[str, Any]:
        """The schema with an id.

        Raises:
            NoSuchSchema: the registry has none, or has not answered for too long.
        """
        now = time.monotonic()
        if now < self._absent.get(schema_id, 0.0):
            raise NoSuchSchema("the registry has none")
        end = now if now < self._away_until else now + self._wait_seconds
        while True:
            try:
                found = _answer(lambda: self._client.get_schema(schema_id))
            except SchemaRegistryError as error:
                self._absent[schema_id] = now + NOT_FOUND_FOR_SECONDS
                raise NoSuchSchema("the registry has none") from error
            except ConnectionError as error:
                if time.monotonic() + AGAIN_SECONDS > end:
                    self._away_until = time.monotonic() + self._wait_seconds
                    raise NoSuchSchema(
                        f"the registry has not answered for {self._wait_seconds:g} s"
                    ) from error
                log.warning("waiting_for_registry", doing="ask for a schema", schema_id=schema_id)
                time.sleep(AGAIN_SECONDS)
            else:
                schema: Mapping[str, Any] = _as_json(found.schema_str)
                return schema

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """The id of a schema under a subject, registered if it is new, with its compatibility set.

        Waits for a registry that does not answer, and says so.

        Raises:
            ConfigurationError: the registry refuses it: it is not compatible with what is there.
        """
        client = self._client
        try:
            number = _patiently(
                subject,
                lambda: client.register_schema(subject, Schema(json.dumps(schema), "AVRO")),
            )
            _patiently(subject, lambda: client.set_compatibility(subject, COMPATIBILITY))
        except SchemaRegistryError as error:
            raise ConfigurationError(
                f"the registry {self.url} refuses the schema of {subject}: {error.error_message}"
            ) from error
        return number


def _as_json(text: str | None) -> Any:  # noqa: ANN401 - a schema, if it is one
    """What a registry keeps under an id, which may be of another kind than Avro.

    Raises:
        NoSuchSchema: it is no JSON, so no Avro.
    """
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise NoSuchSchema("what the registry has is no JSON, so no Avro") from error


def _patiently(subject: str, call: Callable[[], R]) -> R:
    while True:
        try:
            return _answer(call)
        except ConnectionError as error:
            log.warning("waiting_for_registry", doing=f"register {subject}", error=str(error))
            time.sleep(1.0)


def _answer(call: Callable[[], R]) -> R:
    """What the registry answers.

    Raises:
        SchemaRegistryError: it answers that it can't.
        ConnectionError: it does not answer, or is not itself.
    """
    try:
        return call()
    except SchemaRegistryError as error:
        if error.http_status_code >= _SERVER_ERROR:
            raise ConnectionError(str(error)) from error
        raise
    except Exception as error:  # the client's HTTP library has a dozen ways to say "away"
        raise ConnectionError(repr(error)) from error
