"""Where a stage begins: the group's committed offsets and the changelog's, compared.

Both are written in one transaction, so they agree, unless somebody or something changed one of them
since. Where the group's are missing or older, the state knows better: it begins where the state
ends. Where the two can't both be true, nothing is begun. Pure: what Kafka has is given.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from streams.runtime.checkpoint import Checkpoint, Position


class Why(StrEnum):
    """Why a topic's partition begins where it does."""

    AGREED = "agreed"
    """Group and changelog say the same."""
    FIRST = "first"
    """Nobody has ever handled anything: at the first record."""
    NEW_INPUT = "new_input"
    """The stage did not read the topic before: at the first record."""
    BELIEVED = "believed"
    """The changelog says nothing (a version from before wrote it last): at the group's."""
    GROUP_MISSING = "group_missing"
    """The group has no offset: at the changelog's."""
    GROUP_OLDER = "group_older"
    """The group's offset is of before the state: at the changelog's."""
    MADE_ANEW = "made_anew"
    """The topic was deleted and made again since: at its first record."""


class Unfit(StrEnum):
    """Why a partition can't begin."""

    OTHER_PARTITIONS = "other_partitions"
    ELSEWHERE = "elsewhere"
    CHANGELOG_CUT = "changelog_cut"
    STATE_LOST = "state_lost"
    KEYS_MISSING = "keys_missing"
    OFFSETS_LOST = "offsets_lost"
    GROUP_AHEAD = "group_ahead"
    BEYOND_END = "beyond_end"


class State(NamedTuple):
    """What the changelog of a partition holds."""

    has_now: bool
    """Whether `:now` is there: each transaction of a partition writes it."""
    keys: int
    """How many keys there are, without `:now`."""
    loose: int = 0
    """Changes behind the last `:now`: a crash under at_least_once leaves some."""
    checkpoint: Checkpoint | None = None


class Topic(NamedTuple):
    """One partition of an input as Kafka has it now."""

    topic_id: str
    start: int
    end: int


class Ground(NamedTuple):
    """What Kafka has of one partition of a stage."""

    group: str
    changelog: str
    changelog_id: str
    changelog_begin: int
    partitions: Mapping[str, int]
    """The number of partitions by topic, the changelog too."""
    topics: Mapping[str, Topic]
    """The inputs and the ticks."""
    at_least_once: bool = False
    """Whether a crash may have left the first changes of a state without what they came from."""


class Refusal(NamedTuple):
    """Why a partition can't begin: for people, and as fields."""

    unfit: Unfit
    topic: str
    partition: int
    state: int | None
    """What the state says: an offset, a number of keys or of partitions; None: nothing."""
    kafka: int | None
    """What Kafka has of the same."""
    sentence: str


class Beginning(NamedTuple):
    """Where the topics of a partition begin, and why; or why they can't."""

    offsets: dict[str, int]
    whys: dict[str, Why]
    gone: dict[str, int]
    """Where it should begin, of topics whose records from there on were deleted unread."""
    refusals: tuple[Refusal, ...] = ()


def beginning(number: int, state: State, group: Mapping[str, int], ground: Ground) -> Beginning:
    """Compares what a partition's state was made from with the group's offsets (by topic)."""
    refusal = _unfit_state(number, state, group, ground)
    if refusal is not None:
        return Beginning({}, {}, {}, (refusal,))
    offsets: dict[str, int] = {}
    whys: dict[str, Why] = {}
    gone: dict[str, int] = {}
    refusals: list[Refusal] = []
    for topic, now in ground.topics.items():
        committed = group.get(topic)
        offset, why = _where(topic, state, committed, ground)
        if why is Why.AGREED and committed is not None and committed > offset:
            refusals.append(_ahead(topic, number, committed, offset, ground.group))
        elif offset > now.end:
            refusals.append(_beyond(topic, number, offset, now.end))
        if offset < now.start:
            gone[topic], offset = offset, now.start
        offsets[topic], whys[topic] = offset, why
    return Beginning(offsets, whys, gone, tuple(refusals))


def _where(topic: str, state: State, committed: int | None, ground: Ground) -> tuple[int, Why]:
    now = ground.topics[topic]
    if state.checkpoint is None:
        if committed is None:
            return now.start, Why.NEW_INPUT if state.has_now else Why.FIRST
        return committed, Why.BELIEVED
    kept = state.checkpoint.positions.get(topic)
    if kept is None:
        return (now.start, Why.NEW_INPUT) if committed is None else (committed, Why.BELIEVED)
    if _other_id(kept.topic_id, now.topic_id):
        return _in_new_topic(kept, committed, now)
    if committed is None:
        return kept.offset, Why.GROUP_MISSING
    if committed < kept.offset:
        return kept.offset, Why.GROUP_OLDER
    return kept.offset, Why.AGREED


def _in_new_topic(kept: Position, committed: int | None, now: Topic) -> tuple[int, Why]:
    """Kafka drops a group's offsets with the topic. One like the kept one is of the old topic."""
    if committed is None or committed == kept.offset or committed > now.end:
        return now.start, Why.MADE_ANEW
    return committed, Why.MADE_ANEW


def _other_id(kept: str, now: str) -> bool:
    return bool(kept and now) and kept != now


