"""The demo's policy and directory as they are published, and a larger network of sites: copies of
them, each with managers of its own.
"""  # noqa: D205

from collections.abc import Callable
from pathlib import Path

import msgspec

from agents.core.policy import Policy
from agents.core.world import Directory
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import read
from agents.reference_data.policy_files import policy_in
from agents.reference_data.publish import Record, directory_to_publish
from agents.reference_data.reference import POLICIES, Reference
from schemas.records import Manager, Site

POLICY = Path(__file__).with_name("policy.yaml")


def reference_records(
    directory: Directory | None = None, policy: Policy | None = None
) -> list[Record]:
    """A policy and a directory as they are published; the demo's, where none is given."""
    rules = policy or policy_in(read(POLICY))
    published = (POLICIES, rules.version, rules.model_dump_json().encode())
    return [published, *directory_to_publish(directory or demo_directory(), Reference())]


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
