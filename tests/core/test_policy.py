"""Which policy is in force, and what holds in a place."""

from datetime import UTC, datetime
from decimal import Decimal

import pydantic
import pytest

from agents.core.policy import Combine, Gate, Policy, in_force
from agents.core.policy_values import merge
from tests.core.builders import policy


def _from(second: int, version: str) -> Policy:
    return policy(version=version, effective_from=datetime.fromtimestamp(second, UTC).isoformat())


@pytest.mark.parametrize(
    ("now", "version"), [(999, "a"), (9_999, "a"), (10_000, "b"), (10_001, "b"), (20_000, "d")]
)
def test_the_latest_that_has_begun_is_in_force_and_of_equal_ones_the_later(
    now: int, version: str
) -> None:
    policies = (_from(5, "a"), _from(10, "b"), _from(20, "c"), _from(20, "d"))

    assert in_force(policies, now).version == version


def test_before_the_earliest_the_earliest_is_in_force() -> None:
    assert in_force((_from(9, "late"), _from(5, "early")), 0).version == "early"


def test_an_older_one_published_later_does_not_take_over() -> None:
    assert in_force((_from(10, "newer"), _from(5, "older")), 20_000).version == "newer"


@pytest.mark.parametrize(
    ("country", "subdivision", "percent", "combine", "source"),
    [
        ("US", "US-CA", 0, Combine.GREATER, "Cal. Bus. & Prof. Code § 9884.9"),
        ("US", "US-MI", 10, Combine.LESSER, "Mich. Comp. Laws § 257.1332"),
        ("US", "US-FL", 10, Combine.GREATER, "Fla. Stat. § 559.909(1)(b)"),
        ("US", "US-TX", 10, Combine.GREATER, "policy"),
        ("DE", "DE-BY", 10, Combine.GREATER, "policy; § 649 BGB gives no number"),
        ("", "", 10, Combine.GREATER, "policy"),
    ],
)
def test_a_place_has_the_default_with_what_its_law_changes(
    country: str, subdivision: str, percent: int, combine: Combine, source: str
) -> None:
    limit = policy().jurisdiction(country, subdivision).authorisation_limit

    assert (limit.percent, limit.combine, limit.source) == (Decimal(percent), combine, source)


def test_a_subdivision_goes_over_its_country() -> None:
    rules = policy(
        jurisdictions={
            "DE": {"authorisation_limit": {"percent": 15, "source": "BGB 649"}},
            "DE-BY": {"authorisation_limit": {"source": "Bayern"}},
        }
    )

    assert rules.jurisdiction("DE", "DE-BY").authorisation_limit.percent == 15
    assert rules.jurisdiction("DE", "DE-BY").authorisation_limit.source == "Bayern"
    assert rules.jurisdiction("DE", "DE-HE").authorisation_limit.source == "BGB 649"


@pytest.mark.parametrize(
    "wrong", [{"throttles": {}}, {"throttle": {"limits": 1}}, {"jurisdictions": {"DE": {"x": 1}}}]
)
def test_an_unknown_key_is_an_error_wherever_it_stands(wrong: dict[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        policy(**wrong)


def test_a_site_s_gate_needs_no_percentage() -> None:
    gate = policy(pilot={"sites": {"s1": {"gate": "LIVE"}}}).pilot.sites["s1"]

    assert gate.percent == 100


def test_a_site_s_percentage_alone_is_of_a_live_site_and_an_empty_entry_says_nothing() -> None:
    gate = policy(pilot={"default": {"gate": "OFF"}, "sites": {"s1": {"percent": 5}}})

    assert (gate.pilot.sites["s1"].gate, gate.pilot.sites["s1"].percent) == (Gate.LIVE, 5)
    with pytest.raises(pydantic.ValidationError):
        policy(pilot={"sites": {"s1": {}}})


def test_maps_are_merged_and_everything_else_replaced() -> None:
    merged = merge({"a": {"b": 1, "c": [1]}, "d": 1}, {"a": {"c": [2]}, "d": {"e": 1}})

    assert merged == {"a": {"b": 1, "c": [2]}, "d": {"e": 1}}
