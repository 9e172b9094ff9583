"""What a question asks for: phrases held against signals, and slips of the pen put right."""

import pytest

from moe_memorygraph.workflow.kinds import Signals, asks_customers, asks_whether, kind_of, mend, state_of


@pytest.mark.parametrize(
    ("slip", "word"),
    [("reson", "reason"), ("cancled", "cancelled"), ("contrct", "contract"), ("tickects", "tickets")],
)
def test_a_slip_is_put_right(slip: str, word: str) -> None:
    assert mend(f"the {slip} of it") == f"the {word} of it"


@pytest.mark.parametrize(
    "word", ["contact", "contacts", "charged", "renew", "compliant", "complain", "contractor", "resort", "cancer"]
)
def test_a_word_of_its_own_stays(word: str) -> None:
    assert mend(f"our {word} there") == f"our {word} there"


def test_a_question_with_a_slip_is_still_of_its_kind() -> None:
    assert kind_of("What was the reson for the churn?") == kind_of("What was the reason for the churn?")


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("How many support cases did we close?", Signals()),
        ("How many of the complaints came in by phone?", Signals()),
        ("Number of escalations in March", Signals(times=1)),
        ("How often did they write to us last year?", Signals(customers=1, times=1)),
        ("How many customers wrote about invoices?", Signals(categories=1)),
        ("How many clients have churned?", Signals()),
        ("How many outages were there in Q2?", Signals(categories=1, times=1)),
        ("how many e-mails per month did we get in 2024", Signals(times=1)),
    ],
)
def test_what_happened_is_counted(text: str, signals: Signals) -> None:
    assert kind_of(text, signals) == "how_many"


@pytest.mark.parametrize(
    "text",
    [
        "How many attempts until an account is blocked?",
        "How many free seats come with the top tier?",
        "In how many days must a refund be paid out?",
        "How many requests per second may a client send?",
        "How many people have to sign off on a discount?",
        "When should an agent hand over to the second line?",
        "If a payment fails twice, what do we do?",
        "Who approves a credit above the limit?",
        "What does an extra workspace cost?",
        "How fast must a critical ticket be answered?",
        "Up to what amount may an agent grant a credit?",
    ],
)
def test_what_holds_as_a_rule_is_no_count(text: str) -> None:
    assert kind_of(text, Signals()) == "policy"


@pytest.mark.parametrize(
    "text",
    ["How many seats do they have?", "By when do they need to pay?", "How many users may they add?", "Plan of theirs?"],
)
def test_of_a_named_customer_what_is_on_record_comes_before_any_rule(text: str) -> None:
    assert kind_of(text, Signals(customers=1, predicates=1)) == "what_is"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Which clients left us this year?", "lost"),
        ("Who has cancelled?", "lost"),
        ("Show me all churned accounts", "lost"),
        ("Whom could we lose next?", "at_risk"),
        ("Which companies are likely to leave?", "at_risk"),
        ("What are our 5 biggest accounts at risk?", "at_risk"),
        ("List our active customers", "active"),
        ("What are the largest risks in my portfolio?", "at_risk"),
        ("Where are risks across our accounts?", "at_risk"),
    ],
)
def test_customers_in_a_state_are_listed(text: str, state: str) -> None:
    assert (kind_of(text), state_of(text), asks_customers(text)) == ("list", state, True)


def test_which_company_is_one_of_our_customers() -> None:
    assert (kind_of("Which company sends the most complaints?"), asks_customers("Which company sends most?")) == (
        "list",
        True,
    )
    assert not asks_customers("Which company is our largest rival?")
    assert not asks_customers("What do customers complain about?")


@pytest.mark.parametrize(
    "text",
    [
        "Which account manager left?",
        "How many seats are left on the plan?",
        "What was lost?",
        "What do customers say about it?",
    ],
)
def test_what_asks_for_no_customers_lists_none(text: str) -> None:
    assert not asks_customers(text)


