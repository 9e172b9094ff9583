"""Verified claims in a model's words: what the model is given, how its reply is read, what of it the evidence bears.

Pure functions. Whoever asks the model is above; the model's words count for nothing until they have passed here.
"""

from moe_memorygraph.experts.retelling.bearing import Fault, fault_of
from moe_memorygraph.experts.retelling.joining import Retold, join
from moe_memorygraph.experts.retelling.material import INSTRUCTIONS, MOST_TOKENS, SCHEMA, Material, gather_material
from moe_memorygraph.experts.retelling.reply import Sentence, read_reply

__all__ = [
    "INSTRUCTIONS",
    "MOST_TOKENS",
    "SCHEMA",
    "Fault",
    "Material",
    "Retold",
    "Sentence",
    "fault_of",
    "gather_material",
    "join",
    "read_reply",
]
