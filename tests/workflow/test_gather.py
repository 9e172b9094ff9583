"""Experts fail, hang and recover; the run goes on and says so."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import anyio

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.experts import Findings, Question
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview, tenant_id_of
from moe_memorygraph.workflow.breaker import FAILURES_TO_OPEN
from moe_memorygraph.workflow.gather import Crew

QUESTION = Question(run_id=UUID(int=1), text="x", kind="general", asked_at=datetime(2026, 1, 1, tzinfo=UTC))


class Scripted:
    plane: Plane = "vector"
    typical_ms = 1.0

    def __init__(self, name: str, act: Callable[[int], Awaitable[Findings]]) -> None:
        self.name = name
        self.calls = 0
        self._act = act

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        return 0.5

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        self.calls += 1
        return await self._act(self.calls)


async def fine(_: int) -> Findings:
    return Findings()


async def hangs(_: int) -> Findings:
    await anyio.sleep_forever()
    raise AssertionError


async def crashes(_: int) -> Findings:
    raise RuntimeError("secret of the crash")


async def recovers(call: int) -> Findings:
    if call == 1:
        raise Unavailable("The database went away.")
    return Findings(more=True)


def memory() -> TenantMemory:
    return InMemoryStore().tenant(tenant_id_of("t"))


async def test_late_and_failed_experts_are_left_out_and_named() -> None:
    crew = Crew(
        [Scripted("fine", fine), Scripted("hangs", hangs), Scripted("crashes", crashes)],
        timeout_seconds=0.05,
        concurrent=4,
    )
    with anyio.fail_after(5):
        gathered = await crew.gather(["fine", "hangs", "crashes"], QUESTION, memory())
    assert set(gathered.findings) == {"fine"}
    assert gathered.degraded == ("crashes", "hangs")


async def test_a_passing_fault_is_retried_once() -> None:
    expert = Scripted("recovers", recovers)
    gathered = await Crew([expert], timeout_seconds=5, concurrent=1).gather(["recovers"], QUESTION, memory())
    assert gathered.findings["recovers"].more
    assert expert.calls == 2
    assert gathered.degraded == ()


async def test_repeated_failure_opens_the_circuit() -> None:
    crew = Crew([Scripted("crashes", crashes)], timeout_seconds=5, concurrent=1)
    for _ in range(FAILURES_TO_OPEN):
        await crew.gather(["crashes"], QUESTION, memory())
    assert crew.open_circuits(tenant_id_of("t")) == {"crashes"}


async def test_what_fails_for_one_tenant_is_still_asked_for_another() -> None:
    """Or one tenant could have the others' answers lack an expert, and see by its own what theirs ran into."""
    crew = Crew([Scripted("crashes", crashes)], timeout_seconds=5, concurrent=1)
    for _ in range(FAILURES_TO_OPEN):
        await crew.gather(["crashes"], QUESTION, memory())
    assert crew.open_circuits(tenant_id_of("other")) == frozenset()


async def test_findings_stand_in_the_order_asked_whoever_comes_first() -> None:
    quick = anyio.Event()

    async def slow(_: int) -> Findings:
        await quick.wait()
        return Findings()

    async def sets(_: int) -> Findings:
        quick.set()
        return Findings()

    crew = Crew([Scripted("slow", slow), Scripted("quick", sets)], timeout_seconds=5, concurrent=2)
    gathered = await crew.gather(["slow", "quick"], QUESTION, memory())
    assert list(gathered.findings) == list(gathered.expert_ms) == ["slow", "quick"]


async def test_only_chosen_experts_are_asked() -> None:
    chosen, left = Scripted("chosen", fine), Scripted("left", fine)
    await Crew([chosen, left], timeout_seconds=5, concurrent=1).gather(["chosen", "Verifier"], QUESTION, memory())
    assert (chosen.calls, left.calls) == (1, 0)
