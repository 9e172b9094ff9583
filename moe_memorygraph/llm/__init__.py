"""Language models, where somebody configures one: a small port, and any OpenAI-compatible endpoint behind it.

Nothing here is needed: without a model every answer is written by rules. What a model writes is a proposal, which others
check; this package carries text there and back, and knows nothing of customers, evidence or answers.
"""

from moe_memorygraph.llm.endpoint import Endpoint, open_endpoint
from moe_memorygraph.llm.orders import gives_orders, orders_in_quote, signs_of_orders
from moe_memorygraph.llm.ports import LanguageModel, ModelFailed, Outcome, Prompt

__all__ = [
    "Endpoint",
    "LanguageModel",
    "ModelFailed",
    "Outcome",
    "Prompt",
    "gives_orders",
    "open_endpoint",
    "orders_in_quote",
    "signs_of_orders",
]
