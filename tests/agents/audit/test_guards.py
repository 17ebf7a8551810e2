"""What guards customers against a manager's convenience: faults planted, and found from outside."""

import json
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from agents.operations.audit.finding import Breach
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import TOPICS
from agents.records.codecs import from_json
from agents.reference_data.policy_files import default_policy
from schemas.records import Escalation, EscalationStatus, Outcome, OutcomeName
from tests.scenarios.test_scenarios import as_it_is_run

AFTER = 1_774_000_000_000  # 2026-03-20: days after what is played here
MINUTE_MS = 60_000
OURS = {Breach.WAITED_TOO_LONG, Breach.PROMISE_PUT_OFF, Breach.ABUSE_UNCONFIRMED}
ASKED = {"at": "1 09:00", "response": {"response": "REQUESTED"}}
SPOKEN = {"at": "1 09:10", "action": {"action": "CONTACTED"}}
WAITS = [
    ASKED,
    SPOKEN,
    {"at": "1 09:20", "action": {"action": "WAIT", "until": "2 09:20"}},
    {"at": "1 15:20", "response": {"response": "ASKED"}},  # it ends after six hours
    {"at": "2 10:00", "action": {"action": "WAIT", "until": "4 10:00"}},
]
PROMISES = [
    ASKED,
    *(
        {"at": f"1 09:{10 + n}", "action": {"action": "PROMISE", "until": f"1 1{n}:00"}}
        for n in range(4)
    ),
]
ABUSE = [
    ASKED,
    SPOKEN,
    {"at": "1 09:20", "action": {"action": "RESOLVE", "outcome": "ABUSIVE", "reason": "again"}},
    {"at": "1 09:30", "action": {"action": "CONFIRM", "by": "rita"}},
]


def records(events: list[dict[str, Any]], **policy: Any) -> list[Any]:
    return [
        from_json(each.topic, json.loads(bytes(each.value)))
        for each in as_it_is_run({"events": events, "policy": policy})
        if each.topic in TOPICS
    ]


def audited(found: list[Any], **changed: Any) -> list[tuple[Breach, str]]:
    """Those of the guards; `changed`: of the policy by which they are judged."""
    policy = default_policy().model_copy(update=changed)
    versions = {each.policy_version for each in found if isinstance(each, Escalation)}
    ledger = Ledger(dict.fromkeys(versions, policy))
    for record in found:
        ledger.take(record)
    ledger.tick(0, AFTER)
    ledger.ticks.ran(0, AFTER)
    return [(each.what, each.detail) for each in ledger.findings() if each.what in OURS]


def steps(found: list[Any], status: EscalationStatus) -> list[Escalation]:
    return [e for e in found if isinstance(e, Escalation) and e.status is status]


def with_step(found: list[Any], step: Escalation, **changes: Any) -> list[Struct]:
    return [replace(each, **changes) if each is step else each for each in found]


KEPT_BETWEEN = [
    *PROMISES[:4],
    {"at": "1 09:20", "action": {"action": "CONTACTED"}},
    {"at": "1 09:30", "action": {"action": "PROMISE", "until": "1 12:00"}},
    {"at": "1 09:40", "action": {"action": "PROMISE", "until": "1 13:00"}},
]


@pytest.mark.parametrize("events", [WAITS, PROMISES, KEPT_BETWEEN, ABUSE])
def test_of_what_the_desk_makes_nothing_is_found(events: list[dict[str, Any]]) -> None:
    assert audited(records(events)) == []


@pytest.mark.parametrize(("more", "is_found"), [(-1, False), (0, False), (1, True)])
def test_waits_are_summed_as_they_lasted_up_to_what_is_allowed(more: int, is_found: bool) -> None:
    found = records(WAITS)
    last = steps(found, EscalationStatus.WAITING)[-1]
    left = (3 * 24 - 6) * 60 * MINUTE_MS  # three days, but for the six hours of the first
    chained = with_step(found, last, until=last.occurred_at + left + more * MINUTE_MS)

    said = [(what, detail.partition(":")[0]) for what, detail in audited(chained)]

    minutes = 3 * 24 * 60 + 1
    detail = f"with step {last.step} it waits for {minutes} min in sum"
    assert said == ([(Breach.WAITED_TOO_LONG, detail)] if is_found else [])


