"""The arithmetic behind patterns, over arrays: rates against a baseline, times, false discovery. Pure.

scipy is imported where it is first needed, a third of a second: a server that mines nothing does without.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Floats",
    "Ratios",
    "expected_ratios",
    "extra_variance",
    "false_discovery_rates",
    "inflation",
    "poisson_variance",
    "power",
    "rate_ratios",
    "time_ratios",
]

Floats = NDArray[np.float64]

_HELD = 2.25  # squared z values count up to here: a true change counts as little more than chance
_HELD_MEAN = 0.778465  # of chi-squared with one degree of freedom, so held: F3(2.25) + 2.25 (1 - F1(2.25))
_HELD_ERROR = 1.7  # relative standard error of a variance that this gives, times the root of their number (simulated)
_MOST_EXTRA = 25.0  # a variance of logarithms far beyond any that was seen


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ratios with their 95 % intervals and two-sided p values; about where p < 0.05, an interval leaves out 1."""

    ratio: Floats
    low: Floats
    high: Floats
    p: Floats


def rate_ratios(
    count: ArrayLike, exposure: ArrayLike, base: ArrayLike, base_exposure: ArrayLike, *, spread: ArrayLike = 1.0
) -> Ratios:
    """Compare counts over exposures (days, or tickets of which some are counted) with their baselines'.

    Given both counts together, the first is binomial: p is the mid-p value of the exact test, and the interval that of
    Jeffreys. With `spread` (variance over the Poisson variance, at least 1) the counts weigh so much less. Where one
    count is zero, a half is added to both for the ratio.

    Sources: Przyborowski and Wilenski, Biometrika 1940; Brown, Cai and DasGupta, Statistical Science 2001.
    """
    from scipy import special

    one, e_one, two, e_two, wide = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (count, exposure, base, base_exposure, spread))
    )
    half = np.where((one == 0) | (two == 0), 0.5, 0.0)
    a, b = one / wide, two / wide
    even = e_one / (e_one + e_two)
    upper = (_at_least(a, b, even) + _at_least(a + 1, b - 1, even)) / 2
    lower = (_at_least(b, a, 1 - even) + _at_least(b + 1, a - 1, 1 - even)) / 2
    p = np.minimum(1.0, 2 * np.minimum(upper, lower))

    def as_ratio(share: Floats) -> Floats:
        return np.asarray(share / np.maximum(1 - share, 1e-300) * (e_two / e_one))

    return Ratios(
        ratio=(one + half) / e_one / ((two + half) / e_two),
        low=as_ratio(special.betaincinv(a + 0.5, b + 0.5, 0.025)),
        high=as_ratio(special.betaincinv(a + 0.5, b + 0.5, 0.975)),
        p=p,
    )


def _at_least(hits: Floats, misses: Floats, share: Floats) -> Floats:
    """The chance of so many hits or more among all, each with this share; between whole numbers, interpolated."""
    from scipy import special

    inside = special.betainc(np.maximum(hits, 1e-12), np.maximum(misses, -1 + 1e-12) + 1, share)
    return np.where(hits <= 0, 1.0, np.where(misses <= -1, 0.0, inside))


def expected_ratios(observed: ArrayLike, expected: ArrayLike) -> Ratios:
    """Counts over what was expected of them, as Poisson counts (Jeffreys' interval); too wide for sums of rare yes-or-no."""
    from scipy import special

    seen, due = (np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(observed, expected))
    p = np.minimum(1.0, 2 * np.minimum(special.gammainc(seen + 0.5, due), special.gammaincc(seen + 0.5, due)))
    low, high = special.gammaincinv(seen + 0.5, 0.025), special.gammaincinv(seen + 0.5, 0.975)
    return Ratios(ratio=seen / due, low=low / due, high=high / due, p=p)


def time_ratios(now: tuple[ArrayLike, ArrayLike, ArrayLike], before: tuple[ArrayLike, ArrayLike, ArrayLike]) -> Ratios:
    """Compare typical times, each (how many, sum of logarithms, sum of their squares); at least two on either side.

    The geometric means' ratio, and Welch's test of the logarithms.
    """
    from scipy import stats

    (n1, mean1, var1), (n2, mean2, var2) = (_moments(*each) for each in (now, before))
    error = np.sqrt(var1 / n1 + var2 / n2)
    free = error**4 / ((var1 / n1) ** 2 / (n1 - 1) + (var2 / n2) ** 2 / (n2 - 1))
    reach = stats.t.ppf(0.975, free) * error
    change = mean1 - mean2
    return Ratios(
        ratio=np.exp(change),
        low=np.exp(change - reach),
        high=np.exp(change + reach),
        p=2 * stats.t.sf(np.abs(change) / error, free),
    )


