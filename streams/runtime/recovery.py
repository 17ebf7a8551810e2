"""What an operator sees and sets while no worker runs: state and offsets, side by side.

It compares as a start does, and changes what a start refuses: the group's offsets, what the state
says that it was made from, a record that nobody of ours wrote.
"""

import threading
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition

from streams.errors import ConfigurationError, EngineError, UnreadableState
from streams.runtime import changelog, checkpoint
from streams.runtime.beginning import Beginning, Ground, Refusal, State, beginning
from streams.runtime.changelog import Found
from streams.runtime.checkpoint import Origin
from streams.runtime.restore import Committed, what_is_committed
from streams.topology import NOW_KEY, Message, Stage
from streams.transport.coordinators import Coordinators
from streams.transport.groups import groups
from streams.transport.kafka import Place, Write, admin, topic_ends
from streams.transport.ranges import RangeReader
from streams.transport.sending import Sender

_ASKED_ONCE = threading.Event()
_ASKED_ONCE.set()  # a command does not wait for a broker that is away


class NotDone(EngineError):  # noqa: N818 - it says what happened
    """Nothing was changed; one sentence says why."""


class Begin(StrEnum):
    """From where on partitions are to be read whose state is accepted as it is."""

    GROUP = "group"
    STATE = "state"
    FIRST = "first"
    END = "end"


class Seen(NamedTuple):
    """One partition of a stage: what a start of a worker would see."""

    number: int
    found: Found
    group: Mapping[str, int]
    ground: Ground
    state: State | None
    beginning: Beginning
    unreadable: str | None
    """Why its changelog can't be read, if so; it has no beginning then."""

    @property
    def begins(self) -> bool:
        """Whether a worker would begin with it."""
        return self.unreadable is None and not self.beginning.refusals


def look(
    stage: Stage, group: str, bootstrap_servers: str, numbers: Sequence[int] | None = None
) -> list[Seen]:
    """Reads the changelog, all of it or of some partitions, and compares it as a start does.

    Raises:
        KafkaException: the broker can't be asked.
        EngineError: the same.
    """
    every = range(changelog.partitions(stage, bootstrap_servers, _ASKED_ONCE))
    wanted = list(every) if numbers is None else [n for n in numbers if n in every]
    asked = what_is_committed(stage, group, bootstrap_servers, wanted, _ASKED_ONCE)
    found = {number: Found(number) for number in wanted}
    # Not `_ASKED_ONCE`: whoever reads with it stops at once.
    changelog.read(stage, bootstrap_servers, found, threading.Event())
    return [_seen(stage, bootstrap_servers, asked, found[number]) for number in wanted]


class Glance(NamedTuple):
    """What the ends of a stage's changelogs tell."""

    known: tuple[int, ...]
    """Partitions whose last checkpoint was found."""
    silent: tuple[int, ...]
    """Those that hold something, and say nothing of what it was made from."""
    refusals: tuple[Refusal, ...]


def glance(stage: Stage, group: str, bootstrap_servers: str) -> Glance:
    """Compares without reading the changelogs. Workers may run meanwhile.

    So the group is asked first, and the ends of the topics last: what is behind the one, and before
    the other, is no more than what was handled in between.

    Raises:
        KafkaException: the broker can't be asked.
        EngineError: the same.
    """
    every = range(changelog.partitions(stage, bootstrap_servers, _ASKED_ONCE))
    asked = what_is_committed(stage, group, bootstrap_servers, every, _ASKED_ONCE)
    bounds = changelog.bounds(stage, bootstrap_servers, every, _ASKED_ONCE)
    last = changelog.last_checkpoints(stage.changelog, bootstrap_servers, every, threading.Event())
    ends = topic_ends(admin(bootstrap_servers), asked.ends)
    asked = asked._replace(ends=ends)
    silent: list[int] = []
    refusals: list[Refusal] = []
    for number in every:
        made = last.get(number)
        if made is None and bounds[number].begin < bounds[number].end:
            silent.append(number)
            continue
        keys = 0 if made is None else made.keys or 0
        state = State(has_now=made is not None, keys=keys, checkpoint=made)
        of_group = {topic: at for (topic, n), at in asked.offsets.items() if n == number}
        refusals += beginning(number, state, of_group, asked.ground(stage, number)).refusals
    return Glance(tuple(last), tuple(silent), tuple(refusals))


def _seen(stage: Stage, bootstrap_servers: str, asked: Committed, found: Found) -> Seen:
    number = found.number
    group = {topic: at for (topic, n), at in asked.offsets.items() if n == number}
    ground = asked.ground(stage, number)
    nothing = Beginning({}, {}, {})
    try:
        state = found.state(stage.changelog)
        _read_by_processor(stage, bootstrap_servers, found)
    except ConfigurationError as error:
        return Seen(number, found, group, ground, None, nothing, str(error))
    begun = beginning(number, state, group, ground)
    return Seen(number, found, group, ground, state, begun, None)


def _read_by_processor(stage: Stage, bootstrap_servers: str, found: Found) -> None:
    processor = stage.processor(found.number)
    for key, value in found.keys.items():
        if key != NOW_KEY:
            processor.restore(key, value)
    try:
        processor.restored()
    except UnreadableState as error:
        raise changelog.unreadable(
            stage, bootstrap_servers, found.number, error, threading.Event()
        ) from error


# ---------------------------------------------------------------------- what may be set


