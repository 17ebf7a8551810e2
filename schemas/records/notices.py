"""What people are told."""

from msgspec import Struct

from schemas.records.common import Body, Code, Id, Language, LongId, Text, Texts, Time, Word
from schemas.records.symbols import AddresseeKind, Channel


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