def _moments(count: ArrayLike, total: ArrayLike, squares: ArrayLike) -> tuple[Floats, Floats, Floats]:
    n, sums, of_squares = (np.asarray(each, dtype=np.float64) for each in (count, total, squares))
    mean = sums / n
    return n, mean, np.maximum((of_squares - n * mean**2) / (n - 1), 1e-6)


def inflation(total: ArrayLike, share: ArrayLike, extra: ArrayLike, parts: ArrayLike = 2.0) -> Floats:
    """Variance of a log ratio over its Poisson variance, where each period's count is negative binomial.

    `total` counts of both sides, `share` of the exposure on the first, `extra` the negative binomial's alpha, `parts` how
    many alphas the ratio holds: 1 for the period and 1 / k for a baseline of k periods.
    """
    return np.asarray(1 + np.asarray(extra) * np.asarray(parts) / poisson_variance(total, share))


def extra_variance(log_ratio: Floats, variance: Floats, parts: Floats, *, at_least: int = 30) -> float:
    """Alpha of the negative binomial, by which changes spread more than Poisson counts do; 0 where they do not.

    `variance` is what Poisson counts give each log ratio, `parts` how many alphas come to it. That which brings the
    mean of the squared z values, held at `_HELD`, to what it is without any change: a minority of true changes hardly
    moves it, as it hardly moves their median, which says half as much. The upper end of the estimate's 95 % interval
    (one-sided) is given: a spread taken for too small makes changes of noise. With fewer than `at_least` values: 0, for
    there is nothing to estimate it from.

    Sources: genomic control (Devlin and Roeder, Biometrics 1999), with the scale of Huber's proposal 2 (Annals of
    Mathematical Statistics 1964).
    """
    from scipy import optimize

    if len(log_ratio) < at_least:
        return 0.0

    def beyond(alpha: float) -> float:
        return float(np.minimum(log_ratio**2 / (variance + alpha * parts), _HELD).mean()) - _HELD_MEAN

    if beyond(0.0) <= 0:
        return 0.0
    if beyond(_MOST_EXTRA) >= 0:
        return _MOST_EXTRA
    alpha = float(optimize.brentq(beyond, 0.0, _MOST_EXTRA, xtol=1e-6))
    return float(alpha * (1 + 1.645 * _HELD_ERROR / len(log_ratio) ** 0.5))


def power(total: ArrayLike, share: ArrayLike, spread: ArrayLike, *, effect: float, level: float = 1e-3) -> Floats:
    """How likely a change by `effect` (a ratio) would be seen at `level`, 0..1, from both counts together.

    Says nothing about how the counts are split, so it may weigh the hypotheses (see `false_discovery_rates`).
    """
    from scipy import special

    error = np.sqrt(np.asarray(spread) * poisson_variance(total, share))
    return np.asarray(special.ndtr(np.log(effect) / error - special.ndtri(1 - level / 2)))


def poisson_variance(total: ArrayLike, share: ArrayLike) -> Floats:
    """Of the log ratio of two counts, where nothing has changed."""
    part = np.asarray(share, dtype=np.float64)
    return np.asarray(1 / (np.maximum(total, 1e-9) * part * (1 - part)))


def false_discovery_rates(p_values: ArrayLike, weights: ArrayLike = 1.0) -> Floats:
    """q value of each p value: the share of false finds among all at least as strong.

    Weights are made to have the mean 1; they must not depend on the p values.

    Sources: Benjamini and Hochberg, Journal of the Royal Statistical Society B, 1995; Genovese, Roeder and Wasserman,
    Biometrika 2006.
    """
    from scipy import stats

    p = np.asarray(p_values, dtype=np.float64)
    if not p.size:
        return p
    weight = np.broadcast_to(np.asarray(weights, dtype=np.float64), p.shape)
    weighted = np.minimum(1.0, p * weight.mean() / weight)
    return np.asarray(stats.false_discovery_control(weighted, method="bh"))
