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
from streams.serialisation.asking import Questions, Remembered
from streams.serialisation.codec import NoSuchSchema
from streams.serialisation.referenced import Piece, Reference, Unresolvable, whole
from streams.serialisation.words import short

R = TypeVar("R")
log = structlog.get_logger()

READ_BY_ALL_LATER = "BACKWARD_TRANSITIVE"
"""What a subject takes whose records we write: each later schema reads every earlier one's."""
READ_BY_ALL = "FULL_TRANSITIVE"
"""What a subject takes whose records others write: any schema of it reads any other's."""
ANSWER_SECONDS = 2.0
AGAIN_SECONDS = 0.25
NOT_FOUND_FOR_SECONDS = 2.0
"""How long what the registry lacks is not asked for again: it may be registered any time."""
_MOST_ABSENT = 1_000
_MOST_SCHEMAS = 100
"""How many the client keeps, for a question that goes on where it was given up."""
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
        self.wait_seconds = wait_seconds
        known_as = access()
        self._user = known_as.registry_username or "anybody without a name"
        try:
            self.client = SchemaRegistryClient(
                {
                    "url": url,
                    "timeout": ANSWER_SECONDS,
                    "max.retries": 0,
                    "cache.capacity": _MOST_SCHEMAS,
                }
                | known_as.for_registry()
            )
        except OSError as error:  # of TLS too
            raise ConfigurationError(
                f"RECOURSE_REGISTRY_CA_FILE (environment) is {str(known_as.registry_ca_file)!r}: "
                "must be certificates in PEM"
            ) from error
        self._absent = Remembered[str](_MOST_ABSENT, NOT_FOUND_FOR_SECONDS)
        self._questions = Questions()
        self._away_until = 0.0

    def look_in(self) -> None:
        """Asks once whether we are let in; one that is away may come back, so it is no error.

        Raises:
            ConfigurationError: it refuses us, or can't prove who it is.
        """
        try:
            self.client.get_compatibility()
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
        """The schema with an id, with all that it refers to within it.

        Raises:
            NoSuchSchema: the registry lacks it or what it refers to, has not answered for too long,
                or too many others were asked for before it.
        """
        now = time.monotonic()
        why = self._absent.get(schema_id, now)
        if why is not None:
            raise NoSuchSchema(why)
        if not self._questions.may_ask(schema_id, now):
            raise NoSuchSchema(_TOO_MANY)
        answered = False
        try:
            found = _Question(self, schema_id, now if now < self._away_until else None).answer()
            answered = True
        except Unresolvable as error:
            self.client.clear_caches()  # type: ignore[no-untyped-call]  # what is too long is there
            self._absent.put(schema_id, str(error), time.monotonic())
            raise NoSuchSchema(str(error)) from error
        except _Away as error:
            self._away_until = time.monotonic() + self.wait_seconds
            raise NoSuchSchema(str(error)) from error
        finally:
            self._questions.asked(schema_id, now, time.monotonic(), answered=answered)
        return found

    def register(self, subject: str, schema: Mapping[str, Any], compatibility: str) -> int:
        """The id of a schema under a subject, registered if it is new, with its compatibility set.

        Waits for a registry that does not answer, and says so.

        Raises:
            ConfigurationError: the registry refuses it: it is not compatible with what is there.
        """
        client = self.client
        try:
            number = _patiently(
                subject,
                lambda: client.register_schema(subject, Schema(json.dumps(schema), "AVRO")),
            )
            _patiently(subject, lambda: client.set_compatibility(subject, compatibility))
        except SchemaRegistryError as error:
            raise ConfigurationError(
                f"the registry {self.url} refuses the schema of {subject}: {error.error_message}"
            ) from error
        return number


_TOO_MANY = (
    "too many ids that the registry lacks were asked for before it, one a second is: where it is "
    "registered, send the record again (recourse dead-letters redrive)"
)


class _Away(Exception):  # noqa: N818 - it says what is the case
    """The registry has not answered for too long."""


class _Question:
    """All that is asked for one schema: it, and what it refers to.

    `end`: until when the registry may be silent; None: as long as is waited for one. What it has
    answered once its client keeps, so that who asks again goes on where this one was given up.
    """

    def __init__(self, registry: Registry, schema_id: int, end: float | None) -> None:
        self._registry = registry
        self._id = schema_id
        self._silent_seconds = registry.wait_seconds
        self._all_seconds = max(registry.wait_seconds, ANSWER_SECONDS)
        now = time.monotonic()
        self._all_until = now + self._all_seconds
        self._silent_until = now + self._silent_seconds if end is None else end

    def answer(self) -> Mapping[str, Any]:
        client = self._registry.client
        try:
            found = self._asked(lambda: client.get_schema(self._id))
        except SchemaRegistryError as error:
            raise Unresolvable("the registry has none") from error
        schema: Mapping[str, Any] = whole(_piece(found), self._referred)
        return schema

    def _referred(self, reference: Reference) -> Piece:
        client, (name, subject, version) = self._registry.client, reference
        try:
            found = self._asked(lambda: client.get_version(subject, version))
        except SchemaRegistryError as error:
            raise Unresolvable(
                f"it refers to {short(name)}, and the registry has no version {version} of "
                f"{short(subject)}"
            ) from error
        if time.monotonic() > self._all_until:
            raise _Away(
                f"it refers to {short(name)}, and the registry has not answered for all of it "
                f"within {self._all_seconds:g} s"
            )
        return _piece(found.schema)

    def _asked(self, call: Callable[[], R]) -> R:
        while True:
            try:
                found = _answer(call)
            except ConnectionError as error:
                if time.monotonic() + AGAIN_SECONDS > self._silent_until:
                    silent = f"the registry has not answered for {self._silent_seconds:g} s"
                    raise _Away(silent) from error
                log.warning("waiting_for_registry", doing="ask for a schema", schema_id=self._id)
                time.sleep(AGAIN_SECONDS)
            else:
                self._silent_until = self._all_until
                return found


def _piece(schema: Schema) -> Piece:
    """A schema of the client's as text, with what it refers to where it is Avro."""
    references = schema.references if schema.schema_type in ("AVRO", None) else None
    try:
        named = [
            Reference(str(each.name), str(each.subject), int(each.version or 0))
            for each in references or ()
        ]
    except (TypeError, ValueError, AttributeError) as error:
        raise Unresolvable("its references are not as a registry gives them") from error
    return Piece(schema.schema_str or "", tuple(named))


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
