"""What a rule needs: without it, it finds nothing, whatever else is on the visit."""

from agents.core.customers.episodes import ALL_RULES, context_of
from agents.core.customers.rule_base.preconditions import Precondition, had_by
from tests.core import builders
from tests.sameness.trouble import lived


def test_a_rule_finds_nothing_where_its_needs_are_not_met() -> None:
    passed_over, asked, found = set(), set(), set()
    for event, world, partition, _ in lived(5, 100):
        customer = partition.get(event.customer_id)
        if customer is None or event.visit_id not in customer.visits:
            continue
        visit = customer.visits[event.visit_id]
        context = context_of(customer, visit, world, event.event_id)
        chosen = ALL_RULES.for_visit(visit)
        assert chosen == tuple(rule for rule in ALL_RULES.rules if rule in chosen)
        asked |= set(chosen)
        found |= {rule for rule in chosen if rule(context)}
        for rule in ALL_RULES.rules:
            if rule not in chosen:
                passed_over.add(rule)
                assert rule(context) == (), rule
    assert found <= passed_over & asked
    assert len(found) > 15, "trouble makes most rules true; of the others scenarios tell"


def test_what_a_visit_has() -> None:
    assert had_by(builders.visit()) == 0
    assert had_by(builders.visit(builders.check_in())) == Precondition.CHECK_IN
    one = builders.diagnosis(diagnosis_id="d1")
    assert had_by(builders.visit(one)) == Precondition.DIAGNOSIS
    two = builders.diagnosis(diagnosis_id="d2", fault_found=False)
    several = Precondition.DIAGNOSIS | Precondition.SEVERAL_DIAGNOSES | Precondition.NO_FAULT
    assert had_by(builders.visit(one, two)) == several


def test_a_price_can_have_risen_where_there_is_another_or_a_total_was_authorised() -> None:
    first, second = builders.estimate(revision=1), builders.estimate(revision=2)
    other = builders.estimate(estimate_id="e2")
    yes = builders.said()
    total = builders.said(authorised_total=100)

    assert Precondition.RISE not in Precondition(had_by(builders.visit(first)))
    assert Precondition.RISE not in Precondition(had_by(builders.visit(first, yes)))
    assert Precondition.RISE not in Precondition(had_by(builders.visit(total)))
    assert Precondition.RISE in Precondition(had_by(builders.visit(first, second)))
    assert Precondition.RISE in Precondition(had_by(builders.visit(first, other)))
    assert Precondition.RISE in Precondition(had_by(builders.visit(first, total)))
