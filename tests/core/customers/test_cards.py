"""Contact cards at check-in."""

from typing import Any

import pytest

from agents.core.customers.cards import hours_in_words, next_issue
from agents.core.world import Directory
from schemas.records import Manager, Tier
from tests.core.builders import at, check_in, closure, diagnosis, policy, said, site
from tests.core.customers.stage import Stage, absence, hours, manager

WEEK = (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ((), "at any time"),
        ((hours(WEEK, "08:00", "17:00"),), "Mon-Fri 08:00-17:00 (UTC)"),
        ((hours((6,), "09:00", "13:00"),), "Sat 09:00-13:00 (UTC)"),
        ((hours((1, 2, 4, 7), "22:00", "06:00"),), "Mon-Tue Thu Sun 22:00-06:00 (UTC)"),
        (
            (hours(WEEK, "08:00", "12:00"), hours(WEEK, "13:00", "17:00")),
            "Mon-Fri 08:00-12:00, Mon-Fri 13:00-17:00 (UTC)",
        ),
    ],
)
def test_shifts_are_told_in_words(shifts: tuple[object, ...], words: str) -> None:
    assert hours_in_words(manager(shifts=shifts)) == words


def test_a_card_names_who_answers_for_the_site_tier_by_tier() -> None:
    stage = Stage(
        None,
        manager("eva", Tier.EXECUTIVE),
        manager("rita", Tier.REGIONAL),
        manager("lena"),
        manager("anna"),
        manager("elsewhere", site_ids=("s2",)),
    )
    stage.take(check_in(language="de"))  # the package's policy shows no executive

    (card,) = stage.cards
    assert (card.card_id, card.issued_at, card.language) == ("v1:card", at(), "de")
    assert [each.manager.manager_id for each in card.managers] == ["anna", "lena", "rita"]


def test_shifts_without_end_are_cut_where_a_card_could_not_hold_them() -> None:
    stage = Stage(None, manager(shifts=tuple(hours((1,), "08:00", "12:00") for _ in range(200))))
    stage.take(check_in())

    ((shown,),) = (card.managers for card in stage.cards)
    assert len(shown.hours) == 2_000
    assert shown.hours.startswith("Mon 8 a.m.")
    assert shown.hours.endswith("...")


def test_a_german_card_has_german_hours_and_the_same_as_data() -> None:
    shifts = (hours(WEEK, "07:30", "16:30"), hours((6,), "09:00", "24:00"))
    berlin: dict[str, Any] = {"time_zone": "Europe/Berlin"}
    people = (
        manager("lena", shifts=shifts, email="lena@example.com", **berlin),
        manager("tom", Tier.REGIONAL, shifts=shifts[:1], time_zone="Asia/Tokyo"),
        manager("uma", Tier.REGIONAL, phone=None, app_handle="uma-1", **berlin),
    )
    stage = Stage(None, *people)
    stage.directory = Directory([site(name="Moosach", **berlin)], people)
    stage.take(check_in(language="de-DE"))

    (card,) = stage.cards
    assert [(dashed(each.hours), each.shifts, each.time_zone) for each in card.managers] == [
        ("Mo-Fr 07:30-16:30 Uhr, Sa 09:00-00:00 Uhr", shifts, "Europe/Berlin"),
        ("Mo-Fr 07:30-16:30 Uhr, Japanische Zeit", shifts[:1], "Asia/Tokyo"),
        ("jederzeit", (), "Europe/Berlin"),
    ]
    first, *others = dashed(card.text).splitlines()
    assert first.startswith("Bei Fragen zu Ihrem Werkstatttermin erreichen")
    assert first.endswith(" bei Moosach:")
    assert others == [
        "Lena: +1-202-555-0101, lena@example.com (Mo-Fr 07:30-16:30 Uhr, Sa 09:00-00:00 Uhr)",
        "Tom: +1-202-555-0101 (Mo-Fr 07:30-16:30 Uhr, Japanische Zeit)",
        "Uma: uma-1 (jederzeit)",
    ]


def dashed(text: str | None) -> str:
    """With hyphens, which look like what they are, in place of dashes."""
    assert text is not None
    return text.replace("\N{EN DASH}", "-").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en-US", "Mon-Wed, Sat 7:30 a.m.-4:30 p.m."),
        ("en-GB", "Mon-Wed, Sat 07:30-16:30"),
        ("fr", "lun.-mer., sam. 7 h 30-16 h 30"),
        ("es-ES", "lun-mié, sáb 7:30-16:30"),
        ("es", "lun-mié, sáb 7:30 a. m.-4:30 p. m."),
        ("ja", "Mon-Wed, Sat 7:30 a.m.-4:30 p.m."),  # it has no texts
    ],
)
def test_hours_are_written_as_people_write_them_there(language: str, shown: str) -> None:
    shifts = (hours((1, 2, 3, 6), "07:30", "16:30"),)
    stage = Stage(None, manager(shifts=shifts))
    stage.take(check_in(language=language))

    assert dashed(stage.cards[0].managers[0].hours) == shown


