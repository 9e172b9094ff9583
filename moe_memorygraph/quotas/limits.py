"""What a tenant may have: by the settings, or by limits of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.quotas import DAILY, LIMIT_NAMES, LimitName, Measure
from moe_memorygraph.settings import Settings

__all__ = ["UNLIMITED", "Limits", "limits_of", "read_limits"]

UNLIMITED = "unlimited"
_MOST = 1e15
"""Larger ones say nothing, and would not fit where they are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """None: without limit."""

    calls_per_second: float | None = None
    """On average, in each process."""
    call_burst: float | None = None
    """Calls that may come at once after a rest; None: what comes in two seconds."""
    calls_at_once: float | None = None
    """At work at the same time, in each process; others wait."""
    calls_per_day: float | None = None
    rows_per_day: float | None = None
    embeddings_per_day: float | None = None

    def with_own(self, own: Mapping[LimitName, float | None]) -> "Limits":
        """These, with the tenant's own in their places."""
        return replace(self, **{str(name): most for name, most in own.items()})

    def a_day(self, measure: Measure) -> int | None:
        most: float | None = getattr(self, DAILY[measure])
        return None if most is None else int(most)

    @property
    def burst(self) -> float:
        """Calls that may come at once, where calls are limited by the second."""
        return max(1.0, 2 * (self.calls_per_second or 0) if self.call_burst is None else self.call_burst)


def limits_of(settings: Settings) -> Limits:
    """What tenants without limits of their own may have."""
    return Limits(**{name: getattr(settings, name) for name in LIMIT_NAMES})


def read_limits(pairs: Iterable[str]) -> dict[LimitName, float | None]:
    """Limits as `calls_per_second=5` or `rows_per_day=unlimited`. Raises `InvalidArgument` naming what is wrong."""
    read: dict[LimitName, float | None] = {}
    for pair in pairs:
        given, equals, text = pair.partition("=")
        name = next((one for one in LIMIT_NAMES if one == given.strip()), None)
        if name is None or not equals:
            raise InvalidArgument("A limit is written NAME=NUMBER.", f"NAME is one of {', '.join(LIMIT_NAMES)}.")
        if name in read:
            raise InvalidArgument(f"{name} is given twice.", "Give it once.")
        read[name] = _number(name, text.strip())
    return read


def _number(name: LimitName, text: str) -> float | None:
    if text == UNLIMITED:
        return None
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        number = -1.0
    is_rate = name == "calls_per_second"
    least = {"call_burst": 1, "calls_at_once": 1}.get(name, 0)
    if not isfinite(number) or not least <= number <= _MOST or (is_rate and number == 0):
        raise InvalidArgument(
            f"{name} is a number {'above 0' if is_rate else f'from {least} on'}, or {UNLIMITED}.", "Give such a one."
        )
    if not is_rate and number != int(number):
        raise InvalidArgument(f"{name} is a whole number, or {UNLIMITED}.", "Give such a one.")
    return number
