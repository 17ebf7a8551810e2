"""The days of sites that `simulate` writes at its end are those of a plain recount of the rest."""

from typing import Any

import msgspec

from agents.core.site_days.published import SITE_DAYS
from agents.pipeline.stages import SITE_DAYS_STAGE
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from agents.simulation.demo.event_generator import life
from agents.simulation.simulate import Simulation, Written, lines_of
from schemas.records import SiteDay
from tests.duckdb_recount import queried
from tests.released import _record, _text
from tests.site_day_recount import counted, recount


def simulated(*, site_days: bool) -> list[Written]:
    """Some of the demo's customers through a week; nobody acts, so deadlines pass."""
    directory = demo_directory()
    texts = [
        _text(each.at, each.topic, record)
        for each in life(4, 12, directory)
        if (record := _record(each)) is not None
    ]
    run = Simulation(reference_of(default_policy(), directory), site_days=site_days)
    return [each for line in run.run(lines_of(texts)) for each in line]


def test_every_number_is_that_of_the_recount_and_nothing_else_changes() -> None:
    written = simulated(site_days=True)
    days, rest = list[Written](), list[Written]()
    for each in written:
        (days if each.topic == SITE_DAYS else rest).append(each)
    read: list[Any] = [
        codecs.from_json(each.topic, msgspec.json.decode(each.value))
        for each in rest
        if each.topic in SITE_DAYS_STAGE.inputs
    ]
    found = [codecs.from_json(SITE_DAYS, msgspec.json.decode(each.value)) for each in days]
    zones = {site.site_id: site.time_zone for site in demo_directory().sites.values()}

    assert len(found) > 20
    assert counted(each for each in found if isinstance(each, SiteDay)) == recount(read, zones)
    assert rest == simulated(site_days=False)
    read_as_json = [
        (each.topic, bytes(each.value)) for each in rest if each.topic in SITE_DAYS_STAGE.inputs
    ]
    assert queried(read_as_json, zones) == recount(read, zones)
    assert queried(read_as_json[1:], zones) != recount(read, zones)
