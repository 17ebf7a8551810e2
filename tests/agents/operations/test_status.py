"""What a status says, and what of it wants somebody to look."""

from typing import Any

import pytest
from msgspec.structs import replace

from agents.commands.running.status import lines
from agents.core.rfc3339 import text_of
from agents.operations.cases.case_lines import Figures
from agents.operations.cases.case_reader import cases_of
from agents.operations.status.insights import InsightsSay, SiteDaysSay
from agents.operations.status.lag import Behind, StageLag, in_ranges, lag_of, unread_from
from agents.operations.status.shown import AppsSay
from agents.operations.status.status import (
    CasesSay,
    DeadLetters,
    ReferenceSays,
    Status,
    wants_a_look,
)
from agents.operations.status.status_page import SHOWN, as_json, behind_rows, facts
from agents.operations.status.worker_numbers import Twice
from agents.operations.status.workers import WorkerSays, of_metrics
from streams.transport.groups import Group, Member
from tests.agents.explain.records import AT, a_step

MINUTE = 60_000
GROUP = Group("recourse-desk", "STABLE", (Member("desk-0", "10.0.0.1", (0, 1)),))


def a_stage(**changes: Any) -> StageLag:
    given: dict[str, Any] = {
        "stage": "desk",
        "state": "STABLE",
        "members": 1,
        "partitions": 2,
        "owned": 2,
        "behind": (),
    }
    return StageLag(**given | changes)


def behind(waits_ms: int, **changes: Any) -> Behind:
    given: dict[str, Any] = {
        "stage": "desk",
        "topic": "recourse.actions",
        "partition": 1,
        "owner": "desk-0",
        "offsets": 7,
        "waits_ms": waits_ms,
    }
    return Behind(**given | changes)


NO_CASES = Figures(
    open=0,
    by_tier={},
    by_severity={},
    without_manager=0,
    overdue=0,
    oldest=None,
    oldest_unacknowledged=None,
)
REFERENCE = ReferenceSays(
    policy="p1",
    since=AT - MINUTE,
    following=None,
    following_from=None,
    sites=13,
    managers=20,
    refused=0,
    at_risk=0,
    missing=None,
)
WELL = Status(
    bootstrap_servers="kafka:9092",
    brokers=3,
    now=AT,
    own_time=False,
    took_ms=900,
    groups={"recourse-desk": GROUP},
    stages=(a_stage(),),
    reference=REFERENCE,
    last_tick=AT - 2_000,
    dead_letters=DeadLetters(by_reason={"INVALID": 2}, by_topic={"service.estimates": 2}, all=True),
    cases=CasesSay(figures=NO_CASES, since=None),
    workers=(WorkerSays(address="w:1", problem=None, version="0.1.0", partitions={"desk": 2}),),
    unknown=(),
)


