"""A pattern as one to three sentences, made from its numbers and nothing else. Pure."""

import re

from moe_memorygraph.distillation.cube import Scope
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.periods import day_label
from moe_memorygraph.memory.cells import SLOWEST_HOURS

__all__ = ["change_pct", "gist_of", "statement_of"]

_PLAIN_TOPIC = re.compile(r"[\w -]{1,30}")
_AMOUNTS = re.compile(
    r"from [\d,.]+ to [\d,.]+ a week|[\d,.]+ %|, (?:at least )?[\d,.]+ times the daily rate of the three months before"
)
_SPACES = re.compile(r" {2,}")
_OLD = round(SLOWEST_HOURS / 24)  # days
_OF_QUARTERS = ("level_change", "no_clear_change", "new_topic", "vanished_topic")
_SHARES = {
    "low_rated": ("rated 1 or 2", "rated"),
    "urgent": ("urgent", "with a priority"),
    "reopened": ("reopened", "in all"),
}


def statement_of(one: Finding, *, names: dict[str, str], keep_q: float) -> str:
    """For example "Billing tickets rose 40 % in Q4 2025: 168 against 120 in Q3 2025 (rate ratio 1.40, 95 % interval 1.11 to 1.77)."

    `names` has the customers' names by id. Where the data covers a part of a period only, the statement says so.
    """
    customer = one.scope.customer
    name = None if customer is None else names.get(customer, customer)
    sentences = [_TELL[one.kind](one, name)]
    if one.is_seasonal:
        sentences.append("The season is taken out of the ratio.")
    if not one.is_whole:
        sentences.append(
            f"The data covers {one.exposure:.0f} of {one.period.days} days of {one.period.label} and"
            f" {one.base_exposure:.0f} of {one.baseline.days} days of {one.baseline.label}; rates per day are compared."
        )
    if one.kind != "no_clear_change" and one.q > keep_q:
        sentences.append(f"This may be chance, as about {100 * one.q:.0f} % of changes this strong are.")
    return " ".join(sentences)


def gist_of(statement: str) -> str:
    """What a statement means without its amounts, which change with every ticket: "Billing tickets rose in Q4 2025".

    This is what is embedded: two statements of one gist are as close to any question.
    """
    claim, _, _ = statement.partition(": ")
    return _SPACES.sub(" ", _AMOUNTS.sub("", claim))


def change_pct(one: Finding) -> float | None:
    """Of the counts where whole periods without season are compared, as people reckon; of the rates everywhere else."""
    if one.base_count == 0:
        return None
    if one.count == 0:
        return -100.0
    if one.kind in _OF_QUARTERS and one.is_whole and not one.is_seasonal:
        return 100 * (one.count * one.stretch / one.base_count - 1)
    return 100 * (one.ratio - 1)


def _level(one: Finding, name: str | None) -> str:
    subject, label = _subject(one.scope, name), one.period.label
    if one.kind == "no_clear_change":
        claim = f"{subject} {'did not clearly change' if one.p >= 0.05 else 'hardly changed'} in {label}"
    elif one.kind == "vanished_topic":
        claim = f"{subject} stopped in {label}"
    elif one.base_count == 0:
        claim = f"{subject} {'appeared for the first time' if one.kind == 'new_topic' else 'reappeared'} in {label}"
    else:
        claim = f"{subject} {_moved(change_pct(one) or 0.0)}{' beyond the season' * one.is_seasonal} in {label}"
    if one.stretch == 1:
        return f"{claim}: {one.count:,} against {one.base_count:,} in {one.baseline.label} ({_ratio(one)})."
    usual = _short(one.base_count / one.stretch)
    before = f"; {one.before:,} in the quarter before" if one.before is not None else ""
    if one.before and one.is_whole and not one.is_seasonal:
        before += f" ({_signed(100 * (one.count / one.before - 1))})"
    return f"{claim}: {one.count:,} against {usual} a quarter in {one.baseline.label} ({_ratio(one)}){before}."


def _spike(one: Finding, name: str | None) -> str:
    return (
        f"{_subject(one.scope, name)} spiked in {one.period.label}, {'at least ' * (one.base_count == 0)}{one.ratio:.1f}"
        f" times the daily rate of the three months before: {one.count:,} against {one.base_count:,} in"
        f" {one.baseline.label} ({_ratio(one)})."
    )


def _turn(one: Finding, name: str | None) -> str:
    weekly, before = 7 * one.count / one.exposure, 7 * one.base_count / one.base_exposure
    return (
        f"{_subject(one.scope, name)} {'rose' if one.ratio > 1 else 'fell'} from {_short(before)} to {_short(weekly)} a"
        f" week around {day_label(one.period.start)}: {one.count:,} in {one.exposure / 7:.0f} weeks against"
        f" {one.base_count:,} in the {one.base_exposure / 7:.0f} before ({_ratio(one)})."
    )


