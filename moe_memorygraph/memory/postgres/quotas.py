"""Limits and quotas in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from moe_memorygraph.memory.postgres.pool import Bound, Connection
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.quotas import (
    LimitName,
    QuotaAccount,
    QuotaClaim,
    QuotaStanding,
    lend,
    most_a_day,
)

__all__ = ["KEPT_DAYS", "PostgresQuotas"]

_LIMITS = statement("limit_all")
_SET = statement("limit_set")
_CLEAR = statement("limit_clear")
_ADD = statement("quota_add")
_OTHERS = statement("quota_others")
_LEND = statement("quota_lend")
_USE = statement("quota_use")

KEPT_DAYS = 400
"""For so long it is known what a tenant had of a day."""


class PostgresQuotas:
    """Implements `QuotaLedger`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def limits(self) -> dict[LimitName, float | None]:
        async with self._bound.reading() as connection:
            return await self._limits(connection)

    async def set_limits(self, limits: Mapping[LimitName, float | None]) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(_SET, self._bound.tenant_id, list(limits), list(limits.values()))

    async def clear_limits(self, names: Sequence[LimitName]) -> list[LimitName]:
        async with self._bound.writing() as connection:
            rows = await connection.fetch(_CLEAR, self._bound.tenant_id, list(names))
        return sorted(row["name"] for row in rows)

    async def settle(
        self, holder: UUID, claims: Sequence[QuotaClaim], *, day: date, now: datetime, until: datetime
    ) -> QuotaAccount:
        """Whoever settles the same measures waits for the first to be done, so nothing is lent twice."""
        if not claims:
            return QuotaAccount(limits=await self.limits())
        tenant_id, measures = self._bound.tenant_id, [one.measure for one in claims]
        async with self._bound.writing() as connection:
            limits = await self._limits(connection)
            said = [one.used for one in claims], [one.denied for one in claims]
            rows = await connection.fetch(_ADD, tenant_id, day, measures, *said, day - timedelta(days=KEPT_DAYS))
            had = {row["measure"]: row for row in rows}
            rows = await connection.fetch(_OTHERS, tenant_id, day, measures, holder, now)
            others = {row["measure"]: row["lent"] for row in rows}
            standings = tuple(
                _standing(
                    claim,
                    limits,
                    used=had[claim.measure]["used"],
                    denied=had[claim.measure]["denied"],
                    others=others.get(claim.measure, 0),
                )
                for claim in claims
            )
            lent = {one.measure: one.lent for one in standings if one.lent}
            if lent:
                await connection.execute(_LEND, tenant_id, day, holder, until, list(lent), list(lent.values()))
        return QuotaAccount(limits=limits, standings=standings)

    async def usage(self, day: date, *, now: datetime) -> list[QuotaStanding]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_USE, self._bound.tenant_id, day, now)
        return [
            QuotaStanding(measure=row["measure"], used=row["used"], denied=row["denied"], lent_to_others=row["lent"])
            for row in rows
        ]

    async def _limits(self, connection: Connection) -> dict[LimitName, float | None]:
        rows = await connection.fetch(_LIMITS, self._bound.tenant_id)
        return {row["name"]: row["most"] for row in rows}


def _standing(
    claim: QuotaClaim, limits: Mapping[LimitName, float | None], *, used: int, denied: int, others: int
) -> QuotaStanding:
    most = most_a_day(claim, limits)
    lent = lend(claim, most=most, used=used, lent_to_others=others)
    return QuotaStanding(measure=claim.measure, used=used, denied=denied, lent=lent, lent_to_others=others, most=most)
