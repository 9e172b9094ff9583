"""How each kind of question is answered in prose: claims made of evidence, each with the evidence it leans on."""

from moe_memorygraph.experts.writing.kinds import WRITERS, Writer, write_reckoned
from moe_memorygraph.experts.writing.sources import Sources

__all__ = ["WRITERS", "Sources", "Writer", "write_reckoned"]
