"""What is published of the policy: which version is in force when, and what a file would change."""

from dataclasses import dataclass

from agents.core.policy import Policy, in_force
from agents.core.pseudonyms import Pseudonyms, key_of
from agents.reference_data.differences import Difference
from agents.reference_data.files import Document, UnusableFile
from agents.reference_data.policy_files import default_policy, policy_in
from agents.reference_data.policy_words import changes, raw_changes
from agents.reference_data.publish import AHEAD_AT_LEAST_MS, policy_to_publish, without_plain_ids
from agents.reference_data.reference import SHADOW_KEY, Reference


@dataclass(frozen=True, kw_only=True)
class Span:
    """When a version is in force, in epoch milliseconds: from `begin` until before `end`.

    `begin` is None where it never is: another version begins at the same moment and was published
    later. `end` is None while nothing follows. `earliest` holds before its time too.
    """

    policy: Policy
    begin: int | None
    end: int | None
    earliest: bool

    def state(self, now: int) -> str:
        """What it is at a moment, in a few words."""
        if self.begin is None:
            return "never in force"
        if now < self.begin and not self.earliest:
            return "will be in force"
        return "in force" if self.end is None or now < self.end else "was in force"


def spans(policies: tuple[Policy, ...]) -> tuple[Span, ...]:
    """Every version with its time, in the order of their times."""
    turns = sorted({policy.effective_from_milliseconds for policy in policies})
    ends: dict[int, int | None] = dict(zip(turns, [*turns, None][1:], strict=True))
    found = []
    for policy in sorted(policies, key=lambda each: each.effective_from_milliseconds):
        turn = policy.effective_from_milliseconds
        holds = in_force(policies, turn) is policy
        found.append(
            Span(
                policy=policy,
                begin=turn if holds else None,
                end=ends[turn] if holds else None,
                earliest=turn == turns[0],
            )
        )
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a file would change.

    `before` is what it would take the place of at `begin` (ms); None when nothing is published: the
    package's policy stands for it then. `hindrances` say why it can't be published as it is.
    """

    after: Policy
    before: Policy | None
    begin: int
    hindrances: tuple[str, ...]
    sentences: tuple[str, ...]
    differences: tuple[Difference, ...]


def compared(
    document: Document, published: Reference, now: int, pseudonyms: Pseudonyms, against: str | None
) -> Comparison:
    """A file against what would be in force without it when it comes into force, or a version.

    Raises:
        UnusableFile: the file is no policy, or there is no such version.
    """
    policy = policy_in(document)
    called = {}
    if pseudonyms.keys:
        names = [entry.customer_id for entry in (*policy.lists.allow, *policy.lists.block)]
        called = {pseudonyms.of(name): name for name in names if key_of(name) is None}
    after = without_plain_ids(document, policy, published, pseudonyms)
    begin = now + (AHEAD_AT_LEAST_MS if published.policies else 0)
    hindrances: tuple[str, ...] = ()
    try:
        ready, _ = policy_to_publish(document, published, now, None, pseudonyms)
        begin = ready.effective_from_milliseconds
    except UnusableFile as problem:
        hindrances = problem.sentences
    before = None
    if against is not None:
        before = version_of(published, against)
    elif published.policies:
        before = published.policy(begin)
    base = default_policy() if before is None else before
    return Comparison(
        after=after,
        before=before,
        begin=begin,
        hindrances=hindrances,
        sentences=changes(base, after, called),
        differences=raw_changes(base, after),
    )


def version_of(published: Reference, version: str) -> Policy:
    """A published version, or the one to compare with under its name `shadow`.

    Raises:
        UnusableFile: there is none.
    """
    if version == SHADOW_KEY and published.shadow is not None:
        return published.shadow
    for policy in published.policies:
        if policy.version == version:
            return policy
    known = ", ".join(policy.version for policy in published.policies) or "none"
    raise UnusableFile([f"--version {version}: there is no such version; published are: {known}"])
