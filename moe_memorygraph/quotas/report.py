"""How a tenant stands: its limits, and what of the day it has had."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from moe_memorygraph.memory.quotas import DAILY, LIMIT_NAMES, LimitName
from moe_memorygraph.quotas.limits import Limits

if TYPE_CHECKING:  # brings the arrays, which load behind the handshake
    from moe_memorygraph.memory.ports import TenantMemory

__all__ = ["LimitStanding", "limit_standings"]

_MEASURES: Mapping[LimitName, str] = {name: measure for measure, name in DAILY.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStanding:
    """One limit of a tenant."""

    limit: LimitName
    most: float | None
    """None: without limit."""
    is_own: bool
    """The tenant's own, not the settings'."""
    used: int | None = None
    """Of today (UTC), as far as processes said, which they do every few seconds; None: not counted by the day."""
    denied: int | None = None
    """Refused today. Calls that came too fast or too many at once count as denied calls."""


async def limit_standings(memory: "TenantMemory", defaults: Limits, *, now: datetime) -> list[LimitStanding]:
    """Of every limit there is, in their order."""
    own = await memory.quotas.limits()
    usage = await memory.quotas.usage(now.astimezone(UTC).date(), now=now)
    had = {one.measure: one for one in usage}
    limits = defaults.with_own(own)
    found = []
    for name in LIMIT_NAMES:
        measure = _MEASURES.get(name)
        today = None if measure is None else next((one for of, one in had.items() if of == measure), None)
        found.append(
            LimitStanding(
                limit=name,
                most=limits.burst
                if name == "call_burst" and limits.calls_per_second is not None
                else getattr(limits, name),
                is_own=name in own,
                used=None if measure is None else (today.used if today else 0),
                denied=None if measure is None else (today.denied if today else 0),
            )
        )
    return found
