"""Asked or found: what takes a place in the throttle, and what a state of before still says."""

import math
from typing import Any

import pytest
from msgspec.structs import replace

from agents.core.customers.asked import counting, rule_of, was_asked
from agents.core.customers.rules import ALWAYS_ASKED, RULES
from agents.core.customers.state import Entry
from agents.core.customers.stays import Stay, VehicleCount, stays_of
from agents.core.customers.throttle import Limits, in_last_day, next_at, passes
from schemas.records import Decision, Erasure, Rule
from tests.core.builders import DAY, at, check_in, closure, diagnosis, policy, said, warranty
from tests.core.customers.stage import Stage, facts_of

WINDOW = 30 * DAY


def pressed(event_id: str = "p1", hours: float = 0, days: float = 0, **fields: Any) -> Any:
    return said(event_id, "REQUESTED", "NONE", hours, days, **fields)


def reversed_on(stage: Stage, visit_id: str, day: int) -> None:
    stage.take(warranty(f"{visit_id}yes", "APPROVED", days=day, visit_id=visit_id))
    stage.take(warranty(f"{visit_id}no", "DENIED", 1, day, visit_id=visit_id, revision=2))


def entry(disagreement_id: str, **fields: Any) -> Entry:
    return Entry(
        escalation_id="v0:1",
        disagreement_id=disagreement_id,
        occurred_at=at(1),
        weight=1.0,
        **fields,
    )


def test_these_rules_are_always_made_by_the_customers_own_words() -> None:
    assert set(ALWAYS_ASKED) == {
        Rule.ESTIMATE_DISPUTED,
        Rule.DIAGNOSIS_DISPUTED,
        Rule.WARRANTY_DISPUTED,
        Rule.REQUESTED_BY_CUSTOMER,
        Rule.APPEALED_BY_CUSTOMER,
    }
    assert [name for name, each in RULES.items() if not isinstance(each.asked, bool)] == [
        Rule.SILENCE_NO_WORD
    ]


@pytest.mark.parametrize(
    ("disagreement_id", "rule"),
    [
        ("v1:ESTIMATE_DISPUTED:1", Rule.ESTIMATE_DISPUTED),
        ("a:b:c:SILENCE_NO_WORD:12", Rule.SILENCE_NO_WORD),
        ("v1:A_LATER_RULE:1", None),
        ("erased", None),
        ("", None),
    ],
)
def test_an_id_names_its_rule(disagreement_id: str, rule: Rule | None) -> None:
    assert rule_of(disagreement_id) is rule


@pytest.mark.parametrize(
    ("of", "counts"),
    [
        (entry("v0:REQUESTED_BY_CUSTOMER:1"), True),
        (entry("v0:WARRANTY_REVERSED:1"), False),
        (entry("v0:SILENCE_NO_WORD:1"), False),
        (entry("v0:SILENCE_NO_WORD:1", asked=True), True),
        (entry("erased"), False),
        (entry("erased", asked=True), True),
    ],
)
def test_an_entry_of_before_counts_where_its_rule_says_that_it_was_asked(
    of: Entry, counts: bool
) -> None:
    assert counting([of]) == ((of,) if counts else ())


@pytest.mark.parametrize(("rule", "used"), [("WARRANTY_REVERSED", 0), ("WARRANTY_DISPUTED", 4)])
def test_an_entry_of_before_that_was_found_weighs_nothing_also_after_a_later_outcome(
    rule: str, used: float
) -> None:
    stage = Stage()
    stage.take(check_in("first", visit_id="v0"))
    known = replace(stage.customer(), entries=(entry(f"v0:{rule}:1"),))
    stage.partition.apply({"c1": known})
    stage.now = at(1, 1)
    stage.outcome("RESOLVED", "ABUSIVE", visit_id="v0", escalation_id="v0:1")
    stage.take(pressed(days=2))

    assert stage.customer().entries[0].weight == 4
    (record,) = stage.decided
    assert record.throttle is not None
    assert record.throttle.used == used