def test_where_all_is_well_nothing_wants_a_look() -> None:
    assert wants_a_look(WELL) == ()
    assert wants_a_look(replace(WELL, misplaced={})) == ()


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"stages": (a_stage(state="EMPTY", members=0, owned=0),)}, "stage desk: no worker"),
        ({"stages": (a_stage(state="PREPARING_REBALANCE"),)}, "stage desk: its group moves"),
        ({"stages": (a_stage(owned=1),)}, "stage desk: 1 of 2 partitions have no owner"),
        ({"stages": (a_stage(behind=(behind(60_001),)),)}, "stage desk: a record has waited"),
        ({"last_tick": None}, "no tick is there"),
        ({"insights": InsightsSay(there=False)}, "recourse.insights is not there"),
        (
            {
                "reference": replace(REFERENCE, generation=2),
                "insights": InsightsSay(there=True, newest_visit=AT + 1),
            },
            "visits end without insights",
        ),
        ({"last_tick": AT - MINUTE - 1}, "the last tick is 1 min old"),
        ({"reference": replace(REFERENCE, missing="no policy")}, "no policy"),
        ({"reference": replace(REFERENCE, refused=1)}, "1 reference records are refused"),
        (
            {"reference": replace(REFERENCE, refused=2, at_risk=1)},
            "1 refused records stand over good ones",
        ),
        (
            {"dead_letters": DeadLetters(by_reason={"FAILED": 3}, by_topic={}, all=True)},
            "our own code failed on 3 records",
        ),
        (
            {"cases": CasesSay(figures=replace(NO_CASES, without_manager=4), since=None)},
            "4 open cases have no manager",
        ),
        (
            {
                "dead_letters": DeadLetters(
                    by_reason={}, by_topic={}, all=True, left_out="2 records"
                )
            },
            "dead letters: 2 records",
        ),
        (
            {"cases": CasesSay(figures=NO_CASES, since=None, left_out="1 record left out")},
            "open cases: 1 record left out",
        ),
        ({"workers": (WorkerSays(address="w:1", problem="not ready"),)}, "worker at w:1: not"),
        (
            {"twice": (Twice(stage="desk", number=3, who=("w:1", "w:2")),)},
            "stage desk: worker number 3 runs 2 times (w:1, w:2), and each ends the other (75)",
        ),
        (
            {"misplaced": {"service.closures": 1_200, "privacy.erasures": 1}},
            "records of the last hour lay in a wrong partition and were carried: 1,200 of servi",
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_a_sentence(changes: dict[str, Any], begins: str) -> None:
    (sentence,) = wants_a_look(replace(WELL, **changes))

    assert sentence.startswith(begins)


@pytest.mark.parametrize(
    "changes",
    [
        {"last_tick": AT - MINUTE},
        {"last_tick": AT - 99 * MINUTE, "own_time": True},
        {"stages": (a_stage(behind=(behind(60_000),)),)},
        {"reference": None, "cases": None, "dead_letters": None},
    ],
)
def test_what_is_within_bounds_or_was_not_looked_at_is_none(changes: dict[str, Any]) -> None:
    assert wants_a_look(replace(WELL, **changes)) == ()


def test_a_group_goes_on_where_it_committed_or_at_the_first_record_that_is_there() -> None:
    place = "t", 0
    places = [place, ("t", 1), ("t", 2), ("t", 3)]
    committed = {place: 5, ("t", 1): 10, ("t", 2): 3}
    starts = dict.fromkeys(places, 4)
    ends = dict.fromkeys(places, 10)

    assert unread_from(places, committed, starts, ends) == {
        place: 5,
        ("t", 2): 4,
        ("t", 3): 4,
    }


def test_a_partition_with_markers_alone_is_not_behind() -> None:
    begins = {("t", 0): 5, ("t", 1): 5}
    found = lag_of(
        "desk",
        GROUP,
        partitions=2,
        begins=begins,
        ends={("t", 0): 10, ("t", 1): 10},
        unread={("t", 0): (7, AT - 1_500)},
        now=AT,
    )

    assert found.behind == (
        Behind(stage="desk", topic="t", partition=0, owner="desk-0", offsets=3, waits_ms=1_500),
    )
    assert (found.offsets, found.waits_ms, found.owned) == (3, 1_500, 2)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), ""), ((3,), "3"), ((0, 1, 2), "0-2"), ((0, 2, 3, 7), "0, 2-3, 7")],
)
def test_numbers_in_a_row_are_a_range(numbers: tuple[int, ...], said: str) -> None:
    assert in_ranges(numbers) == said


def test_a_worker_says_what_its_metrics_say() -> None:
    text = (
        '# TYPE recourse_build_info gauge\nrecourse_build_info{compiled="yes",version="2.0"} 1\n'
        'recourse_partitions_assigned{stage="desk"} 5\n'
        'recourse_now_age_seconds{stage="desk"} 2.5\nrecourse_now_age_seconds{stage="x"} 1\n'
        'recourse_buffered_bytes{stage="desk"} 10\nrecourse_buffered_bytes{stage="x"} 5\n'
        'recourse_worker_number{stage="desk"} 3\nprocess_start_time_seconds 1.7e9\n'
        "python_info 1\n"
    )

    assert of_metrics("w:1", text, None) == WorkerSays(
        address="w:1",
        problem=None,
        version="2.0",
        partitions={"desk": 5},
        oldest_now_ms=2_500,
        buffered_bytes=15,
        numbers={"desk": 3},
        started=1.7e9,
    )


def test_the_longest_waits_are_listed_and_the_rest_is_counted() -> None:
    many = tuple(behind(999 + each, partition=each) for each in range(SHOWN + 4))
    rows, more = behind_rows(replace(WELL, stages=(a_stage(behind=many),)))

    assert more == 3
    assert [row[2] for row in rows] == [str(each) for each in reversed(range(4, SHOWN + 4))]


def test_cases_that_were_not_read_to_the_beginning_are_called_so() -> None:
    (line,) = cases_of([a_step(step=4)])
    held = replace(NO_CASES, open=1, by_tier={"LOCAL": 1}, oldest=line)
    cases = CasesSay(figures=held, since=AT - MINUTE)
    said = {row[0]: row[1] for row in facts(replace(WELL, cases=cases))}

    assert "of those with a step since 2026-03-02T13:59:00Z: --whole reads on" in said["open cases"]
    assert said["oldest open"].startswith("v1:1, over 0 s: NORMAL, LOCAL, m-brooks; acknowledge in")


