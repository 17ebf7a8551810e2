"""`recourse pilot propose`: the pilot's next step, by the rule that was written down before."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer

from agents.commands.console.counted import Counted
from agents.commands.reference_data import policy as policy_command
from agents.core.policy import Policy, policy_from
from agents.operations.effect.proposing import (
    Check,
    Proposal,
    State,
    Verdict,
    against_rule,
    last_step,
    next_percent,
    proposal,
    with_steps,
)
from agents.operations.effect.reading import Sums, sums_of
from agents.reference_data.policy_files import default_data, default_policy, load_policy
from agents.reference_data.policy_words import changes
from schemas.records import Arm, Insight
from tests.agents.effect.test_effect_command import NETWORK, call, pilot
from tests.pilots import FIRST_DAY, insights

SITES = {"s0": {"percent": 50}, "s1": {"percent": 25}, "s2": {"gate": "SHADOW"}}


def policy(success: Mapping[str, Any] | None = None, **more: Any) -> Policy:
    written = {"pilot": {"sites": SITES | more, "success": success or {}}}
    return policy_from(written, default_data())


def counted(points: float, **counts: int) -> Sums:
    """A pilot in which so many points are planted, and some cases inside."""
    found = [each for day in insights(1, points, NETWORK) for each in day]
    found.append(
        Insight(
            site_id="s0", day=FIRST_DAY, arm=Arm.LIVE, counts={"decided": 1} | counts, region_id="r"
        )
    )
    return sums_of(found)


def states(found: Proposal) -> dict[str, State]:
    return {each.name: each.state for each in found.checks}


NO_RATING = {"rating_lower_at_most": None}


def test_what_was_asked_for_is_met_and_the_sites_go_on() -> None:
    found = proposal(counted(25), policy(NO_RATING))

    assert found.verdict is Verdict.GO
    assert states(found) == dict.fromkeys(
        (
            "arms", "days_at_least", "same_day_points_above", "executive_at_most",
            "throttled_upheld_at_most", "safety_late_at_most", "promises_kept_at_least",
        ),
        State.MET,
    )  # fmt: skip
    assert [(each.site_id, each.now, each.then) for each in found.steps] == [
        ("s0", 50, 100),
        ("s1", 25, 50),
    ]


def test_what_cannot_be_worked_out_is_named_and_holds_it_back() -> None:
    """Nobody rated anything: the demand is not passed over."""
    found = proposal(counted(25), policy())

    assert found.verdict is Verdict.WAIT
    assert list(found.holding) == [
        Check(
            name="rating_lower_at_most",
            state=State.UNKNOWN,
            why="too few customers in an arm at each site",
        )
    ]


def test_before_a_case_was_decided_nothing_of_cases_is_known() -> None:
    found = proposal(sums_of(each for day in insights(1, 25, NETWORK) for each in day), policy())

    assert [name for name, state in states(found).items() if state is State.UNKNOWN] == [
        "rating_lower_at_most", "executive_at_most", "throttled_upheld_at_most",
        "safety_late_at_most",
    ]  # fmt: skip


def test_a_difference_that_is_worse_speaks_for_a_step_back() -> None:
    found = proposal(counted(-25), policy(NO_RATING))

    assert found.verdict is Verdict.BACK
    assert [each.name for each in found.holding] == ["same_day_points_above"]
    assert [(each.site_id, each.then) for each in found.steps] == [("s0", 25), ("s1", 5)]


def test_a_difference_that_is_not_known_yet_waits() -> None:
    found = proposal(counted(0), policy(NO_RATING))

    assert (found.verdict, states(found)["same_day_points_above"]) == (
        Verdict.WAIT,
        State.NOT_YET,
    )


VISITS = sum(
    each.counts["visits_ended"]
    for day in insights(1, 25, NETWORK)
    for each in day
    if each.arm is Arm.LIVE
)


MOST = 2 * VISITS // 1_000


@pytest.mark.parametrize(
    ("rule", "counts", "state"),
    [
        ({"executive_at_most": 2}, {"decided_at_executive": MOST}, State.MET),
        ({"executive_at_most": 2}, {"decided_at_executive": MOST + 1}, State.NOT_YET),
        ({"executive_at_most": 0}, {}, State.MET),
        ({"throttled_upheld_at_most": 20},
         {"throttled_decided": 5, "throttled_upheld": 1}, State.MET),
        ({"throttled_upheld_at_most": 20},
         {"throttled_decided": 9, "throttled_upheld": 2}, State.NOT_YET),
        ({"throttled_upheld_at_most": 0}, {}, State.MET),
        ({"safety_late_at_most": 1}, {"safety_decided_late": 1}, State.MET),
        ({"safety_late_at_most": 1}, {"safety_decided_late": 2}, State.AGAINST),
        ({"safety_late_at_most": 0}, {}, State.MET),
        ({"promises_kept_at_least": 95}, {}, State.MET),
        ({"promises_kept_at_least": 95}, {"promises_missed": 1}, State.UNKNOWN),
        ({"promises_kept_at_least": 95}, {"promises_missed": 2, "promises": 1}, State.UNKNOWN),
        ({"promises_kept_at_least": 95}, {"promises_missed": 4, "promises": 100}, State.MET),
        ({"promises_kept_at_least": 95}, {"promises_missed": 5, "promises": 100}, State.MET),
        ({"promises_kept_at_least": 95}, {"promises_missed": 6, "promises": 100}, State.NOT_YET),
    ],
)  # fmt: skip
def test_each_demand_has_its_border(
    rule: dict[str, Any], counts: dict[str, int], state: State
) -> None:
    (name,) = rule

    assert states(proposal(counted(25, **counts), policy(rule)))[name] is state


def test_a_demand_that_is_not_made_is_not_asked() -> None:
    demands = default_policy().pilot.success.model_dump().keys()
    none = dict.fromkeys(demands - {"steps_percent", "days_at_least"})

    found = proposal(counted(0, promises_missed=9), policy(none))

    assert (found.verdict, [each.name for each in found.checks]) == (
        Verdict.GO,
        ["arms", "days_at_least"],
    )


@pytest.mark.parametrize(("days", "state"), [(89, State.MET), (90, State.MET), (91, State.NOT_YET)])
def test_a_step_lasts_as_long_as_was_asked(days: int, state: State) -> None:
    assert states(proposal(counted(0), policy({"days_at_least": days})))["days_at_least"] is state


def test_the_last_step_is_the_latest_share_of_any_site() -> None:
    def ended(site: str, share: int, day: int, arm: Arm = Arm.LIVE) -> Insight:
        return Insight(
            site_id=site,
            day=FIRST_DAY + timedelta(day),
            arm=arm,
            counts={"visits_ended": 1},
            region_id="r",
            share=share,
        )

    sums = sums_of(
        [
            ended("a", 500, 0), ended("a", 2_500, 20), ended("a", 2_500, 19), ended("a", 500, 30),
            ended("b", 500, 9), ended("b", 2_500, 25, Arm.HOLDOUT),
        ]
    )  # fmt: skip

    assert last_step(sums) == FIRST_DAY + timedelta(19)
    assert last_step(Sums()) is None


def test_arms_that_cannot_be_compared_hold_it_back() -> None:
    found = [each for day in insights(1, 25, NETWORK) for each in day]
    inside = [each for each in found if each.arm is Arm.LIVE]
    lost = [each for each in found if each.arm is not Arm.LIVE] + inside[::2]

    answer = states(proposal(sums_of(lost), policy(NO_RATING)))

    assert (answer["arms"], answer["same_day_points_above"]) == (State.NOT_YET, State.NOT_YET)


def test_without_a_share_nothing_is_known() -> None:
    found = proposal(Sums(), policy())

    assert found.verdict is Verdict.WAIT
    assert {each.state for each in found.checks} == {State.UNKNOWN, State.MET}
    assert states(found)["promises_kept_at_least"] is State.MET


@pytest.mark.parametrize(
    ("now", "up", "down"),
    [(4, 5, 4), (5, 25, 5), (6, 25, 5), (50, 100, 25), (99, 100, 50), (100, 100, 50)],
)
def test_a_step_is_the_next_one_up_or_down(now: int, up: int, down: int) -> None:
    steps = tuple(map(Decimal, (5, 25, 50, 100)))

    assert next_percent(Decimal(now), steps, back=False) == up
    assert next_percent(Decimal(now), steps, back=True) == down


GO = Proposal(verdict=Verdict.GO, checks=(), steps=())
WAIT = Proposal(
    verdict=Verdict.WAIT,
    checks=(Check(name="arms", state=State.NOT_YET, why="because"),),
    steps=(),
)


@pytest.mark.parametrize(
    ("site", "gate", "found", "refused"),
    [
        ("s0", {"percent": 50}, WAIT, None),
        ("s0", {"percent": 25}, WAIT, None),
        ("s0", {"gate": "OFF"}, WAIT, None),
        ("s0", {"percent": 51}, WAIT, ("50 % -> 51 %", "wait. arms not yet: because.")),
        ("s0", {"percent": 100}, GO, None),
        ("s1", {"percent": 50}, GO, None),
        ("s1", {"percent": 51}, GO, ("25 % -> 51 %", "the next one is 50 %.")),
        ("s2", {"percent": 5}, WAIT, None),
        ("s2", {"percent": 6}, GO, ("0 % -> 6 %", "a site begins with 5 % at most.")),
        ("new", {"percent": 100}, WAIT, None),
    ],
)  # fmt: skip
def test_more_customers_inside_are_refused_where_the_rule_does_not_allow_it(
    site: str, gate: dict[str, Any], found: Proposal, refused: tuple[str, str] | None
) -> None:
    """A new entry of a site that was LIVE for all, as sites without one are, changes nothing."""
    said = None
    if refused is not None:
        step, why = refused
        said = f"Site {site}: {step} is a step that pilot.success does not allow: {why}"
    assert against_rule(policy(), policy(**{site: gate}), found) == said


def test_the_rule_in_force_counts_and_not_the_files_own() -> None:
    loose = policy({"steps_percent": [100]}, s1={"percent": 100})

    assert against_rule(policy(), loose, GO) is not None


@pytest.mark.parametrize(
    ("steps", "wrong"), [([], True), ([0, 5], True), ([5, 5], True), ([25, 5], True), ([5], False)]
)
def test_steps_must_rise(steps: list[int], wrong: bool) -> None:
    if wrong:
        with pytest.raises(ValueError, match="must rise, from above 0"):
            policy({"steps_percent": steps})
    else:
        assert policy({"steps_percent": steps}).pilot.success.steps_percent == (5,)


def test_a_rule_that_changes_is_said_in_words() -> None:
    assert changes(
        policy(), policy({"safety_late_at_most": 2, "rating_lower_at_most": None}), {}
    ) == (
        "How much lower ratings may be for a step goes from 0.1 to none stars.",
        "The number of SAFETY cases that may be late for a step goes from 0 to 2.",
    )


def test_the_next_policy_can_be_read_and_differs_by_its_steps_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, now, then = (tmp_path / name for name in ("out.jsonl", "now.yaml", "next.yaml"))
    pilot(path, points=25)
    with path.open("a") as lines:
        value = {
            "site_id": "s0", "day": "2026-03-02", "arm": "LIVE", "counts": {"decided": 1},
            "region_id": "r",
        }  # fmt: skip
        line = {"topic": "recourse.insights", "at": "2026-03-02T09:00:00Z", "value": value}
        lines.write(f"{json.dumps(line)}\n")
    now.write_text(
        "version: spring\nthrottle: {limit: 4}\n"
        "pilot:\n  sites: {s0: {percent: 50}, s1: {percent: 50}}\n"
        "  success: {rating_lower_at_most: null}\n"
    )

    shown = call(
        monkeypatch, "pilot", "propose", "--from", str(path), "--policy", str(now),
        "--next", str(then),
    )  # fmt: skip

    assert (shown.exit_code, shown.stderr) == (0, "")
    first, *_, one, two, last = shown.stdout.splitlines()
    assert first == "Go: all that pilot.success asks for is met."
    assert (one, two) == ("s0: 50 % -> 100 %", "s1: 50 % -> 100 %")
    assert last == f"Written: {then}. Compare it: recourse policy diff {then}"
    assert changes(load_policy(now), load_policy(then), {}) == (
        "Site s0: LIVE at 50 % -> LIVE at 100 %: customers inside stay inside.",
        "Site s1: LIVE at 50 % -> LIVE at 100 %: customers inside stay inside.",
    )
    assert load_policy(then).version == "spring-next"


def test_waiting_writes_nothing_and_machines_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, then = pilot(tmp_path / "out.jsonl", points=0), tmp_path / "next.yaml"
    arguments = ("pilot", "propose", "--from", str(path), "--next", str(then))

    shown, told = call(monkeypatch, *arguments), call(monkeypatch, *arguments, "--json")

    assert (shown.exit_code, told.exit_code, then.exists()) == (1, 1, False)
    assert shown.stdout.startswith("Wait: not met is same_day_points_above, rating_lower_at_most, ")
    verdict = json.loads(told.stdout)
    assert (verdict["verdict"], verdict["steps"]) == ("wait", [])
    assert verdict["checks"][0] == {
        "name": "arms", "state": "met", "why": "200 of 400 customers inside, as drawn",
    } | {"why": verdict["checks"][0]["why"]}  # fmt: skip


def test_publishing_by_the_rule_is_refused_with_the_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(policy_command, "counted_in_kafka", lambda *_: Counted(policy(), 0))

    with pytest.raises(typer.Exit) as ended:
        policy_command._asked_the_rule("nowhere:1", policy(s0={"percent": 100}))
    policy_command._asked_the_rule("nowhere:1", policy(s0={"percent": 25}))

    assert ended.value.exit_code == 1
    assert capsys.readouterr().err.startswith(
        "Site s0: 50 % -> 100 % is a step that pilot.success does not allow: wait. arms can't be"
    )


def test_a_long_version_stays_an_identifier() -> None:
    long = default_policy().model_copy(update={"version": "v" * 64})

    assert with_steps(long, ()).version == f"{'v' * 59}-next"
    assert date(2026, 3, 2) == FIRST_DAY
