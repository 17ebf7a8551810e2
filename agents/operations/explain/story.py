"""What belongs to an id among the records: a disagreement, escalation, visit or dead letter."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec
from msgspec import Struct

from agents.pipeline.dead_letter import LETTER_TOPICS, LetterPlace, id_of, place_named
from agents.records import codecs
from schemas.catalogue import TOPICS
from schemas.records import (
    ContactCard,
    DeadLetter,
    Delivery,
    Disagreement,
    Escalation,
    Notice,
    Outcome,
    Rule,
    VisitEnded,
)

TOLD = (
    "recourse.contact-cards",
    "recourse.disagreements",
    "recourse.escalations",
    "recourse.outcomes",
    "recourse.visits",
    "recourse.notices",
    "recourse.deliveries",
    *LETTER_TOPICS,
)
"""The topics that a story is told from."""

Record = (
    ContactCard | Disagreement | Escalation | Outcome | VisitEnded | Notice | Delivery | DeadLetter
)

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")
_DISAGREEMENT = re.compile(rf"(.+):(?:{'|'.join(Rule)}):\d+\Z")
_NUMBERED = re.compile(r"(.+):(?:\d+|card)\Z")
_ORDER = {kind: place for place, kind in enumerate(Record.__args__)}


class Kind(StrEnum):
    """What an id is of."""

    DISAGREEMENT = "disagreement"
    ESCALATION = "escalation"
    VISIT = "visit"
    DEAD_LETTER = "dead letter"


class Story(Struct, frozen=True, kw_only=True):
    """What happened, in order."""

    id: str
    kind: Kind
    records: tuple[Record, ...]


def letter_place(id_: str) -> LetterPlace | None:
    """Where the record of a dead letter lies, where an id is one: `service.estimates:3:17`."""
    place = place_named(id_)
    return place if place is not None and place.topic in TOPICS else None


def visits_of(id_: str) -> tuple[str, ...]:
    """The visits that an id may belong to; ids are `visit`, `visit:n` or `visit:rule:n`."""
    found = {id_}
    for pattern in (_DISAGREEMENT, _NUMBERED):
        match = pattern.match(id_)
        if match is not None:
            found.add(match[1])
    return tuple(sorted(found, key=len))


def cause_of(notice_id: str) -> str:
    """What a notice is about: `escalation:step`, a disagreement's id, or an event of a visit."""
    return notice_id.rpartition(":")[0]


def is_decision(id_: str | None) -> bool:
    """Whether an id is a disagreement's."""
    return id_ is not None and _DISAGREEMENT.match(id_) is not None


def visit_of_letter(letter: DeadLetter) -> str | None:
    """The visit that an unusable record was of, as far as it can be read."""
    if letter.value is None or letter.topic not in TOPICS or TOPICS[letter.topic].record is None:
        return None
    try:
        plain = msgspec.json.decode(letter.value)
        found = plain.get("visit_id") if isinstance(plain, dict) else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            found = getattr(codecs.decode(letter.topic, letter.value), "visit_id", None)
        except codecs.Undecodable:
            found = None
    return found if isinstance(found, str) and _ID.match(found) else None


def story_of(id_: str, records: Iterable[Record]) -> Story | None:
    """The story of an id; None where no record has it."""
    known = _in_order(records)
    for kind, chosen in (
        (Kind.DISAGREEMENT, _of_disagreement),
        (Kind.ESCALATION, _of_escalation),
        (Kind.DEAD_LETTER, _of_letter),
        (Kind.VISIT, _of_visit),
    ):
        found = chosen(id_, known)
        if found:
            return Story(id=id_, kind=kind, records=tuple(_in_order(found)))
    return None


def moment(record: Record) -> int:
    """When it happened, as the pipeline counts (epoch milliseconds)."""
    match record:
        case Disagreement():
            return record.decided_at
        case ContactCard():
            return record.issued_at
        case VisitEnded():
            return record.closed_at
        case Notice():
            return record.not_before
        case _:
            return record.occurred_at


def _in_order(records: Iterable[Record]) -> list[Record]:
    """By time; of one moment as one leads to the other, then as they came."""
    seen: dict[bytes, Record] = {}
    for each in records:
        seen.setdefault(msgspec.msgpack.encode((type(each).__name__, each)), each)
    return sorted(
        seen.values(),
        key=lambda each: (
            moment(each),
            _ORDER[type(each)],
            getattr(each, "step", 0),
            getattr(each, "notice_id", ""),  # whose order between addressees is not kept
        ),
    )


def _of_disagreement(id_: str, known: list[Record]) -> list[Record]:
    """The record, what it corrects or appeals or is corrected or appealed by, and the steps."""
    record = next(
        (each for each in known if isinstance(each, Disagreement) and each.disagreement_id == id_),
        None,
    )
    if record is None:
        return []
    around = [
        each
        for each in known
        if isinstance(each, Disagreement)
        and each is not record
        and (
            id_ in (each.corrects, each.subject_id)
            or each.disagreement_id in (record.corrects, record.subject_id)
        )
    ]
    told = [record, *around]
    escalations = {e.escalation_id for e in told if e.escalation_id is not None}
    steps = list(_steps(escalations, known))
    return [*told, *steps, *_notices((*told, *steps), known)]


def _of_escalation(id_: str, known: list[Record]) -> list[Record]:
    """Its steps and all disagreements that it rests on."""
    own = [each for each in known if isinstance(each, Escalation) and each.escalation_id == id_]
    grounds = {each for step in own for each in step.disagreement_ids}
    appealed = {
        each.subject_id
        for each in known
        if isinstance(each, Disagreement) and each.escalation_id == id_
    }
    disagreements = [
        each
        for each in known
        if isinstance(each, Disagreement)
        and (
            each.escalation_id == id_
            or each.disagreement_id in grounds | appealed
            or each.corrects in grounds
        )
    ]
    opened = bool(own) or any(each.escalation_id == id_ for each in disagreements)
    told = [*disagreements, *_steps({id_}, known)]
    return [*told, *_notices(told, known)] if opened else []


def _steps(escalations: set[str], known: list[Record]) -> Iterator[Record]:
    """Steps and outcomes of escalations, and of those into which they were merged."""
    merged = {
        each.merged_into
        for each in known
        if isinstance(each, Escalation) and each.escalation_id in escalations and each.merged_into
    }
    for each in known:
        if isinstance(each, Escalation | Outcome) and each.escalation_id in escalations | merged:
            yield each


def _notices(told: Iterable[Record], known: list[Record]) -> Iterator[Record]:
    """Who was told of these decisions and steps, and what became of that."""
    causes = {
        f"{each.escalation_id}:{each.step}"
        if isinstance(each, Escalation)
        else each.disagreement_id
        for each in told
        if isinstance(each, Escalation | Disagreement)
    }
    for each in known:
        if isinstance(each, Notice | Delivery) and cause_of(each.notice_id) in causes:
            yield each


def _of_letter(id_: str, known: list[Record]) -> list[Record]:
    return [each for each in known if isinstance(each, DeadLetter) and id_of(each) == id_]


def _of_visit(id_: str, known: list[Record]) -> list[Record]:
    return [each for each in known if _is_of_visit(each, id_)]


def _is_of_visit(record: Record, visit_id: str) -> bool:
    match record:
        case DeadLetter():
            return visit_of_letter(record) == visit_id
        case Notice() | Delivery():
            return record.notice_id.startswith(f"{visit_id}:")
        case _:
            return record.visit_id == visit_id
