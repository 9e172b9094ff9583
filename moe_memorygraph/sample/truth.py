"""What was planted, counted from the finished tickets, so that answers can be checked exactly."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from moe_memorygraph.sample.accounts import ACCOUNTS
from moe_memorygraph.sample.plan import BILLING_WAVE
from moe_memorygraph.sample.stories import STORIES
from moe_memorygraph.sample.values import TENANT_NAME, TODAY, Fact, Ticket, quarter_of

__all__ = ["tell_truth"]


def tell_truth(seed: int, tickets: Sequence[Ticket], facts: Sequence[Fact]) -> dict[str, Any]:
    """The truth as one JSON document; `docs/reference/sample-corpus.md` describes its keys."""
    return {
        "tenant": TENANT_NAME,
        "seed": seed,
        "today": TODAY.isoformat(),
        "totals": {"customers": len(ACCOUNTS), "tickets": len(tickets), "facts": len(facts)},
        "counts": _counts(tickets),
        "shifts": _shifts(tickets),
        "stories": _stories(tickets),
        "personal_data": {
            ticket.ticket_id: [
                {"type": span.kind, "start": span.start, "end": span.end, "text": span.text} for span in ticket.spans
            ]
            for ticket in tickets
            if ticket.spans
        },
    }


def _counts(tickets: Sequence[Ticket]) -> dict[str, Any]:
    by_category: dict[str, Counter[str]] = {}
    by_customer: dict[str, Counter[str]] = {}
    cells: dict[str, dict[str, Counter[str]]] = {}
    months: dict[str, Counter[str]] = {}
    for ticket in tickets:
        quarter = str(quarter_of(ticket.created_at.date()))
        by_category.setdefault(ticket.category, Counter())[quarter] += 1
        by_customer.setdefault(ticket.customer_id, Counter())[quarter] += 1
        cells.setdefault(ticket.customer_id, {}).setdefault(ticket.category, Counter())[quarter] += 1
        months.setdefault(ticket.category, Counter())[ticket.created_at.strftime("%Y-%m")] += 1
    return {"category": by_category, "customer": by_customer, "customer_category": cells, "category_month": months}


def _shifts(tickets: Sequence[Ticket]) -> list[dict[str, Any]]:
    def count(category: str, quarter: str, customer: str | None = None) -> int:
        return sum(
            ticket.category == category
            and str(quarter_of(ticket.created_at.date())) == quarter
            and customer in (None, ticket.customer_id)
            for ticket in tickets
        )

    def shift(name: str, category: str, baseline: str, quarter: str) -> dict[str, Any]:
        before, after = count(category, baseline), count(category, quarter)
        return {
            "name": name,
            "category": category,
            "baseline_period": baseline,
            "period": quarter,
            "baseline_count": before,
            "count": after,
            "change_pct": round(100 * (after - before) / before, 1),
        }

    wave = shift("billing_wave", "billing", "2025Q3", "2025Q4")
    drivers = {
        account: [count("billing", "2025Q3", account), count("billing", "2025Q4", account)] for account in BILLING_WAVE
    }
    rise = sum(after - before for before, after in drivers.values())
    wave |= {"drivers": drivers, "drivers_share_pct": round(100 * rise / (wave["count"] - wave["baseline_count"]), 1)}
    return [
        wave,
        shift("integration_control", "integration", "2025Q3", "2025Q4"),
        shift("march_outage", "outage", "2024Q4", "2025Q1"),
        shift("dashboards_fixed", "performance", "2025Q2", "2025Q3"),
        shift("login_trouble", "login", "2025Q2", "2025Q3"),
    ]


def _stories(tickets: Sequence[Ticket]) -> dict[str, Any]:
    ids = {ticket.story: ticket.ticket_id for ticket in tickets if ticket.story}
    plots: dict[str, list[str]] = {}
    for story in STORIES:
        for plot in story.plots:
            plots.setdefault(plot, []).append(ids[story.key])
    return {"tickets": ids, "plots": plots}
