"""The statistics of `recourse effect`, against published numbers and against chance."""

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.operations.effect.intervals import (
    ENOUGH_CUSTOMERS,
    Difference,
    Pair,
    always,
    difference_of,
    once,
    still_missing,
    variance_to_see,
)
from agents.operations.effect.moments import Moments, moments_of
from agents.operations.effect.sample_ratio import Drawn, ratio_of
from tests.pilots import Network, looked_at

CUSTOMERS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=2, max_size=30)


def arm(customers: int, x: int, y: int) -> Moments:
    """Customers that are all alike, but for one."""
    return moments_of([(x, y)] * (customers - 1) + [(x, 0)])


def test_the_example_of_another_library_comes_out() -> None:
    """tea-tasting 1.14, README, `orders_per_session=tt.RatioOfMeans("orders", "sessions")` on
    `tt.make_users_data(seed=42)`: "0.266  0.289  8.8%  [-0.89%, 19%]  0.0762". The sums are of its
    data, the last digits from the result that it prints. It takes Student's t, we the normal.
    """
    control = Moments(customers=2023, x=4038, y=1073, xx=10098, yy=2073, xy=2648)
    treatment = Moments(customers=1977, x=3920, y=1133, xx=9698, yy=2121, xy=2730)

    difference = difference_of([Pair(inside=treatment, outside=control)])

    assert (round(control.share, 3), round(treatment.share, 3)) == (0.266, 0.289)
    assert difference is not None
    assert difference.value / sqrt(difference.variance) == pytest.approx(1.7734, abs=1e-3)
    interval = once(difference, error=0.05)
    assert (interval.low, interval.high) == pytest.approx((-0.00246, 0.04907), abs=1e-4)


@given(CUSTOMERS)
def test_the_variance_is_that_of_each_customers_part(customers: list[tuple[int, int]]) -> None:
    """The delta method by its definition: the mean of (y - share x) / mean of x, over customers."""
    moments = moments_of(customers)
    share = sum(y for _, y in customers) / sum(x for x, _ in customers)
    mean = sum(x for x, _ in customers) / len(customers)
    parts = [(y - share * x) / mean for x, y in customers]

    expected = sum(each**2 for each in parts) / (len(parts) - 1) / len(parts)
    if expected * moments.x**2 * (len(parts) - 1) / len(parts) < 1:
        return  # see the next test
    assert moments.variance == pytest.approx(expected, abs=1e-12)


def test_customers_who_are_all_alike_make_nothing_certain() -> None:
    """Nobody came back, of 50 inside and 50 outside: the difference is not 0 for sure."""
    nobody = Moments(customers=50, x=50, xx=50)

    difference = difference_of([Pair(inside=nobody, outside=nobody)])
    assert difference is not None
    assert difference.value == 0
    assert sqrt(difference.variance) == pytest.approx(sqrt(2) / 50, rel=0.02)


def test_who_comes_often_counts_as_one() -> None:
    """A hundred visits of one customer say less than one visit each of a hundred."""
    regulars = moments_of([(10, 10), (10, 0)] * 5)
    strangers = moments_of([(1, 1), (1, 0)] * 50)

    assert regulars.share == strangers.share
    assert regulars.variance > 5 * strangers.variance


def test_a_site_is_compared_with_itself() -> None:
    """The better site has most of its customers inside, the worse few: there is no difference."""
    better = Pair(inside=arm(90, 10, 8), outside=arm(10, 10, 8))
    worse = Pair(inside=arm(10, 10, 2), outside=arm(90, 10, 2))

    difference = difference_of([better, worse])

    assert difference is not None
    assert abs(difference.value) < 0.05  # as they are, all inside less all outside: 0.46
    assert difference.x == 2_000


@pytest.mark.parametrize(("customers", "counts"), [(-1, False), (0, True), (1, True)])
def test_an_arm_of_few_says_nothing(customers: int, counts: bool) -> None:
    few = arm(ENOUGH_CUSTOMERS + customers, 1, 1)

    assert [
        difference_of([Pair(inside=few, outside=arm(50, 1, 1))]) is not None,
        difference_of([Pair(inside=arm(50, 1, 1), outside=few)]) is not None,
    ] == [counts, counts]


