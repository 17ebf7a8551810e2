"""The policy: every threshold, limit, deadline and gate, as versioned data.

The models hold no numbers. The defaults are data too (`agents/policies/default.yaml`); a policy
file names only what differs from them.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from agents.core.policy_values import (
    BY_HAND,
    Amount,
    ChannelName,
    Count,
    CustomerName,
    Days,
    Fading,
    Hours,
    HoursOrNone,
    Identifier,
    LanguageCode,
    Minutes,
    Moment,
    Months,
    Percent,
    Positive,
    Share,
    Text,
    TierName,
    WarningShare,
    Weight,
    Years,
    epoch_milliseconds,
    few,
    merge,
    symbol,
)
from schemas.records import Severity


class Part(BaseModel):
    """A part of the policy: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Gate(StrEnum):
    """How far a site takes part in the pilot."""

    OFF = "OFF"
    SHADOW = "SHADOW"
    LIVE = "LIVE"
    HOLDOUT = "HOLDOUT"


class Combine(StrEnum):
    """Which of a fixed amount and a percentage is the limit."""

    LESSER = "LESSER"
    GREATER = "GREATER"


class Clock(StrEnum):
    """What a deadline counts in."""

    CALENDAR = "CALENDAR"
    SITE_HOURS = "SITE_HOURS"


class SiteGate(Part):
    """The gate of one site; `percent` of its customers are inside when it is LIVE."""

    gate: Annotated[Gate, symbol(Gate)]
    percent: Share


class Pilot(Part):
    """Who takes part (design: pilot)."""

    salt: Text
    default: SiteGate
    sites: dict[Identifier, SiteGate]


class Weights(Part):
    """What an entry of the throttle weighs, by its outcome."""

    pending: Weight
    upheld: Weight
    partly_upheld: Weight
    withdrawn_by_customer: Weight
    withdrawn_by_fact: Weight
    merged: Weight
    unfounded: Weight
    unfounded_on_appeal: Weight
    abusive: Weight


class Fade(Part):
    """How UNFOUNDED and ABUSIVE entries fade after the window: halved every `half_life_days`."""

    half_life_days: Days
    gone_below: Fading


class Throttle(Part):
    """How many escalations a customer may have, on event time."""

    limit: Count
    per_day: Positive
    window_days: Days
    weights: Weights
    fade: Fade
    records_a_day: Positive


class Appeals(Part):
    """By when a decision can be appealed, and how often."""

    within_days: Days
    throttle_appeal_every_days: Days


class ListEntry(Part):
    """A customer on a list, by id or keyed hash; it holds while the trigger is before `until`."""

    customer_id: CustomerName
    reason: Annotated[Text, Field(min_length=1)]
    until: Moment | None = None


class Lists(Part):
    """Customers who are always, or never, let through."""

    allow: tuple[ListEntry, ...]
    block: tuple[ListEntry, ...]


class AuthorisationLimit(Part):
    """How far a price may rise above what the customer authorised, by the law of the place.

    The limit is the lesser or greater of `fixed_major` (major units of the site's currency) and
    `percent` of the base, or the one of them that is given; never more than `at_most_major`.
    """

    percent: Percent | None
    fixed_major: Amount | None
    combine: Annotated[Combine, symbol(Combine)]
    at_most_major: Amount | None
    before_tax: bool
    source: Text


class RepeatRepair(Part):
    """When repairs of one fault, or days out of service, are too many (`attempts` is n)."""

    attempts: Positive
    within_months: Months
    days_out_of_service: Annotated[tuple[Days, ...], few(20)]
    source: Text


class Jurisdiction(Part):
    """What the law of a place says."""

    authorisation_limit: AuthorisationLimit
    repeat_repair: RepeatRepair


class RiseRule(Part):
    """From which rise a finding is HIGH."""

    high_from_percent: Percent
    high_from_major: Amount


class NoFaultFoundAgainRule(Part):
    """How many visits without a fault found, within how many days."""

    visits: Positive
    within_days: Days


class RepeatRepairRule(Part):
    """At which tier a repeated repair starts."""

    tier: TierName


class NoWordRule(Part):
    """After how many business hours without a word the centre counts as silent."""

    business_hours: Hours


class ReadyTimeMovedRule(Part):
    """How often the promised time may move later."""

    times: Positive


class Rules(Part):
    """The numbers of the rules that have any, by the rule's name."""

    estimate_over_authorised: RiseRule
    charged_over_authorised: RiseRule
    diagnosis_no_fault_found_again: NoFaultFoundAgainRule
    warranty_repeat_repair: RepeatRepairRule
    silence_no_word: NoWordRule
    silence_ready_time_moved: ReadyTimeMovedRule


class SeverityClock(Part):
    """The clocks of one severity; `next_tier_after_minutes` by the tier that is moved to."""

    acknowledge_minutes: Minutes
    next_tier_after_minutes: dict[TierName, Minutes]
    decide_minutes: Minutes
    clock: Annotated[Clock, symbol(Clock)]


