"""docs/producers.md, "What the customer does, which record to send": each row is played."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.simulation.simulate import simulate
from schemas.catalogue import TOPICS
from schemas.records import Response

PAGE = (Path(__file__).parents[2] / "docs" / "producers.md").read_text(encoding="utf-8")
RESPONSES, ACTIONS = "service.customer-responses", "recourse.actions"
SHOWN = {
    "recourse.disagreements": lambda value: f"{value['decision']} {value['rule']}",
    "recourse.escalations": lambda value: value["status"],
    "recourse.notices": lambda value: value["message"],
    "service.dead-letters": lambda value: value["detail"],
    "recourse.dead-letters": lambda value: value["detail"],
}
Line = tuple[str, dict[str, Any]]


def rows() -> list[tuple[str, dict[str, Any], list[str]]]:
    """What the customer does, the record's fields, and all that comes back."""
    section = PAGE.partition("## What the customer does")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (.+?) \| `(\{.*?\})` \| (.*) \|$", section, re.MULTILINE)
    return [
        (what, json.loads(record), re.findall(r"`(.*?)`", said)) for what, record, said in found
    ]


def of_visit(visit: str, **fields: Any) -> dict[str, Any]:
    return {"customer_id": "c1", "visit_id": visit, "site_id": "columbus"} | fields


def said(visit: str = "v1", **fields: Any) -> Line:
    return RESPONSES, of_visit(visit, **fields)


def estimate(revision: int, total: int, visit: str = "v1", name: str = "est1") -> Line:
    lines = [{"operation": "brakes", "amount": total}]
    fields = {"estimate_id": name, "revision": revision, "currency": "USD", "total": total}
    return "service.estimates", of_visit(
        visit, vehicle_id="car1", **fields, subtotal=total, lines=lines
    )


def acted(action: str, **fields: Any) -> Line:
    case = {"escalation_id": "v1:1", "region_id": "us-east", "by": "m-brooks"}
    return ACTIONS, case | {"action": action} | fields


CAME = (
    "service.check-ins",
    of_visit("v1", vehicle_id="car1", language="en", channels=["APP"], symptoms=["noise"]),
)
FOUND = (
    "service.diagnoses",
    of_visit("v1", vehicle_id="car1", diagnosis_id="dia1", revision=1, stage="CENTRE", code="B1")
    | {"cause": "WEAR", "fault_found": True, "safety": False},
)
CLAIM = (
    "service.warranty-decisions",
    of_visit("v1", vehicle_id="car1", claim_id="claim1", revision=1, decision="DENIED")
    | {"reason_code": "WEAR", "diagnosis_id": "dia1", "operations": ["brakes"]},
)
COME: tuple[Line, ...] = (CAME, FOUND, estimate(1, 40_000))
AGREED = said(response="AUTHORISED", subject="ESTIMATE", subject_id="est1", subject_revision=1)
ROSE: tuple[Line, ...] = (*COME, AGREED, estimate(2, 52_000))
ASKED_FOR: tuple[Line, ...] = (*COME, said(response="REQUESTED", subject="NONE"))
DISPUTE = {"response": "DISPUTED", "subject": "ESTIMATE"}
DECIDED: tuple[Line, ...] = (*ASKED_FOR, acted("RESOLVE", outcome="UNFOUNDED"))
TWICE_BEFORE: tuple[Line, ...] = tuple(
    line
    for visit in ("v7", "v8")
    for line in (estimate(1, 10_000, visit, visit), said(visit, subject_id=visit, **DISPUTE))
)
BEFORE: dict[str, tuple[Line, ...]] = {
    "agrees to a price that has risen": ROSE,
    "objects to a decision on a claim": (*COME, CLAIM),
    "asks something while a case is open": ASKED_FOR,
    "says that nobody spoke with them, as they were told": (*ASKED_FOR, acted("CONTACTED")),
    "presses it again while the case is open": ASKED_FOR,
    "takes the case back": ASKED_FOR,
    "takes an objection back": (*COME, said(subject_id="est1", **DISPUTE)),
    "appeals what the limit held back": (*TWICE_BEFORE, *COME, said(subject_id="est1", **DISPUTE)),
    "appeals what a manager decided": DECIDED,
    "says after a decision that it is not settled": DECIDED,
}
"""What was before a row's record; where nothing is said, the visit has come, with its price."""


def came_of(*lines: Line) -> list[str]:
    """All that the last line makes, but for answers and counts: a minute lies between two lines."""

    def text(number: int, topic: str, value: dict[str, Any]) -> bytes:
        names = {"action_id" if topic == ACTIONS else "event_id": f"e{number}"}
        at = f"2026-03-02T14:{number:02d}:00Z"
        return json.dumps({"topic": topic, "value": names | {"occurred_at": at} | value}).encode()

    texts = [text(number, *line) for number, line in enumerate(lines)]
    last = f"2026-03-02T14:{len(lines) - 1:02d}:00Z"
    written = [
        each
        for batch in simulate(texts, default_policy(), demo_directory())
        for each in batch
        if each.at == last or each.topic.endswith("dead-letters")  # also of what was before
    ]
    made = [(each.topic, json.loads(bytes(each.value))) for each in written]
    return [SHOWN[topic](value) for topic, value in made if topic in SHOWN]


@pytest.mark.parametrize(("what", "record", "expected"), rows(), ids=[what for what, *_ in rows()])
def test_what_a_customer_does_gives_what_the_row_says(
    what: str, record: dict[str, Any], expected: list[str]
) -> None:
    assert came_of(*BEFORE.get(what, COME), said(**record)) == expected


def test_every_response_that_may_be_sent_has_a_row_and_every_history_is_of_one() -> None:
    of_ours = {Response.UNKNOWN, Response.CHECKED_IN}

    assert {record["response"] for _, record, _ in rows()} == {*Response} - of_ours
    assert BEFORE.keys() <= {what for what, *_ in rows()}
    assert RESPONSES in TOPICS
