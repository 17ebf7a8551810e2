"""One partition of a stage: decode, handle in the pure core, encode.

Nothing here knows what a stage decides. A record ends as applied, passed over (counted) or a dead
letter with its reason; an exception in the core is one too, and leaves the state as it was before
that record.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Generic, TypeVar

import msgspec

from agents.core.handling import (
    TRIED_AGAIN_MS,
    Arrived,
    Failure,
    Handled,
    Output,
    Tombstone,
    Turns,
    in_one_go,
)
from agents.core.world import World
from agents.pipeline.counts import NO_COUNTS, Counts
from agents.pipeline.dead_letter import (
    DEAD_LETTERS,
    VALUE_AT_MOST,
    dead_letter,
    kept_in,
    shown_key,
)
from agents.pipeline.failures import UNLIMITED, FailureLimit, place_of
from agents.pipeline.stage_core import IDENTITY, Core, Wire
from agents.pipeline.state_store import AsLateBytes, AsRecords
from agents.records import codecs
from agents.records.headers import WrongHeader, first_arrived_at, id_in, trace_of
from agents.records.other_serializers import setting_for
from agents.records.spans import NO_SPANS, Spans
from agents.reference_data.reference import Reference
from schemas.catalogue import TOPICS
from schemas.records import DeadLetterReason
from streams.errors import UnreadableState
from streams.topology import Emit, Message, Unread

TICKS = "recourse.ticks"
_FORM_BYTES = 2  # of a state's value: they say its form, and nobody's name
_CHANGELOG_ESCAPE = ":"  # an id may begin with it; the engine's own keys do

R = TypeVar("R", bound=msgspec.Struct)


class _Dead(Exception):  # noqa: N818 - a way out, not an error of ours
    """A message ends as a dead letter."""

    def __init__(self, reason: DeadLetterReason, detail: str, emits: Sequence[Emit] = ()) -> None:
        self.reason = reason
        self.detail = detail
        self.emits = emits
        super().__init__(detail)


class StageProcessor(Generic[R]):
    """`streams.topology.Processor` over a core.

    `checks_ticks`: a tick whose value can't be read is a dead letter. Every stage reads all ticks,
    so one of them says it.
    """

    def __init__(
        self,
        stage: str,
        core: Core[R],
        *,
        counts: Counts = NO_COUNTS,
        wire: Wire = codecs.PLAIN,
        checks_ticks: bool = False,
        failures: FailureLimit = UNLIMITED,
        spans: Spans = NO_SPANS,
        worded: bool = True,
    ) -> None:
        self._stage = stage
        self._core = core
        self._counts = counts
        self._wire = wire
        self._checks_ticks = checks_ticks
        self._failures, self._spans, self._worded = failures, spans, worded
        self._restoring: dict[str, bytes] = {}
        self._changed: dict[str, bytes | None] = {}
        self._encoder = msgspec.msgpack.Encoder()
        self.partition = core.partition()
        self._kept = (core.kept or partial(AsRecords, core.record))(self.partition)
        self._late = self._kept if isinstance(self._kept, AsLateBytes) else None

    def next_due(self, world: World) -> int | None:
        """The next moment at which time makes something happen (ms); None when there is none."""
        return self._core.next_due(self.partition, world)

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record."""
        self._restoring[key.removeprefix(_CHANGELOG_ESCAPE)] = value

    def restored(self) -> None:
        """Builds the indexes.

        Raises:
            UnreadableState: it has a form that this version does not know.
        """
        try:
            self._kept.restore(self._restoring)
        except Exception as error:
            raise self._unreadable() from error
        self._restoring = {}

    def _unreadable(self) -> UnreadableState:
        """The first of the keys whose value can't be read alone, and how many there are."""
        keys = [key for key in sorted(self._restoring) if not self._is_readable(key)]
        first = keys[0] if keys else next(iter(self._restoring))
        return UnreadableState(
            _escaped(first),
            f"holds what this version can't read, as do {len(keys)} of the {len(self._restoring)} "
            f"keys (it begins with {self._restoring[first][:_FORM_BYTES].hex(' ')}): where a newer "
            "version wrote it, run that one (docs/engine.md, Upgrades); else it is not ours",
        )

    def _is_readable(self, key: str) -> bool:
        alone = (self._core.kept or partial(AsRecords, self._core.record))(self._core.partition())
        try:
            alone.restore({key: self._restoring[key]})
        except Exception:  # noqa: BLE001 - whatever a value of somebody else leads to
            return False
        return True

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        """The last value of each key changed since the last drain."""
        if self._late is not None:
            return [(_escaped(key), value) for key, value in self._late.drain()]
        changed, self._changed = self._changed, {}
        return [(_escaped(key), value) for key, value in changed.items()]

    def key_count(self) -> int:
        """How many keys the state has."""
        return self._kept.count()

    def records(self) -> Iterable[tuple[str, bytes]]:
        """The whole state as changelog records."""
        return ((_escaped(key), value) for key, value in self._kept.records())

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        """Applies one record or tick; whatever is wrong with it becomes a dead letter.

        Raises:
            TooManyFailed: our own code failed on too many records.
        """
        return in_one_go(self.handle_in_turns(message, now, reference))

    def handle_in_turns(
        self, message: Message, now: int, reference: object
    ) -> Turns[Sequence[Emit]]:
        """The same; of a tick by which much is due others have their turns in between."""
        assert isinstance(reference, Reference), "the engine gives what REFERENCES folded"
        world = reference.world(now, worded=self._worded)
        also: Sequence[Emit] = ()
        began = self._spans.begin(message)
        try:
            if message.topic == TICKS:
                emits: Sequence[Emit] = yield from self._time_passed(message, world)
            else:
                emits = self._applied(message, world)
        except _Dead as dead:
            reason, detail, also = dead.reason, dead.detail, dead.emits
        except codecs.Undecodable as error:
            reason, detail = DeadLetterReason(error.reason), error.detail
            if reason is not DeadLetterReason.INVALID:
                detail += setting_for(message)
        except WrongHeader as wrong:
            reason, detail = DeadLetterReason.INVALID, str(wrong)
        except Exception as error:  # noqa: BLE001 - no exception may leave the loop body: it is a dead letter
            reason, detail = DeadLetterReason.FAILED, _place(error)
            self._counts.failed(self._stage, message.topic, error)
        else:
            self._failures.took(failed=False)
            self._spans.end(self._stage, message, began)
            return emits
        self._failures.took(failed=reason is DeadLetterReason.FAILED)
        self._spans.end(self._stage, message, began, f"dead letter: {reason.value}")
        if self._core.says_nothing_of(message.topic, reason):
            return ()
        letter, *told = self._dead_letter(message, reason, detail, world)
        return [letter, *also, *told]

    def refuse(self, message: Message, detail: str, now: int, reference: object) -> Sequence[Emit]:
        """The dead letter of a record that lies in a wrong partition and is not carried."""
        assert isinstance(reference, Reference), "the engine gives what REFERENCES folded"
        world = reference.world(now, worded=self._worded)
        return self._dead_letter(message, DeadLetterReason.INVALID, detail, world)

    def _dead_letter(
        self, message: Message, reason: DeadLetterReason, detail: str, world: World
    ) -> Sequence[Emit]:
        self._counts.dead_letter(self._stage, message.topic, reason)
        record = dead_letter(message, reason, detail, world.now)
        key = message.key if record.key is not None else None
        trace = trace_of(message, self._stage)
        topic = kept_in(record)
        letter = Emit(topic, key, self._wire.encode(topic, record), trace)
        told_of = self._core.told_of.get(message.topic)
        if told_of is None or not (fields := self._fields(message)):
            return [letter]
        try:
            told = told_of(self.partition, fields, record, world)
            return [letter, *(self._emit(each, trace) for each in told)]
        except Exception as error:  # noqa: BLE001 - the letter is written all the same
            self._counts.failed(self._stage, message.topic, error)
            return [letter]

    def _fields(self, message: Message) -> Mapping[str, object]:
        """The fields of a record that could not be used, where they name whose its key is."""
        if message.value is None or len(message.value) > VALUE_AT_MOST:
            return {}
        try:
            plain = self._wire.plain(message.topic, message.value)
        except (codecs.Undecodable, msgspec.DecodeError, RecursionError):
            return {}
        if not isinstance(plain, dict):
            return {}
        its_key = str(plain.get(TOPICS[message.topic].key)).encode()
        return plain if message.key == its_key else {}

    def _applied(self, message: Message, world: World) -> Sequence[Emit]:
        """The outputs of a record; the state has changed only when all of them could be encoded."""
        arrived = self._arrived(message)
        handled = self._core.handle(self.partition, arrived, world)
        trace = trace_of(message, self._stage)
        emits = [self._emit(output, trace) for output in handled.outputs]
        if (why := handled.rejected) is not None:
            raise _Dead(DeadLetterReason(why.reason.value), why.detail, emits)
        changed: dict[str, bytes | None] = {}
        if self._late is None:
            changed = {key: self._state(record) for key, record in handled.changed.items()}
            self._check_state(arrived, handled, changed)
        self._take_over(message, handled, changed)
        return emits

    def _take_over(
        self, message: Message, handled: Handled[R], changed: Mapping[str, bytes | None]
    ) -> None:
        self._kept.apply(handled.changed, changed)
        self._changed.update(changed)
        self._counts.handled(self._stage, message.topic, handled)

    def _time_passed(self, message: Message, world: World) -> Turns[Sequence[Emit]]:
        """What a tick makes; a record on which our own code fails stays as it is.

        The state changes at the end, at once: until then the partition is as before the tick.
        All such records of a tick are in one dead letter: it is the tick's, and has its place.
        """
        if self._checks_ticks:
            self._decoded(message)  # its timestamp counts; the value is for reading
        trace = trace_of(message, self._stage)
        aside: dict[str, Exception] = {}
        while True:
            handled = yield from self._core.handle_time(self.partition, world, aside)
            emits, changed, failing = yield from self._encoded(handled, trace)
            if not failing:
                break
            if not failing.keys() - aside.keys():
                raise next(iter(failing.values()))
            aside |= failing
        self._take_over(message, handled, changed)
        if handled.failures and not self._core.is_silent:
            emits.append(self._failed_on(message, handled.failures, world.now))
        return emits

    def _encoded(
        self, handled: Handled[R], trace: tuple[tuple[str, bytes], ...]
    ) -> Turns[tuple[list[Emit], dict[str, bytes | None], dict[str, Exception]]]:
        """Outputs and state as bytes, and the keys of those that can't be, with why."""
        emits: list[Emit] = []
        changed: dict[str, bytes | None] = {}
        failing: dict[str, Exception] = {}
        for output in handled.outputs:
            try:
                emits.append(self._emit(output, trace))
            except Exception as error:  # noqa: BLE001 - of one record: the others' time goes on
                failing[self._core.whose(output.record) or ""] = error
            yield
        for key, record in () if self._late is not None else handled.changed.items():
            try:
                changed[key] = self._state(record)
            except Exception as error:  # noqa: BLE001 - the same
                failing[key] = error
            yield
        return emits, changed, failing

    def _failed_on(self, message: Message, failures: Sequence[Failure], now: int) -> Emit:
        for each in failures:
            self._counts.failed(self._stage, message.topic, each.error)
        self._counts.dead_letter(self._stage, message.topic, DeadLetterReason.FAILED)
        said = "; ".join(f"{each.key}: {_place(each.error)}" for each in failures)
        minutes = TRIED_AGAIN_MS // 60_000
        detail = f"{len(failures)} of stage {self._stage} tried again in {minutes} minutes: {said}"
        record = dead_letter(message, DeadLetterReason.FAILED, detail, now)
        value = self._wire.encode(DEAD_LETTERS, record)
        return Emit(DEAD_LETTERS, message.key, value, trace_of(message, self._stage))

    def _state(self, record: R | None) -> bytes | None:
        return None if record is None else self._kept.encode(record)

    def _check_state(
        self, arrived: Arrived, handled: Handled[R], changed: Mapping[str, bytes | None]
    ) -> None:
        """Within what its producer may have kept, and what the changelog takes of any record."""
        for key, value in changed.items():
            after = handled.changed[key]
            if value is None or after is None:
                continue
            size = self._kept.size(value)
            if size > self._core.looked_at_from:
                why = self._core.too_much(arrived.record, after, size)
                if why is not None:
                    raise _Dead(DeadLetterReason.INVALID, why)
            if len(value) > VALUE_AT_MOST:
                raise _Dead(
                    DeadLetterReason.FAILED,
                    f"the state of its key would have {len(value)} bytes: "
                    f"at most {VALUE_AT_MOST} are kept",
                )

    def _decoded(self, message: Message) -> msgspec.Struct:
        if message.value is None:
            missing = f"a record of {message.topic} must have a value"
            why = message.why if isinstance(message, Unread) else missing
            raise _Dead(DeadLetterReason.INVALID, why)
        if len(message.value) > VALUE_AT_MOST:
            raise _Dead(
                DeadLetterReason.INVALID, f"the value is too long: at most {VALUE_AT_MOST} bytes"
            )
        return self._wire.decode(message.topic, message.value)

    def _arrived(self, message: Message) -> Arrived:
        record, by_id = self._decoded(message), self._core.reads_ids
        _check_key(message, record)
        return Arrived(
            topic=message.topic,
            record=record,
            timestamp=message.timestamp,
            first_arrived_at=first_arrived_at(message),
            digest=0 if by_id else self._digest(record),
            offset=message.offset,
            record_id=id_in(message) if by_id else None,
        )

    def _digest(self, record: msgspec.Struct) -> int:
        return int.from_bytes(blake2b(self._encoder.encode(record), digest_size=8).digest(), "big")

    def _emit(self, output: Output, trace: tuple[tuple[str, bytes], ...]) -> Emit:
        if isinstance(output.record, Tombstone):
            return Emit(output.topic, output.record.key.encode(), None, trace)
        value = self._wire.encode(output.topic, output.record)
        if len(value) > VALUE_AT_MOST:
            raise _Dead(
                DeadLetterReason.FAILED,
                f"its output to {output.topic} would have {len(value)} bytes: "
                f"at most {VALUE_AT_MOST} are written",
            )
        names, identity = IDENTITY.get(output.topic), output.id
        if names is not None:
            identity = ":".join([str(getattr(output.record, name)) for name in names])
        if identity is not None:
            trace = (("event_id", identity.encode()), *trace)
        key = TOPICS[output.topic].key_of(output.record)
        return Emit(output.topic, key.encode(), value, trace)


def _escaped(key: str) -> str:
    return _CHANGELOG_ESCAPE + key if key.startswith(_CHANGELOG_ESCAPE) else key


def _check_key(message: Message, record: msgspec.Struct) -> None:
    topic = TOPICS[message.topic]
    expected = topic.key_of(record)
    if message.key != expected.encode():
        raise _Dead(
            DeadLetterReason.INVALID,
            f"the key is {shown_key(message.key)}: must be the {topic.key}, {expected!r}",
        )


def _place(error: Exception) -> str:
    """What a dead letter says of an error: its detail, or where our code failed."""
    if isinstance(error, codecs.Unwritable):
        return f"an output would be none that can be read: {error.detail}"
    return error.detail if isinstance(error, _Dead) else place_of(error)
