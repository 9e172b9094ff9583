"""A tenant filled with a little of everything, and a look at every table past row security."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.migration import connect_admin
from moe_memorygraph.memory.postgres.pool import SCHEMA, Connection
from moe_memorygraph.memory.predicates import Predicate, predicate_key
from moe_memorygraph.memory.quotas import QuotaClaim
from moe_memorygraph.memory.retraction import Selection
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.values import (
    ApiKey,
    Customer,
    DataKey,
    Held,
    Job,
    OutboxTask,
    OwnTopic,
    RunRecord,
    SealedOriginals,
)
from tests.memory.samples import (
    DAY,
    NOW,
    an_id,
    document,
    entry,
    fact,
    origin,
    pattern,
    sealing,
    ticket,
    told,
    turn,
    unit,
)


async def fill(memory: TenantMemory, word: str = "secret") -> None:
    """At least one row in every table, each with this word where there is text."""
    await memory.customers.put_many([Customer(customer_id="C-1", name=word, aliases=(word,))])
    await memory.stm.remember([turn("turn", word, embedding=unit(1))])
    patterns = [pattern("pattern", word, customer_id="C-1", topic="billing", evidence=("T-1",), embedding=unit(1))]
    await memory.ltm.replace_all(patterns, mined_at=NOW)
    signed = memory.writing_as(origin())
    again = memory.writing_as(origin(actor="key:2"))
    await signed.semantic.put_many([fact("C-1", "tier", word, name="fact", embedding=unit(1))], now=NOW)
    await again.semantic.record(fact("C-1", "tier", word, name="again"), now=NOW, single_valued=True)
    await signed.semantic.put_many([fact("C-2", "tier", word, name="wrong", source="wrong")], now=NOW)
    await memory.roll_back(Selection(source="wrong"), now=NOW + DAY, catalogue=STANDARD)
    held = Held(
        review_id=an_id("held"),
        kind="turn",
        item_key="S-1",
        signs=("override",),
        content={"text": word},
        origin=origin(),
    )
    await memory.quarantine.hold(held)
    await memory.catalogue.put(Predicate(name=predicate_key(word), aliases=("code",), asked_by=(word,)))
    said = (told("T-1", "plan_mentioned", word, word),)
    sealed = (SealedOriginals(entity_type="EMAIL", box=bytes(60)),)
    more: dict[str, Any] = {
        "pii_types": ("EMAIL",),
        "originals": sealed,
        "vector": unit(1),
        "told": said,
        "topic_probability": 0.5,
    }
    await memory.vector.put_many([ticket("T-1", word, category="billing", channel="chat", status="open", **more)])
    await memory.knowledge.put_many([document("D-1", (word, word), (word, word), vectors=(unit(1),))], now=NOW)
    run = RunRecord(
        run_id=an_id("run"),
        tool="ask",
        question=word,
        created_at=NOW,
        answer=word,
        confidence=0.5,
        abstained=False,
        envelope={"answer": word},
        decision={"rule": word},
        computed=(word,),
    )
    await memory.runs.save(
        run, [OutboxTask(task_id=an_id("task"), kind=word, payload={"text": word})], sign=lambda _: entry("run")
    )
    await memory.audit.seal(sealing, limit=9)
    await memory.audit.add([entry("unsealed")])
    await memory.jobs.create(
        Job(
            job_id=an_id("job"),
            kind=word,
            state="queued",
            detail={"text": word},
            error=None,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    await memory.keys.add(ApiKey(key_id=an_id("key"), name=word, digest=bytes(32), scopes=("read",), created_at=NOW))
    await memory.topics.put(OwnTopic(name=word, names=(word,), words=(word,), examples=(word,)))
    await memory.privacy.set_policy("PERSON", "pseudonym")
    await memory.privacy.add_key(
        DataKey(key_id=an_id("data key"), wrapped=bytes(72), master_id=bytes(8), created_at=NOW)
    )
    await memory.privacy.number([("PERSON", bytes(32))])
    await memory.quotas.set_limits({"calls_per_day": 9})
    claim = QuotaClaim(measure="calls", used=1, needs=1)
    await memory.quotas.settle(an_id("process"), [claim], day=NOW.date(), now=NOW, until=NOW + DAY)
    await memory.retention.put("vector", 36_500)
    await memory.mining.refresh()
    await memory.maintain()


@asynccontextmanager
async def superuser(server: EmbeddedServer) -> AsyncIterator[Connection]:
    """A connection that row security does not bind."""
    async with connect_admin(
        host=str(server.socket_dir),
        port=server.port,
        database=server.database,
        user=server.superuser,
        password=server.superuser_password,
    ) as connection:
        await connection.execute(f"SET search_path = {SCHEMA}, public")
        yield connection


async def all_tables(connection: Connection) -> list[str]:
    """Tables that the app role reaches, by name."""
    rows = await connection.fetch(
        "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname",
        SCHEMA,
    )
    return [row["relname"] for row in rows]


async def contents(server: EmbeddedServer) -> dict[str, list[Any]]:
    """Every row of every table as JSON, whoever it belongs to."""
    async with superuser(server) as connection:
        return {
            table: [
                row[0]
                for row in await connection.fetch(
                    f"SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY to_jsonb(t)::text"
                )
            ]
            for table in await all_tables(connection)
        }
