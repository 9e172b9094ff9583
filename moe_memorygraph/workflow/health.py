"""A customer's health, read from memory: figures of all customers, and what is shown beside them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from moe_memorygraph.experts.evidence import fact_evidence
from moe_memorygraph.experts.values import Evidence, Findings, Measured
from moe_memorygraph.experts.writing.sources import WARNING
from moe_memorygraph.health import (
    BASELINE,
    WARNINGS,
    WINDOW,
    Health,
    driver_sentence,
    health_of,
    render_report,
    score_sentence,
)
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import Customer, DataSpan, Fact, TicketFilter, ToldFilter
from moe_memorygraph.workflow.envelope import iso

__all__ = [
    "EXPERT",
    "CustomerHealth",
    "ShownHealth",
    "health_findings",
    "measure_health",
    "present_health",
    "report_of",
]

_MONTHS = 12
_MOST_WARNINGS = 5
_MOST_TOLD = 500
"""Warnings that are read to be counted by month; where there are more, the older months say that they are not counted."""
_WARNING = "Tickets that warn"
_HEADINGS = {"semantic": "On record", "ltm": "Patterns"}
EXPERT = "CustomerHealth"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHealth:
    """One customer's health until a time, with the tickets that warn, newest first."""

    customer: Customer
    until: datetime
    health: Health
    timeline: tuple["Month", ...]
    """The last twelve months, oldest first, those without a ticket among them; empty where nobody asked for it."""
    warnings: tuple[Evidence, ...]

    @property
    def months(self) -> tuple[tuple[str, int], ...]:
        """("2025-03", tickets), oldest first; none where the customer wrote in none of them."""
        counted = tuple((one.month, one.tickets) for one in self.timeline)
        return counted if any(count for _, count in counted) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a customer wrote in one month, as far as the time until which its health is measured."""

    month: str
    """As "2025-03"."""
    tickets: int
    warnings: int | None
    """Sentences in tickets that warn of a loss; None where there were too many to count."""
    scored: bool
    """Whether the window of the score reaches into it."""


async def measure_health(
    memory: TenantMemory,
    customer: Customer,
    *,
    until: datetime | None,
    span: DataSpan,
    now: datetime,
    with_timeline: bool = True,
) -> CustomerHealth:
    """Read and score. Without `until`, the window ends now, or after the last ticket of an archive."""
    end = until or _end(span, now)
    since = end - WINDOW
    before = max(since - BASELINE, min(span.oldest, since)) if span.oldest else since
    figures = await memory.vector.figures(before=before, since=since, until=end, warnings=WARNINGS)
    months = _last_months(end)
    asked = ToldFilter(
        customer_ids=(customer.customer_id,),
        predicates=WARNINGS,
        since=_start_of(months[0]) if with_timeline else since,
        until=end,
    )
    told = await memory.semantic.told(asked, limit=_MOST_TOLD if with_timeline else _MOST_WARNINGS)
    timeline: tuple[Month, ...] = ()
    if with_timeline:
        fits = TicketFilter(customer_ids=(customer.customer_id,), until=end)
        counts = await memory.vector.count_by("month", fits, limit=_MONTHS)
        timeline = _timeline(months, {group.key: group.count for group in counts if group.key}, told, since=since)
    warned = [fact for fact in told if fact.valid_from is not None and fact.valid_from >= since]
    return CustomerHealth(
        customer=customer,
        until=end,
        health=health_of(customer.customer_id, figures, baseline=since - before),
        timeline=timeline,
        warnings=tuple(fact_evidence(fact, expert=EXPERT, score=fact.confidence) for fact in warned[:_MOST_WARNINGS]),
    )


def _last_months(end: datetime) -> list[str]:
    """Twelve months, oldest first; the last is the one that still was at `end`, exclusive."""
    last = (end - timedelta(microseconds=1)).astimezone(UTC)
    numbers = range(last.year * 12 + last.month - _MONTHS, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def _start_of(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)


def _timeline(
    months: Sequence[str], tickets: Mapping[str, int], told: Sequence[Fact], *, since: datetime
) -> tuple[Month, ...]:
    """`told`: newest first."""
    warned = Counter(f"{fact.valid_from.astimezone(UTC):%Y-%m}" for fact in told if fact.valid_from is not None)
    counted_from = min(warned) if len(told) == _MOST_TOLD else ""
    first_scored = f"{since.astimezone(UTC):%Y-%m}"
    return tuple(
        Month(
            month=month,
            tickets=tickets.get(month, 0),
            warnings=warned[month] if month > counted_from else None,
            scored=month >= first_scored,
        )
        for month in months
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHealth:
    """What the tool returns beyond the envelope, the evidence it cites in order, and the sentences that it computed."""

    answer: dict[str, Any]
    evidence: tuple[Evidence, ...]
    computed: tuple[str, ...]


def present_health(measured: CustomerHealth, beside: Sequence[Evidence], *, run_id: UUID, limit: int) -> ShownHealth:
    """Drivers cited by the run's own sentences; what was found beside them by where it stands, at most `limit` of it."""
    health, name = measured.health, measured.customer.name
    sentences = {driver.name: driver_sentence(driver, health, name) for driver in health.drivers}
    own = [_computed(sentence, measured, run_id) for sentence in sentences.values()]
    shown = (*own, *beside[:limit])
    marks = {driver: f"[{number}]" for number, driver in enumerate(sentences, 1)}
    lines = [
        (_HEADINGS.get(item.plane, "On record") if item.expert != EXPERT else _WARNING, f"{item.quote} [{number}]")
        for number, item in enumerate(shown[len(own) :], len(own) + 1)
    ]
    report = render_report(health, name=name, until=measured.until, months=measured.months, evidence=lines, marks=marks)
    drivers = [
        {**asdict(driver), "sentence": sentences[driver.name], "citation": str(number)}
        for number, driver in enumerate(health.drivers, 1)
    ]
    answer = {
        "customer": measured.customer.customer_id,
        "name": name,
        "score": health.score,
        "start": health.start,
        "drivers": [_rounded(driver) for driver in drivers],
        "period": f"{iso(measured.until - WINDOW)}/{iso(measured.until)}",
        "compared_with": health.compared_with,
        "timeline": [asdict(month) for month in measured.timeline],
        "report": report,
    }
    return ShownHealth(answer=answer, evidence=shown, computed=tuple(sentences.values()))


