"""Times of one process on one tenant: every tool beside the floor under it, stage by stage, alone and in a crowd."""

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import anyio

from moe_memorygraph.cli.demo import QUESTIONS
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import FactFilter, PatternFilter, Ticket, TicketFilter
from moe_memorygraph.tools import ALL_TOOLS, compact_json, parse_arguments
from moe_memorygraph.tools.answers import fit
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.values import Ask, ToolName

if TYPE_CHECKING:
    from moe_memorygraph.embedding import Embedder

__all__ = ["STAGES", "measure"]

ASKS = 100
SELF = 200
"""Tickets that are looked for by their own passage."""
BULK = 1024  # passages
CONCURRENCY = (1, 4, 16)
BATCH = 50  # questions
BATCH_CONCURRENCY = 20

STAGES = (
    *("parse", "clean", "view", "understand", "preview", "embed", "gate", "experts"),
    *("aggregate", "synthesize", "verify", "write", "serialize"),
)
"""In the order of a run; `embed` runs beside `understand` and `preview`, each expert beside the others."""

TEMPLATES = (
    "Why did {name} complain?",
    "How many tickets did {name} open in 2025?",
    "What is the status of {name}?",
    "What does {name} say about {category}?",
    "Which customers write about {category}?",
    "What changed for {name} in Q4 2025?",
)

Call = Callable[[str], Awaitable[None]]


async def measure(
    memory: TenantMemory, workflow: Workflow, embedder: "Embedder", *, asks: int = ASKS
) -> dict[str, Any]:
    """All figures of the report, in milliseconds where they are times; `asks` calls make each of them."""
    questions = await _questions(memory)
    bench = _Bench(memory=memory, workflow=workflow, embedder=embedder, questions=questions, asks=asks)
    tickets = await memory.vector.browse(TicketFilter(), limit=BULK)
    await bench.ask(questions[0])  # views and connections are warm from here on
    return {
        "planes": {status.plane: status.items for status in await memory.status()},
        "embed_query_ms": percentiles(await bench.times(bench.embed, bench.fresh(asks, "embed"))),
        "embed_passages_per_s": await _bulk_rate(embedder, tickets),
        "recall_of_itself_at_10": await _self_recall(memory, embedder, tickets[:SELF]),
        "tools": [await bench.beside_floor(tool) for tool in bench.floors],
        "stages_ms": await bench.stages(),
        "throughput": [await bench.crowd(clients) for clients in CONCURRENCY],
        "batch": await bench.batch(),
    }


