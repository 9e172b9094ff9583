"""The catalogue of predicates: those with one value at a time, and those that tickets tell.

Of a single-valued predicate a new value closes the old one, and two at once contradict. What a ticket tells has as many
values as there are tickets, and stands beside what a system recorded, never in its place.
"""

from collections.abc import Mapping

__all__ = ["SINGLE_VALUED", "TOLD", "is_single_valued"]

TOLD: Mapping[str, tuple[str, ...]] = {
    "breach_reported": (),
    "cancellation_done": ("churned_at", "churn_reason", "status"),
    "cancellation_intent": ("churned_at", "churn_reason", "status"),
    "competitor_mentioned": ("competitor", "switched_to"),
    "data_request": (),
    "escalation_request": (),
    "login_trouble": (),
    "outage_reported": (),
    "plan_mentioned": ("plan", "tier"),
    "praise": (),
    "price_mentioned": ("arr", "contract_value", "mrr", "price_per_seat", "renewal_quote", "seat_price"),
    "product_affected": (),
    "renewal_mentioned": ("contract_end", "renewal_date"),
    "resolution_confirmed": (),
}
"""What tickets tell, each with the recorded predicates of which it speaks: its word counts where none of them is known."""

SINGLE_VALUED = frozenset(
    [
        "account_manager",
        "account_owner",
        "arr",
        "billing_currency",
        "billing_cycle",
        "churn_reason",
        "churned_at",
        "contract_end",
        "contract_term",
        "contract_value",
        "csm",
        "customer_success_manager",
        "data_region",
        "headcount",
        "industry",
        "licensed_seats",
        "mrr",
        "name",
        "owner",
        "plan",
        "primary_contact",
        "region",
        "renewal_date",
        "renewal_quote",
        "seat_price",
        "seats",
        "since",
        "status",
        "support_tier",
        "tier",
    ]
)


def is_single_valued(predicate: str) -> bool:
    return predicate.casefold().replace(" ", "_") in SINGLE_VALUED
