"""How long a tenant keeps what, in memory; the planes themselves say what is old, and drop it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from moe_memorygraph.memory.content import check_days
from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.uris import ResourceKind, memory_uri
from moe_memorygraph.memory.values import HeldKind, KeptPlane, kept_since

if TYPE_CHECKING:
    from moe_memorygraph.memory.fakes.store import InMemoryTenant

__all__ = ["InMemoryRetention"]

_RETRACTED_AS: Mapping[KeptPlane, str] = {
    "stm": "session_turn",
    "semantic": "fact",
    "vector": "ticket",
    "knowledge": "document",
}
_HELD_AS: Mapping[KeptPlane, HeldKind] = {"stm": "turn", "semantic": "fact", "knowledge": "document"}


@dataclass(frozen=True, slots=True)
class _Part:
    old: Callable[[datetime], list[str]]
    drop: Callable[[Collection[str]], int]
    kind: ResourceKind | None = None
    """How answers name its items; None: they quote none."""


class InMemoryRetention:
    """Implements `RetentionRules`."""

    def __init__(self, state: TenantState, tenant: "InMemoryTenant") -> None:
        self._state = state
        self._tenant = tenant
        self._days: dict[KeptPlane, int] = {}

    async def all(self) -> dict[KeptPlane, int]:
        return dict(sorted(self._days.items()))

    async def put(self, plane: KeptPlane, days: int) -> None:
        check_days(days)
        self._state.require()
        self._days[plane] = days

    async def remove(self, plane: KeptPlane) -> bool:
        return self._days.pop(plane, None) is not None

    async def due(self, *, now: datetime) -> dict[KeptPlane, int]:
        return {plane: len(old) for plane, old in self._old(now).items()}

    async def sweep(self, *, now: datetime, limit: int) -> dict[KeptPlane, int]:
        parts, tenant = self._parts(), self._tenant
        old = {plane: ids[:limit] for plane, ids in self._old(now).items()}
        names = {memory_uri(kind, one) for plane, ids in old.items() if (kind := parts[plane].kind) for one in ids}
        tickets = set(old.get("vector", ()))
        answers = tenant.runs.drop_citing(names, tickets)
        tenant.stm.drop_saying(set(answers) - {""})
        tenant.outbox.drop_saying(set(answers) - {""})
        swept = {plane: parts[plane].drop(ids) for plane, ids in old.items()}
        if tickets:
            tenant.semantic.drop_of_sources(names)
            tenant.ltm.drop_evidence(tickets)
        for plane in old:
            if parts[plane].kind is not None:
                self._state.words.clear()
                for changed in ("vector", "semantic", "ltm") if plane == "vector" else (plane,):
                    self._state.changed(changed)
        for plane, days in self._days.items():
            self._state.drop_retracted(_RETRACTED_AS.get(plane), kept_since(now, days))
            tenant.quarantine.drop_old(_HELD_AS.get(plane), kept_since(now, days))
        if "runs" in self._days:
            before = kept_since(now, self._days["runs"])
            tenant.jobs.drop_finished(before)
            tenant.quarantine.drop_settled(before)
        if answers:
            swept["runs"] = swept.get("runs", 0) + len(answers)
        return swept

    def _old(self, now: datetime) -> dict[KeptPlane, list[str]]:
        parts = self._parts()
        found = {plane: parts[plane].old(kept_since(now, days)) for plane, days in self._days.items()}
        return {plane: ids for plane, ids in found.items() if ids}

    def _parts(self) -> Mapping[KeptPlane, _Part]:
        tenant = self._tenant
        return {
            "stm": _Part(tenant.stm.old, tenant.stm.drop_ids),
            "ltm": _Part(tenant.ltm.old, tenant.ltm.drop_ids, "patterns"),
            "semantic": _Part(tenant.semantic.old, tenant.semantic.drop_ids, "facts"),
            "vector": _Part(tenant.vector.old, tenant.vector.forget, "tickets"),
            "knowledge": _Part(tenant.knowledge.old, tenant.knowledge.drop_ids, "documents"),
            "runs": _Part(tenant.runs.old, tenant.runs.drop_ids),
        }
