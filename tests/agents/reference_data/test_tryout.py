"""What the checks of a policy or directory let through can't fail or cost seconds, or is named."""

import json
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from typer.testing import CliRunner

from agents.commands import app
from agents.commands.running import topics
from agents.core.calendar import DAY_MS, MINUTE_MS, add_business_time, before_business_time
from agents.core.customers import retention
from agents.core.customers.rule_base.history import instant_months_before, months_before
from agents.core.customers.rule_base.rule_context import RuleContext
from agents.core.customers.rules import estimate
from agents.core.rfc3339 import text_of
from agents.core.world import Directory
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.files import UnusableFile, parse
from agents.reference_data.policy_files import (
    default_data,
    default_policy,
    policy_in,
    policy_of_json,
)
from agents.reference_data.reference import Reference
from agents.simulation import tryout
from agents.simulation.simulate import simulate
from agents.simulation.tryout import CPU_SECONDS, try_directory, try_policy
from schemas.records import Hours
from tests.bad_input.good import NOW

DEMO = Path(__file__).parents[3] / "agents" / "reference_data" / "directories" / "demo.yaml"
COLUMBUS = demo_directory().sites["columbus"]
ONE_MINUTE_A_WEEK = (Hours(days=(1,), from_="08:00", to="08:01"),)
EXTREMES = (0, 1, 2, 20, 99, 100, 500, 1_200, 36_500, 87_600, 525_600, 10**6, 10**12, 0.001)


def numbers(data: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of a policy that hold a number."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from numbers(value, (*place, key))
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            yield (*place, key)


PLACES = sorted(numbers(default_data()))


def policy_text(values: dict[tuple[str, ...], float]) -> str:
    data: dict[str, Any] = {"version": "tried"}
    for place, value in values.items():
        below = data
        for part in place[:-1]:
            below = below.setdefault(part, {})
        below[place[-1]] = value
    return json.dumps(data)


def cost(policy_text: str, directory: Directory, *, by_hand: bool) -> float | None:
    """Seconds of CPU of the events under a policy; None where its file is refused."""
    try:
        policy = policy_in(parse(policy_text, "p.yaml")) if by_hand else policy_of_json(policy_text)
    except UnusableFile:
        return None
    began = time.process_time()
    assert tryout._problem(policy, directory) is None
    return time.process_time() - began


SMALL = Directory(
    [COLUMBUS, structs.replace(COLUMBUS, site_id="rare", hours=ONE_MINUTE_A_WEEK)],
    [
        *demo_directory().managers.values(),
        structs.replace(
            next(iter(demo_directory().managers.values())),
            manager_id="rare",
            site_ids=("rare",),
            shifts=ONE_MINUTE_A_WEEK,
        ),
    ],
)


@settings(max_examples=6, deadline=None)
@given(
    st.dictionaries(st.sampled_from(PLACES), st.sampled_from(EXTREMES), min_size=5, max_size=60),
    st.booleans(),
)
def test_any_policy_that_is_right_handles_days_of_events_and_costs_no_seconds(
    values: dict[tuple[str, ...], float], by_hand: bool
) -> None:
    # What the checks refuse is left out one by one, so that much of each drawing is tried.
    good = {
        place: value
        for place, value in values.items()
        if is_right(policy_text({place: value}), by_hand=by_hand)
    }

    spent = cost(policy_text(good), SMALL, by_hand=by_hand)

    assert spent is None or spent < CPU_SECONDS


def is_right(text: str, *, by_hand: bool) -> bool:
    try:
        policy_in(parse(text, "p.yaml"), by_hand=by_hand)
    except UnusableFile:
        return False
    return True


@pytest.mark.parametrize("by_hand", [True, False], ids=["a file", "published before"])
@pytest.mark.parametrize("value", [525_600, 36_500, 1_200, 100, 1])
def test_all_numbers_at_once_as_large_or_as_small_as_may_be(value: int, *, by_hand: bool) -> None:
    good: dict[tuple[str, ...], float] = {
        place: value for place in PLACES if is_right(policy_text({place: value}), by_hand=by_hand)
    }
    assert len(good) > 20

    assert cost(policy_text(good), SMALL, by_hand=by_hand) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clocks: {HIGH: {decide_minutes: 525601}}", "must be at most 525600"),
        ("late_after_hours: 87601", "late_after_hours is 87601: must be at most 87600"),
        ("kept: {outcome_days: 36501}", "kept.outcome_days is 36501: must be at most 36500"),
        ("kept: {first_visit_years: 101}", "must be at most 100"),
        ("jurisdictions: {US-OH: {repeat_repair: {within_months: 1201}}}", "at most 1200"),
        (f"clocks: {{warn_at_percent: {[1] * 21}}}", "must have at most 20 entries"),
        (f"pilot: {{salt: {'s' * 2001}}}", "must have at most 2000 characters"),
    ],
)
def test_a_number_beyond_reason_is_refused_in_a_file(text: str, said: str) -> None:
    with pytest.raises(UnusableFile, match="must") as caught:
        policy_in(parse(text, "p.yaml"))

    assert said in str(caught.value)


