"""Whether anybody can get a case is asked before who, and is never another answer."""

from random import Random
from typing import Any

from msgspec.structs import replace

from agents.core.desk.assignment import choose, finds_somebody
from agents.core.desk.state import EscalationState
from agents.core.desk.timers.firing import _choosing
from agents.core.desk.unit_of_work import UnitOfWork
from schemas.records import Absence, Manager, Tier, Why
from tests.core.desk.test_assignment import Counted, from_, search
from tests.core.desk.world import DAY, HOUR, NOW, Desk, disagreement, manager, world

_TIERS = (Tier.LOCAL, Tier.REGIONAL, Tier.EXECUTIVE)


def test_it_says_what_a_choice_comes_to() -> None:
    random, found, why = Random(1), set[bool](), set[Why]()
    for _ in range(500):
        staff = [_somebody(random, name) for name in ("anna", "bert", "carl", "dora")]
        here = world(*random.sample(staff, random.randint(0, 4)))
        asked = search(
            site_id=random.choice(("s1", "s1", "nowhere")),
            tier=random.choice(_TIERS[:2]),
            highest=random.choice(_TIERS[1:]),
            until=random.choice((0, NOW + 2 * HOUR)),
            wished=random.choice((None, "anna", "nobody")),
            tried=random.choice(((), ("bert",))),
        )
        has = {each.manager_id: random.choice((0, 1, 2)) for each in staff}
        loads = Counted(has, carl=random.choice(((), (NOW,))))
        chosen = choose(asked, here, loads)
        assert finds_somebody(asked, here, loads) == (chosen.manager is not None), (asked, staff)
        found.add(chosen.manager is not None)
        why |= {each.why for each in chosen.passed_over}
    assert found == {True, False}
    assert {Why.AT_LIMIT, Why.ABSENT, Why.OFF_SHIFT, Why.ALREADY_TRIED} <= why


def _somebody(random: Random, name: str) -> Manager:
    tier = random.choice(_TIERS)
    fields: dict[str, Any] = {
        "tier": tier,
        "site_ids": ("s1",) if tier is Tier.LOCAL else (),
        "region_ids": () if tier is Tier.LOCAL else ("r1",),
        "max_open": random.choice((None, 1, 2)),
        "max_new_a_day": random.choice((None, 1)),
    }
    if random.random() < 0.5:
        return from_("11:30", who=name, **fields)
    away = (Absence(from_=NOW - HOUR, until=random.choice((NOW, NOW + DAY))),)
    return manager(name, absences=random.choice(((), away)), **fields)


def test_who_comes_too_late_for_one_case_is_asked_for_another_of_the_same_site() -> None:
    """Both wait for who comes at 11:30; the first is to be decided before, and moved for that."""
    desk = Desk()
    for number in (1, 2):
        visit = f"v{number}"
        desk.says(disagreement(f"{visit}:R:1", visit_id=visit, escalation_id=f"{visit}:1"))
    desk.managers = (from_("11:30"),)
    first, second = desk.state("v1:1"), desk.state("v2:1")
    soon = replace(first.clocks, decide_by=NOW + HOUR, moved_in=(first.tier,))

    given = [each is not None for each in _chosen(desk, replace(first, clocks=soon), second)]

    assert given == [False, True]


def _chosen(desk: Desk, *cases: EscalationState) -> list[object]:
    choose_for = _choosing(UnitOfWork(desk.partition), desk.world(NOW))
    return [choose_for(each) for each in cases]
