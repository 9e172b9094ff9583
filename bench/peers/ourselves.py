"""MoE MemoryGraph by its own `search_tickets`, gate, run and audit included; a customer is a customer.

A turn is a ticket: its text the body, the speaker its author, its session the thread. Questions and bodies have their
vectors handed in like everybody's; what else the product embeds it embeds itself, within its time.
"""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from anyio.from_thread import start_blocking_portal
from wire import Item, Vectors, serve

from moe_memorygraph.embedding import Embedder, EmbedderInfo, open_embedder
from moe_memorygraph.embedding import Vectors as Rows
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.app import App, Loaders, open_app
from moe_memorygraph.settings import Settings, load_settings
from moe_memorygraph.telemetry import configure_logging
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.values import Ask

TENANT = "peers"
ROWS_AT_ONCE = 500  # what `ingest_tickets` takes


class Handed:
    """The shipped embedder, with the vectors of the run's texts looked up."""

    def __init__(self, embedder: Embedder, vectors: Vectors) -> None:
        self._embedder = embedder
        self._vectors = vectors

    @property
    def info(self) -> EmbedderInfo:
        return self._embedder.info

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    async def ready(self) -> EmbedderInfo:
        return await self._embedder.ready()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return self._embedder.token_spans(texts)

    async def embed_query(self, text: str, *, tenant: str = "") -> Rows:
        try:
            return np.asarray(self._vectors.rows([text])[0])
        except KeyError:
            return await self._embedder.embed_query(text, tenant=tenant)

    async def embed_queries(self, texts: Sequence[str]) -> Rows:
        return await self._embedder.embed_queries(texts)

    async def embed_passages(self, texts: Sequence[str]) -> Rows:
        try:
            return self._vectors.rows(texts)
        except KeyError:  # one that was cut or cleaned
            return await self._embedder.embed_passages(texts)


class Product:
    """The open product; used from its event loop."""

    def __init__(self, app: App, memory: TenantMemory, workflow: Workflow, rows: dict[str, dict[str, object]]) -> None:
        self._app = app
        self._memory = memory
        self._workflow = workflow
        self._rows = rows

    @classmethod
    async def open(cls, folder: Path, stack: AsyncExitStack) -> "Product":
        vectors = Vectors(folder)

        @asynccontextmanager
        async def handed(settings: Settings) -> AsyncIterator[Embedder]:
            async with open_embedder(settings.embedding_model, dimension=settings.embedding_dim) as embedder:
                await embedder.ready()
                yield Handed(embedder, vectors)

        settings = load_settings(home=folder / "home", database_url=None)
        app = await stack.enter_async_context(open_app(settings, loaders=Loaders(open_embedder=handed)))
        store = await app.store()
        await store.create_tenant(Tenant(tenant_id=tenant_id_of(TENANT), key=TENANT, name="Peers"))
        rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
        return cls(app, await app.memory(TENANT), await app.workflow(), {row["ticket_id"]: row for row in rows})

    async def add(self, items: Sequence[Item]) -> None:
        loader = Loader(
            store=await self._app.store(),
            memory=self._memory,
            embedder=await self._app.embedder(),
            redactor=await self._app.redactor(),
            now=lambda: datetime.now(UTC),
        )
        await loader.load_tickets([self._rows[item.item_id] for item in items])

    async def search(self, text: str, customer: str, k: int) -> Sequence[str]:
        asked = Ask(tool="search_tickets", text=text, customer=customer, limit=k)
        result = await self._workflow.ask(self._memory, asked)
        return [item["ticket_id"] for item in result.envelope["items"]]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Product]:
    async with AsyncExitStack() as stack:
        yield await Product.open(folder, stack)


def main() -> None:
    configure_logging("CRITICAL")
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(opened(Path(sys.argv[1]))) as product:
        serve(
            lambda items: portal.call(product.add, items),
            lambda text, customer, k: portal.call(product.search, text, customer, k),
            most=ROWS_AT_ONCE,
        )


if __name__ == "__main__":
    main()
