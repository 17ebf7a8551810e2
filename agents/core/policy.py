"""The policy: every threshold, limit, deadline and gate, as versioned data.

The models hold no numbers. The defaults are data too
(`agents/reference_data/policies/default.yaml`); a policy file names only what differs from them.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from agents.core.policy_board import Board
from agents.core.policy_effect import Success, Worthwhile
from agents.core.policy_money import Amounts, Money, of_dollars
from agents.core.policy_notices import LowAtSite, Notices, Survey
from agents.core.policy_numbers import (
    Appeals,
    Cards,
    Clocks,
    ManagerLimits,
    Part,
    Privacy,
    Retention,
    Rules,
    Storm,
    Throttle,
    WishRule,
)
from agents.core.policy_values import (
    BY_HAND,
    Amount,
    CustomerName,
    Days,
    Generation,
    HoursByTopic,
    Identifier,
    Minutes,
    Moment,
    Months,
    Percent,
    Phrase,
    Positive,
    ServiceTopic,
    Share,
    Text,
    epoch_milliseconds,
    few,
    merge,
    symbol,
)
from agents.core.standards import currency_of_country
from schemas.records import Severity, Tier


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


class SiteGate(Part):
    """The gate of one site; `percent` of its customers are inside when it is LIVE."""

    gate: Annotated[Gate, symbol(Gate)]
    percent: Share


class Pilot(Part):
    """Who takes part, and what must hold before more do (design: pilot)."""

    salt: Text
    default: SiteGate
    sites: dict[Identifier, SiteGate]
    success: Success


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

    The limit is the lesser or greater of `fixed_major` and `percent` of the base, or the one of
    them that is given; never more than `at_most_major`. Amounts are major units: of the place's own
    currency where its entry states them, else dollars (`Money`). `source`: the provision, as a
    lawyer looks it up. `unchecked`: neither its text nor an authority's page on it was read.
    """

    percent: Percent | None
    fixed_major: Amount | None
    combine: Annotated[Combine, symbol(Combine)]
    at_most_major: Amount | None
    before_tax: bool
    source: Text
    unchecked: bool


class RepeatRepair(Part):
    """When repairs of one fault, or days out of service, are too many (`attempts` is n).

    `source` and `unchecked` as of a limit; the days are the policy's own everywhere.
    """

    attempts: Positive
    within_months: Months
    days_out_of_service: Annotated[tuple[Days, ...], few(20)]
    source: Text
    unchecked: bool


class Jurisdiction(Part):
    """What the law of a place says. One whose entry is not in force counts as not being there."""

    in_force: bool = True
    authorisation_limit: AuthorisationLimit
    repeat_repair: RepeatRepair