def _trouble(one: Finding, name: str | None) -> str:
    what, whole = _SHARES[one.measure]
    return (
        f"{_subject(one.scope, name)} gave more trouble in {one.period.label}: {_percent(one.count, one.exposure)} were"
        f" {what}, {one.count:,} of {one.exposure:,.0f} {whole}, against {_percent(one.base_count, one.base_exposure)},"
        f" {one.base_count:,} of {one.base_exposure:,.0f}, in {one.baseline.label} ({_ratio(one)})."
    )


def _repeats(one: Finding, name: str | None) -> str:
    return (
        f"More customers came back within a week about the same topic in {one.period.label},"
        f" {_subject(one.scope, name, sentence=False)}: {one.count:,} repeats where their number of tickets explains"
        f" {_short(one.exposure)}, against {one.base_count:,} for {_short(one.base_exposure)} in {one.baseline.label}"
        f" ({_ratio(one)})."
    )


def _slow(one: Finding, name: str | None) -> str:
    now, before = one.hours or (0.0, 0.0)
    return (
        f"{_subject(one.scope, name)} took longer to resolve in {one.period.label}: typically {_hours(now)} against"
        f" {_hours(before)} in {one.baseline.label} (geometric means of {one.count:,} and {one.base_count:,} at least"
        f" {_OLD} days old, open ones as {_OLD} days; {_ratio(one, 'ratio')})."
    )


def _together(one: Finding, _: str | None) -> str:
    return (
        f"Customers with {_quoted(one.scope.topic)} and {_quoted(one.other_topic)} tickets in one month:"
        f" {one.count:,} times from {day_label(one.period.start)} to {day_label(one.period.end)}, where"
        f" {_short(one.base_exposure)} would be chance ({_ratio(one, 'ratio')})."
    )


def _leaving(one: Finding, _: str | None) -> str:
    what = "tickets" if one.scope.topic is None else f"{_quoted(one.scope.topic)} tickets"
    return (
        f"Customers that leave have more {what} before: {one.count:,} of {one.exposure:,.0f} that left from"
        f" {day_label(one.period.start)} to {day_label(one.period.end)} had a rise in the three months before, where"
        f" {_short(one.base_exposure)} would, were they as the others at the time ({_ratio(one, 'ratio')})."
    )


_TELL = {
    "level_change": _level,
    "new_topic": _level,
    "vanished_topic": _level,
    "no_clear_change": _level,
    "spike": _spike,
    "change_point": _turn,
    "rising_trouble": _trouble,
    "repeat_contacts": _repeats,
    "slow_resolution": _slow,
    "co_occurrence": _together,
    "churn_precursor": _leaving,
}


def _subject(scope: Scope, name: str | None, *, sentence: bool = True) -> str:
    """For example "Billing tickets of Acme Corp", "Billing tickets of tier gold by chat"; or as the middle of a sentence."""
    of = f" of {name}" if name is not None else ""
    of += f" of {scope.tier} customers" if scope.tier else ""
    of += f" by {scope.channel}" if scope.channel else ""
    of += f" on {scope.product}" if scope.product else ""
    if scope.topic is None:
        if not sentence:
            return f"in tickets{of}" if of else "in all tickets together"
        return f"Tickets{of}" if of else "All tickets together"
    words = scope.topic.replace("_", " ").strip()
    if _PLAIN_TOPIC.fullmatch(words):
        words = words.lower() if words.isupper() and len(words) > 4 else words
        return f"{words[:1].upper()}{words[1:]} tickets{of}" if sentence else f"in {words} tickets{of}"
    return f"{'T' if sentence else 'in t'}ickets{of} about “{words}”"


def _quoted(topic: str | None) -> str:
    words = (topic or "").replace("_", " ").strip()
    return words.lower() if _PLAIN_TOPIC.fullmatch(words) else f"“{words}”"


def _moved(percent: float) -> str:
    amount = f"{abs(percent):.1f}".removesuffix(".0")
    return f"{'rose' if percent >= 0 else 'fell'} {amount} %"


def _signed(percent: float) -> str:
    return f"{'+' if percent >= 0 else '-'}{abs(percent):.1f}".removesuffix(".0") + " %"


def _ratio(one: Finding, word: str = "rate ratio") -> str:
    return f"{word} {_number(one.ratio)}, 95 % interval {_number(one.low)} to {_number(one.high)}"


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _short(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0") if value < 1000 else f"{value:,.0f}"


def _percent(count: int, whole: float) -> str:
    return f"{100 * count / whole:.1f}".removesuffix(".0") + " %"


def _hours(hours: float) -> str:
    return f"{_short(hours)} hours" if hours < 48 else f"{_short(hours / 24)} days"
