"""What a rule needs: without it, it finds nothing, whatever else is on the visit."""

from typing import Any

from agents import codecs
from agents.core.customers.episodes import ALL_RULES, scene_of
from agents.core.customers.handle import handle, handle_time
from agents.core.customers.partition import Partition
from agents.core.customers.rules import RULES
from agents.core.customers.rules.needs import Need, had_by
from agents.core.handling import Arrived, in_one_go
from agents.core.world import World
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from tests.core import builders
from tests.sameness.trouble import trouble


def test_a_rule_finds_nothing_where_its_needs_are_not_met() -> None:
    directory, policy = demo_directory(), default_policy()
    partition, passed_over, asked = Partition(), set(), set()
    for number, arrival in enumerate(trouble(5, 100, directory)):
        event: Any = codecs.decode(arrival.topic, arrival.value)
        world = World(now=arrival.at, policy=policy, directory=directory)
        arrived = Arrived(topic="any", record=event, timestamp=arrival.at, digest=number)
        partition.apply(in_one_go(handle_time(partition, world)).changed)
        partition.apply(handle(partition, arrived, world).changed)
        customer = partition.get(event.customer_id)
        if customer is None or event.visit_id not in customer.visits:
            continue
        visit = customer.visits[event.visit_id]
        scene = scene_of(customer, visit, world, event.event_id)
        chosen = ALL_RULES.for_visit(visit)
        assert chosen == tuple(rule for rule in ALL_RULES.rules if rule in chosen)
        asked |= {rule for rule in chosen if rule(scene)}
        for rule in ALL_RULES.rules:
            if rule not in chosen:
                passed_over.add(rule)
                assert rule(scene) == (), rule
    unseen = set(RULES.values()) - (passed_over & asked)
    assert not unseen, f"tests/sameness/trouble.py has no event for {[e.name for e in unseen]}"


def test_what_a_visit_has() -> None:
    assert had_by(builders.visit()) == 0
    assert had_by(builders.visit(builders.check_in())) == Need.CHECK_IN
    one = builders.diagnosis(diagnosis_id="d1")
    assert had_by(builders.visit(one)) == Need.DIAGNOSIS
    two = builders.diagnosis(diagnosis_id="d2", fault_found=False)
    several = Need.DIAGNOSIS | Need.SEVERAL_DIAGNOSES | Need.NO_FAULT
    assert had_by(builders.visit(one, two)) == several
