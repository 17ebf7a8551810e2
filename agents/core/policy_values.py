"""What a value of the policy may be: numbers in reason, times with their zone, known symbols."""

import re
from collections.abc import Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, ValidationInfo

from agents.core.pseudonyms import key_of
from schemas.records import Channel, Tier


class ServiceTopic(StrEnum):
    """A topic that producers write, by what follows `service.`; DEFAULT: any that is not named."""

    DEFAULT = "default"
    CHECK_INS = "check-ins"
    DIAGNOSES = "diagnoses"
    ESTIMATES = "estimates"
    WARRANTY_DECISIONS = "warranty-decisions"
    CUSTOMER_RESPONSES = "customer-responses"
    CLOSURES = "closures"


OFTEN_LATE = (
    ServiceTopic.DEFAULT,
    ServiceTopic.CLOSURES,
    ServiceTopic.ESTIMATES,
    ServiceTopic.WARRANTY_DECISIONS,
    ServiceTopic.CUSTOMER_RESPONSES,
)
"""The topics of which the package's policy says how late they may be."""


def _moment(value: object) -> datetime:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.upper())
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("must be a time with its offset from UTC, as in 2026-01-05T09:00:00Z")
    return moment.astimezone(UTC)


def _whole(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic's way to say no
    return value


BY_HAND = "by_hand"
"""In pydantic's context: the data come from a file, and not from a record of `recourse.policies`,
which holds decimal numbers as text."""


def _by_hand(info: ValidationInfo) -> bool:
    return bool(info.context and info.context.get(BY_HAND))


def decimal_number(value: object, info: ValidationInfo) -> object:
    """A number as a person writes it, or as a record holds it: there it is text."""
    by_hand = _by_hand(info)
    if isinstance(value, bool) or (isinstance(value, str) and by_hand):
        raise ValueError("must be a number")
    if isinstance(value, str) and not _PLAIN_DECIMAL.fullmatch(value):
        raise ValueError("must be a number in decimal digits")
    if by_hand and isinstance(value, float) and _finer_than_read(value):
        raise ValueError(f"must be a number of at most {_DECIMALS} decimals")
    return value


def _finer_than_read(value: float) -> bool:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -_DECIMALS


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError("must be 1 to 64 of A-Z a-z 0-9 . _ : -")
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError("must be a language of BCP 47, such as en or de-AT")
    return value


def symbol(kind: type[StrEnum]) -> BeforeValidator:
    """A symbol by its name; what stands for symbols of the future can't be meant."""
    names = [each.value for each in kind if each.value != "UNKNOWN"]

    def check(value: object) -> object:
        if value not in names:
            raise ValueError(f"must be {', '.join(names[:-1])} or {names[-1]}")
        return value

    return BeforeValidator(check)


_IDENTIFIER = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{1,8})*")
_PLAIN_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,30})?(E\+?[0-9]{1,2})?")  # as Decimal writes it
_DECIMALS = 6
_AT_MOST = 1_000_000  # of anything counted here: more is a slip of the finger

Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    PlainSerializer(lambda moment: moment.isoformat().replace("+00:00", "Z"), return_type=str),
]
Amount = Annotated[Decimal, BeforeValidator(decimal_number), Field(ge=0, le=10**12)]
Percent = Annotated[Decimal, BeforeValidator(decimal_number), Field(ge=0, le=_AT_MOST)]
Share = Annotated[Decimal, BeforeValidator(decimal_number), Field(ge=0, le=100)]


def _within(limit: int) -> AfterValidator:
    """At most so much, in what a person writes; what is published already is read as before."""

    def check(value: int, info: ValidationInfo) -> int:
        if _by_hand(info) and value > limit:
            raise ValueError(f"must be at most {limit}")
        return value

    return AfterValidator(check)


def few(at_most: int) -> AfterValidator:
    """A list of at most so many entries, in what a person writes."""

    def check(entries: Sized, info: ValidationInfo) -> Sized:
        if _by_hand(info) and len(entries) > at_most:
            raise ValueError(f"must have at most {at_most} entries")
        return entries

    return AfterValidator(check)


