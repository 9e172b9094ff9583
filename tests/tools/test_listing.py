"""What clients see of the tools: names, scopes, hints, schemas and their size.

After a wanted change: MEMORYGRAPH_UPDATE_SNAPSHOTS=1 python -m pytest tests/tools/test_listing.py, and read the diff.
"""

import json
import os
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from moe_memorygraph.tools import ALL_TOOLS, Tool, input_schema
from moe_memorygraph.workflow.values import ToolName

SNAPSHOTS = Path(__file__).with_name("snapshots")

SCOPE_OF_CONTRACT = {
    "query_customer_intel": "read",
    "recall_ltm": "read",
    "search_tickets": "read",
    "get_facts": "read",
    "redact_pii": "read",
    "explain_gate": "read",
    "customer_health": "read",
    "remember": "write",
    "record_fact": "write",
    "create_customer": "admin",
    "ingest_tickets": "admin",
    "sync_knowledge_base": "admin",
    "get_job_status": "admin",
    "get_system_health": "admin",
    "forget_customer": "admin",
}

ARGUMENTS_OF_CONTRACT = {
    "query_customer_intel": "question* customer session_id since until as_of limit detail",
    "recall_ltm": "query* customer kind since until limit cursor",
    "search_tickets": "query* customer category channel status since until limit cursor",
    "get_facts": "subject predicate query as_of include_superseded limit cursor",
    "redact_pii": "text* policy language",
    "explain_gate": "question run_id customer",
    "customer_health": "customer* until",
    "remember": "session_id* role* text* ttl_seconds",
    "record_fact": "subject* predicate* object* confidence valid_from valid_to source*",
    "create_customer": "customer_id* name* aliases tier industry region arr status since churned_at churn_reason",
    "ingest_tickets": "tickets*",
    "sync_knowledge_base": "path",
    "get_job_status": "job_id*",
    "get_system_health": "",
    "forget_customer": "customer* confirm",
}


def test_names_and_scopes_are_those_of_the_contract() -> None:
    assert {tool.name: tool.scope for tool in ALL_TOOLS} == SCOPE_OF_CONTRACT
    assert len(ALL_TOOLS) == len(SCOPE_OF_CONTRACT)
    assert set(SCOPE_OF_CONTRACT) == set(get_args(ToolName))


@pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.name)
def test_arguments_are_those_of_the_contract(tool: Tool[Any]) -> None:
    schema = input_schema(tool.arguments)
    required = set(schema.get("required", []))
    given = {f"{name}*" if name in required else name for name in schema["properties"]}
    assert given == set(ARGUMENTS_OF_CONTRACT[tool.name].split())
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.name)
def test_schemas_change_only_on_purpose(tool: Tool[Any]) -> None:
    seen = {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "scope": tool.scope,
        "toolset": tool.toolset,
        "read_only": tool.read_only,
        "destructive": tool.destructive,
        "idempotent": tool.idempotent,
        "input_schema": input_schema(tool.arguments),
    }
    file = SNAPSHOTS / f"{tool.name}.json"
    if os.environ.get("MEMORYGRAPH_UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == seen


@pytest.mark.parametrize("tool", ALL_TOOLS, ids=lambda tool: tool.name)
def test_a_description_says_when_to_use_it_and_what_comes_back(tool: Tool[Any]) -> None:
    words = tool.description.lower()
    assert re.search(r"\buse\b|\bonly when\b|\bnot for\b", words)
    assert re.search(r"\breturns\b|\bcounted and named\b", words)
    assert len(tool.description) <= 420
    assert re.fullmatch(r"[A-Z][^A-Z]+", tool.title), "a sentence, in sentence case"


def test_a_tool_that_destroys_can_be_confirmed_and_no_other() -> None:
    for tool in ALL_TOOLS:
        assert ("confirm" in tool.arguments.model_fields) is tool.destructive
        assert not (tool.read_only and tool.destructive)


def test_no_snapshot_is_left_over() -> None:
    assert {file.stem for file in SNAPSHOTS.iterdir()} == {tool.name for tool in ALL_TOOLS}
