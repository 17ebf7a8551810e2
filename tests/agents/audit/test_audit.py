"""The auditor finds nothing in a good week, and each fault that is planted in it."""

import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from agents.core.rfc3339 import milliseconds, text_of
from agents.operations.audit.finding import Breach
from agents.operations.audit.ledger import Ledger
from agents.operations.audit.reading import TOPICS, gone_record
from agents.operations.audit.ticks import Ticks
from agents.records.codecs import Undecodable, decode, from_json, to_json
from agents.reference_data.directory_files import demo_directory
from agents.reference_data.policy_files import default_policy
from agents.reference_data.reference import reference_of
from agents.simulation.demo.event_generator import life
from agents.simulation.simulate import Simulation, Written, lines_of
from schemas.records import (
    Decision,
    Disagreement,
    Erased,
    Escalation,
    EscalationStatus,
    Notice,
    Outcome,
    OutcomeName,
    OutcomeStatus,
    PassedOverManager,
    Reason,
    Rule,
    Severity,
    Throttle,
    Tier,
    Why,
)
from tests.core.desk.world import HOUR, NOW, disagreement, escalation, outcome

S = EscalationStatus
Records = list[Struct]
DAY = 86_400_000


def week() -> Records:
    """Everything that a week of the demo makes, with the acts of people in it."""
    directory = demo_directory()
    lines = []
    for each in life(5, 60, directory):
        try:
            value = to_json(each.topic, decode(each.topic, each.value))
        except Undecodable:
            continue
        lines.append({"topic": each.topic, "value": value, "arrived_at": text_of(each.at)})
    first = _run(lines)
    acts = list(_acts(first))
    return [record for record, _ in _run(lines + acts)]


def _run(lines: list[dict[str, Any]]) -> list[tuple[Struct, int]]:
    simulation = Simulation(reference_of(default_policy(), demo_directory()))
    texts = [json.dumps(line).encode() for line in lines]
    made = [each for written in simulation.run(lines_of(texts)) for each in written]
    return [(_record(each), milliseconds(each.at) or 0) for each in made if each.topic in TOPICS]


def _record(written: Written) -> Struct:
    value = json.loads(bytes(written.value))
    if value is None:
        gone = gone_record(written.topic, written.key or "")
        assert gone is not None, "of a compacted topic"
        return gone
    return from_json(written.topic, value)


def _acts(made: list[tuple[Struct, int]]) -> Iterator[dict[str, Any]]:
    """Each case is acknowledged, promised a call, resolved one way or another."""
    ways = ["UPHELD", "PARTLY_UPHELD", "UNFOUNDED", "ABUSIVE"]
    for number, (record, at) in enumerate(made):
        if not isinstance(record, Escalation) or record.status is not S.OPENED:
            continue
        if record.manager is None or number % 7 == 0:
            continue
        plan = [("ACKNOWLEDGE", 1, {}), ("PROMISE", 2, {"until": text_of(at + 5 * 60_000)})]
        if number % 2:
            plan += [
                ("CONTACTED", 4, {}),
                ("RESOLVE", 6, {"outcome": ways[number % 4], "reason": "so"}),
            ]
        for action, minutes, more in plan:
            when = text_of(at + minutes * 60_000)
            yield {
                "topic": "recourse.actions",
                "arrived_at": when,
                "value": {
                    "action_id": f"{record.escalation_id}-{action}",
                    "occurred_at": when,
                    "escalation_id": record.escalation_id,
                    "region_id": record.region_id,
                    "by": record.manager.manager_id,
                    "action": action,
                    **more,
                },
            }


@pytest.fixture(scope="module")
def good() -> Records:
    return week()


def audited(records: Records) -> set[Breach]:
    """What is found in steps, decisions and notices; what apps are shown has tests of its own."""
    return _audited(records) - {Breach.SHOWN_OTHERWISE, Breach.OVERVIEW_DIFFERS}


