"""The arithmetic behind a pattern: rate ratios, their intervals, false discovery. Pure."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["RateRatio", "dispersion", "false_discovery_rates", "rate_ratio"]

_Z95 = 1.959963984540054  # two-sided 95 % of the normal distribution
_CHI2_MEDIAN = 0.454936423119572  # median of chi-squared with one degree of freedom


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """A rate over its baseline's, with its 95 % interval and two-sided p value."""

    ratio: float
    ci_low: float
    ci_high: float
    z: float
    p_value: float


def rate_ratio(
    count: int, days: float, baseline: int, baseline_days: float, *, overdispersion: float = 1.0
) -> RateRatio:
    """Compare two Poisson counts over their exposures, by the normal approximation of the log ratio (Wald).

    Where one count is zero, a half is added to both, so that ratio and interval exist. `overdispersion` (variance
    over mean, at least 1) widens the interval. Two zeros give ratio 1 and p 1.

    Source: Rothman, Greenland and Lash, Modern Epidemiology, rate ratios of person-time data.
    """
    if count == 0 and baseline == 0:
        return RateRatio(ratio=1.0, ci_low=0.0, ci_high=math.inf, z=0.0, p_value=1.0)
    correction = 0.5 if count == 0 or baseline == 0 else 0.0
    above, below = count + correction, baseline + correction
    log_ratio = math.log((above / days) / (below / baseline_days))
    error = math.sqrt(overdispersion * (1 / above + 1 / below))
    z = log_ratio / error
    return RateRatio(
        ratio=math.exp(log_ratio),
        ci_low=math.exp(log_ratio - _Z95 * error),
        ci_high=math.exp(log_ratio + _Z95 * error),
        z=z,
        p_value=math.erfc(abs(z) / math.sqrt(2)),
    )


def dispersion(zs: Sequence[float], *, at_least: int = 30) -> float:
    """How much wider than Poisson the changes spread (variance over mean, at least 1).

    The median of the squared z values over what it is without any change; a minority of true changes hardly moves a
    median. With fewer than `at_least` values: 1, for there is nothing to estimate it from.

    Source: genomic control (Devlin and Roeder, Biometrics 1999).
    """
    if len(zs) < at_least:
        return 1.0
    return max(1.0, statistics.median(z * z for z in zs) / _CHI2_MEDIAN)


def false_discovery_rates(p_values: Sequence[float]) -> list[float]:
    """q value of each p value, in the order given: the share of false finds among all at least as strong.

    Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B, 1995.
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index], reverse=True)
    rates = [1.0] * len(p_values)
    smallest = 1.0
    for position, index in enumerate(order):
        rank = len(p_values) - position
        smallest = min(smallest, p_values[index] * len(p_values) / rank)
        rates[index] = smallest
    return rates
