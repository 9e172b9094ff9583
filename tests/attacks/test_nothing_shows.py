"""What another tenant has changes no byte of any answer: the same calls before it has anything, and right after its own.

Two of our tenants are alike. The first is asked while the other tenant is empty; the second when the other is full of
what looks most like ours, and has just made the same call in the same process, so that every cache is warm with it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.values import PLANES
from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import create_server
from moe_memorygraph.settings import Settings
from tests.attacks.world import CANARY, OURS, SAME, THEIRS, first_difference, plain, plant, uris_of
from tests.plugins.stores import created
from tests.server.doubles import fake_loaders

pytestmark = pytest.mark.postgres


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call, what to call it, and which arguments of which tool it tries."""

    label: str
    ask: Callable[[Client], Awaitable[str]]
    tries: tuple[tuple[str, str], ...] = ()


NAMES = (THEIRS.name, THEIRS.alias, THEIRS.customer_id, *THEIRS.other_names)
NEARLY = ("Zephyrin Labs", "zephy", "Akme", "Acme Corps", "Globexxx", "ZEPHYRINE")
"""Their names as somebody misspells them, and ours as they spell theirs."""

QUESTIONS = (
    *(f"Why did {name} complain?" for name in (*NAMES, *NEARLY)),
    f"What is the {THEIRS.predicate} of {OURS.name}?",
    f"How many tickets are about {CANARY}?",
    f"How many tickets say {CANARY} in {THEIRS.category}?",
    "How many tickets came in by category?",
    "How many customers do we have?",
    "Which customers complained the most about pricing?",
    "What changed in June?",
    "What is our refund policy?",
    "Who is the owner of shared-1?",
    f"Compare {OURS.name} and {THEIRS.name}",
    f"When is the deadline of {THEIRS.subject}?",
)


def tool(name: str, /, **arguments: Any) -> Asked:
    async def ask(client: Client) -> str:
        result = await client.session.call_tool(name, arguments, allow_input_required=True)
        return result.model_dump_json(exclude={"meta"})

    return Asked(label=f"{name} {arguments}", ask=ask, tries=tuple((name, argument) for argument in arguments))


def resource(uri: str) -> Asked:
    async def ask(client: Client) -> str:
        return (await client.read_resource(uri)).model_dump_json(exclude={"meta"})

    return Asked(label=uri, ask=ask)


def completion(ref: PromptReference | ResourceTemplateReference, argument: str, value: str) -> Asked:
    async def ask(client: Client) -> str:
        return (await client.complete(ref, {"name": argument, "value": value})).model_dump_json(exclude={"meta"})

    return Asked(label=f"completion of {argument} {value!r}", ask=ask)


def prompt(name: str, /, **arguments: str) -> Asked:
    async def ask(client: Client) -> str:
        return (await client.get_prompt(name, arguments)).model_dump_json(exclude={"meta"})

    return Asked(label=f"prompt {name} {arguments}", ask=ask)


def reading() -> Iterator[Asked]:
    """Calls that change nothing, among them every free text that a tool takes."""
    for question in QUESTIONS:
        yield tool("query_customer_intel", question=question)
    yield tool("query_customer_intel", question="Why did they complain?", customer=SAME.customer_id, detail="full")
    for words in ("price raised renewal", CANARY, f"{THEIRS.name} pricing", "single sign-on"):
        yield tool("search_tickets", query=words)
        yield tool("recall_ltm", query=words)
        yield tool("get_facts", query=words)
        yield tool("explain_gate", question=words)
    yield tool("search_tickets", query="price", category=THEIRS.category)
    yield tool("search_tickets", query="price", channel=THEIRS.channel, status=THEIRS.status)
    yield tool("recall_ltm", query="pricing", kind=THEIRS.kind)
    yield tool("get_facts", predicate=THEIRS.predicate)
    yield tool("get_facts", subject=THEIRS.subject)
    yield tool("redact_pii", text=f"{THEIRS.name} of {CANARY}, dana@example.com", policy="replace")
    yield tool("customer_health", customer=SAME.customer_id, until="2025-06-16")
    for side in (THEIRS, SAME):
        for uri in uris_of(side).values():
            yield resource(uri)
        for plane in PLANES:
            yield resource(f"memory://customers/{side.customer_id}/{plane}")
    yield resource("memory://planes")
    template = ResourceTemplateReference(type="ref/resource", uri="memory://customers/{customer_id}/{plane}")
    for name in (THEIRS.name, "Acme Corp"):
        for length in range(len(name) + 1):
            yield completion(PromptReference(type="ref/prompt", name="account_health"), "customer", name[:length])
    for argument, value in (
        ("customer_id", "z"),
        ("customer_id", ""),
        ("category", ""),
        ("category", "zq"),
        ("plane", ""),
    ):
        yield completion(template, argument, value)
    yield prompt("account_health", customer=THEIRS.name)
    yield tool("get_system_health")


