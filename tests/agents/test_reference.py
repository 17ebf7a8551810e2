"""Reference data: folded from its topics; what can't be used leaves what was there."""

from typing import Any

import pytest

from agents import codecs
from agents.directory_files import MANAGERS, SITES, demo_directory
from agents.policy_files import default_policy
from agents.reference import POLICIES, Reference, fold, missing, reference_of
from schemas.records import Manager, Site
from streams.topology import Message

T0 = 1_772_442_000_000


def message(topic: str, key: str, value: bytes | None) -> Message:
    return Message(topic, 0, 0, T0, key.encode(), value)


def policy(version: str, effective_from: str, key: str | None = None) -> Message:
    value = f'{{"version": "{version}", "effective_from": "{effective_from}"}}'
    return message(POLICIES, key or version, value.encode())


def folded(*messages: Message) -> Reference:
    reference = Reference()
    for each in messages:
        reference = fold(reference, each)
    return reference


def site() -> Site:
    return demo_directory().sites["columbus"]


def manager() -> Manager:
    return demo_directory().managers["m-brooks"]


def test_the_policy_in_force_is_the_latest_that_has_begun() -> None:
    reference = folded(
        policy("v1", "2026-03-01T00:00:00Z"),
        policy("v3", "2026-03-03T00:00:00Z"),
        policy("v2", "2026-03-02T00:00:00Z"),
    )
    begun = [each.effective_from_milliseconds for each in reference.policies]

    assert [
        reference.policy(now).version
        for now in (0, begun[0] - 1, begun[0], begun[2] - 1, begun[2], begun[1] - 1, begun[1])
    ] == ["v1", "v1", "v1", "v1", "v2", "v2", "v3"]


def test_of_equal_moments_the_later_record_counts() -> None:
    reference = folded(
        policy("v2", "2026-03-01T00:00:00Z"),
        policy("v1", "2026-03-01T00:00:00Z"),
        policy("v2", "2026-03-01T00:00:00Z"),
    )

    assert reference.policy(T0).version == "v2"


def test_a_tombstone_takes_its_key_away() -> None:
    reference = folded(
        policy("v1", "2026-03-01T00:00:00Z"),
        message(POLICIES, "v1", None),
        message(SITES, "columbus", codecs.encode(SITES, site())),
        message(SITES, "columbus", None),
        message(MANAGERS, "m-brooks", None),
    )

    assert reference == Reference()


def test_sites_and_managers_are_as_they_were_published() -> None:
    reference = folded(
        message(SITES, "columbus", codecs.encode(SITES, site())),
        message(MANAGERS, "m-brooks", codecs.encode(MANAGERS, manager())),
    )

    assert dict(reference.directory.sites) == {"columbus": site()}
    assert dict(reference.directory.managers) == {"m-brooks": manager()}


def test_what_cannot_be_used_leaves_what_was_there_and_is_noted() -> None:
    good = message(SITES, "columbus", codecs.encode(SITES, site()))
    first = policy("v1", "2026-03-01T00:00:00Z")
    bad: list[tuple[Message, Any]] = [
        (message(POLICIES, "v1", b"{"), "not YAML or JSON"),
        (policy("v9", "2026-03-01T00:00:00Z", key="v1"), "not the policy's version 'v9'"),
        (message(POLICIES, "v1", b'{"throttle": 1}'), "throttle is 1"),
        (message(SITES, "columbus", b"\x00\x01"), ""),
        (message(SITES, "miami", good.value), "the key 'miami' is not the record's id 'columbus'"),
    ]
    reference = folded(good, first, *(each for each, _ in bad))

    assert (reference.policies, reference.sites) == (
        folded(first).policies,
        folded(good).sites,
    )
    assert reference.refused_count == len(bad)
    for refused, (given, words) in zip(reference.refused, bad, strict=True):
        assert refused.topic == given.topic
        assert words in refused.detail


def test_a_policy_to_compare_with_is_never_in_force() -> None:
    assert folded(policy("v9", "2026-03-01T00:00:00Z", key="shadow")) == Reference()


def test_a_worker_needs_a_policy_and_a_directory() -> None:
    whole = reference_of(default_policy(), demo_directory())

    assert missing(whole) is None
    assert missing(Reference(sites=whole.sites, managers=whole.managers)) == (
        "no policy: publish one with `recourse policy publish FILE`"
    )
    assert missing(Reference(policies=whole.policies, sites=whole.sites)) == (
        "no directory: publish one with `recourse directory publish FILE`"
    )


@pytest.mark.parametrize("topic", [POLICIES, SITES, MANAGERS])
@pytest.mark.parametrize("value", [None, b"{}"])
def test_a_record_without_a_key_is_refused(topic: str, value: bytes | None) -> None:
    reference = fold(folded(), Message(topic, 0, 0, T0, None, value))

    assert [(each.topic, each.detail) for each in reference.refused] == [
        (topic, "it has no key: must be the record's id")
    ]
