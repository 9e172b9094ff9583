"""facts.csv: what was true of the accounts, from when to when, and who says so.

The columns of customers.csv become facts of source "crm" when they are loaded; this file adds their history and the
other sources, some of which disagree with the CRM.
"""

from datetime import date

from moe_memorygraph.sample.accounts import ACCOUNTS
from moe_memorygraph.sample.values import Account, Fact
from moe_memorygraph.sample.wording import stream

__all__ = ["OWNERS", "all_facts"]

OWNERS = (
    "Strategic East",
    "Strategic West",
    "Mid-Market North",
    "Mid-Market South",
    "EMEA Key Accounts",
    "Growth Desk",
    "APAC Desk",
)
_OWNER_BY_REGION = {
    "North America": ("Strategic East", "Strategic West", "Mid-Market North", "Mid-Market South"),
    "Europe": ("EMEA Key Accounts", "Mid-Market North"),
    "Asia Pacific": ("APAC Desk",),
    "South America": ("Mid-Market South",),
}
_SEAT_PRICE = {"Starter": 15, "Pro": 29, "Business": 49, "Enterprise": 62}


def _told(subject: str, rows: str) -> list[Fact]:
    """Facts from lines of `predicate | object | confidence | from | to | source`."""
    facts = []
    for line in rows.strip().splitlines():
        predicate, value, confidence, start, end, source = (part.strip() for part in line.split("|"))
        facts.append(
            Fact(
                subject=subject,
                predicate=predicate,
                object=value,
                confidence=float(confidence),
                valid_from=date.fromisoformat(start) if start else None,
                valid_to=date.fromisoformat(end) if end else None,
                source=source,
            )
        )
    return facts


