"""What is right in a policy, and its reader should know all the same."""

from collections.abc import Iterator

from agents.core.policy import Policy
from agents.reference_data.policy_words import place_in_words


def warnings(policy: Policy) -> Iterator[str]:
    """A sentence for each limit in force whose source nobody could open, and what can't be.

    That is what can't be counted, and an operator of the board as whom nobody may act.
    """
    for place in policy.jurisdictions:
        country, _, subdivision = place.partition("-")
        found = policy.jurisdiction(country, place if subdivision else None)
        entry = policy.jurisdictions[place]
        if not entry.get("in_force", True):
            continue
        for what, name, part in (
            ("the limit of a rise is", "authorisation_limit", found.authorisation_limit),
            ("the limits of repeated repairs are", "repeat_repair", found.repeat_repair),
        ):
            if part.unchecked and (entry.get(name) or {}).get("unchecked", False):
                yield (
                    f"{place_in_words(place)} {what} unchecked: neither the text of the source "
                    f"({part.source}) nor an authority's page on it was read"
                )
    counted, kept = policy.low_at_site.within_days, policy.kept.closed_escalation_days
    if policy.low_at_site.cases and counted > kept:
        yield (
            f"low_at_site.within_days is {counted}, and closed cases are kept for {kept} days "
            "(kept.closed_escalation_days): those that ended before that are not counted"
        )
    for each in policy.board.roles:
        if each.operator is not None and each.operator not in policy.operators:
            yield (
                f"board.roles has an OPERATOR who acts as {each.operator}, which is none of "
                "`operators`: they see all, and the desk refuses what they do"
            )
