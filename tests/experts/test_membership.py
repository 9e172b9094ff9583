"""Lists of customers come from facts, all of them: in a state, or with a value in common."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from moe_memorygraph.experts import Question, SemanticQuery, Synthesizer, Tally
from moe_memorygraph.experts.values import CustomerState, Evidence, TimeRange
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import Customer, Fact, Tenant, tenant_id_of
from tests.memory.samples import DAY, NOW, fact, ticket, told

NAMES = {"C-1": "Acme", "C-2": "Globex", "C-3": "Initech", "C-4": "Umbrella"}
LOST = Question(
    run_id=UUID(int=1),
    text="Which customers have we lost?",
    kind="list",
    asked_at=NOW + 30 * DAY,
    customer_names=NAMES,
    asks_customers=True,
    state="lost",
    keywords=("lost",),
)


def of(customer: str, predicate: str, value: str, **more: Any) -> Fact:
    return fact(customer, predicate, value, customer_id=customer, **more)


RECORDED = (
    of("C-1", "status", "churned"),
    of("C-1", "churned_at", "2025-03-04"),
    of("C-1", "churn_reason", "price increase"),
    of("C-2", "status", "active"),
    of("C-2", "account_owner", "Ann Lee"),
    of("C-3", "status", "at_risk"),
    of("C-3", "account_owner", "Ann Lee"),
    of("C-4", "status", "closed"),
    of("C-4", "account_owner", "Bo Diaz"),
)


@pytest.fixture
async def any_memory(any_store: MemoryStore) -> TenantMemory:
    tenant = tenant_id_of("t")
    await any_store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    memory = any_store.tenant(tenant)
    await memory.customers.put_many([Customer(customer_id=key, name=name) for key, name in NAMES.items()])
    return memory


async def listed(memory: TenantMemory, question: Question, *more: Fact) -> list[Evidence]:
    await memory.semantic.put_many([*RECORDED, *more], now=NOW)
    for number, customer in enumerate(("C-1", "C-2", "C-3")):
        warned = told(f"T-{number}", "cancellation_intent", "considers leaving", "We may leave.", customer_id=customer)
        await memory.vector.put_many([ticket(f"T-{number}", "We may leave.", customer=customer, told=(warned,))])
    return list((await SemanticQuery().gather(question, memory)).evidence)


def members(evidence: list[Evidence]) -> set[str | None]:
    return {item.customer_id for item in evidence if item.supports == "member"}


def counted(evidence: list[Evidence]) -> int | None:
    return next((item.payload.total for item in evidence if isinstance(item.payload, Tally)), None)


async def test_who_is_lost_stands_in_the_facts(any_memory: TenantMemory) -> None:
    found = await listed(any_memory, LOST)
    assert (members(found), counted(found)) == ({"C-1", "C-4"}, 2)
    text = "\n".join(claim.text for claim in Synthesizer().compose(LOST, found).claims)
    assert text.startswith("2 customers that we have lost.")
    assert "price increase" in text
    assert "Globex" not in text


async def test_a_time_and_a_reason_narrow_who_is_lost(any_memory: TenantMemory) -> None:
    year = TimeRange(since=datetime(2025, 1, 1, tzinfo=UTC), until=datetime(2026, 1, 1, tzinfo=UTC), label="2025")
    assert members(await listed(any_memory, replace(LOST, time=year))) == {"C-1"}
    assert members(await listed(any_memory, replace(LOST, keywords=("price",)))) == {"C-1"}
    before = replace(year, until=datetime(2025, 3, 4, tzinfo=UTC))
    assert members(await listed(any_memory, replace(LOST, time=before))) == set()


async def test_at_risk_is_who_is_so_called_and_who_threatened_to_leave_and_did_not(any_memory: TenantMemory) -> None:
    found = await listed(any_memory, replace(LOST, text="Who is at risk?", state="at_risk", keywords=("risk",)))
    assert (members(found), counted(found)) == ({"C-2", "C-3"}, 2)


async def test_a_value_that_facts_share_lists_its_customers(any_memory: TenantMemory) -> None:
    owned = replace(
        LOST,
        text="Which accounts does Ann Lee own?",
        state=None,
        predicates=("account_owner",),
        keywords=("Ann", "Lee"),
    )
    found = await listed(any_memory, owned)
    assert (members(found), counted(found)) == ({"C-2", "C-3"}, 2)


async def test_the_predicate_need_not_be_said(any_memory: TenantMemory) -> None:
    found = await listed(
        any_memory, replace(LOST, text="List the customers of Bo Diaz", state=None, keywords=("Bo", "Diaz"))
    )
    assert (members(found), counted(found)) == ({"C-4"}, 1)


async def test_a_question_for_a_rule_lists_nobody(any_memory: TenantMemory) -> None:
    asked = replace(
        LOST,
        text="What does Ann Lee's plan cost?",
        kind="what_is",
        state=None,
        asks_customers=False,
        keywords=("cost",),
    )
    assert members(await listed(any_memory, asked)) == set()


async def test_a_value_beside_the_state_narrows_the_list_and_none_is_an_answer(any_memory: TenantMemory) -> None:
    tiers = (of("C-1", "tier", "Pro"), of("C-4", "tier", "Free"), of("C-2", "tier", "Gold"))
    of_pro = replace(LOST, text="Which Pro customers have we lost?", keywords=("Pro", "lost"))
    found = await listed(any_memory, of_pro, *tiers)
    assert (members(found), counted(found)) == ({"C-1"}, 1)
    of_gold = replace(LOST, text="Which Gold customers have we lost?", keywords=("Gold", "lost"))
    none = await listed(any_memory, of_gold)
    assert (members(none), counted(none)) == (set(), 0)
    (claim,) = Synthesizer().compose(of_gold, none).claims
    assert claim.text == "0 customers of tier Gold that we have lost."


async def test_dates_in_a_time_list_their_customers(any_memory: TenantMemory) -> None:
    renewals = (of("C-2", "renewal_date", "2026-03-09"), of("C-3", "renewal_date", "2026-04-01"))
    march = TimeRange(
        since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 4, 1, tzinfo=UTC), label="March 2026"
    )
    asked = replace(LOST, text="Who renews in March 2026?", state=None, predicates=("renewal_date",), time=march)
    found = await listed(any_memory, asked, *renewals)
    assert (members(found), counted(found)) == ({"C-2"}, 1)


async def test_who_praised_stands_in_tickets(any_memory: TenantMemory) -> None:
    fond = told("T-9", "praise", "praises the staff", "Your people are great.", customer_id="C-4")
    await any_memory.vector.put_many([ticket("T-9", "Your people are great.", customer="C-4", told=(fond,))])
    found = await listed(
        any_memory, replace(LOST, text="Which customers praised us?", state=None, keywords=("praised",))
    )
    assert (members(found), counted(found)) == ({"C-4"}, 1)


async def test_the_biggest_come_first_by_what_is_on_record(any_memory: TenantMemory) -> None:
    values = ((1, 90_000), (2, 12_000), (3, 4_500))  # the first has left
    worth = [of(f"C-{n}", "contract_value", f"${value:,}") for n, value in values]
    biggest = replace(LOST, text="Who is our biggest customer?", state=None, keywords=("biggest",))
    found = await listed(any_memory, biggest, *worth)
    told = [claim.text for claim in Synthesizer().compose(biggest, found).claims]
    assert told[0] == "2 customers that we have not lost, with contract value on record, the largest first."
    assert [name for sentence in told[1:] for name in NAMES.values() if name in sentence] == ["Globex", "Initech"]
    smallest = replace(biggest, text="Which customer has the lowest contract value?", predicates=("contract_value",))
    first = Synthesizer().compose(smallest, await listed(any_memory, smallest)).claims[1]
    assert "Initech" in first.text


@pytest.mark.parametrize(
    ("text", "state", "predicates", "count", "first"),
    [
        (
            "Which lost customer paid the most?",
            "lost",
            ("status", "arr"),
            "2 customers that we have lost, with ARR",
            "C-4",
        ),
        ("Which active customer has the lowest ARR?", "active", ("arr",), "1 customer with us, with ARR", "C-2"),
        ("Who left most recently?", "lost", (), "1 customer that we have lost, with their last day", "C-1"),
    ],
)
async def test_the_first_of_those_in_a_state(
    any_memory: TenantMemory, text: str, state: CustomerState, predicates: tuple[str, ...], count: str, first: str
) -> None:
    question = replace(LOST, text=text, state=state, predicates=predicates)
    arr = [of(f"C-{n}", "arr", value) for n, value in ((1, "100"), (2, "200"), (3, "300"), (4, "400"))]
    known, nearest, *_ = await listed(any_memory, question, *arr)
    assert known.quote.startswith(count)
    assert nearest.customer_id == first


async def test_who_has_most_customers_and_who_fewest(any_memory: TenantMemory) -> None:
    question = replace(
        LOST, text="Who manages the most accounts?", state=None, predicates=("account_owner",), ranks_values=True
    )
    found = await listed(any_memory, question)
    assert (
        found[0].quote == "2 customers that we have not lost with account owner on record; by account owner: Ann Lee 2."
    )
    fewest = replace(question, text="Who owns the fewest accounts?", as_of=NOW + DAY)
    assert "Bo Diaz 1, Ann Lee 2" in (await listed(any_memory, fewest))[0].quote


async def test_all_customers_are_counted_and_how_many_left(any_memory: TenantMemory) -> None:
    question = replace(LOST, text="How many customers do we have?", kind="how_many", state=None, keywords=())
    assert [one.quote for one in await listed(any_memory, question)] == ["4 customers; by state: not lost 2, lost 2."]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Which customers in Europe are on Gold?", "1 customer with region Europe and tier Gold."),
        ("Which customers are on Gold or on Silver?", "3 customers with tier Gold or tier Silver."),
        ("Which customers in Asia are on Gold Plus?", "0 customers with region Asia and tier Gold Plus."),
    ],
)
async def test_of_several_values_all_are_meant_unless_one_will_do(
    any_memory: TenantMemory, text: str, count: str
) -> None:
    question = replace(LOST, text=text, state=None, keywords=(), predicates=("tier", "region"))
    more = (
        of("C-1", "tier", "Gold"),
        of("C-1", "region", "Europe"),
        of("C-2", "tier", "Gold"),
        of("C-2", "region", "Asia"),
        of("C-3", "tier", "Silver"),
        of("C-3", "region", "Europe"),
        of("C-4", "tier", "Gold Plus"),
        of("C-4", "region", "Africa"),
    )
    assert (await listed(any_memory, question, *more))[0].quote == count


@pytest.mark.parametrize(
    ("text", "predicate", "count", "first"),
    [
        ("Which customer joined most recently?", "since", "with their first day on record, the latest", "C-2"),
        ("Who has been with us longest?", "since", "with their first day on record, the earliest", "C-3"),
        ("Who renews next?", "renewal_date", "with renewal date on record from 2025-07-15 on, the", "C-3"),
    ],
)
async def test_customers_in_order_of_a_day(
    any_memory: TenantMemory, text: str, predicate: str, count: str, first: str
) -> None:
    question = replace(LOST, text=text, state=None, keywords=(), predicates=(predicate,))
    more = (
        of("C-1", "since", "2020-01-02"),
        of("C-2", "since", "2024-05-06"),
        of("C-3", "since", "2019-07-08"),
        of("C-1", "renewal_date", "2025-01-02"),
        of("C-2", "renewal_date", "2026-05-06"),
        of("C-3", "renewal_date", "2025-09-09"),
        of("C-4", "renewal_date", "each spring"),
    )
    counted, nearest, *_ = await listed(any_memory, question, *more)
    assert counted.quote.startswith(f"2 customers that we have not lost, {count}")
    assert nearest.customer_id == first


async def test_the_most_of_something_that_has_no_amount_is_no_matter_of_money(any_memory: TenantMemory) -> None:
    question = replace(LOST, text="Who manages the most accounts?", state=None, predicates=("account_owner",))
    found = await listed(any_memory, question, of("C-1", "arr", "9"), of("C-2", "arr", "7"))
    assert not any(isinstance(item.payload, Fact) and item.payload.predicate == "arr" for item in found)
