"""Whatever happens, in whichever order it is read: the sums are those of a plain recount."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.core.handling import Skipped
from schemas.records import Arm, OutcomeName, Reason, Rule, Severity, Tier
from tests.core.builders import DAY, HOUR, MINUTE, START
from tests.core.site_days.history import (
    TOPICS,
    ZONES,
    Given,
    Insights,
    answer,
    appeal_of_outcome,
    appeal_of_throttle,
    decided,
    delivery,
    insight,
    step,
)
from tests.site_day_recount import counted, recount

SITES = st.sampled_from(["berlin", "fresno", "nowhere"])
MOMENTS = st.integers(START, START + 3 * DAY)
SEVERITIES = st.sampled_from([each for each in Severity if each is not Severity.UNKNOWN])
TIERS = st.sampled_from(list(Tier))
NAMES = st.dictionaries(
    st.sampled_from(["visits_ended", "ratings", "customers"]), st.integers(-5, 9), min_size=1
)
AFTER = ["ACKNOWLEDGED", "CONTACTED", "PROMISED", "WAITING", "MOVED_UP", "RESOLVED", "REOPENED",
         "JOINED", "WITHDRAWN", "REASSIGNED", "CONFIRMED", "SNOOZED", "MERGED"]  # fmt: skip
GRACE_OVER = (Reason(code="GRACE_OVER", facts={}),)
REASONS = st.sampled_from([(), (), (appeal_of_throttle(),), (appeal_of_outcome(),)])


@st.composite
def cases(draw: st.DrawFn, number: int) -> list[Given]:
    """The steps of a case, in order; of some the first are lost."""
    statuses = ["OPENED", *draw(st.lists(st.sampled_from(AFTER), max_size=7))]
    at, site_id = draw(MOMENTS), draw(SITES)
    severity, tier = draw(SEVERITIES), draw(TIERS)
    steps = []
    for place, status in enumerate(statuses):
        at += draw(st.integers(0, 6 * HOUR))
        more: dict[str, Any] = {"outcome": OutcomeName.UPHELD} if status == "RESOLVED" else {}
        steps.append(
            step(
                status,
                place,
                at,
                escalation_id=f"w{number}:1",
                site_id=site_id,
                severity=severity,
                tier=tier,
                reasons=draw(REASONS) if status in ("OPENED", "JOINED", "REOPENED") else (),
                **more,
            )
        )
    return steps[draw(st.sampled_from([0, 0, 0, 1])) :]


@st.composite
def histories(draw: st.DrawFn) -> list[Given]:
    """What lies in the topics, one behind the other as they may be read; some of it twice."""
    numbers = range(draw(st.integers(0, 3)))
    of_cases = [draw(cases(number)) for number in numbers]
    ids = count()
    loose = [
        *draw(st.lists(st.builds(insight, NAMES, st.just(""), MOMENTS, site_id=SITES,
                                 share=st.sampled_from([None, 2500]),
                                 arm=st.sampled_from(list(Arm)),
                                 manager_id=st.sampled_from([None, "lena"]),
                                 day=st.sampled_from([date(2026, 3, 2), date(2026, 3, 4)])),
                       max_size=5)),
        *draw(st.lists(st.builds(decided, st.sampled_from(["RAISED", "AWAITING", "THROTTLED"]),
                                 st.integers(1, 9), MOMENTS, site_id=SITES,
                                 asked=st.sampled_from([None, True, False]),
                                 reasons=st.sampled_from([(), GRACE_OVER]),
                                 rule=st.sampled_from(list(Rule))), max_size=5)),
        *draw(st.lists(st.builds(answer, st.sampled_from(["e1", "e2", "e3"]), at=MOMENTS,
                                 escalation_id=st.sampled_from(["w0:1", "w1:1", "w9:1"])),
                       max_size=4)),
        *draw(st.lists(st.builds(delivery, st.sampled_from(["n1", "n2"]), at=MOMENTS,
                                 delivered=st.booleans(), escalation_id=st.just("w0:1")),
                       max_size=4)),
        delivery("n3", delivered=False, escalation_id=None),
    ]  # fmt: skip
    named = [Given(each.record, f"i{next(ids)}", each.at) for each in loose]
    lanes = [lane for lane in (*of_cases, named) if lane]
    order = draw(st.permutations([place for place, lane in enumerate(lanes) for _ in lane]))
    heads = [iter(lane) for lane in lanes]
    read = [next(heads[place]) for place in order]
    return [each for each in read for _ in range(draw(st.sampled_from([1, 1, 1, 2])))]


def once(history: Iterable[Given]) -> list[Any]:
    """The records, each once: by the id by which its readers tell it."""
    found: dict[object, Any] = {}
    for each in history:
        record = each.record
        names = ("disagreement_id", "step", "notice_id", "delivered", "event_id", "escalation_id")
        of_it = tuple(getattr(record, name, None) for name in names)
        named = each.id if type(record).__name__ == "Insight" else of_it
        found.setdefault((TOPICS[type(record)], named), record)
    return list(found.values())


@given(histories(), st.data())
def test_the_sums_are_those_of_a_recount_whatever_the_order_and_however_often_it_restarts(
    history: list[Given], data: st.DataObject
) -> None:
    stage = Insights()
    for each in history:
        stage.hears(each)
        if data.draw(st.booleans()):
            stage.restart()
        if data.draw(st.booleans()):
            stage.tick(stage.now + MINUTE)
    stage.tick(stage.now + MINUTE)

    assert counted(stage.written) == recount(once(history), ZONES)


@given(histories())
def test_a_history_that_is_read_a_second_time_adds_nothing(history: list[Given]) -> None:
    stage = Insights()
    for each in history:
        stage.hears(each)
    stage.tick(stage.now + MINUTE)
    before = stage.state

    again = [stage.hears(each) for each in history]

    assert stage.state == before
    assert {each.passed_over for each in again} <= {Skipped.DUPLICATE, None}
