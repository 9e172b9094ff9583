"""Replacing personal data in text that a client brings. Neither the text nor its answer is stored."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import anyio.to_thread
from pydantic import ConfigDict, Field

from moe_memorygraph.compliance import REPLACED_NAMES, KeptNames, RawText
from moe_memorygraph.tools.arguments import ToolArguments
from moe_memorygraph.tools.definition import Call, Tool, whole_answer

__all__ = ["TOOLS"]

TEXT_CHARS = 16_000  # with its entities the answer stays within what one answer may hold


class RedactArguments(ToolArguments):
    model_config = ConfigDict(str_strip_whitespace=False)

    as_sent: ClassVar[bool] = True

    text: Annotated[str, Field(max_length=TEXT_CHARS)]
    policy: Annotated[
        Literal["replace", "mask", "hash"], Field(description="<TYPE>, **** and the last four, or <TYPE:hash>")
    ] = "replace"
    language: Annotated[str, Field(max_length=8, description="ISO 639-1")] = "en"


async def redact_pii(call: Call, arguments: RedactArguments) -> dict[str, Any]:
    async def act(run_id: UUID) -> Mapping[str, Any]:  # noqa: ARG001 - nothing of it is kept under the run
        customers = await call.memory.customers.all()
        redact = partial(
            call.redactor.redact,
            RawText(arguments.text),
            policy=arguments.policy,
            language=arguments.language,
            hash_key=call.hash_key,
            names=REPLACED_NAMES,
            kept=KeptNames(name for one in customers for name in (one.name, *one.aliases)),
        )
        redaction = await anyio.to_thread.run_sync(redact)
        entities = [
            {"type": entity.type, "start": entity.start, "end": entity.end, "score": round(entity.score, 4)}
            for entity in redaction.entities
        ]
        return {"text": redaction.text, "entities": entities}

    result = await call.workflow.perform(call.memory, "redact_pii", text=arguments.text, act=act, store_text=False)
    return whole_answer({**result.envelope, "next_cursor": None})


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        name="redact_pii",
        title="Redact personal data",
        description=(
            "Replace personal data (emails, cards, phones, ids, secrets, names of people and places; customers' names "
            "stay) in a text of yours. Use it before you paste text elsewhere. Returns the text and what was found where: "
            "offsets in the given text, in code points. The text is not stored."
        ),
        scope="read",
        toolset="privacy",
        arguments=RedactArguments,
        answer=redact_pii,
    ),
)
