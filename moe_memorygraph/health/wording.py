"""A customer's health in words, and as a report with small charts in text. The numbers come from `scoring`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from moe_memorygraph.health.scoring import BEST, WINDOW, Driver, Health

__all__ = ["change_sentences", "driver_sentence", "render_report", "score_sentence"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_BAR = 20  # characters of a full bar
_MEANING: Mapping[str, str] = {
    "volume": "tickets against its own usual number",
    "warnings": "tickets that warn of a loss (leaving, a competitor, escalation, a breach)",
    "satisfaction": "satisfaction of rated tickets",
    "urgency": "urgent among ranked tickets",
    "unsettled": "tickets not settled yet",
    "resolution time": "median time to resolution",
}
_CHANGES = 3


def driver_sentence(driver: Driver, health: Health, name: str) -> str:
    """What a driver says of the customer, with its base; it holds no claim that the figures do not."""
    meaning = _MEANING[driver.name]
    if driver.value is None or driver.rank is None or driver.typical is None:
        return f"Nothing is known of {name}'s {meaning}: 0 points."
    said = f"{_amount(driver.value, driver)} (typical: {_amount(driver.typical, driver)})"
    place = f"{driver.rank:.0%} of {health.compared_with} customers fare better"
    tickets = f"{driver.support} {'ticket' if driver.support == 1 else 'tickets'}"
    return f"{name}'s {meaning}: {said}, from {tickets}; {place}: {driver.points:+.1f} of {driver.most:.0f} points."


def score_sentence(health: Health, name: str, until: datetime) -> str:
    """The score with its time and its base; without a ticket in that time, that there is none."""
    first, last = until - WINDOW, until - timedelta(microseconds=1)
    if not health.figures.tickets:
        return f"{name} sent no ticket from {first:%Y-%m-%d} to {last:%Y-%m-%d}, so that its health is not known."
    return (
        f"By its tickets, the health of {name} was {health.score:.1f} of {BEST:.0f} from {first:%Y-%m-%d} to"
        f" {last:%Y-%m-%d}, where {health.start:.0f} is neither good nor bad ({_count(health.figures.tickets)}, compared"
        f" with {health.compared_with} customers)."
    )


def change_sentences(health: Health) -> list[str]:
    """What would lift the score most: each of the drivers that take from it, brought to what is typical."""
    lifting = sorted(health.drivers, key=lambda one: (-one.gained_at_typical, one.name))
    return [
        f"With {_MEANING[one.name]} at the typical {_amount(one.typical, one)} instead of {_amount(one.value, one)},"
        f" the score would be {health.score + one.gained_at_typical:.1f}."
        for one in lifting[:_CHANGES]
        if one.gained_at_typical > 0 and one.points < 0 and one.typical is not None and one.value is not None
    ]


def render_report(
    health: Health,
    *,
    name: str,
    until: datetime,
    months: Sequence[tuple[str, int]],
    evidence: Sequence[tuple[str, str]],
    marks: Mapping[str, str] = {},
) -> str:
    """The health of a customer as Markdown.

    months: ("2025-03", tickets), oldest first. evidence: (heading, line) in order. marks: what is put behind a driver's
    line, by the driver's name: its citation.
    """
    parts = [
        f"# Health of {name}: {health.score:.1f} of {BEST:.0f}",
        f"`{_bar(health.score / BEST)}`",
        _scope(health, until),
        "## What it is made of",
        _table(health, marks),
    ]
    if changes := change_sentences(health):
        parts += ["## What would change it", "\n".join(f"- {one}" for one in changes)]
    if months:
        parts += ["## Tickets by month", _sparkline(months)]
    for heading in dict.fromkeys(heading for heading, _ in evidence):
        parts += [f"## {heading}", "\n".join(f"- {line}" for one, line in evidence if one == heading)]
    return "\n\n".join(parts) + "\n"


def _scope(health: Health, until: datetime) -> str:
    first, last = until - WINDOW, until - timedelta(microseconds=1)
    return (
        f"{first:%Y-%m-%d} to {last:%Y-%m-%d}: {_count(health.figures.tickets)}."
        f" Compared with {health.compared_with} customers that wrote in this time."
    )


def _table(health: Health, marks: Mapping[str, str]) -> str:
    rows = ["| | points | customer | typical | fare better |", "| --- | ---: | ---: | ---: | ---: |"]
    rows.append(f"| start | {health.start:.1f} | | | |")
    for one in health.drivers:
        own, typical = ("-" if value is None else _amount(value, one) for value in (one.value, one.typical))
        rank = "-" if one.rank is None else f"{one.rank:.0%}"
        mark = f" {marks[one.name]}" if one.name in marks else ""
        rows.append(f"| {one.name}: {_MEANING[one.name]}{mark} | {one.points:+.1f} | {own} | {typical} | {rank} |")
    rows.append(f"| **score** | **{health.score:.1f}** | | | |")
    return "\n".join(rows)


def _sparkline(months: Sequence[tuple[str, int]]) -> str:
    most = max(count for _, count in months)
    line = "".join(_BLOCKS[round(count / most * (len(_BLOCKS) - 1))] if most else _BLOCKS[0] for _, count in months)
    counts = ", ".join(f"{month} {count}" for month, count in months[-3:])
    return f"`{line}` {months[0][0]} to {months[-1][0]}, at most {most}; latest: {counts}."


def _bar(share: float) -> str:
    full = round(share * _BAR)
    return "█" * full + "░" * (_BAR - full)


def _amount(value: float, driver: Driver) -> str:
    match driver.unit:
        case "ratio":
            return f"{value:.1f} times"
        case "share":
            return f"{value:.0%}"
        case "stars":
            return f"{value:.1f} of 5"
        case "tickets":
            return _count(round(value)) if value == round(value) else f"{value:.1f} tickets"
        case _:
            return f"{value:.0f} h" if value < 72 else f"{value / 24:.1f} days"


def _count(tickets: int) -> str:
    return f"{tickets} {'ticket' if tickets == 1 else 'tickets'}"
