"""A question, its evidence and the verified claims that the tests retell."""

from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.experts import Claim, Draft, Evidence, Question, Tally, TimeRange, Verifier
from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence, ticket_evidence
from moe_memorygraph.memory.values import Customer, Fact, GroupCount, Ticket, TicketFilter, TicketHit, fact_statement

__all__ = ["ACME", "CHURNED", "CLAIMS", "DRAFT", "EVIDENCE", "NOW", "PERIOD", "PLAN", "QUESTION", "TICKET", "hit"]

NOW = datetime(2026, 1, 15, tzinfo=UTC)
ACME = Customer(customer_id="acme", name="Acme Corp")
QUESTION = Question(
    run_id=UUID(int=7),
    text="Why did Acme Corp churn?",
    kind="why",
    asked_at=NOW,
    customers=(ACME,),
    customer_names={"acme": "Acme Corp", "globex": "Globex"},
)
Q3 = TimeRange(since=datetime(2025, 7, 1, tzinfo=UTC), until=datetime(2025, 10, 1, tzinfo=UTC), label="Q3 2025")
Q4 = TimeRange(since=Q3.until, until=datetime(2026, 1, 1, tzinfo=UTC), label="Q4 2025")


def hit(number: int, body: str) -> TicketHit:
    at = datetime(2025, 10, number, tzinfo=UTC)
    ticket = Ticket(ticket_id=f"T-{number}", customer_id="acme", created_at=at, body=body, category="login")
    return TicketHit(ticket=ticket, part=0, text=body, similarity=0.6, lexical=0.5, score=0.7)


def fact(number: int, predicate: str, value: str, *, ended: datetime | None = None) -> Fact:
    return Fact(
        fact_id=UUID(int=number),
        subject="Acme Corp",
        customer_id="acme",
        predicate=predicate,
        object=value,
        statement=fact_statement(subject="Acme Corp", predicate=predicate, value=value),
        valid_from=datetime(2025, 6, 1, tzinfo=UTC),
        valid_to=ended,
        source="crm",
    )


def tally(total: int, billing: int, login: int, *, now: bool) -> Tally:
    return Tally(
        what="of Acme Corp",
        filters=TicketFilter(customer_ids=("acme",)),
        total=total,
        group_field="category",
        groups=(GroupCount(key="billing", count=billing), GroupCount(key="login", count=login)),
        time=Q4 if now else Q3,
        role="period" if now else "baseline",
    )


REASON, CHURNED, TIER, PLAN, TICKET, CANNOT, PERIOD, BASELINE = range(8)
EVIDENCE: list[Evidence] = [
    fact_evidence(fact(1, "churn_reason", "price"), expert="SemanticQuery", score=0.9),
    fact_evidence(fact(2, "churned_at", "2025-11-30"), expert="SemanticQuery", score=0.9),
    fact_evidence(fact(3, "tier", "Enterprise"), expert="SemanticQuery", score=0.8),
    fact_evidence(fact(4, "plan", "Scale", ended=datetime(2025, 12, 1, tzinfo=UTC)), expert="SemanticQuery", score=0.8),
    ticket_evidence(
        hit(2, "SSO login fails again with a SAML error. The renewal quote is 35 % higher."),
        expert="VectorRetrieve",
        wanted=set(),
    ),
    ticket_evidence(
        hit(3, "We cannot export invoices. Nobody approved the refund of 5000 EUR."),
        expert="VectorRetrieve",
        wanted=set(),
    ),
    tally_evidence(tally(48, 30, 10, now=True), expert="VectorRetrieve", question=QUESTION, score=0.9),
    tally_evidence(tally(40, 12, 20, now=False), expert="VectorRetrieve", question=QUESTION, score=0.9),
]
CLAIMS = (
    Claim(text="Acme Corp churned on 2025-11-30 (crm).", cites=(CHURNED,)),
    Claim(text='The reason on record for the loss of Acme Corp is "price" (crm, from 2025-06-01).', cites=(REASON,)),
    Claim(text="Acme Corp was in the Enterprise tier (crm, from 2025-06-01).", cites=(TIER,)),
    Claim(text="Acme Corp was on the Scale plan (crm, from 2025-06-01 to 2025-12-01).", cites=(PLAN,)),
    Claim(text="In Q4 2025, 48 tickets of Acme Corp came in, against 40 in Q3 2025 (+20 %).", cites=(PERIOD, BASELINE)),
    Claim(text="By topic: billing 30 (12 before, +150 %); login 10 (20 before, -50 %).", cites=(PERIOD, BASELINE)),
    Claim(
        text="Login: Acme Corp, 2025-10-02: “SSO login fails again with a SAML error. The renewal quote is 35 % higher.”",
        cites=(TICKET,),
    ),
    Claim(
        text="Acme Corp, 2025-10-03: “We cannot export invoices. Nobody approved the refund of 5000 EUR.”",
        cites=(CANNOT,),
    ),
)
DRAFT = Draft(claims=CLAIMS)
assert Verifier().verify(QUESTION, DRAFT, EVIDENCE).dropped == ()