class Clocks(Part):
    """Deadlines by severity, and what is common to them.

    `follow_changes`: whether deadlines of open cases follow a change of their site's hours or of
    these numbers; else only those of cases opened after it do.
    """

    SAFETY: SeverityClock
    HIGH: SeverityClock
    NORMAL: SeverityClock
    warn_at_percent: Annotated[tuple[WarningShare, ...], few(20)]
    decide_never_below_minutes: Minutes
    promise_missed_after_minutes: Minutes
    wait_at_most_days: Days
    reopen_within_days: Days
    follow_changes: bool

    def of(self, severity: Severity) -> SeverityClock:
        """The clocks of a severity."""
        match severity:
            case Severity.SAFETY:
                return self.SAFETY
            case Severity.HIGH:
                return self.HIGH
            case _:
                return self.NORMAL


class ManagerLimits(Part):
    """How many cases a manager may have, where the directory does not say."""

    max_open: Count
    max_new_a_day: Count


class AddresseeDefault(Part):
    """Language (BCP 47) and channels until a check-in says more."""

    language: LanguageCode
    channels: Annotated[tuple[ChannelName, ...], few(20)]


class Notices(Part):
    """How people are addressed; `default` by the site's country, `*` for any other.

    `agreed_beyond_limit`: whether a customer is told of a yes that is said to be theirs, where it
    raises what they agreed to by more than the limit of the place.
    """

    agreed_beyond_limit: bool
    default: dict[str, AddresseeDefault]


class WishRule(Part):
    """Up to which tier a customer may ask."""

    max_tier: TierName


class Storm(Part):
    """How many cases of one kind at one site within how long are one incident."""

    cases: Positive
    within_minutes: Minutes


class Privacy(Part):
    """What is kept after an erasure."""

    keep_throttle_after_erasure: bool


class Kept(Part):
    """What is kept of a customer, and how long (design: what is kept)."""

    silent_visit_closed_after_days: Days
    closed_visit_days: Days
    past_visit_months: Months
    outcome_days: Days
    escalation_days: Days
    erasure_days: Days
    first_visit_years: Years
    closed_escalation_days: Days
    topic_delay_hours: HoursOrNone


class Policy(Part):
    """One version of the policy, in force from `effective_from`."""

    version: Identifier
    effective_from: Moment
    pilot: Pilot
    throttle: Throttle
    appeals: Appeals
    lists: Lists
    rules: Rules
    jurisdictions: dict[str, dict[str, Any]]
    clocks: Clocks
    managers: ManagerLimits
    operators: Annotated[tuple[Text, ...], few(1_000)]
    notices: Notices
    wish: WishRule
    storm: Storm
    privacy: Privacy
    kept: Kept
    late_after_hours: Hours
    ahead_at_most_minutes: Minutes

    @cached_property
    def effective_from_milliseconds(self) -> int:
        """When it comes into force, in epoch milliseconds."""
        return epoch_milliseconds(self.effective_from)

    @cached_property
    def _jurisdictions(self) -> dict[tuple[str, str | None], Jurisdiction]:
        return {}

    def jurisdiction(self, country: str, subdivision: str | None) -> Jurisdiction:
        """What holds in a place: the default, then the country's, then the subdivision's."""
        found = self._jurisdictions.get((country, subdivision))
        if found is None:
            merged = self.jurisdictions["default"]
            for place in (country, subdivision):
                merged = merge(merged, self.jurisdictions.get(place or "", {}))
            found = Jurisdiction.model_validate(merged)
            self._jurisdictions[country, subdivision] = found
        return found

    def model_post_init(self, _context: object) -> None:
        """Every place's entry must make a whole jurisdiction."""
        for place in self.jurisdictions:
            Jurisdiction.model_validate(
                merge(self.jurisdictions.get("default", {}), self.jurisdictions[place])
            )


def listed_names(policy: Policy) -> Iterable[str]:
    """The customers on a policy's lists, as they stand there: ids or keyed hashes."""
    return (entry.customer_id for entry in (*policy.lists.allow, *policy.lists.block))


def policy_from(data: dict[str, Any], default: dict[str, Any], *, by_hand: bool = False) -> Policy:
    """The policy that a file or record means: what it says over the package's default.

    `by_hand`: it is a file that a person wrote, whose numbers are no text.

    Raises:
        pydantic.ValidationError: a key is unknown or a value is not what its key may hold.
    """
    merged = merge(default, data)
    sites = merged.get("pilot", {}).get("sites", {})
    if isinstance(sites, dict):
        merged["pilot"] = merged["pilot"] | {
            "sites": {site: _whole_gate(gate) for site, gate in sites.items()}
        }
    return Policy.model_validate(merged, context={BY_HAND: by_hand})


def _whole_gate(gate: object) -> object:
    """A site's entry of only a gate is for everybody; one of only a percentage is LIVE."""
    if not isinstance(gate, dict):
        return gate
    return ({"gate": Gate.LIVE} if "percent" in gate else {}) | {"percent": 100} | gate


def in_force(policies: tuple[Policy, ...], now: int) -> Policy:
    """The policy with the latest `effective_from` at or before `now` (epoch milliseconds).

    Of equal ones the later in the topic; before the earliest, the earliest.
    `policies` are in the order of their offsets and not empty.
    """
    earliest = min(policy.effective_from_milliseconds for policy in policies)
    now = max(now, earliest)
    begun = [policy for policy in policies if policy.effective_from_milliseconds <= now]
    found = begun[0]
    for policy in begun[1:]:
        if policy.effective_from_milliseconds >= found.effective_from_milliseconds:
            found = policy
    return found
