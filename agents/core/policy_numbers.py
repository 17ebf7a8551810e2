"""The numbers of the policy, each with its phrase; its unit comes with its type.

A phrase is how `recourse policy` and docs/policy-numbers.md name a number.
"""

from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from agents.core.policy_values import (
    Amount,
    Count,
    Days,
    Fading,
    Hours,
    HoursOrNone,
    Identifier,
    Minutes,
    MinutesOrNone,
    Months,
    Percent,
    Phrase,
    Positive,
    TierName,
    Unit,
    WarningShare,
    Weight,
    Years,
    few,
    symbol,
)
from schemas.records import Severity


class Part(BaseModel):
    """A part of the policy: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Clock(StrEnum):
    """What a deadline counts in."""

    CALENDAR = "CALENDAR"
    SITE_HOURS = "SITE_HOURS"


class Weights(Part):
    """What an entry of the throttle weighs, by its outcome."""

    pending: Annotated[Weight, Phrase("The weight of an escalation that is undecided")]
    upheld: Annotated[Weight, Phrase("The weight of an escalation that was UPHELD")]
    partly_upheld: Annotated[Weight, Phrase("The weight of an escalation that was PARTLY_UPHELD")]
    withdrawn_by_customer: Annotated[
        Weight, Phrase("The weight of an escalation that the customer withdrew")
    ]
    withdrawn_by_fact: Annotated[
        Weight, Phrase("The weight of an escalation that a fact took away")
    ]
    merged: Annotated[Weight, Phrase("The weight of an escalation that was MERGED into another")]
    unfounded: Annotated[Weight, Phrase("The weight of an escalation that was UNFOUNDED")]
    unfounded_on_appeal: Annotated[
        Weight, Phrase("The weight of an escalation that was UNFOUNDED on appeal")
    ]
    abusive: Annotated[Weight, Phrase("The weight of an escalation that was ABUSIVE")]


class Fade(Part):
    """How UNFOUNDED and ABUSIVE entries fade after the window: halved every `half_life_days`."""

    half_life_days: Annotated[
        Days,
        Phrase("The time in which an UNFOUNDED or ABUSIVE escalation fades to half its weight"),
    ]
    gone_below: Annotated[
        Fading,
        Phrase(
            "The share of its weight below which an UNFOUNDED or ABUSIVE escalation counts no more"
        ),
    ]


class Throttle(Part):
    """How many escalations a customer may ask for, on event time."""

    limit: Annotated[
        Count, Phrase("The number of escalations that a customer may ask for within the window")
    ]
    per_day: Annotated[
        Positive, Phrase("The number of escalations that a customer may ask for within 24 hours")
    ]
    per_vehicle: Annotated[
        Count,
        Phrase("The number by which both grow for each vehicle in service beyond the first"),
    ]
    window_days: Annotated[Days, Phrase("The window of the throttle")]
    weights: Weights
    fade: Fade
    records_a_day: Annotated[
        Positive, Phrase("The number of records of one rule on one visit a day")
    ]


class Appeals(Part):
    """By when a decision can be appealed, and how often."""

    within_days: Annotated[Days, Phrase("The time to appeal")]
    throttle_appeal_every_days: Annotated[
        Days, Phrase("The time between two appeals of a customer against the throttle")
    ]


class RiseRule(Part):
    """From which rise a finding is HIGH, and below which it is LOW."""

    high_from_percent: Annotated[
        Percent, Phrase("The rise from which {of} is HIGH"), Unit("% of the base")
    ]
    high_from_major: Annotated[
        Amount, Phrase("The rise from which {of} is HIGH"), Unit("US dollars, by money.units")
    ]
    low_below_major: Annotated[
        Amount, Phrase("The rise below which {of} is LOW"), Unit("US dollars, by money.units")
    ]


class ChargedRule(RiseRule):
    """From which rise a finding is HIGH, and how late a closure may be for one without a base."""

    late_closure_hours: Annotated[
        Hours,
        Phrase(
            "The time after which a closure is too late to be judged "
            "without any estimate or authorisation"
        ),
    ]


class EstimateRiseRule(RiseRule):
    """How long an estimate above the limit waits for the customer's yes, in sum."""

    grace_business_minutes: Annotated[
        MinutesOrNone,
        Phrase("The time that {of} waits for the customer's answer"),
        Unit("business minutes"),
    ]
    grace_high_business_minutes: Annotated[
        MinutesOrNone,
        Phrase("The time that {of}, where it is HIGH, waits for the customer's answer"),
        Unit("business minutes"),
    ]


