"""The directory as people write it: sites and managers in a file, checked to the last field.

The same checks are made of every record of `directory.sites` and `directory.managers`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import holidays
from babel.numbers import list_currencies
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from agents.core.standards import currency_of_country, is_time_zone
from agents.core.world import Directory
from agents.records import codecs
from agents.reference_data.files import MISSING, Document, Place, UnusableFile, parse, read
from agents.reference_data.places import is_country, is_subdivision
from agents.reference_data.problems import field_problem, keys_of, sentences, unknown_key
from schemas.records import Manager, Site
from schemas.records.common import LONGEST_LANGUAGE

SITES = "directory.sites"
MANAGERS = "directory.managers"
_CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")
_MIDNIGHT = "24:00"  # of the day's end
_SUNDAY = 7
_LISTS = ("sites", "managers")


def _matches(pattern: str, right: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(right)
        return value

    return AfterValidator(check)


def _begins(value: object) -> object:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError("must be HH:MM in quotes, from 00:00 to 23:59")
    return value


def _ends(value: object) -> object:
    if value != _MIDNIGHT and (not isinstance(value, str) or not _CLOCK.fullmatch(value)):
        raise ValueError("must be HH:MM in quotes, from 00:00 to 24:00")
    return value


def _zone(value: str) -> str:
    if not is_time_zone(value):
        raise ValueError("must be a time zone of the IANA list, such as Europe/Berlin")
    return value


def _holiday_calendar(code: str) -> str:
    if not _is_holiday_calendar(code):
        raise ValueError("must be the ISO 3166 code of a place with known holidays, such as DE-BY")
    return code


@cache
def _is_holiday_calendar(code: str) -> bool:
    country, _, subdivision = code.partition("-")
    try:
        holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        return False
    return True


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("must be a date as in 2026-12-24") from None


def _time(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("must be a time with its offset from UTC, as in 2026-12-21T08:00:00Z")
    return value


def _day(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _SUNDAY:
        raise ValueError("must be a day from 1 (Monday) to 7 (Sunday)")
    return value


def _country(value: str) -> str:
    if not is_country(value):
        raise ValueError("must be a country of ISO 3166, such as US")
    return value


def _subdivision(value: str) -> str:
    if not is_subdivision(value):
        raise ValueError("must be a subdivision of ISO 3166-2, such as US-CA")
    return value


def _currency(value: str) -> str:
    if value not in list_currencies():
        raise ValueError("must be a currency of ISO 4217, such as USD")
    return value


def _each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"must hold each only once ({twice[0]} stands twice)")
    return values


Id = Annotated[str, _matches(r"^[A-Za-z0-9._:-]{1,64}\Z", "must be 1 to 64 of A-Z a-z 0-9 . _ : -")]
LongId = Annotated[
    str, _matches(r"^[A-Za-z0-9._:-]{1,160}\Z", "must be 1 to 160 of A-Z a-z 0-9 . _ : -")
]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Language = Annotated[
    str,
    Field(max_length=LONGEST_LANGUAGE),
    _matches(
        r"^[a-zA-Z]{2,3}(-[A-Za-z0-9]{1,8})*\Z", "must be a language of BCP 47, such as en or de-AT"
    ),
]
Limit = Annotated[int, Field(ge=0, le=2**31 - 1)]
_NUMBER = r"^\+?[0-9][0-9 ()./-]{2,62}\Z"
_RIGHT_NUMBER = "must be a number as in +1-614-555-0105"
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")
Phone = Annotated[str, _matches(_NUMBER, _RIGHT_NUMBER)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[int, BeforeValidator(_day)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class HoursEntry(_Entry):
    """Opening hours or a shift, on days from 1 (Monday) to 7 (Sunday)."""

    days: Annotated[tuple[Day, ...], Field(min_length=1), AfterValidator(_each_once)]
    begin: Annotated[str, BeforeValidator(_begins)] = Field(alias="from")
    to: Annotated[str, BeforeValidator(_ends)]


class DayHoursEntry(_Entry):
    """Opening hours or a shift on one day, in place of that day's others."""

    date: Annotated[str, AfterValidator(_date)]
    begin: Annotated[str, BeforeValidator(_begins)] = Field(alias="from")
    to: Annotated[str, BeforeValidator(_ends)]


