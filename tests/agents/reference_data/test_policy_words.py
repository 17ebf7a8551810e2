"""What differs between two policies, in words: nothing that differs is left out."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.policy import Policy, policy_from
from agents.core.pseudonyms import Pseudonyms
from agents.reference_data.files import parse
from agents.reference_data.policy_files import default_data, default_policy, policy_in
from agents.reference_data.policy_words import changes, raw_changes

HASHED = Pseudonyms(keys=(b"k" * 16,)).of("c1")


def policy(text: str) -> Policy:
    return policy_in(parse(text, "p.yaml"))


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        ("{}", "{version: v2, effective_from: 2026-01-01T00:00:00Z}", []),
        (
            "{}",
            "jurisdictions: {US-OH: {authorisation_limit: {percent: 5}}}",
            [
                (
                    "In Ohio (US-OH) the limit of a rise goes from 10 % of the base to 5 % of the "
                    "base."
                ),
            ],
        ),
        (
            "{}",
            (
                "jurisdictions: {US-TX: {authorisation_limit: {fixed_major: 20, percent: null, "
                "at_most_major: null, before_tax: true, source: x}}}"
            ),
            [
                (
                    "In Texas (US-TX) the limit of a rise goes from the greater of an amount of 10 "
                    "and 10 % of the base, at most 50 to an amount of 20 before tax."
                ),
                "In Texas (US-TX) the source of the limit of a rise goes from policy to x.",
            ],
        ),
        (
            "{}",
            "jurisdictions: {default: {repeat_repair: {attempts: 3}}}",
            [
                (f"{where} the number of attempts that make a repeated repair goes from 4 to 3.")
                for where in (
                    "Where no place says otherwise,",
                    "In California (US-CA)",
                    "In Michigan (US-MI)",
                    "In Washington (US-WA)",
                    "In Ontario (CA-ON)",
                    "In Colorado (US-CO)",
                    "In Illinois (US-IL)",
                    "In Maryland (US-MD)",
                    "In Minnesota (US-MN)",
                    "In Virginia (US-VA)",
                    "In Quebec (CA-QC)",
                    "In Germany (DE)",
                    "In Spain (ES)",
                    "In France (FR)",
                    "In United Kingdom (GB)",
                )
            ],
        ),
        (
            "{}",
            "jurisdictions: {DE: {repeat_repair: {within_months: 12, days_out_of_service: [10]}}}",
            [
                ("In Germany (DE) the time within which attempts count goes from 24 to 12 months."),
                (
                    "In Germany (DE) the number of days out of service that make one goes from "
                    "15, 20, 25 to 10."
                ),
            ],
        ),
        (
            "{}",
            "jurisdictions: {US-VT: {}, US-OH: {authorisation_limit: {combine: LESSER}}}",
            [
                (
                    "In Ohio (US-OH) authorisation_limit.combine goes from GREATER to LESSER: it "
                    "changes nothing while there is only an amount or only a percentage."
                ),
            ],
        ),
        (
            "{}",
            "jurisdictions: {US-NV: {repeat_repair: {attempts: 4}}}",
            ["In Nevada (US-NV): what is written changes, what holds does not."],
        ),
        (
            "pilot: {sites: {berlin: {gate: LIVE, percent: 25}}}",
            "pilot: {sites: {berlin: {gate: LIVE, percent: 50}}}",
            ["Site berlin: LIVE at 25 % -> LIVE at 50 %: customers inside stay inside."],
        ),
        (
            "pilot: {sites: {berlin: {gate: LIVE, percent: 50}}}",
            "pilot: {sites: {berlin: {gate: LIVE, percent: 25}}}",
            [
                (
                    "Site berlin: LIVE at 50 % -> LIVE at 25 %: nobody comes inside; visits that "
                    "are open keep what they opened with."
                )
            ],
        ),
        (
            "pilot: {sites: {berlin: {gate: LIVE, percent: 50}}}",
            "pilot: {salt: s, default: {gate: SHADOW}}",
            [
                (
                    "The pilot's salt goes from empty to s: who is inside is drawn anew at every "
                    "site that is LIVE below 100 %."
                ),
                (
                    "Sites without an entry of their own: LIVE at 100 % -> SHADOW; visits that are "
                    "open keep what they opened with."
                ),
                (
                    "Site berlin: LIVE at 50 % -> SHADOW (as sites without an entry); visits that "
                    "are open keep what they opened with."
                ),
            ],
        ),
        (
            f"lists: {{allow: [{{customer_id: {HASHED}, reason: fleet}}]}}",
            "lists: {block: [{customer_id: c2, reason: fraud, until: 2027-01-01T00:00:00Z}]}",
            [
                "Customer c1 is no longer on the allow-list: fleet.",
                "Customer c2 is on the block-list until 2027-01-01T00:00:00Z: fraud.",
            ],
        ),
        (
            "operators: [a, b]",
            "operators: [b, c]",
            ["a is no longer an operator.", "c becomes an operator."],
        ),
        (
            "{}",
            "notices: {default: {AT: {language: de, channels: [SMS, APP]}}}",
            [
                (
                    "Customers of sites in Austria (AT) without a check-in: none -> language de, "
                    "channels SMS, APP, quiet_from 21:00, quiet_until 08:00."
                )
            ],
        ),
        (
            "{}",
            (
                "{late_after_hours: {default: 48, closures: 9}, throttle: {limit: 2}, "
                "clocks: {HIGH: {decide_minutes: 60}}}"
            ),
            [
                (
                    "The number of escalations that a customer may ask for within the window goes "
                    "from 3 to 2."
                ),
                "HIGH cases: the time to decide goes from 240 to 60 minutes.",
                "The time after which an event comes too late (default) goes from 24 to 48 hours.",
                "The time after which an event comes too late (closures) goes from 720 to 9 hours.",
            ],
        ),
        (
            "{}",
            "privacy: {keep_throttle_after_erasure: false}",
            ["Whether throttle entries stay after an erasure goes from yes to no."],
        ),
    ],
)
def test_changes_are_told_in_an_operators_words(
    before: str, after: str, sentences: list[str]
) -> None:
    assert list(changes(policy(before), policy(after), {HASHED: "c1"})) == sentences


def leaves(data: dict[str, Any], *place: str) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, *place, key)
        else:
            yield (*place, key)


OTHER: dict[str, Any] = {
    "pilot.default.gate": "OFF",
    "pilot.sites": {"s1": {"gate": "OFF"}},
    "lists.allow": [{"customer_id": "c1", "reason": "x"}],
    "lists.block": [{"customer_id": "c1", "reason": "x"}],
    "pilot.default.percent": 50,
    "throttle.fade.gone_below": 0.5,
    "operators": ["ops"],
    "board.roles": [{"issuer": "https://id", "group": "*", "role": "MANAGER"}],
    "board.links.second_fact": "NONE",
    "board.links.revoked": [{"escalation_id": "v1:1", "made_before": "2026-03-02T10:00:00Z"}],
    "rules.warranty_repeat_repair.tier": "LOCAL",
    "rules.silence_ready_time_passed.sites": ["s1"],
    "wish.max_tier": "LOCAL",
    "generation": 1,
    "clocks.LOW.next_tier_after_minutes": {"REGIONAL": 60},
}


OF_KEY: dict[str, list[Any]] = {
    "highest_tier": ["LOCAL", "EXECUTIVE"],
    "combine": ["LESSER", "GREATER"],
    "clock": ["CALENDAR", "SITE_HOURS"],
    "channels": [["APP"]],
    "quiet_from": ["22:00"],
    "quiet_until": ["07:00"],
    "tiers": [["LOCAL"], ["EXECUTIVE"]],
}


def changed(place: tuple[str, ...]) -> dict[str, Any]:
    """A file in which one value is another one."""
    value: Any = default_data()
    for part in place:
        value = value[part]
    if ".".join(place) in OTHER:
        new = OTHER[".".join(place)]
    elif place[-1] in OF_KEY:
        new = next(each for each in OF_KEY[place[-1]] if each != value)
    elif isinstance(value, bool):
        new = not value
    elif isinstance(value, int | float):
        new = value + 1
    else:
        new = {list: [33], type(None): 7, str: "xx"}[type(value)]
    for part in reversed(place):
        new = {part: new}
    return dict(new)


LEAVES = [
    place for place in leaves(default_data()) if place[0] not in ("version", "effective_from")
]


@pytest.mark.parametrize("place", LEAVES, ids=".".join)
def test_no_value_of_the_package_can_change_without_a_sentence(place: tuple[str, ...]) -> None:
    after = policy_from(changed(place), default_data())

    assert raw_changes(default_policy(), after)
    assert all(
        sentence.endswith(".") and "  " not in sentence
        for sentence in changes(default_policy(), after, {})
    )
    assert changes(default_policy(), after, {}) != ()


@given(st.lists(st.sampled_from(LEAVES), min_size=2, max_size=6, unique=True))
def test_several_changes_at_once_are_all_told(places: list[tuple[str, ...]]) -> None:
    after = default_policy()
    for place in places:
        data = after.model_dump(mode="json")
        after = policy_from(changed(place), data)
    told = changes(default_policy(), after, {})

    for place in places:
        alone = changes(default_policy(), policy_from(changed(place), default_data()), {})
        if place[0] not in ("pilot", "jurisdictions", "notices"):
            assert set(alone) <= set(told)
    assert (told == ()) == (after == default_policy())