def _audited(records: Records) -> set[Breach]:
    policy = default_policy()
    ledger = Ledger({policy.version: policy})
    for record in records:
        ledger.take(record)
    last = max(_at(each) for each in records)
    ledger.tick(0, last)
    ledger.ticks.ran(0, last)
    return {finding.what for finding in ledger.findings()}


def _at(record: Struct) -> int:
    match record:
        case Disagreement():
            return record.decided_at
        case Escalation() | Outcome():
            return record.occurred_at
        case _:
            return 0


def test_nothing_is_wrong_with_a_good_week(good: Records) -> None:
    steps = {each.status for each in good if isinstance(each, Escalation)}

    assert _audited(good) == set()
    assert {S.OPENED, S.ACKNOWLEDGED, S.PROMISED, S.CONTACTED, S.RESOLVED, S.MOVED_UP} <= steps
    assert any(isinstance(e, Disagreement) and e.decision is Decision.THROTTLED for e in good)


def index(records: Records, wanted: Callable[[Any], bool]) -> int:
    return next(n for n, each in enumerate(records) if wanted(each))


def step_of(*statuses: EscalationStatus, code: str = "") -> Callable[[Any], bool]:
    return lambda each: (
        isinstance(each, Escalation)
        and each.status in statuses
        and (not code or any(reason.code == code for reason in each.reasons))
    )


def without(records: Records, wanted: Callable[[Any], bool]) -> Records:
    place = index(records, wanted)
    return records[:place] + records[place + 1 :]


def doubled(records: Records, wanted: Callable[[Any], bool]) -> Records:
    return [*records, records[index(records, wanted)]]


def changed(records: Records, wanted: Callable[[Any], bool], **fields: Any) -> Records:
    place = index(records, wanted)
    return [*records[:place], replace(records[place], **fields), *records[place + 1 :]]


def renumbered(records: Records, wanted: Callable[[Any], bool]) -> Records:
    """The step is gone, and those after it have moved up: only their meaning can tell."""
    place = index(records, wanted)
    gone: Any = records[place]
    left: Records = []
    for each in records[:place] + records[place + 1 :]:
        if isinstance(each, Escalation) and each.escalation_id == gone.escalation_id:
            left.append(replace(each, step=each.step - (each.step > gone.step)))
        else:
            left.append(each)
    return left


def cut_after(records: Records, escalation_id: str, step: int) -> Records:
    return [
        each
        for each in records
        if not (
            isinstance(each, Escalation)
            and each.escalation_id == escalation_id
            and each.step > step
        )
    ]


def is_raised(each: Any) -> bool:
    return isinstance(each, Disagreement) and each.decision is Decision.RAISED


def is_counted(each: Any) -> bool:
    return isinstance(each, Disagreement) and each.throttle is not None and each.throttle.used >= 1


def _without_raised(good: Records) -> Records:
    record: Any = good[index(good, is_raised)]
    return [e for e in good if getattr(e, "escalation_id", None) != record.escalation_id
            or isinstance(e, Disagreement)]  # fmt: skip


def _never_moved(good: Records) -> Records:
    moved: Any = good[index(good, step_of(S.MOVED_UP, S.WARNED, code="UNDECIDED"))]
    return cut_after(good, moved.escalation_id, moved.step - 1)


def _never_overdue(good: Records) -> Records:
    late: Any = good[index(good, step_of(S.WARNED, code="OVERDUE"))]
    return cut_after(good, late.escalation_id, late.step - 1)


def _late(code: str) -> Callable[[Records], Records]:
    """The step that time made came minutes after its moment, and what followed came later still."""

    def planted(good: Records) -> Records:
        late: Any = good[index(good, step_of(S.MOVED_UP, S.WARNED, code=code))]
        return [
            replace(each, occurred_at=each.occurred_at + 4 * 60_000)
            if isinstance(each, Escalation)
            and each.escalation_id == late.escalation_id
            and each.step >= late.step
            else each
            for each in good
        ]

    return planted


