"""What a ticket says, as facts: found by patterns over its sentences, each with the sentence that says it."""

from moe_memorygraph.extraction.extractor import EXTRACTION_VERSION, Mention, extract
from moe_memorygraph.extraction.facts import told_facts
from moe_memorygraph.extraction.stored import StoredReading, read_stored, rivals_on_record

__all__ = [
    "EXTRACTION_VERSION",
    "Mention",
    "StoredReading",
    "extract",
    "read_stored",
    "rivals_on_record",
    "told_facts",
]
