"""Runs the tables of this folder (README.md says how they are written)."""

import json
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.pipeline.processor import StageProcessor
from agents.pipeline.stage_core import Core
from agents.pipeline.stages import CUSTOMERS_CORE, DESK_CORE, stages
from agents.reference_data.directory_files import directory_in
from agents.reference_data.files import Document, _Loader, read
from agents.reference_data.policy_files import policy_in
from agents.reference_data.reference import reference_of
from agents.simulation.simulate import JSON, Simulation, Written, lines_of
from streams.topology import Emit, Message, Stage

HERE = Path(__file__).parent
DAY_ONE = datetime(2026, 3, 2, tzinfo=UTC)
CLOCK = re.compile(r"^(-?\d+) (\d\d):(\d\d)(?::(\d\d))?$")
LATER = re.compile(r"^\+(\d+)(s|m|h|d)$")
AMOUNT = re.compile(r"^\d+\.\d\d$")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

SERVICE = {"customer_id": "c1", "visit_id": "v1", "vehicle_id": "car1", "site_id": "texas"}
RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "check-in": (
        "service.check-ins",
        SERVICE | {"language": "en", "channels": ["SMS"], "symptoms": []},
    ),
    "diagnosis": (
        "service.diagnoses",
        SERVICE
        | {
            "diagnosis_id": "dia1",
            "revision": 1,
            "stage": "CENTRE",
            "code": "P0300",
            "cause": "WEAR",
            "fault_found": True,
            "safety": False,
        },
    ),
    "estimate": (
        "service.estimates",
        SERVICE | {"estimate_id": "est1", "revision": 1, "currency": "USD", "lines": []},
    ),
    "warranty": (
        "service.warranty-decisions",
        SERVICE | {"claim_id": "claim1", "revision": 1, "reason_code": "R1", "operations": []},
    ),
    "response": ("service.customer-responses", SERVICE | {"subject": "NONE"}),
    "closure": ("service.closures", SERVICE | {"operations_done": []}),
    "outcome": (
        "recourse.outcomes",
        {"visit_id": "v1", "customer_id": "c1", "escalation_id": "v1:1", "on_appeal": False},
    ),
    "erasure": ("privacy.erasures", {"customer_id": "c1"}),
    "action": ("recourse.actions", {"escalation_id": "v1:1", "region_id": "west", "by": "lena"}),
    "answer": (
        "recourse.answers",
        {"escalation_id": "v1:1", "visit_id": "v1", "region_id": "west", "subject": "NONE"},
    ),
    "delivery": ("recourse.deliveries", {"escalation_id": "v1:1", "region_id": "west"}),
    "erased": ("recourse.erased", {"region_id": "west"}),
    "tick": ("recourse.ticks", {}),
    "policy": ("recourse.policies", {}),
    "site": ("directory.sites", {}),
    "manager": ("directory.managers", {}),
    "disagreement": ("recourse.disagreements", {}),
}
OUTPUTS = {
    "recourse.disagreements": "disagreement",
    "recourse.escalations": "escalation",
    "recourse.outcomes": "outcome",
    "recourse.dead-letters": "dead-letter",
    "service.dead-letters": "dead-letter",
    "recourse.contact-cards": "card",
    "recourse.visits": "visit",
    "recourse.answers": "answer",
    "recourse.erased": "erased",
    "recourse.notices": "notice",
    "recourse.insights": "insight",
    "recourse.receipts": "receipt",
    "recourse.customers": "customer",
    "recourse.cases": "case",
}
UNWATCHED = {
    "card": "cards",
    "visit": "visits",
    "answer": "answers",
    "erased": "erased",
    "notice": "notices",
    "insight": "insights",
    "receipt": "receipts",
    "customer": "customers",
    "case": "cases",
}
WORDS = {
    "disagreement": ("decision", "rule", "severity"),
    "escalation": ("status", "tier", "manager"),
    "outcome": ("status", "outcome"),
    "dead-letter": ("reason",),
    "answer": ("escalation_id", "response"),
    "erased": ("region_id",),
    "case": ("status", "phase", "manager"),
    "notice": ("message", "addressee"),
    "receipt": ("event_id", "status"),
}


def _moment(text: str, before: datetime) -> datetime:
    """`1 09:00`, `+10m` or RFC 3339."""
    if found := CLOCK.match(text):
        day, hour, minute, second = (int(part or 0) for part in found.groups())
        return DAY_ONE + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
    if found := LATER.match(text):
        return before + timedelta(seconds=int(found[1]) * SECONDS[found[2]])
    return datetime.fromisoformat(text)


