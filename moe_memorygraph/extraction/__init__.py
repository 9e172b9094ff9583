"""What a ticket says, as facts: found by patterns over its sentences, each with the sentence that says it."""

from moe_memorygraph.extraction.extractor import EXTRACTION_VERSION, WITH_MODEL, Mention, extract
from moe_memorygraph.extraction.facts import told_facts
from moe_memorygraph.extraction.modelled import ModelReader
from moe_memorygraph.extraction.stored import StoredReading, read_stored, rivals_on_record

__all__ = [
    "EXTRACTION_VERSION",
    "WITH_MODEL",
    "Mention",
    "ModelReader",
    "StoredReading",
    "extract",
    "read_stored",
    "rivals_on_record",
    "told_facts",
]
