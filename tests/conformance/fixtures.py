"""What the official conformance suite expects to find on a server, mounted beside our own tools on our own server.

The names, texts and shapes are the suite's. `FixtureServer` is `MemoryServer` with them added, so that our middleware,
errors, limits and transports are what is tested.
"""

import base64
import json
from typing import Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import Message, UserMessage
from mcp.server.streamable_http import EventCallback, EventMessage, EventStore
from mcp.shared.exceptions import MCPError
from mcp.types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    EmbeddedResource,
    EmptyResult,
    ImageContent,
    InputRequiredResult,
    JSONRPCMessage,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    SetLevelRequestParams,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field

from moe_memorygraph.server.mcp import MemoryServer
from moe_memorygraph.server.watching import is_watchable

__all__ = ["FixtureServer", "ReplayedEvents"]

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SILENCE = base64.b64encode(
    b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x02\0\0\0\0\0"
).decode()
WATCHED = "test://watched-resource"
STEP = 0.05  # seconds, as the suite asks
UNSUPPORTED = -32021


def text_of(uri: str, text: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def said(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)])


def ask(message: str, **properties: str) -> ElicitRequest:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
        "required": list(properties),
    }
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sample(text: str, most_tokens: int) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=most_tokens))


class FixtureServer(MemoryServer):
    """Our server, with the suite's fixtures registered by the SDK's decorators and found after our own tools."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _mount_tools(self)
        _mount_elicitation(self)
        _mount_rounds(self)
        _mount_resources_and_prompts(self)
        self._watches.may_watch = lambda uri: uri == WATCHED or is_watchable(uri)
        self.kernel.add_request_handler("logging/setLevel", SetLevelRequestParams, _set_level)

    async def list_tools(self) -> Any:
        return [*await super().list_tools(), *await MCPServer.list_tools(self)]

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        if name in {tool.name for tool in await MCPServer.list_tools(self)}:
            return await MCPServer.call_tool(self, name, arguments, context)
        return await super().call_tool(name, arguments, context)

    async def list_resources(self) -> Any:
        return [*await super().list_resources(), *await MCPServer.list_resources(self)]

    async def list_resource_templates(self) -> Any:
        return [*await super().list_resource_templates(), *await MCPServer.list_resource_templates(self)]

    async def read_resource(self, uri: Any, context: Any = None) -> Any:
        if str(uri).startswith("test://"):
            return await MCPServer.read_resource(self, uri, context)
        return await super().read_resource(uri, context)

    async def list_prompts(self) -> Any:
        return [*await super().list_prompts(), *await MCPServer.list_prompts(self)]

    async def get_prompt(self, name: str, arguments: Any = None, context: Any = None) -> Any:
        if name.startswith("test_"):
            return await MCPServer.get_prompt(self, name, arguments, context)
        return await super().get_prompt(name, arguments, context)


async def _set_level(context: Any, params: SetLevelRequestParams) -> EmptyResult:
    return EmptyResult()


def _mount_tools(server: MCPServer[Any]) -> None:
    @server.tool(description="Plain text", structured_output=False)
    def test_simple_text() -> str:
        return "This is a simple text response for testing."

    @server.tool(description="An image", structured_output=False)
    def test_image_content() -> ImageContent:
        return ImageContent(type="image", data=PIXEL, mime_type="image/png")

    @server.tool(description="A sound", structured_output=False)
    def test_audio_content() -> AudioContent:
        return AudioContent(type="audio", data=SILENCE, mime_type="audio/wav")

    @server.tool(description="A resource inside an answer", structured_output=False)
    def test_embedded_resource() -> EmbeddedResource:
        return text_of("test://embedded-resource", "This is an embedded resource content.")

    @server.tool(description="Several kinds of content", structured_output=False)
    def test_multiple_content_types() -> list[ContentBlock]:
        return [
            TextContent(type="text", text="Multiple content types test:"),
            ImageContent(type="image", data=PIXEL, mime_type="image/png"),
            text_of("test://mixed-content-resource", '{"test": "data", "value": 123}', "application/json"),
        ]

    @server.tool(description="Three messages on the way", structured_output=False)
    async def test_tool_with_logging(ctx: Context[Any, Any]) -> str:
        for index, words in enumerate(("Tool execution started", "Tool processing data", "Tool execution completed")):
            await anyio.sleep(STEP if index else 0)
            await ctx.info(words)
        return "Tool with logging executed successfully"

    @server.tool(description="A message that nobody asked for", structured_output=False)
    async def test_logging_tool(ctx: Context[Any, Any]) -> str:
        await ctx.info("Nobody asked for this")
        return "Done"

    @server.tool(description="Three signs of progress", structured_output=False)
    async def test_tool_with_progress(ctx: Context[Any, Any]) -> str:
        for done in (0, 50, 100):
            await anyio.sleep(STEP if done else 0)
            await ctx.report_progress(done, 100)
        return "Done"

    @server.tool(description="Fails", structured_output=False)
    def test_error_handling() -> CallToolResult:
        result = said("This tool intentionally returns an error for testing")
        return result.model_copy(update={"is_error": True})

    @server.tool(description="Closes its stream in between", structured_output=False)
    async def test_reconnection(ctx: Context[Any, Any]) -> str:
        await ctx.close_sse_stream()
        await anyio.sleep(4 * STEP)
        return "Reconnection test completed"

    @server.tool(description="A header of its own", structured_output=False)
    def test_x_mcp_header(region: str = Field(json_schema_extra={"x-mcp-header": "Region"})) -> str:
        return f"Region: {region}"

    @server.tool(description="Needs sampling", structured_output=False)
    def test_missing_capability(ctx: Context[Any, Any]) -> str:
        capabilities = ctx.client_capabilities
        if capabilities is None or capabilities.sampling is None:
            raise MCPError(UNSUPPORTED, "Sampling is needed", {"requiredCapabilities": {"sampling": {}}})
        return "Sampling is there"

    @server.tool(name="json_schema_2020_12_tool", description="Tool with JSON Schema 2020-12 features")
    def json_schema(name: str = "") -> str:
        return name

    server._tool_manager._tools["json_schema_2020_12_tool"].parameters = _wide_schema()  # the SDK takes no schema


def _wide_schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            }
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    }


class _Person(BaseModel):
    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


class _Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: str = Field(default="active", json_schema_extra={"enum": ["active", "inactive", "pending"]})
    verified: bool = True


_TITLED: list[Any] = [
    {"const": f"value{n}", "title": title} for n, title in enumerate(("First", "Second", "Third"), start=1)
]
_PLAIN = ["option1", "option2", "option3"]


class _Enums(BaseModel):
    untitledSingle: str = Field(json_schema_extra={"enum": list(_PLAIN)})  # noqa: N815 - the suite's names
    titledSingle: str = Field(json_schema_extra={"oneOf": list(_TITLED)})  # noqa: N815
    legacyEnum: str = Field(json_schema_extra={"enum": ["opt1", "opt2"], "enumNames": ["One", "Two"]})  # noqa: N815
    untitledMulti: list[str] = Field(json_schema_extra={"items": {"type": "string", "enum": list(_PLAIN)}})  # noqa: N815
    titledMulti: list[str] = Field(json_schema_extra={"items": {"anyOf": list(_TITLED)}})  # noqa: N815


def _mount_elicitation(server: MCPServer[Any]) -> None:
    async def elicit(ctx: Context[Any, Any], message: str, model: type[BaseModel]) -> str:
        result = await ctx.elicit(message=message, schema=model)
        content = result.data.model_dump_json() if result.action == "accept" else "{}"
        return f"action={result.action}, content={content}"

    @server.tool(description="Asks the client's model", structured_output=False)
    async def test_sampling(prompt: str, ctx: Context[Any, Any]) -> str:
        result = await ctx.session.send_request(sample(prompt, 100), CreateMessageResult)
        return f"LLM response: {getattr(result.content, 'text', '')}"

    @server.tool(description="Asks the user", structured_output=False)
    async def test_elicitation(message: str, ctx: Context[Any, Any]) -> str:
        return f"User response: {await elicit(ctx, message, _Person)}"

    @server.tool(description="Asks the user, with defaults", structured_output=False)
    async def test_elicitation_sep1034_defaults(ctx: Context[Any, Any]) -> str:
        return f"Elicitation completed: {await elicit(ctx, 'Please review', _Defaults)}"

    @server.tool(description="Asks the user to choose", structured_output=False)
    async def test_elicitation_sep1330_enums(ctx: Context[Any, Any]) -> str:
        return f"Elicitation completed: {await elicit(ctx, 'Please choose', _Enums)}"


Rounds = CallToolResult | InputRequiredResult


def _mount_rounds(server: MCPServer[Any]) -> None:
    """Calls of the newer protocol that come back for what they need."""

    def answers(ctx: Context[Any, Any]) -> dict[str, Any]:
        return dict(ctx.input_responses or {})

    @server.tool(description="Needs a name", structured_output=False)
    def test_input_required_result_elicitation(ctx: Context[Any, Any]) -> Rounds:
        given = answers(ctx).get("user_name")
        if not isinstance(given, ElicitResult):
            return InputRequiredResult(input_requests={"user_name": ask("What is your name?", name="string")})
        return said(f"Hello, {(given.content or {}).get('name')}!")

    @server.tool(description="Needs a name in the middle of a stream", structured_output=False)
    async def test_streaming_elicitation(ctx: Context[Any, Any]) -> Rounds:
        await ctx.report_progress(1, 2)
        return test_input_required_result_elicitation(ctx)

    @server.tool(description="Needs the client's model", structured_output=False)
    def test_input_required_result_sampling(ctx: Context[Any, Any]) -> Rounds:
        given = answers(ctx).get("capital_question")
        if given is None:
            return InputRequiredResult(
                input_requests={"capital_question": sample("What is the capital of France?", 100)}
            )
        return said(getattr(given.content, "text", ""))

    @server.tool(description="Needs the client's roots", structured_output=False)
    def test_input_required_result_list_roots(ctx: Context[Any, Any]) -> Rounds:
        given = answers(ctx).get("client_roots")
        if not isinstance(given, ListRootsResult):
            return InputRequiredResult(input_requests={"client_roots": ListRootsRequest()})
        return said(json.dumps([str(root.uri) for root in given.roots]))

    @server.tool(description="Keeps its state with the client", structured_output=False)
    def test_input_required_result_request_state(ctx: Context[Any, Any]) -> Rounds:
        if ctx.request_state != "waiting" or "confirm" not in answers(ctx):
            return InputRequiredResult(
                input_requests={"confirm": ask("Please confirm", ok="boolean")}, request_state="waiting"
            )
        return said("state-ok")

    @server.tool(description="Needs three things at once", structured_output=False)
    def test_input_required_result_multiple_inputs(ctx: Context[Any, Any]) -> Rounds:
        needed = {
            "user_name": ask("What is your name?", name="string"),
            "greeting": sample("Generate a greeting", 50),
            "client_roots": ListRootsRequest(),
        }
        if not set(needed) <= set(answers(ctx)):
            return InputRequiredResult(input_requests=needed, request_state="all")
        return said("Everything is here")

    @server.tool(description="Needs one thing after another", structured_output=False)
    def test_input_required_result_multi_round(ctx: Context[Any, Any]) -> Rounds:
        if ctx.request_state == "second" and "step2" in answers(ctx):
            return said("Both steps are done")
        if ctx.request_state == "first" and "step1" in answers(ctx):
            step = {"step2": ask("Step 2: What is your favorite color?", color="string")}
            return InputRequiredResult(input_requests=step, request_state="second")
        step = {"step1": ask("Step 1: What is your name?", name="string")}
        return InputRequiredResult(input_requests=step, request_state="first")

    @server.tool(description="Its state must come back as it left", structured_output=False)
    def test_input_required_result_tampered_state(ctx: Context[Any, Any]) -> Rounds:
        if ctx.request_state is None:
            return InputRequiredResult(
                input_requests={"confirm": ask("Please confirm", ok="boolean")}, request_state="sealed"
            )
        return said("The state came back whole")

    @server.tool(description="Asks only for what the client can do", structured_output=False)
    def test_input_required_result_capabilities(ctx: Context[Any, Any]) -> Rounds:
        if answers(ctx):
            return said("Thank you")
        can = ctx.client_capabilities
        needed: dict[str, CreateMessageRequest | ElicitRequest | ListRootsRequest] = {}
        if can is not None and can.sampling is not None:
            needed["greeting"] = sample("Generate a greeting", 50)
        if can is not None and can.elicitation is not None:
            needed["user_name"] = ask("What is your name?", name="string")
        return InputRequiredResult(input_requests=needed)

    @server.prompt(name="test_input_required_result_prompt", description="Needs a context")
    def needs_context(ctx: Context[Any, Any]) -> list[Message] | InputRequiredResult:
        given = answers(ctx).get("user_context")
        if not isinstance(given, ElicitResult):
            return InputRequiredResult(
                input_requests={"user_context": ask("What context should the prompt use?", context="string")}
            )
        return [UserMessage(f"Use {(given.content or {}).get('context')}")]


def _mount_resources_and_prompts(server: MCPServer[Any]) -> None:
    @server.resource("test://static-text", mime_type="text/plain", description="Text")
    def static_text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png", description="An image")
    def static_binary() -> bytes:
        return base64.b64decode(PIXEL)

    @server.resource("test://template/{id}/data", mime_type="application/json", description="A template")
    def template(id: str) -> str:  # noqa: A002 - the suite's name
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @server.resource(WATCHED, mime_type="text/plain", description="Subscribed to")
    def watched() -> str:
        return "Watched resource content"

    @server.prompt(description="A simple prompt")
    def test_simple_prompt() -> str:
        return "This is a simple prompt for testing."

    @server.prompt(description="With arguments")
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt(description="With a resource")
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # noqa: N803 - the suite's name
        return [
            UserMessage(text_of(resourceUri, "Embedded resource content for testing.")),
            UserMessage("Please process the embedded resource above."),
        ]

    @server.prompt(description="With an image")
    def test_prompt_with_image() -> list[Message]:
        return [
            UserMessage(ImageContent(type="image", data=PIXEL, mime_type="image/png")),
            UserMessage("Please analyze the image above."),
        ]


class ReplayedEvents(EventStore):
    """Every event of a short test run, for a client that comes back for the rest of its stream."""

    def __init__(self) -> None:
        self._events: list[tuple[str, JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        self._events.append((stream_id, message))
        return str(len(self._events))

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str | None:
        if not last_event_id.isdigit() or not 0 < int(last_event_id) <= len(self._events):
            return None
        seen = int(last_event_id)
        stream = self._events[seen - 1][0]
        for number, (stream_id, message) in enumerate(self._events[seen:], start=seen + 1):
            if stream_id == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream
