"""Administration: loading customers, tickets and documents, and how the server fares."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import anyio.to_thread
from pydantic import BeforeValidator, ConfigDict, Field

from moe_memorygraph import __version__
from moe_memorygraph.errors import InvalidArgument, NotFound, PermissionDenied
from moe_memorygraph.memory.values import Customer, Job, TicketFilter
from moe_memorygraph.quotas import limit_standings, limits_of
from moe_memorygraph.tools.arguments import NAME_CHARS, QUESTION_CHARS, Row, ToolArguments, from_json_text
from moe_memorygraph.tools.definition import Call, Tool, parse_id, whole_answer
from moe_memorygraph.tools.jobs import Report

if TYPE_CHECKING:
    from moe_memorygraph.ingestion.loader import IngestSummary, Loader, OnProgress, Tally
    from moe_memorygraph.memory.ports import TenantMemory
    from moe_memorygraph.vault import MasterKeys
    from moe_memorygraph.workflow.values import ToolName

__all__ = ["TOOLS"]

MAX_ROWS = 500
ALIASES = 50

Text = Annotated[str | None, Field(max_length=NAME_CHARS)]


def split_aliases(value: object) -> object:
    """Aliases come as a list, as JSON text of one, or separated by semicolons as in a file."""
    value = from_json_text(value)
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    return value


class CustomerArguments(ToolArguments):
    customer_id: Annotated[str, Field(min_length=1, max_length=NAME_CHARS)]
    name: Annotated[str, Field(min_length=1, max_length=NAME_CHARS)]
    aliases: Annotated[
        Annotated[list[Annotated[str, Field(min_length=1, max_length=NAME_CHARS)]], Field(max_length=ALIASES)] | None,
        BeforeValidator(split_aliases),
    ] = None
    tier: Text = None
    industry: Text = None
    region: Text = None
    arr: Annotated[float | None, Field(ge=0, allow_inf_nan=False, description="Yearly revenue")] = None
    status: Text = None
    since: Annotated[str | None, Field(max_length=40, description="ISO 8601 date")] = None
    churned_at: Annotated[str | None, Field(max_length=40, description="ISO 8601 date")] = None
    churn_reason: Annotated[str | None, Field(max_length=QUESTION_CHARS)] = None


class TicketsArguments(ToolArguments):
    tickets: Annotated[
        list[Row],
        BeforeValidator(from_json_text),
        Field(
            min_length=1,
            max_length=MAX_ROWS,
            description="Each with ticket_id, customer, created_at, body; optional subject, category, intent, channel, status, "
            "priority, csat, resolved_at, response, author, thread_id, messages",
        ),
    ]


class SyncArguments(ToolArguments):
    path: Annotated[
        str | None, Field(max_length=1_000, description="Folder inside the knowledge folder; left out: all of it")
    ] = None


class JobArguments(ToolArguments):
    job_id: Annotated[str, Field(max_length=64)]


class ForgetArguments(ToolArguments):
    customer: Annotated[str, Field(min_length=1, max_length=NAME_CHARS, description="Id, name or alias")]
    confirm: Annotated[bool, Field(description="true once the user has agreed; where the client can, it is asked")] = (
        False
    )


class NoArguments(ToolArguments):
    model_config = ConfigDict(title="NoArguments")


async def create_customer(call: Call, arguments: CustomerArguments) -> dict[str, Any]:
    row = arguments.model_dump(exclude_none=True)
    if arguments.aliases is not None:
        row["aliases"] = ";".join(arguments.aliases)

    async def act(run_id: UUID) -> Mapping[str, Any]:
        summary = await (await _loader(call, "create_customer", run_id)).load_customers([row])
        if summary.rejected:
            raise InvalidArgument(f"The customer was refused: {summary.rejects[0].reason}.", "Mend it.")
        call.audit.concerns("customer", arguments.customer_id)
        return {"customer_id": arguments.customer_id, **_summary(summary)}

    result = await call.workflow.perform(call.memory, "create_customer", text=arguments.name, act=act)
    return whole_answer({**result.envelope, "next_cursor": None})


async def ingest_tickets(call: Call, arguments: TicketsArguments) -> dict[str, Any]:
    async def act(run_id: UUID) -> Mapping[str, Any]:
        rows = len(arguments.tickets)
        loader = await _loader(call, "ingest_tickets", run_id, on_progress=lambda tally: call.report(tally.done, rows))
        return _summary(await loader.load_tickets(arguments.tickets))

    words = f"{len(arguments.tickets)} tickets"
    result = await call.workflow.perform(call.memory, "ingest_tickets", text=words, act=act)
    return whole_answer({**result.envelope, "next_cursor": None})


async def sync_knowledge_base(call: Call, arguments: SyncArguments) -> dict[str, Any]:
    folder = await anyio.to_thread.run_sync(resolve_folder, call.settings.knowledge_folder, arguments.path)

    async def sync(report: Report) -> Mapping[str, Any]:
        def on_progress(tally: "Tally") -> None:
            report({"read": tally.read, "done": tally.done})

        loader = await _loader(call, "sync_knowledge_base", runs[0], on_progress=on_progress)
        return _summary(await loader.load_knowledge(folder))

    runs: list[UUID] = []

    async def act(run_id: UUID) -> Mapping[str, Any]:
        runs.append(run_id)
        return _job(await call.jobs.start(call.memory, "sync_knowledge_base", sync))

    result = await call.workflow.perform(call.memory, "sync_knowledge_base", text="knowledge base", act=act)
    return whole_answer({**result.envelope, "next_cursor": None})


async def get_job_status(call: Call, arguments: JobArguments) -> dict[str, Any]:
    job_id = parse_id(arguments.job_id)
    if job_id is None:
        raise NotFound("There is no such job.", "Give a job_id that sync_knowledge_base returned.")

    async def act(run_id: UUID) -> Mapping[str, Any]:  # noqa: ARG001
        return _job(await call.jobs.look(call.memory, job_id))

    result = await call.workflow.perform(call.memory, "get_job_status", text="job status", act=act)
    return whole_answer({**result.envelope, "next_cursor": None})


async def get_system_health(call: Call, arguments: NoArguments) -> dict[str, Any]:  # noqa: ARG001
    async def act(run_id: UUID) -> Mapping[str, Any]:  # noqa: ARG001
        database = await call.store.health()
        planes = await call.memory.status()
        return {
            "status": "ok",
            "version": __version__,
            "uptime_seconds": round(call.uptime_seconds, 1),
            "database": {name: value for name, value in database.items() if isinstance(value, str | int | float)},
            "planes": [
                {
                    "plane": plane.plane,
                    "items": plane.items,
                    "vectors": plane.vectors,
                    "changed_at": None if plane.changed_at is None else plane.changed_at.isoformat(),
                }
                for plane in planes
            ],
            "outbox_pending": await call.memory.outbox.pending(),
            "limits": [
                asdict(one) for one in await limit_standings(call.memory, limits_of(call.settings), now=call.now())
            ],
            "embedding": {"model": call.embedder.info.name, "dimension": call.embedder.info.dimension},
        }

    result = await call.workflow.perform(call.memory, "get_system_health", text="system health", act=act)
    return whole_answer({**result.envelope, "next_cursor": None})


async def forget_customer(call: Call, arguments: ForgetArguments) -> dict[str, Any]:
    customer = await _customer(call, arguments.customer)

    async def act(run_id: UUID) -> Mapping[str, Any]:  # noqa: ARG001
        # Before it begins: should the process end within, the trail still tells why runs are gone.
        await call.audit.record("customer.forget", outcome="begun", objects=[("customer", customer.customer_id)])
        forgotten = await call.memory.forget_customer(customer.customer_id)
        call.audit.concerns("customer", customer.customer_id)
        return {"erased": dict(forgotten.erased), "still_named_in": dict(forgotten.naming)}

    # The run is stored after the erasure, so nothing of the name may stand in it.
    result = await call.workflow.perform(
        call.memory, "forget_customer", text="forget a customer", act=act, store_text=False
    )
    return whole_answer({**result.envelope, "next_cursor": None})


async def ask_before_forgetting(call: Call, arguments: ForgetArguments) -> str:
    customer = await _customer(call, arguments.customer)
    tickets = await call.memory.vector.count(TicketFilter(customer_ids=(customer.customer_id,)))
    return (
        f"This erases the customer {customer.name} ({customer.customer_id}), its {tickets} tickets, and every fact, "
        "pattern, session turn and run that names it. It cannot be undone."
    )


async def _customer(call: Call, name: str) -> Customer:
    from moe_memorygraph.ingestion.naming import CustomerNames  # not needed to list the tools

    customer = CustomerNames(await call.memory.customers.all()).find(name)
    if customer is None:
        raise NotFound("There is no such customer.", "Give its id, name or alias.")
    return customer


def resolve_folder(root: Path | None, path: str | None) -> Path:
    """The folder to read, symlinks followed; raises `PermissionDenied` for one outside the configured folder.

    What is outside and what is missing answer alike, so that the tool tells nothing about the server's files.
    """
    if root is None:
        raise PermissionDenied("No knowledge folder is configured.", "Set MEMORYGRAPH_KNOWLEDGE_FOLDER on the server.")
    refused = PermissionDenied(
        "The path is not a folder inside the configured knowledge folder.", "Leave it out, or name one inside."
    )
    try:
        base = root.resolve(strict=True)
        folder = base if path is None else (base / path).resolve(strict=True)
        if not folder.is_relative_to(base) or not folder.is_dir():
            raise refused
    except (OSError, ValueError, RuntimeError):  # missing, unreadable, NUL in the name, a loop of links
        raise refused from None
    return folder


async def _loader(call: Call, tool: "ToolName", run_id: UUID, *, on_progress: "OnProgress | None" = None) -> "Loader":
    memory = await call.writing(tool, run_id, as_record=True)
    return await anyio.to_thread.run_sync(_make_loader, call, memory, on_progress, await call.masters())


def _make_loader(
    call: Call, memory: "TenantMemory", on_progress: "OnProgress | None", masters: "MasterKeys"
) -> "Loader":
    from moe_memorygraph.ingestion.loader import Loader  # brings pyarrow and pypdf, which no question needs

    return Loader(
        store=call.store,
        memory=memory,
        embedder=call.embedder,
        redactor=call.redactor,
        masters=masters,
        meter=call.meter,
        now=call.now,
        on_progress=on_progress,
    )


def _summary(summary: "IngestSummary") -> dict[str, Any]:
    return {
        "read": summary.read,
        "inserted": summary.inserted,
        "updated": summary.updated,
        "unchanged": summary.unchanged,
        "rejected": summary.rejected,
        "quarantined": summary.quarantined,
        "seconds": round(summary.seconds, 3),
        "rejects": [{"line": reject.line, "reason": reject.reason} for reject in summary.rejects[:50]],
        **({"stopped": summary.stopped} if summary.stopped else {}),
    }


def _job(job: Job) -> dict[str, Any]:
    return {
        "job_id": str(job.job_id),
        "kind": job.kind,
        "state": job.state,
        "detail": dict(job.detail),
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
    }


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        name="create_customer",
        title="Create or update a customer",
        description=(
            "Create a customer, or update the one with this id. Each filled column is also a fact from the CRM. For a "
            "single new fact use record_fact. Returns what was inserted, updated or unchanged."
        ),
        scope="admin",
        toolset="admin",
        arguments=CustomerArguments,
        answer=create_customer,
    ),
    Tool(
        name="ingest_tickets",
        title="Ingest tickets",
        description=(
            "Load up to 500 tickets; the same ticket again changes nothing. Rows that cannot be read are counted and "
            "named in rejects, the others go in. Personal data is replaced first. For files use the command line."
        ),
        scope="admin",
        toolset="admin",
        arguments=TicketsArguments,
        answer=ingest_tickets,
    ),
    Tool(
        name="sync_knowledge_base",
        title="Sync the knowledge base",
        description=(
            "Start reading the knowledge folder (.md, .txt, .html, .pdf) in the background. Use it after documents "
            "changed. Returns a job_id at once, for get_job_status."
        ),
        scope="admin",
        toolset="admin",
        arguments=SyncArguments,
        answer=sync_knowledge_base,
        idempotent=False,
    ),
    Tool(
        name="get_job_status",
        title="Get a job's status",
        description=(
            "How far a background job is. Use it after sync_knowledge_base, not more often than every few seconds. Returns "
            "queued, running, succeeded or failed, with its summary or reason."
        ),
        scope="admin",
        toolset="admin",
        arguments=JobArguments,
        answer=get_job_status,
        changes_nothing=True,
    ),
    Tool(
        name="get_system_health",
        title="Get system health",
        description=(
            "How the server fares for this tenant. Use it when calls fail or answers look empty. Returns the state of "
            "database and model, and what each memory holds."
        ),
        scope="admin",
        toolset="admin",
        arguments=NoArguments,
        answer=get_system_health,
        changes_nothing=True,
    ),
    Tool(
        name="forget_customer",
        title="Forget a customer",
        description=(
            "Erase a customer with its tickets and all that names it, for good. Only when the user asks for just that; the "
            "user is asked to agree. Returns counts of what was erased, and of others' texts that still name it."
        ),
        scope="admin",
        toolset="admin",
        arguments=ForgetArguments,
        answer=forget_customer,
        consent=ask_before_forgetting,
    ),
)
