"""deploy/grafana/recourse.json, made from this: `make dashboard`.

Three rows: customers, managers and sites, machine room. Whoever looks chooses the data source, the
namespace and the worker; where Prometheus knows no namespace, there is none to choose.
"""

import re
from pathlib import Path
from typing import NamedTuple

import yaml
from grafana_foundation_sdk.builders.dashboard import (
    Dashboard,
    DatasourceVariable,
    QueryVariable,
    Row,
)
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.timeseries import Panel as TimeSeries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableRefresh

FILE = Path(__file__).parents[1] / "deploy" / "grafana" / "recourse.json"
RULES = FILE.parents[1] / "prometheus" / "rules.yaml"
SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
CHOSEN = 'namespace=~"$namespace",instance=~"$instance"'
_METRIC = re.compile(r"\b((?:recourse|process)_[a-z0-9_]+)(?:\{([^}]*)\})?")


class Shown(NamedTuple):
    """A panel: one figure where `legend` is empty, else lines."""

    title: str
    query: str
    unit: str = "short"
    legend: str = ""
    help: str = ""


CUSTOMERS = (
    Shown("Open cases", "sum(recourse_audit_open_cases)"),
    Shown(
        "Oldest that nobody has acknowledged",
        "max(recourse_audit_oldest_unacknowledged_seconds)",
        "s",
    ),
    Shown("Cases without a manager", "max(recourse_audit_cases_without_manager)"),
    Shown("Found by the auditor", "sum(recourse_audit_problems)"),
    Shown(
        "Since the archive had all that Kafka had",
        "time() - max(recourse_archive_reached_timestamp_seconds)",
        "s",
    ),
    Shown("Failures of the archive's place", "sum(increase(recourse_archive_failures_total[1h]))"),
    Shown("Gaps in the archive", "max(recourse_archive_gaps)"),
    Shown("Notices that can't be read", "sum(recourse_notify_unreadable_records)"),
    Shown(
        "Decisions",
        "sum by (decision) (rate(recourse_decisions_total[5m]))",
        "reqps",
        "{{decision}}",
    ),
    Shown(
        "Throttled, by rule",
        'sum by (rule) (rate(recourse_decisions_total{decision="THROTTLED"}[15m]))',
        "reqps",
        "{{rule}}",
    ),
    Shown(
        "Appeals",
        'sum by (decision) (increase(recourse_decisions_total{rule="APPEALED_BY_CUSTOMER"}[1h]))',
        "short",
        "{{decision}}",
    ),
    Shown(
        "Deadlines to acknowledge missed",
        "recourse:acknowledge_missed:ratio_rate1h",
        "percentunit",
        "share of an hour",
        "The objective is below 5 %.",
    ),
)
MANAGERS = (
    Shown("Open cases by tier", "sum by (tier) (recourse_audit_open_cases)", "short", "{{tier}}"),
    Shown(
        "Not acknowledged in time",
        "sum by (tier) (recourse_audit_unacknowledged_late_cases)",
        "short",
        "{{tier}}",
    ),
    Shown(
        "Steps",
        "sum by (status) (rate(recourse_escalation_steps_total[5m]))",
        "reqps",
        "{{status}}",
    ),
    Shown(
        "Deadlines and promises missed",
        "sum by (deadline, tier) (increase(recourse_deadlines_missed_total[1h]))",
        "short",
        "{{deadline}} {{tier}}",
    ),
    Shown(
        "Overdue where cases go no higher",
        "sum by (tier) (increase(recourse_cases_overdue_total[1h]))",
        "short",
        "{{tier}}",
    ),
    Shown(
        "Actions refused",
        "sum by (why) (increase(recourse_actions_refused_total[1d]))",
        "short",
        "{{why}}",
        "NO_REASON, NOT_CONTACTED and WAIT_TOO_LONG guard customers.",
    ),
    Shown(
        "Found abusive, and no manager can confirm it",
        "sum(increase(recourse_nobody_to_confirm_total[1d]))",
        "short",
        "in a day",
    ),
    Shown(
        "Insights",
        "sum by (stage) (increase(recourse_insights_total[1h]))",
        "short",
        "{{stage}}",
        "None are written under a policy of generation 1.",
    ),
    Shown(
        "Shown to apps",
        "sum by (topic) (increase(recourse_records_emitted_total"
        '{topic=~"recourse.(receipts|cases|customers)"}[1h]))',
        "short",
        "{{topic}}",
        "None are written under a policy of generation 1.",
    ),
    Shown(
        "Put into recourse.cases by the first fill",
        "sum(increase(recourse_cases_filled_total[1h]))",
        "short",
        "cases",
        "Those that were open when a policy of generation 2 came into force; then none.",
    ),
    Shown(
        "Site days written",
        'sum(increase(recourse_records_emitted_total{topic="recourse.site-days"}[1h]))',
        "short",
        "an hour",
        "Each that changed, once a minute at most.",
    ),
    Shown(
        "Stages that do not run",
        "max by (stage) (recourse_stage_absent)",
        "short",
        "{{stage}}",
        "A topic or a right is missing.",
    ),
    Shown("Storms", "sum(increase(recourse_site_storms_total[1d]))", "short", "in a day"),
    Shown(
        "Directory",
        "max(recourse_directory_managers)",
        "short",
        "managers",
    ),
    Shown("Unknown sites", "sum(increase(recourse_unknown_sites_total[1h]))", "short", "an hour"),
    Shown("Policy", "max by (version) (recourse_policy_info)", "short", "{{version}}"),
    Shown(
        "Refused records over good ones",
        "max(recourse_reference_at_risk)",
        "short",
        "keys",
        "The good one is in force, and lost when Kafka compacts the topic.",
    ),
)
MACHINES = (
    Shown("Lag", "recourse:lag_records:sum", "short", "{{stage}}"),
    Shown(
        "Lag, from outside",
        "recourse:group_lag_records:sum",
        "short",
        "{{consumergroup}}",
        "By an exporter beside Kafka, of partitions without an owner too; of all namespaces.",
    ),
    Shown(
        "Starts in an hour",
        'changes(process_start_time_seconds{job="recourse"}[1h])',
        "short",
        "{{instance}}",
    ),
    Shown(
        "Records handled",
        "sum by (stage, topic) (rate(recourse_records_handled_total[5m]))",
        "reqps",
        "{{stage}} {{topic}}",
    ),
    Shown(
        "Dead letters",
        "sum by (topic, reason) (rate(recourse_dead_letters_total[5m]))",
        "reqps",
        "{{topic}} {{reason}}",
    ),
    Shown(
        "Records in a wrong partition",
        "sum by (topic, became) (rate(recourse_misplaced_records_total[5m]))",
        "reqps",
        "{{topic}} {{became}}",
        "Their producer places keys by something else than murmur2.",
    ),
    Shown("Commits, 99th percentile", "recourse:commit_seconds:p99", "s", "{{stage}}"),
    Shown("Time stands still for", "max by (stage) (recourse_now_age_seconds)", "s", "{{stage}}"),
    Shown(
        "Partitions by worker", "recourse_partitions_assigned", "short", "{{instance}} {{stage}}"
    ),
    Shown(
        "Partitions without an owner",
        "max by (stage) (recourse_partitions_unowned)",
        "short",
        "{{stage}}",
    ),
    Shown(
        "A transaction may hold",
        "min by (stage) (recourse_unit_limit_bytes)",
        "bytes",
        "{{stage}}",
        "It shrinks where commits are slow or a quota holds them back.",
    ),
    Shown(
        "Held back by a quota",
        "sum by (instance, client) (rate(recourse_kafka_throttled_seconds_total[5m]))",
        "s",
        "{{instance}} {{client}}",
        "Seconds a second: requests to Kafka that its quotas made wait.",
    ),
    Shown("Fetched, not handled", "sum by (stage) (recourse_buffered_bytes)", "bytes", "{{stage}}"),
    Shown("Memory", 'process_resident_memory_bytes{job="recourse"}', "bytes", "{{instance}}"),
    Shown("Last restore", "max by (stage) (recourse_restore_seconds)", "s", "{{stage}}"),
)
BOARD = (
    Shown(
        "Age of the board's copy",
        "max(time() - recourse_board_heard_timestamp_seconds)",
        "s",
        "",
        "Since when it does not hold all that was committed.",
    ),
    Shown("Browsers that listen", "sum(recourse_board_streams)"),
    Shown("Records the board left out", "sum(recourse_board_unreadable_total)"),
    Shown(
        "Pages",
        "sum by (page, status) (rate(recourse_board_requests_total[5m]))",
        "reqps",
        "{{page}} {{status}}",
    ),
    Shown(
        "Time for a page, 95 %",
        "histogram_quantile(0.95, sum by (page, le) "
        "(rate(recourse_board_request_seconds_bucket[5m])))",
        "s",
        "{{page}}",
    ),
    Shown(
        "Actions on the board",
        "sum by (action, sent) (increase(recourse_board_actions_total[1h]))",
        "short",
        "{{action}} {{sent}}",
    ),
    Shown("Records into the copy", "sum(rate(recourse_board_records_total[5m]))", "reqps", "read"),
    Shown(
        "What the board waited for",
        "sum by (what) (increase(recourse_board_waits_total[15m]))",
        "short",
        "{{what}}",
    ),
)
ROWS = {
    "Customers": CUSTOMERS,
    "Managers and sites": MANAGERS,
    "The board": BOARD,
    "Machine room": MACHINES,
}


