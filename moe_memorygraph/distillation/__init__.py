"""Tickets to patterns: counts per customer, category and period, against the period before."""

from moe_memorygraph.distillation.distill import DistillSummary, distill
from moe_memorygraph.distillation.miner import KEEP_Q, KINDS, Mined, mine

__all__ = ["KEEP_Q", "KINDS", "DistillSummary", "Mined", "distill", "mine"]
