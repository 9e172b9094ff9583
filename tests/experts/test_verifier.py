"""The verifier lets through what the evidence says and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from moe_memorygraph.experts import Claim, Draft, Evidence, Question, Tally, TimeRange, Verifier
from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence, ticket_evidence
from moe_memorygraph.memory.values import Customer, Fact, GroupCount, Ticket, TicketFilter, TicketHit, fact_statement

NOW = datetime(2026, 1, 15, tzinfo=UTC)
ACME = Customer(customer_id="acme", name="Acme Corp")
GLOBEX = Customer(customer_id="globex", name="Globex")
QUESTION = Question(
    run_id=UUID(int=7),
    text="Why did Acme Corp churn?",
    kind="why",
    asked_at=NOW,
    customers=(ACME, GLOBEX),
    customer_names={"acme": "Acme Corp", "globex": "Globex"},
)
BODY = "We were quoted 35 % more for 120 seats. That is too much. SSO still fails every Monday."
TICKET = TicketHit(
    ticket=Ticket(ticket_id="T-9", customer_id="acme", created_at=NOW, body=BODY, category="pricing"),
    part=0,
    text=BODY,
    similarity=0.6,
    lexical=0.5,
    score=0.7,
)
FACT = Fact(
    fact_id=UUID(int=3),
    subject="Acme Corp",
    customer_id="acme",
    predicate="churn_reason",
    object="price",
    statement=fact_statement(subject="Acme Corp", predicate="churn_reason", value="price"),
    valid_from=datetime(2025, 11, 30, tzinfo=UTC),
    source="crm",
)
Q3 = TimeRange(since=datetime(2025, 7, 1, tzinfo=UTC), until=datetime(2025, 10, 1, tzinfo=UTC), label="Q3 2025")
Q4 = TimeRange(since=Q3.until, until=datetime(2026, 1, 1, tzinfo=UTC), label="Q4 2025")


def tally(total: int, billing: int, time: TimeRange) -> Tally:
    groups = (GroupCount(key="billing", count=billing),)
    return Tally(what="", filters=TicketFilter(), total=total, group_field="category", groups=groups, time=time)


EVIDENCE: list[Evidence] = [
    ticket_evidence(TICKET, expert="VectorRetrieve", wanted={"seat"}),
    fact_evidence(FACT, expert="SemanticQuery", score=0.9),
    tally_evidence(tally(400, 168, Q4), expert="VectorRetrieve", question=QUESTION, score=0.9),
    tally_evidence(tally(390, 120, Q3), expert="VectorRetrieve", question=QUESTION, score=0.9),
]


def faults(claim: Claim, evidence: list[Evidence] = EVIDENCE) -> tuple[str, ...]:
    return Verifier().verify(QUESTION, Draft(claims=(claim,)), evidence).dropped


@pytest.mark.parametrize(
    "claim",
    [
        Claim(text="Acme Corp, 2026-01-15: “We were quoted 35 % more for 120 seats.”", cites=(0,)),
        Claim(
            text='The reason on record for the loss of Acme Corp is "price" (from 2025-11-30, source crm).', cites=(1,)
        ),
        Claim(text="In Q4 2025: 400 tickets, against 390 in Q3 2025 (+3 %).", cites=(2, 3)),
        Claim(text="By topic: billing 168 (120 before, +40 %).", cites=(2, 3)),
    ],
)
def test_a_claim_that_its_evidence_bears_stays(claim: Claim) -> None:
    assert faults(claim) == ()


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        (Claim(text="Acme Corp left."), "citation"),
        (Claim(text="Acme Corp left.", cites=(99,)), "citation"),
        (Claim(text="Acme Corp was quoted 45 % more.", cites=(0,)), "number"),
        (Claim(text="By topic: billing 168 (120 before, +60 %).", cites=(2, 3)), "number"),
        (Claim(text="By topic: billing 168 (120 before).", cites=(2,)), "number"),
        (Claim(text="Acme Corp: “We love the new price.”", cites=(0,)), "quote"),
        (Claim(text='The reason on record for the loss of Globex is "price".', cites=(1,)), "name"),
    ],
)
def test_a_claim_that_goes_beyond_its_evidence_is_dropped(claim: Claim, fault: str) -> None:
    assert faults(claim) == (fault,)


def test_evidence_whose_quote_was_changed_bears_nothing() -> None:
    broken = [
        replace(item, quote=item.quote.replace("1", "2").replace("price", "pries").replace("We", "They"))
        for item in EVIDENCE
    ]
    for claim in (
        Claim(text="Acme Corp wrote.", cites=(0,)),
        Claim(text="Acme Corp.", cites=(1,)),
        Claim(text="Counts.", cites=(2,)),
    ):
        assert faults(claim, broken) == ("quote",)


def test_headings_with_nothing_under_them_go() -> None:
    draft = Draft(
        claims=(
            Claim(text="Money", heading=True),
            Claim(text="Acme Corp paid 99999.", cites=(0,)),
            Claim(text="Words", heading=True),
            Claim(text="Acme Corp: “That is too much.”", cites=(0,)),
        )
    )
    evidence = [replace(EVIDENCE[0], quote="That is too much."), *EVIDENCE[1:]]
    left = Verifier().verify(QUESTION, draft, evidence).draft.claims
    assert [claim.text for claim in left] == ["Words", "Acme Corp: “That is too much.”"]
