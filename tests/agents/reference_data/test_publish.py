"""What publishing writes, given what is published already."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from msgspec import structs

from agents.core.policy import listed_names
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from agents.core.rfc3339 import milliseconds, text_of
from agents.core.world import Directory
from agents.records import codecs
from agents.reference_data.directory_files import SITES, demo_directory
from agents.reference_data.files import UnusableFile, parse
from agents.reference_data.policy_files import default_policy, policy_of_json
from agents.reference_data.publish import directory_to_publish, policy_to_publish, shadow_to_publish
from agents.reference_data.reference import POLICIES, Reference, reference_of

KEYS = Pseudonyms(keys=(b"k" * 16,))
NOW = 1_772_442_000_123
PUBLISHED = reference_of(default_policy(), demo_directory())


def effective(text: str, published: Reference = PUBLISHED, at: str | None = None) -> int:
    policy, records = policy_to_publish(parse(text, "p.yaml"), published, NOW, at, KEYS)
    ((topic, key, value),) = records
    assert value is not None
    assert (topic, key, policy_of_json(value)) == (POLICIES, policy.version, policy)
    return policy.effective_from_milliseconds


def problem(
    text: str,
    published: Reference = PUBLISHED,
    at: str | None = None,
    pseudonyms: Pseudonyms = KEYS,
) -> str:
    with pytest.raises(UnusableFile) as caught:
        policy_to_publish(parse(text, "p.yaml"), published, NOW, at, pseudonyms)
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


def test_a_policy_cannot_take_the_name_of_the_one_to_compare_with() -> None:
    assert problem("version: shadow") == (
        "p.yaml:1: version is 'shadow': is the name of the place for a policy to compare with: "
        "take another"
    )


def test_a_policy_to_compare_with_has_a_place_of_its_own_and_any_time() -> None:
    policy, records = shadow_to_publish(
        parse("{version: v1, effective_from: 2020-01-01T00:00:00Z}", "p.yaml"), PUBLISHED, KEYS
    )

    assert [(topic, key) for topic, key, _ in records] == [(POLICIES, "shadow")]
    assert policy_of_json(records[0][2] or b"") == policy


LISTS = """\
version: v2
lists:
  allow:
    - {customer_id: c1, reason: fleet}
    - {customer_id: %s, reason: press}
  block: [{customer_id: c2, reason: fraud}]
"""


def test_ids_in_lists_are_published_as_their_keyed_hash_and_hashes_as_they_are() -> None:
    written = KEYS.of("c9")
    policy, ((_, _, value),) = policy_to_publish(
        parse(LISTS % written, "p.yaml"), PUBLISHED, NOW, None, KEYS
    )

    assert [*listed_names(policy)] == [KEYS.of("c1"), written, KEYS.of("c2")]
    assert value is not None
    assert b'"c1"' not in value
    assert b'"c2"' not in value


def test_ids_in_lists_need_the_key() -> None:
    assert problem(LISTS % "c9", pseudonyms=PLAIN_IDS) == (
        "p.yaml:4: lists.allow[0].customer_id is a plain id, and is published as a keyed hash: "
        "set RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to the workers' key"
    )


def test_hashes_alone_need_no_key() -> None:
    text = f"{{version: v2, lists: {{allow: [{{customer_id: {KEYS.of('c1')}, reason: x}}]}}}}"

    policy, _ = policy_to_publish(parse(text, "p.yaml"), PUBLISHED, NOW, None, PLAIN_IDS)
    assert [*listed_names(policy)] == [KEYS.of("c1")]


def test_a_key_that_published_lists_are_not_under_is_refused() -> None:
    other = Pseudonyms(keys=(b"x" * 16,))
    first, _ = policy_to_publish(parse(LISTS % "c9", "p.yaml"), PUBLISHED, NOW, None, KEYS)
    published = replace(PUBLISHED, policies=(first,))

    assert problem(
        "{version: v3, lists: {allow: [{customer_id: c1, reason: x}]}}",
        published,
        pseudonyms=other,
    ) == (
        f"p.yaml:1: lists are published under the key {KEYS.key_names[0]}, the keys here are "
        f"{other.key_names[0]}: set RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to the "
        "workers' key"
    )
    assert effective("version: v3", published) == NOW + 60_000


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
