"""What all records share: the types of their fields, with their ranges.

Ids are of `[A-Za-z0-9._:-]`, 1 to 64 characters, ids made here up to 160. Times are epoch
milliseconds UTC, money is minor units of a currency.
"""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.records.symbols import Channel, RemedyKind, Tier

_ID = r"^[A-Za-z0-9._:-]{1,64}\Z"
_LONG_ID = r"^[A-Za-z0-9._:-]{1,160}\Z"
_CURRENCY = r"^[A-Z]{3}\Z"
_CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z|^24:00\Z"
LANGUAGE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z"
_FIRST_MOMENT = -62_135_596_800_000  # year 1
_LAST_MOMENT = 253_402_300_799_999  # year 9999
_MOST_MONEY = 2**53 - 1
"""The largest amount: what every reader of JSON still holds exactly."""

Id = Annotated[str, Meta(pattern=_ID)]
LongId = Annotated[str, Meta(pattern=_LONG_ID)]
LONGEST_ID = 160
LONGEST_LANGUAGE = 35
"""Characters of a tag: what RFC 5646, 4.4.1 says that a buffer should hold."""
Time = Annotated[int, Meta(ge=_FIRST_MOMENT, le=_LAST_MOMENT)]
Int = Annotated[int, Meta(ge=-(2**31), lt=2**31)]
Long = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Money = Annotated[int, Meta(ge=0, le=_MOST_MONEY)]
Revision = Annotated[int, Meta(ge=0, lt=2**31)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
Rating = Annotated[int, Meta(ge=1, le=5)]
CoveredPercent = Annotated[int, Meta(ge=1, le=100)]
Weekday = Annotated[int, Meta(ge=1, le=7)]
Currency = Annotated[str, Meta(pattern=_CURRENCY)]
ClockTime = Annotated[str, Meta(pattern=_CLOCK_TIME)]
Language = Annotated[str, Meta(pattern=LANGUAGE, max_length=LONGEST_LANGUAGE)]
Code = Annotated[str, Meta(max_length=64)]
Word = Annotated[str, Meta(max_length=200)]
Topic = Annotated[str, Meta(max_length=249)]
LONGEST_TEXT = 2_000
Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
LONGEST_QUOTE = 280
Quote = Annotated[str, Meta(max_length=LONGEST_QUOTE)]
"""What a person wrote, to be shown word for word; characters are Unicode's code points."""
Texts = dict[Code, Text]
"""Facts and parameters by their names, which are ours."""
Body = Annotated[str, Meta(max_length=8_000)]
Few = Meta(max_length=50)
Many = Meta(max_length=500)
"""The longest lists in events from outside (`maxItems` in the schema)."""

PATTERNS_IN_WORDS = {
    _ID: "1 to 64 of A-Z a-z 0-9 . _ : -",
    _LONG_ID: "1 to 160 of A-Z a-z 0-9 . _ : -",
    _CURRENCY: "three capital letters of ISO 4217, such as USD",
    _CLOCK_TIME: "HH:MM, from 00:00 to 24:00",
    LANGUAGE: "a language of BCP 47, such as en or de-AT",
}
SAID_BY_PEOPLE = frozenset({"words", "message"})
"""Fields of what a person wrote: no sentence about a record repeats it."""
BOUNDS_IN_WORDS = {
    _FIRST_MOMENT: "epoch milliseconds of the years 1 to 9999",
    _LAST_MOMENT: "epoch milliseconds of the years 1 to 9999",
    _MOST_MONEY: f"minor units of at most {_MOST_MONEY}",
}


class Wish(Struct, frozen=True, kw_only=True):
    """What a customer would like of the manager."""

    tier: Tier | None = None
    manager_id: Id | None = None
    channel: Channel | None = None
    language: Language | None = None
    not_before: Time | None = None


class Remedy(Struct, frozen=True, kw_only=True):
    """What a decision gives the customer, and by when."""

    kind: RemedyKind
    amount: Money | None = None
    currency: Currency | None = None
    estimate_id: Id | None = None
    by: Time | None = None


class Reason(Struct, frozen=True, kw_only=True):
    """Why something was decided, with what was compared."""

    code: Code
    facts: Texts


class ManagerContact(Struct, frozen=True, kw_only=True):
    """Who can be reached, and how."""

    manager_id: Id
    name: Word
    phone: Code | None = None
    email: Word | None = None
    app_handle: Code | None = None
