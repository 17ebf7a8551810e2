"""What the policy decides that runs beside the live one."""

from msgspec import Struct

from schemas.records.common import Code, Time
from schemas.records.decisions import Disagreement
from schemas.records.symbols import ShadowMissing


class ShadowGap(Struct, frozen=True, kw_only=True):
    """What of a shadow's past may be missing to a decision, until when."""

    what: ShadowMissing
    whole_from: Time


class ShadowDecision(Struct, frozen=True, kw_only=True):
    """What the policy that runs beside the live one made of a finding; nobody acts on it."""

    decision: Disagreement
    shadow_id: Code
    may_lack: tuple[ShadowGap, ...]