def _unfit_state(
    number: int, state: State, group: Mapping[str, int], ground: Ground
) -> Refusal | None:
    """What is wrong with the state as a whole; then its positions are not looked at."""
    kept = state.checkpoint
    if kept is not None:
        refusal = other_partitions(number, kept, ground) or _elsewhere(number, kept, ground)
        if refusal is not None:
            return refusal
    if not state.has_now:
        return _without_now(number, state, group, ground)
    if ground.changelog_begin > _known_begin(kept, ground):
        return _cut(number, state, ground)
    if kept is None:
        return None if group else _no_offsets(number, ground)
    if kept.keys is not None and abs(kept.keys - state.keys) > state.loose:
        return Refusal(
            Unfit.KEYS_MISSING, ground.changelog, number, kept.keys, state.keys,
            f"{ground.changelog}[{number}] holds {state.keys} keys, but a state of {kept.keys} was "
            "committed",
        )  # fmt: skip
    return None


def _known_begin(kept: Checkpoint | None, ground: Ground) -> int:
    """Where the changelog began when its state was made; a compacted topic never moves it."""
    if kept is None:
        return 0
    if _other_id(kept.changelog_id, ground.changelog_id):
        return ground.changelog_begin  # a copy: the keys say whether it is whole
    return kept.changelog_begin


def other_partitions(number: int, kept: Checkpoint, ground: Ground) -> Refusal | None:
    """The topics that have another number of partitions than when the state was made."""
    other = {t: n for t, n in sorted(ground.partitions.items()) if n != kept.partitions}
    if not other:
        return None
    topic, now = next(iter(other.items()))
    listed = ", ".join(f"{name} {count}" for name, count in other.items())
    return Refusal(
        Unfit.OTHER_PARTITIONS, topic, number, kept.partitions, now,
        f"the state of {ground.changelog} was made with {kept.partitions} partitions, but now "
        f"there are: {listed}; a key's records would lie apart from its state",
    )  # fmt: skip


def _elsewhere(number: int, kept: Checkpoint, ground: Ground) -> Refusal | None:
    """State and inputs are those of another cluster: its offsets mean nothing here."""
    if not _other_id(kept.changelog_id, ground.changelog_id):
        return None
    for topic, position in kept.positions.items():
        now = ground.topics.get(topic)
        if now is not None and _other_id(position.topic_id, now.topic_id):
            return Refusal(
                Unfit.ELSEWHERE, topic, number, position.offset, None,
                f"the state in {ground.changelog}[{number}] was made from other topics than "
                f"these ({topic} had id {position.topic_id} and has {now.topic_id}; the changelog "
                "is another, too): its offsets mean nothing here",
            )  # fmt: skip
    return None


def _without_now(
    number: int, state: State, group: Mapping[str, int], ground: Ground
) -> Refusal | None:
    place = f"{ground.changelog}[{number}]"
    if group:
        topic, offset = max(group.items(), key=lambda each: (each[1], each[0]))
        found = f"{state.keys} keys and no `:now`" if state.keys else "no state"
        return Refusal(
            Unfit.STATE_LOST, ground.changelog, number, None, offset,
            f"{place} holds {found}, but group {ground.group} has handled {topic}[{number}] up "
            f"to offset {offset}: the changelog has lost its records",
        )  # fmt: skip
    if ground.at_least_once and not ground.changelog_begin:
        return None  # killed while it wrote the first unit: that is handled again, upon this
    if state.keys or ground.changelog_begin:
        return Refusal(
            Unfit.STATE_LOST, ground.changelog, number, None, ground.changelog_begin,
            f"{place} begins at offset {ground.changelog_begin} and holds {state.keys} keys and "
            "no `:now`: it has lost its records",
        )  # fmt: skip
    return None


def _cut(number: int, state: State, ground: Ground) -> Refusal:
    kept = state.checkpoint
    begin = 0 if kept is None else kept.changelog_begin
    if kept is None or kept.keys is None:
        missing = f"{state.keys} keys are there, how many there were is not known"
    else:
        gone = max(0, kept.keys - state.keys)
        missing = f"{gone} of {kept.keys} keys are gone"
    return Refusal(
        Unfit.CHANGELOG_CUT, ground.changelog, number, begin, ground.changelog_begin,
        f"{ground.changelog}[{number}] begins at offset {ground.changelog_begin}, and began at "
        f"{begin}: records were deleted from it; {missing}",
    )  # fmt: skip


def _no_offsets(number: int, ground: Ground) -> Refusal:
    """A state of a version from before, and a group that has forgotten everything."""
    return Refusal(
        Unfit.OFFSETS_LOST, ground.changelog, number, None, None,
        f"{ground.changelog}[{number}] holds state, but does not say from where on the inputs are "
        f"to be read (a version from before wrote it), and group {ground.group} has no offset of "
        "any of them",
    )  # fmt: skip


def _ahead(topic: str, number: int, committed: int, offset: int, group: str) -> Refusal:
    skipped = committed - offset
    return Refusal(
        Unfit.GROUP_AHEAD, topic, number, offset, committed,
        f"group {group} has committed offset {committed} of {topic}[{number}], but the state has "
        f"handled it up to {offset} only: {skipped} offset{'s' * (skipped > 1)} would be skipped",
    )  # fmt: skip


def _beyond(topic: str, number: int, offset: int, end: int) -> Refusal:
    return Refusal(
        Unfit.BEYOND_END, topic, number, offset, end,
        f"{topic}[{number}] is to be read from offset {offset} on, but ends at {end}: it has lost "
        "records",
    )  # fmt: skip


def told(stage: str, refusals: Iterable[Refusal]) -> str:
    """One sentence for all refusals of a stage: the first, how many more, the way out."""
    first, *others = refusals
    more = f"; {len(others)} more like it" if others else ""
    return (
        f"stage {stage} can't begin: {first.sentence}{more}; `recourse state show` compares them, "
        "and docs/disaster-recovery.md has the ways out"
    )