@pytest.mark.parametrize(
    ("text", "signals", "kind"),
    [
        ("Did we get more refund or more shipping tickets?", Signals(categories=2), "compare"),
        ("Who has the larger contract, A or B?", Signals(customers=2, predicates=1), "compare"),
        ("Which accounts are behind the jump in refunds?", Signals(categories=1), "trend"),
        ("Who caused the increase in outages?", Signals(categories=1), "trend"),
        ("What caused the increase in outages?", Signals(categories=1), "why"),
        ("Did slowness complaints decline after the fix?", Signals(categories=1), "trend"),
        ("Which vendor have they moved to?", Signals(customers=1), "why"),
        ("What did they threaten us with?", Signals(customers=1), "why"),
        ("Find the case of the burnt cable", Signals(), "similar"),
        ("Has anybody sent credentials by mail?", Signals(risks=1), "compliance"),
        ("How many erasure requests came in?", Signals(risks=1), "how_many"),
        ("Are breach reports increasing?", Signals(risks=1), "trend"),
        ("How long may an erasure request take?", Signals(risks=1), "policy"),
        ("Who is our largest customer?", Signals(), "list"),
        ("What are the response times for urgent tickets?", Signals(), "policy"),
        ("Has the number of refunds fallen?", Signals(categories=1), "trend"),
        ("Why do customers leave?", Signals(), "why"),
        ("Which topics are growing?", Signals(), "trend"),
        ("Was there anything out of the ordinary in May?", Signals(times=1), "trend"),
        ("Is Acme satisfied?", Signals(customers=1), "report"),
    ],
)
def test_signals_tell_kinds_apart(text: str, signals: Signals, kind: str) -> None:
    assert kind_of(text, signals) == kind


def test_the_number_of_a_thing_counts_and_a_phone_number_does_not() -> None:
    assert kind_of("What is the number of contacts with Acme?", Signals(customers=1)) == "how_many"
    assert kind_of("What is the phone number of our contact at Acme?", Signals(customers=1)) == "what_is"


@pytest.mark.parametrize(
    "text",
    [
        "Has anyone threatened legal action?",
        "Has Globex ever asked about GDPR?",
        "Did the outage in March affect Globex?",
        "Did anybody complain about the new invoices?",
        "Have customers mentioned a rival?",
        "Is anyone having trouble with the importer?",
        "Was Globex hit by the incident?",
        "Do customers struggle with the API?",
        "Anyone asking for a dark theme?",
        "Has anybody complained about our refund policy?",
    ],
)
def test_whether_something_was_said_or_befell_somebody(text: str) -> None:
    signals = Signals(customers=int("Globex" in text))
    assert asks_whether(text, signals)
    assert kind_of(text, signals) == "similar"


@pytest.mark.parametrize(
    "text",
    [
        "Has Globex churned?",
        "Did complaints about billing increase?",
        "Do customers have to report an outage within a day?",
        "Is Globex on the Pro plan?",
        "How many customers complained?",
        "What did Globex ask about?",
        "Has the invoice been sent?",
        "Does our refund policy say what customers get?",
        "Are people satisfied with how complaints are resolved?",
        "Are credit reports of customers wrong?",
    ],
)
def test_other_questions_are_not_whether_something_was_said(text: str) -> None:
    signals = Signals(customers=int("Globex" in text), predicates=int("plan" in text or "churned" in text))
    assert not asks_whether(text, signals)


@pytest.mark.parametrize(
    "text",
    [
        "Who complained about the outage?",
        "Who else was affected by it?",
        "Who has asked for an API?",
        "Who reported trouble?",
    ],
)
def test_who_said_something_is_a_list_of_customers(text: str) -> None:
    assert kind_of(text) == "list"


def test_a_threat_to_sue_is_no_risk_of_leaving() -> None:
    assert state_of("Who threatened legal action?") is None
    assert state_of("Who threatened to go?") == "at_risk"


def test_our_biggest_accounts_are_no_rule() -> None:
    assert (kind_of("What are our biggest accounts?"), asks_customers("What are our biggest accounts?")) == (
        "list",
        True,
    )
    assert kind_of("What are our rules for accounts?") == "policy"
