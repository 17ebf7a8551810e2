from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.desk.assignment import Choice, Search, choose, speaks
from agents.core.desk.timers.clocks import reached_until
from schemas.records import (
    Absence,
    ActionName,
    Escalation,
    EscalationStatus,
    Hours,
    Manager,
    PassedOverManager,
    Tier,
    Why,
    Wish,
)
from tests.core.desk.world import (
    DAY,
    EVA,
    HOUR,
    LENA,
    MINUTE,
    NOW,
    RUTH,
    Desk,
    action,
    at,
    disagreement,
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
    given: dict[str, Any] = {"email": None, contact: "x"}
    anna = manager("anna", **given)

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


# Who is not there yet


def from_(start: str, **fields: Any) -> Manager:
    """Somebody of weekdays from so late on; `who`: how they are called."""
    who = fields.pop("who", "anna")
    return manager(who, shifts=(Hours(days=WEEKDAY, from_=start, to="20:00"),), **fields)


IN_TIME = search(until=at("2026-03-02 11:30"))


@pytest.mark.parametrize(
    ("begins", "until", "in_time"),
    [
        ("11:00", "2026-03-02 10:59", False),
        ("11:00", "2026-03-02 11:00", True),
        ("11:00", "2026-03-02 11:01", True),
        ("10:00", "2026-03-02 09:00", True),  # there as of the choice, however short the time is
    ],
)
def test_a_shift_that_begins_by_then_is_in_time(begins: str, until: str, in_time: bool) -> None:
    anna = from_(begins)

    chosen = choose(search(until=at(until)), world(anna), IDLE)

    expected = Choice(manager=None, passed_over=passed(anna=Why.OFF_SHIFT))
    assert chosen == (Choice(manager=anna) if in_time else expected)


@pytest.mark.parametrize(
    ("back", "in_time"), [("11:29:59", True), ("11:30:00", True), ("11:30:01", False)]
)
def test_who_is_back_by_then_is_in_time(back: str, in_time: bool) -> None:
    anna = manager("anna", absences=(Absence(from_=0, until=at(f"2026-03-02 {back}")),))

    chosen = choose(IN_TIME, world(anna), IDLE)

    expected = Choice(manager=None, passed_over=passed(anna=Why.ABSENT))
    assert chosen == (Choice(manager=anna) if in_time else expected)


def test_who_is_there_comes_before_the_language_and_the_load() -> None:
    english = manager("zoe", languages=("en",))

    chosen = choose(IN_TIME, world(from_("10:01"), english), Counted({"zoe": 7}))

    assert chosen == Choice(manager=english, passed_over=passed(anna=Why.OFF_SHIFT))


def test_of_those_who_come_the_first_has_it_whatever_their_language_and_load() -> None:
    first = from_("10:30", who="zoe", languages=("en",))
    away = manager("bert", absences=(Absence(from_=0, until=at("2026-03-02 10:31")),))

    chosen = choose(IN_TIME, world(from_("10:31"), away, first), Counted({"zoe": 7}))

    assert chosen == Choice(manager=first, passed_over=passed(anna=Why.OFF_SHIFT, bert=Why.ABSENT))


def test_of_those_who_come_together_language_then_load_then_id_count() -> None:
    staff = [from_("10:30", who=each) for each in ("anna", "bert", "carl")]
    staff.append(from_("10:30", who="abel", languages=("en",)))

    chosen = choose(IN_TIME, world(*staff), Counted({"anna": 1}))

    assert chosen == Choice(manager=staff[1], passed_over=passed(abel=Why.LANGUAGE))


def test_new_cases_are_those_of_the_day_on_which_the_shift_begins() -> None:
    night = search(as_of=at("2026-03-02 23:00"), until=at("2026-03-03 08:30"))
    anna = from_("08:00", max_new_a_day=1)

    today, tomorrow = at("2026-03-02 12:00"), at("2026-03-03 12:00")
    assert choose(night, world(anna), Counted(anna=(today,))).manager == anna
    assert choose(night, world(anna), Counted(anna=(tomorrow,))).manager is None


def test_a_wished_manager_who_comes_in_time_has_it() -> None:
    anna, bert = from_("11:30"), manager("bert")

    wished = search(until=IN_TIME.until, wished="anna")
    assert choose(wished, world(anna, bert), IDLE) == Choice(manager=anna)


def test_a_case_is_counted_and_hidden_from_no_hand_over_from_the_shift_that_it_waits_for() -> None:
    desk = Desk(from_("11:30"))
    desk.says(disagreement())
    state = desk.state()

    begins = at("2026-03-02 11:30")
    assert (state.manager_id, state.shift_begins_at, state.present_from) == (
        "anna",
        begins,
        begins,
    )
    assert [each.as_of for each in state.assignments] == [begins]
    assert desk.ticks(begins - 1) == []  # no warning, no hand-over
    assert desk.state().manager_id == "anna"


def test_who_can_not_come_after_all_is_handed_over_from_when_their_shift_would_begin() -> None:
    desk = Desk(from_("11:30"), RUTH)
    desk.says(disagreement())
    desk.managers = (from_("12:00"), RUTH)

    (step,) = desk.ticks(at("2026-03-02 11:30"))
    assert (step.manager.manager_id, step.reasons[0].facts["why"]) == ("ruth", "OFF_SHIFT")


def _back(at_hour: str) -> Manager:
    return manager("leo", absences=(Absence(from_=0, until=at(f"2026-03-03 {at_hour}")),))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), None),
        ((RUTH,), "ruth"),
        ((_back("08:59"),), "leo"),
        ((_back("09:00"),), "leo"),  # at the same moment, with less to do
        ((_back("09:01"),), None),
        ((_back("09:01"), RUTH), "ruth"),
        ((replace(_back("08:59"), languages=("en",)),), "leo"),
        ((replace(_back("09:00"), languages=("en",)),), None),  # no sooner there
    ],
)
def test_who_comes_back_after_it_counts_keeps_a_case_only_where_nobody_is_there_before(
    others: tuple[Manager, ...], expected: str | None
) -> None:
    """Acknowledged, to be decided by Monday 17:00; who has it goes at 16:00, until Tuesday 09:00.

    What opens at 16:00 is to be acknowledged by Tuesday 10:00, so they would be in time for that.
    """
    away = Absence(from_=at("2026-03-02 16:00"), until=at("2026-03-03 09:00"))
    holds = policy(clocks={"NORMAL": {"decide_minutes": 420}, "warn_at_percent": []})
    desk = Desk(manager("lena", absences=(away,)), *others, holds=holds)
    desk.says(disagreement(wish=Wish(manager_id="lena")))
    desk.says(action(ActionName.ACKNOWLEDGE))

    steps = desk.ticks(at("2026-03-02 16:59"))
    assert [each.manager.manager_id for each in steps] == ([expected] if expected else [])
    assert (desk.next_due(at("2026-03-02 16:59")) or 0) >= at("2026-03-02 17:00")


