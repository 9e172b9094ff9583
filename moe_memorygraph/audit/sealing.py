"""Putting entries under seals, off the path of any call."""

from collections.abc import Callable, Sequence
from datetime import datetime

import anyio.lowlevel

from moe_memorygraph.audit.chain import AuditKeys, next_seal
from moe_memorygraph.memory.ports import AuditLog
from moe_memorygraph.memory.values import AuditEntry, AuditSeal

__all__ = ["BATCH", "seal_all"]

BATCH = 256
"""Entries of one seal: the loop is held up for about 5 ms."""


async def seal_all(log: AuditLog, keys: AuditKeys, *, now: Callable[[], datetime], batch: int = BATCH) -> int:
    """Seal what waits; how many entries. Nothing is lost where it is interrupted: what has no seal is sealed later."""

    def make(last: AuditSeal | None, entries: Sequence[AuditEntry]) -> tuple[AuditSeal, list[bytes]]:
        return next_seal(keys, last, entries, now=now())

    sealed = 0
    while (seal := await log.seal(make, limit=batch)) is not None:
        sealed += seal.entries
        if seal.entries < batch:
            break
        await anyio.lowlevel.checkpoint()
    return sealed