def _known_generation(value: int) -> int:
    if value > PACKAGE_GENERATION:
        raise ValueError(
            f"must be at most {PACKAGE_GENERATION}: this version knows no later generation"
        )
    return value


def _short(text: str, info: ValidationInfo) -> str:
    if _by_hand(info) and len(text) > _LONGEST_TEXT:
        raise ValueError(f"must have at most {_LONGEST_TEXT} characters")
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a number is, as operators read it.

    `{of}` stands for the phrase of the part that it is in, `{key}` for the key of a map.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts in; of several the last holds."""

    text: str


_LONGEST_TEXT = 2_000  # as every text of a record
_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def _clock_time(value: object) -> object:
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise ValueError("must be HH:MM in quotes, from 00:00 to 24:00")
    return value


ClockTime = Annotated[str, BeforeValidator(_clock_time)]
"""By a wall clock."""
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=_AT_MOST)]
Positive = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=_AT_MOST)]

Minutes = Annotated[Positive, _within(525_600), Unit("minutes")]
"""A year at most. Longer ones, and those below, say nothing more and cost more."""
MinutesOrNone = Annotated[Count, _within(525_600), Unit("minutes")]
_LONGEST_HOURS = 87_600
Hours = Annotated[Positive, _within(_LONGEST_HOURS), Unit("hours")]
"""Ten years."""
Days = Annotated[Positive, _within(36_500), Unit("days")]
"""A hundred years, as the two below."""
Months = Annotated[Positive, _within(1_200), Unit("months")]
Years = Annotated[Positive, _within(100), Unit("years")]


def _of_all_topics(value: object, info: ValidationInfo) -> object:
    """A number in place of the map, as in policies of before, is of all topics."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic's way to say no
    if value < 1:
        raise ValueError("must be at least 1")
    at_most = _LONGEST_HOURS if _by_hand(info) else _AT_MOST
    if value > at_most:
        raise ValueError(f"must be at most {at_most}")
    return dict.fromkeys(OFTEN_LATE, value)


HoursOrNone = Annotated[Count, _within(_LONGEST_HOURS), Unit("hours")]
Text = Annotated[str, AfterValidator(_short)]
PACKAGE_GENERATION = 2
"""The newest generation of the contract that this version knows (`Policy.writes_generation`)."""
Generation = Annotated[int, BeforeValidator(_whole), Field(ge=1), AfterValidator(_known_generation)]


TopicName = Annotated[ServiceTopic, symbol(ServiceTopic)]
HoursByTopic = Annotated[dict[TopicName, Hours], BeforeValidator(_of_all_topics), Unit("hours")]


def _fading(value: object, info: ValidationInfo) -> object:
    by_hand = _by_hand(info)
    if by_hand and isinstance(value, int | float) and value < _FADED_AT_LEAST:
        raise ValueError(f"must be at least {_FADED_AT_LEAST}")
    return value


_FADED_AT_LEAST = 0.001
Fading = Annotated[
    float, BeforeValidator(decimal_number), BeforeValidator(_fading), Field(gt=0, le=1)
]
Weight = Annotated[float, BeforeValidator(decimal_number), Field(ge=0, le=1_000)]
TierName = Annotated[Tier, symbol(Tier)]
ChannelName = Annotated[Channel, symbol(Channel)]


def _customer(name: str) -> str:
    if not _IDENTIFIER.fullmatch(name) and key_of(name) is None:
        raise ValueError(
            "must be a customer's id (1 to 64 of A-Z a-z 0-9 . _ : -), or its keyed hash as "
            "`recourse policy show` gives it"
        )
    return name


Identifier = Annotated[str, AfterValidator(_identifier)]
CustomerName = Annotated[str, AfterValidator(_customer)]
LanguageCode = Annotated[str, AfterValidator(_language)]
WarningShare = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=99)]


def epoch_milliseconds(moment: datetime) -> int:
    """A moment as epoch milliseconds."""
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes` over it; maps are merged, everything else replaced."""
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = (
            merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
        )
    return merged
