from typing import Any

import pytest

from agents.core.desk.assignment import Choice, Search, choose, speaks
from schemas.records import Absence, Hours, Manager, PassedOverManager, Tier, Why
from tests.core.desk.world import (
    DAY,
    EVA,
    LENA,
    NOW,
    RUTH,
    at,
    manager,
    policy,
    world,
)


class Counted:
    """Loads as a test says: open cases by manager, and when each new one reached them."""

    def __init__(self, open_cases: dict[str, int] | None = None, **new: tuple[int, ...]) -> None:
        self._open = open_cases or {}
        self._new = new

    def open_cases(self, region_id: str, manager_id: str) -> int:
        return self._open.get(manager_id, 0) if region_id == "r1" else 99

    def new_cases(self, region_id: str, manager_id: str, since: int, until: int) -> int:
        assert region_id == "r1"
        return sum(since <= moment < until for moment in self._new.get(manager_id, ()))


IDLE = Counted()


def search(**fields: Any) -> Search:
    whole: dict[str, Any] = {
        "site_id": "s1",
        "region_id": "r1",
        "tier": Tier.LOCAL,
        "language": "de",
        "as_of": NOW,
    }
    return Search(**(whole | fields))


def passed(**why: Why) -> tuple[PassedOverManager, ...]:
    return tuple(PassedOverManager(manager_id=each, why=reason) for each, reason in why.items())


WEEKDAY = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("contact", ["phone", "email", "app_handle"])
def test_one_contact_is_enough(contact: str) -> None:
    anna = manager("anna", **({"email": None} | {contact: "x"}))

    assert choose(search(), world(anna), IDLE) == Choice(manager=anna)


def test_without_a_contact_nobody_is_reachable() -> None:
    anna = manager("anna", email=None)

    assert choose(search(), world(anna), IDLE) == Choice(
        manager=None, passed_over=passed(anna=Why.NO_CONTACT)
    )


@pytest.mark.parametrize(
    ("moment", "absent"),
    [
        (NOW - 1, False),
        (NOW, True),
        (NOW + 1, True),
        (NOW + DAY - 1, True),
        (NOW + DAY, False),
        (NOW + DAY + 1, False),
    ],
)
def test_an_absence_ends_before_its_until(moment: int, absent: bool) -> None:
    away = Absence(from_=NOW, until=NOW + DAY)
    anna = manager("anna", absences=(Absence(from_=0, until=1), away))

    chosen = choose(search(as_of=moment), world(anna), IDLE)

    expected = Choice(manager=None, passed_over=passed(anna=Why.ABSENT))
    assert chosen == (expected if absent else Choice(manager=anna))


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2026-03-02 13:59", False),
        ("2026-03-02 14:00", True),
        ("2026-03-02 21:59", True),
        ("2026-03-02 22:00", False),
    ],
)
def test_a_shift_is_in_the_managers_own_time_zone(moment: str, works: bool) -> None:
    abroad = manager(
        "anna",
        shifts=(Hours(days=WEEKDAY, from_="08:00", to="16:00"),),
        time_zone="America/New_York",
    )

    chosen = choose(search(as_of=at(moment)), world(abroad), IDLE)

    expected = Choice(manager=None, passed_over=passed(anna=Why.OFF_SHIFT))
    assert chosen == (Choice(manager=abroad) if works else expected)


@pytest.mark.parametrize(
    ("own", "cases", "reachable"),
    [
        (None, 7, True),
        (None, 8, False),
        (None, 9, False),
        (3, 2, True),
        (3, 3, False),
        (0, 0, False),
    ],
)
def test_open_cases_stay_below_the_limit(own: int | None, cases: int, reachable: bool) -> None:
    anna = manager("anna", max_open=own)

    chosen = choose(search(), world(anna), Counted({"anna": cases}))

    expected = Choice(manager=None, passed_over=passed(anna=Why.AT_LIMIT))
    assert chosen == (Choice(manager=anna) if reachable else expected)


@pytest.mark.parametrize(
    ("own", "cases", "reachable"),
    [
        (None, 11, True),
        (None, 12, False),
        (None, 13, False),
        (2, 1, True),
        (2, 2, False),
        (0, 0, False),
    ],
)
def test_new_cases_of_a_day_stay_below_the_limit(
    own: int | None, cases: int, reachable: bool
) -> None:
    anna = manager("anna", max_new_a_day=own)

    chosen = choose(search(), world(anna), Counted(anna=(NOW,) * cases))

    expected = Choice(manager=None, passed_over=passed(anna=Why.AT_LIMIT))
    assert chosen == (Choice(manager=anna) if reachable else expected)


@pytest.mark.parametrize(
    ("reached", "counts"),
    [
        ("2026-03-01 23:59", False),
        ("2026-03-02 00:00", True),
        ("2026-03-02 23:59", True),
        ("2026-03-03 00:00", False),
    ],
)
def test_a_day_is_the_managers_local_date(reached: str, counts: bool) -> None:
    tokyo = manager("anna", time_zone="Asia/Tokyo", max_new_a_day=1)
    noon = at("2026-03-02 12:00", "Asia/Tokyo")

    chosen = choose(search(as_of=noon), world(tokyo), Counted(anna=(at(reached, "Asia/Tokyo"),)))

    assert (chosen.manager is None) is counts


def test_limits_are_the_policys_where_the_directory_has_none() -> None:
    anna = manager("anna")
    strict = world(anna, holds=policy(managers={"max_open": 1, "max_new_a_day": 1}))

    assert choose(search(), strict, IDLE).manager == anna
    assert choose(search(), strict, Counted({"anna": 1})).manager is None
    assert choose(search(), strict, Counted(anna=(NOW,))).manager is None


