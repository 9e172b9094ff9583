"""The verifier lets through what the evidence says and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.experts import Claim, Draft, Evidence, Question, Tally, TimeRange, Verifier
from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence, ticket_evidence
from moe_memorygraph.experts.figures import figures_in, is_borne
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


# -- what a claim may get wrong by a hair ----------------------------------------------------------------------------

SAID = (
    "Our 1,234 users got error SAML-211 in Q3 2025. We pay $49.50 per seat, 15 % more since 2025-06-01, and it took "
    "1,5 hours to open the three dashboards."
)
INITECH = Customer(customer_id="initech", name="Initech")
PAST_PLAN = replace(
    FACT,
    fact_id=UUID(int=4),
    predicate="plan",
    object="Gold",
    statement=fact_statement(subject="Acme Corp", predicate="plan", value="Gold"),
    valid_from=datetime(2024, 1, 1, tzinfo=UTC),
    valid_to=datetime(2025, 3, 1, tzinfo=UTC),
    recorded_at=datetime(2025, 2, 1, tzinfo=UTC),
)
OTHERS = TicketHit(
    ticket=Ticket(ticket_id="T-10", customer_id="initech", created_at=NOW, body="Initech has 88 seats."),
    part=0,
    text="Initech has 88 seats.",
    similarity=0.5,
    lexical=0.5,
    score=0.5,
)
REPLIED = TicketHit(
    ticket=replace(TICKET.ticket, ticket_id="T-11", response="We will refund 500 EUR."),
    part=1,
    text="We will refund 500 EUR.",
    similarity=0.5,
    lexical=0.5,
    score=0.5,
)
SPOKEN = replace(TICKET, ticket=replace(TICKET.ticket, body=SAID), text=SAID)
ASKED = replace(QUESTION, customer_names={**QUESTION.customer_names, "initech": "Initech"})
HAIR: list[Evidence] = [
    replace(ticket_evidence(SPOKEN, expert="VectorRetrieve", wanted=set()), quote=SAID),
    fact_evidence(PAST_PLAN, expert="SemanticQuery", score=0.9),
    ticket_evidence(OTHERS, expert="VectorRetrieve", wanted=set()),
    ticket_evidence(REPLIED, expert="VectorRetrieve", wanted=set()),
    EVIDENCE[2],
    EVIDENCE[3],
]


def hair(text: str, *cites: int, question: Question = ASKED) -> tuple[str, ...]:
    return Verifier().verify(question, Draft(claims=(Claim(text=text, cites=cites),)), HAIR).dropped


@pytest.mark.parametrize(
    "text",
    [
        "Acme Corp has 1234 users.",
        "Acme Corp has 1,234 users.",
        "Acme Corp pays $49.50 per seat.",
        "Acme Corp pays $49.5 per seat.",
        "Acme Corp pays 49.50 per seat.",
        "Acme Corp pays 15 percent more.",
        "Acme Corp pays more since 2025-06-01.",
        "Acme Corp named SAML-211.",
        "Acme Corp opens 3 dashboards.",
        "It was in Q3 2025.",
        "Acme Corp waited 1,5 hours.",
    ],
)
def test_the_same_number_may_be_written_otherwise(text: str) -> None:
    assert hair(text, 0) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Acme Corp has 1235 users.",
        "Acme Corp has 234 users.",
        "Acme Corp has 211 users.",  # of an error's name
        "Acme Corp has 15 users.",  # of a percentage
        "Acme Corp pays 49.50 % more.",
        "Acme Corp pays €49.50 per seat.",
        "Acme Corp pays $15 more.",
        "Acme Corp pays more since 2025-06-02.",
        "Acme Corp pays more since 2024-06-01.",
        "It was in Q4 2025.",
        "Acme Corp named SAML-212.",
        "Acme Corp opens four dashboards.",
        "Acme Corp waited 15 hours.",  # 1,5 is not fifteen
        "Acme Corp waited 90 minutes.",  # a conversion is nobody's word
        "0 of them complained.",
    ],
)
def test_a_number_of_something_else_bears_nothing(text: str) -> None:
    assert hair(text, 0) == ("number",)


@pytest.mark.parametrize(
    "text",
    [
        "In Q4 2025, 400 tickets, against 390 in Q3 2025 (-3 %).",
        "By topic: billing 120 (168 before, +40 %).",
        "By topic: billing 400 (390 before, +3 %).",
        "By topic: billing 168 (120 before, -40 %).",
        "By topic: billing 168 (none before).",
        "Of 400 tickets, 0 were solved.",
        "Billing rose by 41 %.",
    ],
)
def test_counts_stand_beside_their_own_labels_and_change_their_own_way(text: str) -> None:
    assert hair(text, 4, 5) == ("number",)


def test_another_customers_record_bears_no_claim() -> None:
    assert hair("Initech has 88 seats.", 2) == ()
    assert hair("Acme Corp has 88 seats.", 2) == ("name",)
    assert hair("Initech pays $49.50 per seat.", 0) == ("name",)


def test_our_reply_is_not_told_as_the_customers_words() -> None:
    assert hair("Our reply to Acme Corp: “We will refund 500 EUR.”", 3) == ()
    assert hair("Acme Corp, 2026-01-15: “We will refund 500 EUR.”", 3) == ("speaker",)


def test_what_is_over_is_told_as_past() -> None:
    assert hair("Acme Corp is on the Gold plan.", 1) == ("time",)
    assert hair("Acme Corp was on the Gold plan.", 1) == ()
    assert hair("Acme Corp: plan Gold, 2024-01-01 to 2025-03-01.", 1) == ()
    then = replace(ASKED, as_of=datetime(2024, 6, 1, tzinfo=UTC))
    assert hair("Acme Corp is on the Gold plan.", 1, question=then) == ()


def test_nothing_is_cited_before_it_was_so_or_was_known() -> None:
    before = replace(ASKED, as_of=datetime(2023, 12, 31, tzinfo=UTC))
    assert hair("Acme Corp was on the Gold plan.", 1, question=before) == ("time",)
    assert hair("Acme Corp has 1,234 users.", 0, question=before) == ("time",)
    unknown = replace(ASKED, as_of=datetime(2024, 6, 1, tzinfo=UTC), known_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert hair("Acme Corp was on the Gold plan.", 1, question=unknown) == ("time",)


WHOLE = st.integers(min_value=0, max_value=10**9)


@given(WHOLE, WHOLE)
def test_a_number_bears_itself_however_it_is_grouped_and_no_other(said: int, claimed: int) -> None:
    held = figures_in(f"There were {said:,} of them.")
    assert all(is_borne(figure, held) for figure in figures_in(f"We saw {said} of them."))
    borne = all(is_borne(figure, held) for figure in figures_in(f"We saw {claimed} of them."))
    assert borne == (said == claimed)


@given(WHOLE, st.sampled_from(["{} %", "${}", "€{}", "X-{}"]), st.sampled_from(["{} %", "${}", "€{}", "X-{}"]))
def test_a_number_of_one_thing_is_no_number_of_another(number: int, one: str, other: str) -> None:
    held = figures_in(f"It was {one.format(number)} then.")
    (claimed,) = figures_in(f"It is {other.format(number)} now.")
    assert is_borne(claimed, held) == (one == other)


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_change_follows_from_its_counts_alone(now: int, before: int) -> None:
    cited = [
        tally_evidence(tally(now, now, Q4), expert="VectorRetrieve", question=QUESTION, score=0.9),
        tally_evidence(tally(before, before, Q3), expert="VectorRetrieve", question=QUESTION, score=0.9),
    ]
    change = round(100 * (now / before - 1))
    assert faults(Claim(text=f"billing {now} ({before} before, {change:+d} %).", cites=(0, 1)), cited) == ()
    assert faults(Claim(text=f"billing {now} ({before} before, {change + 1:+d} %).", cites=(0, 1)), cited) == (
        "number",
    )


@given(st.text(max_size=200))
def test_any_text_can_be_read_for_figures(text: str) -> None:
    assert all(is_borne(figure, figures_in(text)) for figure in figures_in(text))


def test_a_label_with_a_colon_keeps_its_own_counts() -> None:
    def counted(one: int, other: int, time: TimeRange) -> Evidence:
        groups = (GroupCount(key="Debt: late fees (new)", count=one), GroupCount(key="Debt: calls", count=other))
        of_both = replace(tally(one + other, 0, time), groups=groups)
        return tally_evidence(of_both, expert="VectorRetrieve", question=QUESTION, score=0.9)

    cited = [counted(30, 12, Q4), counted(20, 10, Q3)]
    right = "By topic: Debt: late fees (new) 30 (20 before, +50 %); Debt: calls 12 (10 before, +20 %)."
    swapped = "By topic: Debt: late fees (new) 12 (10 before, +20 %); Debt: calls 30 (20 before, +50 %)."
    assert faults(Claim(text=right, cites=(0, 1)), cited) == ()
    assert faults(Claim(text=swapped, cites=(0, 1)), cited) == ("number",)
