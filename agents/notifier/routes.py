"""The configuration of `recourse notify`: where notices go, by addressee and channel.

A YAML or JSON file. `ways` are gone through in their order, and the first that fits an addressee's
kind, channel and id counts. `to` are addresses as Apprise has them (https://appriseit.com), or
`folder:PATH` and `console:`, of which the first that takes a notice counts; what stands in braces
is filled in, `{secret.NAME}` from `secrets`.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import quote

import pydantic
from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.notifier.plan import Limits
from agents.notifier.sinks import is_known
from agents.reference_data.files import Document, UnusableFile
from agents.reference_data.problems import field_problem, keys_of, sentences
from schemas.records import Channel, Notice
from streams.errors import ConfigurationError

# What may stand in braces in an address: fields of the notice, and parameters for its sender.
FIELDS: Final = frozenset(
    {
        "addressee_id",
        "escalation_id",
        "language",
        "message",
        "notice_id",
        "region_id",
        "to_app",
        "to_email",
        "to_phone",
    }
)
_SECRET: Final = "secret."  # noqa: S105 - how the name of one begins
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


class Part(BaseModel):
    """A part of the configuration: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Secret(Part):
    """Where a secret is: in a variable of the environment, or in a file (a mounted secret)."""

    environment: Annotated[str, Field(min_length=1)] | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.environment is None) == (self.file is None):
            raise ValueError("must have either `environment` or `file`")
        return self


class Way(Part):
    """Where notices go that are for such an addressee by such a channel; `id` is for one alone."""

    addressee: Literal["CUSTOMER", "MANAGER", "SITE"]
    channel: Literal["APP", "SMS", "EMAIL", "PHONE"]
    id: str | None = None
    to: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_places(self) -> Self:
        for address in self.to:
            for name in _PLACE.findall(address):
                if name not in FIELDS and not name.startswith(_SECRET):
                    known = ", ".join(sorted(FIELDS))
                    right = f"has {{{name}}}: what may stand in braces is {known} or secret.NAME"
                    raise field_problem("to", right)
        return self


class Routes(Part):
    """The configuration. Times are in seconds."""

    attempts: Annotated[int, Field(ge=1, le=100)] = 5
    """How often a channel is tried before the next one."""
    first_wait_seconds: Annotated[float, Field(gt=0, le=3_600)] = 2
    """How long is waited after the first failure; doubled after each other."""
    longest_wait_seconds: Annotated[float, Field(gt=0, le=86_400)] = 300
    timeout_seconds: Annotated[float, Field(ge=1, le=120)] = 20
    """How long a service may take to answer."""
    at_once: Annotated[int, Field(ge=1, le=100)] = 8
    """How many notices are sent at the same time."""
    in_hand_at_most: Annotated[int, Field(ge=100, le=1_000_000)] = 50_000
    """How many notices wait in memory; then no more are read until some are done."""
    secrets: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")], Secret] = {}
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]

    @property
    def limits(self) -> Limits:
        """How often and how long, for `plan`."""
        return Limits(
            attempts=self.attempts,
            first_wait=round(self.first_wait_seconds * 1000),
            longest_wait=round(self.longest_wait_seconds * 1000),
        )

    def way_of(self, notice: Notice, channel: Channel) -> Way | None:
        """The first way that fits."""
        addressee = notice.addressee
        for way in self.ways:
            fits = way.addressee == addressee.kind and way.channel == channel
            if fits and way.id in (None, addressee.id):
                return way
        return None


def ways_in(document: Document) -> Routes:
    """The configuration that a file holds.

    Raises:
        UnusableFile: one sentence a problem.
    """
    try:
        ways = Routes.model_validate(document.data)
    except pydantic.ValidationError as error:
        problems = sentences(document, error, (), lambda place: keys_of(Routes, place))
        raise UnusableFile(problems) from None
    missing = [
        f"{document.name}: {{{_SECRET}{name}}} is used, but `secrets` has no {name}"
        for name in sorted(set(_secrets_used(ways)) - ways.secrets.keys())
    ]
    if missing:
        raise UnusableFile(missing)
    return ways


def secrets_of(ways: Routes, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The secrets by their names; read once, at the start.

    Raises:
        ConfigurationError: one is not there; one sentence, without any secret.
    """
    return {name: _secret(name, each, environment) for name, each in ways.secrets.items()}


def checked(ways: Routes, secrets: Mapping[str, str], name: str) -> None:
    """Each address is one that something sends to.

    Raises:
        UnusableFile: one sentence a problem, with the address's place and no more of it than how it
            begins: a password may stand in it.
    """
    known = {**dict.fromkeys(FIELDS, "1"), **{_SECRET + each: secrets[each] for each in secrets}}
    problems = [
        f"{name}: ways[{place}].to[{number}] ({_kind(address)}...) must be an address of Apprise, "
        "folder:PATH or console:"
        for place, way in enumerate(ways.ways)
        for number, address in enumerate(way.to)
        if not is_known(_PLACE.sub(lambda found: quote(known[found[1]], safe=""), address))
    ]
    if problems:
        raise UnusableFile(problems)


class NoAddress(Exception):  # noqa: N818 - it says what is missing
    """An address needs what the notice does not have: trying again can't help."""


def filled(address: str, notice: Notice, secrets: Mapping[str, str]) -> str:
    """An address for one notice, each value quoted as URLs need it.

    Raises:
        NoAddress: the notice lacks what stands in the braces, or it is a dot or two, so that the
            address would be another one.
    """
    known = dict(_values(notice)) | {_SECRET + name: value for name, value in secrets.items()}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in known:
            raise NoAddress(f"the notice has no {name}")
        return quote(known[name], safe="")

    there = _PLACE.sub(value, address)
    if _dots(there) > _dots(address):
        raise NoAddress("what is filled into the address is a dot or two: it would leave the path")
    return there


def _dots(address: str) -> int:
    """How many parts of an address's path are `.` or `..`: by each of them it is another path."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return sum(each in (".", "..") for each in re.split(r"[/:]", path))


def _kind(address: str) -> str:
    """How an address begins, up to where a name or a password may stand."""
    return address[: address.index(":") + 1] if ":" in address else ""


def _values(notice: Notice) -> Iterator[tuple[str, str]]:
    yield "addressee_id", notice.addressee.id
    for name in ("notice_id", "language", "message", "region_id", "escalation_id"):
        value = getattr(notice, name)
        if value is not None:
            yield name, value
    for name in ("to_app", "to_email", "to_phone"):
        if name in notice.parameters:
            yield name, notice.parameters[name]


def _secrets_used(ways: Routes) -> Iterator[str]:
    for way in ways.ways:
        for address in way.to:
            for name in _PLACE.findall(address):
                if name.startswith(_SECRET):
                    yield name.removeprefix(_SECRET)


def _secret(name: str, where: Secret, environment: Mapping[str, str]) -> str:
    if where.environment is not None:
        value = environment.get(where.environment)
        if not value:
            raise ConfigurationError(
                f"secret {name} is to be in the environment as {where.environment}, "
                "and is not: set it"
            )
        return value
    assert where.file is not None, "a secret has one of both"
    try:
        return where.file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ConfigurationError(
            f"secret {name} is to be in the file {where.file}, which can't be read: {why}"
        ) from None