def without_misses(found: list[Any]) -> list[Any]:
    """As if a promise that was put off had no effect: no such reason, and no step for it."""
    kept = [each for each in found if not (isinstance(each, Escalation) and _is_miss(each))]
    number = 0
    again = []
    for each in kept:
        if isinstance(each, Escalation):
            again.append(replace(each, step=number))
            number += 1
        else:
            again.append(each)
    return again


def _is_miss(step: Escalation) -> bool:
    return any(each.code == "SILENCE_PROMISE_MISSED" for each in step.reasons)


@pytest.mark.parametrize(("promises", "is_found"), [(3, False), (4, True)])
def test_the_third_promise_put_off_in_time_is_a_miss(promises: int, is_found: bool) -> None:
    found = without_misses(records(PROMISES[: promises + 1]))

    assert [what for what, _ in audited(found)] == [Breach.PROMISE_PUT_OFF] * is_found


@pytest.mark.parametrize(("until", "is_found"), [("1 09:14", True), ("1 09:15", False)])
def test_a_promise_put_off_after_its_moment_is_a_miss(until: str, is_found: bool) -> None:
    events = [
        ASKED,
        {"at": "1 09:10", "action": {"action": "PROMISE", "until": until}},
        {"at": "1 09:15", "action": {"action": "PROMISE", "until": "1 11:00"}},
    ]
    found = without_misses(records(events))

    assert [what for what, _ in audited(found)] == [Breach.PROMISE_PUT_OFF] * is_found


def test_a_promise_that_took_the_place_of_a_missed_one_at_its_moment_stands() -> None:
    events = [
        ASKED,
        {"at": "1 09:10", "action": {"action": "PROMISE", "until": "1 09:14"}},
        {"at": "1 09:15", "action": {"action": "PROMISE", "until": "1 11:00", "by": "lena"}},
        {"at": "1 12:00", "tick": {}},
    ]
    found = records(events)
    misses = [each for each in found if isinstance(each, Escalation) and _is_miss(each)]
    assert len(misses) == 2, "the second promise is missed, too"
    forgotten = [each for each in found if each is not misses[1]]

    assert unsaid(found) == []
    assert unsaid(forgotten) == [f"a call was promised for {at_eleven()}, and its miss is unsaid"]


def at_eleven() -> int:
    return 1_772_449_200_000  # 2026-03-02 11:00 UTC


def unsaid(found: list[Any]) -> list[str]:
    """Of which promises nobody said that they were missed."""
    policy = default_policy()
    ledger = Ledger({policy.version: policy})
    for record in found:
        ledger.take(record)
    ledger.tick(0, at_eleven() + 60 * MINUTE_MS)
    ledger.ticks.ran(0, at_eleven() + 60 * MINUTE_MS)
    said = [each for each in ledger.findings() if each.what is Breach.NO_EFFECT]
    return [each.detail for each in said if "promised" in each.detail]


def test_abuse_that_counts_is_confirmed_before() -> None:
    found = records(ABUSE)
    (confirmed,) = steps(found, EscalationStatus.CONFIRMED)
    (said,) = [e for e in found if isinstance(e, Outcome) and e.outcome is OutcomeName.ABUSIVE]

    left = [each for each in found if each is not confirmed]

    expected = f"counts as ABUSIVE from {said.occurred_at}, and nobody had confirmed it"
    assert audited(left) == [(Breach.ABUSE_UNCONFIRMED, expected)]


@pytest.mark.parametrize("events", [WAITS, PROMISES, ABUSE])
def test_a_case_of_before_has_no_such_guards(events: list[dict[str, Any]]) -> None:
    assert audited(records(events, generation=1), generation=1) == []
