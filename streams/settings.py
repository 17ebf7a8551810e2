"""The engine's settings: environment variables with the prefix RECOURSE_."""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from streams.access import PREFIX, Access
from streams.compiled import native
from streams.errors import ConfigurationError
from streams.servers import normalised, without_secrets

_FRAMINGS = ("single-object", "confluent")
_ADDRESS = re.compile(r"https?://\S+\Z")


class Settings(Access):
    """How this worker runs. Numbers of the domain live in the policy, not here."""

    bootstrap_servers: str = Field("localhost:9092", min_length=1)
    """Kafka: host:port, several with commas; a protocol before a host must be SECURITY_PROTOCOL."""
    application: str = Field("recourse", pattern=r"^[A-Za-z0-9._-]{1,60}$")
    """Begins the names of groups, transactions and the order topic."""
    worker_number: int = Field(0, ge=0, le=9_999)
    """Stable and different for each worker: a restart ends what its earlier life left open."""
    guarantee: Literal["exactly_once", "at_least_once"] = "exactly_once"
    """at_least_once: without transactions; after a crash an id may come twice, the last counts."""
    commit_interval_ms: int = Field(200, ge=10, le=10_000)
    """The longest time between commits under a backlog; a read-committed consumer waits for it."""
    commit_idle_ms: int = Field(10, ge=0, le=10_000)
    """How soon is committed when nothing else is there to handle."""
    tick_interval_ms: int = Field(5_000, ge=50, le=60_000)
    """How often the ticks are written."""
    session_timeout_ms: int = Field(10_000, ge=1_000, le=300_000)
    """How long a dead worker keeps its partitions; the broker's limits apply too."""
    static_membership: bool = True
    """Whether a restarted worker takes its old place at once (by its number), without a rebalance.

    A worker that goes for good then leaves its partitions waiting for the session time-out."""
    http_host: str = Field("127.0.0.1", min_length=1)
    """Where /metrics and /health listen."""
    http_port: int = Field(0, ge=0, le=65_535)
    """0 takes a free port and logs it."""
    order_log: bool = False
    """Whether each transaction also says in which order its inputs were handled."""
    misplaced: Literal["carry", "dead-letter"] = "carry"
    """What becomes of a record in another partition than murmur2 gives its key: it is carried there
    (its order against the key's other records is lost), or it is a dead letter."""
    buffer_bytes: int = Field(64_000_000, ge=1_000_000, le=10_000_000_000)
    """How much may be fetched and not yet handled, a stage; as much again lies in the client."""
    unit_bytes: int = Field(32_000_000, ge=100_000, le=1_000_000_000)
    """How much output may wait for its commit, a stage: while it does not come, nothing more is
    handled. As much again is on its way, and twice that in the client that sends it."""
    state_dir: str | None = Field(None, min_length=1)
    """Folder for the state of a planned stop, which makes the next start short; without it, none.

    It holds customers' data, readable for the worker's user alone. Workers may share it."""
    spans_path: Path | None = None
    """Where the stages' own spans go, for a collector of traces; without it, nowhere."""
    registry_url: str | None = None
    """A schema registry with Confluent's interface; without it only single-object is read."""
    registry_wait_ms: int = Field(3_000, ge=0, le=30_000)
    """How long a record waits for a registry that does not answer; then it is UNKNOWN_SCHEMA.

    The worker stands still meanwhile: at most half of the session time-out."""
    framing: Literal["single-object", "confluent"] = "single-object"
    """How values are written; confluent needs the registry."""
    framing_by_topic: str | None = None
    """The topics that are written otherwise: TOPIC=FRAMING, several with commas."""
    failed_at_most_percent: int = Field(5, ge=1, le=100)
    """How many of the last 1,000 records may end in FAILED (our own error) before it stops."""
    compiled: Literal["auto", "0", "1"] = "auto"
    """Whether the part in C works: auto where it is built, 0 never, 1 or the start fails."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe line that is logged."""
    log_format: Literal["auto", "json", "console"] = "auto"
    """auto: console on a terminal, JSON lines elsewhere."""

    @field_validator("bootstrap_servers")
    @classmethod
    def _as_both_clients_take_it(cls, value: str, info: ValidationInfo) -> str:
        protocol = info.data.get("security_protocol")
        # A bad protocol is an error of its own, and comes first.
        return value if protocol is None else normalised(value, protocol)

    @field_validator("registry_url")
    @classmethod
    def _holds_no_secret(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.match(value):
            raise ValueError("must be http://HOST or https://HOST, with a port and a path or not")
        if value is not None and ("@" in value or "?" in value):
            raise ValueError(
                "no name, password or question may stand in it: "
                "set RECOURSE_REGISTRY_USERNAME and RECOURSE_REGISTRY_PASSWORD_FILE"
            )
        return value

    @field_validator("framing_by_topic")
    @classmethod
    def _names_framings(cls, value: str | None) -> str | None:
        pairs = _pairs(value)
        for topic, framing in pairs:
            if not topic or framing not in _FRAMINGS:
                shown = f"{topic}={framing}" if framing else topic
                raise ValueError(
                    f"{shown!r} is none: must be TOPIC=single-object or TOPIC=confluent, "
                    "several with commas"
                )
        twice = {topic for topic, _ in pairs if [each for each, _ in pairs].count(topic) > 1}
        if twice:
            raise ValueError(f"{min(twice)} stands there twice: name each topic once")
        return value

    @field_validator("compiled")
    @classmethod
    def _is_built(cls, value: str) -> str:
        if value == "1" and native is None:
            raise ValueError("the part in C is not built: run `make setup` where a C compiler is")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.commit_idle_ms > self.commit_interval_ms:
            raise ValueError("COMMIT_IDLE_MS must be at most COMMIT_INTERVAL_MS")
        if self.framing == "confluent" and self.registry_url is None:
            raise ValueError("FRAMING=confluent needs a registry: set RECOURSE_REGISTRY_URL")
        if "confluent" in framings(self.framing_by_topic).values() and self.registry_url is None:
            raise ValueError(
                "FRAMING_BY_TOPIC names confluent, which needs a registry: "
                "set RECOURSE_REGISTRY_URL"
            )
        waits = self.registry_wait_ms if self.registry_url else 0
        if waits > self.session_timeout_ms // 2:
            raise ValueError("REGISTRY_WAIT_MS must be at most half of SESSION_TIMEOUT_MS")
        return self


def framings(by_topic: str | None) -> dict[str, str]:
    """What `Settings.framing_by_topic` says: the framing of each topic that it names."""
    return dict(_pairs(by_topic))


def _pairs(value: str | None) -> list[tuple[str, str]]:
    """`TOPIC=FRAMING`, several with commas; a framing is empty where none is given."""
    parts = [part.partition("=") for part in (value or "").split(",") if part.strip()]
    return [(topic.strip(), framing.strip()) for topic, _, framing in parts]


LIMITS = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}


