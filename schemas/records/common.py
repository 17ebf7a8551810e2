"""What all records share: the types of their fields, with their ranges.

Ids are of `[A-Za-z0-9._:-]`, 1 to 64 characters, ids made here up to 160. Times are epoch
milliseconds UTC, money is minor units of a currency.
"""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.records.symbols import Channel, Tier

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
LongId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,160}\Z")]
LONGEST_ID = 160
Time = Annotated[int, Meta(ge=-62_135_596_800_000, le=253_402_300_799_999)]  # years 1 to 9999
Int = Annotated[int, Meta(ge=-(2**31), lt=2**31)]
Long = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Money = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Revision = Annotated[int, Meta(ge=0, lt=2**31)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
Rating = Annotated[int, Meta(ge=1, le=5)]
Weekday = Annotated[int, Meta(ge=1, le=7)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z|^24:00\Z")]
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")]
Code = Annotated[str, Meta(max_length=64)]
Word = Annotated[str, Meta(max_length=200)]
Topic = Annotated[str, Meta(max_length=249)]
Text = Annotated[str, Meta(max_length=2_000)]
Body = Annotated[str, Meta(max_length=8_000)]


class Wish(Struct, frozen=True, kw_only=True):
    """What a customer would like of the manager."""

    tier: Tier | None = None
    manager_id: Id | None = None
    channel: Channel | None = None
    language: Language | None = None
    not_before: Time | None = None


class Reason(Struct, frozen=True, kw_only=True):
    """Why something was decided, with what was compared."""

    code: Code
    facts: dict[str, Text]


class ManagerContact(Struct, frozen=True, kw_only=True):
    """Who can be reached, and how."""

    manager_id: Id
    name: Word
    phone: Code | None = None
    email: Word | None = None
    app_handle: Code | None = None