def health_findings(measured: CustomerHealth, *, run_id: UUID) -> Findings:
    """The score, the drivers and the tickets that warn, as evidence for an answer in prose."""
    health, name = measured.health, measured.customer.name
    score = score_sentence(health, name, measured.until)
    told = [(score, Measured(sentence=score, points=health.score, is_driver=False))]
    if health.figures.tickets:
        for driver in health.drivers:
            sentence = driver_sentence(driver, health, name)
            told.append((sentence, Measured(sentence=sentence, points=driver.points)))
    own = [replace(_computed(sentence, measured, run_id), payload=payload) for sentence, payload in told]
    warnings = [replace(one, supports=WARNING) for one in measured.warnings]
    return Findings(evidence=(*own, *warnings))


def _computed(sentence: str, measured: CustomerHealth, run_id: UUID) -> Evidence:
    return Evidence(
        expert=EXPERT,
        plane="vector",
        uri=memory_uri("runs", run_id),
        title="Measured by this run",
        quote=sentence,
        score=1.0,
        source="counted in the database",
        observed_at=measured.until,
        customer_id=measured.customer.customer_id,
    )


def _rounded(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in fields.items()}


def report_of(measured: CustomerHealth) -> str:
    """The report alone, for the resource."""
    evidence = [(_WARNING, f"“{one.quote}” ({one.uri})") for one in measured.warnings]
    return render_report(
        measured.health,
        name=measured.customer.name,
        until=measured.until,
        months=measured.months,
        evidence=evidence,
    )


def _end(span: DataSpan, now: datetime) -> datetime:
    """Now, or the day after the last ticket where that lies a window back: an archive is judged by its end."""
    if span.newest is None or now - span.newest < WINDOW:
        return now
    newest = span.newest.astimezone(UTC)
    return datetime(newest.year, newest.month, newest.day, tzinfo=UTC) + timedelta(days=1)
