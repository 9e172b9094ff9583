"""The catalogue of predicates: those with one value at a time, and those that tickets tell.

Of a single-valued predicate a new value closes the old one, and two at once contradict. What a ticket tells has as many
values as there are tickets, and stands beside what a system recorded, never in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SINGLE_VALUED", "TOLD", "Told", "is_single_valued"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A predicate of what tickets tell; a subject may have any number of values of it."""

    speaks_of: tuple[str, ...] = ()
    """Recorded predicates that it speaks of: its word counts where none of them is known."""
    asked_by: str
    """Words of questions that ask for it."""


TOLD: Mapping[str, Told] = {
    "breach_reported": Told(asked_by="breach breached hacked leak leaked compromised"),
    "cancellation_done": Told(
        speaks_of=("churned_at", "churn_reason", "status"), asked_by="churn churned cancelled canceled left"
    ),
    "cancellation_intent": Told(
        speaks_of=("churned_at", "churn_reason", "status"), asked_by="cancel cancellation churn leave leaving"
    ),
    "competitor_mentioned": Told(
        speaks_of=("competitor", "switched_to"), asked_by="competitor competitors rival alternative switch switching"
    ),
    "data_request": Told(asked_by="deletion erasure export gdpr portability"),
    "escalation_request": Told(asked_by="escalate escalated escalation lawyer legal sue regulator supervisor"),
    "login_trouble": Told(asked_by="sso login password mfa saml"),
    "outage_reported": Told(asked_by="outage outages downtime offline"),
    "plan_mentioned": Told(speaks_of=("plan", "tier"), asked_by="plan tier edition package subscription"),
    "praise": Told(asked_by="praise praised compliment love"),
    "price_mentioned": Told(
        speaks_of=("arr", "contract_value", "mrr", "price_per_seat", "renewal_quote", "seat_price"),
        asked_by="pay pays paying price cost",
    ),
    "product_affected": Told(asked_by="crash crashes broken"),
    "renewal_mentioned": Told(speaks_of=("contract_end", "renewal_date"), asked_by="renew renews renewal"),
    "resolution_confirmed": Told(asked_by="resolved solved fixed"),
}

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
