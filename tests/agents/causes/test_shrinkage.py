"""Rates drawn towards the network's."""

from math import exp, isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.operations.causes.shrinkage import Gamma, Mixture, Seen, gamma_below, of_network

SITES = st.lists(
    st.builds(Seen, st.integers(0, 60), st.integers(60, 5_000)), min_size=2, max_size=15
)


@pytest.mark.parametrize(
    ("cases", "visits", "rate"),
    [(0, 10_000, 4.55e-5), (1, 10_000, 4.77e-5)],
)
def test_the_kidney_cancer_rates_of_bayesian_data_analysis_come_out(
    cases: int, visits: int, rate: float
) -> None:
    """Gelman and others, Bayesian Data Analysis, 3rd edition, section 2.7, as worked out in
    github.com/IrvingGomez/BayesianStatistics: "E(θj|Yj) = (20+Yj)/(430000+10nj)", for a town of
    1,000 people 4.545454545454545e-05 without a death in ten years, 4.772727272727273e-05 with one.
    """
    assert isclose(Gamma(20, 430_000).after(Seen(cases, visits)).mean, rate, abs_tol=5e-8)


def test_the_incomplete_gamma_function_is_that_of_the_chi_squared_table() -> None:
    """P(k/2, x/2) is the chi-squared distribution's: 3.841 and 18.307 are its 95 % points at 1 and
    10 degrees of freedom; and P(1, x) is 1 - exp(-x).
    """
    assert isclose(gamma_below(0.5, 3.841459 / 2), 0.95, abs_tol=1e-6)
    assert isclose(gamma_below(5, 18.307038 / 2), 0.95, abs_tol=1e-6)
    assert isclose(gamma_below(1, 1), 0.6321205588, abs_tol=1e-9)
    assert gamma_below(3, 0) == 0


@given(SITES)
def test_a_rate_lies_between_its_own_and_what_sites_have(sites: list[Seen]) -> None:
    among = of_network(sites)
    if among is None:
        assert sum(each.cases for each in sites) == 0
        return
    for seen in sites:
        known = among.of_site(seen)
        own, prior = seen.cases / seen.visits, [part.mean for _, part in among.parts]
        assert min(own, *prior) <= known.mean * 1.000001
        assert known.mean <= max(own, *prior) * 1.000001
        assert 0 <= known.quantile(0.025) < known.quantile(0.5) < known.quantile(0.975)


@given(SITES, st.randoms(use_true_random=False))
def test_the_order_of_sites_makes_no_difference(sites: list[Seen], chance: Random) -> None:
    among, mixed = of_network(sites), list(sites)
    chance.shuffle(mixed)
    other = of_network(mixed)
    assert (among is None) == (other is None)
    if among and other:
        assert isclose(among.mean, other.mean, rel_tol=1e-6)


def test_few_visits_are_drawn_further_than_many() -> None:
    """Of 25 in 1,000 each: ten sites of 4 in 1,000 say what is usual."""
    usual = [Seen(8, 2_000)] * 10
    small, large = Seen(1, 40), Seen(100, 4_000)
    among = of_network([*usual, small, large])
    assert among is not None

    assert among.of_site(small).mean < among.of_site(large).mean < 0.025
    assert among.of_site(large).mean > 0.02
    assert among.of_site(small).mean < 0.012


def test_nothing_seen_is_nothing_known() -> None:
    assert of_network([Seen(0, 100), Seen(0, 0)]) is None
    assert of_network([]) is None


def test_a_chance_of_all_counts_adds_up_to_one_also_of_a_rate_that_is_higher() -> None:
    known = Mixture(((0.3, Gamma(2, 100)), (0.7, Gamma(5, 400))))
    for times in (0.5, 1.0, 3.0):
        whole = sum(exp(known.log_chance(Seen(cases, 200), times)) for cases in range(400))
        assert isclose(whole, 1, abs_tol=1e-6)


def test_an_interval_of_95_percent_holds_for_sites_as_they_are_drawn() -> None:
    """400 networks of 12 sites, small and large, whose rates differ by a third: 4,800 intervals."""
    chance, held, width = Random(1), 0, 0
    for _ in range(60):
        visits = [int(chance.uniform(50, 1_500)) for _ in range(12)]
        rates = [chance.gammavariate(9, 0.006 / 9) for _ in visits]
        sites = [Seen(_poisson(n * rate, chance), n) for n, rate in zip(visits, rates, strict=True)]
        among = of_network(sites)
        if among is None:
            continue
        for seen, rate in zip(sites, rates, strict=True):
            known = among.of_site(seen)
            held += known.quantile(0.025) <= rate <= known.quantile(0.975)
            width += 1
    assert held / width > 0.93


def _poisson(mean: float, chance: Random) -> int:
    at, count = chance.expovariate(1), 0
    while at < mean:
        at, count = at + chance.expovariate(1), count + 1
    return count