def _text(moment: datetime) -> str:
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    """A field as the contract has it: times in RFC 3339, amounts in minor units."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str) and CLOCK.match(value):
        return _text(_moment(value, DAY_ONE))
    if isinstance(value, str) and AMOUNT.match(value):
        return int(value.replace(".", ""))
    return value


def _line(
    number: int, event: dict[str, Any], at: datetime, earlier: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """An event of a scenario as a line of `simulate`."""
    fields = dict(event)
    fields.pop("at")
    name = fields.pop("id", f"e{number}")
    occurred = _text(_moment(fields.pop("occurred"), at) if "occurred" in fields else at)
    if "same_as" in fields:
        line: dict[str, Any] = json.loads(json.dumps(earlier[fields["same_as"]]))
        line["value"] |= _plain(fields.get("changed", {}))
        return line | {"arrived_at": _text(at)}
    ((kind, given),) = fields.items()
    topic, defaults = RECORDS[kind]
    value: dict[str, Any] | None = None if given is None else defaults | _plain(given)
    line = {"topic": topic, "arrived_at": _text(at), "value": value}
    if value is None:
        return line
    match kind:
        case "tick":
            value.setdefault("now", _text(at))
        case "action":
            value.setdefault("action_id", name)
            value.setdefault("occurred_at", occurred)
        case "outcome" | "delivery" | "erased" | "erasure":
            value.setdefault("occurred_at", occurred)
        case "policy" | "site" | "manager" | "disagreement":
            line["key"] = value.pop("key", value.get("version"))
            if line["key"] is None:
                del line["key"]
        case _:
            value.setdefault("event_id", name)
            value.setdefault("occurred_at", occurred)
            if kind == "estimate" and "subtotal" not in value:
                value["subtotal"] = value.get("total")
    return line


def _lines(events: list[dict[str, Any]]) -> list[bytes]:
    lines: list[bytes] = []
    at = DAY_ONE
    earlier: dict[str, Any] = {}
    for number, event in enumerate(events, 1):
        if "raw" in event:
            lines.append(str(event["raw"]).encode())
            continue
        at = _moment(event["at"], at)
        line = _line(number, event, at, earlier)
        earlier[event.get("id", f"e{number}")] = line
        lines.append(json.dumps(line).encode())
    return lines


@cache
def _directory_of_the_folder() -> dict[str, Any]:
    data: dict[str, Any] = read(HERE / "directory.yaml").data
    return data


def _directory(changes: dict[str, list[dict[str, Any]]]) -> Any:
    data = deepcopy(_directory_of_the_folder())
    for part, name in (("sites", "site_id"), ("managers", "manager_id")):
        entries = {entry[name]: entry for entry in data[part]}
        for change in changes.get(part, []):
            if change.keys() == {name}:
                del entries[change[name]]
            else:
                entries[change[name]] = entries.get(change[name], {}) | change
        data[part] = list(entries.values())
    return directory_in(Document(name="directory", data=data, lines={}), whole=False)


def _actual(written: Any) -> dict[str, Any]:
    """An output as scenarios speak of it."""
    value = json.loads(bytes(written.value)) or {"gone": written.key}
    if "reasons" in value:
        value["reasons"] = [reason["code"] for reason in value["reasons"]]
    if isinstance(value.get("manager"), dict):
        value["manager"] = value["manager"]["manager_id"]
    if isinstance(value.get("addressee"), dict):
        value["addressee"] = value["addressee"]["id"]
    if "managers" in value:
        value["managers"] = [each["manager"]["manager_id"] for each in value["managers"]]
    return {OUTPUTS[written.topic]: value | {"at": written.at}}


def _expected(entry: dict[str, Any] | str) -> dict[str, dict[str, Any]]:
    if isinstance(entry, str):
        return {entry: {}}
    ((kind, said),) = entry.items()
    if isinstance(said, str):
        words = said.split()
        if kind == "card":
            said = {"managers": words}
        else:
            said = dict(zip(WORDS[kind], words, strict=False))
            if said.get("manager") == "nobody":
                said["manager"] = None
    return {kind: _plain(said or {})}


def _projected(actual: Any, expected: Any) -> Any:
    """Of the actual value what the expected one speaks of."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {key: _projected(actual.get(key), each) for key, each in expected.items()}
    return actual


def _status(output: dict[str, dict[str, Any]]) -> str | None:
    """What a step was, of an escalation."""
    status: str | None = output.get("escalation", {}).get("status")
    return status


def _message(output: dict[str, dict[str, Any]]) -> str | None:
    """Which message a notice is."""
    message: str | None = output.get("notice", {}).get("message")
    return message


