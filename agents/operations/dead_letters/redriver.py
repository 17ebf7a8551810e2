"""Redrives dead letters on a Kafka: looked up, sent and marked so that each goes out once.

One process at a time, for all have one transactional id:
1. Begin: the broker ends what an earlier redriver left open and fences it. Crash here: nothing.
2. Look for marks, up to the ends as they are then. Crash: nothing.
3. Send some records with their marks in one transaction. Crash: all of it is there, or nothing.
So what step 2 did not find can't have been sent, and who is overtaken between 2 and 3 is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agents.operations.dead_letters.reader import Letter, LetterReader, marks_of
from agents.operations.dead_letters.redriving import Again, CanNotBe, record_again, why_not
from agents.pipeline.dead_letter import id_of, place_of
from streams.errors import Fenced
from streams.transport.kafka import Transactions
from streams.transport.sending import RECORD_AT_MOST

_RECORDS_AT_ONCE = 200
_BYTES_AT_ONCE = 4_000_000


class Sent(NamedTuple):
    """A dead letter's record that is written again."""

    letter: Letter
    again: Again


class NotRedriven(Exception):  # noqa: N818 - it says what happened
    """The broker refused a transaction: nothing of it is written. One sentence."""


class Redriver:
    """Sends records again."""

    def __init__(self, bootstrap_servers: str, application: str, reader: LetterReader) -> None:
        self._reader = reader
        self._transactions = Transactions(
            bootstrap_servers, f"{application}-redrive", RECORD_AT_MOST
        )

    def start(self) -> None:
        """Step 1."""
        self._transactions.start()

    def sorted_out(
        self, letters: Sequence[Letter], *, again: bool
    ) -> tuple[list[Letter], list[CanNotBe]]:
        """Step 2: those that may be sent, each record once, oldest first; and why others may not.

        Two stages may have given up one record; it is sent once, and each reads it.
        """
        marks = marks_of(self._reader, letters)
        oldest = sorted(letters, key=lambda each: (each.record.occurred_at, each.own))
        once = {id_of(each.record): each for each in reversed(oldest)}
        chosen, refused = list[Letter](), list[CanNotBe]()
        for each in reversed(once.values()):
            why = why_not(each.record, marks, again=again)
            if why is None:
                chosen.append(each)
            else:
                refused.append(why)
        return chosen, refused

    def send(self, letters: Iterable[Letter]) -> Iterator[list[Sent | CanNotBe]]:
        """Step 3, some at a time; what each transaction wrote, and why some were not sent.

        Raises:
            NotRedriven: this transaction was refused; those before it stand.
        """
        waiting, size = list[Sent | CanNotBe](), 0
        for letter in letters:
            again = self._again(letter)
            if isinstance(again, CanNotBe):
                waiting.append(again)
                continue
            waiting.append(Sent(letter, again))
            size += len(again.write.value or b"")
            if len(waiting) >= _RECORDS_AT_ONCE or size >= _BYTES_AT_ONCE:
                yield self._written(waiting)
                waiting, size = [], 0
        if waiting:
            yield self._written(waiting)

    def _again(self, letter: Letter) -> Again | CanNotBe:
        """Both are read now: `letter` may have been given without its bytes."""
        whole = self._reader.letter_at(letter.own)
        if whole is None:
            return CanNotBe(f"{id_of(letter.record)} can't be redriven: the dead letter is gone.")
        return record_again(whole.record, self._reader.lying_at(place_of(whole.record)))

    def _written(self, batch: list[Sent | CanNotBe]) -> list[Sent | CanNotBe]:
        writes = [each.again.write for each in batch if isinstance(each, Sent)]
        if writes:
            try:
                self._transactions.commit(writes, {})
            except Fenced as error:
                raise NotRedriven(
                    f"{error}; nothing of this transaction ({len(writes)} records) counts as "
                    "redriven unless `recourse dead-letters list` says so"
                ) from error
        return batch