def dashboard() -> str:
    """The file's text."""
    built = Dashboard("recourse").uid("recourse").refresh("30s").time("now-6h", "now").readonly()
    built = built.with_variable(DatasourceVariable("datasource").type("prometheus"))
    for name in ("namespace", "instance"):
        built = built.with_variable(_choice(name))
    for title, panels in ROWS.items():
        built = built.with_row(Row(title))
        for shown in panels:
            built = built.with_panel(_panel(shown))
    return JSONEncoder(sort_keys=True, indent=2).encode(built.build()) + "\n"


def _choice(label: str) -> QueryVariable:
    """One of a label's values, several, or all, also where no series has the label."""
    asked = f'label_values(up{{job=~"recourse|recourse-audit"}}, {label})'
    choice = (
        QueryVariable(label)
        .datasource(SOURCE)
        .query(asked)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
    )
    return choice.multi(True).include_all(True).all_value(".*")


def chosen(query: str) -> str:
    """A panel's query, of what was chosen: recorded series have lost who they are of.

    So what they record stands in their place; what others measure stays as it is.
    """
    recorded = {
        rule["record"]: rule["expr"]
        for group in yaml.safe_load(RULES.read_text())["groups"]
        for rule in group["rules"]
    }
    if query in recorded and _METRIC.search(recorded[query]):
        query = recorded[query]
    return _METRIC.sub(lambda found: f"{found[1]}{{{_and(found[2])}}}", query)


def _and(given: str | None) -> str:
    return f"{given},{CHOSEN}" if given else CHOSEN


def _panel(shown: Shown) -> Stat | TimeSeries:
    query = Dataquery().expr(chosen(shown.query)).legend_format(shown.legend).ref_id("A")
    kind = TimeSeries().span(8) if shown.legend else Stat().span(6)
    return (
        kind.title(shown.title)
        .description(shown.help)
        .unit(shown.unit)
        .height(7 if shown.legend else 4)
        .datasource(SOURCE)
        .with_target(query)
    )


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(dashboard(), encoding="utf-8")
