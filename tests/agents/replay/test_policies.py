"""What ten other policies make of a small past, worked out by hand (`small_past` tells it).

An UNFOUNDED case weighs 2, an upheld one 0; three places in thirty days, and whoever has all of
them taken is throttled. So `asks` has 2, 2 and 4 places taken, and is throttled on two mornings.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from agents.core.policy import Policy
from agents.reference_data.policy_files import policy_of_json
from agents.simulation.replay.durations import typical_durations
from agents.simulation.replay.report import Effect, Report, report
from agents.simulation.replay.shards import Question, replayed
from tests.agents.replay.small_past import POLICY, lines, recorded

Turned = dict[tuple[str, str, str], int]
BUTTON, PRICE, DISPUTE = (
    "REQUESTED_BY_CUSTOMER",
    "ESTIMATE_OVER_AUTHORISED",
    "ESTIMATE_DISPUTED",
)


class Expected(NamedTuple):
    """Cases now (from, to); upheld ones refused; decisions of the floor that turn; what turned."""

    cases: tuple[int, int]
    refused: int
    floor: int
    turned: Turned


def policy(changes: Mapping[str, Any]) -> Policy:
    """The policy of then with other values, by dotted keys."""
    plain = json.loads(POLICY.model_dump_json())
    for key, value in changes.items():
        *path, name = key.split(".")
        part = plain
        for each in path:
            part = part[each]
        part[name] = value
    return policy_of_json(json.dumps(plain).encode())


def asked(policies: Mapping[str, Policy], workers: int = 1) -> Report:
    recording = recorded(lines())
    assert recording.last_at is not None
    question = Question(
        recording=recording,
        policies={name: recording.timeline.with_policy(p, 0) for name, p in policies.items()},
        since=0,
        until=recording.last_at,
        took_ms=typical_durations(recording),
        samples=2,
    )
    return report(replayed(question, workers))


def of(changes: Mapping[str, Any]) -> Effect:
    (effect,) = asked({"other": policy(changes)}).effects
    return effect


def listed(customer_id: str) -> list[dict[str, str]]:
    return [{"customer_id": customer_id, "reason": "tried"}]


def everywhere(gate: str) -> dict[str, Any]:
    return {"pilot.default": {"gate": gate, "percent": "100"}}


OF_ALL_EIGHT = {"RAISED": 8}
POLICIES: dict[str, tuple[dict[str, Any], Expected]] = {
    "the same": ({}, Expected((8, 8), 0, 0, {})),
    # 2 places are taken after the first morning, so the second and third are throttled.
    "two places": (
        {"throttle.limit": 2},
        Expected((6, 6), 1, 0, {(BUTTON, "RAISED", "THROTTLED"): 2}),
    ),
    # 4 of 5 are taken on the fourth morning. That case is new: unfounded, it takes the last place
    # and the fifth morning stays throttled; upheld, it takes none.
    "five places": (
        {"throttle.limit": 5},
        Expected((9, 10), 0, 0, {(BUTTON, "THROTTLED", "RAISED"): 1}),
    ),
    # Who says yes after half an hour has a case then; who never answers has the same one, earlier.
    "no grace": (
        {"rules.estimate_over_authorised.grace_business_minutes": 0},
        Expected((9, 9), 0, 0, {(PRICE, "AWAITING", "RAISED"): 1}),
    ),
    # The rise of 15 % is below the limit.
    "another limit of the law": (
        {"jurisdictions.US-OH": {"authorisation_limit": {"percent": 20}}},
        Expected(
            (7, 7),
            1,
            0,
            {(PRICE, "RAISED", "BELOW_THRESHOLD"): 1, (PRICE, "AWAITING", "BELOW_THRESHOLD"): 1},
        ),
    ),
    # A call is of the floor: no list touches it.
    "who rings is blocked": ({"lists.block": listed("rings")}, Expected((8, 8), 0, 0, {})),
    # The first morning is the first escalation of a first visit: of the floor.
    "who asks is blocked": (
        {"lists.block": listed("asks")},
        Expected((6, 6), 1, 0, {(BUTTON, "RAISED", "THROTTLED"): 2}),
    ),
    "who asks is allowed": (
        {"lists.allow": listed("asks")},
        Expected((10, 10), 0, 0, {(BUTTON, "THROTTLED", "RAISED"): 2}),
    ),
    # Nothing weighs, so nobody is throttled.
    "unfounded weighs nothing": (
        {"throttle.weights.unfounded": 0},
        Expected((10, 10), 0, 0, {(BUTTON, "THROTTLED", "RAISED"): 2}),
    ),
    # Five stand on the floor: three calls, and the first of `asks` and of `disputes`.
    "switched off": (
        everywhere("OFF"),
        Expected(
            (0, 0),
            3,
            5,
            {
                (BUTTON, "RAISED", "NOT_ELIGIBLE"): 6,
                (BUTTON, "THROTTLED", "NOT_ELIGIBLE"): 2,
                (PRICE, "RAISED", "NOT_ELIGIBLE"): 1,
                (DISPUTE, "RAISED", "NOT_ELIGIBLE"): 1,
            },
        ),
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_what_another_policy_would_have_decided(name: str) -> None:
    changes, expected = POLICIES[name]

    found = of(changes)

    turned = {(each.rule, each.before, each.after): each.count for each in found.lines}
    assert Expected(found.cases_after, found.refused_upheld, found.floor_turned, turned) == expected
    assert found.cases_before == 8


def test_upheld_cases_that_are_refused_are_shown_with_both_sides() -> None:
    (refused,) = of({"throttle.limit": 2}).refused

    assert (refused.visit_id, refused.outcome) == ("asks-1", "UPHELD")
    assert refused.before is not None
    assert refused.after is not None
    assert "2 of 3 places were used" in refused.before.why
    assert "2 of 2 places were used" in refused.after.why
    assert refused.before.customer.endswith("We have asked a manager to look into it.")
    assert "You have reached that limit" in refused.after.customer


def test_a_case_whose_number_is_another_one_keeps_its_outcome() -> None:
    """With two places `rings-1` stays as it was; a later case of a visit has another number."""
    found = of({"throttle.limit": 5})

    assert found.spared_by_outcome == {}
    assert found.new_cases == (1, 2)


def test_several_policies_at_once_say_what_each_says_alone() -> None:
    policies = {name: policy(changes) for name, (changes, _) in POLICIES.items()}

    together = asked(policies)

    alone = [asked({name: each}).effects[0] for name, each in policies.items()]
    assert list(together.effects) == alone


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.simulation.replay.shards._AT_ONCE", 1)
    policies = {name: policy(changes) for name, (changes, _) in POLICIES.items()}

    assert asked(policies, workers=2) == asked(policies)


@pytest.mark.parametrize(
    ("changes", "allowed", "turns"),
    [
        ({}, 0, False),
        ({"throttle.limit": 2}, 0, True),
        ({"throttle.limit": 2}, 1, False),
        (everywhere("OFF"), 8, True),
    ],
)
def test_who_refuses_more_upheld_cases_than_allowed_or_turns_the_floor_should_look(
    changes: dict[str, Any], allowed: int, turns: bool
) -> None:
    assert asked({"other": policy(changes)}).turns(allowed) is turns
