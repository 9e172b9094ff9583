"""How likely an answer is right, by signs that add up, and whether it is good enough to give."""

from moe_memorygraph.workflow.confidence.judging import Assessment, assess
from moe_memorygraph.workflow.confidence.model import SHIPPED, Model, read_model

__all__ = ["SHIPPED", "Assessment", "Model", "assess", "read_model"]