REASONS = (
    (Why.AT_LIMIT, {"max_open": 0}),
    (Why.OFF_SHIFT, {"shifts": (Hours(days=(7,), from_="08:00", to="09:00"),)}),
    (Why.ABSENT, {"absences": (Absence(from_=0, until=NOW * 2),)}),
    (Why.NO_CONTACT, {"email": None}),
)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_of_several_reasons_the_one_that_lasts_longest_is_told(count: int) -> None:
    fields: dict[str, Any] = {}
    for _, changes in REASONS[:count]:
        fields |= changes

    chosen = choose(search(), world(manager("anna", **fields)), IDLE)

    assert chosen.passed_over == passed(anna=REASONS[count - 1][0])


def test_who_was_tried_is_not_asked_again() -> None:
    anna, bert = manager("anna"), manager("bert")

    chosen = choose(search(tried=("anna",)), world(anna, bert), IDLE)

    assert chosen == Choice(manager=bert, passed_over=passed(anna=Why.ALREADY_TRIED))


def test_the_language_comes_before_the_load() -> None:
    english, german = manager("anna", languages=("en",)), manager("bert")

    chosen = choose(search(), world(english, german), Counted({"bert": 7}))

    assert chosen == Choice(manager=german, passed_over=passed(anna=Why.LANGUAGE))


def test_nobody_with_the_language_is_one_without() -> None:
    anna, bert = manager("anna"), manager("bert", languages=("pl",))

    chosen = choose(search(language="fr"), world(anna, bert), Counted({"anna": 1}))

    assert chosen == Choice(manager=bert)


def test_who_has_the_language_but_is_away_is_passed_over_for_one_without() -> None:
    english, german = manager("anna", languages=("en",)), manager("bert", email=None)

    chosen = choose(search(), world(english, german), IDLE)

    assert chosen == Choice(manager=english, passed_over=passed(bert=Why.NO_CONTACT))


@pytest.mark.parametrize(
    ("spoken", "wanted", "expected"),
    [
        ("de", "de", True),
        ("de", "de-CH", True),
        ("de-AT", "de-CH", True),
        ("DE", "de", True),
        ("de_CH", "de", True),
        ("den", "de", False),
        ("en", "de", False),
    ],
)
def test_a_language_is_matched_by_its_primary_subtag(
    spoken: str, wanted: str, expected: bool
) -> None:
    assert speaks(manager("anna", languages=("pl", spoken)), wanted) is expected


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        (Counted({"anna": 1}), "bert"),
        (Counted({"anna": 1, "bert": 2}), "anna"),
        (Counted({"anna": 1, "bert": 1}, anna=(NOW,)), "bert"),
        (Counted({"bert": 1}, anna=(NOW, NOW)), "anna"),
        (Counted(anna=(NOW - DAY,)), "anna"),
        (IDLE, "anna"),
    ],
)
def test_fewest_open_then_fewest_new_today_then_the_id(loads: Counted, expected: str) -> None:
    anna, bert = manager("anna"), manager("bert")

    chosen = choose(search(), world(bert, anna), loads)

    assert chosen.manager is not None
    assert chosen == Choice(manager=chosen.manager)
    assert chosen.manager.manager_id == expected


@pytest.mark.parametrize(
    ("tier", "without", "expected", "passed_over"),
    [
        (Tier.LOCAL, (), LENA, ()),
        (Tier.LOCAL, ("lena",), RUTH, ("lena",)),
        (Tier.LOCAL, ("lena", "ruth"), EVA, ("lena", "ruth")),
        (Tier.LOCAL, ("lena", "ruth", "eva"), None, ("lena", "ruth", "eva")),
        (Tier.REGIONAL, (), RUTH, ()),
        (Tier.REGIONAL, ("ruth",), EVA, ("ruth",)),
        (Tier.EXECUTIVE, (), EVA, ()),
        (Tier.EXECUTIVE, ("eva",), None, ("eva",)),
    ],
)
def test_the_next_tier_is_asked_at_once_and_never_a_lower_one(
    tier: Tier, without: tuple[str, ...], expected: Manager | None, passed_over: tuple[str, ...]
) -> None:
    full = Counted(dict.fromkeys(without, 8))

    assert choose(search(tier=tier), world(), full) == Choice(
        manager=expected, passed_over=passed(**dict.fromkeys(passed_over, Why.AT_LIMIT))
    )


def test_peers_are_asked_before_the_next_tier_whatever_their_load() -> None:
    anna, bert = manager("anna", email=None), manager("bert")

    chosen = choose(search(), world(anna, bert, RUTH), Counted({"bert": 7}))

    assert chosen == Choice(manager=bert, passed_over=passed(anna=Why.NO_CONTACT))


def test_a_peer_without_the_language_is_asked_before_the_next_tier_with_it() -> None:
    assert (
        choose(
            search(language="fr"),
            world(LENA, manager("rene", Tier.REGIONAL, languages=("fr",))),
            IDLE,
        ).manager
        == LENA
    )


def test_local_managers_of_other_sites_and_regions_are_not_asked() -> None:
    far = manager("far", site_ids=("s2",)), manager("fern", Tier.REGIONAL, region_ids=("r2",))

    assert choose(search(), world(*far), IDLE) == Choice(manager=None)


def test_a_wished_manager_who_is_away_is_named_once() -> None:
    anna, bert = manager("anna", email=None), manager("bert")

    chosen = choose(search(wished="anna"), world(anna, bert), IDLE)

    assert chosen == Choice(manager=bert, passed_over=passed(anna=Why.NO_CONTACT))
