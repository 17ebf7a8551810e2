"""All customers of a recording, on as many cores as there are: they do not depend on each other."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from agents.simulation.replay.comparison import CarriedOver, Change, compared, outcomes_of
from agents.simulation.replay.proof import ORDER_MS, proved
from agents.simulation.replay.recording import Past, Recording
from agents.simulation.replay.run import decisions
from agents.simulation.replay.timeline import Timeline
from agents.simulation.replay.totals import Compared, Totals
from schemas.records import Disagreement, OutcomeName, Severity

_AT_ONCE: Final = 64
"""So many customers are one piece of work: small enough for a bar that moves."""


class Ended(Exception):  # noqa: N818 - it says what the case is
    """A process that computed was ended by somebody else; one sentence."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of each customer's past.

    `policies`: by name the reference data under another policy. Decisions count from `since` on, up
    to and with `until` (ms); the proof is always of the whole recording. `took_ms`: how long a case
    takes of which nothing is recorded. `sites` and `rules`: only findings of these; all where
    empty. `order_ms`: see `proved`.
    """

    recording: Recording
    policies: Mapping[str, Timeline]
    since: int
    until: int
    took_ms: Mapping[Severity, int]
    samples: int
    sites: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    order_ms: int = ORDER_MS

    def wants(self, change: Change) -> bool:
        """Whether a finding is asked about.

        What is in the place of one may be of another rule, so this is asked after comparing.
        """
        cell = change.cell
        at = not self.sites or cell.site_id in self.sites
        return at and (not self.rules or cell.rule.value in self.rules)


def of_customers(question: Question, customers: Sequence[str]) -> Totals:
    """What is counted of some customers."""
    totals = Totals(
        compared={name: Compared(samples_at_most=question.samples) for name in question.policies}
    )
    for customer_id in customers:
        totals.customers += 1
        try:
            _one(question, question.recording.past(customer_id), totals)
        except Exception as error:  # noqa: BLE001 - of one customer: it is said, and the others go on
            totals.failed += 1
            said = f"{type(error).__name__}: {error}"
            totals.first_failure = min(totals.first_failure or said, said)
    return totals


def _one(question: Question, past: Past, totals: Totals) -> None:
    timeline, until = question.recording.timeline, question.until
    last = question.recording.last_at or 0
    totals.events += past.events
    totals.in_order += past.ticks is not None
    recorded: Sequence[Disagreement] = past.decided
    if question.recording.decisions:
        proof = proved(past, timeline, last, question.order_ms)
        totals.proved.take(proof)
        if not proof.holds:
            return
    if not question.policies:
        return
    # The clock of then was set by what was due then: both sides are run without it.
    is_timed, past = past.ticks is not None, replace(past, ticks=None)
    before = recorded
    if not question.recording.decisions or is_timed or until < last:
        before = decisions(past, timeline, until)
    outcomes = outcomes_of(past)
    for name, other in question.policies.items():
        carried = CarriedOver([*recorded, *before], OutcomeName.UNFOUNDED, question.took_ms)
        now = decisions(past, other, until, carried)
        if_upheld = now
        if carried.invented:
            upheld = CarriedOver([*recorded, *before], OutcomeName.UPHELD, question.took_ms)
            if_upheld = decisions(past, other, until, upheld)
        both = (
            list(filter(question.wants, compared(before, each, outcomes, question.since)))
            for each in (now, if_upheld)
        )
        totals.compared[name].take(*both)


def replayed(
    question: Question, workers: int, progress: Callable[[int], None] = lambda _: None
) -> Totals:
    """What is counted of all customers, by so many processes.

    `progress` hears how many more are done.
    """
    customers = sorted(question.recording.stored)
    pieces = [customers[at : at + _AT_ONCE] for at in range(0, len(customers), _AT_ONCE)]
    totals = Totals()
    for made in _made(question, pieces, workers):
        totals.add(made)
        progress(made.customers)
    return totals


def _made(question: Question, pieces: Sequence[Sequence[str]], workers: int) -> Iterator[Totals]:
    if workers == 1 or len(pieces) <= 1:
        for piece in pieces:
            yield of_customers(question, piece)
        return
    global _QUESTION  # noqa: PLW0603 - a fork takes it along; through a pipe it would be copied
    _QUESTION = question
    gc.freeze()  # what is shared stays shared
    try:
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _quiet)
        try:
            for done in as_completed([pool.submit(_of_piece, each) for each in pieces]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)
    except BrokenProcessPool as error:
        raise Ended(
            "a process of the replay was ended from outside, as where memory is short: "
            "--workers 1 needs the least"
        ) from error
    finally:
        _QUESTION = None
        gc.unfreeze()


def _quiet() -> None:
    """Ctrl-C ends the parent, which ends its processes: they say nothing of it themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


_QUESTION: Question | None = None


def _of_piece(piece: Sequence[str]) -> Totals:
    assert _QUESTION is not None, "the parent sets it before it forks"
    return of_customers(_QUESTION, piece)
