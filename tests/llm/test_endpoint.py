"""The client of an OpenAI-compatible endpoint against a real server of HTTP, which behaves, and which does not."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.llm import Endpoint, ModelFailed, Prompt, open_endpoint
from moe_memorygraph.settings import Settings
from tests.llm.fake_endpoint import Received, Reply, completion, open_endpoint_server

KEY = "sk-not-for-any-log"
PROMPT = Prompt(
    instructions="Write an answer.",
    data=json.dumps({"question": "Why, of all things?"}),
    schema={"type": "object", "properties": {}, "additionalProperties": False},
    most_tokens=300,
)


def endpoint_at(url: str, **fields: Any) -> Endpoint:
    settings = {"llm_url": url, "llm_model": "small", "llm_key": KEY, **fields}
    endpoint = open_endpoint(Settings(_env_file=None, **settings))
    assert endpoint is not None
    return endpoint


async def failure_of(behave: Callable[[Received], Reply], *, seconds: float = 5.0) -> tuple[str, list[Received]]:
    """How asking a server that behaves so fails, and what reached it."""
    async with open_endpoint_server(behave) as server:
        with anyio.fail_after(seconds + 5), pytest.raises(ModelFailed) as caught:
            await endpoint_at(server.url).complete(PROMPT, seconds=seconds)
        return caught.value.outcome, server.received


async def test_the_prompt_goes_out_with_its_schema_and_the_text_comes_back() -> None:
    async with open_endpoint_server(lambda _: completion("Because.")) as server:
        assert await endpoint_at(server.url).complete(PROMPT, seconds=5) == "Because."
    [received] = server.received
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.body["model"] == "small"
    assert [message["role"] for message in received.body["messages"]] == ["system", "user"]
    assert received.instructions == PROMPT.instructions
    assert received.data == {"question": "Why, of all things?"}
    assert received.body["response_format"]["json_schema"]["schema"] == PROMPT.schema
    assert received.body["temperature"] == 0


async def test_keys_and_names_meant_for_openai_go_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "meant-for-openai")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: meant-for-openai\nX-Gateway: meant-for-openai")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://meant-for-openai.invalid/v1")
    async with open_endpoint_server(lambda _: completion("Because.")) as server:
        await endpoint_at(server.url, llm_key=None).complete(PROMPT, seconds=5)
    assert "meant-for-openai" not in str(server.received[0].headers)


async def test_a_server_that_knows_no_schema_is_asked_in_words_and_from_then_on_at_once() -> None:
    def behave(received: Received) -> Reply:
        return Reply(status=400, body=b"{}") if "response_format" in received.body else completion("Because.")

    async with open_endpoint_server(behave) as server:
        endpoint = endpoint_at(server.url)
        for _ in range(2):
            assert await endpoint.complete(PROMPT, seconds=5) == "Because."
    assert ["response_format" in received.body for received in server.received] == [True, False, False]
    assert "temperature" not in server.received[1].body


@pytest.mark.parametrize(
    ("reply", "outcome", "requests"),
    [
        (Reply(status=500, body=b"{}"), "unreachable", 2),
        (Reply(status=503, body=b"oops"), "unreachable", 2),
        (Reply(status=429, body=b"{}"), "refused", 2),
        (Reply(status=401, body=b'{"error": {"message": "no such key: sk-not-for-any-log"}}'), "refused", 1),
        (Reply(status=404, body=b"{}"), "refused", 1),
        (Reply(status=400, body=b"{}"), "refused", 2),
        (Reply(body=b'{"choices": [', breaks_off=True), "unreachable", 1),
        (Reply(body=b"<html>welcome</html>"), "malformed", 1),
        (Reply(body=b"[" * 100_000), "malformed", 1),
        (Reply(body=b'{"choices": []}'), "malformed", 1),
        (Reply(body=b'{"choices": [{"message": {"content": [1]}}]}'), "malformed", 1),
        (completion(None), "malformed", 1),
        (completion("  "), "malformed", 1),
        (Reply(floods=True), "malformed", 1),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, Reply) else None,
)
async def test_a_bad_answer_is_none_and_is_asked_for_twice_at_most(reply: Reply, outcome: str, requests: int) -> None:
    failed, received = await failure_of(lambda _: reply)
    assert (failed, len(received)) == (outcome, requests)


@pytest.mark.parametrize("reply", [Reply(says_nothing=True), Reply(drips=True)], ids=["silent", "dripping"])
async def test_what_is_not_there_in_time_is_late(reply: Reply) -> None:
    begin = anyio.current_time()
    failed, _ = await failure_of(lambda _: reply, seconds=0.3)
    assert failed == "late"
    assert anyio.current_time() - begin < 3


async def test_waiting_to_ask_again_ends_with_the_time_too() -> None:
    busy = Reply(status=429, headers={"retry-after": "30"}, body=b"{}")
    begin = anyio.current_time()
    failed, received = await failure_of(lambda _: busy, seconds=0.3)
    assert (failed, len(received)) == ("late", 1)
    assert anyio.current_time() - begin < 3


async def test_nobody_at_the_address_is_unreachable() -> None:
    async with open_endpoint_server(lambda _: completion("")) as server:
        url = server.url
    with pytest.raises(ModelFailed, match="unreachable"):
        await endpoint_at(url).complete(PROMPT, seconds=5)


async def test_a_redirect_is_not_followed() -> None:
    async with open_endpoint_server(lambda _: completion("Because.")) as elsewhere:
        moved = Reply(status=307, headers={"location": f"{elsewhere.url}/chat/completions"})
        failed, _ = await failure_of(lambda _: moved)
    assert failed == "refused"
    assert elsewhere.received == []


async def test_neither_key_nor_text_is_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    await failure_of(lambda _: Reply(status=500, body=b'{"error": "you sent sk-not-for-any-log"}'))
    async with open_endpoint_server(lambda _: completion("Because.")) as server:
        await endpoint_at(server.url).complete(PROMPT, seconds=5)
    assert KEY not in caplog.text
    assert "of all things" not in caplog.text
    assert "Because" not in caplog.text
    assert server.url not in caplog.text


async def test_what_failed_tells_nothing_of_what_was_sent() -> None:
    async with open_endpoint_server(lambda _: Reply(status=401, body=b'{"error": "sk-not-for-any-log"}')) as server:
        with pytest.raises(ModelFailed) as caught:
            await endpoint_at(server.url).complete(PROMPT, seconds=5)
    assert str(caught.value) == "refused"
    assert caught.value.__suppress_context__


async def test_no_endpoint_without_an_address() -> None:
    assert open_endpoint(Settings(_env_file=None)) is None


def test_the_key_is_not_shown_with_the_settings() -> None:
    settings = Settings(_env_file=None, llm_url="http://localhost/v1", llm_model="small", llm_key=KEY)
    assert KEY not in repr(settings)
    assert KEY not in settings.model_dump_json()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(Unavailable, match=r"moe-memorygraph\[llm\]"):
        endpoint_at("http://localhost:1/v1")


def test_without_an_address_the_client_is_never_imported() -> None:
    script = """
import sys
from moe_memorygraph.llm import open_endpoint
from moe_memorygraph.settings import Settings
import moe_memorygraph.workflow.engine, moe_memorygraph.server.mcp
assert open_endpoint(Settings(_env_file=None)) is None
print("openai" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
