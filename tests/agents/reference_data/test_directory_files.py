"""Directory files: sites and managers, checked to the last field."""

import json
from typing import Any

import pytest

from agents.core.world import Directory
from agents.reference_data.directory_files import SiteEntry, demo_directory, directory_in
from agents.reference_data.files import Document, UnusableFile
from schemas.records import Tier

SITE: dict[str, Any] = {
    "site_id": "s1",
    "region_id": "r1",
    "name": "One",
    "country": "US",
    "subdivision": "US-CA",
    "time_zone": "America/Los_Angeles",
    "hours": [{"days": [1], "from": "08:00", "to": "24:00"}],
}
MANAGER: dict[str, Any] = {
    "manager_id": "m1",
    "name": "Ann",
    "tier": "LOCAL",
    "site_ids": ["s1"],
    "languages": ["en"],
    "shifts": [],
    "time_zone": "UTC",
}


def document(*, site: dict[str, Any] | None = None, manager: dict[str, Any] | None = None) -> Any:
    data = {"sites": [SITE | (site or {})], "managers": [MANAGER | (manager or {})]}
    return Document(name="d.yaml", data=json.loads(json.dumps(data)), lines={})


def problems(given: Document) -> tuple[str, ...]:
    with pytest.raises(UnusableFile) as caught:
        directory_in(given)
    return caught.value.sentences


def test_the_demos_directory_is_right_and_rich() -> None:
    directory = demo_directory()

    assert len(directory.sites) >= 12
    assert {site.country for site in directory.sites.values()} == {"US", "DE"}
    assert {site.currency for site in directory.sites.values()} == {"USD", "EUR"}
    assert len({site.region_id for site in directory.sites.values()}) == 3
    assert {manager.tier for manager in directory.managers.values()} == {
        Tier.LOCAL,
        Tier.REGIONAL,
        Tier.EXECUTIVE,
    }
    for site in directory.sites.values():
        for tier in (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE):
            assert directory.managers_of(tier, site.site_id, site.region_id), (site, tier)


@pytest.mark.parametrize(
    ("fields", "currency"),
    [
        ({}, "USD"),
        ({"country": "DE", "subdivision": "DE-BY"}, "EUR"),
        ({"country": "CH", "subdivision": "CH-ZH"}, "CHF"),
        ({"currency": "CAD"}, "CAD"),
    ],
)
def test_a_site_without_currency_has_its_countrys(fields: dict[str, Any], currency: str) -> None:
    assert directory_in(document(site=fields)).sites["s1"].currency == currency


@pytest.mark.parametrize(
    ("site", "manager", "sentence"),
    [
        (
            {"time_zone": "Mars/Base"},
            {},
            (
                "sites[0].time_zone is 'Mars/Base': must be a time zone of the IANA list, "
                "such as Europe/Berlin"
            ),
        ),
        (
            {"hours": [{"days": [1, 8], "from": "08:00", "to": "18:00"}]},
            {},
            "sites[0].hours[0].days[1] is 8: must be a day from 1 (Monday) to 7 (Sunday)",
        ),
        (
            {"hours": [{"days": [1], "from": "24:00", "to": "18:00"}]},
            {},
            "sites[0].hours[0].from is '24:00': must be HH:MM in quotes, from 00:00 to 23:59",
        ),
        (
            {"hours": [{"days": [1], "from": "08:00", "to": "24:01"}]},
            {},
            "sites[0].hours[0].to is '24:01': must be HH:MM in quotes, from 00:00 to 24:00",
        ),
        (
            {"holidays": "US-ZZ"},
            {},
            (
                "sites[0].holidays is 'US-ZZ': must be the ISO 3166 code of a place with known "
                "holidays, such as DE-BY"
            ),
        ),
        (
            {"closed_on": ["24.12.2026"]},
            {},
            "sites[0].closed_on[0] is '24.12.2026': must be a date as in 2026-12-24",
        ),
        (
            {"site_id": "s 1"},
            {"site_ids": ["s1"]},
            "sites[0].site_id is 's 1': must be 1 to 64 of A-Z a-z 0-9 . _ : -",
        ),
        (
            {"colour": "red"},
            {},
            (
                "sites[0].colour is unknown: possible here are site_id, region_id, name, country, "
                "subdivision, currency, time_zone, hours, holidays, closed_on, phone, "
                "contacts, hours_on, default"
            ),
        ),
        (
            {},
            {"tier": "BOSS"},
            "managers[0].tier is 'BOSS': must be 'LOCAL', 'REGIONAL' or 'EXECUTIVE'",
        ),
        (
            {},
            {"languages": ["german"]},
            (
                "managers[0].languages[0] is 'german': must be a language of BCP 47, "
                "such as en or de-AT"
            ),
        ),
        (
            {},
            {"phone": "call me"},
            "managers[0].phone is 'call me': must be a number as in +1-614-555-0105",
        ),
        ({}, {"site_ids": ["s9"]}, "managers[0].site_ids[0] is 's9': must be a site of this file"),
        (
            {},
            {"region_ids": ["r9"]},
            "managers[0].region_ids[0] is 'r9': must be a region of its sites",
        ),
    ],
)
def test_a_problem_names_field_value_and_what_is_right(
    site: dict[str, Any], manager: dict[str, Any], sentence: str
) -> None:
    assert problems(document(site=site, manager=manager)) == (f"d.yaml: {sentence}",)


def test_an_id_given_twice_is_a_problem() -> None:
    data = {"sites": [SITE, SITE], "managers": [MANAGER]}

    assert problems(Document(name="d.yaml", data=data, lines={})) == (
        "d.yaml: sites[1].site_id is 's1': must be once; sites[0] has it too",
    )


def test_a_region_has_one_default_at_most() -> None:
    sites = [
        SITE | {"site_id": "s1", "default": True},
        SITE | {"site_id": "s2", "default": True, "region_id": "other"},
        SITE | {"site_id": "s3", "default": False},
        SITE | {"site_id": "s4", "default": True},
    ]

    assert problems(Document(name="d.yaml", data={"sites": sites, "managers": []}, lines={})) == (
        "d.yaml: sites[0].default is true: must be once in a region",
        "d.yaml: sites[3].default is true: must be once in a region",
    )


def test_of_two_defaults_that_stand_on_the_topic_the_first_by_id_holds() -> None:
    one, two = (
        SiteEntry.model_validate(SITE | {"site_id": each, "default": True}).record()
        for each in ("s2", "s1")
    )
    for sites in ((one, two), (two, one)):
        directory = Directory(sites=sites)

        assert directory.default_of(SITE["region_id"]) == two
        assert directory.default_of("other") is None
        assert directory.default_of(None) is None


def test_a_missing_list_is_a_problem() -> None:
    assert problems(Document(name="d.yaml", data={"sites": []}, lines={})) == (
        "d.yaml: managers is missing: must be a list",
    )


@pytest.mark.parametrize("fields", [{"site_ids": ["s9"]}, {"region_ids": ["r9"]}])
def test_what_is_not_whole_may_name_places_that_come_later(fields: dict[str, Any]) -> None:
    directory = directory_in(document(manager=fields), whole=False)

    assert directory.managers["m1"].site_ids == tuple(fields.get("site_ids", ["s1"]))


@pytest.mark.parametrize("phone", ["+49 (89) 555-0100", "614-555-0105", "110"])
def test_a_phone_number_may_be_written_as_people_do(phone: str) -> None:
    assert directory_in(document(manager={"phone": phone})).managers["m1"].phone == phone