_TOLD = {
    "acme": """
        tier | Pro | 0.98 | 2021-12-01 | 2023-03-01 | billing
        tier | Business | 0.98 | 2023-03-01 | 2025-11-30 | billing
        contract_value | $61,000 | 0.95 | 2021-12-01 | 2023-03-01 | contract
        contract_value | $118,000 | 0.95 | 2023-03-01 | 2024-12-01 | contract
        contract_value | $148,000 | 0.95 | 2024-12-01 | 2025-11-30 | contract
        renewal_quote | $199,800 | 0.97 | 2025-09-11 | 2025-10-30 | quote
        renewal_quote | $162,000 | 0.97 | 2025-10-30 | 2025-11-30 | quote
        seats | 120 | 0.9 | 2023-03-01 | 2024-12-01 | contract
        seats | 186 | 0.95 | 2024-12-01 | 2025-11-30 | contract
        account_owner | Mid-Market North | 0.9 | 2021-12-01 | 2024-02-01 | crm
        account_owner | Strategic East | 0.95 | 2024-02-01 | 2025-11-30 | crm
        renewal_date | 2024-12-01 | 0.95 | 2023-12-01 | 2024-12-01 | contract
        renewal_date | 2025-12-01 | 0.95 | 2024-12-01 | 2025-11-30 | contract
        status | active | 0.98 | 2021-12-01 | 2025-11-30 | billing
        status | churned | 0.98 | 2025-11-30 | | billing
        health_score | 82 | 0.8 | 2025-01-01 | 2025-07-01 | customer success
        health_score | 61 | 0.8 | 2025-07-01 | 2025-10-01 | customer success
        health_score | 24 | 0.8 | 2025-10-01 | 2025-11-30 | customer success
        competitor | Planwise | 0.95 | 2025-09-25 | | exit interview
        churn_reason | price and single sign-on failures | 0.9 | 2025-11-30 | | exit interview
        identity_provider | Okta | 0.95 | 2022-03-15 | | onboarding form
    """,
    "globex": """
        tier | Enterprise | 0.98 | 2020-05-15 | 2025-06-01 | billing
        tier | Pro | 0.97 | 2025-06-01 | | billing
        contract_value | $164,000 | 0.95 | 2020-05-15 | 2025-06-01 | contract
        contract_value | $96,000 | 0.95 | 2025-06-01 | | contract
        seats | 260 | 0.95 | 2022-05-15 | 2025-06-01 | contract
        seats | 210 | 0.95 | 2025-06-01 | | contract
        account_owner | Strategic West | 0.95 | 2020-05-15 | | crm
        renewal_date | 2026-05-15 | 0.95 | 2025-05-15 | | contract
    """,
    "meridian": """
        account_owner | Strategic East | 0.9 | 2019-11-04 | | crm
        account_owner | EMEA Key Accounts | 0.9 | 2025-09-15 | | handover note
        contract_value | $198,000 | 0.95 | 2022-11-04 | 2024-11-04 | contract
        contract_value | $236,000 | 0.95 | 2024-11-04 | | contract
        seats | 340 | 0.95 | 2024-11-04 | | contract
        renewal_date | 2026-11-04 | 0.95 | 2024-11-04 | | contract
        data_region | EU (Frankfurt) | 0.97 | 2019-11-04 | | data processing agreement
    """,
    "lumen": """
        seats | 120 | 0.95 | 2024-05-25 | | contract
        seats | 158 | 0.85 | 2025-10-01 | | usage report
        contract_value | $67,000 | 0.95 | 2024-05-25 | | contract
        account_owner | Mid-Market South | 0.95 | 2021-05-25 | | crm
        renewal_date | 2026-05-25 | 0.95 | 2025-05-25 | | contract
    """,
    "solace": """
        tier | Business | 0.98 | 2022-06-01 | 2025-09-01 | billing
        tier | Enterprise | 0.98 | 2025-09-01 | | billing
        seats | 120 | 0.95 | 2022-06-01 | 2024-06-01 | contract
        seats | 220 | 0.95 | 2024-06-01 | 2025-09-01 | contract
        seats | 480 | 0.95 | 2025-09-01 | | contract
        contract_value | $64,000 | 0.95 | 2022-06-01 | 2024-06-01 | contract
        contract_value | $118,000 | 0.95 | 2024-06-01 | 2025-09-01 | contract
        contract_value | $212,000 | 0.95 | 2025-09-01 | | contract
        account_owner | Strategic West | 0.95 | 2023-01-10 | | crm
        renewal_date | 2026-09-01 | 0.95 | 2025-09-01 | | contract
        health_score | 91 | 0.8 | 2025-10-01 | | customer success
    """,
    "vantage": """
        weekly_active_users | 210 | 0.9 | 2025-03-31 | 2025-06-30 | usage report
        weekly_active_users | 148 | 0.9 | 2025-06-30 | 2025-09-30 | usage report
        weekly_active_users | 64 | 0.9 | 2025-12-15 | | usage report
        seats | 230 | 0.95 | 2024-07-12 | | contract
        contract_value | $88,000 | 0.95 | 2024-07-12 | | contract
        account_owner | Mid-Market North | 0.95 | 2021-07-12 | | crm
        renewal_date | 2026-07-12 | 0.95 | 2025-07-12 | | contract
        health_score | 71 | 0.8 | 2025-04-01 | 2025-10-01 | customer success
        health_score | 38 | 0.8 | 2025-10-01 | | customer success
        escalation | open escalation with the operations director | 0.9 | 2025-11-18 | | customer success
    """,
    "oakline": """
        tier | Pro | 0.98 | 2022-04-18 | 2025-04-30 | billing
        contract_value | $38,000 | 0.95 | 2024-04-18 | 2025-04-30 | contract
        account_owner | Mid-Market South | 0.95 | 2022-04-18 | 2025-04-30 | crm
        churn_reason | three days without sync during the March outage | 0.9 | 2025-04-30 | | exit interview
        status | churned | 0.98 | 2025-04-30 | | billing
    """,
    "marlow": """
        go_live_date | 2025-02-17 | 0.8 | 2025-01-06 | 2025-02-17 | onboarding plan
        go_live_date | 2025-03-24 | 0.95 | 2025-02-17 | | onboarding plan
        onboarding_weeks | 11 | 0.95 | 2025-03-24 | | onboarding plan
        seats | 92 | 0.95 | 2025-01-06 | | contract
        contract_value | $54,000 | 0.95 | 2025-01-06 | | contract
        account_owner | EMEA Key Accounts | 0.95 | 2025-01-06 | | crm
        renewal_date | 2026-01-06 | 0.9 | 2025-01-06 | 2026-01-06 | contract
        renewal_date | 2027-01-06 | 0.95 | 2026-01-06 | | contract
    """,
    "initech": """
        account_owner | Strategic West | 0.95 | 2021-03-01 | | crm
        seats | 142 | 0.95 | 2025-03-01 | | contract
        contract_value | $84,000 | 0.95 | 2025-03-01 | | contract
        renewal_date | 2026-03-01 | 0.95 | 2025-03-01 | | contract
        billing_system | LedgerOne | 0.97 | 2025-10-01 | | billing
    """,
    "brightwater": """
        account_owner | EMEA Key Accounts | 0.95 | 2022-02-01 | | crm
        seats | 175 | 0.95 | 2025-02-01 | | contract
        contract_value | $61,000 | 0.95 | 2025-02-01 | | contract
        renewal_date | 2026-02-01 | 0.95 | 2025-02-01 | | contract
        billing_system | LedgerOne | 0.97 | 2025-10-01 | | billing
    """,
    "halden": """
        account_owner | EMEA Key Accounts | 0.95 | 2021-09-20 | | crm
        seats | 122 | 0.95 | 2025-09-20 | | contract
        contract_value | $72,000 | 0.95 | 2025-09-20 | | contract
        renewal_date | 2026-09-20 | 0.95 | 2025-09-20 | | contract
        billing_system | LedgerOne | 0.97 | 2025-10-01 | | billing
    """,
    "kestrel": """
        status | churned | 0.98 | 2024-06-30 | | billing
        churn_reason | absorbed by its parent company, which uses Planwise | 0.9 | 2024-06-30 | | exit interview
    """,
    "pinecrest": """
        status | churned | 0.98 | 2024-12-31 | | billing
        churn_reason | no offline mode for maintenance crews | 0.9 | 2024-12-31 | | exit interview
    """,
    "tidewater": """
        status | churned | 0.98 | 2023-12-31 | | billing
    """,
}


