"""The symbols of the contract. A symbol that a newer producer writes reads as UNKNOWN.

A severity reads as NORMAL then: a case of which we know no more is a case all the same.
"""

from enum import StrEnum


class Symbol(StrEnum):
    """A set of symbols with UNKNOWN for what is not (yet) one of them."""

    @classmethod
    def _missing_(cls, value: object) -> "Symbol | None":
        return cls["UNKNOWN"] if isinstance(value, str) else None


class Channel(Symbol):
    """How a person can be reached."""

    UNKNOWN = "UNKNOWN"
    APP = "APP"
    SMS = "SMS"
    EMAIL = "EMAIL"
    PHONE = "PHONE"


class Stage(Symbol):
    """Where a diagnosis was made."""

    UNKNOWN = "UNKNOWN"
    REMOTE = "REMOTE"
    CENTRE = "CENTRE"


class Cause(Symbol):
    """What a diagnosis says the fault comes from."""

    UNKNOWN = "UNKNOWN"
    MANUFACTURING = "MANUFACTURING"
    WEAR = "WEAR"
    DAMAGE = "DAMAGE"
    SOFTWARE = "SOFTWARE"
    NONE = "NONE"


class WarrantyDecisionName(Symbol):
    """What was decided about a claim."""

    UNKNOWN = "UNKNOWN"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    GOODWILL = "GOODWILL"
    DENIED = "DENIED"


class Response(Symbol):
    """What a customer said; CHECKED_IN is recourse's own word."""

    UNKNOWN = "UNKNOWN"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    DISPUTED = "DISPUTED"
    ASKED = "ASKED"
    REQUESTED = "REQUESTED"
    CALLED = "CALLED"
    WITHDRAWN = "WITHDRAWN"
    APPEALED = "APPEALED"
    RATED = "RATED"
    CHECKED_IN = "CHECKED_IN"


class Subject(Symbol):
    """What a customer's response is about."""

    UNKNOWN = "UNKNOWN"
    DIAGNOSIS = "DIAGNOSIS"
    ESTIMATE = "ESTIMATE"
    WARRANTY = "WARRANTY"
    ESCALATION = "ESCALATION"
    NONE = "NONE"


class Tier(Symbol):
    """How far up a manager is; in this order."""

    UNKNOWN = "UNKNOWN"
    LOCAL = "LOCAL"
    REGIONAL = "REGIONAL"
    EXECUTIVE = "EXECUTIVE"


class ActionName(Symbol):
    """What a person does to an escalation."""

    UNKNOWN = "UNKNOWN"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    CONTACTED = "CONTACTED"
    PROMISE = "PROMISE"
    WAIT = "WAIT"
    SNOOZE = "SNOOZE"
    REASSIGN = "REASSIGN"
    RESOLVE = "RESOLVE"
    REOPEN = "REOPEN"
    CONFIRM = "CONFIRM"


class OutcomeName(Symbol):
    """What a manager found."""

    UNKNOWN = "UNKNOWN"
    UPHELD = "UPHELD"
    PARTLY_UPHELD = "PARTLY_UPHELD"
    UNFOUNDED = "UNFOUNDED"
    ABUSIVE = "ABUSIVE"


class OutcomeStatus(Symbol):
    """What became of an escalation."""

    UNKNOWN = "UNKNOWN"
    RESOLVED = "RESOLVED"
    WITHDRAWN = "WITHDRAWN"
    REOPENED = "REOPENED"
    MERGED = "MERGED"
    CONTACTED = "CONTACTED"


class WithdrawnBy(Symbol):
    """What took away the last ground."""

    UNKNOWN = "UNKNOWN"
    CUSTOMER = "CUSTOMER"
    FACT = "FACT"
    ERASURE = "ERASURE"


class Kind(Symbol):
    """The kind of a disagreement."""

    UNKNOWN = "UNKNOWN"
    DIAGNOSIS = "DIAGNOSIS"
    ESTIMATE = "ESTIMATE"
    WARRANTY = "WARRANTY"
    SILENCE = "SILENCE"
    REQUEST = "REQUEST"


class Rule(Symbol):
    """The rules; their order breaks ties."""

    UNKNOWN = "UNKNOWN"
    ESTIMATE_OVER_AUTHORISED = "ESTIMATE_OVER_AUTHORISED"
    CHARGED_OVER_AUTHORISED = "CHARGED_OVER_AUTHORISED"
    ESTIMATE_DECLINED_WORK_DONE = "ESTIMATE_DECLINED_WORK_DONE"
    ESTIMATE_CHARGES_COVERED_WORK = "ESTIMATE_CHARGES_COVERED_WORK"
    ESTIMATE_DISPUTED = "ESTIMATE_DISPUTED"
    DIAGNOSIS_DISPUTED = "DIAGNOSIS_DISPUTED"
    DIAGNOSIS_CHANGED_AFTER_AUTHORISATION = "DIAGNOSIS_CHANGED_AFTER_AUTHORISATION"
    DIAGNOSIS_REMOTE_DIFFERS = "DIAGNOSIS_REMOTE_DIFFERS"
    DIAGNOSIS_NO_FAULT_FOUND_AGAIN = "DIAGNOSIS_NO_FAULT_FOUND_AGAIN"
    WARRANTY_DENIED_AGAINST_CAUSE = "WARRANTY_DENIED_AGAINST_CAUSE"
    WARRANTY_REVERSED = "WARRANTY_REVERSED"
    WARRANTY_DISPUTED = "WARRANTY_DISPUTED"
    WARRANTY_REPEAT_REPAIR = "WARRANTY_REPEAT_REPAIR"
    SILENCE_NO_WORD = "SILENCE_NO_WORD"
    SILENCE_READY_TIME_MOVED = "SILENCE_READY_TIME_MOVED"
    REQUESTED_BY_CUSTOMER = "REQUESTED_BY_CUSTOMER"
    APPEALED_BY_CUSTOMER = "APPEALED_BY_CUSTOMER"
    SILENCE_READY_TIME_PASSED = "SILENCE_READY_TIME_PASSED"
    DECISION_NOT_KEPT = "DECISION_NOT_KEPT"


