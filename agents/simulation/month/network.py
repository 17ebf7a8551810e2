"""The sites and managers of a simulated month, and which of them share nobody."""

from collections.abc import Iterable, Mapping
from random import Random

from agents.core.world import Directory
from agents.reference_data.directory_files import demo_directory
from agents.simulation.demo.network import copied
from schemas.records import Tier


def network(sites: int) -> Directory:
    """So many sites: the demo's thirteen with their managers, again and again."""
    demo = demo_directory()
    whole = copied(demo, -(-sites // len(demo.sites)))
    kept = dict(list(whole.sites.items())[:sites])
    return _within(whole, kept)


def without_managers(directory: Directory, vacant: int, seed: int) -> Directory:
    """The directory with so many posts of LOCAL managers vacant, which ones by the seed."""
    local = [each for each in directory.managers if _is_local(directory, each)]
    Random(f"{seed}:vacant").shuffle(local)  # noqa: S311 - nothing secret
    left = directory.managers.keys() - set(local[:vacant])
    return Directory(directory.sites.values(), (directory.managers[each] for each in sorted(left)))


def parts(directory: Directory) -> list[Directory]:
    """The directory in parts that have no manager in common, by name; each can run by itself."""
    joined = {site.region_id: site.region_id for site in directory.sites.values()}

    def part(region: str) -> str:
        while joined.setdefault(region, region) != region:
            region = joined[region]
        return region

    for manager in directory.managers.values():
        known = [directory.sites[each] for each in manager.site_ids if each in directory.sites]
        regions = [*manager.region_ids, *(site.region_id for site in known)]
        for region in regions[1:]:
            joined[part(region)] = part(regions[0])
    names = sorted({part(site.region_id) for site in directory.sites.values()})
    return [
        _within(
            directory,
            {key: site for key, site in directory.sites.items() if part(site.region_id) == name},
        )
        for name in names
    ]


def _within(whole: Directory, sites: Mapping[str, object]) -> Directory:
    """What of a directory concerns some of its sites."""
    regions = {whole.sites[each].region_id for each in sites}
    managers = (
        manager
        for manager in whole.managers.values()
        if _meet(manager.site_ids, sites) or _meet(manager.region_ids, regions)
    )
    return Directory((whole.sites[each] for each in sites), managers)


def _meet(names: Iterable[str], others: Iterable[str]) -> bool:
    return not set(names).isdisjoint(others)


def _is_local(directory: Directory, manager_id: str) -> bool:
    return directory.managers[manager_id].tier is Tier.LOCAL
