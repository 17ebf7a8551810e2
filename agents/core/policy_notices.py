"""How people are addressed, what they are asked, and the policy's numbers of it."""

from typing import Annotated

from agents.core.policy_numbers import Part
from agents.core.policy_values import (
    ChannelName,
    ClockTime,
    Count,
    Days,
    Hours,
    LanguageCode,
    Minutes,
    MinutesOrNone,
    Phrase,
    few,
)


class Survey(Part):
    """When a customer is asked how a visit was, and how long a NO is told of."""

    after_hours: Annotated[
        Hours, Phrase("The time from the end of a visit until the customer is asked how it was")
    ]
    every_days: Annotated[Days, Phrase("The time between two such questions to a customer")]
    late_closure_hours: Annotated[
        Hours, Phrase("The delay of a closure beyond which the customer is not asked")
    ]
    unsettled_within_days: Annotated[
        Days,
        Phrase(
            "The time from a decision in which the tier above hears that the customer calls it "
            "unsettled"
        ),
    ]


class LowAtSite(Part):
    """How many LOW cases of a site within how long its regional manager hears of; 0: of none."""

    cases: Annotated[
        Count,
        Phrase("The number of LOW cases at one site of which a regional manager is told"),
    ]
    within_days: Annotated[
        Days, Phrase("The time within which LOW cases at one site are told of together")
    ]


class AddresseeDefault(Part):
    """Language (BCP 47), channels and quiet hours until a check-in says more.

    Quiet hours are by the customer's clock; none where both are one, or neither is there.
    """

    language: LanguageCode
    channels: Annotated[tuple[ChannelName, ...], few(20)]
    quiet_from: ClockTime | None
    quiet_until: ClockTime | None


class Notices(Part):
    """How people are addressed; `default` by the site's country, `*` for any other.

    `agreed_beyond_limit`: whether a customer is told of a yes that is said to be theirs, where it
    raises what they agreed to by more than the limit of the place. `answered_within_minutes`: quiet
    hours hold no notice that answers what the customer did, for so long after that. `survey`:
    whether customers are asked how their visit was; when, and of which visits, says the policy's
    `survey`. `stands_every_minutes`: how often who asks for a manager again hears where the case
    stands. `new_manager_after_minutes`, in the case's own time: a customer hears of a new manager
    after so long at the latest, and before that once they have taken the case on; 0: at once.
    """

    agreed_beyond_limit: Annotated[
        bool,
        Phrase(
            "Whether customers are told of a yes that raises what they agreed to beyond the limit"
        ),
    ]
    answered_within_minutes: Annotated[
        Minutes,
        Phrase("The time after what a customer did in which they are answered at night, too"),
    ]
    survey: Annotated[
        bool, Phrase("Whether customers are asked, once their visit is over, how it was")
    ]
    stands_every_minutes: Annotated[
        Minutes,
        Phrase("The time between two answers to a customer who asks again for a manager"),
    ]
    new_manager_after_minutes: Annotated[
        MinutesOrNone,
        Phrase("The time after which a customer hears of a new manager who has not taken it on"),
    ]
    default: dict[str, AddresseeDefault]

    def of(self, country: str) -> AddresseeDefault:
        """How people of a country are addressed, by ISO 3166."""
        return self.default.get(country) or self.default["*"]
