"""Work that follows an answer: it was stored with the run, so a crash only delays it, and doing it twice changes nothing."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

import structlog

from moe_memorygraph.distillation import distill
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import OutboxTask, Turn

__all__ = ["remember_task", "work_outbox"]

log = structlog.get_logger()

LEASE_SECONDS = 120.0
BATCH = 10
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)


def remember_task(
    *,
    session_id: str,
    question: str,
    answer: str,
    asked_at: datetime,
    ttl_seconds: int,
    asker: str = "local",
    run_id: UUID | None = None,
) -> OutboxTask:
    """The session's two new turns, of whoever asked."""
    return OutboxTask(
        task_id=uuid7(),
        kind="remember_turns",
        payload={
            "session_id": session_id,
            "question": question,
            "answer": answer,
            "asked_at": asked_at.isoformat(),
            "ttl_seconds": ttl_seconds,
            "asker": asker,
            "run_id": str(run_id) if run_id else None,
        },
    )


async def work_outbox(memory: TenantMemory, embedder: Embedder, *, now: datetime) -> int:
    """Do what is due; how many tasks were taken. A task that fails is tried again later, ever more seldom.

    When nothing is due, session turns that have expired are removed, for nobody reads them but they are somebody's
    words, and the words of planes that have changed much are counted anew.
    """
    tasks = await memory.outbox.claim(now=now, limit=BATCH, lease_seconds=LEASE_SECONDS)
    if not tasks:
        swept = await memory.stm.sweep(now=now)
        if swept:
            log.info("expired_turns_removed", count=swept)
        await memory.maintain()
    for task in tasks:
        try:
            await _do(task, memory, embedder, now=now)
        except MemoryGraphError as error:
            log.warning("outbox_task_failed", kind=task.kind, task_id=str(task.task_id), code=error.code)
            await memory.outbox.fail(task.task_id, retry_at=_retry_at(task, now))
        except Exception:
            log.exception("outbox_task_crashed", kind=task.kind, task_id=str(task.task_id))
            await memory.outbox.fail(task.task_id, retry_at=_retry_at(task, now))
        else:
            await memory.outbox.finish(task.task_id)
    return len(tasks)


def _retry_at(task: OutboxTask, now: datetime) -> datetime | None:
    if task.attempts >= MOST_ATTEMPTS:
        return None
    return now + min(timedelta(seconds=2.0**task.attempts), LONGEST_WAIT)


async def _do(task: OutboxTask, memory: TenantMemory, embedder: Embedder, *, now: datetime) -> None:
    match task.kind:
        case "remember_turns":
            await _remember(task, memory, embedder)
        case "distill":
            await distill(memory, embedder, now=now)
        case _:
            log.error("outbox_task_unknown", kind=task.kind, task_id=str(task.task_id))


async def _remember(task: OutboxTask, memory: TenantMemory, embedder: Embedder) -> None:
    """Ids follow from the task's, so that doing it again stores nothing new."""
    payload = task.payload
    at = datetime.fromisoformat(payload["asked_at"])
    expires = at + timedelta(seconds=payload["ttl_seconds"])
    said = (("user", payload["question"]), ("assistant", payload["answer"]))
    vectors = await embedder.embed_queries([text for _, text in said])
    run_id = payload.get("run_id")  # tasks of an earlier version have none
    origin = Origin(
        tier="agent",
        actor=payload.get("asker", "local"),
        tool="query_customer_intel",
        run_id=UUID(run_id) if run_id else None,
        written_at=at,
    )
    await memory.writing_as(origin).stm.remember(
        [
            Turn(
                turn_id=_turn_id(task.task_id, role),
                session_id=payload["session_id"],
                role=role,
                text=text,
                created_at=at + timedelta(microseconds=position),
                expires_at=expires,
                embedding=vectors[position],
            )
            for position, (role, text) in enumerate(said)
            if text
        ]
    )


def _turn_id(task_id: UUID, role: str) -> UUID:
    return uuid5(task_id, role)
