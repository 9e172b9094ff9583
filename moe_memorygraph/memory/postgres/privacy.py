"""What a tenant asks of redaction, in PostgreSQL: policies, its wrapped key, pseudonyms' numbers, sealed originals."""

from collections.abc import Mapping, Sequence
from typing import get_args
from uuid import UUID

from moe_memorygraph.memory.postgres.pool import Bound, Connection
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import columns
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import DataKey, ItemKind, Originals, PrivacyRules, SealedOriginals, TenantId

__all__ = ["PostgresPrivacy", "forget_pseudonyms", "pseudonyms_of", "put_originals"]

_RULES = statement("privacy_rules")
_PUT_POLICY = statement("policy_put")
_DELETE_POLICIES = statement("policy_delete")
_ADD_KEY = statement("data_key_add")
_REWRAP = statement("data_key_rewrap")
_KEEPS = statement("data_key_keeps")
_SHRED = statement("data_key_shred")
_KNOWN = statement("pseudonym_known")
_LOCK = statement("pseudonym_lock")
_ASSIGN = statement("pseudonym_assign")
_OF_CUSTOMER = statement("pseudonym_of_customer")
_FORGET = statement("pseudonym_forget")
_PUT = statement("original_put")
_DELETE = statement("original_delete")
_READ = statement("original_read")
_COUNT = statement("original_count")

_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
_WITH_UUID = frozenset({"fact", "turn"})
_REPLACED: tuple[ItemKind, ...] = ("customer", "document", "ticket")
"""Items that are written anew under their id."""

Value = tuple[str, bytes]
"""A type of personal data, and the digest of a value."""


class PostgresPrivacy:
    """Implements `PrivacyMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def rules(self) -> PrivacyRules:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_RULES, self._bound.tenant_id)
        columns_of_key = {name: value for name, value in row.items() if name != "policies"}
        key = None if row["key_id"] is None else DataKey(**columns_of_key)
        return PrivacyRules(policies=row["policies"], key=key)

    async def set_policy(self, entity_type: str, policy: str) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(_PUT_POLICY, self._bound.tenant_id, entity_type, policy)

    async def reset_policies(self, entity_types: Sequence[str] | None = None) -> int:
        named = None if entity_types is None else list(entity_types)
        async with self._bound.writing() as connection:
            done = await connection.execute(_DELETE_POLICIES, self._bound.tenant_id, named)
        return int(done.rpartition(" ")[2])

    async def add_key(self, key: DataKey) -> DataKey:
        row = (key.key_id, key.wrapped, key.master_id, key.created_at)
        async with self._bound.writing() as connection:
            await connection.execute(_ADD_KEY, self._bound.tenant_id, *row)
        kept = (await self.rules()).key  # after the commit: one that another process added is seen, too
        return key if kept is None else kept

    async def rewrap(self, key: DataKey, *, wrapped: bytes, master_id: bytes) -> bool:
        async with self._bound.writing() as connection:
            found = await connection.fetchval(
                _REWRAP, self._bound.tenant_id, key.key_id, key.wrapped, wrapped, master_id
            )
        return found is not None

    async def keep_originals(self, keeps: bool) -> bool:
        async with self._bound.writing() as connection:
            return await connection.fetchval(_KEEPS, self._bound.tenant_id, keeps) is not None

    async def shred(self) -> dict[str, int]:
        async with self._bound.writing(bulk=True) as connection:
            row = await connection.fetchrow(_SHRED, self._bound.tenant_id)
        return {table: count for table, count in row.items() if count}

    async def known_numbers(self, values: Sequence[Value]) -> dict[Value, int]:
        async with self._bound.reading() as connection:
            return await self._numbers(connection, values)

    async def number(self, values: Sequence[Value]) -> dict[Value, int]:
        distinct = list(dict.fromkeys(values))
        async with self._bound.writing(bulk=True) as connection:
            await connection.execute(_LOCK, self._bound.tenant_id, sorted({entity_type for entity_type, _ in distinct}))
            await connection.execute(_ASSIGN, self._bound.tenant_id, *columns(distinct, 2))
            return await self._numbers(connection, distinct)

    async def _numbers(self, connection: Connection, values: Sequence[Value]) -> dict[Value, int]:
        rows = await connection.fetch(_KNOWN, self._bound.tenant_id, *columns(values, 2))
        return {(row["entity_type"], row["digest"]): row["number"] for row in rows}

    async def originals(self, kind: ItemKind, item_id: str) -> list[SealedOriginals]:
        try:
            ids = _ids(kind, item_id)
        except ValueError:
            return []
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_READ, self._bound.tenant_id, *ids)
        return [SealedOriginals(**row) for row in rows]

    async def kept(self) -> dict[str, int]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_COUNT, self._bound.tenant_id)
        return {row["entity_type"]: row["items"] for row in rows}


def _ids(kind: ItemKind, item_id: str) -> list[str | UUID | None]:
    """The id in the column of its kind; `ValueError` for one that no item of the kind can have."""
    return [(UUID(item_id) if one in _WITH_UUID else item_id) if one == kind else None for one in _KINDS]


async def put_originals(
    connection: Connection,
    tenant_id: TenantId,
    kind: ItemKind,
    originals: Mapping[str, Originals],
    *,
    replaced: Sequence[str] = (),
) -> None:
    """Keep what these items, which were just written, bring for the vault; of those `replaced`, what was kept goes first.

    An item that says None is left alone. No statement where nothing is brought and nothing was replaced.
    """
    gone = [item_id for item_id in replaced if originals.get(item_id) is not None]
    if gone:
        await connection.execute(_DELETE, tenant_id, *(gone if one == kind else [] for one in _REPLACED))
    rows = [
        (uuid7(), *_ids(kind, item_id), one.entity_type, one.box)
        for item_id, kept in originals.items()
        for one in kept or ()
    ]
    if rows:
        await connection.execute(_PUT, tenant_id, *columns(rows, len(rows[0])))


async def pseudonyms_of(
    connection: Connection, tenant_id: TenantId, customer_id: str, *, seconds: float
) -> list[tuple[str, int]]:
    """Pseudonyms in what is known of a customer; for before it is forgotten."""
    rows = await connection.fetch(_OF_CUSTOMER, tenant_id, customer_id, customer_id.casefold(), timeout=seconds)
    return [(row["entity_type"], row["number"]) for row in rows]


async def forget_pseudonyms(
    connection: Connection, tenant_id: TenantId, used: Sequence[tuple[str, int]], *, seconds: float
) -> int:
    """Forget those that stand in no text any more, in the transaction that deleted the texts; how many."""
    if not used:
        return 0
    gone: int = await connection.fetchval(_FORGET, tenant_id, *columns(used, 2), timeout=seconds)
    return gone
