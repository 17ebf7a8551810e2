"""Reference data: folded from its topics; what can't be used leaves what was there."""

from dataclasses import replace
from typing import Any

import pytest

from agents.core.pseudonyms import Pseudonyms
from agents.records import codecs
from agents.reference_data.directory_files import MANAGERS, SITES, demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import POLICIES, Reference, fold, missing, reference_of
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
        (message(POLICIES, "v1", b"{"), "policy: not JSON"),
        (policy("v9", "2026-03-01T00:00:00Z", key="v1"), "not the policy's version 'v9'"),
        (message(POLICIES, "v1", b'{"throttle": 1}'), "throttle is 1"),
        (message(POLICIES, "v1", b"version: v1"), "policy: not JSON"),
        (message(POLICIES, "v1", b"[" * 100_000), "policy: nested too deep"),
        (message(POLICIES, "v1", b"\xff"), "policy is not UTF-8 (byte 0)"),
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


def test_a_key_is_mended_by_a_right_record_and_by_a_tombstone() -> None:
    bad = [message(SITES, key, b"\x00") for key in ("columbus", "miami", "tampa")]
    reference = folded(*bad, bad[0])
    assert set(reference.unmended) == {(SITES, "columbus"), (SITES, "miami"), (SITES, "tampa")}

    for each in (
        message(SITES, "columbus", codecs.encode(SITES, site())),
        message(SITES, "miami", None),
    ):
        reference = fold(reference, each)

    assert (set(reference.unmended), reference.refused_count) == ({(SITES, "tampa")}, 4)


def test_a_refused_record_over_a_good_one_is_at_risk_until_it_is_mended() -> None:
    good = message(SITES, "columbus", codecs.encode(SITES, site()))
    reference = folded(
        policy("v1", "2026-03-01T00:00:00Z"),
        good,
        message(SITES, "columbus", b"\x00"),
        message(SITES, "tampa", b"\x00"),
        message(POLICIES, "v1", b"{"),
    )

    assert [(each.topic, each.key) for each in reference.standing] == [
        (SITES, "columbus"),
        (SITES, "tampa"),
        (POLICIES, "v1"),
    ]
    assert [(each.topic, each.key) for each in reference.at_risk] == [
        (SITES, "columbus"),
        (POLICIES, "v1"),
    ]
    mended = fold(reference, good)
    assert [(each.topic, each.key) for each in mended.at_risk] == [(POLICIES, "v1")]


def test_what_a_start_lacks_is_explained_by_a_refusal_of_that_topic_alone() -> None:
    """After compaction the refused record stands alone: another topic's refusal says nothing."""
    alone = folded(
        message(POLICIES, "v1", b"{"),
        message(MANAGERS, "m-brooks", b"\x00"),
    )
    why = alone.unmended[POLICIES, "v1"]

    assert missing(alone) == (
        f"no policy: publish one with `recourse policy publish FILE` (recourse.policies v1: {why})"
    )
    assert missing(folded(message(MANAGERS, "m-brooks", b"\x00"))) == (
        "no policy: publish one with `recourse policy publish FILE`"
    )


def test_a_policy_to_compare_with_is_never_in_force() -> None:
    first = policy("v1", "2026-03-01T00:00:00Z")
    reference = folded(first, policy("v9", "2026-03-02T00:00:00Z", key="shadow"))

    assert reference.policies == folded(first).policies
    assert reference.policy(2**45).version == "v1"
    assert reference.shadow is not None
    assert reference.shadow.version == "v9"
    assert fold(reference, message(POLICIES, "shadow", None)) == folded(first)


def listed(version: str, *customers: str) -> Message:
    entries = ", ".join(f'{{"customer_id": "{each}", "reason": "x"}}' for each in customers)
    return message(
        POLICIES, version, f'{{"version": "{version}", "lists": {{"block": [{entries}]}}}}'.encode()
    )


def test_lists_under_a_key_that_is_not_here_are_refused_and_stop_a_start() -> None:
    ours, theirs = Pseudonyms(keys=(b"o" * 16,)), Pseudonyms(keys=(b"t" * 16,))
    whole = replace(reference_of(default_policy(), demo_directory(), ours))
    sentence = (
        f"the lists of policy v2 are under the key {theirs.key_names[0]}, the keys here are "
        f"{ours.key_names[0]}: set RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to what "
        "published it"
    )

    refusing = fold(whole, listed("v2", ours.of("c1"), theirs.of("c2")))
    assert refusing.policies == whole.policies
    assert [each.detail for each in refusing.refused] == [sentence]
    assert missing(refusing) == sentence

    mended = fold(refusing, listed("v2", ours.of("c1"), "c2"))
    assert missing(mended) is None
    assert [each.version for each in mended.policies] == ["default", "v2"]
    assert missing(fold(refusing, message(POLICIES, "v2", None))) is None


def test_both_keys_read_while_one_takes_the_place_of_the_other() -> None:
    old, new = Pseudonyms(keys=(b"o" * 16,)), Pseudonyms(keys=(b"n" * 16,))
    both = Pseudonyms(keys=(*new.keys, *old.keys))
    reference = fold(Reference(pseudonyms=both), listed("v1", old.of("c1"), new.of("c2")))

    assert reference.refused == ()
    assert {old.of("c1"), "c1"} < both.names("c1")
    assert new.of("c2") == both.of("c2")
    assert old.of("c2") != both.of("c2")


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


def test_the_last_policy_can_not_be_taken_away() -> None:
    one = folded(policy("v1", "2026-03-01T00:00:00Z"))
    two = fold(one, policy("v2", "2026-03-02T00:00:00Z"))

    assert fold(two, message(POLICIES, "v1", None)).policy(T0).version == "v2"
    refusing = fold(one, message(POLICIES, "v1", None))
    assert (refusing.policy(T0).version, refusing.refused_count) == ("v1", 1)
