"""Sites and managers."""

import datetime as dt
from typing import Annotated

from msgspec import Struct, field

from schemas.records.common import (
    ClockTime,
    Code,
    Count,
    Currency,
    Few,
    Id,
    Language,
    LongId,
    Many,
    Time,
    Weekday,
    Word,
)
from schemas.records.symbols import Channel, Tier


class Hours(Struct, frozen=True, kw_only=True):
    """Opening hours or a shift on some days of the week."""

    days: tuple[Weekday, ...]
    from_: ClockTime = field(name="from")
    to: ClockTime


class DayHours(Struct, frozen=True, kw_only=True):
    """Opening hours or a shift on one day."""

    date: dt.date
    from_: ClockTime = field(name="from")
    to: ClockTime


class SiteContact(Struct, frozen=True, kw_only=True):
    """How a site is told something."""

    channel: Channel
    address: Word


class Absence(Struct, frozen=True, kw_only=True):
    """A time at which a manager is not there."""

    from_: Time = field(name="from")
    until: Time
    deputy_id: Id | None = None


class Site(Struct, frozen=True, kw_only=True):
    """A service centre was declared."""

    site_id: Id
    region_id: LongId
    name: Word
    country: Code
    subdivision: Code
    currency: Currency | None = None
    time_zone: Word
    hours: tuple[Hours, ...]
    holidays: Code | None = None
    closed_on: tuple[dt.date, ...]
    phone: Code | None = None
    contacts: Annotated[tuple[SiteContact, ...], Few] | None = None
    hours_on: Annotated[tuple[DayHours, ...], Many] | None = None
    default: bool | None = None


class Manager(Struct, frozen=True, kw_only=True):
    """A manager was declared."""

    manager_id: Id
    name: Word
    tier: Tier
    site_ids: tuple[Id, ...]
    region_ids: tuple[LongId, ...]
    languages: tuple[Language, ...]
    phone: Code | None = None
    email: Word | None = None
    app_handle: Code | None = None
    shifts: tuple[Hours, ...]
    time_zone: Word
    absences: tuple[Absence, ...]
    max_open: Count | None = None
    max_new_a_day: Count | None = None
    hours_on: Annotated[tuple[DayHours, ...], Many] | None = None
