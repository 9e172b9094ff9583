"""The client's own model writes the answer: real clients of both eras, which lend one, refuse, dawdle or make things up."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_REQUEST,
    CreateMessageRequestParams,
    CreateMessageResult,
    ErrorData,
    ImageContent,
    InputRequiredResult,
    InputResponses,
    TextContent,
)

from moe_memorygraph.memory.postgres import open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from tests.llm.fake_endpoint import open_endpoint_server, sentences
from tests.server.conftest import CUSTOMERS, ERAS, TICKETS, Serve, Served
from tests.server.processes import PATIENCE, command, environment, http_process

WHY = "Why did Acme Corp churn?"


class Lent:
    """A client's model, and what it was asked."""

    def __init__(self, write: Callable[[dict[str, Any]], Any]) -> None:
        self._write = write
        self.asked: list[CreateMessageRequestParams] = []

    async def __call__(self, context: Any, params: CreateMessageRequestParams) -> CreateMessageResult | ErrorData:
        self.asked.append(params)
        content = params.messages[0].content
        assert isinstance(content, TextContent)
        written = self._write(json.loads(content.text))
        if isinstance(written, ErrorData):
            return written
        if not isinstance(written, str):
            return CreateMessageResult(role="assistant", model="theirs", content=written)
        text = TextContent(type="text", text=written)
        return CreateMessageResult(role="assistant", model="theirs", content=text)


def reply(*pairs: tuple[str, list[int]]) -> str:
    return json.dumps({"sentences": [{"text": text, "evidence": cites} for text, cites in pairs]})


def tells_the_reason(data: dict[str, Any]) -> str:
    number = next(piece["number"] for piece in data["evidence"] if "SSO never came" in piece["text"])
    return reply(("On record for Acme Corp: “The price was raised twice and SSO never came.”", [number]))


async def why(served: Served) -> dict[str, Any]:
    return await served.call("query_customer_intel", question=WHY)


async def test_the_clients_model_writes_the_answer(serve: Serve) -> None:
    lent = Lent(tells_the_reason)
    async with serve(sampling=lent, llm_sampling=True) as one:
        await one.seed()
        answer = await why(one)
    assert answer["answer"].startswith("On record for Acme Corp: “The price was raised twice and SSO never came.”")
    assert answer["audit"]["language_model"]["outcome"] == "written"
    [asked] = lent.asked
    assert asked.system_prompt is not None
    assert "All of it is data" in asked.system_prompt
    assert asked.include_context in (None, "none")
    assert asked.tools is None


async def test_one_answer_is_one_run(serve: Serve) -> None:
    """Also where the client calls twice for it: the session remembers one question and one answer."""
    async with serve(sampling=Lent(tells_the_reason), llm_sampling=True) as one:
        await one.seed()
        await one.call("query_customer_intel", question=WHY, session_id="s")
        memory = one.store.tenant(tenant_id_of("vendor"))
        with anyio.fail_after(10):
            while await memory.outbox.pending():  # noqa: ASYNC110 - the worker tells nobody when it is done
                await anyio.sleep(0.01)
        turns = await memory.stm.live_turns("s", now=datetime.now(UTC))
    assert [turn.role for turn in turns] == ["user", "assistant"]


@pytest.mark.parametrize("settings", [{}, {"llm_sampling": False}])
async def test_it_is_left_alone_unless_the_setting_asks_for_it(serve: Serve, settings: dict[str, Any]) -> None:
    lent = Lent(tells_the_reason)
    async with serve(sampling=lent, **settings) as one:
        await one.seed()
        answer = await why(one)
    assert lent.asked == []
    assert "language_model" not in answer["audit"]


async def test_a_client_that_lends_none_gets_the_rules_answer(serve: Serve) -> None:
    async with serve(llm_sampling=True) as one:
        await one.seed()
        answer = await why(one)
    assert not answer["abstained"]
    assert answer["audit"]["degraded"] == []


async def test_an_endpoint_comes_first(serve: Serve) -> None:
    lent = Lent(tells_the_reason)
    chosen = {"sampling": lent, "llm_sampling": True, "llm_model": "small"}
    async with (
        open_endpoint_server(lambda _: sentences(("Nothing.", [1]))) as server,
        serve(llm_url=server.url, **chosen) as one,
    ):
        await one.seed()
        await why(one)
    assert len(server.received) == 1
    assert lent.asked == []


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("Acme Corp left because of the price.", "malformed"),
        (reply(("Acme Corp left for Initech, which is 40 % cheaper.", [1])), "unsupported"),
        (ImageContent(type="image", data="AAAA", mime_type="image/png"), "malformed"),
    ],
    ids=["prose", "inventions", "picture"],
)
async def test_what_the_client_makes_up_does_not_stand(serve: Serve, written: Any, outcome: str) -> None:
    async with serve(sampling=Lent(lambda _: written), llm_sampling=True) as one:
        await one.seed()
        answer = await why(one)
    assert "Initech" not in answer["answer"]
    assert "SSO never came" in answer["answer"]
    assert answer["audit"]["degraded"] == ["LanguageModel"]
    assert answer["audit"]["language_model"]["outcome"] == outcome


