"""Amounts of the policy in other currencies: the package's table, and what a file may say."""

import json
from datetime import date
from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies

from agents.core.policy import Policy
from agents.core.policy_money import BASE
from agents.reference_data.directory_files import directory_in
from agents.reference_data.directory_warnings import warnings
from agents.reference_data.files import UnusableFile, parse
from agents.reference_data.policy_files import default_policy, policy_in, policy_of_json

TODAY = date(2026, 11, 30)


def policy(text: str) -> Policy:
    return policy_in(parse(text, "p.yaml"))


def test_the_package_says_a_power_of_ten_of_every_currency_that_is_in_use() -> None:
    units = default_policy().money.units
    places = get_global("territory_currencies")

    in_use = {code for place in places for code in get_territory_currencies(place, TODAY)}
    assert units.keys() == in_use - {BASE}
    assert {each.normalize().as_tuple().digits for each in units.values()} == {(1,)}


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        *[("USD", 500), ("EUR", 500), ("GBP", 500), ("CAD", 500), ("SEK", 5_000), ("MXN", 5_000)],
        *[("JPY", 50_000), ("INR", 50_000), ("KRW", 500_000), ("KWD", 50)],
        *[(None, 500), ("DEM", 500)],
    ],
)
def test_an_amount_is_of_the_same_size_in_each_currency(
    currency: str | None, expected: int
) -> None:
    amount = default_policy().in_currency(Decimal(500), None, currency)

    assert str(amount) == str(expected)


@pytest.mark.parametrize(
    ("own", "currency", "expected"),
    [
        *[("MXN", "MXN", "200"), ("MXN", "USD", "20"), ("MXN", None, "20"), ("JPY", "MXN", "20")],
        *[(None, "MXN", "2000"), ("KWD", "USD", "2000"), ("KWD", "MXN", "20000")],
    ],
)
def test_an_amount_in_a_currency_of_its_own_holds_there_and_is_converted_elsewhere(
    own: str | None, currency: str | None, expected: str
) -> None:
    assert str(default_policy().in_currency(Decimal(200), own, currency)) == expected


@pytest.mark.parametrize(
    ("units", "amount", "expected"), [("12.5", "10", "125"), ("0.25", "10", "2.5")]
)
def test_a_policy_may_say_another_factor(units: str, amount: str, expected: str) -> None:
    mine = policy(f"version: a\nmoney: {{units: {{MXN: {units}}}}}")

    assert str(mine.in_currency(Decimal(amount), None, "MXN")) == expected
    assert mine.money.units["JPY"] == 100


def test_which_currencies_the_policy_says_something_of() -> None:
    known = {each: default_policy().has_unit(each) for each in ("USD", "MXN", "DEM", None)}
    assert known == {"USD": True, "MXN": True, "DEM": False, None: True}

    before = policy("version: a\ngeneration: 1")
    assert before.has_unit("DEM")


def test_a_policy_of_generation_1_keeps_its_meaning() -> None:
    whole = policy("version: a\ngeneration: 1").model_dump(mode="json")
    for record in (whole, {key: each for key, each in whole.items() if key != "money"}):
        read = policy_of_json(json.dumps(record))

        assert read.in_currency(Decimal(500), None, "JPY") == 500
        assert read.in_currency(Decimal(500), "MXN", "JPY") == 500
        assert read.rules_in("JPY") == read.rules
        assert read.jurisdiction("JP", None, "JPY") == read.jurisdiction("JP", None)


def test_a_record_of_generation_1_that_lacks_the_table_has_none() -> None:
    assert policy_of_json('{"version": "a"}').money.units == {}
    assert policy_of_json('{"version": "a", "generation": 2}').money.units["MXN"] == 10


def test_all_amounts_of_rules_and_limits_are_in_the_currency_of_the_visit() -> None:
    rules = default_policy().rules_in("MXN")
    limit = default_policy().jurisdiction("MX", "MX-SON", "MXN").authorisation_limit

    for rule in (rules.estimate_over_authorised, rules.charged_over_authorised):
        assert (rule.high_from_major, rule.low_below_major) == (5_000, 500)
    assert (limit.fixed_major, limit.at_most_major) == (100, 500)
    assert rules.silence_no_word == default_policy().rules.silence_no_word


@pytest.mark.parametrize(
    ("place", "currency", "expected"),
    [
        ("MX-SON", "MXN", (250, 500)),  # its own 250 pesos, the default's 50 dollars
        ("MX-SON", "USD", (25, 50)),
        ("MX-BCN", "MXN", (250, 900)),
        ("MX-BCN", "USD", (25, 90)),
        ("MX-BCN", None, (250, 900)),  # as they stand in the policy
    ],
)
def test_a_places_own_amounts_are_in_its_own_currency(
    place: str, currency: str | None, expected: tuple[int, int]
) -> None:
    mine = policy(
        "version: a\njurisdictions:\n"
        "  MX: {authorisation_limit: {fixed_major: 250, source: PROFECO}}\n"
        "  MX-BCN: {authorisation_limit: {at_most_major: 900}}"
    )
    limit = mine.jurisdiction("MX", place, currency).authorisation_limit

    assert (limit.fixed_major, limit.at_most_major) == expected


def test_an_amount_that_a_place_takes_away_is_not_there_in_any_currency() -> None:
    limit = default_policy().jurisdiction("US", "US-CA", "JPY").authorisation_limit

    assert (limit.fixed_major, limit.at_most_major, limit.percent) == (None, None, 0)


@pytest.mark.parametrize(
    ("units", "right"),
    [
        ("{XYZ: 1}", "must be a currency of ISO 4217, such as SEK"),
        ("{mxn: 1}", "must be a currency of ISO 4217, such as SEK"),
        ("{MXN: 0}", "must be more than 0"),
        ("{MXN: '10'}", "must be a number"),
        ("{USD: 2}", "must have 1 for USD: that is what amounts stand for"),
    ],
)
def test_a_table_that_can_not_be_meant_is_refused(units: str, right: str) -> None:
    with pytest.raises(UnusableFile) as unusable:
        policy(f"version: a\nmoney: {{units: {units}}}")

    assert right in str(unusable.value)


def test_the_dollar_may_be_named() -> None:
    assert policy("version: a\nmoney: {units: {USD: 1}}").money.units["USD"] == 1


def test_a_site_whose_currency_has_no_factor_is_warned_of() -> None:
    sites = (
        "sites:\n"
        "  - {site_id: ulm, region_id: r, name: Ulm, country: DE, subdivision: DE-BW,\n"
        "     currency: DEM, time_zone: Europe/Berlin, hours: []}\n"
        "  - {site_id: bonn, region_id: r, name: Bonn, country: DE, subdivision: DE-NW,\n"
        "     time_zone: Europe/Berlin, hours: []}\n"
        "managers: []"
    )

    said = warnings(directory_in(parse(sites, "d.yaml")))
    (warning,) = (each for each in said if "currency" in each)
    assert warning == (
        "site ulm has the currency DEM, of which the package's policy does not say what stands "
        "for one US dollar: say it in money.units of yours, or one of it does"
    )