class Severity(Symbol):
    """How grave a disagreement is, gravest first; one that is not known is NORMAL."""

    UNKNOWN = "UNKNOWN"
    SAFETY = "SAFETY"
    HIGH = "HIGH"
    NORMAL = "NORMAL"
    LOW = "LOW"

    @classmethod
    def _missing_(cls, value: object) -> "Severity | None":
        return cls["NORMAL"] if isinstance(value, str) else None


class Decision(Symbol):
    """What became of a finding."""

    UNKNOWN = "UNKNOWN"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    SHADOWED = "SHADOWED"
    JOINED = "JOINED"
    RAISED = "RAISED"
    THROTTLED = "THROTTLED"
    CORRECTED = "CORRECTED"
    AWAITING = "AWAITING"


class Arm(Symbol):
    """What a visit counts as in the pilot."""

    UNKNOWN = "UNKNOWN"
    LIVE = "LIVE"
    SHADOW = "SHADOW"
    HOLDOUT = "HOLDOUT"
    OFF = "OFF"


class EscalationStatus(Symbol):
    """What one step of an escalation was."""

    UNKNOWN = "UNKNOWN"
    OPENED = "OPENED"
    JOINED = "JOINED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CONTACTED = "CONTACTED"
    PROMISED = "PROMISED"
    WAITING = "WAITING"
    SNOOZED = "SNOOZED"
    REASSIGNED = "REASSIGNED"
    WARNED = "WARNED"
    MOVED_UP = "MOVED_UP"
    RESOLVED = "RESOLVED"
    REOPENED = "REOPENED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"
    REFUSED = "REFUSED"
    CONFIRMED = "CONFIRMED"


class CasePhase(Symbol):
    """Where a case stands."""

    UNKNOWN = "UNKNOWN"
    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"


class Why(Symbol):
    """Why a manager was passed over."""

    UNKNOWN = "UNKNOWN"
    NO_CONTACT = "NO_CONTACT"
    OFF_SHIFT = "OFF_SHIFT"
    ABSENT = "ABSENT"
    AT_LIMIT = "AT_LIMIT"
    LANGUAGE = "LANGUAGE"
    ALREADY_TRIED = "ALREADY_TRIED"


class AddresseeKind(Symbol):
    """Whom a notice is for."""

    UNKNOWN = "UNKNOWN"
    CUSTOMER = "CUSTOMER"
    MANAGER = "MANAGER"
    SITE = "SITE"


class TopicName(Symbol):
    """What a customer's words are about."""

    UNKNOWN = "UNKNOWN"
    PRICE = "PRICE"
    DIAGNOSIS = "DIAGNOSIS"
    WARRANTY = "WARRANTY"
    TIME = "TIME"
    LOANER = "LOANER"
    DAMAGE = "DAMAGE"
    CONDUCT = "CONDUCT"
    OTHER = "OTHER"


class ReceiptStatus(Symbol):
    """What became of an event as a whole."""

    UNKNOWN = "UNKNOWN"
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    ALREADY = "ALREADY"


class Settled(Symbol):
    """Whether a matter is settled, as the customer says."""

    UNKNOWN = "UNKNOWN"
    YES = "YES"
    PARTLY = "PARTLY"
    NO = "NO"


class RemedyKind(Symbol):
    """What a decision gives the customer."""

    UNKNOWN = "UNKNOWN"
    PRICE_TO = "PRICE_TO"
    FREE_OF_CHARGE = "FREE_OF_CHARGE"
    GOODWILL = "GOODWILL"
    SECOND_DIAGNOSIS = "SECOND_DIAGNOSIS"
    LOANER = "LOANER"
    APOLOGY = "APOLOGY"
    OTHER = "OTHER"
    NONE = "NONE"


class DeadLetterReason(Symbol):
    """Why a record could not be used."""

    UNKNOWN = "UNKNOWN"
    UNREADABLE = "UNREADABLE"
    UNKNOWN_SCHEMA = "UNKNOWN_SCHEMA"
    INVALID = "INVALID"
    TOO_LATE = "TOO_LATE"
    FAILED = "FAILED"
    ERASED = "ERASED"


class DurationOf(Symbol):
    """What took so long, from the opening of a case, or its last opening again."""

    UNKNOWN = "UNKNOWN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    DECIDED = "DECIDED"


class ShadowMissing(Symbol):
    """What of a shadow's past may be missing."""

    UNKNOWN = "UNKNOWN"
    VISIT = "VISIT"
    THROTTLE_DAY = "THROTTLE_DAY"
    THROTTLE_WINDOW = "THROTTLE_WINDOW"
    FIRST_VISIT = "FIRST_VISIT"
