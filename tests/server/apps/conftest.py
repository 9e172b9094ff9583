"""One browser for the pages' tests, and real answers of a server that holds a part of the sample."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from moe_memorygraph.sample import generate_sample
from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import create_server
from moe_memorygraph.settings import Settings
from tests.server.apps.browsing import Host, find_browser, hosting, open_browser
from tests.server.conftest import Served
from tests.server.doubles import fake_loaders, fake_store

HOSTILE = "<img src=x onerror=\"window.ran='img'\"><script>window.ran='script'</script><b>bold</b>"
QUESTION = "Why did Acme Corp churn?"


@pytest.fixture(scope="module")
async def host(anyio_backend: str) -> AsyncIterator[Host]:
    program = find_browser()
    with hosting() as (port, asked):
        async with open_browser(program) as browser:
            yield Host(browser=browser, port=port, asked=asked)


@pytest.fixture(scope="module")
async def answers(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> dict[str, Any]:
    """What the tools say of the sample's Acme Corp, by tool; and `read`: what each citation's URI reads."""
    from mcp import Client

    find_browser()
    sample = generate_sample()
    customers = [one.row() for one in sample.customers if one.customer_id in ("acme", "globex")]
    ids = {one["customer_id"] for one in customers}
    rows = [one.row() for one in sample.tickets if one.customer_id in ids and one.created_at.year == 2025]
    hostile = {
        "ticket_id": "T-evil",
        "customer": "acme",
        "created_at": "2025-11-05T10:00:00Z",
        "subject": f"We cancel {HOSTILE}",
        "body": f"We will cancel our plan and leave for Planwise {HOSTILE} because the price was raised.",
    }
    store = await fake_store("vendor")
    settings = Settings(home=tmp_path_factory.mktemp("apps"), database_url=None)
    async with open_app(settings, loaders=fake_loaders(store), patience_seconds=10) as app:
        server = create_server(app, pinned("vendor", scopes=("read", "write", "admin"), read_only=False))
        async with Client(server) as client:
            served = Served(client=client, app=app, store=store)
            for customer in customers:
                await served.call("create_customer", **{key: value for key, value in customer.items() if value})
            await served.call("ingest_tickets", tickets=[*rows, hostile])
            for fact in (one.row() for one in sample.facts if one.subject in ("acme", "Acme Corp")):
                await served.call("record_fact", **{key: value for key, value in fact.items() if value})
            found = {
                "query_customer_intel": await served.call("query_customer_intel", question=QUESTION, limit=50),
                "explain_gate": await served.call("explain_gate", question=QUESTION),
                "customer_health": await served.call("customer_health", customer="acme"),
                "abstained": await served.call("query_customer_intel", question="What is the CEO's favourite colour?"),
            }
            uris = {one["uri"] for answer in found.values() for one in answer["citations"]}
            return {**found, "read": {uri: await served.read(uri) for uri in [*uris, "memory://tickets/T-evil"]}}