def test_only_what_was_asked_stays_under_the_hash_and_still_counts_there() -> None:
    stage = Stage()
    stage.take(check_in("first", visit_id="v0"))
    reversed_on(stage, "v1", 1)
    stage.take(pressed(days=2, visit_id="v2"))
    old = (*stage.customer().entries, entry("v0:WARRANTY_REVERSED:1"))
    stage.partition.apply({"c1": replace(stage.customer(), entries=old)})
    stage.take(Erasure(customer_id="c1", occurred_at=at(3)))
    stage.take(pressed("again", days=4, visit_id="v4"))

    kept = stage.customer().entries[0]
    assert kept == Entry(
        escalation_id="", disagreement_id="erased", occurred_at=at(2), weight=1.0,
        closed=True, asked=True,
    )  # fmt: skip
    assert stage.decided[-1].throttle is not None
    assert stage.decided[-1].throttle.used == 1


def test_of_a_record_of_before_its_rule_says_whether_it_was_asked() -> None:
    stage = Stage(policy(generation=1))
    stage.take(pressed())
    (record,) = stage.decided

    assert record.asked is None
    assert was_asked(record)
    assert not was_asked(replace(record, rule=Rule.SILENCE_NO_WORD))
    assert not was_asked(replace(record, rule=Rule.WARRANTY_REVERSED))
    assert was_asked(replace(record, rule=Rule.SILENCE_NO_WORD, asked=True))


def test_a_rise_of_severity_and_a_correction_say_what_their_episode_was() -> None:
    stage = Stage()
    stage.take(said("q", "ASKED", hours=8))
    stage.tick(at(0, 14))
    stage.take(diagnosis("d", hours=15, safety=True))
    stage.take(said("back", "WITHDRAWN", "NONE", hours=16))
    reversed_on(stage, "v2", 1)
    stage.take(diagnosis("d2", hours=2, days=1, visit_id="v2", diagnosis_id="dia2", safety=True))
    stage.take(warranty("v2yes2", "APPROVED", 3, 1, visit_id="v2", revision=3))

    assert [(each.decision, each.asked) for each in stage.decided] == [
        (Decision.RAISED, True),
        (Decision.JOINED, True),
        (Decision.CORRECTED, True),
        (Decision.RAISED, False),
        (Decision.JOINED, False),
        (Decision.CORRECTED, False),
    ]


def test_an_appeal_that_joined_what_was_found_is_undecided_until_that_is_decided() -> None:
    """The case has no place in the throttle, and is known also when the visit's record has gone."""
    stage = Stage(policy(throttle={"limit": 0}, appeals={"throttle_appeal_every_days": 1}))
    stage.take(check_in("first", visit_id="v0"))
    stage.take(pressed(days=1))
    reversed_on(stage, "v1", 2)
    stage.take(said("up", "APPEALED", "NONE", days=3))
    stage.take(closure("end", days=4))
    stage.tick(at(40))
    assert "v1" not in stage.customer().visits

    stage.take(pressed("p9", days=41, visit_id="v9"))
    stage.take(said("up9", "APPEALED", "NONE", days=41, hours=1, visit_id="v9"))
    why = facts_of(stage.decided[-1], "APPEAL_REFUSED")["why"]
    assert why == "the appeal before it is undecided: v1:1"

    stage.outcome("RESOLVED", "UPHELD")
    stage.take(said("up10", "APPEALED", "NONE", days=42, visit_id="v9"))
    assert (stage.decided[-1].rule, stage.decided[-1].decision) == (
        Rule.APPEALED_BY_CUSTOMER,
        Decision.RAISED,
    )


def test_an_outcome_of_what_was_found_is_known_where_the_visit_was_opened_anew() -> None:
    stage = Stage()
    reversed_on(stage, "v1", 0)
    stage.take(closure("end", days=1))
    stage.tick(at(40))
    stage.take(check_in("again", days=41))
    assert stage.visit().cases == ()

    handled = stage.outcome("REOPENED")

    assert handled.passed_over is None
    assert [each.escalation_id for each in stage.visit().cases] == ["v1:1"]


def vehicle_count(*stays: Stay, span: int = WINDOW) -> VehicleCount:
    return VehicleCount(stays, span)


CAR1 = Stay("car1", at(0), math.inf)
CAR2 = Stay("car2", at(5), at(6))


@pytest.mark.parametrize(
    ("moment", "more"),
    [
        (at(5) - 1, 0), (at(5), 1), (at(5) + 1, 1),
        (at(36) - 1, 1), (at(36), 0), (at(36) + 1, 0),
    ],
)  # fmt: skip
def test_a_vehicle_counts_from_its_visit_on_until_a_window_after_it(moment: int, more: int) -> None:
    assert vehicle_count(CAR1, CAR2).beyond_first(moment) == more


