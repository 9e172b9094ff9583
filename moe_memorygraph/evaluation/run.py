"""Ask golden questions, open every citation, score."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import anyio

from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.evaluation.golden import GoldenQuestion
from moe_memorygraph.evaluation.scoring import QuestionScore, score_answer
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.render import read_resource
from moe_memorygraph.workflow.values import Ask

__all__ = ["evaluate"]


async def evaluate(
    workflow: Workflow,
    memory: TenantMemory,
    questions: Sequence[GoldenQuestion],
    *,
    concurrency: int = 1,
    on_done: Callable[[int], None] = lambda _: None,
) -> list[QuestionScore]:
    """Score each question, in the order given. A question that fails is scored as wrong, with its error.

    More than one at a time is faster, and makes each one's latency larger than a lone user would see.
    """
    scores: dict[int, QuestionScore] = {}
    waiting = iter(enumerate(questions))

    async def work() -> None:
        for place, golden in waiting:
            scores[place] = await _score(workflow, memory, golden)
            on_done(len(scores))

    async with anyio.create_task_group() as group:
        for _ in range(min(concurrency, len(questions))):
            group.start_soon(work)
    return [scores[place] for place in sorted(scores)]


async def _score(workflow: Workflow, memory: TenantMemory, golden: GoldenQuestion) -> QuestionScore:
    ask = Ask(
        tool="query_customer_intel",
        text=golden.question,
        customer=golden.customer,
        as_of=golden.as_of,
        known_at=golden.known_at,
        since=golden.since,
        until=golden.until,
        session_id=golden.session_id,
    )
    try:
        result = await workflow.ask(memory, ask)
    except MemoryGraphError as error:
        return replace(score_answer(golden, {}, resources={}), right=False, error=str(error))
    envelope = result.envelope
    resources: dict[str, str | None] = {}
    for uri in {str(citation["uri"]) for citation in envelope.get("citations", [])}:
        try:
            resources[uri] = (await read_resource(memory, uri, now=datetime.now(UTC))).text
        except NotFound:
            resources[uri] = None
    score = score_answer(golden, envelope, resources=resources)
    if result.assessment is None or not result.assessment.abstained:
        return score
    composed = {**envelope, "answer": result.withheld, "abstained": False}
    would_be = score_answer(golden, composed, resources={}).right if result.withheld else None
    return replace(score, reason=result.assessment.reason, withheld_right=would_be)
