"""How a customer fares: figures in, a score and its drivers out. No I/O."""

from moe_memorygraph.health.scoring import (
    BASELINE,
    BEST,
    WARNINGS,
    WINDOW,
    Driver,
    Health,
    health_of,
)
from moe_memorygraph.health.wording import change_sentences, driver_sentence, render_report, score_sentence

__all__ = [
    "BASELINE",
    "BEST",
    "WARNINGS",
    "WINDOW",
    "Driver",
    "Health",
    "change_sentences",
    "driver_sentence",
    "health_of",
    "render_report",
    "score_sentence",
]
