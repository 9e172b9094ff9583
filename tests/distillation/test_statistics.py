"""The arithmetic of patterns against values worked out elsewhere, and its properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.distillation.statistics import dispersion, false_discovery_rates, rate_ratio


def test_rate_ratio_of_the_nurses_health_study() -> None:
    # Postmenopausal hormones: 30 events in 54,308.7 person-years against 60 in 51,477.5. Rosner, Fundamentals of
    # Biostatistics, gives the rate ratio 0.47 with the interval 0.31 to 0.73.
    result = rate_ratio(30, 54_308.7, 60, 51_477.5)
    assert result.ratio == pytest.approx(0.474, abs=0.001)
    assert result.ci_low == pytest.approx(0.306, abs=0.001)
    assert result.ci_high == pytest.approx(0.734, abs=0.001)


def test_rate_ratio_of_equal_exposures() -> None:
    result = rate_ratio(168, 92, 120, 92)
    assert (round(result.ratio, 2), round(result.ci_low, 2), round(result.ci_high, 2)) == (1.40, 1.11, 1.77)
    assert result.p_value == pytest.approx(0.00487, abs=0.0001)


def test_zero_counts_have_a_ratio_and_an_interval() -> None:
    appeared = rate_ratio(12, 92, 0, 92)
    assert appeared.ratio == pytest.approx(25)
    assert 1 < appeared.ci_low < appeared.ratio < appeared.ci_high < math.inf
    vanished = rate_ratio(0, 92, 12, 92)
    assert vanished.ratio == pytest.approx(1 / 25)
    assert vanished.p_value == pytest.approx(appeared.p_value)
    assert rate_ratio(0, 92, 0, 92).p_value == 1


def test_exposure_counts() -> None:
    assert rate_ratio(30, 30, 90, 90).ratio == pytest.approx(1)
    assert rate_ratio(30, 30, 90, 90).p_value == pytest.approx(1)


def test_overdispersion_widens_the_interval_only() -> None:
    narrow, wide = rate_ratio(168, 92, 120, 92), rate_ratio(168, 92, 120, 92, overdispersion=4)
    assert wide.ratio == narrow.ratio
    assert wide.z == pytest.approx(narrow.z / 2)
    assert wide.ci_low < narrow.ci_low < narrow.ci_high < wide.ci_high


@given(st.integers(0, 400), st.integers(0, 400), st.floats(1, 400), st.floats(1, 400))
def test_the_interval_leaves_out_one_exactly_where_p_is_small(
    count: int, base: int, days: float, before: float
) -> None:
    result = rate_ratio(count, days, base, before)
    assert result.ci_low <= result.ratio <= result.ci_high
    if abs(result.p_value - 0.05) > 1e-9:
        assert (result.p_value < 0.05) == (not result.ci_low <= 1 <= result.ci_high)


def test_false_discovery_rates_of_benjamini_and_hochberg() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.55), "BH")
    rates = false_discovery_rates([0.01, 0.04, 0.03, 0.005, 0.55])
    assert rates == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.55])
    assert false_discovery_rates([]) == []


@given(st.lists(st.floats(0, 1), max_size=50))
def test_false_discovery_rates_keep_the_order_of_the_p_values(p_values: list[float]) -> None:
    rates = false_discovery_rates(p_values)
    assert all(p <= q + 1e-12 <= 1 + 1e-9 for p, q in zip(p_values, rates, strict=True))
    ordered = [q for _, q in sorted(zip(p_values, rates, strict=True))]
    assert ordered == sorted(ordered)


def test_dispersion_is_one_without_any_and_grows_with_it() -> None:
    calm = [(-1) ** index * index / 50 for index in range(100)]
    assert dispersion(calm[:20]) == 1
    assert dispersion([0.0] * 100) == 1
    assert dispersion([3 * z for z in calm]) == pytest.approx(9 * 0.99**2 / 0.4549, rel=0.05)
