"""Contact cards at check-in."""

from typing import Any

import pytest

from agents.core.customers.cards import hours_in_words
from agents.core.world import Directory
from schemas.records import Manager, Tier
from tests.core.builders import at, check_in, closure, diagnosis, policy, site
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
    assert shown.hours.startswith("Mon 08:00-12:00, ")
    assert shown.hours.endswith("...")


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