def all_facts(seed: int) -> list[Fact]:
    """The facts told above, and plain ones for every account that no story is told of."""
    facts: list[Fact] = []
    for account in ACCOUNTS:
        facts += (
            _told(account.name, _TOLD[account.customer_id]) if account.customer_id in _TOLD else _plain(account, seed)
        )
    return facts


def _plain(account: Account, seed: int) -> list[Fact]:
    """Owner, seats, contract and renewal date of an account, with one renewal in its past."""
    chance = stream(seed, "facts", account.customer_id)
    renewal = date(2025, account.since.month, account.since.day)
    before = date(2023, account.since.month, account.since.day)
    start = max(account.since, before)
    old_value = int(account.arr * chance.uniform(0.7, 0.95)) // 100 * 100
    seats = account.arr // (_SEAT_PRICE[account.tier] * 12)
    owner = chance.choice(_OWNER_BY_REGION[account.region] if account.tier != "Starter" else ("Growth Desk",))
    rows = f"""
        account_owner | {owner} | 0.95 | {account.since} | | crm
        contract_value | ${old_value:,} | 0.95 | {start} | {renewal} | contract
        contract_value | ${account.arr:,} | 0.95 | {renewal} | | contract
        seats | {seats} | 0.95 | {renewal} | | contract
        renewal_date | {renewal.replace(year=2026)} | 0.95 | {renewal} | | contract
        health_score | {chance.randint(66, 95)} | 0.8 | 2025-10-01 | | customer success
    """
    return _told(account.name, rows)