def writing() -> Iterator[Asked]:
    """Calls that write, under their names and ids; what they answer is held against what they answer where nobody has these."""
    turn = {"role": "user", "text": "We spoke of the renewal."}
    for session in (THEIRS.session_id, f"S-{SAME.customer_id}"):
        yield tool("remember", session_id=session, **turn)
        yield resource(f"memory://sessions/{session}")
        yield tool("query_customer_intel", question="What did we speak about?", session_id=session)
    for subject in (THEIRS.customer_id, THEIRS.name, SAME.customer_id):
        yield tool("record_fact", subject=subject, predicate="owner", object="Kim", source="crm")
        yield tool("get_facts", subject=subject)
    yield tool("forget_customer", customer=THEIRS.name, confirm=True)
    yield tool("forget_customer", customer=SAME.customer_id, confirm=True)
    # From here on patterns are mined anew behind the calls: what comes after does not hang on them.
    ticket = {"customer": THEIRS.name, "created_at": "2025-06-01", "body": "The price was raised."}
    yield tool("ingest_tickets", tickets=[{"ticket_id": THEIRS.ticket_id, **ticket}])
    yield tool("ingest_tickets", tickets=[{"ticket_id": THEIRS.ticket_id, **ticket, "customer": OURS.name}])
    yield resource(uris_of(THEIRS)["tickets"])
    yield tool("create_customer", customer_id=THEIRS.customer_id, name=THEIRS.name, tier="startup")
    yield resource(uris_of(THEIRS)["customers"])
    yield tool("forget_customer", customer=THEIRS.customer_id, confirm=True)
    yield resource(uris_of(THEIRS)["customers"])


def script() -> Iterator[Asked]:
    yield from reading()
    yield from writing()


async def answer(client: Client, asked: Asked) -> str:
    try:
        return plain(await asked.ask(client))
    except MCPError as error:
        return plain(f"{error.error.code} {error} {error.error.data}")


@asynccontextmanager
async def process(store: PostgresStore, home: Path, *tenants: str) -> AsyncIterator[tuple[Client, ...]]:
    """A client of each tenant, whose servers share all that a process has."""
    settings = Settings(home=home, database_url=None, expert_timeout_sec=30, call_timeout_sec=60)
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(settings, loaders=fake_loaders(store), patience_seconds=30))
        doors = [pinned(one, scopes=("read", "write", "admin"), read_only=False) for one in tenants]
        yield tuple([await stack.enter_async_context(Client(create_server(app, door))) for door in doors])


async def test_no_byte_of_an_answer_tells_of_another_tenant(postgres_store: PostgresStore, tmp_path: Path) -> None:
    for key, side in (("before", OURS), ("after", OURS)):
        await plant(await created(postgres_store, key), side)
    theirs = await created(postgres_store, "theirs")
    with anyio.fail_after(120):
        async with process(postgres_store, tmp_path, "before") as (alone,):
            before = [await answer(alone, asked) for asked in script()]
        await plant(theirs, THEIRS)
        async with process(postgres_store, tmp_path, "after", "theirs") as (ours, other):
            differing = 0
            for asked, alone_answered in zip(script(), before, strict=True):
                its_own = await answer(other, asked)
                beside = await answer(ours, asked)
                assert beside == alone_answered, f"{asked.label}: {first_difference(alone_answered, beside)}"
                assert CANARY not in beside or CANARY in asked.label, asked.label
                differing += its_own != beside
    assert differing > 0.6 * len(before), "theirs is there, and answers otherwise"


async def test_what_is_compared_would_show_what_leaks(postgres_store: PostgresStore, tmp_path: Path) -> None:
    """The same comparison, where the other tenant's store is handed out for ours: nearly every answer differs."""
    await plant(await created(postgres_store, "ours"), OURS)
    await plant(await created(postgres_store, "theirs"), THEIRS)
    with anyio.fail_after(60):
        async with process(postgres_store, tmp_path, "ours", "theirs") as (ours, other):
            differs: dict[str, bool] = {}
            for asked in reading():
                kind = "/".join(asked.label.split()[0].split("/")[:3])  # a tool, a kind of resource, completions
                differs[kind] = differs.get(kind, False) or await answer(ours, asked) != await answer(other, asked)
    assert {kind for kind, one in differs.items() if not one} == {"prompt", "redact_pii"}, "these read no memory"
