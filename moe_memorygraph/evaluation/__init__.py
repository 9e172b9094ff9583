"""Golden questions, and how right the answers to them are."""

from moe_memorygraph.evaluation.golden import Expectation, GoldenQuestion, golden_question, read_golden
from moe_memorygraph.evaluation.scoring import (
    FLOORS,
    EvalReport,
    QuestionScore,
    below_floors,
    digest_of,
    score_answer,
    summarize,
)

__all__ = [
    "FLOORS",
    "EvalReport",
    "Expectation",
    "GoldenQuestion",
    "QuestionScore",
    "below_floors",
    "digest_of",
    "golden_question",
    "read_golden",
    "score_answer",
    "summarize",
]
