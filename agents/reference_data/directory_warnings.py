"""What is right in a directory, and may still not be what its writer meant."""

from collections.abc import Iterator

from agents.core.world import Directory
from agents.reference_data.policy_files import default_policy


def warnings(directory: Directory) -> Iterator[str]:
    """A sentence for each."""
    units = default_policy().money
    for _, site in sorted(directory.sites.items()):
        if not units.has_unit(site.currency):
            yield (
                f"site {site.site_id} has the currency {site.currency}, of which the package's "
                "policy does not say what stands for one US dollar: say it in money.units of "
                "yours, or one of it does"
            )
        own = {each.date for each in site.hours_on or ()}
        for day in sorted(own.intersection(site.closed_on)):
            yield (
                f"site {site.site_id} has {day} in closed_on and in hours_on: it is open then, at "
                "the hours of hours_on"
            )
