"""What mends a refused reference record: the good one before it, as it was written."""

from agents.core.pseudonyms import Pseudonyms
from agents.records import codecs
from agents.reference_data.directory_files import MANAGERS, SITES, demo_directory
from agents.reference_data.reference import POLICIES, Refused, fold
from agents.reference_data.reference import Reference as Folded
from agents.reference_data.repair import repairs
from streams.topology import Message

COLUMBUS = demo_directory().sites["columbus"]
V1 = b'{"version": "v1", "effective_from": "2026-03-01T00:00:00Z"}'
V1_AGAIN = b'{"version": "v1",  "effective_from": "2026-03-02T00:00:00Z"}'


def log_of(*records: tuple[str, str, bytes | None]) -> list[Message]:
    return [
        Message(topic, 0, offset, 0, key.encode(), value)
        for offset, (topic, key, value) in enumerate(records)
    ]


def test_the_last_good_record_of_each_refused_key_is_written_again_byte_for_byte() -> None:
    columbus = codecs.encode(SITES, COLUMBUS)
    log = log_of(
        (POLICIES, "v1", V1),
        (SITES, "columbus", columbus),
        (POLICIES, "v1", V1_AGAIN),
        (POLICIES, "v1", b"\x00garbage"),
        (POLICIES, "v9", b"{"),  # never was a good one
        (SITES, "columbus", b"\x00"),
        (MANAGERS, "m-brooks", b"\x00"),
        (MANAGERS, "m-brooks", None),  # mended already
    )

    found = repairs(log, {POLICIES})
    assert [(each.record, each.offset) for each in found] == [
        ((POLICIES, "v1", V1_AGAIN), 2),
        ((POLICIES, "v9", None), None),
    ]
    of_sites = repairs(log, {SITES, MANAGERS})
    assert [(each.record, each.offset) for each in of_sites] == [((SITES, "columbus", columbus), 1)]


def test_what_is_published_mends_everything() -> None:
    log = log_of((POLICIES, "v1", V1), (POLICIES, "v1", b"{"), (SITES, "tampa", b"\x00"))
    records = [each.record for each in repairs(log, {POLICIES, SITES, MANAGERS})]
    reference: Folded = Folded()
    for each in [*log, *log_of(*records)]:
        reference = fold(reference, each)

    assert reference.standing == ()
    assert [policy.version for policy in reference.policies] == ["v1"]


def test_a_tombstone_over_the_last_policy_is_mended_by_the_policy() -> None:
    log = log_of((POLICIES, "v1", V1), (POLICIES, "v1", None))

    (found,) = repairs(log, {POLICIES})
    assert found.record == (POLICIES, "v1", V1)
    assert isinstance(found.refused, Refused)


def test_lists_under_another_key_are_no_damage() -> None:
    theirs = Pseudonyms(keys=(b"t" * 16,)).of("c2")
    listed = (
        f'{{"version": "v2", "lists": {{"block": [{{"customer_id": "{theirs}", "reason": "x"}}]}}}}'
    )

    assert repairs(log_of((POLICIES, "v2", listed.encode())), {POLICIES}) == []


def test_nothing_refused_needs_nothing() -> None:
    assert repairs(log_of((POLICIES, "v1", V1)), {POLICIES}) == []
