"""Whole calls through an MCP client in this process, in both eras of the protocol."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import anyio
import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS

from moe_memorygraph import __version__
from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, NotFound
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import Fact, ItemKind
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import INSTRUCTIONS
from moe_memorygraph.tools import ALL_TOOLS
from moe_memorygraph.tools.answers import MAX_ANSWER_TOKENS, estimate_tokens
from moe_memorygraph.vault import opened_key, opened_originals
from tests.server.conftest import Serve, Served, text_of
from tests.server.doubles import IdleWorkflow, fake_loaders, fake_store

ENVELOPE = {"run_id", "items", "citations", "gate", "audit", "next_cursor", "truncated"}
CITATION = {"id", "plane", "uri", "title", "quote", "score", "source", "observed_at", "customer", "tier"}
TICKET = {
    *("ticket_id", "customer", "author", "thread_id", "created_at"),
    *("category", "subject", "snippet", "score", "uri"),
}
FACT = {
    *("fact_id", "subject", "predicate", "object", "confidence", "valid_from", "valid_to", "recorded_at"),
    *("superseded_by", "source"),
    "tier",
}
EXPERT = {"name", "selected", "weight", "logit", "contributions", "rule", "would_change_if"}


# -- what is listed ----------------------------------------------------------------------------------------------


async def test_the_server_introduces_itself(serve: Serve) -> None:
    async with serve() as one:
        info = one.client.server_info
        assert info is not None
        assert (info.name, info.version) == ("moe-memorygraph", __version__)
        assert one.client.instructions == INSTRUCTIONS
    assert len(INSTRUCTIONS.encode()) <= 2_000


def bytes_of(tools: Sequence[Any]) -> int:
    return sum(len(tool.model_dump_json(by_alias=True, exclude_none=True).encode()) + 1 for tool in tools)


async def test_all_tools_are_listed_with_every_hint_within_budget(serve: Serve) -> None:
    async with serve() as one:
        listed = await one.client.list_tools()
    scopes: dict[str, str] = {tool.name: tool.scope for tool in ALL_TOOLS}
    assert [tool.name for tool in listed.tools] == list(scopes)
    for tool in listed.tools:
        hints = tool.annotations
        assert hints is not None
        assert None not in (
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
            hints.open_world_hint,
        )
        assert tool.title
        assert tool.description
        assert "tenant" not in json.dumps(tool.input_schema)
    without_admin = [tool for tool in listed.tools if scopes[tool.name] != "admin"]
    assert len(without_admin) <= 15
    assert bytes_of(without_admin) <= 12_000
    assert bytes_of(listed.tools) <= 16_000


@pytest.mark.parametrize(
    ("options", "shown", "hidden"),
    [
        ({"scopes": ("read",)}, "get_facts", "remember"),
        ({"scopes": ("read", "write")}, "remember", "create_customer"),
        ({"scopes": ("read", "write", "admin"), "read_only": True}, "get_facts", "get_system_health"),
        ({"toolsets": ("privacy",)}, "redact_pii", "get_facts"),
    ],
)
async def test_what_is_out_of_scope_is_neither_listed_nor_known(
    serve: Serve, options: dict[str, Any], shown: str, hidden: str
) -> None:
    async with serve(**options) as one:
        names = {tool.name for tool in (await one.client.list_tools()).tools}
        assert shown in names
        assert hidden not in names
        with pytest.raises(MCPError) as out_of_scope:
            await one.client.call_tool(hidden, {})
        with pytest.raises(MCPError) as unknown:
            await one.client.call_tool("no_such_tool", {})
    assert out_of_scope.value.code == unknown.value.code == INVALID_PARAMS
    assert out_of_scope.value.message == f"Unknown tool: {hidden}"
    assert unknown.value.message == "Unknown tool: no_such_tool"


def test_what_cannot_be_pinned_is_refused() -> None:
    for arguments in (
        {"tenant_key": "Not A Key", "scopes": ["read"], "read_only": False},
        {"tenant_key": "acme", "scopes": ["read", "root"], "read_only": False},
        {"tenant_key": "acme", "scopes": [], "read_only": False},
        {"tenant_key": "acme", "scopes": ["write"], "read_only": True},
    ):
        with pytest.raises(InvalidArgument):
            pinned(**arguments)  # type: ignore[arg-type]  # one row of each kind


# -- what is answered --------------------------------------------------------------------------------------------


async def test_a_question_is_answered_with_citations_that_open(served: Served) -> None:
    answer = await served.call("query_customer_intel", question="Why did Acme Corp churn?")
    assert set(answer) == ENVELOPE | {"answer", "confidence", "abstained", "conflicts", "untrusted"}
    assert answer["citations"]
    assert not answer["abstained"]
    for citation in answer["citations"]:
        assert set(citation) == CITATION
        assert citation["quote"] in await served.read(citation["uri"])


A_CALL_OF_EACH: dict[str, dict[str, Any]] = {
    "query_customer_intel": {"question": "Why did Acme Corp churn?", "detail": "full", "limit": 50},
    "recall_ltm": {"query": "what rose", "limit": 50},
    "search_tickets": {"query": "price raised", "limit": 50},
    "get_facts": {"subject": "Acme", "limit": 50},
    "redact_pii": {"text": "Mail jané@example.com 😀 " * 400},
    "explain_gate": {"question": "Why did Acme Corp churn?"},
    "customer_health": {"customer": "Acme"},
    "remember": {"session_id": "s", "role": "user", "text": "hello"},
    "record_fact": {"subject": "Acme", "predicate": "owner", "object": "Ann", "source": "crm"},
    "create_customer": {"customer_id": "initech", "name": "Initech"},
    "ingest_tickets": {"tickets": [{"ticket_id": f"bad {n}", "created_at": "never"} for n in range(500)]},
    "get_system_health": {},
    "forget_customer": {"customer": "globex", "confirm": True},
}


async def test_text_and_structure_say_the_same_in_compact_json_of_bounded_length(serve: Serve, tmp_path: Path) -> None:
    async with serve(knowledge_folder=tmp_path) as one:
        await one.seed()
        calls = {**A_CALL_OF_EACH, "sync_knowledge_base": {}}
        results = {tool: await one.client.call_tool(tool, arguments) for tool, arguments in calls.items()}
        job = (results["sync_knowledge_base"].structured_content or {})["job_id"]
        results["get_job_status"] = await one.client.call_tool("get_job_status", {"job_id": job})
    assert set(results) == {tool.name for tool in ALL_TOOLS}
    for tool, result in results.items():
        text = text_of(result)
        assert not result.is_error, text
        assert json.loads(text) == result.structured_content, tool
        assert set(json.loads(text)) >= ENVELOPE
        assert "\n" not in text
        assert '", "' not in text
        assert estimate_tokens(text) <= MAX_ANSWER_TOKENS, tool


async def test_tickets_come_in_pages_each_once(served: Served) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        page = await served.call("search_tickets", query="price raised", customer="Acme", limit=5, cursor=cursor)
        for item in page["items"]:
            assert set(item) == TICKET
            assert item["snippet"] in await served.read(item["uri"])
        seen += [item["ticket_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 12


async def test_a_cursor_is_good_for_its_query_only(served: Served) -> None:
    page = await served.call("search_tickets", query="price raised", limit=2)
    cursor = page["next_cursor"]
    for tool, arguments in (
        ("search_tickets", {"query": "something else"}),
        ("search_tickets", {"query": "price raised", "status": "open"}),
        ("recall_ltm", {"query": "price raised"}),
    ):
        text = await served.refusal(tool, **arguments, cursor=cursor)
        assert text.startswith("invalid_argument: The cursor does not belong to this query.")
    text = await served.refusal("search_tickets", query="price raised", cursor=cursor[:-2] + "AA")
    assert text.startswith("invalid_argument: ")


async def test_a_cursor_is_good_for_its_tenant_only(serve: Serve) -> None:
    store = await fake_store("vendor", "rival")
    async with serve(store=store) as one:
        await one.seed()
        cursor = (await one.call("search_tickets", query="price raised", limit=2))["next_cursor"]
    async with serve(store=store, tenant="rival") as rival:
        text = await rival.refusal("search_tickets", query="price raised", limit=2, cursor=cursor)
        assert text.startswith("invalid_argument: ")


async def test_facts_of_the_crm_are_there_and_no_agent_that_calls_itself_crm_closes_them(served: Served) -> None:
    before = await served.call("get_facts", subject="Acme Corp", predicate="tier")
    assert [item["object"] for item in before["items"]] == ["enterprise"]
    assert set(before["items"][0]) == FACT
    recorded = await served.call(
        "record_fact", subject="acme", predicate="tier", object="business", source="crm", valid_from="2025-12-01"
    )
    assert set(recorded) == ENVELOPE | {"superseded", "conflicts", "untrusted"}
    assert recorded["superseded"] == []
    assert [fact["object"] for fact in recorded["conflicts"]] == ["enterprise"]
    after = await served.call("get_facts", subject="Acme Corp", predicate="tier", as_of="2025-12-01")
    assert {(item["object"], item["tier"]) for item in after["items"]} == {
        ("enterprise", "record"),
        ("business", "agent"),
    }
    for fact in (*before["items"], *recorded["items"]):
        assert fact["object"] in await served.read(memory_uri("facts", fact["fact_id"]))


async def test_a_fact_of_another_source_that_says_otherwise_is_a_conflict(served: Served) -> None:
    recorded = await served.call(
        "record_fact", subject="Globex", predicate="tier", object="enterprise", source="call notes", confidence=0.5
    )
    assert [fact["object"] for fact in recorded["conflicts"]] == ["startup"]


@pytest.mark.parametrize("source", ["memory://runs/1", "memory://sessions/s", "memory://patterns/p"])
async def test_what_this_memory_said_is_no_source_of_a_fact(served: Served, source: str) -> None:
    text = await served.refusal("record_fact", subject="Globex", predicate="tier", object="free", source=source)
    assert text.startswith("invalid_argument: An answer, a session or a pattern of this memory is no source")
    assert not [
        one
        for one in (await served.call("get_facts", subject="Globex", predicate="tier"))["items"]
        if one["object"] == "free"
    ]


async def test_a_turn_is_remembered_in_clean_words(served: Served) -> None:
    answer = await served.call(
        "remember", session_id="s 1/x", role="user", text="Write to jane.doe@example.com about the Acme renewal."
    )
    assert set(answer) == ENVELOPE
    assert answer["audit"]["pii_detected"] == ["EMAIL_ADDRESS"]
    session = await served.read(memory_uri("sessions", "s 1/x"))
    assert "about the Acme renewal" in session
    assert "jane.doe" not in session


async def test_what_agents_write_follows_the_tenants_policies(served: Served) -> None:
    memory = await served.app.memory("vendor")
    await memory.privacy.set_policy("EMAIL_ADDRESS", "pseudonym")
    await opened_key(memory, await served.app.masters(), now=lambda: datetime.now(UTC))
    await memory.privacy.keep_originals(True)
    turn = await served.call("remember", session_id="s3", role="user", text="Ask Jane.Doe@example.com about it.")
    await served.call(
        "record_fact", subject="Globex", predicate="contact", object="jane.doe@example.com", source="a call"
    )
    assert "Ask <EMAIL_ADDRESS_1> about it." in await served.read("memory://sessions/s3")
    (fact,) = (await served.call("get_facts", subject="Globex", predicate="contact"))["items"]
    assert fact["object"] == "<EMAIL_ADDRESS_1>"
    for kind, item_id, value in (
        ("turn", turn["run_id"], "Jane.Doe@example.com"),
        ("fact", fact["fact_id"], "jane.doe@example.com"),
    ):
        (original,) = await opened_originals(memory, await served.app.masters(), cast("ItemKind", kind), item_id)
        assert original.value == value
    log = await memory.runs.get(UUID(turn["run_id"]))
    assert "doe@" not in repr(log).lower()


async def test_a_question_in_a_session_is_written_back(served: Served) -> None:
    await served.call("query_customer_intel", question="Why did Acme churn?", session_id="s2")
    memory = await served.app.memory("vendor")
    with anyio.fail_after(5):
        while await memory.outbox.pending():
            await anyio.lowlevel.checkpoint()
    assert "Why did Acme churn?" in await served.read("memory://sessions/s2")


async def test_personal_data_is_found_at_offsets_of_the_given_text(served: Served) -> None:
    text = " \u200bMail jané@example.com or pay with 4111 1111 1111 1111. 😀 "
    answer = await served.call("redact_pii", text=text)
    assert set(answer) == ENVELOPE | {"text", "entities"}
    found = {entity["type"]: text[entity["start"] : entity["end"]] for entity in answer["entities"]}
    assert found["CREDIT_CARD"] == "4111 1111 1111 1111"
    assert found["EMAIL_ADDRESS"].endswith("@example.com")
    assert "4111" not in answer["text"]
    run = await served.read(memory_uri("runs", answer["run_id"]))
    assert "example.com" not in run


async def test_hashes_are_alike_within_a_tenant_and_differ_between_tenants(serve: Serve) -> None:
    texts = []
    for tenant in ("vendor", "vendor", "rival"):
        async with serve(tenant=tenant) as one:
            texts.append((await one.call("redact_pii", text="jane@example.com", policy="hash"))["text"])
    assert texts[0] == texts[1] != texts[2]


async def test_the_gate_explains_itself_exactly(served: Served) -> None:
    explained = await served.call("explain_gate", question="Why did Acme Corp churn?")
    assert set(explained) == ENVELOPE | {"experts", "threshold"}
    for expert in explained["experts"]:
        assert set(expert) >= EXPERT
        assert expert["logit"] == pytest.approx(sum(expert["contributions"].values()))
        assert expert["rule"] or expert["selected"] is (expert["weight"] >= explained["threshold"])
    asked = await served.call("query_customer_intel", question="Why did Acme Corp churn?")
    again = await served.call("explain_gate", run_id=asked["run_id"])
    chosen = {expert["name"] for expert in again["experts"] if expert["selected"]}
    assert set(asked["gate"]["experts_run"]) <= chosen


async def test_the_gate_explains_one_thing_at_a_time(served: Served) -> None:
    for arguments in ({}, {"question": "x", "run_id": "y"}):
        text = await served.refusal("explain_gate", **arguments)
        assert text.startswith("invalid_argument: Either question or run_id is needed")
    for run_id in ("no-such", "0198c0de-0000-7000-8000-000000000000"):
        assert (await served.refusal("explain_gate", run_id=run_id)).startswith("not_found: There is no such run.")


async def test_customers_and_tickets_are_taken_once(served: Served) -> None:
    again = await served.call("create_customer", customer_id="globex", name="Globex", tier="startup", status="active")
    assert (again["customer_id"], again["unchanged"]) == ("globex", 1)
    summary = await served.call(
        "ingest_tickets",
        tickets=[
            {"ticket_id": "T-100", "customer": "globex", "created_at": "2025-09-01", "category": "login",
             "body": "Single sign-on fails for jane.doe@example.com since Monday, please help."},
            {"ticket_id": "T-101", "customer": "globex", "created_at": "not a date", "body": "x"},
        ],
    )  # fmt: skip
    assert {name: summary[name] for name in ("read", "inserted", "updated", "unchanged", "rejected")} == {
        "read": 2, "inserted": 0, "updated": 0, "unchanged": 1, "rejected": 1,
    }  # fmt: skip
    assert summary["rejects"][0]["line"] == 2
    assert "jane.doe" not in await served.read(memory_uri("tickets", "T-100"))


async def test_a_customer_that_cannot_be_is_refused(served: Served) -> None:
    text = await served.refusal("create_customer", customer_id="x", name="X", since="soon")
    assert text.startswith("invalid_argument: The customer was refused: ")
    assert "soon" not in text


async def test_health_tells_counts(served: Served) -> None:
    health = await served.call("get_system_health")
    assert set(health) >= ENVELOPE | {"status", "database", "planes", "embedding", "outbox_pending", "version"}
    assert {plane["plane"]: plane["items"] for plane in health["planes"]}["vector"] == 13


# -- knowledge and jobs ------------------------------------------------------------------------------------------


async def finished(served: Served, job_id: str) -> dict[str, Any]:
    with anyio.fail_after(20):
        while True:
            job = await served.call("get_job_status", job_id=job_id)
            if job["state"] in ("succeeded", "failed"):
                return job
            await anyio.lowlevel.checkpoint()


async def test_the_knowledge_folder_is_read_in_the_background(serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "refunds.md").write_text("# Refunds\n\nA refund takes five working days.\n")
    async with serve(knowledge_folder=folder) as one:
        started = await one.call("sync_knowledge_base")
        assert set(started) >= ENVELOPE | {"job_id"}
        job = await finished(one, started["job_id"])
        assert (job["state"], job["detail"]["inserted"], job["error"]) == ("succeeded", 1, None)
        (document,) = await (await one.app.memory("vendor")).knowledge.browse(limit=5)
        assert document.path == "policies/refunds.md"
        text = await one.read(memory_uri("documents", document.document_id))
        assert "A refund takes five working days." in text


async def test_only_the_knowledge_folder_can_be_read(serve: Serve, tmp_path: Path) -> None:
    folder, outside = tmp_path / "knowledge", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "file.md").write_text("x")
    async with serve(knowledge_folder=folder) as one:
        texts = {
            await one.refusal("sync_knowledge_base", path=path)
            for path in ("..", "../outside", str(outside), "link", "missing", "file.md", "a\x00b", "~", "/etc")
        }
        assert len(texts) == 1
        assert texts.pop().startswith("permission_denied: The path is not a folder inside")
    async with serve() as one:
        assert (await one.refusal("sync_knowledge_base")).startswith("permission_denied: No knowledge folder")


async def test_a_job_that_is_not_there_is_not_found(served: Served) -> None:
    for job_id in ("nonsense", "0198c0de-0000-7000-8000-000000000000"):
        assert (await served.refusal("get_job_status", job_id=job_id)).startswith("not_found: There is no such job.")


# -- resources ---------------------------------------------------------------------------------------------------


async def test_resources_are_listed_as_the_contract_names_them_and_one_more(served: Served) -> None:
    resources = (await served.client.list_resources()).resources
    templates = (await served.client.list_resource_templates()).resource_templates
    assert {str(one.uri) for one in resources} | {one.uri_template for one in templates} == {
        "memory://planes",
        "memory://customers/{customer_id}",
        "memory://customers/{customer_id}/{plane}{?cursor,limit}",
        "memory://tickets/{ticket_id}",
        "memory://facts/{fact_id}",
        "memory://patterns/{pattern_id}",
        "memory://sessions/{session_id}",
        "memory://documents/{document_id}",
        "memory://runs/{run_id}",
        "memory://health/{customer_id}",  # beyond the contract
    }
    assert "| vector | 13 |" in await served.read("memory://planes")


async def test_ids_with_spaces_slashes_and_letters_open(served: Served) -> None:
    assert "Acme Corp" in await served.read(memory_uri("customers", "acme corp/1"))
    assert "complaint number 3" in await served.read(memory_uri("tickets", "T 3/ü"))


async def test_a_plane_of_a_customer_is_read_in_pages(served: Served) -> None:
    seen: list[str] = []
    uri = f"{memory_uri('customers', 'acme corp/1', plane='vector')}?limit=5"
    for _ in range(5):
        text = await served.read(uri)
        seen += [line for line in text.splitlines() if line.startswith("- ")]
        _, found, uri = text.rpartition("Next page: ")
        uri = uri.strip()
        if not found:
            break
    assert len(seen) == len(set(seen)) == 12


async def test_no_page_is_longer_than_an_answer_may_be(served: Served) -> None:
    long = [f"number {number:02d}: " + "price of the renewal " * 180 for number in range(12)]
    for number, text in enumerate(long):
        fact = {"subject": "Globex", "predicate": f"note_{chr(97 + number)}", "object": text, "source": "call"}
        await served.call("record_fact", **fact)
    seen = []
    uri = f"{memory_uri('customers', 'globex', plane='semantic')}?limit=50"
    for _ in range(20):
        text = await served.read(uri)
        assert estimate_tokens(text) <= MAX_ANSWER_TOKENS
        seen += re.findall(r"^- (.+) \(memory://facts/", text, re.MULTILINE)
        _, found, uri = text.rpartition("Next page: ")
        uri = uri.strip()
        if not found:
            break
    assert [sum(one.strip() in statement for statement in seen) for one in long] == [1] * len(long)
    assert len(seen) > len(long)


async def test_one_entry_that_fills_a_page_alone_is_cut_and_says_where_it_is_whole(served: Served) -> None:
    memory = await served.app.memory("vendor")
    fact = Fact(
        fact_id=uuid4(), subject="globex", predicate="note", object="x", statement="word " * 40_000, customer_id="globex",
        confidence=1.0, source="file", recorded_at=datetime(2025, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    await memory.semantic.record(fact, now=datetime(2025, 1, 1, tzinfo=UTC), single_valued=False)
    text = await served.read(memory_uri("customers", "globex", plane="semantic"))
    texts = [text]
    while "Next page: " in texts[-1]:
        texts.append(await served.read(texts[-1].rpartition("Next page: ")[2].strip()))
    assert all(estimate_tokens(one) <= MAX_ANSWER_TOKENS for one in texts)
    assert re.search(rf"- (word )+(wo?r?d?)?… \(memory://facts/{fact.fact_id}\)", "".join(texts))
    assert fact.statement in await served.read(memory_uri("facts", fact.fact_id))


@pytest.mark.parametrize("lists", ["list_tools", "list_resources", "list_resource_templates", "list_prompts"])
async def test_a_page_that_a_list_does_not_have_is_refused(served: Served, lists: str) -> None:
    cursor = (await served.call("search_tickets", query="price", limit=5))["next_cursor"]
    for made_up in (cursor, "AAAA", ""):
        with pytest.raises(MCPError) as caught:
            await getattr(served.client, lists)(cursor=made_up)
        assert caught.value.error.code == INVALID_PARAMS


async def test_a_made_up_page_is_refused(served: Served) -> None:
    page = memory_uri("customers", "acme corp/1", plane="vector")
    with pytest.raises(MCPError) as caught:
        await served.read(f"{page}?cursor=AAAA")
    assert caught.value.code == INVALID_PARAMS
    assert caught.value.message.startswith("invalid_argument: The cursor")


async def test_another_tenants_id_answers_as_one_that_does_not_exist(serve: Serve) -> None:
    store = await fake_store("vendor", "rival")
    async with serve(store=store) as one:
        await one.seed()
        run_id = (await one.call("query_customer_intel", question="Why did Acme churn?"))["run_id"]
        fact_id = (await one.call("get_facts", subject="Acme"))["items"][0]["fact_id"]
        await one.call("remember", session_id="s", role="user", text="hello")
    ids = {"customers": "globex", "tickets": "T-100", "facts": fact_id, "runs": run_id, "sessions": "s"}
    async with serve(store=store, tenant="rival") as rival:
        for kind, other_id in ids.items():
            messages = set()
            for resource_id in (other_id, "0198c0de-0000-7000-8000-000000000000"):
                with pytest.raises(MCPError) as caught:
                    await rival.read(memory_uri(kind, resource_id))  # type: ignore[arg-type]  # a kind of the table
                assert caught.value.code == INVALID_PARAMS
                messages.add(caught.value.message)
            assert len(messages) == 1
            assert messages.pop().startswith("not_found: There is no such resource.")
        assert (await rival.call("search_tickets", query="price raised"))["items"] == []
        assert (await rival.refusal("explain_gate", run_id=run_id)).startswith("not_found: ")


@pytest.mark.parametrize(
    "uri", ["memory://nothing/1", "memory://tickets/%00", "file:///etc/passwd", "memory://customers/x/graph"]
)
async def test_what_is_no_resource_is_not_found(serve: Serve, uri: str) -> None:
    async with serve() as one:
        with pytest.raises(MCPError) as caught:
            await one.read(uri)
        assert caught.value.code == INVALID_PARAMS
        assert caught.value.message.startswith("not_found: ")


async def test_names_of_customers_and_planes_complete(served: Served) -> None:
    from mcp.types import ResourceTemplateReference

    ref = ResourceTemplateReference(type="ref/resource", uri="memory://customers/{customer_id}/{plane}{?cursor,limit}")
    by_name = await served.client.complete(ref, {"name": "customer_id", "value": "Acm"})
    assert by_name.completion.values == ["acme corp/1"]
    plane = await served.client.complete(ref, {"name": "plane", "value": "s"})
    assert plane.completion.values == ["stm", "semantic"]


async def test_prompts_are_listed_rendered_and_completed(served: Served) -> None:
    from mcp.types import PromptReference, TextContent

    listed = {one.name: one for one in (await served.client.list_prompts()).prompts}
    assert set(listed) == {"churn_analysis", "compliance_review", "account_health", "weekly_digest"}
    assert [(one.name, one.required) for one in listed["churn_analysis"].arguments or []] == [
        ("customer", True),
        ("period", False),
    ]
    (message,) = (await served.client.get_prompt("churn_analysis", {"customer": "Acme"})).messages
    assert message.role == "user"
    assert isinstance(message.content, TextContent)
    assert message.content.text.startswith("Find out why Acme left")
    ref = PromptReference(type="ref/prompt", name="churn_analysis")
    assert (await served.client.complete(ref, {"name": "customer", "value": "acm"})).completion.values == ["Acme Corp"]
    ref = PromptReference(type="ref/prompt", name="weekly_digest")
    for begin, fitting in (("", ["billing", "login"]), ("Lo", ["login"]), ("x", [])):
        asked = await served.client.complete(ref, {"name": "category", "value": begin})
        assert asked.completion.values == fitting


async def test_nothing_of_another_tenant_completes(serve: Serve) -> None:
    from mcp.types import PromptReference

    store = await fake_store("vendor", "rival")
    async with serve(store=store) as one:
        await one.seed()
    async with serve(store=store, tenant="rival") as rival:
        for prompt, argument in (("churn_analysis", "customer"), ("weekly_digest", "category")):
            ref = PromptReference(type="ref/prompt", name=prompt)
            assert (await rival.client.complete(ref, {"name": argument, "value": ""})).completion.values == []


@pytest.mark.parametrize("given", [{}, {"customer": "Acme", "tenant": "rival"}])
async def test_a_prompt_without_what_it_needs_is_refused(served: Served, given: dict[str, str]) -> None:
    with pytest.raises(MCPError) as caught:
        await served.client.get_prompt("churn_analysis", given)
    assert caught.value.code == INVALID_PARAMS
    assert caught.value.message.startswith("invalid_argument: ")
    assert "rival" not in caught.value.message


async def test_a_prompt_that_there_is_not_is_unknown(served: Served) -> None:
    with pytest.raises(MCPError) as caught:
        await served.client.get_prompt("poem")
    assert (caught.value.code, caught.value.message) == (INVALID_PARAMS, "Unknown prompt: poem")


# -- what goes wrong ---------------------------------------------------------------------------------------------


async def test_wrong_arguments_are_named_and_never_repeated(served: Served) -> None:
    text = await served.refusal("search_tickets", query="x", limit=51, tenant="rival", status=["4111 1111"])
    assert text.startswith("invalid_argument: Wrong arguments: ")
    for part in ("limit: should be less than or equal to 50", "tenant: unknown argument", "status: "):
        assert part in text
    assert "rival" not in text
    assert "4111" not in text


async def test_an_unknown_customer_is_not_found(served: Served) -> None:
    assert (await served.refusal("query_customer_intel", question="Why?", customer="Nobody Inc")).startswith(
        "not_found: "
    )


class Failing(IdleWorkflow):
    """A workflow that fails as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error
        self.asked = 0
        self.release = anyio.Event()

    async def ask(self, memory: Any, ask: Any, *, model: Any = None) -> Any:
        self.asked += 1
        if self.error is None:
            await self.release.wait()
        raise self.error or NotFound("There is nothing.")


