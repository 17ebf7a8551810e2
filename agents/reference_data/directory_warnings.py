"""What is right in a directory, and may still not be what its writer meant."""

from collections.abc import Iterator

from agents.core.world import Directory


def warnings(directory: Directory) -> Iterator[str]:
    """A sentence for each."""
    for _, site in sorted(directory.sites.items()):
        own = {each.date for each in site.hours_on or ()}
        for day in sorted(own.intersection(site.closed_on)):
            yield (
                f"site {site.site_id} has {day} in closed_on and in hours_on: it is open then, at "
                "the hours of hours_on"
            )