class NoFaultFoundAgainRule(Part):
    """How many visits without a fault found, within how many days."""

    visits: Annotated[
        Positive, Phrase("The number of visits without a fault found that make a finding")
    ]
    within_days: Annotated[
        Days, Phrase("The time within which visits without a fault found make a finding")
    ]


class RepeatRepairRule(Part):
    """At which tier a repeated repair starts."""

    tier: Annotated[TierName, Phrase("The tier at which a repeated repair starts")]


class NoWordRule(Part):
    """After how many business hours the centre counts as silent; when a second one is asked."""

    business_hours: Annotated[
        Hours,
        Phrase("The time without a word after which the centre counts as silent"),
        Unit("business hours"),
    ]
    asked_again_within_days: Annotated[
        Days, Phrase("The time within which a second silence on a visit counts as asked for")
    ]


class ReadyTimeMovedRule(Part):
    """How often the promised time may move later."""

    times: Annotated[
        Positive, Phrase("The number of moves of the promised time that make a finding")
    ]


class ReadyTimePassedRule(Part):
    """After how many business hours a promised time has passed, and at which sites."""

    business_hours: Annotated[
        Hours,
        Phrase("The time without a word after which a promised ready time counts as passed"),
        Unit("business hours"),
    ]
    sites: Annotated[
        tuple[Identifier, ...],
        few(1_000),
        Phrase("The sites at which a promised ready time may count as passed"),
    ]

    @cached_property
    def listed(self) -> frozenset[str]:
        """The sites, to be looked up."""
        return frozenset(self.sites)


class NotKeptRule(Part):
    """Within how many business hours a claim is to be covered of which a manager decided so."""

    business_hours: Annotated[
        Hours,
        Phrase("The time within which a claim is to be covered that was UPHELD without a remedy"),
        Unit("business hours"),
    ]


class Rules(Part):
    """The numbers of the rules that have any, by the rule's name."""

    estimate_over_authorised: Annotated[
        EstimateRiseRule, Phrase("an estimate above what was authorised")
    ]
    charged_over_authorised: Annotated[ChargedRule, Phrase("a charge above what was authorised")]
    diagnosis_no_fault_found_again: NoFaultFoundAgainRule
    warranty_repeat_repair: RepeatRepairRule
    silence_no_word: NoWordRule
    silence_ready_time_moved: ReadyTimeMovedRule
    silence_ready_time_passed: ReadyTimePassedRule
    decision_not_kept: NotKeptRule


class SeverityClock(Part):
    """The clocks of one severity; `next_tier_after_minutes` by the tier that is moved to.

    An empty map of these means none, and null for a tier takes it out.
    """

    acknowledge_minutes: Annotated[Minutes, Phrase("{of}: the time to acknowledge")]
    next_tier_after_minutes: Annotated[
        dict[TierName, Minutes],
        Phrase("{of}: the time until one that nobody acknowledged goes to {key}"),
        Unit("minutes"),
    ]
    highest_tier: Annotated[
        TierName, Phrase("{of}: the highest tier that they go to by themselves")
    ]
    decide_minutes: Annotated[Minutes, Phrase("{of}: the time to decide")]
    wait_at_most_minutes: Annotated[
        Minutes, Phrase("{of}: the longest time to WAIT for the customer, in sum")
    ]
    clock: Annotated[Clock, symbol(Clock), Phrase("{of}: what the deadlines count in")]


