"""Any OpenAI-compatible endpoint, by way of the `openai` package (extra `llm`)."""

import json
import logging
from typing import Any

import anyio

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.llm.ports import ModelFailed, Outcome, Prompt
from moe_memorygraph.settings import Settings

__all__ = ["Endpoint", "open_endpoint"]

RETRIES = 1
MOST_BYTES = 1_048_576  # of an answer; a page of text has a few thousand
MOST_CONNECTIONS = 16  # answers written at the same time
CHATTY = ("openai", "httpx2", "httpcore2", "httpx", "httpcore")
"""Loggers that would write what is sent, its address and its headers."""


def open_endpoint(settings: Settings) -> "Endpoint | None":
    """The endpoint that the settings name; None where they name none. Imports its client, which takes a second.

    Nothing is sent yet. Raises `Unavailable` where the client is not installed.
    """
    if settings.llm_url is None or settings.llm_model is None:
        return None
    try:
        import httpx2
        import openai  # an extra; slow to import
    except ImportError as error:
        raise Unavailable(
            "MEMORYGRAPH_LLM_URL is set, but the package openai is not installed.",
            "Run: pip install 'moe-memorygraph[llm]', or unset MEMORYGRAPH_LLM_URL to have answers written by rules.",
        ) from error
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    key = settings.llm_key.get_secret_value() if settings.llm_key else "none"
    client = openai.AsyncOpenAI(
        api_key=key,  # given even where there is none, else the one of OPENAI_API_KEY would go to this address
        admin_api_key="",
        base_url=settings.llm_url,
        max_retries=RETRIES,
        # A redirect would carry evidence to an address that nobody configured. No connection is kept, so none is left
        # open when the process ends; beside the seconds that a model writes, a new one costs nothing.
        http_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False,
            limits=httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=0),
        ),
    )
    # What the environment says for OpenAI is not meant for this address; tests hold that none of it goes there.
    client.organization = client.project = None
    client._custom_headers = {}
    return Endpoint(client, settings.llm_model)


class Endpoint:
    """One model at one address. Lives as long as the process; holds nothing open between two answers."""

    def __init__(self, client: Any, model: str) -> None:
        self._client = client
        self._model = model
        self._is_plain = False

    @property
    def name(self) -> str:
        return self._model

    async def complete(self, prompt: Prompt, *, seconds: float) -> str:
        with anyio.CancelScope(deadline=anyio.current_time() + seconds):
            return await self._complete(prompt)
        raise ModelFailed("late")

    async def check(self, *, seconds: float) -> None:
        """Ask for a word, to see whether the endpoint answers to this name and key. Raises `ModelFailed`."""
        await self.complete(
            Prompt(instructions='Answer with the JSON object {"ok": true}.', data="{}", schema=_OK, most_tokens=200),
            seconds=seconds,
        )

    async def _complete(self, prompt: Prompt) -> str:
        import httpx2  # both are imported already
        import openai

        messages = [
            {"role": "system", "content": prompt.instructions},
            {"role": "user", "content": prompt.data},
        ]
        held = {
            "temperature": 0,
            "max_tokens": prompt.most_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(prompt.schema)},
            },
        }
        try:
            if self._is_plain:
                return await self._send({"messages": messages})
            try:
                return await self._send({"messages": messages, **held})
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                # Some servers know no schema, and some models no temperature: what is asked in words must do then.
                text = await self._send({"messages": messages})
                self._is_plain = True
                return text
        except openai.OpenAIError as error:
            raise ModelFailed(_outcome(error)) from None  # its text may repeat what was sent
        except httpx2.HTTPError:  # while the answer's body was read
            raise ModelFailed("unreachable") from None

    async def _send(self, body: dict[str, Any]) -> str:
        streamed = self._client.chat.completions.with_streaming_response
        async with streamed.create(model=self._model, **body) as response:
            content = bytearray()
            async for piece in response.iter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise ModelFailed("malformed")
        return _text_of(bytes(content))


def _outcome(error: Exception) -> Outcome:
    import openai  # imported already

    if isinstance(error, openai.APITimeoutError):
        return "late"
    if isinstance(error, openai.APIStatusError) and error.status_code < 500:
        return "refused"  # a key, a name or a quota is wrong
    return "unreachable"


def _text_of(content: bytes) -> str:
    """What the model wrote, out of the endpoint's JSON. Raises `ModelFailed`."""
    try:
        text = json.loads(content)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ModelFailed("malformed") from None
    if not isinstance(text, str) or not text.strip():
        raise ModelFailed("malformed")
    return text


_OK = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
