"""The same in PostgreSQL's own tables, by somebody whom no right holds back."""

import pytest

from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.pool import Connection
from tests.audit.histories import History, a_history
from tests.memory.postgres.support import superuser

pytestmark = pytest.mark.postgres

AT = "tenant_id = $1 AND seal = 2 AND place = 2"
TAMPERINGS = {
    f"UPDATE audit_entry SET actor = 'key:2' WHERE {AT}": "changed after it was written",
    f"UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE {AT}": "changed after it was written",
    f"UPDATE audit_entry SET counts = '{{}}' WHERE {AT}": "changed after it was written",
    f"UPDATE audit_entry SET objects = '{{}}' WHERE {AT}": "changed after it was written",
    f"UPDATE audit_entry SET link = sha256(link) WHERE {AT}": "not the one that was sealed in this place",
    f"DELETE FROM audit_entry WHERE {AT}": "missing",
    f"UPDATE audit_entry SET seal = NULL, place = NULL, link = NULL WHERE {AT}": "missing",
    "UPDATE audit_entry SET place = 4 - place WHERE tenant_id = $1 AND seal = 2": "not the one that was sealed",
    "UPDATE audit_entry SET seal = 3 - seal WHERE tenant_id = $1 AND place = 2 AND seal < 3": "not the one",
    "INSERT INTO audit_entry SELECT tenant_id, gen_random_uuid(), at, actor, action, outcome, objects, counts, digest,"
    f" mac, seal, 4, link FROM audit_entry WHERE {AT}": "where none was sealed",
    "INSERT INTO audit_entry SELECT tenant_id, gen_random_uuid(), at, actor, action, outcome, objects, counts, digest,"
    f" mac FROM audit_entry WHERE {AT}": "changed after it was written",
    "INSERT INTO audit_entry SELECT $1, entry_id, at, actor, action, outcome, objects, counts, digest, mac"
    " FROM audit_entry WHERE tenant_id <> $1": "changed after it was written",
    "DELETE FROM audit_seal WHERE tenant_id = $1 AND number = 2": "Seal 2 is missing",
    "DELETE FROM audit_seal WHERE tenant_id = $1 AND number = 3": "behind the end of the chain",
    "UPDATE audit_seal SET sealed_at = now() WHERE tenant_id = $1 AND number = 2": "The seal was changed",
    "UPDATE audit_seal SET mac = sha256(mac) WHERE tenant_id = $1 AND number = 2": "not made by this server",
    "UPDATE run SET answer = 'nothing' WHERE tenant_id = $1 AND answer = 'answer 4'": "stored run was changed",
    "UPDATE run SET envelope = envelope || '{\"items\": []}' WHERE tenant_id = $1": "stored run was changed",
    "DELETE FROM run WHERE tenant_id = $1 AND answer = 'answer 4'": "no longer stored",
}


async def _restore(admin: Connection) -> None:
    for table in ("audit_entry", "audit_seal", "run"):
        await admin.execute(f"DELETE FROM {table}")
        await admin.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")


async def test_every_tampering_with_the_tables_is_found(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    history: History = await a_history(postgres_store)
    await history.write("arararara")
    await history.seal(3)
    other = await a_history(postgres_store, "other")
    await other.write("a")
    async with superuser(store_server) as admin:
        for table in ("audit_entry", "audit_seal", "run"):
            await admin.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
        for sql, problem in TAMPERINGS.items():
            assert (await history.verify()).broken is None
            assert not (await admin.execute(sql, history.memory.tenant_id)).endswith(" 0"), sql
            broken = (await history.verify()).broken
            assert broken is not None, sql
            assert problem in broken.problem, sql
            await _restore(admin)
        verdict = await history.verify()
        assert (verdict.broken, verdict.seals, verdict.entries, verdict.runs) == (None, 3, 9, 4)
        assert (await other.verify()).broken is None