def test_before_generation_2_a_card_is_as_it_was() -> None:
    shifts = (hours(WEEK, "07:30", "16:30"),)
    stage = Stage(policy(generation=1), manager(shifts=shifts))
    stage.take(check_in(language="de"))

    (card,) = stage.cards
    (shown,) = card.managers
    assert (shown.hours, shown.shifts, shown.time_zone, card.text) == (
        "Mon-Fri 07:30-16:30 (UTC)", None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("contact", ["phone", "email", "app_handle"])
def test_one_contact_is_enough_none_is_not(contact: str) -> None:
    given: dict[str, Any] = {"phone": None, contact: "x"}
    reachable = manager("one", **given)
    stage = Stage(None, reachable, manager("none", phone=None))
    stage.take(check_in())

    assert [each.manager.manager_id for each in stage.cards[0].managers] == ["one"]


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (absence(at() + 1, at(9)), 1),
        (absence(at(), at(9)), 0),
        (absence(at() - 9, at() + 1), 0),
        (absence(at() - 9, at()), 1),
    ],
)
def test_who_is_absent_now_is_on_no_card_and_an_empty_card_is_not_issued(
    away: object, expected: int
) -> None:
    stage = Stage(None, manager(absences=(away,)))
    stage.take(check_in())

    assert len(stage.cards) == expected


def _who() -> Manager:
    return manager()


def test_a_visit_has_one_card() -> None:
    stage = Stage(None, _who())
    stage.take(check_in("in1"))
    stage.take(check_in("in2", hours=1))

    assert len(stage.cards) == 1


def test_a_check_in_that_comes_after_other_events_brings_the_card() -> None:
    stage = Stage(None, _who())
    stage.take(diagnosis(hours=1))
    stage.take(check_in(), at(0, 1))

    assert len(stage.cards) == 1


def test_there_is_no_card_after_the_closure() -> None:
    stage = Stage(None, _who())
    stage.take(closure(hours=1))
    stage.take(check_in(), at(0, 1))

    assert stage.cards == []


@pytest.mark.parametrize(
    ("gate", "cards"), [("OFF", 0), ("SHADOW", 0), ("HOLDOUT", 0), ("LIVE", 1)]
)
def test_only_who_takes_part_gets_a_card(gate: str, cards: int) -> None:
    stage = Stage(policy(pilot={"default": {"gate": gate}}), _who())
    stage.take(check_in())

    assert len(stage.cards) == cards


def test_a_card_of_a_visit_that_went_to_another_region_names_its_own_regions_managers() -> None:
    stage = Stage(
        None,
        manager("lena"),
        manager("rita", Tier.REGIONAL),
        manager("there", site_ids=("s2",)),
        manager("rolf", Tier.REGIONAL, region_ids=("r2",)),
    )
    stage.directory = Directory(
        [site(), site(site_id="s2", region_id="r2")], stage.directory.managers.values()
    )
    stage.take(diagnosis())
    stage.take(check_in(hours=1, site_id="s2"))

    assert [each.manager.manager_id for each in stage.cards[0].managers] == ["rita"]


def test_there_is_no_card_at_a_site_that_nobody_declared() -> None:
    stage = Stage(None, manager(site_ids=("s9",)))
    stage.take(check_in(site_id="s9"))

    assert stage.cards == []


@pytest.mark.parametrize(("outcome", "issued"), [("ABUSIVE", 0), ("UNFOUNDED", 1)])
def test_nobodys_return_is_waited_for_on_behalf_of_who_was_found_abusive(
    outcome: str, issued: int
) -> None:
    back = manager(absences=(absence(at(), at(days=3)),))
    stage = Stage(policy(throttle={"limit": 9}), back)
    stage.take(said("asks", "REQUESTED", "NONE", visit_id="v0"))
    stage.outcome("RESOLVED", outcome, visit_id="v0", escalation_id="v0:1")
    stage.take(check_in(hours=1))
    due = next_issue(stage.customer(), stage.customer().visits["v1"], stage.world())

    assert due == (at(days=3) if issued else None)
    stage.tick(at(days=3))
    assert len(stage.cards) == issued