def test_who_is_there_waits_for_no_shift_and_it_reaches_who_acts_at_once() -> None:
    desk = Desk(LENA, from_("11:30", site_ids=("s1",)))
    desk.says(disagreement())
    assert (desk.state().manager_id, desk.state().shift_begins_at) == ("lena", 0)

    desk.says(action(ActionName.CONTACTED, "anna"))
    state = desk.state()
    assert (state.assignments[-1].manager_id, state.assignments[-1].as_of) == ("anna", NOW)
    assert state.shift_begins_at == 0


def test_in_whose_tier_the_decisions_time_moved_before_must_come_before_it_is_over() -> None:
    desk = Desk(LENA)
    desk.says(disagreement())
    state, half_an_hour = desk.state(), 30 * MINUTE
    assert reached_until(desk.world(NOW), state) == at("2026-03-02 12:00") - half_an_hour

    soon = replace(state.clocks, decide_by=NOW + HOUR)
    assert reached_until(desk.world(NOW), replace(state, clocks=soon)) == NOW + 90 * MINUTE

    moved = replace(state, clocks=replace(soon, moved_in=(Tier.LOCAL,)))
    assert reached_until(desk.world(NOW), moved) == NOW + HOUR - half_an_hour
    over = replace(moved, clocks=replace(moved.clocks, decide_by=NOW))
    assert reached_until(desk.world(NOW), over) == NOW + 90 * MINUTE