def _in_words(output: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An output that nobody expected, short enough to read."""
    ((kind, value),) = output.items()
    names = (*WORDS.get(kind, ()), "reasons", "detail", "at")
    return {kind: {name: value.get(name) for name in names if value.get(name) is not None}}


def _compare(actual: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    shown = [
        _projected(actual[position], expected[position])
        if position < len(expected) and actual[position].keys() == expected[position].keys()
        else _in_words(actual[position])
        for position in range(len(actual))
    ]

    assert expected == shown


TABLES = tuple(path for path in sorted(HERE.glob("*.yaml")) if path.name != "directory.yaml")


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # one of two
    """Reads as the product does, by a tenth of its time: every process of a run reads all tables.

    What the product refuses (a key that stands twice, an alias) is looked for once, by a test.
    """

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT002
        for key, _ in node.value:
            key.tag = "tag:yaml.org,2002:str"
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def _quickly_read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Quick)


@cache
def _scenarios() -> list[Any]:
    return [
        pytest.param(scenario, id=f"{path.stem}: {scenario['name']}")
        for path in TABLES
        for scenario in _quickly_read(path)
    ]


@pytest.mark.parametrize("path", TABLES, ids=[path.stem for path in TABLES])
def test_a_table_is_such_that_the_product_would_read_the_same(path: Path) -> None:
    assert _quickly_read(path) == read(path).data


class Restarting(StageProcessor[Any]):
    """A processor that is restored from its changelog before each record, as after a crash."""

    def __init__(self, stage: str, core: Core[Any]) -> None:
        super().__init__(stage, core, wire=JSON)
        self._changelog: dict[str, bytes] = {}

    def handle(self, message: Message, now: int, reference: object) -> Sequence[Emit]:
        super().__init__(self._stage, self._core, wire=JSON)
        for key, value in self._changelog.items():
            self.restore(key, value)
        self.restored()
        assert dict(self.records()) == self._changelog, "read back, it is the same"
        emits = super().handle(message, now, reference)
        for key, changed in self.drain_changes():
            self._changelog.pop(key, None)
            if changed is not None:
                self._changelog[key] = changed
        return emits


def _run(scenario: dict[str, Any], pipeline: Sequence[Stage] | None) -> list[Written]:
    policy = policy_in(Document(name="policy", data=scenario.get("policy", {}), lines={}))
    reference = reference_of(policy, _directory(scenario.get("directory", {})))
    lines = lines_of(_lines(scenario["events"]))
    return [each for batch in Simulation(reference, pipeline).run(lines) for each in batch]


_RUN: dict[int, tuple[dict[str, Any], list[Written]]] = {}
"""By identity: a scenario stays as it is, and so does what came of it."""


def as_it_is_run(scenario: dict[str, Any]) -> list[Written]:
    """What comes of a scenario, run once for all tests of a process."""
    known = _RUN.get(id(scenario))
    if known is None or known[0] is not scenario:
        known = _RUN[id(scenario)] = scenario, _run(scenario, None)
    return known[1]


@pytest.mark.parametrize("scenario", _scenarios())
def test_scenario(scenario: dict[str, Any]) -> None:
    known = {"name", "why", "policy", "directory", "events", "expect", "explain"}
    known |= {"watch", "only", "without", "messages"}
    assert scenario.keys() <= known, f"unknown: {scenario.keys() - known}"
    outputs = [_actual(each) for each in as_it_is_run(scenario) if each.topic in OUTPUTS]
    watched = [
        output
        for output in outputs
        if (kind := next(iter(output))) not in UNWATCHED
        or UNWATCHED[kind] in scenario.get("watch", ())
    ]
    if "only" in scenario:
        watched = [output for output in watched if next(iter(output)) in scenario["only"]]
    without = scenario.get("without", ())
    watched = [each for each in watched if _status(each) not in without]
    if "messages" in scenario:
        watched = [each for each in watched if _message(each) in (None, *scenario["messages"])]
    _compare(watched, [_expected(entry) for entry in scenario["expect"]])


@pytest.mark.parametrize("scenario", _scenarios())
def test_a_restart_before_every_record_changes_nothing(scenario: dict[str, Any]) -> None:
    customers, desk, _ = stages(wire=JSON)
    restarting = [
        replace(customers, processor=lambda _: Restarting("customers", CUSTOMERS_CORE)),
        replace(desk, processor=lambda _: Restarting("desk", DESK_CORE)),
    ]

    assert _run(scenario, restarting) == as_it_is_run(scenario)
