"""What is published: which version is in force when, and what a file would change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.policy import Policy, in_force
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from agents.core.rfc3339 import milliseconds
from agents.reference_data.directory_files import demo_directory, directory_in
from agents.reference_data.files import UnusableFile, parse, written
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.published import compared, spans, version_of
from agents.reference_data.reference import Reference, reference_of
from agents.reference_data.written import directory_as_file, policy_as_yaml

KEYS = Pseudonyms(keys=(b"k" * 16,))
NOON = "2026-11-27T12:00:00Z"
NOW = milliseconds(NOON) or 0
HOUR = 3_600_000


def policy(version: str, hour: int, rest: str = "") -> Policy:
    return policy_in(
        parse(f"{{version: {version}, effective_from: 2026-11-27T{hour}:00:00Z{rest}}}", "p.yaml")
    )


def published(*policies: Policy) -> Reference:
    return replace(reference_of(default_policy(), demo_directory()), policies=policies)


def test_each_version_has_its_time() -> None:
    known = (policy("v1", 10), policy("v4", 18), policy("v2", 11), policy("v3", 18))

    assert [
        (each.policy.version, each.begin, each.end, each.state(NOW)) for each in spans(known)
    ] == [
        ("v1", NOW - 2 * HOUR, NOW - HOUR, "was in force"),
        ("v2", NOW - HOUR, NOW + 6 * HOUR, "in force"),
        ("v4", None, None, "never in force"),
        ("v3", NOW + 6 * HOUR, None, "will be in force"),
    ]
    assert spans(()) == ()


def test_a_version_is_in_force_to_the_millisecond() -> None:
    first, second = spans((policy("v1", 10), policy("v2", 12)))

    assert [first.state(NOW - 1), first.state(NOW)] == ["in force", "was in force"]
    assert [second.state(NOW - 1), second.state(NOW)] == ["will be in force", "in force"]


def test_before_the_earliest_it_holds_already_and_of_equal_ones_the_later() -> None:
    known = (policy("v1", 18), policy("v2", 18))

    assert [each.state(NOW) for each in spans(known)] == ["never in force", "in force"]
    assert in_force(known, NOW).version == "v2"


@given(
    st.lists(st.integers(10, 20), min_size=1, max_size=6),
    st.integers(9 * HOUR, 21 * HOUR),
)
def test_what_is_shown_as_in_force_is_what_the_core_takes(hours: list[int], at: int) -> None:
    known = tuple(policy(f"v{number}", hour) for number, hour in enumerate(hours))
    now = NOW - 12 * HOUR + at

    assert [each.policy.version for each in spans(known) if each.state(now) == "in force"] == [
        in_force(known, now).version
    ]


def test_a_file_is_compared_with_what_is_in_force_when_it_begins() -> None:
    known = published(policy("v1", 10), policy("v2", 15, ", throttle: {limit: 5}"))

    at_once = compared(parse("version: v3", "p.yaml"), known, NOW, PLAIN_IDS, None)
    assert (at_once.begin, at_once.before) == (NOW + 60_000, known.policies[0])
    assert at_once.sentences == ()

    later = compared(
        parse("{version: v3, effective_from: 2026-11-27T16:00:00Z}", "p.yaml"),
        known,
        NOW,
        PLAIN_IDS,
        None,
    )
    assert (later.begin, later.before) == (NOW + 4 * HOUR, known.policies[1])
    assert later.sentences == (
        "The number of escalations that a customer may ask for within the window goes from 5 to 3.",
    )
    named = compared(parse("version: v3", "p.yaml"), known, NOW, PLAIN_IDS, "v2")
    assert named.sentences == later.sentences


def test_without_anything_published_the_packages_policy_stands_for_it() -> None:
    found = compared(
        parse("{version: v1, late_after_hours: {default: 1}}", "p"), Reference(), NOW, KEYS, None
    )

    assert (found.before, found.begin, found.hindrances) == (None, NOW, ())
    assert found.sentences == (
        "The time after which an event comes too late (default) goes from 24 to 1 hours.",
    )


def test_what_keeps_a_file_from_being_published_is_said() -> None:
    known = published(policy("v1", 10))

    found = compared(
        parse("{version: v1, late_after_hours: {default: 1}}", "p.yaml"), known, NOW, KEYS, None
    )
    assert found.hindrances == ("p.yaml:1: version is 'v1': is published already: take a new one",)
    assert len(found.sentences) == 1


def test_ids_in_lists_are_compared_with_hashes_and_told_as_ids() -> None:
    text = "{version: %s, lists: {block: [{customer_id: c1, reason: fraud}, %s]}}"
    entry = f"{{customer_id: {KEYS.of('c2')}, reason: x}}"
    hashed = f"{{block: [{{customer_id: {KEYS.of('c1')}, reason: fraud}}, {entry}]}}"
    known = published(policy("v1", 10, f", lists: {hashed}"))

    same = compared(parse(text % ("v2", entry), "p.yaml"), known, NOW, KEYS, None)
    assert same.sentences == ()
    more = compared(
        parse(text % ("v2", "{customer_id: c3, reason: y}"), "p.yaml"), known, NOW, KEYS, None
    )
    assert more.sentences == (
        f"Customer {KEYS.of('c2')[:18]}… is no longer on the block-list: x.",
        "Customer c3 is on the block-list: y.",
    )


def test_a_version_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(UnusableFile) as caught:
        version_of(published(policy("v1", 10), policy("v2", 11)), "v9")

    assert str(caught.value) == ("--version v9: there is no such version; published are: v1, v2")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "throttle: {limit: 1, weights: {upheld: 0.25}}\noperators: ['1e3', 'NO', '18:00']",
        (
            "jurisdictions: {US-OH: {authorisation_limit: {percent: null, fixed_major: 7.5}}}\n"
            "pilot: {salt: '~', sites: {s1: {gate: OFF}}}"
        ),
        f"lists: {{allow: [{{customer_id: {KEYS.of('c1')}, reason: x, until: {NOON}}}]}}",
    ],
)
def test_a_policy_as_a_file_means_the_same_policy(text: str) -> None:
    given_policy = policy_in(parse(f"version: '1e3'\n{text}", "p.yaml"))

    assert policy_in(parse(policy_as_yaml(given_policy), "again.yaml")) == given_policy


def test_a_directory_as_a_file_means_the_same_directory() -> None:
    again = directory_in(parse(written(directory_as_file(demo_directory())), "again.yaml"))

    assert (again.sites, again.managers) == (demo_directory().sites, demo_directory().managers)
