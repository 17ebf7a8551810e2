"""The metrics: what a stage tells becomes a number; names and labels are a bounded contract."""

import json
import re

import pytest
import yaml
from msgspec.structs import replace
from prometheus_client import REGISTRY

from agents.core.handling import Counted, Handled, Output
from agents.pipeline.metrics import PrometheusCounts
from agents.pipeline.stages import stages
from schemas.records import (
    Action,
    ActionName,
    Arm,
    Decision,
    Disagreement,
    Escalation,
    EscalationStatus,
    Kind,
    OutcomeName,
    Reason,
    Rule,
    Severity,
    Tier,
)
from streams.runtime.partition import Partition
from tests.core.desk.world import MINUTE, NOW, Desk, action
from tests.core.desk.world import disagreement as raised
from tests.dashboard import FILE, ROWS, dashboard
from tests.metrics_page import PAGE, ROOT, declared, names, page

DEPLOY = ROOT / "deploy"


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def step(status: EscalationStatus, *reasons: Reason, occurred_at: int = 0, n: int = 1) -> Output:
    record = Escalation(
        escalation_id=f"v{n}:1",
        step=1,
        status=status,
        occurred_at=occurred_at,
        visit_id=f"v{n}",
        customer_id=f"c{n}",
        site_id=f"s{n}",
        region_id=f"unknown:s{n}",
        severity=Severity.NORMAL,
        tier=Tier.EXECUTIVE,
        kinds=(Kind.ESTIMATE,),
        disagreement_ids=(),
        passed_over=(),
        acknowledge_by=100,
        decide_by=200,
        reasons=reasons,
        policy_version="p",
    )
    return Output(topic="recourse.escalations", record=record)


def disagreement(n: int) -> Output:
    record = Disagreement(
        disagreement_id=f"v{n}:REQUESTED_BY_CUSTOMER:1",
        n=1,
        visit_id=f"v{n}",
        customer_id=f"c{n}",
        site_id=f"s{n}",
        region_id=f"unknown:s{n}",
        kind=Kind.REQUEST,
        rule=Rule.REQUESTED_BY_CUSTOMER,
        severity=Severity.NORMAL,
        decision=Decision.RAISED,
        arm=Arm.LIVE,
        trigger_event_id=f"e{n}",
        occurred_at=n,
        decided_at=n,
        reasons=(),
        language="en",
        channels=(),
        time_zone="UTC",
        policy_version="p",
    )
    return Output(topic="recourse.disagreements", record=record)


def told(*outputs: Output, counts: PrometheusCounts | None = None) -> None:
    handled: Handled[object] = Handled(outputs=outputs)
    (counts or PrometheusCounts()).handled("desk", "recourse.ticks", handled)


@pytest.mark.parametrize(
    ("noted", "name"),
    [
        (Counted.OTHER_REGION, "recourse_check_ins_of_another_region_total"),
        (Counted.CLOSURE_NOT_JUDGED, "recourse_closures_not_judged_total"),
        (Counted.RECORDS_EXCEEDED, "recourse_records_exceeded_total"),
        (Counted.NOBODY_TO_CONFIRM, "recourse_nobody_to_confirm_total"),
        (Counted.UNDELIVERED, "recourse_undelivered_notices_total"),
    ],
)
def test_what_is_noted_is_counted(noted: Counted, name: str) -> None:
    before = value(name)
    handled: Handled[object] = Handled(noted=(noted, noted))
    PrometheusCounts().handled("customers", "service.check-ins", handled)

    assert value(name) == before + 2


def test_everything_that_can_be_noted_has_a_metric() -> None:
    PrometheusCounts().handled("desk", "recourse.deliveries", Handled(noted=tuple(Counted)))


def test_insights_are_counted_by_the_stage_that_writes_them() -> None:
    before = {stage: value("recourse_insights_total", stage=stage) for stage in STAGES}
    desk = Desk()
    desk.says(raised())
    handled = desk.hears(action(ActionName.RESOLVE, action_id="r", outcome=OutcomeName.UPHELD))
    counted = tuple(Output(topic="recourse.insights", record=each) for each in desk.insights)
    assert len(counted) == 1, handled

    told(*counted)

    after = {stage: value("recourse_insights_total", stage=stage) for stage in STAGES}
    assert after == {"customers": before["customers"], "desk": before["desk"] + 1}


