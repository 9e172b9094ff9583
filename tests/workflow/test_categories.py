"""Which of a tenant's categories a question means, however the tenant names them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.topics import TAXONOMY, Topic
from moe_memorygraph.workflow.categories import CategoryIndex, default_index, topics_of_label

STYLES = (
    ("billing_invoices", "feature_request", "login_sso", "customer-onboarding", "repairs"),
    ("Invoices & Billing", "Wishes & Feature requests", "Sign-in & SSO", "Onboarding & Training", "Repairs"),
    ("Billing: invoices", "Feature: request", "Login: SSO", "Onboarding: new teams", "Repairs: devices"),
    ("BillingInvoices", "FeatureRequest", "LoginSso", "OnboardingOfTeams", "DeviceRepairs"),
    ("Finance > Invoicing", "Product / Feature request", "Access | Single sign-on", "Start – Onboarding", "Devices"),
)


@pytest.mark.parametrize("labels", STYLES, ids=lambda labels: labels[0])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("How many billing tickets in Q4?", 0),
        ("Did we get more invoice complaints than last year?", 0),
        ("how many feature request tickets did we get", 1),
        ("Which customers sent feature requests?", 1),
        ("How many sign-in tickets were there?", 2),
        ("Are SSO tickets rising?", 2),
        ("Trouble to log in: how many tickets?", 2),
        ("how often did customers write about onboarding", 3),
    ],
)
def test_a_topic_finds_the_label_of_any_style(labels: tuple[str, ...], text: str, place: int) -> None:
    assert default_index(labels).meant(text).categories == (labels[place],)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("Where are the data of Acme stored?", ()),
        ("Which requests are still open?", ()),
        ("What changed last month?", ()),
        ("Who has reported broken labels?", ()),
        ("Who is the account manager of Acme?", ()),
        ("How many personal data requests did we get?", ()),
        ("How many account tickets did we get?", ("account",)),
        ("How many change tickets did we get?", ("change_request",)),
        ("How many tickets about exports?", ("data_export",)),
    ],
)
def test_an_incidental_word_names_no_category(text: str, categories: tuple[str, ...]) -> None:
    assert (
        default_index(("data_export", "change_request", "account", "refund_request")).meant(text).categories
        == categories
    )


def test_an_ambiguous_word_gives_all_that_fit_the_leading_first() -> None:
    index = default_index(("Mortgage: fees", "Billing: invoices", "Mortgage: payoff", "billing_disputes"))
    assert index.meant("mortgage tickets").categories == ("Mortgage: fees", "Mortgage: payoff")
    assert index.meant("How many billing tickets?").categories == ("Billing: invoices", "billing_disputes")


def test_two_names_of_one_label_are_closer_than_each() -> None:
    index = default_index(("Security", "Privacy", "Security & Privacy", "Billing: refunds", "Billing: invoices"))
    assert index.meant("security and privacy tickets").categories == ("Security & Privacy",)
    assert index.meant("billing tickets about invoices").categories == ("Billing: invoices",)


def test_two_topics_give_the_labels_of_both() -> None:
    index = default_index(("outage", "billing", "login"))
    assert index.meant("Did we get more login or more billing tickets?").categories == ("billing", "login")


def test_a_labels_own_word_goes_before_what_its_topic_is_called() -> None:
    index = default_index(("login", "SSO"))
    assert index.meant("SSO tickets").categories == ("SSO",)
    assert index.meant("password reset tickets").categories == ("login", "SSO")


def test_what_stands_for_a_topic_counts_where_no_topic_is_named() -> None:
    index = default_index(("billing", "performance"))
    assert index.meant("Which customers find it slow?").categories == ("performance",)
    assert index.meant("Which billing tickets speak of slow answers?").categories == ("billing",)


def test_a_word_of_the_tenants_own_names_its_label() -> None:
    index = default_index(("rota_planning", "Vehicle repossession", "Struggling to pay your loan"))
    assert index.meant("repossession tickets").categories == ("Vehicle repossession",)
    assert index.meant("How many tickets about planning?").categories == ("rota_planning",)
    assert index.meant("who is struggling to pay a loan").categories == ("Struggling to pay your loan",)


def test_the_words_that_named_it_are_told_as_they_were_written() -> None:
    assert default_index(("login",)).meant("How many sign-in tickets?").stems == {"sign-in"}
    assert default_index(("feature_request",)).meant("feature requests by Acme").stems == {"featur", "request"}


def test_a_topic_of_the_tenants_own_and_a_label_that_only_its_meaning_tells() -> None:
    own = Topic(name="repossession", title="Repossession", names=("repossession", "car taken"))
    index = CategoryIndex(("Fahrzeug eingezogen",), topics=(*TAXONOMY, own), meanings={"Fahrzeug eingezogen": own.name})
    assert index.meant("How many repossession tickets?").categories == ("Fahrzeug eingezogen",)


def test_a_longer_name_in_a_label_goes_before_a_shorter_one_inside_it() -> None:
    assert topics_of_label("CANCELLATION_FEE") == ("cancellation",)
    assert topics_of_label("Fees or interest") == ("billing",)
    assert topics_of_label("Checking or savings account: Incorrect information") == ()
    index = default_index(("INVOICE", "CANCELLATION_FEE"))
    assert index.meant("How many billing tickets?").categories == ("INVOICE",)
    assert index.meant("Who complains about fees?").categories == ("CANCELLATION_FEE",)


def test_the_topics_of_labels() -> None:
    assert topics_of_label("Security & Privacy") == ("security", "privacy")
    assert topics_of_label("Legal") == ("privacy",)
    assert topics_of_label("Miscellaneous") == ()


@given(st.lists(st.text(max_size=30), max_size=8, unique=True), st.text(max_size=80))
def test_any_label_and_any_text_can_be_read(labels: list[str], text: str) -> None:
    meant = default_index(tuple(labels)).meant(text)
    assert set(meant.categories) <= set(labels)
    assert bool(meant.categories) == bool(meant.stems)
