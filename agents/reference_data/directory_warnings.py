"""What is right in a directory, and may still not be what its writer meant."""

from collections.abc import Iterator

from msgspec.structs import replace

from agents.core.tiers import TIERS
from agents.core.world import Directory
from agents.reference_data.policy_files import default_policy
from schemas.records import Absence


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
    yield from _vacant(directory)
    yield from _deputies(directory)


def _vacant(directory: Directory) -> Iterator[str]:
    """Of sites that nobody serves up to a ceiling: what goes no higher waits for days there."""
    for _, site in sorted(directory.sites.items()):
        vacant = []
        for tier in TIERS[:-1]:
            if directory.managers_of(tier, site.site_id, site.region_id):
                break
            vacant.append(str(tier))
        if vacant:
            yield (
                f"site {site.site_id} has no manager of {' or '.join(vacant)}: a case that goes no "
                f"higher than {vacant[-1]} (highest_tier in the policy's clocks) has nobody there "
                "until it is overdue for the second time"
            )


def _deputies(directory: Directory) -> Iterator[str]:
    """Of deputies who can't stand in: then nobody does."""
    for manager_id, manager in sorted(directory.managers.items()):
        for absence in manager.absences:
            if absence.deputy_id is None:
                continue
            says = f"manager {manager_id} has the deputy {absence.deputy_id}"
            deputy = directory.managers.get(absence.deputy_id)
            if deputy is None:
                yield f"{says}, whom this file lacks: nobody stands in"
            elif deputy is manager:
                yield f"{says}: nobody can stand in for themselves"
            elif deputy.tier is not manager.tier:
                yield f"{says}, who is not {manager.tier} too: nobody stands in"
            elif _comes_back_to(manager_id, absence, directory, (manager_id,)):
                yield f"{says}, absent too, whose deputy leads back: nobody is there"


def _comes_back_to(
    manager_id: str, absence: Absence, directory: Directory, met: tuple[str, ...]
) -> bool:
    """Whether deputies who are absent at the same time lead back to a manager."""
    deputy = directory.managers.get(absence.deputy_id or "")
    if deputy is None:
        return False
    if deputy.manager_id == manager_id:
        return True
    if deputy.manager_id in met:
        return False
    onwards = (*met, deputy.manager_id)
    for each in deputy.absences:
        meanwhile = replace(
            each, from_=max(each.from_, absence.from_), until=min(each.until, absence.until)
        )
        if meanwhile.from_ < meanwhile.until and _comes_back_to(
            manager_id, meanwhile, directory, onwards
        ):
            return True
    return False
