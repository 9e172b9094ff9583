"""What each kind of pattern finds, and what it must not: denied, supposed, quoted, asked, of others."""

from datetime import UTC, datetime

import pytest

from moe_memorygraph.extraction import extract

SAID_AT = datetime(2026, 2, 10, 9, tzinfo=UTC)


def said(text: str, *, rivals: tuple[str, ...] = (), own_names: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    found = extract(text, said_at=SAID_AT, rivals=rivals, own_names=own_names)
    return {(one.predicate, one.value) for one in found}


SAYS: list[tuple[str, tuple[str, str]]] = [
    ("Please cancel our subscription at the end of the month.", ("cancellation_intent", "asks to cancel")),
    ("Please cancel Data Vault with effect from June 18.", ("cancellation_intent", "asks to cancel")),
    ("We'd like to cancel Premium Support at the end of the term.", ("cancellation_intent", "asks to cancel")),
    ("Could you close my account?", ("cancellation_intent", "asks to cancel")),
    ("I asked your team twice to terminate the contract.", ("cancellation_intent", "asks to cancel")),
    ("We want to pay what is open and close our workspace account.", ("cancellation_intent", "asks to cancel")),
    ("How do I cancel my subscription?", ("cancellation_intent", "asks how to cancel")),
    ("We will not renew with you.", ("cancellation_intent", "will leave")),
    ("We are going to terminate our contract in June.", ("cancellation_intent", "will leave")),
    ("We are taking our business elsewhere.", ("cancellation_intent", "will leave")),
    ("If nothing changes, we will cancel our plan.", ("cancellation_intent", "may leave")),
    ("We are considering cancelling our subscription.", ("cancellation_intent", "may leave")),
    ("We cancelled our plan last week.", ("cancellation_done", "has cancelled")),
    ("Our renewal is on 31 March 2026.", ("renewal_mentioned", "2026-03-31")),
    ("The contract ends on June 30th.", ("renewal_mentioned", "2026-06-30")),
    ("Our licence renews in April 2026 and I need numbers.", ("renewal_mentioned", "2026-04")),
    ("We are on the Pro plan.", ("plan_mentioned", "pro")),
    ("Everyone on our Enterprise tier sees it.", ("plan_mentioned", "enterprise")),
    ("You now charge us $49 per seat per month.", ("price_mentioned", "$49 per seat per month")),
    ("We pay €1,200.00 a year for this.", ("price_mentioned", "€1,200 per year")),
    ("It is 20 dollars monthly.", ("price_mentioned", "$20 per month")),
    ("We are evaluating Initech as a cheaper alternative.", ("competitor_mentioned", "Initech")),
    ("Our team is switching to Globex Desk next month.", ("competitor_mentioned", "Globex Desk")),
    ("I was asked to get offers from Planwise and one other.", ("competitor_mentioned", "Planwise")),
    ("This is our formal notice that Acme Corp will not renew.", ("cancellation_intent", "will leave")),
    ("Umbrella quoted us half of that.", ("competitor_mentioned", "Umbrella")),
    ("The mobile app keeps crashing since the update.", ("product_affected", "mobile app")),
    ("The CSV export is not working.", ("product_affected", "csv export")),
    ("Your dashboard won't load.", ("product_affected", "dashboard")),
    ("Your site was down for three hours.", ("outage_reported", "site")),
    ("Yesterday's outage cost us a day.", ("outage_reported", "service")),
    ("Your sync is down since Monday.", ("outage_reported", "sync")),
    ("Since noon every page returns 429.", ("outage_reported", "service")),
    ("We keep getting 502 errors.", ("outage_reported", "service")),
    ("SSO fails for everyone in our team.", ("login_trouble", "sso")),
    ("Single sign-on through Contoso Entra fails with E-4922 for some users.", ("login_trouble", "sso")),
    ("The reset mail never arrives.", ("login_trouble", "password")),
    ("The six-digit codes are rejected for five of us.", ("login_trouble", "two-factor")),
    ("Since Monday we cannot get in.", ("login_trouble", "login")),
    ("I cannot log in since this morning.", ("login_trouble", "login")),
    ("My password reset link doesn't work.", ("login_trouble", "password")),
    ("The verification code never arrives.", ("login_trouble", "two-factor")),
    ("I am locked out of my account.", ("login_trouble", "locked out")),
    ("Please delete all my personal data.", ("data_request", "deletion")),
    ("Under the GDPR I request erasure of my data.", ("data_request", "deletion")),
    ("We have received an erasure request from a former engineer.", ("data_request", "deletion")),
    ("Please send me a copy of all the data you hold about me.", ("data_request", "export")),
    ("There was a data breach at your company.", ("breach_reported", "data breach")),
    ("The report arrived with somebody else's data in it.", ("breach_reported", "data breach")),
    ("My account was hacked on Sunday.", ("breach_reported", "account compromised")),
    ("I want to speak to a manager.", ("escalation_request", "manager")),
    ("Please escalate this ticket.", ("escalation_request", "manager")),
    ("Our lawyers will be in touch.", ("escalation_request", "legal action")),
    ("I filed a complaint with the CFPB.", ("escalation_request", "regulator")),
    ("Dana was extremely helpful, excellent support!", ("praise", "service")),
    ("We love your product.", ("praise", "product")),
    ("Kudos to Dana for the quick turnaround.", ("praise", "staff")),
    ("That fixed it, thanks.", ("resolution_confirmed", "resolved")),
    ("Everything works again.", ("resolution_confirmed", "resolved")),
    ("You can close this ticket.", ("resolution_confirmed", "resolved")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fact"), SAYS)
def test_a_sentence_says_it(text: str, fact: tuple[str, str]) -> None:
    assert fact in said(text)


SAYS_NOTHING = [
    "We do not want to cancel our subscription.",
    "Please do not close my account.",
    "If I cancel my subscription, will I lose my data?",
    "My friend cancelled her subscription.",
    "They closed my account without asking.",
    "I asked if they were going to close the account.",
    "Please remove this account from my credit file.",
    "I cancelled the newsletter.",
    "Please cancel my order.",
    "Please cancel United flight 1081.",
    "They cancel Flights all the time.",
    "I can't get in touch with anybody.",
    "Your terms state that you may terminate the agreement at any time.",
    'Your mail said "please cancel my account", which I never wrote.',
    "What is the cancellation fee?",
    "How long does a cancelled subscription stay visible?",
    "We renewed on 3 January 2026.",
    "My passport expires on 3 March 2026.",
    "We are not on the Pro plan.",
    "How much is the Enterprise plan?",
    "I would like to upgrade to the Business plan.",
    "I have a business plan to write.",
    "We would pay $30 a month for that.",
    "My salary is $4,000 per month.",
    "Your competitor charges $20 per seat.",
    "I borrowed $300 a month ago.",
    "We are moving to Texas.",
    "Opera is better than Brave.",
    "Please move the cost centre over to Wing box.",
    "The flight is leaving Newark.",
    "We switched to annual billing.",
    "Please switch to English.",
    "The app is not down any more.",
    "Is the site down?",
    "What happens if the app crashes?",
    "The balance went down.",
    "Your credit limit was turned down.",
    "How do I set up SSO?",
    "I logged in and saw the invoice.",
    "My password is not the problem.",
    "You deleted my return ticket.",
    "Do not delete my data.",
    "Other customers report the same.",
    "This is a breach of contract.",
    "What do you do in case of a data breach?",
    "My manager approved it.",
    "The account manager called us back.",
    "They threatened to sue me.",
    "I do not want to take legal action.",
    "Great, another outage-free week would be nice.",
    "The support was not helpful.",
    "Great service, if you like to wait for hours.",
    "I would love a dark mode.",
    "Best regards, Kim",
    "It works fine everywhere else, but declines our card.",
    "The issue is not resolved.",
    "I hope this is fixed soon.",
    "I was told it was resolved.",
    "When will this be fixed?",
    "> Please cancel our subscription.",
    "Agent: I will close your account now.",
]


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_a_sentence_says_nothing_of_the_kind(text: str) -> None:
    assert said(text) - {("outage_reported", "service")} == set()


def test_a_condition_makes_a_will_a_may() -> None:
    assert said("Unless you call us back, we will terminate our contract.") == {("cancellation_intent", "may leave")}


def test_a_sentence_dates_what_happened() -> None:
    (one,) = extract("The site was down on 3 February.", said_at=SAID_AT)
    assert one.valid_from == datetime(2026, 2, 3, tzinfo=UTC)


def test_what_is_only_said_holds_from_the_ticket_on() -> None:
    (one,) = extract("Please cancel our subscription by 3 March.", said_at=SAID_AT)
    assert one.valid_from == SAID_AT


def test_a_day_without_a_year_lies_on_the_side_that_makes_sense() -> None:
    assert ("renewal_mentioned", "2027-01-05") in said("Our contract ends on January 5th.")


def test_a_known_rival_is_named_wherever_it_stands() -> None:
    assert said("The report looked like this in initech.", rivals=("Initech",)) == {("competitor_mentioned", "initech")}


def test_the_customer_itself_is_no_rival() -> None:
    assert said("All of us are switching to Acme logins.", own_names=("Acme Corp",)) == set()


def test_a_mail_below_the_answer_is_somebody_elses() -> None:
    text = "Thanks, noted.\n\nOn Tue, 3 Feb 2026 Kim wrote:\nPlease cancel our subscription.\n"
    assert said(text) == set()


def test_of_one_predicate_and_value_the_first_of_the_surest_stands() -> None:
    text = "Please cancel our plan. I repeat: please cancel our plan."
    (one,) = [m for m in extract(text, said_at=SAID_AT) if m.predicate == "cancellation_intent"]
    assert text[one.start : one.stop] == "Please cancel our plan."
