"""What a ticket says, as facts: found by patterns over its sentences, each with the sentence that says it."""

from moe_memorygraph.extraction.extractor import EXTRACTION_VERSION, Mention, extract
from moe_memorygraph.extraction.facts import told_facts

__all__ = ["EXTRACTION_VERSION", "Mention", "extract", "told_facts"]
