"""Questions about customers, and why the gate asked whom it asked."""

from typing import Annotated, Any, Literal

from pydantic import Field

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.tools.arguments import (
    NAME_CHARS,
    QUESTION_CHARS,
    AsOf,
    Customer,
    Limit,
    Since,
    ToolArguments,
    Until,
    check_range,
)
from moe_memorygraph.tools.definition import Call, Tool, parse_id, whole_answer
from moe_memorygraph.workflow.values import Ask

__all__ = ["TOOLS"]


class IntelArguments(ToolArguments):
    question: Annotated[
        str, Field(min_length=1, max_length=QUESTION_CHARS, description="In plain words, as a person would ask")
    ]
    customer: Customer = None
    session_id: Annotated[
        str | None, Field(max_length=NAME_CHARS, description="Conversation whose earlier turns may matter")
    ] = None
    since: Since = None
    until: Until = None
    as_of: AsOf = None
    limit: Limit = 10
    detail: Annotated[
        Literal["concise", "full"], Field(description="full: every claim with both sides of conflicts")
    ] = "concise"


class ExplainArguments(ToolArguments):
    question: Annotated[str | None, Field(max_length=QUESTION_CHARS, description="To see what would be asked")] = None
    run_id: Annotated[str | None, Field(max_length=64, description="To see what was asked in an earlier run")] = None
    customer: Customer = None


async def query_customer_intel(call: Call, arguments: IntelArguments) -> dict[str, Any]:
    check_range(arguments.since, arguments.until)
    ask = Ask(
        tool="query_customer_intel",
        text=arguments.question,
        customer=arguments.customer,
        session_id=arguments.session_id,
        asker=call.actor,
        since=arguments.since,
        until=arguments.until,
        as_of=arguments.as_of,
        limit=arguments.limit,
        options={"detail": arguments.detail},
    )
    result = await call.workflow.ask(call.memory, ask, model=call.lent_model)
    return whole_answer({**result.envelope, "next_cursor": None})


async def explain_gate(call: Call, arguments: ExplainArguments) -> dict[str, Any]:
    if (arguments.question is None) == (arguments.run_id is None):
        raise InvalidArgument("Either question or run_id is needed, not both.", "Give one of them.")
    run_id = None
    if arguments.run_id is not None:
        run_id = parse_id(arguments.run_id)
        if run_id is None:
            raise NotFound("There is no such run.", "Give the run_id of an earlier answer.")
    result = await call.workflow.explain(
        call.memory, question=arguments.question, run_id=run_id, customer=arguments.customer
    )
    return whole_answer({**result.envelope, "next_cursor": None})


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        name="query_customer_intel",
        title="Ask about customers",
        description=(
            "Answer a question about customers in words, from all memories at once: facts, tickets, patterns over time, "
            "documents and the session. Use it first, for why, how many, what changed, compare, report and policy "
            "questions. Not for plain lists (search_tickets, get_facts, recall_ltm). Returns an answer whose claims cite "
            "sources [1], a confidence, conflicts; with too little evidence it abstains and says what is missing."
        ),
        scope="read",
        toolset="memory",
        arguments=IntelArguments,
        answer=query_customer_intel,
        texts=1,
    ),
    Tool(
        name="explain_gate",
        title="Explain the choice of experts",
        description=(
            "Show why a question (or an earlier run) asks certain experts. Use it when the user doubts or debugs an "
            "answer; not to get one. Returns each expert's weight, the features that add up to it, the rule that "
            "overrode it, and what would change the choice."
        ),
        scope="read",
        toolset="privacy",
        arguments=ExplainArguments,
        answer=explain_gate,
        texts=1,
    ),
)
