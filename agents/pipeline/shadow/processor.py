"""One partition of a stage that runs under the policy to compare with, and begins anew with it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from agents.core.handling import Turns, in_one_go
from agents.core.shadow.begun import Begun
from agents.pipeline.processor import TICKS, StageProcessor
from agents.reference_data.reference import Reference
from streams.errors import UnreadableState
from streams.topology import Emit, Message

BEGUN_KEY: Final = "!begun"
"""No id has such a character."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Begun)


class BesideProcessor:
    """`streams.topology.Processor` around one that decides.

    Under no such policy it keeps nothing and writes nothing. With the first record after another
    one was published, or none, all that is kept goes, in one transaction. A tick leaves that to
    the next record: it may be left in its midst, and must not have changed anything then.
    """

    def __init__(self, number: int, make: Callable[[], StageProcessor[Any]]) -> None:
        self._number = number
        self._make = make
        self._inner = make()
        self._begun: Begun | None = None
        self._begun_changed = False
        self._going: set[str] = set()

    def restore(self, key: str, value: bytes) -> None:
        """Takes one changelog record."""
        if key != BEGUN_KEY:
            self._inner.restore(key, value)
            return
        try:
            self._take(_DECODER.decode(value))
        except msgspec.MsgspecError as error:
            raise UnreadableState(key, "holds what this version can't read") from error

    def restored(self) -> None:
        """Builds the indexes."""
        self._inner.restored()

    def drain_changes(self) -> Iterable[tuple[str, bytes | None]]:
        """The last value of each key changed since the last drain."""
        changed: dict[str, bytes | None] = dict.fromkeys(sorted(self._going))
        changed |= dict(self._inner.drain_changes())
        if self._begun_changed:
            changed[BEGUN_KEY] = None if self._begun is None else _ENCODER.encode(self._begun)
        self._going, self._begun_changed = set(), False
        return changed.items()

    def key_count(self) -> int:
        """How many keys the state has."""
        return self._inner.key_count() + (self._begun is not None)

    def records(self) -> Iterable[tuple[str, bytes]]:
        """The whole state as changelog records."""
        yield from self._inner.records()
        if self._begun is not None:
            yield BEGUN_KEY, _ENCODER.encode(self._begun)

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        """Applies one record or tick under the policy to compare with."""
        return in_one_go(self.handle_in_turns(message, now, reference))

    def handle_in_turns(
        self, message: Message, now: int, reference: object
    ) -> Turns[Sequence[Emit]]:
        """The same; of a tick by which much is due others have their turns in between."""
        assert isinstance(reference, Reference), "the engine gives what REFERENCES folded"
        under, shadow_id = reference.beside, reference.shadow_id
        if message.topic != TICKS:
            self._begin(shadow_id)
            self._note(message)
        runs = self._begun is not None and self._begun.shadow_id == shadow_id
        if under is None or not runs:
            return ()
        emits = yield from self._inner.handle_in_turns(message, now, under)
        return emits

    def refuse(self, message: Message, detail: str, now: int, reference: object) -> Sequence[Emit]:  # noqa: ARG002 - as the engine calls it
        """Nothing: the live stage says of each record what is wrong with it."""
        return ()

    def _begin(self, shadow_id: str | None) -> None:
        """Begins anew where another policy is to be compared with, or none."""
        before = None if self._begun is None else self._begun.shadow_id
        if before == shadow_id:
            return
        self._going |= {key for key, _ in self._inner.records()}
        self._going |= {key for key, _ in self._inner.drain_changes()}
        self._inner = self._make()
        self._inner.restored()
        self._change(None if shadow_id is None else Begun(shadow_id=shadow_id))

    def _note(self, message: Message) -> None:
        begun = self._begun
        if begun is None or message.partition != self._number:
            return  # a carried record has the place from which it came
        after = begun.with_first(message.topic, message.offset, message.timestamp)
        if after is not begun:
            self._change(after)

    def _change(self, begun: Begun | None) -> None:
        self._take(begun)
        self._begun_changed = True

    def _take(self, begun: Begun | None) -> None:
        self._begun = begun
        self._inner.partition.begun = begun
