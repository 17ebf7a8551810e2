"""A larger network of sites: copies of the demo's directory, each with managers of its own."""

from collections.abc import Callable

import msgspec

from agents.core.world import Directory
from schemas.records import Manager, Site


def copied(directory: Directory, times: int) -> Directory:
    """A directory so many times; the first copy keeps its names, the others have a number."""
    sites, managers = list[Site](), list[Manager]()
    for copy in range(times):
        named = _names(copy)
        sites += [
            msgspec.structs.replace(
                site, site_id=named(site.site_id), region_id=named(site.region_id)
            )
            for site in directory.sites.values()
        ]
        managers += [
            msgspec.structs.replace(
                manager,
                manager_id=named(manager.manager_id),
                site_ids=tuple(map(named, manager.site_ids)),
                region_ids=tuple(map(named, manager.region_ids)),
            )
            for manager in directory.managers.values()
        ]
    return Directory(sites, managers)


def _names(copy: int) -> Callable[[str], str]:
    return lambda name: f"{name}-{copy}" if copy else name
