"""Questions as people put them: whom they name, which time, which kind."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.experts import Question
from moe_memorygraph.memory.values import Customer, DataSpan
from moe_memorygraph.workflow.known_names import KnownNames
from moe_memorygraph.workflow.tenant_view import NameIndex, TenantView
from moe_memorygraph.workflow.understand import understand
from moe_memorygraph.workflow.values import Ask

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ACME = Customer(customer_id="acme", name="Acme Corp", aliases=("ACME Corporation",), churned_at=date(2025, 11, 30))
VIEW = TenantView(
    names=NameIndex(
        [
            ACME,
            Customer(customer_id="globex", name="Globex Industries"),
            Customer(customer_id="bofa", name="BANK OF AMERICA, NATIONAL ASSOCIATION"),
            Customer(customer_id="wells", name="WELLS FARGO & COMPANY"),
            Customer(customer_id="C-17", name="TARGET CORP"),
            Customer(customer_id="experian", name="Experian Information Solutions Inc."),
            Customer(customer_id="oneil", name="O'Neil & Sons, Inc."),
        ]
    ),
    categories=("billing", "feature_request", "login", "privacy"),
    predicates=("account_owner", "arr", "churn_reason", "churned_at", "plan", "status", "tier"),
    span=DataSpan(oldest=datetime(2023, 1, 1, tzinfo=UTC), newest=datetime(2025, 12, 31, tzinfo=UTC)),
    revisions={},
)


def read(text: str, **fields: object) -> Question:
    ask = Ask(tool="query_customer_intel", text=text, **fields)  # type: ignore[arg-type]  # one field at a time
    return understand(ask, text, run_id=UUID(int=1), view=VIEW, now=NOW)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why did Acme Corp churn?", "why"),
        ("What caused the spike in billing tickets?", "why"),
        ("What compliance risks are in our conversations?", "compliance"),
        ("Which personal data do customers send us?", "compliance"),
        ("What changed in Q4?", "trend"),
        ("Are login problems increasing?", "trend"),
        ("Give me a health report for Acme Corp", "report"),
        ("How healthy is Globex?", "report"),
        ("How many billing tickets in Q4 2025?", "how_many"),
        ("Compare Globex and Acme", "compare"),
        ("Which customers complain about billing?", "list"),
        ("Find tickets similar to a broken export", "similar"),
        ("What is our refund policy?", "policy"),
        ("How long do we keep deleted data?", "policy"),
        ("Who owns the Globex account?", "what_is"),
        ("billing at globex", "general"),
    ],
)
def test_the_kind_of_a_question(text: str, kind: str) -> None:
    assert read(text).kind == kind


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Why did Acme churn?", ("acme",)),
        ("acme corporation's tickets", ("acme",)),
        ("complaints about Bank of America", ("bofa",)),
        ("Wells Fargo's fees", ("wells",)),
        ("Compare Globex with Acme Corp", ("globex", "acme")),
        ("what did O'Neil & Sons ask?", ("oneil",)),
        ("Is Target happy?", ("C-17",)),
        ("Compare Experian with Globex", ("experian", "globex")),
        ("what is our target?", ()),
        ("How many tickets?", ()),
    ],
)
def test_customers_are_found_by_name_alias_and_short_name(text: str, ids: tuple[str, ...]) -> None:
    assert read(text).customer_ids == ids


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Why did Initech churn?", ("Initech",)),
        ("why did initech leave", ("initech",)),
        ("Why did Acme Corp churn?", ()),
        ("What changed in Q4 with SSO?", ()),
        ("How many Billing tickets?", ()),
        ("What is our refund policy?", ()),
    ],
)
def test_names_that_nobody_bears_are_noticed(text: str, names: tuple[str, ...]) -> None:
    assert read(text).unknown_names == names


def test_a_customer_given_by_name_is_found_and_an_unknown_one_refused() -> None:
    assert read("what happened?", customer="ACME corporation").customer_ids == ("acme",)
    with pytest.raises(NotFound):
        read("what happened?", customer="Initech")


def test_a_loss_is_looked_at_in_the_half_year_before_it_against_the_half_year_before_that() -> None:
    question = read("Why did Acme Corp churn?")
    assert question.time is not None
    assert question.baseline is not None
    assert question.time.until == datetime(2025, 12, 1, tzinfo=UTC)
    assert question.baseline.until == question.time.since
    assert question.time.until - question.time.since == question.baseline.until - question.baseline.since


def test_a_quarter_is_compared_with_the_quarter_before() -> None:
    question = read("What changed in Q1 2025?")
    assert question.time is not None
    assert question.baseline is not None
    assert (question.time.label, question.baseline.label) == ("Q1 2025", "Q4 2024")


def test_as_of_is_a_point_and_no_range() -> None:
    question = read("What plan was Globex on as of June 2025?")
    assert question.time is None
    assert question.as_of is not None
    assert f"{question.as_of:%Y-%m-%d}" == "2025-06-30"


@pytest.mark.parametrize(
    ("text", "predicates"),
    [
        ("Who owns the Globex account?", ("account_owner",)),
        ("Who owns Acme Corp?", ("account_owner",)),
        ("What plan is Globex on?", ("plan", "tier")),
        ("How much revenue does Globex bring?", ("arr",)),
    ],
)
def test_predicates_are_found_by_name_and_by_what_people_say(text: str, predicates: tuple[str, ...]) -> None:
    assert read(text).predicates == predicates


def test_categories_are_found_by_their_words() -> None:
    assert read("billing complaints and feature requests").categories == ("billing", "feature_request")


def test_a_tool_that_takes_filters_reads_none_from_the_text() -> None:
    ask = Ask(tool="search_tickets", text="Acme billing in Q4 2025")
    question = understand(ask, ask.text, run_id=UUID(int=1), view=VIEW, now=NOW)
    assert question.customers == ()
    assert question.time is None


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), None),
        (None, datetime(1, 1, 1, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), None),
        (None, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_the_first_and_the_last_day_of_all_can_be_asked_about(since: datetime | None, until: datetime | None) -> None:
    question = read("What changed?", since=since, until=until)
    assert question.time is not None
    assert question.baseline is not None
    assert question.time.since == (since or question.time.since) <= question.time.until
    assert question.baseline.since <= question.baseline.until == question.time.since


@pytest.mark.parametrize("text", ["What changed in 1900?", "What changed in January 1900?", "What changed in Q1 1900?"])
def test_the_first_year_that_is_read_has_a_period_before(text: str) -> None:
    question = read(text)
    assert question.time is not None
    assert question.baseline is not None
    assert question.baseline.until == question.time.since == datetime(1900, 1, 1, tzinfo=UTC)


TIMELY = TenantView(
    names=NameIndex(
        [
            Customer(customer_id="m", name="March Networks"),
            Customer(customer_id="d", name="monday.com", aliases=("Monday",)),
            Customer(customer_id="q", name="Q4 Inc."),
            Customer(customer_id="s", name="Summer 2025 Ltd"),
        ]
    ),
    categories=(),
    predicates=(),
    span=DataSpan(oldest=None, newest=None),
    revisions={},
)


@pytest.mark.parametrize(
    ("text", "ids", "time"),
    [
        ("How many complaints of March Networks?", ("m",), None),
        ("How many complaints of March Networks in March 2025?", ("m",), "March 2025"),
        ("What is new at Monday?", ("d",), None),
        ("How many tickets since Monday?", (), "since 2026-11-16"),
        ("How many tickets at Q4 Inc.?", ("q",), None),
        ("How many tickets in Q4 2024?", (), "Q4 2024"),
        ("Is Summer 2025 Ltd well?", ("s",), None),
        ("How many tickets in summer 2024?", (), "summer 2024"),
    ],
)
def test_names_that_look_like_times_and_times_that_look_like_names(
    text: str, ids: tuple[str, ...], time: str | None
) -> None:
    ask = Ask(tool="query_customer_intel", text=text)
    question = understand(ask, text, run_id=UUID(int=1), view=TIMELY, now=NOW)
    assert (question.customer_ids, question.time.label if question.time else None) == (ids, time)


def test_a_name_that_was_given_is_no_time_either() -> None:
    text = "How many complaints of March Networks?"
    ask = Ask(tool="query_customer_intel", text=text, customer="m")
    assert understand(ask, text, run_id=UUID(int=1), view=TIMELY, now=NOW).time is None


def test_a_year_that_is_not_said_comes_from_beside_and_not_from_today() -> None:
    question = read("What changed in Q4 2024 vs Q3?")
    assert question.time is not None
    assert question.baseline is not None
    assert (question.time.label, question.baseline.label) == ("Q4 2024", "Q3 2024")


def test_fiscal_words_are_read_by_the_tenants_own_year() -> None:
    ask = Ask(tool="query_customer_intel", text="What changed in FY25 Q2?")
    view = replace(VIEW, fiscal_year_start=4)
    question = understand(ask, ask.text, run_id=UUID(int=1), view=view, now=NOW)
    assert question.time is not None
    assert question.baseline is not None
    assert (question.time.since.date(), question.time.label) == (date(2024, 7, 1), "FY2025 Q2")
    assert (question.baseline.since.date(), question.baseline.label) == (date(2024, 4, 1), "FY2025 Q1")


@pytest.mark.parametrize(
    ("text", "ids", "unknown"),
    [
        ("Why did Target Textiles churn?", (), ("Target Textiles",)),
        ("Why did Target churn?", ("C-17",), ()),
        ("How many Target Billing tickets were there?", ("C-17",), ()),
        ("Why did Globex churn?", ("globex",), ()),
        ("Why did Globex Industries churn?", ("globex",), ()),
        ("How many Globex Billing tickets were there?", ("globex",), ()),
        ("Experian Information sent what?", ("experian",), ()),
        ("Did Globex. They asked.", ("globex",), ()),
    ],
)
def test_a_name_cut_short_is_not_that_of_a_namesake(text: str, ids: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    question = read(text)
    assert question.customer_ids == ids
    assert question.unknown_names == unknown


@pytest.mark.parametrize(
    ("text", "ids", "unknown"),
    [
        ("Who owns Solace Energy?", (), ("Solace Energy",)),  # an industry: companies bear its name
        ("Is Solace Gold?", ("solace",), ()),
        ("Which plan is Meridian Health on?", (), ("Meridian Health",)),  # as another customer is called
        ("What is Meridian Health Score?", ("meridian",), ()),
    ],
)
def test_words_that_companies_bear_make_another_name(text: str, ids: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    names = [
        Customer(customer_id="solace", name="Solace Health", aliases=("Solace",)),
        Customer(customer_id="meridian", name="Meridian Bank", aliases=("Meridian",)),
    ]
    view = replace(
        VIEW,
        names=NameIndex(names),
        known=KnownNames(values=[("industry", "Energy"), ("plan", "Gold")]),
        predicates=(*VIEW.predicates, "health_score"),
    )
    question = understand(Ask(tool="query_customer_intel", text=text), text, run_id=UUID(int=1), view=view, now=NOW)
    assert question.customer_ids == ids
    assert question.unknown_names == unknown


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("How many billing tickets are open?", ()),
        ("How many tickets did Billing send?", ("billing",)),
        ("How many tickets of Open are open?", ("open",)),
    ],
)
def test_a_category_or_status_in_small_letters_is_no_customer_of_that_name(text: str, ids: tuple[str, ...]) -> None:
    names = [Customer(customer_id="billing", name="Billing"), Customer(customer_id="open", name="Open")]
    view = replace(VIEW, names=NameIndex(names), statuses=("open", "closed"))
    ask = Ask(tool="query_customer_intel", text=text)
    assert understand(ask, text, run_id=UUID(int=1), view=view, now=NOW).customer_ids == ids


def test_no_time_before_a_loss_is_counted_that_was_yet_to_come() -> None:
    assert read("Why did Acme churn?").time is not None
    assert read("Why did Acme churn?", as_of=datetime(2024, 1, 1, tzinfo=UTC)).time is None


@pytest.mark.parametrize(
    ("text", "predicates"),
    [
        ("Where is the data of Acme Corp stored?", ("data_region",)),
        ("Where is Acme Corp?", ("region",)),
        ("Who is the contact at Acme Corp?", ("primary_contact",)),
        ("How many licences does Acme Corp have?", ("seats",)),
        ("Who manages Acme Corp?", ("account_owner",)),
        ("Who is the account manager of Acme Corp?", ("account_owner",)),
        ("When is the birthday of the IT manager at Acme Corp?", ()),
    ],
)
def test_predicates_by_what_people_call_them(text: str, predicates: tuple[str, ...]) -> None:
    view = replace(
        VIEW, predicates=("account_owner", "contract_value", "data_region", "primary_contact", "region", "seats")
    )
    ask = Ask(tool="query_customer_intel", text=text)
    assert understand(ask, text, run_id=UUID(int=1), view=view, now=NOW).predicates == predicates


def test_today_of_what_is_on_record_is_no_day_of_tickets() -> None:
    assert read("What is the tier of Acme Corp today?").time is None
    assert read("Which tickets did Acme Corp send today?").time is not None
    assert read("What did Acme Corp write today?").time is not None
    yesterday = read("What was the tier of Acme Corp yesterday?")
    assert (yesterday.time, f"{yesterday.as_of:%Y-%m-%d}") == (None, "2026-11-20")


def test_who_is_compared_with_somebody_unknown_is_not_compared_alone() -> None:
    assert read("Compare Globex and Initrode").unknown_names == ("Initrode",)
    assert read("Compare Globex and Acme on billing in Q3").unknown_names == ()
    assert read("Did Globex complain about the Outlook plugin?").unknown_names == ()  # it may stand in a ticket


@pytest.mark.parametrize(
    ("text", "as_of", "time"),
    [
        ("Who owned Globex in March 2024?", "2024-03-31", None),
        ("What was the tier of Globex in Q1 2024?", "2024-03-31", None),
        ("What was the tier of Globex before March 2024?", "2024-02-29", None),
        ("What is the tier of Globex this year?", None, None),
        ("Who has owned Globex since March 2024?", None, None),
        ("When did Globex change its plan in 2024?", None, "2024"),
        ("When did Globex churn?", None, None),
        ("Did Globex leave in 2024?", "2024-12-31", None),
        ("What did Globex write about its plan in Q1 2024?", None, "Q1 2024"),
        ("How many tickets did Globex send in Q1 2024?", None, "Q1 2024"),
    ],
)
def test_a_time_beside_a_value_is_a_point(text: str, as_of: str | None, time: str | None) -> None:
    question = read(text)
    assert (f"{question.as_of:%Y-%m-%d}" if question.as_of else None) == as_of
    assert (question.time.label if question.time else None) == time


def test_a_name_stands_between_what_it_parts() -> None:
    view = replace(VIEW, categories=("Card: limit changed", "billing"))
    ask = Ask(tool="query_customer_intel", text="How did complaints about Globex change from 2024 to 2025?")
    assert understand(ask, ask.text, run_id=UUID(int=1), view=view, now=NOW).categories == ()
    ask = Ask(tool="query_customer_intel", text="How many Globex billing tickets?")
    assert understand(ask, ask.text, run_id=UUID(int=1), view=view, now=NOW).categories == ("billing",)


@pytest.mark.parametrize(
    ("text", "kind", "newest", "status"),
    [
        ("Show me the latest ticket from Globex", "similar", True, None),
        ("When did we last hear from Globex?", "similar", True, None),
        ("Which tickets are still open?", "similar", False, "open"),
        ("How many open tickets does Globex have?", "how_many", False, "open"),
        ("Who has the most open tickets?", "list", False, "open"),
        ("Can customers open tickets by phone?", "policy", False, None),
    ],
)
def test_tickets_by_day_and_status(text: str, kind: str, newest: bool, status: str | None) -> None:
    ask = Ask(tool="query_customer_intel", text=text)
    found = understand(ask, text, run_id=UUID(int=1), view=replace(VIEW, statuses=("closed", "open")), now=NOW)
    assert (found.kind, found.newest, found.tickets().status) == (kind, newest, status)
