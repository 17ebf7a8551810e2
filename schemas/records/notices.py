"""What people are told."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.records.common import Body, Code, Id, Language, LongId, Text, Texts, Time, Word
from schemas.records.symbols import AddresseeKind, Channel

MOST_SUPERSEDED = 20
"""How many earlier notices one may take the place of."""


class Addressee(Struct, frozen=True, kw_only=True):
    """Whom a notice is for."""

    kind: AddresseeKind
    id: LongId


class Notice(Struct, frozen=True, kw_only=True):
    """Somebody was to be told something."""

    notice_id: LongId
    addressee: Addressee
    channels: tuple[Channel, ...]
    not_before: Time
    language: Language
    message: Code
    parameters: Texts
    title: Word
    text: Body
    escalation_id: LongId | None = None
    region_id: LongId
    disagreement_id: LongId | None = None
    policy_version: Id
    short_text: Text | None = None
    supersedes: Annotated[tuple[LongId, ...], Meta(max_length=MOST_SUPERSEDED)] | None = None
