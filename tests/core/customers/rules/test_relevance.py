"""Who asks only the rules that can find something says and keeps the same as who asks all."""

from collections.abc import Iterable
from random import Random

import pytest

from agents.core.customers import retention
from agents.core.customers.handle import handle, handle_time
from agents.core.customers.partition import Partition
from agents.core.customers.rule_base.definition import RuleIndex
from agents.core.customers.rules import DUES, repeat_repair
from agents.core.handling import Arrived, Output, in_one_go
from agents.core.policy import Policy
from agents.core.world import World
from agents.records import codecs
from agents.reference_data.directory_files import demo_directory
from schemas.records import Decision, Disagreement, Outcome, OutcomeName, OutcomeStatus, Rule, Tier
from tests.core.builders import policy
from tests.sameness.trouble import trouble

_CUSTOMERS = 40
_EVENTS_UNDER_ONE_POLICY = 17
_SITES = [*sorted(demo_directory().sites), "nowhere"]


def _policies() -> list[Policy]:
    live = {"pilot": {"default": {"gate": "LIVE", "percent": 100}}}
    watched = {"silence_ready_time_passed": {"business_hours": 4, "sites": _SITES}}
    return [
        policy(**live, rules=watched),
        policy(**live, throttle={"records_a_day": 2}),
        policy(**live, generation=1),
        policy(
            **live,
            rules=watched,
            kept={"silent_visit_closed_after_days": 20},
            throttle={"records_a_day": 1},
        ),
    ]


def _lived(seed: int) -> tuple[list[tuple[Output, ...]], dict[str, bytes]]:
    """Half a year under a policy of another kind every few events: what is said, what is kept.

    Of what is raised a manager decides half, before the next event.
    """
    directory, partition, random = demo_directory(), Partition(), Random(f"decided:{seed}")
    policies, said = _policies(), list[tuple[Output, ...]]()
    for number, arrival in enumerate(trouble(seed, _CUSTOMERS, directory)):
        rules = policies[number // _EVENTS_UNDER_ONE_POLICY % len(policies)]
        world = World(now=arrival.at, policy=rules, directory=directory)
        by_time = in_one_go(handle_time(partition, world))
        partition.apply(by_time.changed)
        said.append(by_time.outputs)
        records = [codecs.decode(arrival.topic, arrival.value)]
        while records:
            arrived = Arrived(
                topic="any", record=records.pop(), timestamp=arrival.at, digest=number
            )
            handled = handle(partition, arrived, world)
            partition.apply(handled.changed)
            said.append(handled.outputs)
            records += _decided(handled.outputs, random)
    return said, dict(partition.records())


def _decided(outputs: Iterable[Output], random: Random) -> list[Outcome]:
    raised = (each.record for each in outputs)
    return [
        Outcome(
            escalation_id=each.escalation_id or "",
            visit_id=each.visit_id,
            customer_id=each.customer_id,
            occurred_at=each.decided_at,
            status=OutcomeStatus.RESOLVED,
            outcome=random.choice((OutcomeName.UPHELD, OutcomeName.UNFOUNDED)),
            on_appeal=False,
            tier=Tier.LOCAL,
        )
        for each in raised
        if isinstance(each, Disagreement)
        and each.decision is Decision.RAISED
        and random.random() < 0.5
    ]


def test_half_a_year_in_which_all_rules_are_asked_says_and_keeps_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = _lived(1)

    monkeypatch.setattr(RuleIndex, "for_visit", lambda index, _visit: index.rules)
    monkeypatch.setattr(
        retention, "DUES", tuple(each._replace(may_be=lambda _visit: True) for each in DUES)
    )
    monkeypatch.setattr(repeat_repair, "_may_be_enough", lambda *_: True)
    asked_all = _lived(1)

    for one, other in zip(few[0], asked_all[0], strict=True):
        assert one == other
    assert few[1] == asked_all[1]
    found = {
        each.record.rule
        for outputs in few[0]
        for each in outputs
        if isinstance(each.record, Disagreement)
    }
    assert len(found) > len(Rule) - 4, set(Rule) - found
