"""Synthesizer: an answer in prose from evidence, by fixed rules; the same evidence gives the same words."""

from collections.abc import Sequence
from dataclasses import replace

from moe_memorygraph.experts.values import Draft, Evidence, Question
from moe_memorygraph.experts.writing import WRITERS, Sources, write_reckoned
from moe_memorygraph.memory.values import PlanesPreview

__all__ = ["Synthesizer"]


class Synthesizer:
    name = "Synthesizer"
    typical_ms = 1.0

    def estimate(self, _question: Question, _preview: PlanesPreview) -> float:
        return 1.0

    def compose(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Claims for the question's kind, each once. `evidence` stands best first; claims cite it by position."""
        sources = Sources(question, evidence)
        draft = write_reckoned(sources) or WRITERS[question.kind](sources)
        return replace(draft, claims=tuple(dict.fromkeys(draft.claims)))
