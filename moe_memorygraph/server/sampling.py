"""The calling client's own model, where it lends it (MCP sampling), behind the port of a language model.

The handshake protocol asks the client in the middle of a call. The newer one cannot: there a call is answered with what
is needed, and the client calls again with the model's text; the run is then made anew, finds the same evidence, and
knows by the prompt's digest that the text is the answer to it. Nothing is kept between the two calls, so another
replica may serve the second.
"""

from typing import Any, NoReturn

import anyio
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    InputRequiredResult,
    SamplingMessage,
    TextContent,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError

from moe_memorygraph.llm import LanguageModel, ModelFailed, Prompt

__all__ = ["SamplingNeeded", "lent_model"]


class SamplingNeeded(Exception):
    """The call cannot go on without the client's model; `result` is what to answer it with."""

    def __init__(self, key: str, request: CreateMessageRequest) -> None:
        super().__init__(key)
        self.result = InputRequiredResult(input_requests={key: request})


def lent_model(context: Context[Any, Any] | None) -> LanguageModel | None:
    """The model that the client of this call offers; None where it offers none, or cannot be asked."""
    capabilities = context.client_capabilities if context is not None else None
    if context is None or capabilities is None or capabilities.sampling is None:
        return None
    if context.protocol_version not in HANDSHAKE_PROTOCOL_VERSIONS:
        return _AnsweredModel(context)
    return _LiveModel(context) if context.session.can_send_request else None


class _LiveModel:
    """Asked over the connection that the call came by. Lives as long as the call."""

    name = "the client's"

    def __init__(self, context: Context[Any, Any]) -> None:
        self._context = context

    async def complete(self, prompt: Prompt, *, seconds: float) -> str:
        metadata = ServerMessageMetadata(related_request_id=self._context.request_id)
        with anyio.CancelScope(deadline=anyio.current_time() + seconds):
            try:
                result = await self._context.session.send_request(
                    _request(prompt), CreateMessageResult, metadata=metadata
                )
            except MCPError:  # the user said no, or the client has trouble of its own
                raise ModelFailed("refused") from None
            except ValidationError:
                raise ModelFailed("malformed") from None
            return _text_of(result)
        raise ModelFailed("late")


class _AnsweredModel:
    """Asked by way of the call's answer; on the second call it knows the text already."""

    name = "the client's"

    def __init__(self, context: Context[Any, Any]) -> None:
        self._responses = context.input_responses

    async def complete(self, prompt: Prompt, *, seconds: float) -> str:  # noqa: ARG002 - the client takes its own time
        key = f"answer-{prompt.digest}"
        if self._responses is None:
            self._ask(key, prompt)
        if key not in self._responses:  # what is stored has changed meanwhile; asked once is asked enough
            raise ModelFailed("late")
        return _text_of(self._responses[key])

    def _ask(self, key: str, prompt: Prompt) -> NoReturn:
        raise SamplingNeeded(key, _request(prompt))


def _request(prompt: Prompt) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt.data))
    return CreateMessageRequest(
        params=CreateMessageRequestParams(
            messages=[message], system_prompt=prompt.instructions, max_tokens=prompt.most_tokens, temperature=0.0
        )
    )


def _text_of(result: object) -> str:
    content = getattr(result, "content", None)
    pieces = content if isinstance(content, list) else [content]
    text = "".join(piece.text for piece in pieces if isinstance(piece, TextContent))
    if not text.strip():
        raise ModelFailed("malformed")
    return text