class ContactEntry(_Entry):
    """How a site is told something."""

    channel: Literal["APP", "SMS", "EMAIL", "PHONE"]
    address: Annotated[str, Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _of_its_channel(self) -> Self:
        if self.channel in ("SMS", "PHONE") and not re.match(_NUMBER, self.address):
            raise field_problem("address", _RIGHT_NUMBER)
        if self.channel == "EMAIL" and not _MAIL.match(self.address):
            raise field_problem("address", "must be name@host")
        return self


class AbsenceEntry(_Entry):
    """A manager's absence; `until` is exclusive."""

    begin: Annotated[str, AfterValidator(_time)] = Field(alias="from")
    until: Annotated[str, AfterValidator(_time)]
    deputy_id: Id | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if datetime.fromisoformat(self.until) <= datetime.fromisoformat(self.begin):
            raise field_problem("until", "must be after `from`")
        return self


DaysHours = Annotated[tuple[DayHoursEntry, ...], Field(max_length=500)]


class SiteEntry(_Entry):
    """A site as a file or a record gives it; without a currency it has its country's."""

    site_id: Id
    region_id: LongId
    name: Name
    country: Annotated[str, AfterValidator(_country)]
    subdivision: Annotated[str, AfterValidator(_subdivision)]
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    time_zone: Zone
    hours: tuple[HoursEntry, ...]
    holidays: Annotated[str, AfterValidator(_holiday_calendar)] | None = None
    closed_on: Annotated[
        tuple[Annotated[str, AfterValidator(_date)], ...], AfterValidator(_each_once)
    ] = ()
    phone: Phone | None = None
    contacts: Annotated[tuple[ContactEntry, ...], Field(max_length=50)] | None = None
    hours_on: DaysHours | None = None
    default: bool | None = None

    @model_validator(mode="after")
    def _in_its_country(self) -> Self:
        if not self.subdivision.startswith(self.country + "-"):
            raise field_problem("subdivision", f"must be a subdivision of {self.country}")
        if self.currency is None and currency_of_country(self.country) is None:
            raise field_problem("currency", f"must be there: none is known for {self.country}")
        return self

    def record(self) -> Site:
        """The record, with its currency filled in."""
        fields = self.model_dump(mode="json", by_alias=True)
        fields["currency"] = self.currency or currency_of_country(self.country)
        record = codecs.from_json(SITES, fields)
        assert isinstance(record, Site), "the catalogue's record of the topic"
        return record


class ManagerEntry(_Entry):
    """A manager as a file or a record gives them."""

    manager_id: Id
    name: Name
    tier: Literal["LOCAL", "REGIONAL", "EXECUTIVE"]
    site_ids: Annotated[tuple[Id, ...], AfterValidator(_each_once)] = ()
    region_ids: Annotated[tuple[LongId, ...], AfterValidator(_each_once)] = ()
    languages: Annotated[tuple[Language, ...], AfterValidator(_each_once)]
    phone: Phone | None = None
    email: (
        Annotated[str, Field(max_length=200), _matches(r"^[^@\s]+@[^@\s]+\Z", "must be name@host")]
        | None
    ) = None
    app_handle: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    shifts: tuple[HoursEntry, ...]
    time_zone: Zone
    absences: tuple[AbsenceEntry, ...] = ()
    max_open: Limit | None = None
    max_new_a_day: Limit | None = None
    hours_on: DaysHours | None = None

    @model_validator(mode="after")
    def _answers_for_something(self) -> Self:
        if self.tier == "LOCAL" and not self.site_ids:
            raise field_problem("site_ids", "must name a site: a LOCAL manager answers for sites")
        if self.tier != "LOCAL" and not self.region_ids:
            raise field_problem(
                "region_ids",
                f"must name a region: a manager who is {self.tier} answers for regions",
            )
        return self

    def record(self) -> Manager:
        """The record as the core reads it."""
        record = codecs.from_json(MANAGERS, self.model_dump(mode="json", by_alias=True))
        assert isinstance(record, Manager), "the catalogue's record of the topic"
        return record


_ENTRIES: dict[str, type[SiteEntry | ManagerEntry]] = {SITES: SiteEntry, MANAGERS: ManagerEntry}


def load_directory(path: Path, *, whole: bool = True) -> Directory:
    """The directory that a file means.

    `whole`: nothing comes after it, so that managers may name no site or region that it lacks.

    Raises:
        UnusableFile: the file can't be read, or something in it is not right.
    """
    return directory_in(read(path), whole=whole)


@cache
def demo_directory() -> Directory:
    """The demo's directory: three regions in two countries (`directories/demo.yaml`)."""
    text = (resources.files("agents.reference_data.directories") / "demo.yaml").read_text(
        encoding="utf-8"
    )
    return directory_in(parse(text, "demo.yaml"))


def directory_in(document: Document, *, whole: bool = True) -> Directory:
    """The directory that a document means.

    Raises:
        UnusableFile: something in it is not right; one sentence for each problem.
    """
    if not isinstance(document.data, dict):
        raise UnusableFile(
            [document.problem((), document.data, "must be a map (of sites, managers)")]
        )
    problems = [
        document.problem((key,), MISSING, "must be a list")
        if key not in document.data
        else unknown_key(document, (key,), _LISTS)
        for key in sorted(set(_LISTS) ^ document.data.keys())
    ]
    sites = _entries(document, "sites", SiteEntry, problems)
    managers = _entries(document, "managers", ManagerEntry, problems)
    if whole and not problems and not sites:
        problems.append(document.problem(("sites",), [], "must have at least one site"))
    if whole and not problems:
        problems.extend(_unknown_places(document, sites, managers))
    if problems:
        raise UnusableFile(problems)
    return Directory([site.record() for site in sites], [manager.record() for manager in managers])


def checked(topic: str, record: Site | Manager) -> Site | Manager:
    """A record of one of the directory's topics, checked, with the currency filled in.

    Raises:
        UnusableFile: something in it is not right; one sentence for each problem.
    """
    document = Document(name=topic, data=codecs.to_json(topic, record), lines={})
    try:
        return _ENTRIES[topic].model_validate(document.data).record()
    except ValidationError as error:
        raise UnusableFile(
            sentences(document, error, (), partial(keys_of, _ENTRIES[topic]))
        ) from error


E = TypeVar("E", SiteEntry, ManagerEntry)


def _entries(document: Document, key: str, entry: type[E], problems: list[str]) -> list[E]:
    given = document.data.get(key, [])
    if not isinstance(given, list):
        problems.append(document.problem((key,), given, "must be a list"))
        return []
    found: list[E] = []
    places: dict[str, int] = {}
    name = "site_id" if entry is SiteEntry else "manager_id"
    for index, data in enumerate(given):
        place: Place = (key, index)
        try:
            found.append(entry.model_validate(data))
        except ValidationError as error:
            possible = lambda inside: keys_of(entry, inside[2:])  # noqa: E731
            problems.extend(sentences(document, error, place, possible))
            continue
        identity = getattr(found[-1], name)
        if identity in places:
            problems.append(
                document.problem(
                    (*place, name), identity, f"must be once; {key}[{places[identity]}] has it too"
                )
            )
        places.setdefault(identity, index)
    return found


def _unknown_places(
    document: Document, sites: list[SiteEntry], managers: list[ManagerEntry]
) -> Iterable[str]:
    defaults = Counter(site.region_id for site in sites if site.default)
    for index, site in enumerate(sites):
        if site.default and defaults[site.region_id] > 1:
            yield document.problem(("sites", index, "default"), True, "must be once in a region")
    known_sites = {site.site_id for site in sites}
    known_regions = {site.region_id for site in sites}
    for index, manager in enumerate(managers):
        for name, known, ids in (
            ("site_ids", known_sites, manager.site_ids),
            ("region_ids", known_regions, manager.region_ids),
        ):
            for position, identity in enumerate(ids):
                if identity not in known:
                    what = "a site of this file" if name == "site_ids" else "a region of its sites"
                    where: Place = ("managers", index, name, position)
                    yield document.problem(where, identity, f"must be {what}")