def nobody_runs(coordinators: Coordinators, group: str) -> None:
    """Returns where the group has no member.

    Raises:
        NotDone: it has some.
    """
    members = groups(coordinators, [group])[group].members
    if members:
        names = ", ".join(each.name for each in members)
        raise NotDone(
            f"group {group} has {len(members)} members ({names}): stop its workers first; one with "
            "a place of its own is a member until its session is over "
            "(RECOURSE_SESSION_TIMEOUT_MS after its end)"
        )


def positions_of_state(seen: Seen) -> dict[str, int]:
    """Where the state says that the inputs are to be read, as far as that can be done here."""
    kept = None if seen.state is None else seen.state.checkpoint
    if kept is None:
        return {}
    return {
        topic: at.offset
        for topic, at in kept.positions.items()
        if (now := seen.ground.topics.get(topic)) is not None
        and not (at.topic_id and now.topic_id and at.topic_id != now.topic_id)
        and at.offset <= now.end
    }


def set_offsets(coordinators: Coordinators, group: str, offsets: Mapping[Place, int]) -> None:
    """Sets a group's committed offsets.

    Raises:
        NotDone: Kafka refuses.
    """
    wanted = [TopicPartition(*place, at) for place, at in sorted(offsets.items())]
    asked = ConsumerGroupTopicPartitions(group, wanted)
    try:
        done = coordinators.set_committed(asked)[group].result()
    except KafkaException as error:
        raise NotDone(f"the offsets of group {group} were not set: {error.args[0].str()}") from None
    for each in done.topic_partitions or ():
        if each.error is not None:
            place = f"{each.topic}[{each.partition}]"
            raise NotDone(f"the offset of {place} in {group} was not set: {each.error.str()}")


def accepted(seen: Seen, begin: Begin) -> dict[str, int]:
    """Where the topics would be read from, if what the changelog holds now is the state."""
    of_state, found = positions_of_state(seen), {}
    for topic, now in seen.ground.topics.items():
        at = {
            Begin.GROUP: seen.group.get(topic, of_state.get(topic)),
            Begin.STATE: of_state.get(topic, seen.group.get(topic)),
            Begin.FIRST: now.start,
            Begin.END: now.end,
        }[begin]
        found[topic] = min(max(now.start if at is None else at, now.start), now.end)
    return found


def accept(
    stage: Stage, group: str, bootstrap_servers: str, chosen: Mapping[int, tuple[Seen, Begin]]
) -> None:
    """Writes into the changelog that what it holds is the state, and sets the group's offsets.

    The changelog comes first: where the offsets are not set then, the next look says so.

    Raises:
        NotDone: the broker did not take it, or members are there.
    """
    coordinators = Coordinators(bootstrap_servers)
    nobody_runs(coordinators, group)
    sender = Sender(bootstrap_servers)
    offsets: dict[Place, int] = {}
    for number, (seen, begin) in chosen.items():
        places = {(topic, number): at for topic, at in accepted(seen, begin).items()}
        offsets |= places
        sender.send(_as_accepted(stage, group, seen, places), f"`{NOW_KEY}`")
    sender.finish()
    set_offsets(coordinators, group, offsets)


def _as_accepted(stage: Stage, group: str, seen: Seen, places: Mapping[Place, int]) -> Write:
    ground = seen.ground
    origin = Origin(
        group=group,
        partitions=ground.partitions[stage.changelog],
        changelog_id=ground.changelog_id,
        changelog_begin=ground.changelog_begin,
        topic_ids={topic: now.topic_id for topic, now in ground.topics.items()},
        made_with=stage.made_with,
    )
    now = seen.found.keys.get(NOW_KEY, b"")
    value = now if now.isdigit() else b"0"
    keys = len(seen.found.keys) - (NOW_KEY in seen.found.keys)
    headers = ((checkpoint.HEADER, origin.checkpoint(places, keys)),)
    return Write(stage.changelog, seen.number, NOW_KEY.encode(), value, headers, 0)


def record_at(stage: Stage, bootstrap_servers: str, number: int, offset: int) -> Message:
    """One record of the changelog.

    Raises:
        NotDone: there is none.
    """
    place = (stage.changelog, number)
    end = topic_ends(admin(bootstrap_servers), [place])[place]
    reader = RangeReader(bootstrap_servers)
    try:
        for _, messages in reader.read({place: (offset, min(offset + 1, end))}, lambda _: True):
            for each in messages:
                if each.offset == offset:
                    return each
    finally:
        reader.close()
    raise NotDone(f"{stage.changelog}[{number}] has no record with a value at offset {offset}")


def remove(stage: Stage, group: str, bootstrap_servers: str, record: Message) -> None:
    """Deletes the key of a record that no version of ours has written, by a tombstone.

    Raises:
        NotDone: it is ours, or members are there.
    """
    place = f"{record.topic}[{record.partition}] offset {record.offset}"
    if record.key == NOW_KEY.encode():
        raise NotDone(f"{place} is `{NOW_KEY}`, without which there is no state: see `accept`")
    if _is_ours(stage, record):
        raise NotDone(f"{place} can be read by this version: it is state, and stays")
    nobody_runs(Coordinators(bootstrap_servers), group)
    sender = Sender(bootstrap_servers)
    sender.send(Write(record.topic, record.partition, record.key, None, (), 0), "a tombstone")
    sender.finish()


def _is_ours(stage: Stage, record: Message) -> bool:
    processor = stage.processor(record.partition)
    try:
        processor.restore((record.key or b"").decode(), record.value or b"")
        processor.restored()
    except (UnicodeDecodeError, UnreadableState):
        return False
    return True
