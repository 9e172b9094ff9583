"""How each kind of question is answered in prose: claims made of evidence, each with the evidence it leans on."""

from moe_memorygraph.experts.writing.kinds import WRITERS
from moe_memorygraph.experts.writing.sources import Sources

__all__ = ["WRITERS", "Sources"]