class Policy(Part):
    """One version of the policy, in force from `effective_from`.

    `generation`: see `writes_generation`.
    """

    version: Identifier
    effective_from: Moment
    generation: Annotated[
        Generation, Phrase("The generation of the contract up to which records are written")
    ]
    pilot: Pilot
    throttle: Throttle
    appeals: Appeals
    survey: Survey
    worthwhile: Worthwhile
    lists: Lists
    rules: Rules
    money: Money
    jurisdictions: dict[str, dict[str, Any]]
    clocks: Clocks
    managers: ManagerLimits
    operators: Annotated[tuple[Text, ...], few(1_000)]
    board: Board
    notices: Notices
    wish: WishRule
    cards: Cards
    storm: Storm
    low_at_site: LowAtSite
    privacy: Privacy
    kept: Retention
    late_after_hours: Annotated[
        HoursByTopic, Phrase("The time after which an event comes too late ({key})")
    ]
    ahead_at_most_minutes: Annotated[
        Minutes, Phrase("How far an event may be ahead of its arrival")
    ]

    def writes_generation(self, number: int) -> bool:
        """Whether what came into the contract with a generation may be written while this holds.

        Fields and symbols of a generation are read by every version that knows them. They are
        written, to topics and to state, only under a policy of that generation or a later one, so
        that no worker of the version before meets them in a rolling upgrade
        (docs/operating.md, Generations). What is new asks here, and nowhere else:
        `world.policy.writes_generation(2)`.
        """
        return self.generation >= number

    def late_after(self, topic: ServiceTopic) -> int:
        """The hours after which an event of a topic comes too late."""
        hours = self.late_after_hours
        return hours.get(topic, hours[ServiceTopic.DEFAULT])

    def highest_tier(self, severity: Severity) -> Tier:
        """The tier above which no case of a severity goes by itself.

        Before generation 2 none has such a ceiling, whatever the file says: what follows from one
        would be state that a version before does not know.
        """
        highest = self.clocks.of(severity).highest_tier
        return highest if self.writes_generation(2) else Tier.EXECUTIVE

    @cached_property
    def effective_from_milliseconds(self) -> int:
        """When it comes into force, in epoch milliseconds."""
        return epoch_milliseconds(self.effective_from)

    def in_currency(self, amount: Decimal, own: str | None, currency: str | None) -> Decimal:
        """An amount of the policy, in major units, as it holds in a currency.

        `own`: the currency that it is stated in; None: dollars. Before generation 2 an amount is as
        many units of any currency.
        """
        if not self.writes_generation(2):
            return amount
        return self.money.in_currency(amount, own, currency)

    def has_unit(self, currency: str | None) -> bool:
        """Whether the policy says what its amounts are in a currency, as far as it matters."""
        return not self.writes_generation(2) or self.money.has_unit(currency)

    @cached_property
    def _rules(self) -> dict[str | None, Rules]:
        return {}

    def rules_in(self, currency: str | None) -> Rules:
        """The numbers of the rules, their amounts in a currency."""
        found = self._rules.get(currency)
        if found is None:
            changed = {
                name: self._in(part, of_dollars(type(part)), currency) for name, part in self.rules
            }
            found = self._rules[currency] = self.rules.model_copy(update=changed)
        return found

    @cached_property
    def _jurisdictions(self) -> dict[tuple[str, str | None, str | None], Jurisdiction]:
        return {}

    def jurisdiction(
        self, country: str, subdivision: str | None, currency: str | None = None
    ) -> Jurisdiction:
        """What holds in a place: the default, then the country's, then the subdivision's.

        Amounts are in `currency`; without one they are as they stand in the policy.
        """
        found = self._jurisdictions.get((country, subdivision, currency))
        if found is None:
            found = self._made(country, subdivision)
            if currency is not None:
                limit = found.authorisation_limit
                amounts = self._stated_in(country, subdivision)
                changed = {"authorisation_limit": self._in(limit, amounts, currency)}
                found = found.model_copy(update=changed)
            self._jurisdictions[country, subdivision, currency] = found
        return found

    def _made(self, country: str, subdivision: str | None) -> Jurisdiction:
        merged = self.jurisdictions["default"]
        for place in (country, subdivision):
            merged = merge(merged, self._entry(place))
        return Jurisdiction.model_validate(merged)

    def _entry(self, place: str | None) -> dict[str, Any]:
        """What the policy says of a place; nothing where that is not in force."""
        entry = self.jurisdictions.get(place or "", {})
        return entry if entry.get("in_force", True) else {}

    def _stated_in(self, country: str, subdivision: str | None) -> dict[str, str | None]:
        """The currency that each amount of a place's limit is stated in: its own, or dollars."""
        amounts = dict(of_dollars(AuthorisationLimit))
        for place in (country, subdivision):
            said = self._entry(place).get("authorisation_limit") or {}
            amounts |= {name: currency_of_country(country) for name in amounts if name in said}
        return amounts

    def _in(self, part: Any, amounts: Amounts, currency: str | None) -> Any:  # noqa: ANN401
        changed = {
            name: self.in_currency(amount, own, currency)
            for name, own in amounts.items()
            if (amount := getattr(part, name)) is not None
        }
        return part.model_copy(update=changed) if changed else part

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
    merged["clocks"] = _with_tiers_as_said(merged.get("clocks"), data.get("clocks"))
    merged["notices"] = _with_quiet_hours(merged.get("notices"))
    return Policy.model_validate(merged, context={BY_HAND: by_hand})


def _with_tiers_as_said(merged: object, said: object) -> object:
    """The clocks with "next tier after" as it is said: an empty map is none, null takes one out."""
    if not isinstance(merged, dict) or not isinstance(said, dict):
        return merged
    clocks = dict(merged)
    for severity, clock in said.items():
        after = clock.get(_NEXT_TIER) if isinstance(clock, dict) else None
        if isinstance(after, dict):
            kept = clocks[severity][_NEXT_TIER] if after else {}
            left = {tier: minutes for tier, minutes in kept.items() if minutes is not None}
            clocks[severity] = clocks[severity] | {_NEXT_TIER: left}
    return clocks


_NEXT_TIER = "next_tier_after_minutes"


def _with_quiet_hours(merged: object) -> object:
    """The notices with the quiet hours of `*` for a country whose entry has none of its own."""
    default = merged.get("default") if isinstance(merged, dict) else None
    others = default.get("*") if isinstance(default, dict) else None
    if not isinstance(merged, dict) or not isinstance(others, dict):
        return merged
    quiet = {name: others[name] for name in _QUIET if name in others}
    assert isinstance(default, dict), "it has an entry for all others"
    whole = {at: quiet | each if isinstance(each, dict) else each for at, each in default.items()}
    return merged | {"default": whole}


_QUIET = ("quiet_from", "quiet_until")


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