def _decided_unmoved(good: Records) -> Records:
    """It was decided long after its time, and nothing had come of that before."""
    moved: Any = good[index(good, step_of(S.MOVED_UP, code="UNDECIDED"))]
    told = Notice(
        notice_id=f"{moved.escalation_id}:{moved.step}:customer",
        **{n: getattr(_notice(good), n) for n in Notice.__struct_fields__ if n != "notice_id"},
    )
    resolved = replace(
        moved,
        status=S.RESOLVED,
        occurred_at=moved.occurred_at + 30 * 60_000,
        outcome=OutcomeName.UPHELD,
        reasons=(),
    )
    cut = cut_after(good, moved.escalation_id, moved.step - 1)
    return [*cut, resolved, told]


def _promise_forgotten(good: Records) -> Records:
    missed: Any = good[index(good, step_of(S.MOVED_UP, S.WARNED, code="SILENCE_PROMISE_MISSED"))]
    return cut_after(good, missed.escalation_id, missed.step - 1)


def _wait_without_end(good: Records) -> Records:
    step: Any = good[index(good, step_of(S.PROMISED))]
    cut = cut_after(good, step.escalation_id, step.step)
    return changed(cut, lambda e: e is step, status=S.WAITING, until=step.occurred_at + 60_000)


def _two_open(good: Records) -> Records:
    opened: Any = good[index(good, step_of(S.OPENED))]
    other = f"{opened.visit_id}:9"
    told = Notice(
        notice_id=f"{other}:0:customer",
        addressee=_notice(good).addressee,
        channels=(),
        not_before=0,
        language="en",
        message="customer-opened",
        parameters={},
        title="",
        text="",
        escalation_id=other,
        region_id=opened.region_id,
        policy_version=opened.policy_version,
    )
    return [*cut_after(good, opened.escalation_id, 0), replace(opened, escalation_id=other), told]


def _notice(good: Records) -> Notice:
    found = next(each for each in good if isinstance(each, Notice))
    assert isinstance(found, Notice)
    return found


def _unowned(good: Records) -> Records:
    opened: Any = good[index(good, step_of(S.OPENED))]
    cut = cut_after(good, opened.escalation_id, 0)
    return changed(cut, lambda e: e is opened, manager=None, reasons=())


def _customer_notice_of(status: EscalationStatus) -> Callable[[Records], Records]:
    def planted(good: Records) -> Records:
        step: Any = good[index(good, step_of(status))]
        ids = {f"{step.escalation_id}:{step.step + n}:customer" for n in (0, 1)}
        return [e for e in good if not (isinstance(e, Notice) and e.notice_id in ids)]

    return planted


def _throttle_used(by: float) -> Callable[[Records], Records]:
    def planted(good: Records) -> Records:
        record: Any = good[index(good, is_counted)]
        used = record.throttle.used + by
        return changed(good, is_counted, throttle=replace(record.throttle, used=used))

    return planted


def _outcome_weighs_otherwise(good: Records) -> Records:
    """An outcome of an entry that a later count had to know is another."""
    for number, each in enumerate(good):
        if isinstance(each, Outcome) and each.outcome is not None:
            other = (
                OutcomeName.ABUSIVE if each.outcome is OutcomeName.UPHELD else OutcomeName.UPHELD
            )
            planted = [*good[:number], replace(each, outcome=other), *good[number + 1 :]]
            if audited(planted):
                return planted
    raise AssertionError("no outcome counts in this week")


def _out_of_reach(
    good: Records, why: Why = Why.ALREADY_TRIED, after: int = 0, whom: str = "somebody"
) -> Records:
    """It is overdue, and who is above was tried: so it stays where it is; time comes on."""
    opened: Any = good[index(good, lambda e: step_of(S.OPENED)(e) and e.manager is not None)]
    stays = replace(
        opened,
        step=1,
        status=S.WARNED,
        occurred_at=opened.decide_by,
        reasons=tuple(Reason(code=code, facts={}) for code in ("UNDECIDED", "NOBODY_ELSE")),
        passed_over=(PassedOverManager(manager_id=whom, why=why),),
    )
    cut = [*cut_after(good, opened.escalation_id, 0), stays]
    if not after:
        return cut
    minutes = default_policy().clocks.of(opened.severity).decide_minutes
    at = opened.decide_by + minutes * 60_000 + after
    return [*(each for each in cut if _at(each) <= opened.decide_by), _tick_like(good, at)]


