"""A pattern as one or two sentences, made from its numbers and nothing else. Pure."""

import re

from moe_memorygraph.distillation.periods import Period
from moe_memorygraph.distillation.statistics import RateRatio

__all__ = ["statement_of"]

_PLAIN_TOPIC = re.compile(r"[\w -]{1,30}")


def statement_of(
    *,
    kind: str,
    customer: str | None,
    topic: str | None,
    period: Period,
    baseline: Period,
    count: int,
    baseline_count: int,
    days: float,
    baseline_days: float,
    whole: bool,
    change_pct: float | None,
    ratio: RateRatio,
    q_value: float,
    keep_q: float,
) -> str:
    """For example "Billing tickets rose 40 % in Q4 2025: 168 against 120 in Q3 2025 (rate ratio 1.40, 95 % interval 1.11 to 1.77)."

    `whole` is false where the data covers a part of either period only: then the statement says so.
    """
    subject = _subject(customer, topic)
    numbers = f"{count:,} against {baseline_count:,} in {baseline.label}"
    interval = f"rate ratio {_number(ratio.ratio)}, 95 % interval {_number(ratio.ci_low)} to {_number(ratio.ci_high)}"
    if kind == "no_clear_change":
        claim = f"{subject} did not clearly change in {period.label}"
    elif kind == "spike":
        claim = f"{subject} spiked in {period.label}, {_times(ratio, baseline_count)} the daily rate of the three months before"
    elif baseline_count == 0:
        claim = (
            f"{subject} {'reappeared' if kind == 'level_change' else 'appeared for the first time'} in {period.label}"
        )
    else:
        claim = f"{subject} {_moved(change_pct or 0.0)} in {period.label}"
    sentences = [f"{claim}: {numbers} ({interval})."]
    if not whole:
        sentences.append(
            f"The data covers {days:.0f} of {_length(period)} days of {period.label} and"
            f" {baseline_days:.0f} of {_length(baseline)} days of {baseline.label}; rates per day are compared."
        )
    if kind != "no_clear_change" and q_value > keep_q:
        sentences.append(f"This may be chance, as about {100 * q_value:.0f} % of changes this strong are.")
    return " ".join(sentences)


def _subject(customer: str | None, topic: str | None) -> str:
    of = "" if customer is None else f" of {customer}"
    if topic is None:
        return f"Tickets{of}" if customer else "All tickets together"
    words = topic.replace("_", " ").strip()
    if _PLAIN_TOPIC.fullmatch(words):
        words = words.lower() if words.isupper() and len(words) > 4 else words
        return f"{words[:1].upper()}{words[1:]} tickets{of}"
    return f"Tickets{of} about “{words}”"


def _moved(change_pct: float) -> str:
    amount = f"{abs(change_pct):.1f}".removesuffix(".0")
    return f"{'rose' if change_pct >= 0 else 'fell'} {amount} %"


def _times(ratio: RateRatio, baseline_count: int) -> str:
    return f"{'at least ' if baseline_count == 0 else ''}{ratio.ratio:.1f} times"


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _length(period: Period) -> int:
    return (period.end - period.start).days