def test_months_and_years_without_end_are_all_of_the_past() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 3, 31), 10**6) == months_before(date(2025, 1, 1), 10**6)
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles", "UTC"):
        assert instant_months_before(NOW, 10**6, zone) < instant_months_before(NOW, 12_000, zone)


def test_a_first_visit_that_is_kept_for_a_million_years_is_kept_to_the_last_day_there_is() -> None:
    policy = policy_of_json(policy_text({("kept", "first_visit_years"): 10**6}))
    customer: Any = SimpleNamespace(last_visit_at=NOW)
    world: Any = SimpleNamespace(policy=policy)

    assert text_of(retention._forgotten_at(customer, world)).startswith("9999-03-02T09:00:00")


@pytest.mark.parametrize("minutes", [1, 52, 525_600, 60 * 10**6])
def test_a_deadline_at_a_site_that_hardly_opens_walks_no_centuries(minutes: int) -> None:
    site = structs.replace(COLUMBUS, hours=ONE_MINUTE_A_WEEK, holidays=None)
    began = time.process_time()
    at = add_business_time(site, NOW, minutes * MINUTE_MS)
    before = before_business_time(site, NOW, minutes * MINUTE_MS)

    assert time.process_time() - began < CPU_SECONDS
    assert NOW < at < NOW + 11 * 366 * DAY_MS + minutes * MINUTE_MS
    assert NOW - 11 * 366 * DAY_MS - 2 * minutes * MINUTE_MS < before < NOW


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect of ours that shows where a rule meets one number, or one site."""
    whole = estimate._excess

    def planted(context: RuleContext, *given: Any) -> Any:
        if context.world.policy.throttle.limit == 13 or context.site.site_id in {"miami", "tampa"}:
            raise OverflowError("too large")
        return whole(context, *given)

    monkeypatch.setattr(estimate, "_excess", planted)


WRONG = "version: p9\nlate_after_hours: 40\nthrottle:\n  limit: 13\n"
SAID = (
    "p.yaml:4: throttle.limit is 13: with it a record of service.customer-responses makes our own "
    "code fail (OverflowError at "
)


@pytest.mark.usefixtures("defect")
def test_the_value_by_which_events_fail_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Directory([COLUMBUS], demo_directory().managers.values())
    monkeypatch.setattr(tryout, "demo_directory", lambda: few)
    document = parse(WRONG, "p.yaml")
    with pytest.raises(UnusableFile) as caught:
        try_policy(document, policy_in(document))

    (sentence,) = caught.value.sentences
    assert sentence.startswith(SAID)


@pytest.mark.usefixtures("defect")
def test_the_site_at_which_events_fail_is_named() -> None:
    with pytest.raises(UnusableFile) as caught:
        try_directory("d.yaml", demo_directory())

    assert [each.partition(" makes")[0] for each in caught.value.sentences] == [
        f"d.yaml: at the site {name} a record of service.customer-responses"
        for name in ("miami", "tampa")
    ]


def test_what_costs_too_much_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tryout, "CPU_SECONDS", -1.0)
    with pytest.raises(UnusableFile, match="a few events cost more than") as caught:
        try_policy(parse("{}", "p.yaml"), default_policy())

    assert len(caught.value.sentences) == 1


@pytest.mark.parametrize(
    "command",
    [["policy", "lint"], ["policy", "publish"], ["directory", "lint"], ["directory", "publish"]],
    ids=" ".join,
)
@pytest.mark.usefixtures("defect")
def test_lint_and_publish_refuse_it_and_publish_nothing(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr(topics, "published", lambda _: Reference())
    monkeypatch.setattr(topics, "publish", lambda *given: written.append(given))
    monkeypatch.setattr("sys.argv", ["recourse", *command])
    file = tmp_path / "file.yaml"
    file.write_text(WRONG if command[0] == "policy" else DEMO.read_text(encoding="utf-8"))
    result = CliRunner().invoke(app, [*command, str(file)])

    assert (result.exit_code, result.stdout, written) == (1, "", [])
    assert "makes our own code fail (OverflowError at " in result.stderr


def test_what_is_tried_makes_each_kind_of_output_and_no_dead_letter() -> None:
    policy = default_policy().model_copy(update={"operators": ("try-operator",)})
    lines = simulate(tryout._lines(Directory([COLUMBUS])), policy, demo_directory())
    topics_ = {each.topic for written in lines for each in written}

    assert topics_ == {
        "recourse.answers", "recourse.cases", "recourse.contact-cards", "recourse.customers",
        "recourse.disagreements", "recourse.escalations", "recourse.insights",
        "recourse.notices", "recourse.outcomes", "recourse.receipts", "recourse.visits",
    }  # fmt: skip
