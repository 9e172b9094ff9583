"""Asking the chosen experts at once: deadlines, one retry for passing faults, circuit breakers, slots."""

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

import anyio
import structlog

from moe_memorygraph.errors import DeadlineExceeded, Unavailable
from moe_memorygraph.experts import EvidenceExpert, Findings, Question
from moe_memorygraph.experts.concurrent import run_all
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import TenantId
from moe_memorygraph.workflow.breaker import Breakers

__all__ = ["Crew", "Gathered"]

log = structlog.get_logger()

RETRY_AFTER = 0.05  # seconds: longer than a connection takes to be replaced
SLOTS_PER_EXPERT = 16
_ANY = nullcontext[None]()
"""In place of a slot where there are enough for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    findings: Mapping[str, Findings]
    degraded: tuple[str, ...]
    """Experts that were asked and failed or came too late."""
    expert_ms: Mapping[str, float]


class Crew:
    """The evidence experts of this process, their slots and their breakers."""

    def __init__(self, experts: Sequence[EvidenceExpert], *, timeout_seconds: float, concurrent: int) -> None:
        self.experts = {expert.name: expert for expert in experts}
        self._breakers = Breakers(time.monotonic)
        self._timeout_seconds = timeout_seconds
        self._concurrent = concurrent
        self._slots = {name: _slots(SLOTS_PER_EXPERT) for name in self.experts}

    def load(self, name: str) -> float:
        """Share of the expert's slots in use, 0..1."""
        slots = self._slots.get(name)
        return 1 - slots.value / SLOTS_PER_EXPERT if slots else 0.0

    def open_circuits(self, tenant_id: TenantId) -> frozenset[str]:
        """Experts that keep failing for this tenant: what one tenant's data or questions break, others still ask."""
        return frozenset(name for name in self.experts if self._breakers.is_open((tenant_id, name)))

    async def gather(self, chosen: Sequence[str], question: Question, memory: TenantMemory) -> Gathered:
        """Ask the chosen experts; one that fails or is late is left out, named and logged."""
        findings: dict[str, Findings] = {}
        degraded: list[str] = []
        took: dict[str, float] = {}
        asked = [self.experts[name] for name in chosen if name in self.experts]
        at_once = _slots(self._concurrent) if len(asked) > self._concurrent else None

        async def ask(expert: EvidenceExpert) -> None:
            begin = time.perf_counter()
            try:
                async with at_once or _ANY, self._slots[expert.name]:
                    findings[expert.name] = await self._ask_one(expert, question, memory)
                self._breakers.succeeded((memory.tenant_id, expert.name))
            except Exception as error:  # an expert that fails never fails the run
                self._breakers.failed((memory.tenant_id, expert.name))
                degraded.append(expert.name)
                expected = isinstance(error, TimeoutError | Unavailable | DeadlineExceeded)
                log.warning(
                    "expert_left_out",
                    expert=expert.name,
                    reason=type(error).__name__,
                    run_id=str(question.run_id),
                    exc_info=not expected,
                )
            finally:
                took[expert.name] = round((time.perf_counter() - begin) * 1000, 3)

        await run_all([partial(ask, expert) for expert in asked])
        # In the order asked, not in which they came: the same question reads the same on every run.
        return Gathered(
            findings={name: findings[name] for name in chosen if name in findings},
            degraded=tuple(sorted(degraded)),
            expert_ms={name: took[name] for name in chosen if name in took},
        )

    async def _ask_one(self, expert: EvidenceExpert, question: Question, memory: TenantMemory) -> Findings:
        with anyio.CancelScope(deadline=anyio.current_time() + self._timeout_seconds):
            try:
                return await expert.gather(question, memory)
            except Unavailable:
                await anyio.sleep(RETRY_AFTER)
                return await expert.gather(question, memory)
        raise TimeoutError


def _slots(count: int) -> anyio.Semaphore:
    """A free slot is taken without giving way to other tasks, which would cost more than most experts' own steps."""
    return anyio.Semaphore(count, fast_acquire=True)
