"""Predicates of which a subject has one value at a time: a new value closes the old one, two at once contradict."""

__all__ = ["SINGLE_VALUED", "is_single_valued"]

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
