"""How a customer fares: a score whose drivers add up."""

from typing import Annotated, Any

from pydantic import Field

from moe_memorygraph.tools.arguments import NAME_CHARS, ToolArguments, Until
from moe_memorygraph.tools.definition import Call, Tool, whole_answer
from moe_memorygraph.workflow.values import Ask

__all__ = ["TOOLS"]

_BESIDE = 12
"""Facts, patterns and tickets that a report shows beside the drivers."""


class HealthArguments(ToolArguments):
    customer: Annotated[str, Field(min_length=1, max_length=NAME_CHARS, description="Id, name or alias")]
    until: Until = None


async def customer_health(call: Call, arguments: HealthArguments) -> dict[str, Any]:
    ask = Ask(
        tool="customer_health",
        text=f"How does {arguments.customer} fare?",
        customer=arguments.customer,
        until=arguments.until,
        limit=_BESIDE,
    )
    result = await call.workflow.health(call.memory, ask)
    return whole_answer({**result.envelope, "next_cursor": None})


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        name="customer_health",
        title="Customer health",
        description=(
            "Score how one customer fares in the last 90 days, 0 to 100. Use it before a call or a renewal; to look for "
            "customers at risk, ask query_customer_intel. Returns drivers that add up to the score, each against all "
            "customers, tickets that warn, what would change it, and a report in Markdown."
        ),
        scope="read",
        toolset="memory",
        arguments=HealthArguments,
        answer=customer_health,
        texts=1,
    ),
)
