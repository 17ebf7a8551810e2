"""What each number of the policy is, in an operator's words: place, phrase, unit."""

_SEVERITIES = ("SAFETY", "HIGH", "NORMAL")
_RULES = {
    "estimate_over_authorised": "an estimate above what was authorised",
    "charged_over_authorised": "a charge above what was authorised",
}

PHRASES: dict[tuple[str, ...], tuple[str, str]] = {
    ("late_after_hours",): ("The time after which an event comes too late", "hours"),
    ("ahead_at_most_minutes",): ("How far an event may be ahead of its arrival", "minutes"),
    ("throttle", "limit"): (
        "The number of escalations that a customer may have within the window",
        "",
    ),
    ("throttle", "per_day"): (
        "The number of escalations that a customer may have within 24 hours",
        "",
    ),
    ("throttle", "window_days"): ("The window of the throttle", "days"),
    ("throttle", "records_a_day"): ("The number of records of one rule on one visit a day", ""),
    ("throttle", "fade", "half_life_days"): (
        "The time in which an UNFOUNDED or ABUSIVE escalation fades to half its weight",
        "days",
    ),
    ("throttle", "fade", "gone_below"): (
        "The share of its weight below which an UNFOUNDED or ABUSIVE escalation counts no more",
        "",
    ),
    ("appeals", "within_days"): ("The time to appeal", "days"),
    ("appeals", "throttle_appeal_every_days"): (
        "The time between two appeals of a customer against the throttle",
        "days",
    ),
    ("rules", "diagnosis_no_fault_found_again", "visits"): (
        "The number of visits without a fault found that make a finding",
        "",
    ),
    ("rules", "diagnosis_no_fault_found_again", "within_days"): (
        "The time within which visits without a fault found make a finding",
        "days",
    ),
    ("rules", "warranty_repeat_repair", "tier"): ("The tier at which a repeated repair starts", ""),
    ("rules", "silence_no_word", "business_hours"): (
        "The time without a word after which the centre counts as silent",
        "business hours",
    ),
    ("rules", "silence_ready_time_moved", "times"): (
        "The number of moves of the promised time that make a finding",
        "",
    ),
    ("clocks", "decide_never_below_minutes"): ("The shortest time to decide", "minutes"),
    ("clocks", "warn_at_percent"): ("The share of a deadline at which managers are warned", "%"),
    ("clocks", "promise_missed_after_minutes"): (
        "The time after which a promised call counts as missed",
        "minutes",
    ),
    ("clocks", "wait_at_most_days"): ("The longest WAIT for a customer", "days"),
    ("clocks", "reopen_within_days"): ("The time in which a case can be reopened", "days"),
    ("clocks", "follow_changes"): (
        "Whether deadlines of open cases follow a change of hours or policy",
        "",
    ),
    ("managers", "max_open"): (
        "The number of open cases that a manager may have, where the directory does not say",
        "",
    ),
    ("managers", "max_new_a_day"): (
        "The number of new cases a day that a manager may have, where the directory does not say",
        "",
    ),
    ("wish", "max_tier"): ("The highest tier that a customer may ask for", ""),
    ("storm", "cases"): ("The number of cases of one kind at one site that make an incident", ""),
    ("storm", "within_minutes"): ("The time within which cases make an incident", "minutes"),
    ("notices", "agreed_beyond_limit"): (
        "Whether customers are told of a yes that raises what they agreed to beyond the limit",
        "",
    ),
    ("privacy", "keep_throttle_after_erasure"): (
        "Whether throttle entries stay after an erasure",
        "",
    ),
    ("kept", "silent_visit_closed_after_days"): (
        "The time without an event after which a visit counts as closed",
        "days",
    ),
    ("kept", "closed_visit_days"): ("The time that a closed visit is kept", "days"),
    ("kept", "past_visit_months"): ("The time that the line of an old visit is kept", "months"),
    ("kept", "outcome_days"): ("The time that an outcome is kept", "days"),
    ("kept", "escalation_days"): (
        "The time that an erasure names an escalation that has ended",
        "days",
    ),
    ("kept", "erasure_days"): ("The time that an erasure is remembered", "days"),
    ("kept", "first_visit_years"): ("The time that a customer's first visit is kept", "years"),
    ("kept", "closed_escalation_days"): ("The time that a closed escalation is kept", "days"),
    ("kept", "topic_delay_hours"): ("The longest delay of an input topic", "hours"),
    **{
        ("throttle", "weights", name): (f"The weight of an escalation that {what}", "")
        for name, what in {
            "pending": "is undecided",
            "upheld": "was UPHELD",
            "partly_upheld": "was PARTLY_UPHELD",
            "withdrawn_by_customer": "the customer withdrew",
            "withdrawn_by_fact": "a fact took away",
            "merged": "was MERGED into another",
            "unfounded": "was UNFOUNDED",
            "unfounded_on_appeal": "was UNFOUNDED on appeal",
            "abusive": "was ABUSIVE",
        }.items()
    },
    **{
        ("rules", rule, key): (f"The rise from which {what} is HIGH", unit)
        for rule, what in _RULES.items()
        for key, unit in (
            ("high_from_percent", "% of the base"),
            ("high_from_major", "in the site's currency"),
        )
    },
    **{
        ("clocks", severity, *key): (f"{severity} cases: {what}", unit)
        for severity in _SEVERITIES
        for key, what, unit in (
            (("acknowledge_minutes",), "the time to acknowledge", "minutes"),
            (("decide_minutes",), "the time to decide", "minutes"),
            (("clock",), "what the deadlines count in", ""),
            (
                ("next_tier_after_minutes", "REGIONAL"),
                "the time until one that nobody acknowledged goes to REGIONAL",
                "minutes",
            ),
            (
                ("next_tier_after_minutes", "EXECUTIVE"),
                "the time until one that nobody acknowledged goes to EXECUTIVE",
                "minutes",
            ),
        )
    },
}