class Clocks(Part):
    """Deadlines by severity, and what is common to them.

    `follow_changes`: whether deadlines of open cases follow a change of their site's hours or of
    these numbers; else only those of cases opened after it do.
    """

    SAFETY: Annotated[SeverityClock, Phrase("SAFETY cases")]
    HIGH: Annotated[SeverityClock, Phrase("HIGH cases")]
    NORMAL: Annotated[SeverityClock, Phrase("NORMAL cases")]
    LOW: Annotated[SeverityClock, Phrase("LOW cases")]
    warn_at_percent: Annotated[
        tuple[WarningShare, ...],
        few(20),
        Phrase("The share of a deadline at which managers are warned"),
        Unit("%"),
    ]
    acknowledge_overdue_minutes: Annotated[
        Minutes, Phrase("The time to acknowledge an overdue case that somebody new got")
    ]
    decide_never_below_minutes: Annotated[Minutes, Phrase("The shortest time to decide")]
    promise_missed_after_minutes: Annotated[
        Minutes, Phrase("The time after which a promised call counts as missed")
    ]
    promises_replaced_at_most: Annotated[
        Positive,
        Phrase("The promise in a row, without a contact, that counts as missed if replaced"),
    ]
    wait_at_most_days: Annotated[
        Days, Phrase("The longest WAIT of a case that was opened under generation 1")
    ]
    confirm_within_days: Annotated[
        Days, Phrase("The time in which another person can confirm that a case was ABUSIVE")
    ]
    confirm_warned_before_days: Annotated[
        Days,
        Phrase("The time before the end of that at which who can confirm is told once more"),
    ]
    reopen_within_days: Annotated[Days, Phrase("The time in which a case can be reopened")]
    follow_changes: Annotated[
        bool, Phrase("Whether deadlines of open cases follow a change of hours or policy")
    ]

    def of(self, severity: Severity) -> SeverityClock:
        """The clocks of a severity."""
        match severity:
            case Severity.SAFETY:
                return self.SAFETY
            case Severity.HIGH:
                return self.HIGH
            case Severity.LOW:
                return self.LOW
            case _:
                return self.NORMAL


class ManagerLimits(Part):
    """How many cases a manager may have, where the directory does not say; and from when."""

    max_open: Annotated[
        Count,
        Phrase(
            "The number of open cases that a manager may have, where the directory does not say"
        ),
    ]
    max_new_a_day: Annotated[
        Count,
        Phrase(
            "The number of new cases a day that a manager may have, "
            "where the directory does not say"
        ),
    ]

    shift_begins_before_minutes: Annotated[
        MinutesOrNone,
        Phrase(
            "The time before the deadline to acknowledge by which a shift must begin "
            "for a manager to have a case before it"
        ),
    ]


class WishRule(Part):
    """Up to which tier a customer may ask."""

    max_tier: Annotated[TierName, Phrase("The highest tier that a customer may ask for")]


class Cards(Part):
    """Whom a customer finds on the contact card of a visit."""

    tiers: Annotated[
        tuple[TierName, ...], few(20), Phrase("The tiers whose managers contact cards show")
    ]


class Storm(Part):
    """How many cases of one kind at one site within how long are one incident."""

    cases: Annotated[
        Positive, Phrase("The number of cases of one kind at one site that make an incident")
    ]
    within_minutes: Annotated[Minutes, Phrase("The time within which cases make an incident")]


class Privacy(Part):
    """What is kept after an erasure, and whether managers are counted by name."""

    keep_throttle_after_erasure: Annotated[
        bool, Phrase("Whether throttle entries stay after an erasure")
    ]
    managers_counted: Annotated[
        bool, Phrase("Whether insights count what each manager did, by their id")
    ]


class Retention(Part):
    """What is kept of a customer, and how long (design: what is kept)."""

    silent_visit_closed_after_days: Annotated[
        Days, Phrase("The time without an event after which a visit counts as closed")
    ]
    closed_visit_days: Annotated[Days, Phrase("The time that a closed visit is kept")]
    past_visit_months: Annotated[Months, Phrase("The time that the line of an old visit is kept")]
    outcome_days: Annotated[Days, Phrase("The time that an outcome is kept")]
    escalation_days: Annotated[
        Days, Phrase("The time that an erasure names an escalation that has ended")
    ]
    erasure_days: Annotated[Days, Phrase("The time that an erasure is remembered")]
    first_visit_years: Annotated[Years, Phrase("The time that a customer's first visit is kept")]
    closed_escalation_days: Annotated[Days, Phrase("The time that a closed escalation is kept")]
    topic_delay_hours: Annotated[HoursOrNone, Phrase("The longest delay of an input topic")]
