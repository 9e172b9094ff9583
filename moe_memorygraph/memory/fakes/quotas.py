"""Limits and quotas in memory."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.quotas import (
    MEASURES,
    LimitName,
    Measure,
    QuotaAccount,
    QuotaClaim,
    QuotaStanding,
    lend,
    most_a_day,
)

__all__ = ["InMemoryQuotas"]


class InMemoryQuotas:
    """Implements `QuotaLedger`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._limits: dict[LimitName, float | None] = {}
        self._had: dict[tuple[date, Measure], tuple[int, int]] = {}
        """Used and denied."""
        self._leases: dict[tuple[date, Measure, UUID], tuple[int, datetime]] = {}

    async def limits(self) -> dict[LimitName, float | None]:
        return dict(self._limits)

    async def set_limits(self, limits: Mapping[LimitName, float | None]) -> None:
        self._state.require()
        self._limits.update(limits)

    async def clear_limits(self, names: Sequence[LimitName]) -> list[LimitName]:
        gone = sorted(set(names) & self._limits.keys())
        for name in gone:
            del self._limits[name]
        return gone

    async def settle(
        self, holder: UUID, claims: Sequence[QuotaClaim], *, day: date, now: datetime, until: datetime
    ) -> QuotaAccount:
        if claims:
            self._state.require()
        standings = tuple(self._standing(holder, one, day=day, now=now, until=until) for one in claims)
        return QuotaAccount(limits=dict(self._limits), standings=standings)

    def _standing(self, holder: UUID, claim: QuotaClaim, *, day: date, now: datetime, until: datetime) -> QuotaStanding:
        measure = claim.measure
        before = self._had.get((day, measure), (0, 0))
        used, denied = self._had[day, measure] = before[0] + claim.used, before[1] + claim.denied
        self._leases.pop((day, measure, holder), None)
        others = self._lent(day, measure, now)
        most = most_a_day(claim, self._limits)
        lent = lend(claim, most=most, used=used, lent_to_others=others)
        if lent:
            self._leases[day, measure, holder] = (lent, until)
        return QuotaStanding(measure=measure, used=used, denied=denied, lent=lent, lent_to_others=others, most=most)

    async def usage(self, day: date, *, now: datetime) -> list[QuotaStanding]:
        return [
            QuotaStanding(
                measure=measure,
                used=self._had[day, measure][0],
                denied=self._had[day, measure][1],
                lent_to_others=self._lent(day, measure, now),
            )
            for measure in sorted(MEASURES)
            if (day, measure) in self._had
        ]

    def _lent(self, day: date, measure: Measure, now: datetime) -> int:
        return sum(
            amount
            for (of_day, of, _), (amount, until) in self._leases.items()
            if (of_day, of) == (day, measure) and until > now
        )

    def __len__(self) -> int:
        return len(self._limits) + len(self._had) + len(self._leases)