@dataclass(kw_only=True)
class _Bench:
    memory: TenantMemory
    workflow: Workflow
    embedder: "Embedder"
    questions: Sequence[str]
    asks: int

    @property
    def floors(self) -> Mapping[ToolName, Call]:
        """What no answer of the tool can be under: the question embedded once, and the slowest single query."""
        return {
            "query_customer_intel": self._floor_tickets,
            "search_tickets": self._floor_tickets,
            "recall_ltm": self._floor_patterns,
            "get_facts": self._floor_facts,
        }

    async def embed(self, text: str) -> None:
        await self.embedder.embed_query(text)

    async def ask(self, text: str, tool: ToolName = "query_customer_intel") -> Mapping[str, Any]:
        """One call as a server answers it, without protocol and transport; the envelope with all its stages."""
        begin = perf_counter()
        definition = next(one for one in ALL_TOOLS if one.name == tool)
        words = "question" if tool == "query_customer_intel" else "query"
        parse_arguments(definition.arguments, {words: text})
        parsed = perf_counter()
        options = {"query": text} if tool == "get_facts" else {}
        result = await self.workflow.ask(self.memory, Ask(tool=tool, text=text, options=options))
        answered = perf_counter()
        compact_json(fit(dict(result.envelope)))
        stages = {
            **result.envelope["audit"]["stage_ms"],
            "parse": (parsed - begin) * 1000,
            "serialize": (perf_counter() - answered) * 1000,
        }
        return {**result.envelope, "audit": {**result.envelope["audit"], "stage_ms": stages}}

    async def beside_floor(self, tool: ToolName) -> dict[str, Any]:
        """The tool and its floor, one call of each in turn, so that a noisy machine is noisy for both."""
        asked, floor = [], []
        for text in self.fresh(self.asks, tool):
            floor += await self.times(self.floors[tool], [f"{text} floor"])
            begin = perf_counter()
            await self.ask(text, tool)
            asked.append((perf_counter() - begin) * 1000)
        ratio = statistics.median(asked) / statistics.median(floor)
        return {"tool": tool, **percentiles(asked), "floor_ms": percentiles(floor), "ratio": round(ratio, 2)}

    async def stages(self) -> dict[str, dict[str, float]]:
        """Each stage over the runs that had it; `share` is of the whole call."""
        whole: list[float] = []
        took: dict[str, list[float]] = {}
        for text in self.fresh(self.asks, "stages"):
            begin = perf_counter()
            envelope = await self.ask(text)
            whole.append((perf_counter() - begin) * 1000)
            for name, milliseconds in envelope["audit"]["stage_ms"].items():
                took.setdefault(name, []).append(milliseconds)
        order = {name: place for place, name in enumerate(STAGES)}
        names = sorted(
            took, key=lambda name: (order.get(name.partition(":")[0].replace("expert", "experts"), 99), name)
        )
        total = sum(whole)
        return {
            "whole": {**percentiles(whole), "share": 1.0},
            **{name: {**percentiles(took[name]), "share": round(sum(took[name]) / total, 3)} for name in names},
        }

    async def crowd(self, clients: int) -> dict[str, float]:
        took: list[float] = []
        waiting = iter(self.fresh(self.asks, f"crowd {clients}"))

        async def client() -> None:
            for text in waiting:
                begin = perf_counter()
                await self.ask(text)
                took.append((perf_counter() - begin) * 1000)

        begin = perf_counter()
        async with anyio.create_task_group() as group:
            for _ in range(clients):
                group.start_soon(client)
        return {"clients": clients, "asks_per_s": round(len(took) / (perf_counter() - begin), 1), **percentiles(took)}

    async def batch(self) -> dict[str, float]:
        """So many questions at once, as `memorygraph batch` asks them."""
        begin = perf_counter()
        asks = [Ask(tool="query_customer_intel", text=text) for text in self.fresh(BATCH, "batch")]
        limiter = anyio.CapacityLimiter(BATCH_CONCURRENCY)

        async def one(ask: Ask) -> None:
            async with limiter:
                await self.workflow.ask(self.memory, ask)

        async with anyio.create_task_group() as group:
            for ask in asks:
                group.start_soon(one, ask)
        return {"questions": BATCH, "seconds": round(perf_counter() - begin, 3)}

    def fresh(self, count: int, word: str) -> list[str]:
        """So many questions, different from those of every other measurement: caches must not answer."""
        return [f"{self.questions[place % len(self.questions)]} {word} {place}" for place in range(count)]

    async def times(self, work: Call, texts: Sequence[str]) -> list[float]:
        took = []
        for text in texts:
            begin = perf_counter()
            await work(text)
            took.append((perf_counter() - begin) * 1000)
        return took

    async def _floor_tickets(self, text: str) -> None:
        vector = await self.embedder.embed_query(text)
        await self.memory.vector.search(text="", embedding=vector, filters=TicketFilter(), limit=10)

    async def _floor_patterns(self, text: str) -> None:
        vector = await self.embedder.embed_query(text)
        await self.memory.ltm.search(text=text, embedding=vector, filters=PatternFilter(), limit=10)

    async def _floor_facts(self, text: str) -> None:
        vector = await self.embedder.embed_query(text)
        await self.memory.semantic.search(text=text, embedding=vector, filters=FactFilter(), limit=10)


async def _questions(memory: TenantMemory) -> list[str]:
    names = [customer.name for customer in await memory.customers.all()][:20]
    categories = [group.key.replace("_", " ") for group in (await memory.categories())[:10]]
    asked = list(QUESTIONS)
    for place, name in enumerate(names):
        category = categories[place % len(categories)] if categories else "billing"
        asked += [template.format(name=name, category=category) for template in TEMPLATES]
    return asked


def percentiles(took: Sequence[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2),
        "n": len(ordered),
    }


async def _bulk_rate(embedder: "Embedder", tickets: Sequence[Ticket]) -> float:
    texts = [ticket.body[:1000] for ticket in tickets]
    begin = perf_counter()
    await embedder.embed_passages(texts)
    return round(len(texts) / (perf_counter() - begin), 1)


async def _self_recall(memory: TenantMemory, embedder: "Embedder", tickets: Sequence[Ticket]) -> float | None:
    """Share of tickets that a search by their own beginning brings among the first ten."""
    found = 0
    for ticket in tickets:
        stored = await memory.vector.get(ticket.ticket_id)
        if stored is None or not stored.passages:
            continue
        first = stored.passages[0]
        text = f"{stored.subject}\n{stored.body[first.start : first.stop]}"
        (vector,) = await embedder.embed_passages([text])
        hits = await memory.vector.search(text="", embedding=vector, filters=TicketFilter(), limit=10)
        found += any(hit.ticket.ticket_id == ticket.ticket_id for hit in hits)
    return round(found / len(tickets), 4) if tickets else None
