"""What publishing a policy or a directory writes, given what is published already; no I/O."""

from datetime import UTC, datetime, timedelta

from agents import codecs
from agents.core.policy import Policy
from agents.core.world import Directory
from agents.directory_files import MANAGERS, SITES
from agents.files import Document, UnusableFile
from agents.policy_files import policy_in
from agents.reference import POLICIES, Reference
from agents.rfc3339 import milliseconds, text_of

AHEAD_AT_LEAST_MS = 60_000  # so that every worker has read it before it is in force (events.md)

Record = tuple[str, str, bytes | None]  # topic, key, value; None is a tombstone


def policy_to_publish(
    document: Document, published: Reference, now: int, at: str | None
) -> tuple[Policy, list[Record]]:
    """The policy with its `effective_from`, and the record that publishes it.

    Without an `effective_from` it takes the earliest that it may. `at` is for a backfill: any time.

    Raises:
        UnusableFile: the file is not right, or its version or time can't be.
    """
    policy = policy_in(document)
    if "version" not in document.data:
        raise UnusableFile(
            [f"{document.name}: version is missing: every publication needs its own"]
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
