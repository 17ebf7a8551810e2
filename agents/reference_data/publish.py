"""What publishing a policy or a directory writes, given what is published already; no I/O."""

from datetime import UTC, datetime, timedelta

from agents.core.policy import Policy, listed_names
from agents.core.pseudonyms import Pseudonyms, key_of
from agents.core.rfc3339 import milliseconds, text_of
from agents.core.world import Directory
from agents.records import codecs
from agents.reference_data.directory_files import MANAGERS, SITES
from agents.reference_data.files import Document, UnusableFile, spelled
from agents.reference_data.policy_files import policy_in
from agents.reference_data.reference import POLICIES, SHADOW_KEY, Reference

AHEAD_AT_LEAST_MS = 60_000  # so that every worker has read it before it is in force (events.md)

Record = tuple[str, str, bytes | None]  # topic, key, value; None is a tombstone


def policy_to_publish(
    document: Document, published: Reference, now: int, at: str | None, pseudonyms: Pseudonyms
) -> tuple[Policy, list[Record]]:
    """The policy with its `effective_from` and hashed lists, and the record that publishes it.

    Without an `effective_from` it takes the earliest that it may. `at` is for a backfill: any time.

    Raises:
        UnusableFile: the file is not right, or its version, time or lists can't be.
    """
    policy = without_plain_ids(document, policy_in(document), published, pseudonyms)
    if "version" not in document.data:
        raise UnusableFile(
            [f"{document.name}: version is missing: every publication needs its own"]
        )
    if policy.version == SHADOW_KEY:
        raise UnusableFile(
            [
                document.problem(
                    ("version",),
                    policy.version,
                    "is the name of the place for a policy to compare with: take another",
                )
            ]
        )
    if any(other.version == policy.version for other in published.policies):
        raise UnusableFile(
            [document.problem(("version",), policy.version, "is published already: take a new one")]
        )
    effective_from = _effective_from(document, policy, published, now, at)
    policy = policy.model_copy(
        update={
            "effective_from": datetime.fromtimestamp(effective_from // 1000, UTC)
            + timedelta(milliseconds=effective_from % 1000)
        }
    )
    return policy, [(POLICIES, policy.version, policy.model_dump_json().encode())]


def shadow_to_publish(
    document: Document, published: Reference, pseudonyms: Pseudonyms
) -> tuple[Policy, list[Record]]:
    """The policy to compare with, with hashed lists, and the record that publishes it.

    Raises:
        UnusableFile: the file is not right, or its lists can't be published.
    """
    policy = without_plain_ids(document, policy_in(document), published, pseudonyms)
    return policy, [(POLICIES, SHADOW_KEY, policy.model_dump_json().encode())]


def without_plain_ids(
    document: Document, policy: Policy, published: Reference, pseudonyms: Pseudonyms
) -> Policy:
    """The policy with a keyed hash for each customer's id in its lists.

    Raises:
        UnusableFile: there are ids and no key, or what is published is under a key that is not
            among ours: the workers would not know the customers.
    """
    plain = [
        ("lists", name, index, "customer_id")
        for name in ("allow", "block")
        for index, entry in enumerate(getattr(policy.lists, name))
        if key_of(entry.customer_id) is None
    ]
    if plain and not pseudonyms.keys:
        raise UnusableFile(
            f"{document.where(place)}: {spelled(place)} is a plain id, and is published as a keyed "
            "hash: set RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to the workers' key"
            for place in plain[:1]
        )
    names = [*listed_names(policy)]
    for each in (*published.policies, *filter(None, [published.shadow])) if names else ():
        names += listed_names(each)
    foreign = pseudonyms.foreign(names) if pseudonyms.keys else ()
    if foreign:
        raise UnusableFile(
            [
                (
                    f"{document.where(('lists',))}: lists are published under the key "
                    f"{foreign[0]}, the keys here are {', '.join(pseudonyms.key_names)}: set "
                    "RECOURSE_PRIVACY_KEY or RECOURSE_PRIVACY_KEY_FILE to the workers' key"
                )
            ]
        )
    lists = {
        name: tuple(
            entry
            if key_of(entry.customer_id) is not None
            else entry.model_copy(update={"customer_id": pseudonyms.of(entry.customer_id)})
            for entry in getattr(policy.lists, name)
        )
        for name in ("allow", "block")
    }
    return policy.model_copy(update={"lists": policy.lists.model_copy(update=lists)})


def _effective_from(
    document: Document, policy: Policy, published: Reference, now: int, at: str | None
) -> int:
    if at is not None:
        moment = milliseconds(at)
        if moment is None:
            raise UnusableFile([f"--at is {at!r}: must be a time such as 2026-01-05T09:00:00Z"])
        return moment
    earliest = now if not published.policies else now + AHEAD_AT_LEAST_MS
    if "effective_from" not in document.data:
        return earliest
    if published.policies and policy.effective_from_milliseconds < earliest:
        raise UnusableFile(
            [
                document.problem(
                    ("effective_from",),
                    text_of(policy.effective_from_milliseconds),
                    f"must be at least 60 s ahead ({text_of(earliest)} or later), "
                    "or give --at for a backfill",
                )
            ]
        )
    return policy.effective_from_milliseconds


def directory_to_publish(directory: Directory, published: Reference) -> list[Record]:
    """The records that make the published directory equal to a file's: new, changed and gone."""
    records: list[Record] = []
    for topic, wanted, known in (
        (SITES, directory.sites, published.sites),
        (MANAGERS, directory.managers, published.managers),
    ):
        records += [
            (topic, key, codecs.encode(topic, entry))
            for key, entry in wanted.items()
            if known.get(key) != entry
        ]
        records += [(topic, key, None) for key in sorted(known.keys() - wanted.keys())]
    return records