def test_lines_and_json_say_the_same() -> None:
    several = replace(WELL, stages=(a_stage(behind=(behind(5_000),)),))
    told: dict[str, Any] = as_json(several)

    assert "behind\tdesk\trecourse.actions\t1\tdesk-0\t7\t5 s" in lines(several)
    assert "dead letters\t2 in the last hour: 2 INVALID; of 2 service.estimates" in lines(several)
    (stage,) = told["stages"]
    assert stage["behind_by_partition"] == [
        {
            "topic": "recourse.actions",
            "partition": 1,
            "owner": "desk-0",
            "behind": 7,
            "waits_ms": 5_000,
        }
    ]
    assert told["look_at"] == []


@pytest.mark.parametrize(
    ("newest", "newest_visit", "since", "are_behind"),
    [
        (None, None, 0, False),
        (AT, None, 0, False),
        (AT, AT, 0, False),
        (AT, AT + MINUTE, 0, False),
        (AT, AT + MINUTE + 1, 0, True),
        (None, AT, AT - MINUTE, False),  # it ended just when the policy came
        (None, AT, AT - MINUTE - 1, True),
    ],
)
def test_insights_are_behind_where_a_visit_has_ended_without_one(
    newest: int | None, newest_visit: int | None, since: int, are_behind: bool
) -> None:
    found = InsightsSay(there=True, newest=newest, newest_visit=newest_visit)

    assert found.are_behind(since) is are_behind


def test_insights_are_shown_and_under_generation_1_nothing_is_missed() -> None:
    said = InsightsSay(there=True, last_hour=1_234, newest=AT - 2 * MINUTE, newest_visit=AT)
    status = replace(WELL, insights=said)

    assert ("insights", "1,234 in the last hour, the newest 2 min ago") in facts(status)
    assert ("insights", "none") in facts(replace(WELL, insights=InsightsSay(there=True)))
    assert wants_a_look(status) == ()
    assert as_json(status)["insights"] == {
        "there": True,
        "last_hour": 1_234,
        "newest": text_of(AT - 2 * MINUTE),
        "newest_visit": text_of(AT),
    }
    assert as_json(WELL)["insights"] is None


def test_what_apps_are_shown_has_a_line_of_its_own() -> None:
    newest = {
        "recourse.receipts": AT - 2 * MINUTE,
        "recourse.cases": AT,
        "recourse.customers": None,
    }
    status = replace(
        WELL,
        reference=replace(REFERENCE, generation=2, since=0),
        apps=AppsSay(newest=newest, said=AT, stepped=AT),
    )

    said = ("shown to apps", "receipts 2 min ago, cases 0 s ago, customers none")
    assert said in facts(status)
    assert as_json(status)["apps"] == {
        "recourse.receipts": text_of(AT - 2 * MINUTE),
        "recourse.cases": text_of(AT),
        "recourse.customers": None,
    }
    (look,) = wants_a_look(status)
    assert look.startswith("recourse.receipts lacks what came more than a minute after")
    assert wants_a_look(replace(status, reference=replace(REFERENCE, since=0))) == ()
    assert as_json(WELL)["apps"] is None


@pytest.mark.parametrize(
    ("said", "shown", "looked_at"),
    [
        (SiteDaysSay(there=False), "the topic is not there", True),
        (SiteDaysSay(there=True), "none", False),
        (
            SiteDaysSay(there=True, newest=AT - MINUTE),
            "the newest 1 min ago; whole since the beginning",
            False,
        ),
        (
            SiteDaysSay(there=True, newest=AT, whole_since=AT - MINUTE),
            f"the newest 0 s ago; whole since {text_of(AT - MINUTE)}",
            False,
        ),
    ],
)
def test_days_of_sites_are_shown_with_from_when_on_they_are_whole(
    said: SiteDaysSay, shown: str, looked_at: bool
) -> None:
    status = replace(WELL, site_days=said)

    assert ("site days", shown) in facts(status)
    assert any("RecourseStageAbsent" in each for each in wants_a_look(status)) == looked_at
    assert as_json(status)["site_days"] == {
        "there": said.there,
        "newest": None if said.newest is None else text_of(said.newest),
        "whole_since": None if said.whole_since is None else text_of(said.whole_since),
    }
    assert as_json(WELL)["site_days"] is None