@pytest.mark.parametrize(("status", "counted"), [(None, 1), (EscalationStatus.OPENED, 0)])
def test_cases_of_the_first_fill_are_counted(status: EscalationStatus | None, counted: int) -> None:
    before = value("recourse_cases_filled_total")
    desk = Desk()
    desk.says(raised())
    (case,) = desk.cases.records.values()

    told(Output(topic="recourse.cases", record=replace(case, status=status)))

    assert value("recourse_cases_filled_total") == before + counted


STAGES = ("customers", "desk")


def acknowledge_deadlines() -> tuple[float, float]:
    return tuple(  # type: ignore[return-value]
        value("recourse_acknowledge_deadlines_total", met=met) for met in ("yes", "no")
    )


@pytest.mark.parametrize(("late", "met"), [(0, (1, 0)), (1, (0, 1))])
@pytest.mark.parametrize(
    "first",
    [
        action(ActionName.ACKNOWLEDGE),
        action(ActionName.CONTACTED),
        action(ActionName.PROMISE, until=NOW + 600 * MINUTE),
    ],
    ids=lambda each: each.action.value,
)
def test_what_acknowledges_first_meets_the_deadline_or_not_and_nothing_after_it(
    first: Action, late: int, met: tuple[int, int]
) -> None:
    desk = Desk()
    desk.says(raised())
    due = desk.state().clocks.acknowledge_by + late
    before = acknowledge_deadlines()
    for at, said in ((due, first), (due + 1, action(ActionName.CONTACTED, action_id="later"))):
        PrometheusCounts().handled("desk", "recourse.actions", desk.hears(said, at))

    assert acknowledge_deadlines() == (before[0] + met[0], before[1] + met[1])


@pytest.mark.parametrize(
    ("code", "deadline"),
    [
        ("NOT_ACKNOWLEDGED", "acknowledge"),
        ("UNDECIDED", "decide"),
        ("OVERDUE", "decide"),
        ("SILENCE_PROMISE_MISSED", "promise"),
    ],
)
def test_what_passed_is_counted_for_the_tier_that_had_it(code: str, deadline: str) -> None:
    labels = {"deadline": deadline, "tier": "REGIONAL"}
    before = value("recourse_deadlines_missed_total", **labels)
    told(step(EscalationStatus.MOVED_UP, Reason(code=code, facts={"tier": "REGIONAL"})))

    assert value("recourse_deadlines_missed_total", **labels) == before + 1


def test_a_storm_is_counted_once_where_it_begins() -> None:
    before = value("recourse_site_storms_total", kind="ESTIMATE")
    facts = {"kind": "ESTIMATE"}
    told(
        step(EscalationStatus.OPENED, Reason(code="SITE_STORM", facts=facts)),
        step(EscalationStatus.JOINED, Reason(code="PART_OF_STORM", facts=facts)),
    )

    assert value("recourse_site_storms_total", kind="ESTIMATE") == before + 1


def test_100_000_customers_make_no_series() -> None:
    told(disagreement(0), step(EscalationStatus.OPENED, n=0))
    before = {(s.name, *sorted(s.labels.items())) for m in REGISTRY.collect() for s in m.samples}
    counts = PrometheusCounts()
    for n in range(100_000):
        told(disagreement(n), step(EscalationStatus.OPENED, n=n), counts=counts)
    after = {(s.name, *sorted(s.labels.items())) for m in REGISTRY.collect() for s in m.samples}

    assert after == before


def test_the_page_is_as_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make metrics"


def test_names_and_units_are_as_prometheus_has_them() -> None:
    for metrics in declared().values():
        for metric in metrics:
            assert re.fullmatch(r"recourse_[a-z][a-z_]*", metric._name)
            assert metric._documentation.endswith(".")
            for word in ("_ms", "_milliseconds", "_minutes", "_kb"):
                assert not metric._name.endswith(word), "seconds and bytes alone"


def test_rules_and_alerts_name_only_what_there_is() -> None:
    recorded: set[str] = set()
    asked: set[str] = set()
    for file in ("rules.yaml", "alerts.yaml"):
        for group in yaml.safe_load((DEPLOY / "prometheus" / file).read_text())["groups"]:
            for rule in group["rules"]:
                recorded.add(rule.get("record", ""))
                asked |= set(re.findall(r"\b(recourse[_:][a-z0-9_:]+)", rule["expr"]))

    assert asked - recorded - set(names()) == set()


