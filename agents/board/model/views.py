"""What pages read of the copy: cases, their steps, what was said, the directory in force."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from agents.board.model.database import Database
from agents.board.model.follower import Heard
from agents.board.model.rows import LETTERS, REFERENCES, TRACE_ID, due_at
from agents.operations.acting.request import trace_of_action
from agents.records.codecs import Codecs
from agents.reference_data.reference import Reference, fold
from schemas.records import (
    Action,
    AddresseeKind,
    Case,
    CasePhase,
    CustomerOverview,
    Disagreement,
    Escalation,
    Notice,
    Receipt,
    Tier,
)
from streams.topology import Message

_case: Final = msgspec.msgpack.Decoder(Case).decode
_step: Final = msgspec.msgpack.Decoder(Escalation).decode
_ground: Final = msgspec.msgpack.Decoder(Disagreement).decode
_notice: Final = msgspec.msgpack.Decoder(Notice).decode
_action: Final = msgspec.msgpack.Decoder(Action).decode
_overview: Final = msgspec.msgpack.Decoder(CustomerOverview).decode
_receipt: Final = msgspec.msgpack.Decoder(Receipt).decode
_WITH_HOLDERS: Final = (
    "SELECT record, (SELECT group_concat(manager_id, ' ') FROM holders "
    "WHERE holders.case_id = cases.case_id), EXISTS (SELECT 1 FROM grounds "
    "WHERE grounds.case_id = cases.case_id AND about_conduct) FROM cases "
)
MOST: Final = 500
"""How many cases a page lists at most."""


class CaseView(Struct, frozen=True, kw_only=True):
    """A case as its newest record has it, and who has had it."""

    case: Case
    had_by: frozenset[str]
    about_conduct: bool = False

    @property
    def escalation_id(self) -> str:
        """Its id."""
        return self.case.escalation_id

    @property
    def site_id(self) -> str:
        """Where it is."""
        return self.case.site_id

    @property
    def region_id(self) -> str:
        """The region of its site, and the key of what is said of it."""
        return self.case.region_id

    @property
    def manager_id(self) -> str | None:
        """Who has it."""
        return None if self.case.manager is None else self.case.manager.manager_id

    @property
    def tier(self) -> Tier:
        """How far up it is."""
        return self.case.tier

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.case.phase is CasePhase.OPEN

    @property
    def ended_at(self) -> int | None:
        """When it ended (ms)."""
        return self.case.ended_at

    @property
    def vehicle_id(self) -> str | None:
        """The vehicle, where the visit has one."""
        return self.case.vehicle_id

    @property
    def due_at(self) -> int | None:
        """When what is next is to have happened (ms); None where it is closed."""
        return due_at(self.case)


class Told(Struct, frozen=True, kw_only=True):
    """A notice, and what became of it; `delivered` is None where nobody has said."""

    notice: Notice
    delivered: bool | None
    why: str | None


class Answered(Struct, frozen=True, kw_only=True):
    """An action on its way, or with what the desk made of it."""

    action: Action
    steps: tuple[Escalation, ...]
    unusable: bool


class Model:
    """The copy, read. Any method may raise `sqlite3.Error`: then there is nothing to show."""

    def __init__(
        self,
        database: Database,
        wire: Codecs,
        heard: Callable[[], Heard],
        own_time: Callable[[], int | None],
    ) -> None:
        self._database = database
        self._wire = wire
        self._heard = heard
        self._own_time = own_time
        self._local = threading.local()
        self._turn = threading.Lock()
        self._reference: tuple[object, Reference] | None = None

    @property
    def heard(self) -> Heard:
        """How true the copy is."""
        return self._heard()

    def now(self) -> int:
        """The pipeline's time (ms): the clock's, or that of the writers of its topics."""
        own = self._own_time()
        return time.time_ns() // 1_000_000 if own is None else own

    def reference(self) -> Reference:
        """The directory and the policies, as far as they were read."""
        newest = self._one(
            "SELECT COUNT(*), SUM(next) FROM offsets WHERE topic IN (?, ?, ?)", REFERENCES
        )
        mark = (self._database.generation, newest)
        known = self._reference
        if known is not None and known[0] == mark:
            return known[1]
        with self._turn:
            found = Reference()
            for topic in REFERENCES:
                rows = self._all(
                    "SELECT key, value FROM reference WHERE topic = ? ORDER BY place", (topic,)
                )
                for key, value in rows:
                    message = Message(topic, 0, 0, 0, key.encode(), value)
                    found = fold(found, message, decode=self._wire.decode)
            self._reference = (mark, found)
            return found

    def case(self, case_id: str) -> CaseView | None:
        """A case by its id."""
        return _view(self._one(f"{_WITH_HOLDERS} WHERE case_id = ?", (case_id,)))

    def cases_of_manager(self, manager_id: str) -> list[CaseView]:
        """The open cases that a manager has, by what is due next."""
        return self._cases("is_open = 1 AND manager_id = ? ORDER BY due_at, case_id", (manager_id,))

    def open_cases(self, sites: Iterable[str] | None = None) -> list[CaseView]:
        """Open cases, those of some sites or all, by what is due next."""
        if sites is None:
            return self._cases("is_open = 1 ORDER BY due_at, case_id", ())
        named = sorted(sites)
        marks = ", ".join("?" * len(named))
        return self._cases(f"is_open = 1 AND site_id IN ({marks}) ORDER BY due_at, case_id", named)

    def closed_cases(self, site_id: str) -> list[CaseView]:
        """Cases of a site that have ended, the newest first."""
        where = "is_open = 0 AND site_id = ? ORDER BY changed_at DESC, case_id"
        return self._cases(where, (site_id,))

    def steps(self, case_id: str) -> tuple[Escalation, ...]:
        """The steps of a case that the topic still has, in their order."""
        rows = self._all("SELECT record FROM steps WHERE case_id = ? ORDER BY step", (case_id,))
        return tuple(_step(record) for (record,) in rows)

    def grounds(self, case_id: str) -> tuple[Disagreement, ...]:
        """What was decided about the findings that a case rests on, in order."""
        rows = self._all("SELECT record FROM grounds WHERE case_id = ? ORDER BY at", (case_id,))
        return tuple(_ground(record) for (record,) in rows)

    def told(self, case_id: str, kind: AddresseeKind | None = None) -> tuple[Told, ...]:
        """Who was told what of a case, in order; nothing that a later notice took the place of."""
        rows = self._all(
            "SELECT record, delivered, reason FROM notices LEFT JOIN deliveries USING (notice_id) "
            "WHERE notices.case_id = ? ORDER BY at, notice_id",
            (case_id,),
        )
        every = [(_notice(record), delivered, why) for record, delivered, why in rows]
        gone = {each for notice, _, _ in every for each in notice.supersedes or ()}
        return tuple(
            Told(notice=notice, delivered=None if did is None else bool(did), why=why)
            for notice, did, why in every
            if notice.notice_id not in gone and kind in (None, notice.addressee.kind)
        )

    def actions(self, case_id: str) -> tuple[Answered, ...]:
        """What people did to a case, the newest first, with what the desk made of each.

        Of other programs' actions nobody can tell which step answers them: steps alone show those.
        """
        rows = self._all(
            "SELECT record, trace FROM actions WHERE case_id = ? ORDER BY read_at DESC, action_id",
            (case_id,),
        )
        known = [(_action(record), trace) for record, trace in rows]
        return tuple(self.answer(e) for e, trace in known if trace == _trace(e.action_id))

    def answer(self, action: Action) -> Answered:
        """What the desk made of an action, as far as it has."""
        trace = _trace(action.action_id)
        steps = self._all(
            "SELECT record FROM steps WHERE trace = ? AND case_id = ? ORDER BY step",
            (trace, action.escalation_id),
        )
        letter = self._one("SELECT 1 FROM letters WHERE trace = ?", (trace,))
        made = tuple(_step(record) for (record,) in steps)
        return Answered(action=action, steps=made, unusable=letter is not None and not made)

    def has_action(self, action_id: str) -> bool:
        """Whether an action with this id has been read."""
        return self._one("SELECT 1 FROM actions WHERE action_id = ?", (action_id,)) is not None

    def overview(self, customer_id: str) -> CustomerOverview | None:
        """What a customer may still ask for; None: nothing is known of that."""
        found = self._one("SELECT record FROM overviews WHERE customer_id = ?", (customer_id,))
        return None if found is None else _overview(found[0])

    def receipt(self, event_id: str) -> Receipt | None:
        """What became of something that a customer said; None: nothing yet."""
        found = self._one("SELECT record FROM receipts WHERE event_id = ?", (event_id,))
        return None if found is None else _receipt(found[0])

    def dead_letters(self, since: int) -> dict[str, int]:
        """How many records could not be used since a moment (ms), by the topic of dead letters."""
        rows = self._all(
            "SELECT topic, COUNT(*) FROM letters WHERE at >= ? GROUP BY topic", (since,)
        )
        return dict.fromkeys(LETTERS, 0) | dict(rows)

    def _cases(self, where: str, values: Sequence[object]) -> list[CaseView]:
        rows = self._all(f"{_WITH_HOLDERS} WHERE {where} LIMIT {MOST}", values)
        return [view for view in map(_view, rows) if view is not None]

    def _all(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        return self._reader().execute(sql, values).fetchall()

    def _one(self, sql: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a row
        return self._reader().execute(sql, values).fetchone()

    def close(self) -> None:
        """Lets go of this thread's connection."""
        known = getattr(self._local, "reader", None)
        if known is not None:
            known[1].close()
            del self._local.reader

    def _reader(self) -> sqlite3.Connection:
        """This thread's connection; opened again where the file was made anew."""
        known: tuple[int, sqlite3.Connection] | None = getattr(self._local, "reader", None)
        if known is not None and known[0] == self._database.generation:
            return known[1]
        if known is not None:
            known[1].close()
        reader = self._database.reader()
        self._local.reader = (self._database.generation, reader)
        return reader


def _trace(action_id: str) -> str:
    return trace_of_action(action_id)[1][TRACE_ID].decode()


def _view(row: Any) -> CaseView | None:  # noqa: ANN401 - a row
    if row is None:
        return None
    record, holders, about_conduct = row
    return CaseView(
        case=_case(record),
        had_by=frozenset((holders or "").split()),
        about_conduct=bool(about_conduct),
    )
