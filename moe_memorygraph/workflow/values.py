"""What a caller asks of the workflow and what it gets back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from moe_memorygraph.memory.values import TicketFilter

if TYPE_CHECKING:  # brings the experts, which a server that shakes hands does not need yet
    from moe_memorygraph.workflow.confidence import Assessment

__all__ = ["Ask", "RunResult", "ToolName"]

ToolName = Literal[
    "query_customer_intel",
    "recall_ltm",
    "search_tickets",
    "get_facts",
    "redact_pii",
    "explain_gate",
    "customer_health",
    "remember",
    "record_fact",
    "create_customer",
    "ingest_tickets",
    "sync_knowledge_base",
    "get_job_status",
    "get_system_health",
    "forget_customer",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question as a caller puts it; nothing in it has been cleaned or understood yet."""

    tool: ToolName
    text: str
    customer: str | None = None
    """Id, name or alias."""
    session_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    asker: str = "local"
    """Whose credential the question came with: its session's turns are marked with it."""
    """As it was known at that time; then `as_of`, where it is not given, is the same."""
    limit: int = 10
    offset: int = 0
    ticket_filter: TicketFilter | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One finished run."""

    run_id: UUID
    envelope: Mapping[str, Any]
    """What the tool returns, by the names of the contract; JSON types only. `next_cursor` is filled in by the tool."""
    next_offset: int | None
    decision: Mapping[str, Any]
    """The gate's decision with every number: what `explain_gate` shows."""
    assessment: "Assessment | None" = None
    """How the answer was judged; None for tools that compose none."""
    withheld: str = ""
    """The answer that was composed and not given, for whoever measures what abstaining costs."""
