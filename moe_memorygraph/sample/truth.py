"""What was planted, counted from the finished tickets, so that answers can be checked exactly."""

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
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
        "march_outage": _march_outage(tickets),
        "topics": _topics(tickets),
        "days_to_resolve": _days_to_resolve(tickets),
        "churned": {
            account.customer_id: {"on": account.churned_at.isoformat(), "reason": account.churn_reason}
            for account in ACCOUNTS
            if account.churned_at
        },
        "stories": _stories(tickets),
        "facts": _histories(facts),
        "contradictions": _contradictions(tickets),
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


def _march_outage(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """The sync outage: began on 11 March 2025 at 06:12 UTC, ended on 14 March at 16:40."""
    of_march = [
        ticket
        for ticket in tickets
        if ticket.category == "outage" and (ticket.created_at.year, ticket.created_at.month) == (2025, 3)
    ]
    during = [ticket for ticket in of_march if ticket.created_at.day <= 14]
    return {
        "began": "2025-03-11T06:12:00Z",
        "ended": "2025-03-14T16:40:00Z",
        "tickets_in_march": len(of_march),
        "tickets_during": len(during),
        "by_day": Counter(ticket.created_at.date().isoformat() for ticket in of_march),
        "customers": sorted({ticket.customer_id for ticket in during}),
    }


def _days_to_resolve(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """Vantage Freight is kept waiting from June 2025 on: medians in days, before and since, and for all others."""

    def median(accept: Callable[[Ticket], bool]) -> float:
        waits = [(t.resolved_at - t.created_at).total_seconds() for t in tickets if t.resolved_at and accept(t)]
        return round(statistics.median(waits) / 86_400, 1)

    def is_late(ticket: Ticket) -> bool:
        return (ticket.created_at.year, ticket.created_at.month) >= (2025, 6)

    return {
        "vantage_before_2025_06": median(lambda t: t.customer_id == "vantage" and not is_late(t)),
        "vantage_since_2025_06": median(lambda t: t.customer_id == "vantage" and is_late(t)),
        "others_since_2025_06": median(lambda t: t.customer_id != "vantage" and is_late(t)),
    }


def _topics(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """What tickets are about below their category: tickets per quarter."""
    topics: dict[str, Counter[str]] = {}
    for ticket in tickets:
        if ticket.topic:
            topics.setdefault(ticket.topic, Counter())[str(quarter_of(ticket.created_at.date()))] += 1
    return dict(sorted(topics.items()))


def _histories(facts: Sequence[Fact]) -> dict[str, Any]:
    histories: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for fact in facts:
        histories.setdefault(fact.subject, {}).setdefault(fact.predicate, []).append(
            {
                "object": fact.object,
                "valid_from": fact.valid_from.isoformat() if fact.valid_from else None,
                "valid_to": fact.valid_to.isoformat() if fact.valid_to else None,
                "source": fact.source,
            }
        )
    return histories


def _contradictions(tickets: Sequence[Ticket]) -> list[dict[str, Any]]:
    """Where two sources disagree today, and which one `account-handover.md` and the tickets bear out."""
    ids = {ticket.story: ticket.ticket_id for ticket in tickets if ticket.story}

    def told(
        subject: str, predicate: str, claims: Sequence[tuple[str, str, str | None]], right: str, *stories: str
    ) -> dict[str, Any]:
        return {
            "subject": subject,
            "predicate": predicate,
            "claims": [{"object": value, "source": source, "since": since} for value, source, since in claims],
            "right": right,
            "tickets": [ids[story] for story in stories],
        }

    return [
        told(
            "Globex International",
            "tier",
            [("Enterprise", "crm", None), ("Pro", "billing", "2025-06-01")],
            "Pro",
            "globex_downgrade",
            "globex_sso_lost",
            "globex_crm_still",
        ),
        told(
            "Meridian Bank",
            "account_owner",
            [("Strategic East", "crm", "2019-11-04"), ("EMEA Key Accounts", "handover note", "2025-09-15")],
            "EMEA Key Accounts",
            "meridian_owner",
        ),
        told(
            "Lumen Analytics",
            "seats",
            [("120", "contract", "2024-05-25"), ("158", "usage report", "2025-10-01")],
            "120",
            "lumen_seats",
        ),
        told(
            "Acme Corp",
            "churn_reason",
            [("price", "crm", None), ("price and single sign-on failures", "exit interview", "2025-11-30")],
            "price and single sign-on failures",
            "acme_cancellation",
        ),
        told(
            "Oakline Retail",
            "churn_reason",
            [
                ("reliability", "crm", None),
                ("three days without sync during the March outage", "exit interview", "2025-04-30"),
            ],
            "three days without sync during the March outage",
            "oakline_cancel",
        ),
    ]


def _stories(tickets: Sequence[Ticket]) -> dict[str, Any]:
    ids = {ticket.story: ticket.ticket_id for ticket in tickets if ticket.story}
    plots: dict[str, list[str]] = {}
    for story in STORIES:
        for plot in story.plots:
            plots.setdefault(plot, []).append(ids[story.key])
    return {"tickets": ids, "plots": plots}
