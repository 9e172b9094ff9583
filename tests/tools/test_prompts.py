"""Prompts: whole text from few words, and clear complaints."""

import re

import pytest

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.tools import ALL_TOOLS, PROMPTS, Prompt, render_prompt


def test_names_are_those_of_the_contract() -> None:
    assert [one.name for one in PROMPTS] == ["churn_analysis", "compliance_review", "account_health", "weekly_digest"]


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda one: one.name)
def test_a_prompt_is_whole_with_and_without_what_may_be_left_out(prompt: Prompt) -> None:
    needed = {one.name: f"<{one.name}>" for one in prompt.arguments if one.required}
    every = {one.name: f"<{one.name}>" for one in prompt.arguments}
    for given in (needed, every):
        rendered, text = render_prompt(prompt.name, given)
        assert rendered is prompt
        assert not re.search(r"\{\w*\}", text)
        assert all(value in text for value in given.values())
    assert {one.name for one in prompt.arguments if not one.required} == set(prompt.unsaid)


def test_they_name_only_tools_that_there_are() -> None:
    known = {tool.name for tool in ALL_TOOLS}
    for prompt in PROMPTS:
        named = set(re.findall(r"\b[a-z]+_[a-z_]+\b", prompt.text)) - {"churn_reason"}
        assert named <= known
        assert named


def test_what_is_given_is_one_line_and_no_template() -> None:
    _, text = render_prompt("account_health", {"customer": "Acme\nCorp {period} {0}"})
    assert "talk with Acme Corp {period} {0}." in text


@pytest.mark.parametrize(
    "given",
    [{}, {"customer": ""}, {"customer": " "}, {"customer": "x" * 301}, {"customer": 5}, {"customer": "A", "x": "y"}],
)
def test_wrong_arguments_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        render_prompt("churn_analysis", given)


def test_there_is_no_other_prompt() -> None:
    with pytest.raises(NotFound):
        render_prompt("poem", {})
