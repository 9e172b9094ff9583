"""Hand-written tickets: the lives of accounts that the golden questions ask about."""

from moe_memorygraph.sample.stories.accounts import OTHERS
from moe_memorygraph.sample.stories.acme import ACME
from moe_memorygraph.sample.stories.compliance import COMPLIANCE
from moe_memorygraph.sample.stories.story import Story

__all__ = ["STORIES", "Story"]

STORIES: tuple[Story, ...] = (*ACME, *COMPLIANCE, *OTHERS)