def _tick_like(good: Records, at: int) -> Struct:
    """A record of a moment that is nobody's case."""
    return replace(good[index(good, lambda e: isinstance(e, Outcome))], occurred_at=at)


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ({"after": -1}, False),
        ({"after": 1}, True),
        ({"after": 1, "why": Why.ABSENT}, False),
        ({"after": 1, "whom": "its manager"}, False),
    ],
)
def test_a_case_is_out_of_reach_where_who_was_tried_is_never_asked_again(
    good: Records, planted: dict[str, Any], found: bool
) -> None:
    opened: Any = good[index(good, lambda e: step_of(S.OPENED)(e) and e.manager is not None)]
    if planted.get("whom"):
        planted = planted | {"whom": opened.manager.manager_id}

    assert (Breach.OUT_OF_REACH in audited(_out_of_reach(good, **planted))) is found


FAULTS: dict[str, tuple[Breach, Callable[[Records], Records]]] = {
    "a case is lost with all its steps": (Breach.RAISED_WITHOUT_CASE, _without_raised),
    "a step in the middle is lost": (
        Breach.STEPS_WITH_GAPS, lambda good: without(good, step_of(S.PROMISED)),
    ),
    "the first step is lost": (
        Breach.STEPS_WITH_GAPS, lambda good: without(good, step_of(S.OPENED)),
    ),
    "a step is there twice": (Breach.STEP_TWICE, lambda good: doubled(good, step_of(S.RESOLVED))),
    "a case goes on after its end": (
        Breach.WRONG_ORDER, lambda good: changed(good, step_of(S.CONTACTED), status=S.RESOLVED),
    ),
    "a case begins with a promise": (
        Breach.WRONG_ORDER, lambda good: changed(good, step_of(S.OPENED), status=S.PROMISED),
    ),
    "the opening is gone and the rest moved up": (
        Breach.WRONG_ORDER, lambda good: renumbered(good, step_of(S.OPENED)),
    ),
    "an open case has no deadline": (
        Breach.WITHOUT_CLOCK,
        lambda good: [
            replace(e, acknowledge_by=0) if isinstance(e, Escalation) else e for e in good
        ],
    ),
    "an open case has no manager and no reason": (Breach.WITHOUT_OWNER, _unowned),
    "a decision's deadline passes and nothing happens": (Breach.NO_EFFECT, _never_moved),
    "at the top a deadline passes unsaid": (Breach.NO_EFFECT, _never_overdue),
    "a move up comes late": (Breach.NO_EFFECT, _late("UNDECIDED")),
    "that it is overdue is said late": (Breach.NO_EFFECT, _late("OVERDUE")),
    "a missed promise is said late": (Breach.NO_EFFECT, _late("SILENCE_PROMISE_MISSED")),
    "it is decided after its time, and never moved up": (Breach.NO_EFFECT, _decided_unmoved),
    "a missed promise is forgotten": (Breach.NO_EFFECT, _promise_forgotten),
    "a wait has no end": (Breach.NO_EFFECT, _wait_without_end),
    "who was tried is never asked again": (Breach.OUT_OF_REACH, _out_of_reach),
    "a case begins above its ceiling": (
        Breach.ABOVE_CEILING, lambda good: changed(good, step_of(S.OPENED), tier=Tier.EXECUTIVE),
    ),
    "a warning finds a case above its ceiling": (
        Breach.ABOVE_CEILING,
        lambda good: changed(
            good,
            lambda e: step_of(S.WARNED)(e) and e.severity is Severity.NORMAL,
            tier=Tier.EXECUTIVE,
        ),
    ),
    "nobody told the customer of the opening": (
        Breach.NOBODY_TOLD, _customer_notice_of(S.OPENED),
    ),
    "nobody told the customer of the outcome": (
        Breach.NOBODY_TOLD, _customer_notice_of(S.RESOLVED),
    ),
    "a notice is there twice": (
        Breach.NOTICE_TWICE, lambda good: doubled(good, lambda e: isinstance(e, Notice)),
    ),
    "a visit has two open cases": (Breach.TWO_OPEN, _two_open),
    "a decision is there twice": (Breach.DECISION_TWICE, lambda good: doubled(good, is_raised)),
    "a decision is lost": (
        Breach.DECISIONS_WITH_GAPS,
        lambda good: without(
            good,
            lambda e: isinstance(e, Disagreement)
            and e.n == 1
            and sum(
                isinstance(o, Disagreement) and (o.visit_id, o.rule) == (e.visit_id, e.rule)
                for o in good
            )
            > 1,
        ),
    ),
    "a throttle counts one too many": (Breach.THROTTLE_DIFFERS, _throttle_used(1.0)),
    "a throttle counts half too few": (Breach.THROTTLE_DIFFERS, _throttle_used(-0.5)),
    "an outcome is not what was counted": (Breach.THROTTLE_DIFFERS, _outcome_weighs_otherwise),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(good: Records, name: str) -> None:
    what, plant = FAULTS[name]

    assert what in audited(plant(good))


def test_where_old_records_are_gone_nothing_is_missed(good: Records) -> None:
    """The first half of a retention is not there: no gap, no count that the rest can't give."""
    policy = default_policy()
    ledger = Ledger({policy.version: policy}, whole=False)
    for record in good[len(good) // 2 :]:
        ledger.take(record)
    ledger.tick(0, max(_at(each) for each in good))
    found = {finding.what for finding in ledger.findings()}

    assert not found & {
        Breach.STEPS_WITH_GAPS,
        Breach.WRONG_ORDER,
        Breach.THROTTLE_DIFFERS,
    }


def test_what_is_due_may_be_two_ticks_late(good: Records) -> None:
    late = _never_moved(good)
    policy = default_policy()
    ledger = Ledger({policy.version: policy})
    for record in late:
        ledger.take(record)
    moved: Any = good[index(good, step_of(S.MOVED_UP, S.WARNED, code="UNDECIDED"))]
    due = moved.occurred_at
    for after in (-1, 1, 2):
        ledger.tick(0, due + after)
        assert Breach.NO_EFFECT not in {f.what for f in ledger.findings() if f.of == (
            moved.escalation_id)}  # fmt: skip
    ledger.tick(0, due + 3)

    assert any(
        f.what is Breach.NO_EFFECT and f.of == moved.escalation_id for f in ledger.findings()
    )


@pytest.mark.parametrize(("now", "late"), [(0, 0), (1, 1)])
def test_who_has_not_acknowledged_in_time_is_counted_by_tier(now: int, late: int) -> None:
    """At EXECUTIVE no step says so; who has nobody is counted elsewhere, who has begun nowhere."""
    there = escalation(tier=Tier.EXECUTIVE)
    ledger = Ledger({})
    ledger.take(there)
    ledger.take(replace(there, escalation_id="v2:1", manager=None))
    ledger.take(replace(there, escalation_id="v3:1"))
    ledger.take(replace(there, escalation_id="v3:1", step=1, status=S.ACKNOWLEDGED))

    ledger.tick(0, there.acknowledge_by + now)

    figures = ledger.figures()
    assert sum(figures.unacknowledged_late_by_tier.values()) == late
    assert figures.unacknowledged_late_by_tier.get("EXECUTIVE", 0) == late
    assert figures.open_by_tier == {"EXECUTIVE": 3}


def test_while_nobody_wrote_ticks_nothing_came_late() -> None:
    """Down from 10 to 250 minutes: what was due then is there a little after time goes on."""
    minute, ticks = 60_000, Ticks()
    for at in (*range(0, 10 * minute, 5_000), *range(250 * minute, 300 * minute, 5_000)):
        ticks.came(0, at)

    for due, at, expected in [
        (5 * minute, 8 * minute, False),  # three ticks, each at most a minute apart
        (5 * minute, 8 * minute + 1, True),
        (9 * minute, 100 * minute, False),  # it went down
        (60 * minute, 200 * minute, False),
        (60 * minute, 253 * minute, False),
        (60 * minute, 253 * minute + 1, True),
        (298 * minute, 299 * minute, False),  # too early to say
    ]:
        assert ticks.should_have_acted(0, due, at) is expected, (due, at)
        assert not ticks.should_have_acted(1, due, at)  # no ticks there
    ticks.forget(20 * minute)
    assert not ticks.should_have_acted(0, 5 * minute, 9 * minute)


def test_no_customers_id_is_kept(good: Records) -> None:
    """So nothing of a customer who is forgotten has to be found again in its memory."""
    ledger = Ledger({})
    known: dict[str, Any] = {
        "customer_id": "somebody-known",
        "throttle": Throttle(used=0, limit=3, window_days=30),
    }
    opened: Any = good[index(good, step_of(S.OPENED))]
    addressed = replace(_notice(good).addressee, id="somebody-known")
    for record in (
        disagreement(**known),
        outcome(customer_id="somebody-known", status=OutcomeStatus.MERGED),
        replace(opened, customer_id="somebody-known"),
        replace(_notice(good), addressee=addressed),
    ):
        ledger.take(record, NOW)

    assert b"v1:1" in pickle.dumps(ledger)
    assert b"somebody-known" not in pickle.dumps(ledger)


def test_what_the_topics_keep_no_longer_is_let_go(good: Records) -> None:
    """Closed cases, decisions, notices and erasures of a month ago; what is open stays."""
    policy = default_policy()
    ledger = Ledger({policy.version: policy})
    for record in good:
        ledger.take(record)
    erased = Erased(region_id="r", occurred_at=_at(good[0]), escalation_ids=("gone:1",))
    ledger.take(erased)
    ended = {S.RESOLVED, S.WITHDRAWN, S.MERGED}
    last = {each.escalation_id: each for each in good if isinstance(each, Escalation)}
    still_open = sum(each.status not in ended for each in last.values() if each)

    ledger.tick(0, max(_at(each) for each in good) + 40 * DAY)
    ledger.forget()

    assert ledger.counted == {"decisions": 0, "cases": still_open, "notices": 0}
    assert b"gone:1" not in pickle.dumps(ledger)
    assert not {
        Breach.THROTTLE_DIFFERS,
        Breach.STEPS_WITH_GAPS,
        Breach.DECISIONS_WITH_GAPS,
    } & {each.what for each in ledger.findings()}


def test_what_an_erasure_overtook_is_not_missed(good: Records) -> None:
    raised: Any = good[index(good, is_raised)]
    erased = Erased(
        region_id=raised.region_id,
        occurred_at=raised.decided_at + 1,
        escalation_ids=(raised.escalation_id,),
    )
    lost = _without_raised(good)

    assert Breach.RAISED_WITHOUT_CASE in audited(lost)
    assert Breach.RAISED_WITHOUT_CASE not in audited([*lost, erased])


@pytest.mark.parametrize(("came", "found"), [(None, True), (HOUR, True), (4 * HOUR, False)])
def test_an_outcome_counts_from_when_it_came_not_from_when_it_occurred(
    came: int | None, found: bool
) -> None:
    """The desk was behind: its outcome of 10 minutes later was there only hours later."""
    throttle = Throttle(used=0, limit=3, window_days=30)
    first = disagreement(throttle=throttle)
    later = {"occurred_at": NOW + 3 * HOUR, "decided_at": NOW + 3 * HOUR}
    second = disagreement(
        "v2:R:1", visit_id="v2", escalation_id="v2:1", throttle=replace(throttle, used=1), **later
    )
    upheld = outcome(
        occurred_at=NOW + HOUR // 6, status=OutcomeStatus.RESOLVED, outcome=OutcomeName.UPHELD
    )
    ledger = Ledger({"default": default_policy()})
    for record, at in ((first, NOW), (upheld, None if came is None else NOW + came), (second, NOW)):
        ledger.take(record, at)

    assert (Breach.THROTTLE_DIFFERS in {each.what for each in ledger.findings()}) is found


@pytest.mark.parametrize(("hours", "found"), [(0, 3), (24, 3), (25, 1), (26, 0)])
def test_a_producer_that_misplaces_is_found_for_a_day(hours: int, found: int) -> None:
    ledger = Ledger({})
    for at in (NOW, NOW, NOW + HOUR):
        ledger.misplaced("service.closures", at)
    ledger.tick(0, NOW + hours * HOUR)
    detail = f"{found} records of the last day lay in another partition than murmur2 gives their "
    expected = [(Breach.MISPLACED, "service.closures", f"{detail}key, and were carried there")]

    for _ in range(2):
        told = [(each.what, each.of, each.detail) for each in ledger.findings()]
        assert told == (expected if found else [])
        ledger.forget()


def throttle_differs(*records: Struct) -> list[tuple[str, str]]:
    ledger = Ledger({"default": default_policy()})
    for record in records:
        ledger.take(record)
    differ = (each for each in ledger.findings() if each.what is Breach.THROTTLE_DIFFERS)
    return [(each.of, each.detail) for each in differ]


COUNTED = Throttle(used=0, limit=3, window_days=30)


@pytest.mark.parametrize(
    ("rule", "asked", "throttle", "detail"),
    [
        (Rule.WARRANTY_REVERSED, False, None, None),
        (Rule.WARRANTY_REVERSED, None, COUNTED, None),
        (
            Rule.WARRANTY_REVERSED,
            False,
            COUNTED,
            "the throttle was asked about what the product found",
        ),
        (
            Rule.WARRANTY_REVERSED,
            True,
            COUNTED,
            "it is asked for: the customer's own words never make this rule",
        ),
        (Rule.WARRANTY_DISPUTED, True, COUNTED, None),
        (Rule.WARRANTY_DISPUTED, True, None, "it is asked for, without what the throttle said"),
        (
            Rule.WARRANTY_DISPUTED,
            False,
            None,
            "it is found by the product: the customer's own words make this rule",
        ),
        (Rule.SILENCE_NO_WORD, True, COUNTED, None),
        (Rule.SILENCE_NO_WORD, False, None, None),
        (
            Rule.SILENCE_NO_WORD,
            False,
            COUNTED,
            "the throttle was asked about what the product found",
        ),
    ],
)
def test_who_asked_and_what_the_throttle_said_belong_together(
    rule: Rule, asked: bool | None, throttle: Throttle | None, detail: str | None
) -> None:
    made = disagreement(rule=rule, asked=asked, throttle=throttle)

    assert throttle_differs(made) == ([] if detail is None else [(made.disagreement_id, detail)])


def test_what_was_found_is_never_throttled() -> None:
    made = disagreement(rule=Rule.WARRANTY_REVERSED, asked=False, decision=Decision.THROTTLED)

    assert throttle_differs(made) == [
        (made.disagreement_id, "the throttle was asked about what the product found")
    ]


@pytest.mark.parametrize(
    ("entry", "asked", "of_asked", "least", "most"),
    [
        (Rule.WARRANTY_DISPUTED, True, True, 1, 1),
        (Rule.WARRANTY_DISPUTED, None, True, 1, 1),
        (Rule.WARRANTY_REVERSED, False, True, 0, 0),
        (Rule.WARRANTY_REVERSED, None, True, 0, 0),  # found by a version before: nothing for good
        (Rule.WARRANTY_REVERSED, None, None, 0, 1),  # which counted it, or today's, which does not
        (Rule.SILENCE_NO_WORD, None, True, 0, 1),
        (Rule.SILENCE_NO_WORD, True, True, 1, 1),
        (Rule.SILENCE_NO_WORD, False, True, 0, 0),
    ],
)
@pytest.mark.parametrize("used", [0, 0.5, 1, 1.5])
def test_only_what_was_asked_for_counts(
    entry: Rule,
    asked: bool | None,
    *,
    of_asked: bool | None,
    least: float,
    most: float,
    used: float,
) -> None:
    first = disagreement("v1:A:1", rule=entry, asked=asked)
    if asked is not False:
        first = replace(first, throttle=COUNTED)
    second = disagreement(
        "v2:B:1", visit_id="v2", escalation_id="v2:1", rule=Rule.REQUESTED_BY_CUSTOMER,
        asked=of_asked, throttle=replace(COUNTED, used=used),
        occurred_at=NOW + HOUR, decided_at=NOW + HOUR,
    )  # fmt: skip
    right = least <= used <= most

    detail = f"used is {used:g}: the entries give {least:g} to {most:g}"
    assert throttle_differs(first, second) == ([] if right else [("v2:B:1", detail)])


@pytest.mark.parametrize(("limit", "right"), [(2, False), (3, True), (4, True), (83, True)])
def test_a_limit_is_the_policys_and_one_more_for_each_vehicle(limit: int, right: bool) -> None:
    made = disagreement(asked=True, throttle=replace(COUNTED, limit=limit))

    assert (throttle_differs(made) == []) is right


THROTTLED_BY = Throttle(used=3, limit=3, window_days=30)


def raised_at(number: int, site_id: str, hours: float, **fields: Any) -> Disagreement:
    moment = NOW + round(hours * HOUR)
    return disagreement(
        f"v{number}:R:1",
        visit_id=f"v{number}",
        escalation_id=f"v{number}:1",
        site_id=site_id,
        occurred_at=moment,
        decided_at=moment,
        throttle=Throttle(used=number, limit=3, window_days=30),
        **fields,
    )


def held_back(hours: float, code: str = "THROTTLE") -> Disagreement:
    made = raised_at(9, "home", hours, decision=Decision.THROTTLED)
    reason = Reason(code=code, facts={})
    return replace(made, escalation_id=None, throttle=THROTTLED_BY, reasons=(reason,))


def spent_elsewhere(*records: Struct) -> list[tuple[str, str]]:
    ledger = Ledger({"default": default_policy()})
    for record in records:
        ledger.take(record)
    return [
        (each.of, each.detail) for each in ledger.findings() if each.what is Breach.SPENT_ELSEWHERE
    ]


@pytest.mark.parametrize(
    ("sites", "days_apart", "named"),
    [
        (["home", "home", "home"], 0.1, None),
        (["a", "a", "a"], 0.1, "a"),
        (["home", "home", "a"], 0.1, "a"),
        (["a", "a", "a"], 5, None),  # somebody who went to another site, weeks before
        (["a", "b", "home"], 5, "a, b"),
    ],
)
def test_a_throttle_that_other_sites_have_filled_is_named(
    sites: list[str], days_apart: float, named: str | None
) -> None:
    """B2: three visits of a customer are invented, and their own rise is THROTTLED."""
    invented = [
        raised_at(number, site_id, number * days_apart * 24) for number, site_id in enumerate(sites)
    ]
    found = spent_elsewhere(*invented, held_back(3 * days_apart * 24))

    detail = f"at home, by what was raised at {named}: was the customer there? An appeal lifts it"
    assert found == ([] if named is None else [("v9:R:1", detail)])


def test_what_does_not_count_or_holds_nobody_back_is_not_named() -> None:
    invented = [raised_at(number, f"s{number}", number) for number in range(3)]
    upheld = [
        outcome(
            escalation_id=f"v{number}:1",
            occurred_at=NOW + 4 * HOUR,
            status=OutcomeStatus.RESOLVED,
            outcome=OutcomeName.UPHELD,
        )
        for number in range(3)
    ]

    assert spent_elsewhere(*invented, held_back(5))
    assert spent_elsewhere(*invented, held_back(5, code="BLOCK_LIST")) == []
    assert spent_elsewhere(*invented, raised_at(9, "home", 5)) == []
    assert spent_elsewhere(*invented, held_back(40 * 24)) == []
    assert spent_elsewhere(*invented, *upheld, held_back(8)) == []
