"""The index of storms says what looking at all cases says, whatever came in whatever order."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from agents.core.desk.partition import Partition
from agents.core.desk.state import EscalationState
from agents.core.desk.storms import Storm, storm_of
from schemas.records import (
    ActionName,
    Decision,
    Disagreement,
    Erased,
    Hours,
    Kind,
    OutcomeName,
    Rule,
    Severity,
    Tier,
    Wish,
)
from tests.core.desk.storm_reference import storm_by_looking_at_all
from tests.core.desk.world import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SITE,
    Desk,
    action,
    corrected,
    disagreement,
    manager,
    policy,
)

RULES = {
    Rule.ESTIMATE_DISPUTED: Kind.ESTIMATE,
    Rule.CHARGED_OVER_AUTHORISED: Kind.ESTIMATE,
    Rule.DIAGNOSIS_DISPUTED: Kind.DIAGNOSIS,
}
SITES = (SITE, replace(SITE, site_id="s1:ESTIMATE"))
WEEK = (1, 2, 3, 4, 5, 6, 7)
MANAGERS = (
    manager("anna", shifts=(Hours(days=WEEK, from_="08:00", to="14:00"),), max_open=3),
    manager("bert", site_ids=("s1", "s1:ESTIMATE"), languages=("en",)),
    manager("rita", Tier.REGIONAL),
)
ENDS = (ActionName.RESOLVE, ActionName.RESOLVE, ActionName.REOPEN, ActionName.REASSIGN)
POLICIES = [
    policy(storm={"cases": cases, "within_minutes": minutes}, kept={"closed_escalation_days": 1})
    for cases, minutes in ((2, 60), (3, 60), (5, 60), (3, 20))
]
EDGES = (
    0,
    1,
    HOUR - 1,
    HOUR,
    HOUR + 1,
    2 * HOUR - 1,
    2 * HOUR,
    2 * DAY - HOUR,
    2 * DAY - 1,
    2 * DAY,
)


def records(random: Random) -> Iterator[tuple[Struct | None, int]]:
    """What comes, None for a tick, and how much later (ms) than what came before it."""
    visits = random.choice([8, 30])
    pace = random.choice([MINUTE, 10 * MINUTE])
    for number in range(100):
        visit = random.randrange(visits)
        usual = [0, 1, pace, pace, pace, HOUR]
        passes = random.choice(usual if number % 40 else [2 * DAY, 40 * DAY])
        what = random.random()
        if what < 0.8:
            late = random.choice([0, pace, random.randrange(3 * HOUR), random.choice(EDGES)])
            yield ground(random, visit, late), passes
        elif what < 0.95:
            yield other(random, visit, number), passes
        else:
            yield None, passes


def ground(random: Random, visit: int, late: int) -> Disagreement:
    """A ground of a visit; `occurred_at` is how long before it arrives, until that is known."""
    rule = random.choice([*RULES, Rule.ESTIMATE_DISPUTED])
    severity = random.choice([Severity.SAFETY, Severity.NORMAL, Severity.NORMAL])
    wished = random.choice([None, None, None, "bert", "rita"])
    return disagreement(
        f"v{visit}:{rule}:{late}:{severity}",
        visit_id=f"v{visit}",
        customer_id=f"c{visit}",
        escalation_id=f"v{visit}:{random.choice([1, 1, 2])}",
        site_id=random.choice([*SITES, SITES[0], SITES[0]]).site_id,
        rule=rule,
        kind=RULES[rule],
        subject_id=str(late),
        occurred_at=late,
        severity=severity,
        decision=random.choice([Decision.RAISED, Decision.RAISED, Decision.JOINED]),
        wish=None if wished is None else Wish(manager_id=wished),
    )


def other(random: Random, visit: int, number: int) -> Struct:
    what = random.choice([*ENDS, None, None])
    if what is not None:
        return action(
            what,
            by="rita",
            action_id=f"a{number}",
            escalation_id=f"v{visit}:1",
            outcome=OutcomeName.UPHELD,
            to_manager_id=random.choice(["anna", "bert"]),
        )
    if random.random() < 0.2:
        return Erased(region_id="r1", occurred_at=NOW, escalation_ids=(f"v{visit}:1",))
    rule = random.choice(list(RULES))
    return corrected(f"v{visit}:{rule}:0:NORMAL", visit_id=f"v{visit}", customer_id=f"c{visit}")


@pytest.mark.parametrize("seed", range(16))
def test_a_storm_is_what_looking_at_all_cases_says(seed: int) -> None:
    random = Random(seed)
    desk, now = Desk(*MANAGERS, sites=SITES, holds=random.choice(POLICIES)), NOW
    found: list[Storm | None] = []
    for record, passes in records(random):
        now += passes
        if random.random() < 0.1:
            desk.fields["holds"] = random.choice(POLICIES)
        if random.random() < 0.1:  # as after a restart
            desk.partition = Partition(desk.partition.records)
        if record is None:
            desk.ticks(now)
        elif isinstance(record, Disagreement) and record.decision is not Decision.CORRECTED:
            said = replace(record, occurred_at=now - record.occurred_at)
            found += _both(desk, said, now)
            desk.hears(said, now)
        else:
            desk.hears(record, now)
        for gone in desk.steps.keys() - desk.partition.records.keys():
            del desk.steps[gone]
    assert any(each is not None for each in found), "a stream without a storm shows nothing"


def _both(desk: Desk, record: Disagreement, now: int) -> list[Storm | None]:
    """What both say, of a new case, and of each that the record may join."""
    partition, world = desk.partition, desk.world(now)
    cases: list[EscalationState | None] = [None, *partition.of_visit(record.visit_id)]
    found = [storm_of(partition, record, case, world) for case in cases]
    assert found == [storm_by_looking_at_all(partition, record, case, world) for case in cases]
    return found


class Counted(dict[str, EscalationState]):
    """A table that counts how often a case is looked at."""

    looked = 0

    def __getitem__(self, key: str) -> EscalationState:
        self.looked += 1
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.looked += 1
        return super().get(key, default)

    def values(self) -> Any:
        self.looked += len(self)
        return super().values()


def pressed(number: int, rule: Rule = Rule.ESTIMATE_DISPUTED) -> Disagreement:
    return disagreement(
        f"v{number}:{rule}:1",
        visit_id=f"v{number}",
        customer_id=f"c{number}",
        escalation_id=f"v{number}:1",
        rule=rule,
        kind=RULES[rule],
        occurred_at=NOW + number,
    )


@pytest.mark.parametrize("count", [50, 400])
@pytest.mark.parametrize("rules", [[Rule.ESTIMATE_DISPUTED], list(RULES)])
def test_a_new_case_of_a_storm_looks_at_as_many_as_the_policy_asks_for(
    count: int, rules: list[Rule]
) -> None:
    desk = Desk(*MANAGERS)
    table = desk.partition.records = Counted()
    looked = []
    for number in range(count):
        for rule in rules:
            record, now = pressed(number, rule), NOW + number
            case = desk.partition.open_of(record.visit_id)
            before = table.looked
            storm_of(desk.partition, record, case, desk.world(now))
            looked.append(table.looked - before)
            desk.hears(record, now)

    assert len({each.incident_id for each in dict.values(table)}) == 1, "one storm"
    assert max(looked) <= 2 * desk.world(NOW).policy.storm.cases


def test_where_no_manager_of_a_storm_can_be_reached_one_case_of_each_is_looked_at() -> None:
    desk = Desk(*MANAGERS)
    for number in range(100):
        desk.hears(pressed(number), NOW + number)
    desk.managers = ()
    table = desk.partition.records = Counted(desk.partition.records)

    storm = storm_of(desk.partition, pressed(100), None, desk.world(NOW + 100))

    assert storm is not None
    assert (storm.manager, storm.facts["cases"]) == (None, "100")
    assert table.looked <= len(MANAGERS) + 2
