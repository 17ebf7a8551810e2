"""The operator's words for every symbol of the records; a symbol without words fails a test.

What rules are called is with their other words, in `agents/texts/rules`.
`OF_LATER`: of a symbol that only a newer version knows.
"""

from schemas.records import (
    ActionName,
    Arm,
    Channel,
    DeadLetterReason,
    Decision,
    EscalationStatus,
    OutcomeName,
    OutcomeStatus,
    RemedyKind,
    Severity,
    Tier,
    Why,
    WithdrawnBy,
)

OF_LATER = "Something that only a newer version knows"

SEVERITIES = {
    Severity.SAFETY: "safety",
    Severity.HIGH: "high",
    Severity.NORMAL: "normal",
    Severity.LOW: "low",
}

TIERS = {Tier.LOCAL: "local", Tier.REGIONAL: "regional", Tier.EXECUTIVE: "executive"}
NEXT_TIERS = {Tier.LOCAL: Tier.REGIONAL, Tier.REGIONAL: Tier.EXECUTIVE}

DECISIONS = {
    Decision.BELOW_THRESHOLD: "Below the threshold, only recorded",
    Decision.NOT_ELIGIBLE: "Not eligible, only recorded",
    Decision.SHADOWED: "Shadowed, only recorded",
    Decision.JOINED: "Joined to the open escalation",
    Decision.RAISED: "Raised to a manager",
    Decision.THROTTLED: "Throttled, not raised",
    Decision.CORRECTED: "Corrected",
    Decision.AWAITING: "Waiting for the customer's yes or no, only recorded",
}

WOULD_BE = {
    Decision.RAISED: "raised to a manager",
    Decision.JOINED: "joined to an open escalation",
    Decision.THROTTLED: "throttled",
}

ARMS = {
    Arm.LIVE: "takes part in the pilot",
    Arm.SHADOW: "is only shadowed: it is decided, and nobody is told",
    Arm.HOLDOUT: "is in the pilot's comparison group, by its site or by the customer's share",
    Arm.OFF: "is outside the pilot, the site is off",
}

STEPS = {
    EscalationStatus.OPENED: "Escalation opened",
    EscalationStatus.JOINED: "Escalation updated",
    EscalationStatus.ACKNOWLEDGED: "Acknowledged",
    EscalationStatus.CONTACTED: "The manager spoke with the customer",
    EscalationStatus.PROMISED: "A call was promised",
    EscalationStatus.WAITING: "Waiting for the customer",
    EscalationStatus.SNOOZED: "Hidden from the manager's list for a while",
    EscalationStatus.REASSIGNED: "Given to another manager",
    EscalationStatus.WARNED: "The manager was warned",
    EscalationStatus.MOVED_UP: "Moved up",
    EscalationStatus.RESOLVED: "Resolved",
    EscalationStatus.REOPENED: "Reopened",
    EscalationStatus.WITHDRAWN: "Withdrawn",
    EscalationStatus.MERGED: "Merged into the visit's open escalation",
    EscalationStatus.REFUSED: "An action was refused",
    EscalationStatus.CONFIRMED: "The abuse was confirmed",
}

CHANNELS = {
    Channel.APP: "app",
    Channel.SMS: "text message",
    Channel.EMAIL: "email",
    Channel.PHONE: "phone",
}

ACTIONS = {
    ActionName.ACKNOWLEDGE: "acknowledge it",
    ActionName.CONTACTED: "say that the customer was contacted",
    ActionName.PROMISE: "promise a call",
    ActionName.WAIT: "wait for the customer",
    ActionName.SNOOZE: "hide it for a while",
    ActionName.REASSIGN: "give it to somebody else",
    ActionName.RESOLVE: "resolve it",
    ActionName.REOPEN: "reopen it",
    ActionName.CONFIRM: "confirm that it is abusive",
}

OUTCOMES = {
    OutcomeName.UPHELD: "upheld: the customer is right",
    OutcomeName.PARTLY_UPHELD: "partly upheld: the customer is right in part",
    OutcomeName.UNFOUNDED: "unfounded: the centre is right",
    OutcomeName.ABUSIVE: "abusive: the channel was misused",
}

REMEDIES = {
    RemedyKind.PRICE_TO: "a price",
    RemedyKind.FREE_OF_CHARGE: "free of charge",
    RemedyKind.GOODWILL: "a gesture of goodwill",
    RemedyKind.SECOND_DIAGNOSIS: "a second diagnosis",
    RemedyKind.LOANER: "a loaner vehicle",
    RemedyKind.APOLOGY: "an apology",
    RemedyKind.OTHER: "what the manager said",
    RemedyKind.NONE: "nothing beyond the decision",
}

TOLD = {
    OutcomeStatus.RESOLVED: "The resolution went back to the customer's throttle",
    OutcomeStatus.WITHDRAWN: "The withdrawal went back to the customer's throttle",
    OutcomeStatus.REOPENED: "The reopening went back to the customer's throttle",
    OutcomeStatus.MERGED: "The merging went back to the customer's throttle",
    OutcomeStatus.CONTACTED: "That the customer was spoken to after the decision went back",
}

WITHDRAWN_BY = {
    WithdrawnBy.CUSTOMER: "the customer took the last ground back",
    WithdrawnBy.FACT: "a new fact took the last ground away",
    WithdrawnBy.ERASURE: "the customer asked to be forgotten",
}

PASSED_OVER = {
    Why.NO_CONTACT: "has no phone, email or app",
    Why.OFF_SHIFT: "is off shift",
    Why.ABSENT: "is absent",
    Why.AT_LIMIT: "has as many cases as they may",
    Why.LANGUAGE: "does not speak the customer's language",
    Why.ALREADY_TRIED: "had the case before",
}

DEAD_LETTERS = {
    DeadLetterReason.UNREADABLE: (
        "Its bytes are not what the contract names.",
        "The producer mends its writer; the event must be sent again.",
    ),
    DeadLetterReason.UNKNOWN_SCHEMA: (
        "The schema that it was written with can't be had.",
        "Register the schema, then redrive it (recourse dead-letters redrive).",
    ),
    DeadLetterReason.INVALID: (
        "It breaks a rule of the contract.",
        "The producer mends the event and sends it again under the same id.",
    ),
    DeadLetterReason.TOO_LATE: (
        "It arrived too long after it had occurred.",
        "It stays out unless late_after_hours is raised (policy) and it is redriven.",
    ),
    DeadLetterReason.FAILED: (
        "The fault is in recourse, not in the record.",
        "Once the defect is mended, redrive it (recourse dead-letters redrive).",
    ),
    DeadLetterReason.ERASED: (
        "The customer asked to be forgotten, so nothing of it is kept.",
        "Nothing more happens.",
    ),
}
