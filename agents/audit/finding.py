"""What the auditor can find."""

from enum import StrEnum

from msgspec import Struct


class What(StrEnum):
    """A promise of the design that is broken."""

    RAISED_WITHOUT_CASE = "RAISED_WITHOUT_CASE"
    STEPS_WITH_GAPS = "STEPS_WITH_GAPS"
    STEP_TWICE = "STEP_TWICE"
    WRONG_ORDER = "WRONG_ORDER"
    WITHOUT_CLOCK = "WITHOUT_CLOCK"
    WITHOUT_OWNER = "WITHOUT_OWNER"
    NO_EFFECT = "NO_EFFECT"
    OUT_OF_REACH = "OUT_OF_REACH"
    NOBODY_TOLD = "NOBODY_TOLD"
    NOTICE_TWICE = "NOTICE_TWICE"
    TWO_OPEN = "TWO_OPEN"
    DECISION_TWICE = "DECISION_TWICE"
    DECISIONS_WITH_GAPS = "DECISIONS_WITH_GAPS"
    THROTTLE_DIFFERS = "THROTTLE_DIFFERS"
    MISPLACED = "MISPLACED"
    SPENT_ELSEWHERE = "SPENT_ELSEWHERE"
    CARRIED_OTHERWISE = "CARRIED_OTHERWISE"
    UNREADABLE = "UNREADABLE"


MEANING = {
    What.RAISED_WITHOUT_CASE: "a RAISED disagreement that no case has, nor a step MERGED",
    What.STEPS_WITH_GAPS: "a case whose steps are not 0, 1, 2, ...",
    What.STEP_TWICE: "a step of a case that is there twice",
    What.WRONG_ORDER: "a step that can't follow the one before",
    What.WITHOUT_CLOCK: "an open case without deadlines",
    What.WITHOUT_OWNER: "an open case without a manager, and without a reason",
    What.NO_EFFECT: "a deadline, wait or promise that passed without its effect",
    What.OUT_OF_REACH: "an open case, overdue, that no move reaches: all were tried, none is again",
    What.NOBODY_TOLD: "a step that the customer should have heard of, and did not",
    What.NOTICE_TWICE: "two notices with one id",
    What.TWO_OPEN: "a visit with two open cases",
    What.DECISION_TWICE: "a decision that is there twice",
    What.DECISIONS_WITH_GAPS: "a visit and rule whose records are not 1, 2, 3, ...",
    What.THROTTLE_DIFFERS: "a throttle's count that the published entries do not give",
    What.MISPLACED: "a topic whose producer does not place keys by murmur2: its order is lost",
    What.SPENT_ELSEWHERE: "a THROTTLED customer whose throttle is full of other sites' cases",
    What.CARRIED_OTHERWISE: "a carried record that is not what lies where it says it came from",
    What.UNREADABLE: "a record of ours that can't be read: what it says is not looked at",
}


class Finding(Struct, frozen=True, kw_only=True):
    """One, with the case, visit or decision that it is of."""

    what: What
    of: str
    detail: str