@pytest.mark.parametrize(("moment", "more"), [(at(7) - 1, 1), (at(7), 0), (at(7) + 1, 0)])
def test_in_24_hours_likewise(moment: int, more: int) -> None:
    assert vehicle_count(CAR1, CAR2, span=DAY).beyond_first(moment) == more


def test_stays_of_one_vehicle_are_one_also_where_they_meet() -> None:
    again = Stay("car2", at(6) + WINDOW, at(50))
    count = vehicle_count(CAR1, CAR2, again, Stay("car2", at(5), at(5)))

    assert [count.beyond_first(each) for each in (at(4), at(20), at(36), at(79), at(80))] == [
        0, 1, 1, 1, 0,
    ]  # fmt: skip


def test_who_had_no_vehicle_or_one_has_none_beyond_the_first() -> None:
    assert vehicle_count().beyond_first(at(1)) == 0
    assert vehicle_count(CAR1).beyond_first(at(1)) == 0


@pytest.mark.parametrize(("moment", "passing"), [(at(7) - 1, True), (at(7), False)])
def test_a_day_grows_by_the_vehicles_of_24_hours(moment: int, passing: bool) -> None:
    limits = Limits(policy().throttle, (CAR1, CAR2))
    entries = [replace(entry("v:REQUESTED_BY_CUSTOMER:1"), occurred_at=moment, weight=0.5)] * 2

    assert in_last_day(entries, moment) == 2
    assert passes(entries, moment, limits) is passing


def test_the_next_time_may_be_when_a_vehicle_comes() -> None:
    limits = Limits(policy().throttle, (CAR1, Stay("car2", at(9), math.inf)))
    three = [
        replace(entry(f"v{day}:REQUESTED_BY_CUSTOMER:1"), occurred_at=at(day)) for day in (1, 2, 3)
    ]

    assert next_at(three, at(5), limits) == at(9)


def test_a_limit_that_goes_with_a_vehicle_is_looked_at_again() -> None:
    """When the first place is free again the second car is gone, so it is full until the next."""
    limits = Limits(policy().throttle, (CAR1, Stay("car2", at(0), at(1))))
    places = [
        replace(entry(f"v{day}:REQUESTED_BY_CUSTOMER:1"), occurred_at=at(day))
        for day in (1, 2, 3, 4)
    ]

    assert next_at(places, at(5), limits) == at(32)


def test_a_stay_outlives_the_record_of_its_visit() -> None:
    stage = Stage(policy(kept={"closed_visit_days": 1}))
    stage.take(check_in("in", visit_id="v2", vehicle_id="car2"))
    stage.take(closure("out", days=1, visit_id="v2", vehicle_id="car2"))
    stage.take(pressed("p", days=1, visit_id="v3", vehicle_id="car3"))
    stage.tick(at(3))

    assert "v2" not in stage.customer().visits
    assert list(stays_of(stage.customer())) == [Stay("car2", at(0), at(1))]


def test_a_visit_without_a_check_in_is_no_stay() -> None:
    stage = Stage()
    stage.take(pressed("p", vehicle_id="car3"))
    stage.take(diagnosis("d", visit_id="v2", vehicle_id="car4"))

    assert list(stays_of(stage.customer())) == []


def test_a_fleet_of_eighty_may_ask_eighty_times_more_and_its_next_time_is_found_at_once() -> None:
    fleet = [Stay(f"van{number}", at(0, number), at(number % 20 + 1)) for number in range(80)]
    limits = Limits(policy().throttle, fleet)
    many = [
        replace(entry(f"v{number}:REQUESTED_BY_CUSTOMER:1"), occurred_at=at(0, number * 8))
        for number in range(82)
    ]

    assert limits.of_window(at(10)) == 82
    found = next_at(many, at(28), limits)
    assert found is not None
    assert passes(many, found, limits)
    assert not passes(many, found - 1, limits)


def test_what_was_found_takes_no_place_and_counts_no_escalation_that_was_asked() -> None:
    stage = Stage()
    reversed_on(stage, "v1", 0)

    assert stage.customer().entries == ()
    assert stage.visit().counters == {"WARRANTY_REVERSED": 1, "escalations": 1}
