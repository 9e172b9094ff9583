"""A sample corpus: one software vendor, forty accounts, three years of tickets with stories planted in them."""

from moe_memorygraph.sample.corpus import generate_sample
from moe_memorygraph.sample.golden import golden_questions
from moe_memorygraph.sample.values import Account, Fact, Sample, SampleSummary, Span, Ticket
from moe_memorygraph.sample.writing import write_sample

__all__ = [
    "Account",
    "Fact",
    "Sample",
    "SampleSummary",
    "Span",
    "Ticket",
    "generate_sample",
    "golden_questions",
    "write_sample",
]
