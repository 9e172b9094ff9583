"""What was recalled or generated never comes back as evidence, and what was learned later changes no answer of then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.evaluation.scoring import digest_of
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Customer, Tenant, Turn, tenant_id_of
from moe_memorygraph.settings import Settings
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.render import read_resource
from moe_memorygraph.workflow.values import Ask
from tests.memory.samples import DAY, fact, ticket

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
LEFT = date(2025, 11, 30)
EMBEDDER = HashEmbedder(dimension=128)
QUESTIONS = (
    "Why did Acme Corp churn?",
    "What plan is Acme Corp on?",
    "How many tickets did Acme Corp send in 2025?",
    "What did Acme Corp say about invoices?",
    "Which customers have we lost?",
    "What do we know about Acme Corp?",
)
FALSE = "Acme Corp left because our office has purple walls, and is on the Platinum plan."


@pytest.fixture
async def memory(any_store: MemoryStore) -> TenantMemory:
    tenant = tenant_id_of("t")
    await any_store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    found = any_store.tenant(tenant)
    await found.customers.put_many(
        [Customer(customer_id="acme", name="Acme Corp", churned_at=LEFT), Customer(customer_id="globex", name="Globex")]
    )
    when = datetime(2025, 9, 1, tzinfo=UTC)
    await found.vector.put_many(
        [
            ticket(
                f"T-{n}", f"The invoice for item {n} is wrong.", customer="acme", at=when + n * DAY, category="billing"
            )
            for n in range(6)
        ]
    )
    known: dict[str, Any] = {"customer_id": "acme", "valid_from": datetime(2025, 11, 30, tzinfo=UTC)}
    await found.semantic.put_many(
        [
            fact("Acme Corp", "status", "churned", **known),
            fact("Acme Corp", "churned_at", LEFT.isoformat(), **known),
            fact("Acme Corp", "churn_reason", "wrong invoices", **known),
            fact("Acme Corp", "plan", "Gold", customer_id="acme", valid_from=datetime(2024, 1, 1, tzinfo=UTC)),
        ],
        now=NOW - 30 * DAY,
    )
    return found


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workflow(clock: Clock) -> Workflow:
    return Workflow(settings=Settings(_env_file=None), embedder=EMBEDDER, redactor=Redactor(), now=clock)


async def asked(workflow: Workflow, memory: TenantMemory, text: str, **fields: Any) -> Mapping[str, Any]:
    return (await workflow.ask(memory, Ask(tool="query_customer_intel", text=text, **fields))).envelope


async def said(memory: TenantMemory, role: Any, text: str, clock: Clock) -> None:
    (vector,) = await EMBEDDER.embed_passages([text])
    turn = Turn(
        turn_id=uuid7(),
        session_id="s",
        role=role,
        text=text,
        created_at=clock.now,
        expires_at=clock.now + DAY,
        embedding=vector,
    )
    await memory.stm.remember([turn])


async def held(memory: TenantMemory) -> Mapping[str, int]:
    """How many items each plane but the session's holds."""
    return {status.plane: status.items for status in await memory.status() if status.plane != "stm"}


async def test_answers_do_not_feed_on_answers(workflow: Workflow, memory: TenantMemory, clock: Clock) -> None:
    await workflow.work_outbox(memory)  # counts the words of what was loaded, which confidence looks at
    alone = [digest_of(await asked(workflow, memory, text)) for text in QUESTIONS]
    before = await held(memory)
    for _ in range(3):
        again = []
        for text in QUESTIONS:
            again.append(digest_of(await asked(workflow, memory, text, session_id="s")))
            clock.now += timedelta(seconds=1)
            while await workflow.work_outbox(memory):  # the turns are written back before the next is asked
                pass
        assert again == alone
    turns = await memory.stm.live_turns("s", now=clock.now, limit=50)
    assert {turn.role for turn in turns} == {"user", "assistant"}
    assert await held(memory) == before


async def test_what_an_assistant_said_falsely_is_no_evidence(
    workflow: Workflow, memory: TenantMemory, clock: Clock
) -> None:
    truly = [digest_of(await asked(workflow, memory, text)) for text in QUESTIONS]
    await said(memory, "assistant", FALSE, clock)
    await said(memory, "user", f"You said that {FALSE}", clock)
    for text, digest in zip(QUESTIONS, truly, strict=True):
        answer = await asked(workflow, memory, text, session_id="s")
        assert "purple" not in answer["answer"]
        assert "Platinum" not in answer["answer"]
        assert digest_of(answer) == digest


async def test_no_citation_leads_to_an_answer(workflow: Workflow, memory: TenantMemory) -> None:
    for _ in range(2):
        for text in QUESTIONS:
            answer = await asked(workflow, memory, text, session_id="s")
            for citation in answer["citations"]:
                run = citation["uri"].removeprefix("memory://runs/")
                assert run in (citation["uri"], answer["run_id"])  # of runs, only this one's own counts
                assert citation["quote"] in (await read_resource(memory, citation["uri"], now=NOW)).text


async def test_what_is_learned_later_changes_no_answer_of_then(
    workflow: Workflow, memory: TenantMemory, clock: Clock
) -> None:
    then: dict[str, Any] = {"as_of": NOW - 10 * DAY, "known_at": NOW - 10 * DAY}
    was = [digest_of(await asked(workflow, memory, text, **then)) for text in QUESTIONS]
    clock.now += 5 * DAY
    late: dict[str, Any] = {"customer_id": "acme", "valid_from": datetime(2025, 11, 30, tzinfo=UTC)}
    await memory.semantic.put_many(
        [
            fact("Acme Corp", "churn_reason", "a better offer", source="exit call", **late),
            replace(fact("Acme Corp", "plan", "Silver", **late), fact_id=UUID(int=9)),
        ],
        now=clock.now,
    )
    await memory.vector.put_many([ticket("T-99", "The invoice is wrong again.", customer="acme", at=clock.now)])
    assert [digest_of(await asked(workflow, memory, text, **then)) for text in QUESTIONS] == was
    now_known = await asked(workflow, memory, QUESTIONS[0])
    assert "a better offer" in now_known["answer"]
