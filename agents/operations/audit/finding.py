"""What the auditor can find."""

from enum import StrEnum

from msgspec import Struct


class Breach(StrEnum):
    """A promise of the design that is broken."""

    RAISED_WITHOUT_CASE = "RAISED_WITHOUT_CASE"
    STEPS_WITH_GAPS = "STEPS_WITH_GAPS"
    STEP_TWICE = "STEP_TWICE"
    WRONG_ORDER = "WRONG_ORDER"
    WITHOUT_CLOCK = "WITHOUT_CLOCK"
    WITHOUT_OWNER = "WITHOUT_OWNER"
    NO_EFFECT = "NO_EFFECT"
    OUT_OF_REACH = "OUT_OF_REACH"
    ABOVE_CEILING = "ABOVE_CEILING"
    NOBODY_TOLD = "NOBODY_TOLD"
    NOTICE_TWICE = "NOTICE_TWICE"
    TWO_OPEN = "TWO_OPEN"
    DECISION_TWICE = "DECISION_TWICE"
    DECISIONS_WITH_GAPS = "DECISIONS_WITH_GAPS"
    THROTTLE_DIFFERS = "THROTTLE_DIFFERS"
    NOT_KEPT_DIFFERS = "NOT_KEPT_DIFFERS"
    NOT_KEPT_UNSAID = "NOT_KEPT_UNSAID"
    WAITED_TOO_LONG = "WAITED_TOO_LONG"
    PROMISE_PUT_OFF = "PROMISE_PUT_OFF"
    ABUSE_UNCONFIRMED = "ABUSE_UNCONFIRMED"
    MISPLACED = "MISPLACED"
    SPENT_ELSEWHERE = "SPENT_ELSEWHERE"
    SHOWN_OTHERWISE = "SHOWN_OTHERWISE"
    OVERVIEW_DIFFERS = "OVERVIEW_DIFFERS"
    UNANSWERED = "UNANSWERED"
    CARRIED_OTHERWISE = "CARRIED_OTHERWISE"
    UNREADABLE = "UNREADABLE"


MEANING = {
    Breach.RAISED_WITHOUT_CASE: "a RAISED disagreement that no case has, nor a step MERGED",
    Breach.STEPS_WITH_GAPS: "a case whose steps are not 0, 1, 2, ...",
    Breach.STEP_TWICE: "a step of a case that is there twice",
    Breach.WRONG_ORDER: "a step that can't follow the one before",
    Breach.WITHOUT_CLOCK: "an open case without deadlines",
    Breach.WITHOUT_OWNER: "an open case without a manager, and without a reason",
    Breach.NO_EFFECT: "a deadline, wait or promise that passed without its effect",
    Breach.OUT_OF_REACH: "an open case, overdue, that no move reaches: all were tried",
    Breach.ABOVE_CEILING: "a case that went higher than its severity goes, in no way that may",
    Breach.NOBODY_TOLD: "a step that the customer should have heard of, and did not",
    Breach.NOTICE_TWICE: "two notices with one id",
    Breach.TWO_OPEN: "a visit with two open cases",
    Breach.DECISION_TWICE: "a decision that is there twice",
    Breach.DECISIONS_WITH_GAPS: "a visit and rule whose records are not 1, 2, 3, ...",
    Breach.THROTTLE_DIFFERS: "a throttle's count that the published entries do not give",
    Breach.NOT_KEPT_DIFFERS: "a decision said not to be kept that steps and events do not give",
    Breach.NOT_KEPT_UNSAID: "a decision that the events say was not kept, and nobody said so",
    Breach.WAITED_TOO_LONG: "a case that waits for longer in sum than its severity may",
    Breach.PROMISE_PUT_OFF: "a promise put off too late, or too often, that counts as no miss",
    Breach.ABUSE_UNCONFIRMED: "an outcome ABUSIVE that no other person had confirmed",
    Breach.MISPLACED: "a topic whose producer does not place keys by murmur2: its order is lost",
    Breach.SPENT_ELSEWHERE: "a THROTTLED customer whose throttle is full of other sites' cases",
    Breach.SHOWN_OTHERWISE: "a case that recourse.cases shows otherwise than its newest step says",
    Breach.OVERVIEW_DIFFERS: "a customer's record in recourse.customers that cases do not give",
    Breach.UNANSWERED: "an event of the customers' channel without a receipt",
    Breach.CARRIED_OTHERWISE: "a carried record that is not what lies where it says it came from",
    Breach.UNREADABLE: "a record of ours that can't be read: what it says is not looked at",
}


class Finding(Struct, frozen=True, kw_only=True):
    """One, with the case, visit or decision that it is of."""

    what: Breach
    of: str
    detail: str
