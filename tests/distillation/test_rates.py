"""The arithmetic of patterns against values worked out elsewhere, and its properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from moe_memorygraph.distillation.rates import (
    expected_ratios,
    extra_variance,
    false_discovery_rates,
    inflation,
    poisson_variance,
    power,
    rate_ratios,
    time_ratios,
)


def test_rate_ratio_of_the_nurses_health_study() -> None:
    # Postmenopausal hormones: 30 events in 54,308.7 person-years against 60 in 51,477.5. Rosner, Fundamentals of
    # Biostatistics, gives the rate ratio 0.47 with the interval 0.31 to 0.73.
    result = rate_ratios(30, 54_308.7, 60, 51_477.5)
    assert float(result.ratio) == pytest.approx(0.474, abs=0.001)
    assert float(result.low) == pytest.approx(0.306, abs=0.006)
    assert float(result.high) == pytest.approx(0.734, abs=0.01)


def test_p_is_the_mid_p_of_the_exact_test() -> None:
    half_of_more = stats.binom.sf(167, 288, 0.5) + stats.binom.sf(168, 288, 0.5)
    assert float(rate_ratios(168, 92, 120, 92).p) == pytest.approx(half_of_more)
    assert float(rate_ratios(120, 92, 168, 92).p) == pytest.approx(half_of_more)
    assert float(rate_ratios(12, 92, 0, 92).p) == pytest.approx(0.5**12)


def test_zero_counts_have_a_ratio_and_an_interval() -> None:
    appeared, vanished = rate_ratios(12, 92, 0, 92), rate_ratios(0, 92, 12, 92)
    assert float(appeared.ratio) == pytest.approx(25)
    assert 1 < float(appeared.low) < float(appeared.ratio) < float(appeared.high) < math.inf
    assert float(vanished.ratio) == pytest.approx(1 / 25)
    assert float(vanished.p) == pytest.approx(float(appeared.p))
    assert float(rate_ratios(0, 92, 0, 92).p) == pytest.approx(1)


def test_exposure_counts() -> None:
    assert float(rate_ratios(30, 30, 90, 90).ratio) == pytest.approx(1)
    assert float(rate_ratios(30, 30, 90, 90).p) > 0.9


def test_spread_widens_the_interval_only() -> None:
    narrow, wide = rate_ratios(168, 92, 120, 92), rate_ratios(168, 92, 120, 92, spread=4)
    assert wide.ratio == narrow.ratio
    assert wide.low < narrow.low < narrow.high < wide.high
    assert float(wide.p) == pytest.approx(math.erfc(2.82 / 2 / math.sqrt(2)), abs=0.01)


@given(st.integers(0, 400), st.integers(0, 400), st.floats(1, 400), st.floats(1, 400))
def test_the_interval_leaves_out_one_where_p_is_small(count: int, base: int, days: float, before: float) -> None:
    result = rate_ratios(count, days, base, before)
    low, high, p = float(result.low), float(result.high), float(result.p)
    assert low < high
    if not 0.025 < p < 0.075:
        assert (p < 0.05) == (not low <= 1 <= high)


def test_p_values_of_poisson_counts_without_change_are_spread_evenly() -> None:
    rng = np.random.default_rng(1)
    for mean in (12, 40, 200):
        p = rate_ratios(rng.poisson(mean, 200_000), 92, rng.poisson(3 * mean, 200_000), 276).p
        for level in (0.05, 0.01, 0.001):
            assert 0.6 * level < np.mean(p < level) < 1.15 * level


def test_the_spread_of_negative_binomial_counts_is_found_and_makes_p_values_even() -> None:
    rng = np.random.default_rng(2)
    means = rng.choice([30.0, 100.0, 400.0], 40_000)
    alpha = 0.05
    one, two = (rng.poisson(rng.gamma(1 / alpha, means * alpha)).astype(float) for _ in range(2))
    total, share, parts = one + two, np.full(len(one), 0.5), np.full(len(one), 2.0)
    found = extra_variance(np.log((one + 0.5) / (two + 0.5)), poisson_variance(total, share), parts)
    assert 0.95 * alpha < found < 1.1 * alpha
    p = rate_ratios(one, 1, two, 1, spread=inflation(total, share, found, parts)).p
    assert 0.04 <= np.mean(p < 0.05) <= 0.055
    assert np.mean(p < 0.001) <= 0.0013
    assert extra_variance(np.full(20, 3.0), np.full(20, 0.1), np.full(20, 2.0)) == 0


def test_observed_over_expected() -> None:
    # Garwood's exact interval of 10 observed is 4.80 to 18.39; Jeffreys' lies inside it.
    result = expected_ratios(10, 5)
    assert float(result.ratio) == 2
    assert 4.80 / 5 < float(result.low) < float(result.high) < 18.39 / 5
    assert 0.03 < float(result.p) < 0.064  # twice the upper tail is 0.064 with all of the tenth event, 0.027 without


def test_times_are_compared_as_welch_did() -> None:
    rng = np.random.default_rng(3)
    now, before = rng.normal(2.4, 1.0, 300), rng.normal(2.0, 1.3, 500)
    (n1, n2), (s1, s2) = (len(now), len(before)), (now.sum(), before.sum())
    result = time_ratios((n1, s1, (now**2).sum()), (n2, s2, (before**2).sum()))
    theirs = stats.ttest_ind(now, before, equal_var=False)
    assert float(result.p) == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval()
    assert float(result.low) == pytest.approx(math.exp(interval.low))
    assert float(result.high) == pytest.approx(math.exp(interval.high))


def test_power_grows_with_counts_and_falls_with_spread() -> None:
    small, large, spread = (float(power(n, 0.5, phi, effect=1.4)) for n, phi in ((60, 1), (1200, 1), (1200, 4)))
    assert small < 0.1 < spread < large
    assert large > 0.99


def test_false_discovery_rates_of_benjamini_and_hochberg() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.55), "BH")
    rates = false_discovery_rates([0.01, 0.04, 0.03, 0.005, 0.55])
    assert rates == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.55])
    assert false_discovery_rates([]).size == 0


def test_weights_move_the_rates_towards_the_heavy() -> None:
    even, weighed = false_discovery_rates([0.01, 0.01]), false_discovery_rates([0.01, 0.01], [3, 1])
    assert even == pytest.approx([0.01, 0.01])
    assert weighed == pytest.approx([0.02 * 2 / 3 / 2 * 2, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_false_discovery_rates_keep_the_order_of_the_p_values(p_values: list[float]) -> None:
    rates = false_discovery_rates(p_values)
    assert np.all(np.asarray(p_values) <= rates + 1e-12)
    assert np.all(np.diff(rates[np.argsort(p_values, kind="stable")]) >= -1e-12)
