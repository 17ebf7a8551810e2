"""Policy files: merged over the default, and every problem in one sentence."""

import json
from decimal import Decimal

import pytest

from agents.core.customers.state import Entry
from agents.core.customers.throttle import gone_at
from agents.core.policy import Gate
from agents.reference_data.files import UnusableFile, parse
from agents.reference_data.policy_files import default_policy, policy_in, policy_of_json


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(UnusableFile) as caught:
        policy_in(parse(text, "p.yaml"))
    return caught.value.sentences


def test_an_empty_file_is_the_default() -> None:
    assert policy_in(parse("", "p.yaml")) == default_policy()


def test_a_file_holds_only_what_differs() -> None:
    policy = policy_in(parse("version: v2\nthrottle: {limit: 1}\n", "p.yaml"))

    expected = default_policy()
    assert policy == expected.model_copy(
        update={"version": "v2", "throttle": expected.throttle.model_copy(update={"limit": 1})}
    )


def test_a_part_left_empty_says_nothing() -> None:
    assert policy_in(parse("throttle:\npilot: {sites: }\n", "p.yaml")) == default_policy()


def test_the_percent_of_a_live_site_is_100_when_not_given() -> None:
    policy = policy_in(parse("pilot: {sites: {s1: {gate: LIVE}}}", "p.yaml"))

    assert policy.pilot.sites["s1"].gate is Gate.LIVE
    assert policy.pilot.sites["s1"].percent == Decimal(100)


def test_a_null_takes_a_limit_of_a_place_away() -> None:
    policy = policy_in(
        parse("jurisdictions: {US-TX: {authorisation_limit: {at_most_major: null}}}", "p.yaml")
    )

    assert policy.jurisdiction("US", "US-TX").authorisation_limit.at_most_major is None
    assert policy.jurisdiction("US", "US-NV").authorisation_limit.at_most_major == Decimal(50)


def test_published_json_reads_back_as_the_same_policy() -> None:
    policy = policy_in(parse("version: v2\njurisdictions: {US-TX: {}}", "p.yaml"))

    assert policy_of_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "throttle:\n  limmit: 1\n",
            "p.yaml:2: throttle.limmit is unknown: did you mean limit?",
        ),
        (
            "wish: {zz: 1}\n",
            "p.yaml:1: wish.zz is unknown: possible here are max_tier",
        ),
        (
            "throttle:\n  per_day: 0\n",
            "p.yaml:2: throttle.per_day is 0: must be at least 1",
        ),
        (
            "version: 1.10\n",
            "p.yaml:1: version is 1.1: must be text: put it in quotes",
        ),
        (
            "throttle: 3\n",
            (
                "p.yaml:1: throttle is 3: must be a map (of limit, per_day, per_vehicle, "
                "window_days, records_a_day, weights, fade)"
            ),
        ),
        (
            "effective_from: 2026-01-05T09:00:00\n",
            (
                "p.yaml:1: effective_from is '2026-01-05T09:00:00': "
                "must be a time with its offset from UTC, as in 2026-01-05T09:00:00Z"
            ),
        ),
        (
            "pilot: {default: {gate: ON}}\n",
            "p.yaml:1: pilot.default.gate is 'ON': must be OFF, SHADOW, LIVE or HOLDOUT",
        ),
        (
            "\njurisdictions:\n  us-ca: {}\n",
            (
                "p.yaml:3: jurisdictions has the key 'us-ca': must be default, a country (US) or a "
                "subdivision (US-CA), as in ISO 3166"
            ),
        ),
        (
            "jurisdictions:\n  US-CA:\n    repeat_repair: {attempts: 0}\n",
            ("p.yaml:3: jurisdictions.US-CA.repeat_repair.attempts is 0: must be at least 1"),
        ),
        (
            "[1]",
            "p.yaml:1: the file is [1]: must be a map of keys, as in `throttle: {limit: 3}`",
        ),
    ],
)
def test_a_problem_names_place_field_value_and_what_is_right(text: str, sentence: str) -> None:
    assert problems(text) == (sentence,)


def test_every_problem_has_its_sentence() -> None:
    sentences = problems("late_after_hours: 0\noperators: 5\n")

    assert [sentence.split(" is ")[0] for sentence in sentences] == [
        "p.yaml:2: operators",
        "p.yaml:1: late_after_hours",
    ]


def test_a_record_of_before_holds_decimals_as_text() -> None:
    """`publish` writes them so; what a person may not write is read from the topic as ever."""
    policy = policy_of_json(
        '{"version": "v1", "pilot": {"default": {"gate": "LIVE", "percent": "12.125"}}, '
        '"throttle": {"fade": {"half_life_days": 1000000, "gone_below": 5e-324}}}'
    )

    assert policy.pilot.default.percent == Decimal("12.125")
    entry = Entry(escalation_id="v1:1", disagreement_id="v1:R:1", occurred_at=0, weight=1.0)
    assert gone_at(entry.occurred_at, policy.throttle) > 0


@pytest.mark.parametrize("text", ["1e-9999999", "NaN", "-1", "1_0", " 1", "1" * 16, "0x10"])
def test_a_text_that_is_no_plain_number_is_refused_at_once(text: str) -> None:
    record = f'{{"version": "v1", "pilot": {{"default": {{"gate": "LIVE", "percent": "{text}"}}}}}}'

    with pytest.raises(UnusableFile, match="must be a number in decimal digits"):
        policy_of_json(record)


def test_a_policy_on_the_topic_that_lacks_a_new_key_means_what_it_meant() -> None:
    """A file that lacks it means the package's default; what is published says it."""
    before = default_policy().model_dump(mode="json")
    del before["notices"]["agreed_beyond_limit"]

    assert default_policy().notices.agreed_beyond_limit is True
    assert policy_in(parse("version: v", "p.yaml")).notices.agreed_beyond_limit is True
    assert policy_of_json(json.dumps(before)).notices.agreed_beyond_limit is False
    assert policy_of_json(default_policy().model_dump_json()) == default_policy()


def test_a_policy_on_the_topic_of_before_there_were_quiet_hours_has_none() -> None:
    before = default_policy().model_dump(mode="json")
    before["notices"]["default"]["AT"] = before["notices"]["default"]["DE"]
    del before["notices"]["answered_within_minutes"]
    for each in before["notices"]["default"].values():
        each.pop("quiet_from", None)
        each.pop("quiet_until", None)

    read_back = policy_of_json(json.dumps(before)).notices
    assert {(e.quiet_from, e.quiet_until) for e in read_back.default.values()} == {(None, None)}


def test_a_file_that_names_a_country_without_quiet_hours_takes_those_of_all_others() -> None:
    said = """version: v
notices:
  default:
    "*": {quiet_from: "22:30"}
    AT: {language: de, channels: [SMS]}
    IT: {language: en, channels: [SMS], quiet_from: "09:00", quiet_until: "09:00"}
"""
    found = policy_in(parse(said, "p.yaml")).notices.default

    hours = {country: (each.quiet_from, each.quiet_until) for country, each in found.items()}
    assert (hours["AT"], hours["IT"]) == (("22:30", "08:00"), ("09:00", "09:00"))
    assert hours["US"] == ("21:00", "08:00")