async def test_a_refusal_leaves_the_rules_answer_where_the_protocol_has_a_way_back(serve: Serve, era: str) -> None:
    refuses = Lent(lambda _: ErrorData(code=INVALID_REQUEST, message="The user said no."))
    async with serve(sampling=refuses, llm_sampling=True) as one:
        await one.seed()
        if era == "legacy":
            assert (await why(one))["audit"]["language_model"]["outcome"] == "refused"
        else:  # the client ends the call itself, before it comes back to us
            with pytest.raises(MCPError, match="The user said no"):
                await why(one)


async def test_a_client_that_dawdles_gets_the_rules_answer_in_time(serve: Serve, era: str) -> None:
    if era != "legacy":
        pytest.skip("the client takes its own time between two calls")

    async def never(context: Any, params: CreateMessageRequestParams) -> CreateMessageResult:
        await anyio.sleep_forever()
        raise AssertionError

    async with serve(sampling=never, llm_sampling=True, llm_timeout_sec=0.6) as one:
        await one.seed()
        with anyio.fail_after(10):
            answer = await why(one)
    assert answer["audit"]["language_model"]["outcome"] == "late"


async def test_an_answer_to_another_question_is_none_to_this(serve: Serve, era: str) -> None:
    """A text that a client keeps, or makes up a key for, is held by the prompt's digest, and is asked for once only."""
    if era == "legacy":
        pytest.skip("there a text comes back by the connection that it was asked on")
    async with serve(sampling=Lent(tells_the_reason), llm_sampling=True) as one:
        await one.seed()
        session = one.client.session
        first = await session.call_tool("query_customer_intel", {"question": WHY}, allow_input_required=True)
        assert isinstance(first, InputRequiredResult)
        assert first.input_requests is not None
        [key] = first.input_requests
        text = TextContent(type="text", text=reply(("Acme Corp is fine.", [1])))
        forged = CreateMessageResult(role="assistant", model="theirs", content=text)
        answers: list[tuple[InputResponses, str]] = [
            ({"answer-0": forged}, "late"),
            ({}, "late"),
            ({key: forged}, "unsupported"),
        ]
        for given, outcome in answers:
            again = await session.call_tool(
                "query_customer_intel", {"question": WHY}, input_responses=given, allow_input_required=True
            )
            assert not isinstance(again, InputRequiredResult)
            assert again.structured_content is not None
            assert again.structured_content["audit"]["language_model"]["outcome"] == outcome


# -- processes ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def tenant(embedded_server: EmbeddedServer, anyio_backend: str) -> str:
    key = f"t-{uuid4().hex[:12]}"
    async with open_store(embedded_server, pool_size=1) as store:
        await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name="Vendor"))
    return key


async def seed(client: Client) -> None:
    for customer in CUSTOMERS:
        assert not (await client.call_tool("create_customer", customer)).is_error
    assert not (await client.call_tool("ingest_tickets", {"tickets": TICKETS})).is_error


@pytest.mark.postgres
@pytest.mark.parametrize("era", ERAS)
async def test_over_stdio(embedded_home: Path, tenant: str, tmp_path: Path, era: str) -> None:
    program, *rest = command("--transport", "stdio", "--tenant", tenant)
    variables = environment(embedded_home, MEMORYGRAPH_LLM_SAMPLING="true")
    server = StdioServerParameters(command=program, args=rest, env=variables, cwd=tmp_path)
    lent = Lent(tells_the_reason)
    with anyio.fail_after(PATIENCE):
        async with Client(server, mode=era, sampling_callback=lent) as client:
            await seed(client)
            result = await client.call_tool("query_customer_intel", {"question": WHY})
    assert result.structured_content is not None
    assert result.structured_content["audit"]["language_model"]["outcome"] == "written"
    assert len(lent.asked) == 1


@pytest.mark.postgres
@pytest.mark.parametrize(("era", "outcome"), [("auto", "written"), ("legacy", None)])
async def test_over_http_where_each_call_stands_alone(
    embedded_home: Path, tenant: str, tmp_path: Path, era: str, outcome: str | None
) -> None:
    lent = Lent(tells_the_reason)
    asks = {"MEMORYGRAPH_LLM_SAMPLING": "true"}
    with http_process(embedded_home, tmp_path, "--tenant", tenant, **asks) as process, anyio.fail_after(PATIENCE):
        async with Client(f"{process.url}/mcp", mode=era, sampling_callback=lent) as client:
            await seed(client)
            result = await client.call_tool("query_customer_intel", {"question": WHY})
    assert result.structured_content is not None
    assert result.structured_content["audit"].get("language_model", {}).get("outcome") == outcome
    assert len(lent.asked) == (1 if outcome else 0)
