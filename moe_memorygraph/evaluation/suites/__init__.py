"""Public sets of questions with known evidence, as rows to load and probes to ask. Their data stays where it is."""

from moe_memorygraph.evaluation.suites.faq import read_stackfaq, read_tau2
from moe_memorygraph.evaluation.suites.known_item import known_items
from moe_memorygraph.evaluation.suites.locomo import read_locomo
from moe_memorygraph.evaluation.suites.values import Probe, Suite, SuiteName

__all__ = ["Probe", "Suite", "SuiteName", "known_items", "read_locomo", "read_stackfaq", "read_tau2"]
