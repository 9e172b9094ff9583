"""Asking the user, through the calling client, before something cannot be undone (MCP elicitation).

The handshake protocol asks in the middle of a call. In the newer one the call is answered with the question, and the
client calls again with the answer; that this server asked just that, it knows by the state that comes back sealed.
"""

import hashlib
from typing import Any

import anyio
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError

__all__ = ["ConsentNeeded", "ask_user"]

USER_SECONDS = 300.0
"""How long a person may think; after that the answer is no."""

_KEY = "consent"
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"agree": {"type": "boolean", "title": "I agree", "description": "This cannot be undone"}},
    "required": ["agree"],
}


class ConsentNeeded(Exception):
    """The call cannot go on before the user has answered; `result` is what to answer it with."""

    def __init__(self, question: str) -> None:
        super().__init__(_KEY)
        request = ElicitRequest(params=ElicitRequestFormParams(message=question, requested_schema=_SCHEMA))
        self.result = InputRequiredResult(input_requests={_KEY: request}, request_state=_state(question))


async def ask_user(context: Context[Any, Any] | None, question: str) -> bool | None:
    """Whether the user agrees; None where the client cannot ask. Raises `ConsentNeeded` where it must call again."""
    capabilities = context.client_capabilities if context is not None else None
    if context is None or capabilities is None or capabilities.elicitation is None:
        return None
    if capabilities.elicitation.form is None and capabilities.elicitation.url is not None:
        return None
    if context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS:
        return await _ask_now(context, question) if context.session.can_send_request else None
    if context.request_state != _state(question) or _KEY not in (context.input_responses or {}):
        raise ConsentNeeded(question)  # never asked, or what would be lost has changed since
    return _agrees((context.input_responses or {})[_KEY])


async def _ask_now(context: Context[Any, Any], question: str) -> bool:
    with anyio.move_on_after(USER_SECONDS):
        try:
            return _agrees(await context.session.elicit_form(question, _SCHEMA, related_request_id=context.request_id))
        except (MCPError, ValidationError):
            return False
    return False


def _agrees(answer: object) -> bool:
    return (
        isinstance(answer, ElicitResult) and answer.action == "accept" and (answer.content or {}).get("agree") is True
    )


def _state(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()
