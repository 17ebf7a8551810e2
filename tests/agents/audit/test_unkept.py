"""Decisions that were not kept and of which nobody says so, and those said without a ground.

Each scenario of `tests/scenarios/not_kept.yaml` is played; then what the pipeline said of it is
taken out, and the auditor must say it from the events.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from msgspec import Struct
from typer.testing import CliRunner

from agents.commands.records.audit import audit
from agents.commands.simulation.simulate import simulate
from agents.core.rfc3339 import milliseconds
from agents.operations.audit.events import TOPICS as EVENTS
from agents.operations.audit.finding import Breach, Finding
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import TOPICS, take_event
from agents.records.codecs import from_json
from agents.reference_data.files import Document
from agents.reference_data.policy_files import policy_in
from agents.simulation.simulate import JSON, Written, lines_of
from schemas.records import Decision, Disagreement, Erased, Escalation, EscalationStatus, Rule
from tests.scenarios.test_scenarios import (
    SERVICE,
    TABLES,
    _directory,
    _lines,
    _quickly_read,
    as_it_is_run,
)

Scenario = dict[str, Any]
KEPT = (Breach.NOT_KEPT_UNSAID, Breach.NOT_KEPT_DIFFERS)


def scenarios(*tables: str) -> list[Any]:
    return [
        pytest.param(each, id=each["name"])
        for path in TABLES
        if path.stem in tables
        for each in _quickly_read(path)
    ]


def records(written: list[Written]) -> list[tuple[Struct, int]]:
    return [
        (from_json(each.topic, json.loads(bytes(each.value))), milliseconds(each.at) or 0)
        for each in written
        if each.topic in TOPICS and json.loads(bytes(each.value)) is not None
    ]


def moments(scenario: Scenario) -> list[int]:
    """When something came: each is looked at a moment after it."""
    return sorted({line.message.timestamp for line in lines_of(_lines(scenario["events"]))})


def audited(
    scenario: Scenario,
    made: list[tuple[Struct, int]],
    at: int,
    *,
    whole: bool = True,
    forgotten: bool = False,
) -> list[Finding]:
    """What the auditor makes of decisions a moment after a time (ms)."""
    policy = policy_in(Document(name="policy", data=scenario.get("policy", {}), lines={}))
    ledger = Ledger({policy.version: policy})
    ledger.look_at_events(_directory(scenario.get("directory", {})), whole=whole)
    if forgotten:
        ledger.take(Erased(region_id="west", occurred_at=at, escalation_ids=("v1:1",)))
    for record, came in made:
        if came <= at:
            ledger.take(record, came)
    for line in lines_of(_lines(scenario["events"])):
        message = line.message
        if message.topic in EVENTS and message.value is not None and message.timestamp <= at:
            take_event(ledger, message, (message.key or b"").decode(), JSON)
    ledger.ticks.ran(0, at + 1)
    return [each for each in ledger.findings() if each.what in KEPT]


def is_said(record: Struct) -> bool:
    return isinstance(record, Disagreement) and record.rule is Rule.DECISION_NOT_KEPT


def standing(made: list[tuple[Struct, int]], at: int) -> set[tuple[str, str]]:
    """What the pipeline says is not kept: the case and what it is about."""
    found: dict[str, Disagreement] = {}
    for record, came in made:
        if not isinstance(record, Disagreement) or not is_said(record) or came > at:
            continue
        if record.decision is Decision.CORRECTED:
            found.pop(record.corrects or "", None)
        else:
            found[record.disagreement_id] = record
    return {(e.reasons[0].facts["decided_in"], e.subject_id or "") for e in found.values()}


@pytest.mark.parametrize("scenario", scenarios("not_kept", "remedies"))
def test_what_the_pipeline_says_of_decisions_is_what_the_events_say(scenario: Scenario) -> None:
    made = records(as_it_is_run(scenario))

    assert [audited(scenario, made, at) for at in moments(scenario)] == [[]] * len(
        moments(scenario)
    )


@pytest.mark.parametrize("scenario", scenarios("not_kept"))
def test_where_the_pipeline_missed_it_the_auditor_says_it(scenario: Scenario) -> None:
    """At each moment, as if the pipeline had never written a DECISION_NOT_KEPT."""
    made = records(as_it_is_run(scenario))
    silent = [(record, at) for record, at in made if not is_said(record)]
    decided = sum(is_a_decision(record) for record, _ in made)

    for at in moments(scenario):
        found = audited(scenario, silent, at)
        assert {each.what for each in found} <= {Breach.NOT_KEPT_UNSAID}
        if decided < 2:  # of several the newest counts, and is found anew only when it is worse
            assert {each.of for each in found} == {case for case, _ in standing(made, at)}


def is_a_decision(record: Struct) -> bool:
    return isinstance(record, Escalation) and record.status is EscalationStatus.RESOLVED


def of_name(name: str) -> Scenario:
    (found,) = (each.values[0] for each in scenarios("not_kept") if each.id.startswith(name))
    return dict(found)


PRICE = of_name("A price that was decided is charged")
CLAIM = of_name("A claim that is not accepted within eight")
REMEDY = of_name("What was to be done by a time, and of which nothing")
LATER = {"at": "9 09:00", "tick": {}}


def with_events(scenario: Scenario, *events: dict[str, Any], but: int | None = None) -> Scenario:
    """A scenario of which the topics hold other events than the pipeline saw."""
    seen = [each for number, each in enumerate(scenario["events"]) if number != but]
    return scenario | {"events": [*seen, *events, LATER]}


def closed(total: str) -> Scenario:
    return with_events(
        PRICE, {"at": "1 16:00", "closure": {"charged_total": total}}, but=len(PRICE["events"]) - 1
    )


def agreed(total: str, **more: Any) -> Scenario:
    said = {"response": "AUTHORISED", "subject": "ESTIMATE", "subject_id": "est1"}
    said |= {"authorised_total": total} | more
    return with_events(PRICE, {"at": "1 16:30", "id": "yes", "response": said})


def approved(occurred: str) -> Scenario:
    said = {"decision": "APPROVED", "revision": 7}
    return with_events(
        CLAIM, {"at": "2 13:00", "id": "yes", "occurred": occurred, "warranty": said}
    )


def done(occurred: str, **what: Any) -> Scenario:
    return with_events(REMEDY, {"at": "3 20:00", "id": "done", "occurred": occurred} | what)


RATED = {"response": {"response": "RATED", "rating": 4}}


@pytest.mark.parametrize(
    ("played", "held", "detail"),
    [
        (PRICE, closed("99.99"), "nothing that came after the decision asks for more than 10000"),
        (PRICE, closed("100.00"), "nothing that came after the decision asks for more than 10000"),
        (PRICE, closed("100.01"), None),
        (PRICE, agreed("159.99"), None),
        (PRICE, agreed("160.00"), "the customer agreed to more after it"),
        (PRICE, agreed("160.01"), "the customer agreed to more after it"),
        (PRICE, agreed("160.00", subject_id="est2"), None),
        (PRICE, agreed("160.00", subject_id=None), None),
        (CLAIM, approved("2 08:59:59"), "claim1 was covered in time"),
        (CLAIM, approved("2 09:00:00"), "claim1 was covered in time"),
        (CLAIM, approved("2 09:00:01"), None),
        (REMEDY, done("2 11:59:59", **RATED), "a rating or a closure came in time"),
        (REMEDY, done("2 12:00:00", **RATED), "a rating or a closure came in time"),
        (REMEDY, done("2 12:00:01", **RATED), None),
        (REMEDY, done("2 12:00", closure={}), "a rating or a closure came in time"),
    ],
)
def test_what_is_said_too_much_is_named(
    played: Scenario, held: Scenario, detail: str | None
) -> None:
    made = records(as_it_is_run(played))

    found = audited(held, made, moments(held)[-1])

    assert [(each.what, each.detail) for each in found] == (
        [] if detail is None else [(Breach.NOT_KEPT_DIFFERS, detail)]
    )


def silent(scenario: Scenario, held: Scenario, **more: Any) -> list[str]:
    """What is missed, of a scenario of which the topics hold other events."""
    made = [each for each in records(as_it_is_run(scenario)) if not is_said(each[0])]
    return [each.of for each in audited(held, made, moments(held)[-1], **more)]


IN_CAD = {"charged_total": "99.00", "currency": "CAD"}
CHECKED_IN = {"at": "1 16:40", "check-in": {}}


def late(occurred: str) -> Scenario:
    """An estimate that arrives 30 days after the third, at 17:00."""
    return with_events(
        PRICE, {"at": "33 17:00", "occurred": occurred, "estimate": {"total": "9.00"}}
    )


@pytest.mark.parametrize(
    ("held", "more", "missed"),
    [
        (with_events(PRICE), {}, ["v1:1"]),
        (with_events(PRICE), {"whole": False}, []),
        (with_events(PRICE, CHECKED_IN), {"whole": False}, ["v1:1"]),
        (with_events(PRICE), {"forgotten": True}, []),
        (agreed("100.00", subject_id=None), {}, ["v1:1"]),
        (agreed("100.01", subject_id=None), {}, []),
        (agreed("100.01", subject_id="est2"), {}, []),
        (agreed("100.01"), {}, []),
        (
            with_events(PRICE, {"at": "1 17:00", "closure": IN_CAD}),
            {},
            [],
        ),
        (
            late("3 16:59"),
            {},
            [],
        ),
        (
            late("3 17:00"),
            {},
            ["v1:1"],
        ),
    ],
    ids=[
        "as it was",
        "topics that lost their beginning",
        "topics that lost some, but not the check-in",
        "a customer who was forgotten",
        "a yes to no more, that names no estimate",
        "a yes to more, that names no estimate",
        "a yes to another estimate, which may be charged then",
        "a yes to more",
        "amounts in two currencies: one was not taken",
        "an event that came too late",
        "one that came in time",
    ],
)  # fmt: skip
def test_what_may_be_so_or_not_is_passed_over(
    held: Scenario, more: dict[str, bool], missed: list[str]
) -> None:
    assert silent(PRICE, held, **more) == missed


def test_under_a_policy_of_generation_1_nobody_is_asked_to_keep_it() -> None:
    assert silent(PRICE, with_events(PRICE) | {"policy": {"generation": 1}}) == []


app = typer.Typer()
app.command()(simulate)
app.command()(audit)


def test_the_command_looks_at_the_events_that_simulate_read(tmp_path: Path) -> None:
    """The demo's directory; the loaner that was to come within the hour never came."""
    events, made = tmp_path / "events.jsonl", tmp_path / "made.jsonl"
    said = SERVICE | {"event_id": "e1", "occurred_at": "2026-03-02T16:00:00Z"}
    asked = said | {"response": "REQUESTED", "subject": "NONE", "site_id": "columbus"}
    decided = {
        "action_id": "a1",
        "occurred_at": "2026-03-02T16:10:00Z",
        "escalation_id": "v1:1",
        "region_id": "us-east",
        "by": "m-brooks",
        "action": "RESOLVE",
        "outcome": "UPHELD",
        "remedy": {"kind": "LOANER", "by": "2026-03-02T17:00:00Z"},
    }
    lines = [
        {"topic": "service.customer-responses", "value": asked},
        {"topic": "recourse.actions", "value": decided},
        {"topic": "recourse.ticks", "value": {"now": "2026-03-02T17:00:01Z"}, "key": "0"},
    ]
    events.write_text("".join(json.dumps(each) + "\n" for each in lines))
    assert CliRunner().invoke(app, ["simulate", str(events), "--out", str(made)]).exit_code == 0
    silent = [each for each in made.read_text().splitlines() if "DECISION_NOT_KEPT" not in each]
    made.write_text("\n".join(silent) + "\n")

    found = [
        CliRunner().invoke(app, ["audit", "--json", "--from", str(made), *more])
        for more in ([], ["--events", str(events)])
    ]

    unsaid = [
        [each for each in json.loads(one.stdout)["findings"] if "NOT_KEPT" in each["what"]]
        for one in found
    ]
    detail = "nothing says that LOANER was done by 1772470800000"
    assert unsaid == [[], [{"what": "NOT_KEPT_UNSAID", "of": "v1:1", "detail": detail}]]
