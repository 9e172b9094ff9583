"""Loads and writes by a tenant's policies: numbers that last, originals that open, and no plain value anywhere."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
import structlog.testing

from moe_memorygraph.compliance import Entity, Redactor
from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.errors import Conflict, NotFound, PermissionDenied
from moe_memorygraph.ingestion.loader import IngestSummary, Loader
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import FactFilter
from moe_memorygraph.vault import MasterKeys, opened_key, opened_originals, opened_token, rewrap
from tests.memory.postgres.support import contents, superuser
from tests.plugins.stores import created

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
OLD, NEW = "the old master key, 32 characters", "the new master key, 32 characters"
MASTERS = MasterKeys.made_of([OLD])
ANN, BOB, CARD, PHONE = "ann@lovelace.example", "bob@lovelace.example", "4111 1111 1111 1111", "415-555-0132"
PLAIN = (ANN, BOB, CARD, PHONE, "hunter2!x")
ROWS: list[dict[str, object]] = [
    {
        "ticket_id": "T-1",
        "customer": "Acme Corp",
        "created_at": "2025-03-01",
        "subject": f"For {ANN}",
        "body": f"Call {PHONE}, mail {ANN} or {BOB}, card {CARD}. Password: hunter2!x",
        "author": BOB,
    },
    {"ticket_id": "T-2", "customer": "Globex", "created_at": "2025-03-02", "body": f"Is {ANN.upper()} there?"},
]


class NamingRedactor(Redactor):
    """Finds two names as well, as a model of names would."""

    def find(self, text: str, *, language: str = "en", types: Collection[str] | None = None) -> tuple[Entity, ...]:
        named = [
            Entity(type=kind, start=found.start(), end=found.end(), score=0.9)
            for kind, name in (("PERSON", "Ada Byron"), ("ORGANIZATION", "Globex"))
            for found in re.finditer(name, text)
        ]
        found = super().find(text, language=language, types=types)
        return tuple(sorted((*named, *found), key=lambda entity: entity.start))


def loader(store: MemoryStore, memory: TenantMemory, redactor: Redactor | None = None, **more: Any) -> Loader:
    return Loader(
        store=store,
        memory=memory,
        embedder=HashEmbedder(dimension=64),
        redactor=redactor or Redactor(),
        now=lambda: NOW,
        masters=more.pop("masters", MASTERS),
        batch_rows=more.pop("batch_rows", 1),
        **more,
    )


def changes(summary: IngestSummary) -> tuple[int, int, int]:
    return summary.inserted, summary.updated, summary.unchanged


async def asking(store: MemoryStore, key: str, **policies: str) -> TenantMemory:
    """A tenant with policies, whose vault is on."""
    memory = await created(store, key)
    for entity_type, policy in policies.items():
        await memory.privacy.set_policy(entity_type, policy)
    await opened_key(memory, MASTERS, now=lambda: NOW)
    await memory.privacy.keep_originals(True)
    return memory


async def body(memory: TenantMemory, ticket_id: str) -> str:
    ticket = await memory.vector.get(ticket_id)
    assert ticket is not None
    return ticket.body


async def test_a_load_writes_by_the_policies_and_twice_is_once(any_store: MemoryStore) -> None:
    memory = await asking(any_store, "a", EMAIL_ADDRESS="pseudonym", PHONE_NUMBER="hash", CREDIT_CARD="encrypt")
    assert changes(await loader(any_store, memory).load_tickets(ROWS)) == (2, 0, 0)
    assert await body(memory, "T-2") == "Is <EMAIL_ADDRESS_1> there?"
    written = re.fullmatch(
        r"Call <PHONE_NUMBER:[0-9a-f]{8}>, mail <EMAIL_ADDRESS_1> or <EMAIL_ADDRESS_2>, "
        r"card <CREDIT_CARD:aes:([A-Za-z]+)>\. Password: <SECRET>",
        await body(memory, "T-1"),
    )
    assert written
    assert await opened_token(memory, MASTERS, entity_type="CREDIT_CARD", letters=written[1]) == CARD
    with pytest.raises(NotFound):
        await opened_token(memory, MASTERS, entity_type="IBAN_CODE", letters=written[1])
    assert changes(await loader(any_store, memory).load_tickets(ROWS)) == (0, 0, 2)
    await memory.privacy.reset_policies(["PHONE_NUMBER"])
    assert changes(await loader(any_store, memory).load_tickets(ROWS)) == (0, 2, 0), "another policy, another row"
    assert "Call <PHONE_NUMBER>, mail <EMAIL_ADDRESS_1>" in await body(memory, "T-1")
    other = await asking(any_store, "b", EMAIL_ADDRESS="pseudonym", CREDIT_CARD="encrypt")
    await loader(any_store, other).load_tickets(ROWS[::-1])
    theirs = await body(other, "T-1")
    assert written[1] not in theirs
    with pytest.raises(NotFound):
        await opened_token(other, MASTERS, entity_type="CREDIT_CARD", letters=written[1])


async def test_facts_documents_and_customers_follow_them_too(any_store: MemoryStore, tmp_path: Path) -> None:
    memory = await asking(any_store, "a", EMAIL_ADDRESS="pseudonym")
    (tmp_path / "handbook.md").write_text(f"# Handbook\n\nAsk {BOB}.\n", encoding="utf-8")
    fact = {"subject": "Acme", "predicate": "contact", "object": ANN}
    customer = {"customer_id": "C-1", "name": "Initech", "churn_reason": f"{BOB} left", "owner": ANN}
    for _ in range(2):
        await loader(any_store, memory).load_facts([fact])
        await loader(any_store, memory).load_knowledge(tmp_path)
        await loader(any_store, memory).load_customers([customer])
    (held,) = await memory.semantic.find(FactFilter(subjects=("Acme",)), limit=9)
    (document,) = await memory.knowledge.browse(limit=9)
    stored = await memory.customers.get("C-1")
    assert stored is not None
    assert (held.object, stored.churn_reason) == ("<EMAIL_ADDRESS_1>", "<EMAIL_ADDRESS_2> left")
    assert "Ask <EMAIL_ADDRESS_2>." in document.text
    for kind, item_id, value in (
        ("fact", str(held.fact_id), ANN),
        ("document", document.document_id, BOB),
        ("customer", "C-1", BOB),
    ):
        opened = await opened_originals(memory, MASTERS, kind, item_id)  # type: ignore[arg-type]  # a literal each
        assert value in [one.value for one in opened]


async def test_loads_at_the_same_time_give_a_value_one_number(any_store: MemoryStore) -> None:
    memory = await asking(any_store, "a", EMAIL_ADDRESS="pseudonym")

    def rows(load: int) -> list[dict[str, object]]:
        order = [(7 * load + place) % 6 for place in range(6)]
        return [{**ROWS[1], "ticket_id": f"{load}-{one}", "body": f"Mail p{one}@x.example."} for one in order]

    async with anyio.create_task_group() as group:
        for load in range(3):
            group.start_soon(loader(any_store, memory).load_tickets, rows(load))
    told = {one: {await body(memory, f"{load}-{one}") for load in range(3)} for one in range(6)}
    assert all(len(bodies) == 1 for bodies in told.values())
    assert {text for bodies in told.values() for text in bodies} == {
        f"Mail <EMAIL_ADDRESS_{number}>." for number in range(1, 7)
    }


async def test_a_dry_run_stores_no_number_and_no_key(any_store: MemoryStore) -> None:
    memory = await created(any_store, "a")
    await memory.privacy.set_policy("EMAIL_ADDRESS", "pseudonym")
    facts = [{"subject": "Acme", "predicate": "contact", "object": one} for one in (ANN, BOB, ANN)]
    assert changes(await loader(any_store, memory, dry_run=True, batch_rows=9).load_facts(facts)) == (2, 0, 1)
    assert (await memory.privacy.rules()).key is None
    await loader(any_store, memory).load_facts(facts[1:2])
    (held,) = await memory.semantic.find(FactFilter(), limit=9)
    assert held.object == "<EMAIL_ADDRESS_1>"
    with pytest.raises(PermissionDenied, match="No master key"):
        await loader(any_store, memory, masters=MasterKeys.made_of([NEW])).load_facts(facts)


async def test_the_names_of_customers_stay_where_the_tenant_keeps_them(any_store: MemoryStore) -> None:
    memory = await asking(any_store, "a", PERSON="pseudonym", ORGANIZATION="replace")
    row = {**ROWS[1], "body": "Ada Byron of Globex wrote."}
    load = partial(loader, any_store, memory, NamingRedactor())
    await load().load_customers([{"customer_id": "C-9", "name": "Globex"}])
    await load().load_tickets([row])
    assert await body(memory, "T-2") == "<PERSON_1> of Globex wrote."
    ticket = await memory.vector.get("T-2")
    assert ticket is not None
    assert ticket.pii_types == ("PERSON",)
    await memory.privacy.set_policy("CUSTOMER_NAME", "replace")
    await load().load_tickets([row])
    assert await body(memory, "T-2") == "<PERSON_1> of <ORGANIZATION> wrote."


async def test_the_vault_opens_rotates_and_is_shredded(any_store: MemoryStore) -> None:
    memory = await asking(any_store, "a", EMAIL_ADDRESS="pseudonym")
    await loader(any_store, memory).load_tickets(ROWS)
    opened = await opened_originals(memory, MASTERS, "ticket", "T-1")
    assert {(one.part, one.type, one.written, one.value) for one in opened} == {
        ("subject", "EMAIL_ADDRESS", "<EMAIL_ADDRESS_1>", ANN),
        ("body", "EMAIL_ADDRESS", "<EMAIL_ADDRESS_1>", ANN),
        ("body", "EMAIL_ADDRESS", "<EMAIL_ADDRESS_2>", BOB),
        ("author", "EMAIL_ADDRESS", "<EMAIL_ADDRESS_2>", BOB),
        ("body", "PHONE_NUMBER", "<PHONE_NUMBER>", PHONE),
        ("body", "CREDIT_CARD", "<CREDIT_CARD>", CARD),
        ("body", "SECRET", "<SECRET>", "hunter2!x"),
    }
    both, new = MasterKeys.made_of([NEW, OLD]), MasterKeys.made_of([NEW])
    with pytest.raises(PermissionDenied):
        await opened_originals(memory, new, "ticket", "T-1")
    assert await rewrap(memory, both)
    assert not await rewrap(memory, both), "it is in use already"
    assert await opened_originals(memory, new, "ticket", "T-1") == opened
    with pytest.raises(PermissionDenied):
        await opened_originals(memory, MASTERS, "ticket", "T-1")
    assert changes(await loader(any_store, memory, masters=new).load_tickets(ROWS)) == (0, 0, 2)
    await memory.privacy.shred()
    assert await opened_originals(memory, both, "ticket", "T-1") == []
    assert changes(await loader(any_store, memory, masters=new).load_tickets(ROWS)) == (0, 2, 0)
    assert await body(memory, "T-2") == "Is <EMAIL_ADDRESS_3> there?", "no number is given twice"


@pytest.mark.postgres
async def test_no_plain_value_is_in_any_table_or_log_and_no_entry_opens_elsewhere(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    memory = await asking(
        postgres_store, "a", EMAIL_ADDRESS="pseudonym", PHONE_NUMBER="hash", CREDIT_CARD="encrypt", SECRET="replace"
    )
    with structlog.testing.capture_logs() as logs:
        await loader(postgres_store, memory).load_tickets([*ROWS, {**ROWS[0], "ticket_id": "T-3"}])
    everything = str((await contents(store_server), logs))
    compact = re.sub(r"[\s\-]", "", everything).casefold()
    for value in PLAIN:
        assert re.sub(r"[\s\-]", "", value).casefold() not in compact
        assert value.encode().hex() not in compact, "nor as bytes"
    for change in (
        "SET box = (SELECT box FROM vault_entry WHERE ticket_id = 'T-3' AND entity_type = 'SECRET')",
        "SET box = substring(box FROM 1 FOR 45)",
        "SET box = set_byte(box, 30, get_byte(box, 30) # 1)",
    ):
        where = "WHERE ticket_id = 'T-1' AND entity_type = 'SECRET'"
        async with superuser(store_server) as admin:
            held = await admin.fetchval(f"SELECT box FROM vault_entry {where}")
            await admin.execute(f"UPDATE vault_entry {change} {where}")
        with pytest.raises(Conflict, match="changed, cut off or moved"):
            await opened_originals(memory, MASTERS, "ticket", "T-1")
        async with superuser(store_server) as admin:
            await admin.execute(f"UPDATE vault_entry SET box = $1 {where}", held)
    assert await opened_originals(memory, MASTERS, "ticket", "T-1")