def load(also: Iterable[str] = (), **overrides: Any) -> Settings:  # noqa: ANN401
    """Reads the settings; `overrides` come from the command line and win.

    Args:
        also: names of other RECOURSE_ variables that somebody else reads.
        overrides: values by field name; None counts as not given.

    Raises:
        ConfigurationError: one sentence with setting, where from, value, and what is right.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    _refuse_unknown(os.environ, also)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigurationError(_sentence(error, given)) from None


def _refuse_unknown(environment: Mapping[str, str], also: Iterable[str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | set(also)
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise ConfigurationError(
                # Without its value: it may be a key under a misspelt name.
                f"{name} (environment): no such setting; {meant}"
            )


def _sentence(error: ValidationError, given: Mapping[str, object]) -> str:
    problem = error.errors()[0]
    if not problem["loc"]:
        return PREFIX + problem["msg"].removeprefix("Value error, ")
    name = str(problem["loc"][0])
    where = "command line" if name in given else "environment"
    text = problem["msg"].removeprefix("Value error, ")
    for metadata in Settings.model_fields[name].metadata if name in Settings.model_fields else ():
        if hasattr(metadata, "ge"):
            low = metadata.ge
        if hasattr(metadata, "le"):
            text = f"must be a whole number from {low} to {metadata.le}"
    return f"{PREFIX}{name.upper()} ({where}) is {_shown(problem['input'])!r}: {text}"


def _shown(value: object) -> object:
    return without_secrets(value) if isinstance(value, str) else value
