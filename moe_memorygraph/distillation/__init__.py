"""Tickets to patterns: what changed, against what came before, tested with one false discovery rate."""

from moe_memorygraph.distillation.distill import DistillSummary, distill
from moe_memorygraph.distillation.findings import KINDS
from moe_memorygraph.distillation.miner import KEEP_Q, Mined, MinedPattern, mine

__all__ = ["KEEP_Q", "KINDS", "DistillSummary", "Mined", "MinedPattern", "distill", "mine"]