def test_an_arm_without_what_is_counted_says_nothing() -> None:
    silent = Moments(customers=50)

    assert difference_of([Pair(inside=silent, outside=arm(50, 1, 1))]) is None


@pytest.mark.parametrize("seen", [10, 1_000, 100_000])
def test_the_interval_is_that_of_the_conjugate_mixture(seen: int) -> None:
    """The margin as its authors write it (drconfseq, `std_conjmix_margin`), for variance 1 and
    rho² = worthwhile²: sqrt(2 (t rho² + 1) log(sqrt(t rho² + 1) / alpha) / (t² rho²)).
    """
    rho2, alpha = 0.04**2, 0.05
    margin = sqrt(2 * (seen * rho2 + 1) * log(sqrt(seen * rho2 + 1) / alpha) / (seen**2 * rho2))

    difference = Difference(value=0.5, variance=1 / seen, x=seen)
    interval = always(difference, worthwhile=0.04, error=alpha)
    assert (interval.low, interval.high) == pytest.approx((0.5 - margin, 0.5 + margin))


def test_more_than_what_is_missing_is_not_needed() -> None:
    """With the variance that it takes, nothing is missing; with four times it, three times more."""
    wanted = variance_to_see(0.02, 0.05)
    enough = Difference(value=0, variance=wanted, x=1_000)

    assert still_missing(enough, worthwhile=0.02, error=0.05) == 0
    assert still_missing(
        Difference(value=0, variance=4 * wanted, x=1_000), worthwhile=0.02, error=0.05
    ) == pytest.approx(3_000, abs=1)


FEW_SITES = Network(sites=3, customers=300, visits=8)


def test_pilots_that_do_not_differ_hardly_ever_say_something() -> None:
    """Thirty pilots of ninety days, looked at every day; `tests.pilots` looks at thousands."""
    seen = [looked_at(seed, FEW_SITES) for seed in range(30)]

    assert sum(each.always is not None for each in seen) <= 3
    intervals = [once(each.last, error=0.05) for each in seen]
    assert sum(each.low <= 0 <= each.high for each in intervals) >= 25


def test_who_takes_visits_for_people_finds_what_is_not_there() -> None:
    """The harness can tell: few customers who come often, and an analysis by visit fails."""
    network = Network(sites=2, customers=60, visits=20, spread=0.6)
    seen = [looked_at(seed, network) for seed in range(15)]

    assert sum(each.always is not None for each in seen) <= 2
    assert sum(each.by_visit is not None for each in seen) >= 5


def test_what_is_planted_is_found() -> None:
    """Enough visits for eight points: planned to be found in four of five."""
    network = Network(sites=3, customers=400, visits=28)
    seen = [looked_at(seed, network, points=8, worthwhile=8) for seed in range(12)]

    assert sum(each.always is not None for each in seen) >= 7


def test_the_ratio_of_the_arms_is_believed_where_it_is_as_drawn() -> None:
    ratio = ratio_of(
        [Drawn(share=2_500, inside=251, outside=749), Drawn(share=5_000, inside=490, outside=510)]
    )

    assert (ratio.customers, ratio.inside, ratio.expected) == (2_000, 741, 750)
    assert (ratio.p, ratio.is_off) == (1.0, False)


def test_customers_who_are_lost_of_one_arm_are_missed() -> None:
    """One in ten of those inside is nowhere."""
    ratio = ratio_of([Drawn(share=5_000, inside=4_500, outside=5_000)])

    assert ratio.is_off


def test_the_evidence_of_a_wrong_ratio_is_the_likelihood_of_the_odds() -> None:
    """One customer inside of one, drawn with a half: by hand."""
    odds = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
    likelihoods = [2 / (1 + exp(-sign * each)) for each in odds for sign in (1, -1)]

    mean = sum(likelihoods) / len(likelihoods)
    assert ratio_of([Drawn(share=5_000, inside=1, outside=0)]).p == pytest.approx(min(1, 1 / mean))
