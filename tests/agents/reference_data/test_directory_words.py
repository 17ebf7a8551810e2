"""What differs between two directories, in words: nothing that differs is left out."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.world import Directory
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.directory_words import changes
from schemas.records import Absence, DayHours, Hours, Manager, Site, Tier
from tests.strategies import records

DEMO = demo_directory()
FRIDAY = 1_795_762_800_000  # 2026-11-27T07:00:00Z
DAY = 86_400_000
NOON = DayHours(date=date(2026, 12, 24), from_="08:00", to="12:00")
EVENING = DayHours(date=date(2026, 12, 31), from_="08:00", to="16:00")
LATE = Hours(days=(5, 6), from_="20:00", to="02:00")


def site(**fields: Any) -> Directory:
    changed = msgspec.structs.replace(DEMO.sites["columbus"], **fields)
    return Directory((DEMO.sites | {"columbus": changed}).values(), DEMO.managers.values())


def manager(name: str = "m-huber", **fields: Any) -> Directory:
    changed = msgspec.structs.replace(DEMO.managers[name], **fields)
    return Directory(DEMO.sites.values(), (DEMO.managers | {name: changed}).values())


FOR_EVER = 253_402_300_799_000  # 9999-12-31T23:59:59Z: in Berlin there is no such moment
AWAY = manager(absences=(Absence(from_=FRIDAY, until=FRIDAY + 3 * DAY),))


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (DEMO, DEMO, []),
        (
            DEMO,
            site(name="Columbus"),
            ["Site columbus: name goes from Columbus Easton to Columbus."],
        ),
        (
            DEMO,
            site(hours=(LATE,), closed_on=(date(2026, 12, 24),)),
            [
                (
                    "Site columbus is open Fri-Sat 20:00-02:00, not Mon-Fri 07:30-18:00, "
                    "Sat 08:00-15:00 any more."
                ),
                "Site columbus is also closed on 2026-12-24.",
            ],
        ),
        (
            DEMO,
            site(hours_on=(NOON, EVENING)),
            [
                "Site columbus is open on 2026-12-24 08:00-12:00 instead of that day's hours.",
                "Site columbus is open on 2026-12-31 08:00-16:00 instead of that day's hours.",
            ],
        ),
        (
            site(hours_on=(NOON, EVENING)),
            site(hours_on=(EVENING,)),
            ["Site columbus no longer has own hours on 2026-12-24 08:00-12:00."],
        ),
        (
            site(hours_on=(NOON, EVENING)),
            site(hours_on=(EVENING, NOON)),
            ["Site columbus: hours_on has the same entries, written differently."],
        ),
        (
            DEMO,
            manager(hours_on=(NOON,)),
            [
                (
                    "Katharina Huber (m-huber) works on 2026-12-24 08:00-12:00 instead of that "
                    "day's hours."
                )
            ],
        ),
        (
            DEMO,
            AWAY,
            [
                (
                    "Katharina Huber (m-huber) is absent from Fri 2026-11-27 08:00 until Mon "
                    "2026-11-30 08:00 (Europe/Berlin)."
                )
            ],
        ),
        (
            DEMO,
            manager(absences=(Absence(from_=FRIDAY, until=FOR_EVER),)),
            [
                (
                    "Katharina Huber (m-huber) is absent from Fri 2026-11-27 08:00 until Fri "
                    "9999-12-31 23:59 (Europe/Berlin)."
                )
            ],
        ),
        (
            AWAY,
            DEMO,
            [
                (
                    "Katharina Huber (m-huber) is no longer absent from Fri 2026-11-27 08:00 until "
                    "Mon 2026-11-30 08:00 (Europe/Berlin)."
                )
            ],
        ),
        (
            DEMO,
            manager(shifts=(), languages=("fr", "en"), phone=None, max_open=0),
            [
                "Katharina Huber (m-huber) speaks fr too.",
                "Katharina Huber (m-huber) no longer speaks de.",
                "Katharina Huber (m-huber): phone goes from +49-89-99998-101 to none.",
                "Katharina Huber (m-huber) works at any time, not Mon-Fri 07:30-16:30 any more.",
                (
                    "Katharina Huber (m-huber) may have 0 open cases, not as many as the policy "
                    "says any more."
                ),
            ],
        ),
        (
            DEMO,
            manager(languages=("en", "de")),
            ["Katharina Huber (m-huber): languages has the same entries, written differently."],
        ),
        (
            DEMO,
            manager("m-schneider", site_ids=("muenchen",)),
            [
                "Petra Schneider (m-schneider) answers for site muenchen too.",
                "Petra Schneider (m-schneider) no longer answers for site frankfurt.",
                "Then nobody is LOCAL at site frankfurt: its cases go to another tier.",
            ],
        ),
        (
            DEMO,
            manager("m-schneider", tier=Tier.REGIONAL, site_ids=(), region_ids=("de-sued",)),
            [
                "Petra Schneider (m-schneider): tier goes from LOCAL to REGIONAL.",
                "Petra Schneider (m-schneider) no longer answers for site frankfurt.",
                "Petra Schneider (m-schneider) answers for region de-sued too.",
                "Then nobody is LOCAL at site frankfurt: its cases go to another tier.",
            ],
        ),
        (
            Directory(),
            Directory([DEMO.sites["nuernberg"]], [DEMO.managers["m-schneider"]]),
            [
                (
                    "Site nuernberg is new: Nürnberg Hafen, region de-sued, DE-BY, EUR, open "
                    "Mon-Fri 07:30-12:00, Mon-Fri 13:00-17:30 (Europe/Berlin), holidays of DE-BY, "
                    "closed on 2026-12-24, 2026-12-31."
                ),
                (
                    "Petra Schneider (m-schneider) is new: LOCAL for frankfurt, speaks de, en, "
                    "reached by +49-69-90009-103, works Mon-Thu 07:30-19:00, Fri 07:30-16:00 "
                    "(Europe/Berlin), open cases at most 5, new ones a day at most 6."
                ),
            ],
        ),
        (
            Directory([DEMO.sites["nuernberg"]], [DEMO.managers["m-schneider"]]),
            Directory(),
            [
                "Site nuernberg is taken away.",
                "Petra Schneider (m-schneider) is taken away.",
            ],
        ),
    ],
)
def test_changes_are_told_in_an_operators_words(
    before: Directory, after: Directory, sentences: list[str]
) -> None:
    assert list(changes(before, after)) == sentences


@given(st.data())
def test_no_field_can_change_without_a_sentence(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*Site.__struct_fields__[1:], *Manager.__struct_fields__[1:]]))
    kind, there = (
        (Site, DEMO.sites["columbus"])
        if name in Site.__struct_fields__
        else (Manager, DEMO.managers["m-huber"])
    )
    value = getattr(data.draw(records(kind)), name)
    if name == "time_zone":
        value = "Asia/Tokyo"
    after = site(**{name: value}) if kind is Site else manager(**{name: value})

    assert (changes(DEMO, after) == ()) == (getattr(there, name) == value)