# Deputies


def absent(who: str, deputy: str | None, tier: Tier = Tier.LOCAL, **fields: Any) -> Manager:
    away = Absence(from_=NOW, until=NOW + DAY, deputy_id=deputy)
    return manager(who, tier, absences=(away,), **fields)


DORA = manager("dora", site_ids=("s2",), languages=("en",))
DREW = manager("drew", Tier.REGIONAL, region_ids=("r2",))


def test_a_deputy_comes_before_the_language_and_the_load_of_those_of_the_site() -> None:
    staff = absent("anna", "dora"), manager("bert"), DORA

    chosen = choose(search(), world(*staff), Counted({"dora": 7}))

    assert chosen == Choice(manager=DORA, passed_over=passed(anna=Why.ABSENT))


@pytest.mark.parametrize(
    ("moment", "stands_in"),
    [(NOW - 1, False), (NOW, True), (NOW + DAY - 1, True), (NOW + DAY, False)],
)
def test_a_deputy_stands_in_while_the_absence_lasts(moment: int, stands_in: bool) -> None:
    anna, bert = absent("anna", "dora"), manager("bert", max_open=0)
    chosen = choose(search(as_of=moment), world(anna, bert, DORA), IDLE)

    assert chosen.manager == (DORA if stands_in else anna)


def test_a_deputy_of_a_region_serves_it_and_one_of_another_tier_does_not() -> None:
    ruth = absent("ruth", "drew", Tier.REGIONAL)
    assert choose(search(tier=Tier.REGIONAL), world(ruth, EVA, DREW), IDLE).manager == DREW

    ruth = absent("ruth", "dora", Tier.REGIONAL)
    assert choose(search(tier=Tier.REGIONAL), world(ruth, EVA, DORA), IDLE).manager == EVA


@pytest.mark.parametrize("deputy", ["dora", "anna", "nobody", None])
def test_who_can_not_stand_in_is_not_asked_nor_is_a_deputys_deputy(deputy: str | None) -> None:
    further = manager("dirk", site_ids=("s3",))
    away = absent("dora", "dirk", site_ids=("s2",))

    chosen = choose(search(), world(absent("anna", deputy), RUTH, away, further), IDLE)

    assert chosen.manager == RUTH


def test_a_deputy_is_reachable_like_anybody() -> None:
    staff = absent("anna", "dora"), manager("bert"), DORA
    full = choose(search(), world(*staff), Counted({"dora": 8}))
    assert full == Choice(manager=staff[1], passed_over=passed(anna=Why.ABSENT, dora=Why.AT_LIMIT))

    later = from_("10:30", who="dora", site_ids=("s2",))
    chosen = choose(IN_TIME, world(staff[0], staff[1], later), IDLE)
    assert chosen.manager == staff[1]  # who is there comes first


def test_under_generation_1_nobody_stands_in() -> None:
    holds = policy(generation=1)
    staff = absent("anna", "dora"), RUTH, DORA

    assert choose(search(), world(*staff, holds=holds), IDLE).manager == RUTH


def test_who_stands_in_has_what_the_absent_one_had_and_may_act_for_the_site() -> None:
    lars = manager("lars", max_open=0)
    staff = absent("lena", "dora"), lars, DORA
    desk = Desk(*staff)
    desk.says(disagreement(), NOW - 60_000)
    assert desk.state().manager_id == "lena"

    (step,) = desk.ticks(NOW)
    assert (step.status, step.manager.manager_id) == (EscalationStatus.REASSIGNED, "dora")

    desk = Desk(*staff[:2], replace(DORA, max_open=0))
    desk.says(disagreement())
    assert desk.state().manager_id is None
    desk.says(action(ActionName.CONTACTED, "dora"))
    assert desk.state().manager_id == "dora"
    assert refused(desk, NOW + DAY, "dora") == "NOT_ENTITLED"


def refused(desk: Desk, now: int, by: str) -> str:
    """Why somebody can't have the case: when the absence is over, say."""
    desk.says(action(ActionName.REASSIGN, by, "a2", to_manager_id="lars"), now)
    (step,) = desk.says(action(ActionName.CONTACTED, by, "a3"), now)
    assert isinstance(step, Escalation)
    return step.reasons[0].code
