"""What publishing writes, given what is published already."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from msgspec import structs

from agents import codecs
from agents.core.world import Directory
from agents.directory_files import SITES, demo_directory
from agents.files import UnusableFile, parse
from agents.policy_files import default_policy, policy_of_json
from agents.publish import directory_to_publish, policy_to_publish
from agents.reference import POLICIES, Reference, reference_of
from agents.rfc3339 import milliseconds, text_of

NOW = 1_772_442_000_123
PUBLISHED = reference_of(default_policy(), demo_directory())


def effective(text: str, published: Reference = PUBLISHED, at: str | None = None) -> int:
    policy, records = policy_to_publish(parse(text, "p.yaml"), published, NOW, at)
    ((topic, key, value),) = records
    assert value is not None
    assert (topic, key, policy_of_json(value)) == (POLICIES, policy.version, policy)
    return policy.effective_from_milliseconds


def problem(text: str, published: Reference = PUBLISHED, at: str | None = None) -> str:
    with pytest.raises(UnusableFile) as caught:
        policy_to_publish(parse(text, "p.yaml"), published, NOW, at)
    (sentence,) = caught.value.sentences
    return sentence


def test_without_a_moment_a_policy_takes_the_earliest_that_it_may() -> None:
    assert effective("version: v2") == NOW + 60_000


def test_the_first_policy_may_be_in_force_at_once_or_in_the_past() -> None:
    assert effective("version: v1", Reference()) == NOW
    assert effective("{version: v1, effective_from: 2020-01-01T00:00:00Z}", Reference()) == (
        milliseconds("2020-01-01T00:00:00Z")
    )


def test_exactly_60_seconds_ahead_is_far_enough() -> None:
    moment = text_of(NOW + 60_000)

    assert effective(f"{{version: v2, effective_from: {moment}}}") == NOW + 60_000


def test_less_than_60_seconds_ahead_is_refused() -> None:
    moment = text_of(NOW + 59_999)

    assert problem(f"{{version: v2, effective_from: {moment}}}") == (
        f"p.yaml:1: effective_from is '{moment}': must be at least 60 s ahead "
        f"({text_of(NOW + 60_000)} or later), or give --at for a backfill"
    )


def test_a_backfill_may_name_any_moment() -> None:
    assert effective("version: v2", at="2020-01-01T00:00:00Z") == (
        milliseconds("2020-01-01T00:00:00Z")
    )


def test_a_version_is_published_once_and_has_a_name() -> None:
    assert problem("version: default") == (
        "p.yaml:1: version is 'default': is published already: take a new one"
    )
    assert problem("{}") == "p.yaml: version is missing: every publication needs its own"


def test_a_directory_that_is_published_already_writes_nothing() -> None:
    assert directory_to_publish(demo_directory(), PUBLISHED) == []


def test_new_and_changed_entries_are_written_and_gone_ones_taken_away() -> None:
    demo = demo_directory()
    changed = structs.replace(demo.sites["miami"], name="Miami Beach")
    sites = [site for site in demo.sites.values() if site.site_id not in {"miami", "tampa"}]
    published = replace(
        PUBLISHED,
        sites=MappingProxyType({key: each for key, each in demo.sites.items() if key != "oakland"}),
    )

    assert directory_to_publish(
        Directory([*sites, changed], demo.managers.values()), published
    ) == [
        (SITES, "oakland", codecs.encode(SITES, demo.sites["oakland"])),
        (SITES, "miami", codecs.encode(SITES, changed)),
        (SITES, "tampa", None),
    ]
