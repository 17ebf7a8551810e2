"""Moments: what visits add to them is what a recount over customers gives."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.customers.compared import MOST_PLACES, RATIOS
from agents.core.world import Directory
from schemas.records import Arm, Erasure, Insight, Settled, VisitEnded
from tests.core.builders import DAY, at, check_in, closure, policy, said, site
from tests.core.builders import diagnosis as diagnosed
from tests.core.customers.stage import Stage

PLACES = ("s1", "s2")


def stage(*, percent: Any = 50, **rules: Any) -> Stage:
    everywhere = {"gate": "LIVE", "percent": percent}
    made = Stage(policy(pilot={"salt": "x", "default": everywhere}, **rules))
    names = [f"s{number}" for number in range(1, MOST_PLACES + 3)]
    made.directory = Directory([site(site_id=name) for name in names])
    return made


def insights(made: Stage) -> list[Insight]:
    return [each for each in made.outputs if isinstance(each, Insight)]


def sums(made: Stage) -> dict[tuple[str, Arm, int], Counter[str]]:
    found: dict[tuple[str, Arm, int], Counter[str]] = defaultdict(Counter)
    for each in insights(made):
        if each.share is not None:
            found[each.site_id, each.arm, each.share].update(each.counts)
    return found


VISITS = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3", "c4", "c5"]),
        st.sampled_from(PLACES),
        st.booleans(),
        st.lists(st.integers(1, 5), max_size=3),
    ),
    max_size=12,
)


@given(VISITS)
def test_the_moments_are_those_of_a_recount_over_customers(
    visits: list[tuple[str, str, bool, list[int]]],
) -> None:
    """Also of ratings that come after the end of their visit, and of one that is changed."""
    made = stage()
    rated: dict[str, int] = {}
    for number, (customer_id, site_id, same_day, ratings) in enumerate(visits):
        of: dict[str, Any] = {
            "customer_id": customer_id,
            "site_id": site_id,
            "visit_id": f"v{number}",
            "vehicle_id": f"car{number}",
        }
        made.take(check_in(f"i{number}", days=number, **of))
        made.take(closure(f"c{number}", days=number + (not same_day), hours=1, **of))
        for turn, rating in enumerate(ratings):
            made.take(
                said(
                    f"r{number}-{turn}",
                    "RATED",
                    "NONE",
                    days=number + 1,
                    hours=2 + turn,
                    rating=rating,
                    **of,
                )
            )
            rated[f"v{number}"] = rating
    people: dict[tuple[str, Arm], dict[str, Counter[str]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    for each in made.outputs:
        if isinstance(each, VisitEnded):
            own = people[each.site_id, each.arm][each.customer_id]
            own.update(visits=1, same_day=int(each.same_day), findings=each.findings)
            if each.visit_id in rated:
                own.update(rated=1, ratings=rated[each.visit_id])
    expected = {}
    for (site_id, arm), of_arm in people.items():
        counts: Counter[str] = Counter(customers=len(of_arm))
        for base, part in RATIOS:
            x = [own[base] for own in of_arm.values()]
            y = [own[part] for own in of_arm.values()]
            counts[f"customers_{base}_squared"] = sum(each * each for each in x)
            counts[f"customers_{part}_squared"] = sum(each * each for each in y)
            counts[f"customers_{base}_by_{part}"] = sum(a * b for a, b in zip(x, y, strict=True))
        for name, part in (
            ("visits_ended", "visits"),
            ("visits_same_day", "same_day"),
            ("visits_rated", "rated"),
            ("ratings", "ratings"),
        ):
            counts[name] = sum(own[part] for own in of_arm.values())
        expected[site_id, arm, 5_000] = counts
    found = sums(made)
    assert found.keys() == expected.keys()
    for place, counts in expected.items():
        assert {name: found[place][name] for name in counts} == dict(counts)


@pytest.mark.parametrize(
    ("percent", "share"), [(0, None), ("0.01", 1), ("99.99", 9_999), (100, None)]
)
def test_nobody_is_compared_where_all_or_none_are_inside(
    percent: str | int, share: int | None
) -> None:
    made = stage(percent=percent)
    made.take(check_in())
    made.take(closure(hours=1))

    (ended,) = insights(made)
    assert (ended.share, ended.counts.get("customers")) == (share, share and 1)


def test_a_visit_keeps_the_share_with_which_it_began() -> None:
    made = stage(percent=25)
    made.take(check_in())
    made.rules = policy(pilot={"salt": "x", "default": {"gate": "LIVE", "percent": 75}})
    made.take(closure(hours=1))

    assert [each.share for each in insights(made)] == [2_500]


def test_what_is_old_is_compared_with_nothing() -> None:
    """Under generation 1 no share is kept, so none is there when the policy goes on."""
    made = stage(generation=1)
    made.take(check_in())
    made.rules = policy(pilot={"salt": "x", "default": {"gate": "LIVE", "percent": 50}})
    made.take(closure(hours=1))

    assert [each.share for each in insights(made)] == [None]


@pytest.mark.parametrize("places", [MOST_PLACES - 1, MOST_PLACES, MOST_PLACES + 1])
def test_of_a_customer_of_very_many_sites_the_first_ones_are_compared(places: int) -> None:
    made = stage()
    for number in range(1, places + 1):
        of: dict[str, Any] = {
            "site_id": f"s{number}",
            "visit_id": f"v{number}",
            "vehicle_id": f"car{number}",
        }
        made.take(check_in(f"i{number}", days=number, **of))
        made.take(closure(f"c{number}", days=number, hours=1, **of))

    shares = [each.share for each in insights(made)]
    assert shares == [5_000] * min(places, MOST_PLACES) + [None] * (places - MOST_PLACES)
    assert len(made.customer().compared) == min(places, MOST_PLACES)


@pytest.mark.parametrize(("late", "returned"), [(-1, 1), (0, 1), (1, None)])
def test_a_return_is_within_14_days_for_a_symptom_of_before(
    late: int, returned: int | None
) -> None:
    made = stage()
    made.take(check_in(symptoms=("rattle",)))
    made.take(diagnosed(fault_found=False))
    made.take(closure(hours=1))
    came = 14 * DAY + late
    again: dict[str, Any] = {"visit_id": "v2", "days": came / DAY}
    made.take(check_in("in2", symptoms=("smell", "rattle"), **again))
    made.take(closure("c2", hours=2, **again))

    first, second = insights(made)
    assert first.counts.get("visits_returned") is None
    assert second.counts.get("visits_returned") == returned


@pytest.mark.parametrize("differs", [{"vehicle_id": "car2"}, {"symptoms": ("smell",)}])
def test_another_vehicle_or_symptom_is_no_return(differs: dict[str, Any]) -> None:
    made = stage()
    made.take(check_in(symptoms=("rattle",)))
    made.take(diagnosed(fault_found=False))
    made.take(closure(hours=1))
    made.take(check_in("in2", days=1, **({"visit_id": "v2", "symptoms": ("rattle",)} | differs)))
    made.take(closure("c2", days=1, visit_id="v2", vehicle_id=differs.get("vehicle_id", "car1")))

    assert "visits_returned" not in insights(made)[-1].counts


def test_what_a_customer_says_of_a_settled_matter_moves_with_their_word() -> None:
    made = stage()
    made.take(check_in())
    made.take(closure(hours=1))
    for hour, word in ((2, "NO"), (3, "NO"), (4, "YES")):
        made.take(said(f"r{hour}", "RATED", "NONE", hours=hour, rating=3, settled=Settled(word)))

    said_of = [
        {k: n for k, n in each.counts.items() if k.startswith("settled")} for each in insights(made)
    ]
    assert said_of == [{}, {"settled_no": 1}, {"settled_no": -1, "settled_yes": 1}]


def test_who_was_forgotten_is_another_customer_when_they_come_again() -> None:
    made = stage()
    made.take(check_in())
    made.take(closure(hours=1))
    made.take(Erasure(customer_id="c1", occurred_at=at(days=1)))
    made.take(check_in("in2", days=2, visit_id="v2"))
    made.take(closure("c2", days=2, hours=1, visit_id="v2"))

    assert [each.counts.get("customers") for each in insights(made)] == [1, 1]
    assert [each.visits for each in made.customer().compared] == [1]


def test_a_response_after_the_end_that_rates_nothing_adds_nothing() -> None:
    made = stage()
    made.take(check_in())
    made.take(closure(hours=1))
    made.take(said("r", "ASKED", "NONE", hours=2))

    assert len(insights(made)) == 1