PLANTED = "SELECT * FROM ticket WHERE body = 'jane@example.com'; File \"/srv/secret.py\", line 7"


async def test_the_text_of_a_crash_reaches_nobody(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    loaders = fake_loaders(await fake_store("vendor"), workflow=Failing(RuntimeError(PLANTED)))
    async with serve(loaders=loaders) as one:
        text = await one.refusal("query_customer_intel", question="x")
    assert text.startswith("unavailable: The call failed inside the server. ")
    logged = capsys.readouterr()
    for planted in ("SELECT", "jane@example.com", "secret.py"):
        assert planted not in text
        assert planted not in logged.out + logged.err


async def test_a_crash_while_reading_or_listing_reaches_nobody(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: object, **__: object) -> Any:
        raise RuntimeError(PLANTED)

    async with serve() as one:
        monkeypatch.setattr("moe_memorygraph.workflow.render.read_resource", crash)
        monkeypatch.setattr("moe_memorygraph.server.mcp.MemoryServer.list_resources", crash)
        for ask in (one.client.read_resource("memory://planes"), one.client.list_resources()):
            with pytest.raises(MCPError) as caught:
                await ask
            assert caught.value.code == INTERNAL_ERROR
            assert "SELECT" not in str(caught.value)
            assert "jane" not in str(caught.value)


@pytest.mark.parametrize("error", MemoryGraphError.__subclasses__(), ids=lambda error: error.code)
async def test_errors_of_ours_arrive_with_their_code_and_advice(serve: Serve, error: type[MemoryGraphError]) -> None:
    loaders = fake_loaders(await fake_store("vendor"), workflow=Failing(error("It did not work.", "Do this.")))
    async with serve(loaders=loaders) as one:
        assert await one.refusal("query_customer_intel", question="x") == f"{error.code}: It did not work. Do this."


async def test_a_call_has_a_deadline(serve: Serve) -> None:
    loaders = fake_loaders(await fake_store("vendor"), workflow=Failing())
    async with serve(loaders=loaders, call_timeout_sec=0.05) as one:
        with anyio.fail_after(10):
            text = await one.refusal("query_customer_intel", question="x")
    assert text.startswith("deadline_exceeded: The call took longer than 0.05 seconds.")


async def test_calls_beyond_the_queue_are_refused_at_once(serve: Serve) -> None:
    workflow = Failing()
    async with serve(loaders=fake_loaders(await fake_store("vendor"), workflow=workflow), pool_size=1) as one:
        texts: list[str] = []
        await one.app.workflow()

        async def call() -> None:
            texts.append(await one.refusal("query_customer_intel", question="x"))

        with anyio.fail_after(20):
            async with anyio.create_task_group() as group:
                for _ in range(2 + 64 + 5):
                    group.start_soon(call)
                while len(texts) < 5 or workflow.asked < 2:
                    await anyio.lowlevel.checkpoint()
                assert workflow.asked == 2
                workflow.release.set()
    refused = [text for text in texts if text.startswith("rate_limited: Too many calls of this tenant")]
    assert len(refused) == 5
    assert len(texts) == 2 + 64 + 5


async def test_without_its_tenant_a_server_says_what_to_do(serve: Serve) -> None:
    async with serve(tenant="nobody") as one:
        text = await one.refusal("query_customer_intel", question="x")
    assert text == "not_found: This tenant does not exist. Create it with `memorygraph tenant create`."


async def test_no_answer_is_longer_than_a_model_can_take(serve: Serve) -> None:
    async with serve() as one:
        await one.call("create_customer", customer_id="c", name="Chatty")
        body = "The invoice is wrong because the tax was counted twice and nobody answers our letters. " * 40
        rows = [
            {"ticket_id": f"L{n}", "customer": "c", "created_at": "2025-01-01", "body": f"{body} Case {n}.",
             "subject": "Wrong invoice " * 15}
            for n in range(60)
        ]  # fmt: skip
        await one.call("ingest_tickets", tickets=rows)
        seen: set[str] = set()
        cursor = None
        for _ in range(60):
            result = await one.client.call_tool(
                "search_tickets", {"query": "invoice tax", "limit": 50, "cursor": cursor}
            )
            assert estimate_tokens(text_of(result)) <= MAX_ANSWER_TOKENS
            page = result.structured_content
            assert page is not None
            seen |= {item["ticket_id"] for item in page["items"]}
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == 60