def test_panels_name_only_what_there_is_and_the_file_is_as_its_code() -> None:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text())["groups"]
    recorded = {rule["record"] for group in groups for rule in group["rules"]}
    asked = {
        name
        for panels in ROWS.values()
        for shown in panels
        for name in re.findall(r"\b(recourse[_:][a-z0-9_:]+)", shown.query)
    }

    assert asked - recorded - set(names()) == set()
    assert FILE.read_text(encoding="utf-8") == dashboard(), "make dashboard"


def test_every_panel_asks_what_was_chosen_of_the_chosen_data_source() -> None:
    built = json.loads(FILE.read_text(encoding="utf-8"))
    panels = [panel for panel in built["panels"] if panel["type"] != "row"]
    queries = {panel["title"]: panel["targets"][0]["expr"] for panel in panels}

    assert [each["name"] for each in built["templating"]["list"]] == [
        "datasource",
        "namespace",
        "instance",
    ]
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    chosen = '{namespace=~"$namespace",instance=~"$instance"'
    assert [title for title, query in queries.items() if "$namespace" not in query] == [
        "Lag, from outside"
    ]
    assert queries["Lag"] == f"sum by (stage) (recourse_lag_records{chosen}}})"
    assert queries["Memory"].startswith('process_resident_memory_bytes{job="recourse",')


def test_every_alert_has_its_runbook_and_its_address_and_no_runbook_lacks_its_alert() -> None:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    alerts = {rule["alert"]: rule["annotations"] for g in groups for rule in g["rules"]}

    for alert, said in alerts.items():
        page = f"docs/runbooks/{alert}.md"
        assert (said["runbook"], said["runbook_url"]) == (page, f"https://recourse.example/{page}")
    pages = {each.stem for each in (ROOT / "docs" / "runbooks").iterdir()}
    assert pages - {"README"} == set(alerts)


def test_every_alert_is_tested_firing_and_quiet() -> None:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    alerts = {rule["alert"] for group in groups for rule in group["rules"]}
    files = sorted((DEPLOY / "prometheus").glob("alerts*_test.yaml"))
    tests = [each for file in files for each in yaml.safe_load(file.read_text())["tests"]]
    told_of = {each["name"] for each in tests}

    assert {f"{name} fires" for name in alerts} <= told_of
    assert {f"{name} keeps quiet" for name in alerts - {"RecourseDeadMan"}} <= told_of


def test_what_alerts_count_is_there_before_it_happens() -> None:
    """Else the first of a kind is no increase, and the alert on a single failure does not fire."""
    PrometheusCounts()
    for stage in stages():
        Partition(stage, 0)

    for name, labels in (
        ("recourse_dead_letters_total", {"topic": "service.closures", "reason": "FAILED"}),
        ("recourse_deadlines_missed_total", {"deadline": "decide", "tier": "EXECUTIVE"}),
        ("recourse_acknowledge_deadlines_total", {"met": "no"}),
        (
            "recourse_misplaced_records_total",
            {"stage": "customers", "topic": "privacy.erasures", "became": "carried"},
        ),
        (
            "recourse_misplaced_records_total",
            {"stage": "desk", "topic": "recourse.carried-regions", "became": "refused"},
        ),
    ):
        assert REGISTRY.get_sample_value(name, labels) is not None


def test_each_job_that_a_query_names_is_scraped_under_this_name() -> None:
    rules = "".join(each.read_text() for each in sorted((DEPLOY / "prometheus").glob("*s.yaml")))
    asked = set(re.findall(r'job="([^"]+)"', rules + dashboard().replace('\\"', '"')))
    scraped = yaml.safe_load((DEPLOY / "compose" / "prometheus.yaml").read_text())["scrape_configs"]
    chart = "".join(each.read_text() for each in (DEPLOY / "helm/recourse/templates").iterdir())
    labels = set(re.findall(r"^app.kubernetes.io/name: (\S+)$", chart, re.MULTILINE))

    assert asked == {"recourse"}
    lasting = labels - {"recourse-topics"}  # a job that ends is asked for nothing
    assert {each["job_name"] for each in scraped} == lasting == {"recourse", "recourse-audit"}
    assert "jobLabel: app.kubernetes.io/name" in chart


@pytest.mark.parametrize("code", ["NOT_CONTACTED", "NOT_ENTITLED"])
def test_an_action_that_was_refused_is_counted_by_its_reason(code: str) -> None:
    name = "recourse_actions_refused_total"
    before = value(name, why=code)
    why = Reason(code=code, facts={"action": "WAIT"})

    told(step(EscalationStatus.REFUSED, why), step(EscalationStatus.WARNED, why))

    assert value(name, why=code) == before + 1
