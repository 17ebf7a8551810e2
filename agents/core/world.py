"""What a rule may know besides its own records: the time, the policy and the directory."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from agents.core.policy import Policy
from agents.core.pseudonyms import PLAIN_IDS, Pseudonyms
from schemas.records import Manager, Site, Tier

UNKNOWN_REGION = "unknown:"
NO_CURRENCY = "XXX"  # ISO 4217: no currency


class Directory:
    """Sites and managers; immutable once made.

    A site that nobody declared is answered for all the same (`site`): region `unknown:` + id, UTC,
    no opening hours, no country, so the default jurisdiction holds and clocks run on the calendar.
    """

    def __init__(self, sites: Iterable[Site] = (), managers: Iterable[Manager] = ()) -> None:
        """Every site has its currency filled in (the country's, where it names none)."""
        self.sites = {site.site_id: site for site in sites}
        self.managers = {manager.manager_id: manager for manager in managers}
        defaults = (site for site in self.sites.values() if site.default)
        in_order = sorted(defaults, key=lambda each: each.site_id, reverse=True)
        self._defaults = {site.region_id: site for site in in_order}
        self._by_site: dict[str, list[Manager]] = defaultdict(list)
        self._by_region: dict[tuple[str, Tier], list[Manager]] = defaultdict(list)
        for manager in sorted(self.managers.values(), key=lambda each: each.manager_id):
            if manager.tier is Tier.LOCAL:
                for site_id in manager.site_ids:
                    self._by_site[site_id].append(manager)
            else:
                for region_id in manager.region_ids:
                    self._by_region[region_id, manager.tier].append(manager)

    def knows(self, site_id: str) -> bool:
        """Whether the directory has the site."""
        return site_id in self.sites

    def default_of(self, region_id: str | None) -> Site | None:
        """What a site of a region takes that the directory does not know (the first, by id)."""
        return None if region_id is None else self._defaults.get(region_id)

    def site(self, site_id: str) -> Site:
        """The site, or what stands for one that the directory does not know."""
        found = self.sites.get(site_id)
        if found is not None:
            return found
        return Site(
            site_id=site_id,
            region_id=UNKNOWN_REGION + site_id,
            name=site_id,
            country="",
            subdivision="",
            currency=None,
            time_zone="UTC",
            hours=(),
            holidays=None,
            closed_on=(),
        )

    def managers_of(self, tier: Tier, site_id: str, region_id: str) -> tuple[Manager, ...]:
        """Who answers for a visit in a tier, by manager_id: LOCAL by site, the others by region.

        Managers are those of the visit's region, also where the vehicle went on to a site of
        another one; that site's LOCAL ones are not. A visit that opened when its site was not known
        yet has the region that the directory says now.
        """
        region_of_site = self.site(site_id).region_id
        region = region_of_site if region_id.startswith(UNKNOWN_REGION) else region_id
        if tier is not Tier.LOCAL:
            return tuple(self._by_region.get((region, tier), ()))
        return tuple(self._by_site.get(site_id, ())) if region == region_of_site else ()

    def deputies_of(self, tier: Tier, site_id: str, region_id: str, at: int) -> dict[str, Manager]:
        """Who stands in for those of them who are absent at a moment (ms), by id.

        They are of the same tier. The deputy of a deputy is not asked.
        """
        found: dict[str, Manager] = {}
        for absent in self.managers_of(tier, site_id, region_id):
            for absence in absent.absences:
                deputy = self.managers.get(absence.deputy_id or "")
                if deputy is None or deputy.tier is not tier or deputy is absent:
                    continue
                if absence.from_ <= at < absence.until:
                    found[deputy.manager_id] = deputy
        return found


class World(Struct, frozen=True, kw_only=True):
    """What holds while one event is handled; `now` in epoch milliseconds.

    `pseudonyms` recognises a customer whom the policy's lists name by a keyed hash. `worded`:
    notices get their words; who lets a month pass, or replays one, reads none of them.
    """

    now: int
    policy: Policy
    directory: Directory
    pseudonyms: Pseudonyms = PLAIN_IDS
    worded: bool = True

    def deputies_of(self, tier: Tier, site_id: str, region_id: str, at: int) -> dict[str, Manager]:
        """The directory's deputies at a moment (ms); none under a policy of generation 1."""
        if not self.policy.writes_generation(2):
            return {}
        return self.directory.deputies_of(tier, site_id, region_id, at)

    def serving(self, tier: Tier, site_id: str, region_id: str, at: int) -> tuple[Manager, ...]:
        """Who answers for a visit in a tier at a moment (ms), with those who stand in."""
        own = self.directory.managers_of(tier, site_id, region_id)
        deputies = self.deputies_of(tier, site_id, region_id, at)
        return (*own, *(each for each in deputies.values() if each not in own))
